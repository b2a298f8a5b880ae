// The axes of the data view: round ticks, and the way between data and pixels.

/**
 * @typedef {[number, number]} Pair
 * @typedef {{left: number, top: number, width: number, height: number}} Box px
 * @typedef {Object} Axes
 * @property {Box} box
 * @property {[Pair, Pair]} window_ what is in sight
 * @property {(place: ArrayLike<number>) => Pair} pixel
 * @property {(x: number, y: number) => Pair} data
 */

const ROUND = [1, 2, 5, 10];

/**
 * Round numbers within a range, about as many as wanted, as texts with the decimals that they need.
 * @param {Pair} range
 * @param {number} most
 * @returns {Array<{value: number, text: string}>}
 */
export function ticksOf([from, to], most) {
  const rough = (to - from) / Math.max(1, most);
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * /** @type {number} */ (ROUND.find((one) => one * unit >= rough * (1 - 1e-9)));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const value = Number(((first + i) * step).toPrecision(12));
    return { value, text: written(value, step, decimals) };
  });
}

/** @param {number} value @param {number} step @param {number} decimals */
function written(value, step, decimals) {
  const text = step >= 1e5 || decimals > 6 ? (value === 0 ? "0" : Number(value.toPrecision(6)).toExponential().replace("e+", "e")) : value.toFixed(decimals);
  return text.replaceAll("-", "\u2212");
}

/**
 * The least of 1, 2, 5, 10, ... that is not smaller.
 * @param {number} size
 */
export function roundedUp(size) {
  if (!(size > 0) || !Number.isFinite(size)) return 1;
  const unit = 10 ** Math.floor(Math.log10(size));
  return unit * /** @type {number} */ (ROUND.find((one) => one * unit >= size * (1 - 1e-9)));
}

/**
 * @param {[Pair, Pair]} window_
 * @param {Box} box
 * @returns {Axes}
 */
export function axesOf(window_, box) {
  const [[x0, x1], [y0, y1]] = window_;
  const [across, up] = [box.width / (x1 - x0), box.height / (y1 - y0)];
  return {
    box,
    window_,
    pixel: ({ 0: x, 1: y }) => [box.left + (x - x0) * across, box.top + box.height - (y - y0) * up],
    data: (x, y) => [x0 + (x - box.left) / across, y0 + (box.top + box.height - y) / up],
  };
}

/**
 * The place nearest to a point, if it is near; of those in one place the last.
 * @param {ArrayLike<Pair|null>} places px
 * @param {Pair} point
 * @param {number} reach px
 */
export function nearestTo(places, [x, y], reach) {
  let [best, least] = [-1, reach * reach];
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (!place) continue;
    const distance = (place[0] - x) ** 2 + (place[1] - y) ** 2;
    if (distance <= least) [best, least] = [i, distance];
  }
  return best;
}

/**
 * As many decimals as a tenth of a pixel deserves, and at most those that are kept.
 * @param {number} value
 * @param {number} pixel its size in data
 */
export function roundedTo(value, pixel) {
  const decimals = Math.min(KEPT, Math.max(0, 1 - Math.floor(Math.log10(pixel))));
  return Number(value.toFixed(decimals)) + 0;
}

const KEPT = 3; // decimals of a row that is changed by hand: experiments/edits/data_rows.py
