// Bands on the curves: the median of a run's members, and what lies between their 10 % and 90 % quantiles.

/**
 * @typedef {import("../flow/many.js").Many} Many
 * @typedef {import("../flow/many.js").Band} Band
 */

const FILL = 0.17; // how opaque a band is: six may overlap

/**
 * The filled outline of a band, one polygon a stretch. Where it reaches beyond what can be drawn (members that are no numbers any
 * more, or 0 on a logarithmic scale) it leaves the picture at the top or the bottom.
 * @param {import("../flow/packet.js").Series} steps
 * @param {Band} band
 * @param {[number, number]} range of the axis, in its units
 * @param {boolean} logarithmic
 * @returns {{x: Array<number|null>, y: Array<number|null>}}
 */
export function outlineOf(steps, { low, high }, range, logarithmic) {
  const [bottom, top] = beyond(range, logarithmic);
  const put = (/** @type {number} */ value) => (value > top ? top : value > bottom ? value : bottom);
  /** @type {{x: Array<number|null>, y: Array<number|null>}} */
  const out = { x: [], y: [] };
  const empty = (/** @type {number} */ j) => !Number.isFinite(low[j]) || (logarithmic && !(high[j] > 0));
  for (let from = 0; from < low.length; from++) {
    if (empty(from)) continue;
    let to = from;
    while (to + 1 < low.length && !empty(to + 1)) to++;
    if (out.x.length) {
      out.x.push(null);
      out.y.push(null);
    }
    for (let j = from; j <= to; j++) {
      out.x.push(steps[j]);
      out.y.push(put(high[j]));
    }
    for (let j = to; j >= from; j--) {
      out.x.push(steps[j]);
      out.y.push(put(low[j]));
    }
    from = to;
  }
  return out;
}

/**
 * Values just outside an axis.
 * @param {[number, number]} range
 * @param {boolean} logarithmic
 */
function beyond([from, to], logarithmic) {
  const far = to - from;
  return logarithmic ? [10 ** Math.max(from - far, -300), 10 ** Math.min(to + far, 300)] : [from - far, to + far];
}

/**
 * Plotly's traces of a run's band: the area, and the median as a line.
 * @param {Many} many
 * @param {Band} band
 * @param {string} color
 * @param {[number, number]} range
 * @param {boolean} logarithmic
 */
export function bandTraces(many, band, color, range, logarithmic) {
  const middle = [...band.middle].map((value) => (Number.isFinite(value) && (!logarithmic || value > 0) ? value : null));
  const common = { type: "scatter", mode: "lines", hoverinfo: "skip", connectgaps: false };
  return {
    area: { ...common, ...outlineOf(many.steps, band, range, logarithmic), fill: "toself", fillcolor: faded(color), line: { width: 0 } },
    line: { ...common, x: [...many.steps.subarray(0, middle.length)], y: middle, line: { color, width: 2.25 } },
  };
}

/** @param {string} color "#rrggbb" */
const faded = (color) => `${color}${Math.round(FILL * 255).toString(16).padStart(2, "0")}`;

/**
 * The band at a step, or at the nearest one that it has.
 * @param {Many} many
 * @param {Band} band
 * @param {number} step
 */
export function bandAt(many, band, step) {
  let j = 0;
  while (j + 1 < band.middle.length && Math.abs(many.steps[j + 1] - step) <= Math.abs(many.steps[j] - step)) j++;
  return { low: band.low[j], middle: band.middle[j], high: band.high[j] };
}
