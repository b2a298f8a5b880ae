// What is seen of a map: a window in units of its axes, panned and zoomed without end, and where it lies on the screen.

/**
 * @typedef {import("../tiles/tile_lattice.js").Box} Box
 * @typedef {import("../tiles/tile_lattice.js").Range} Range
 * @typedef {import("../shared/plan_work.js").Plan} Plan
 * @typedef {import("../../shared/plotly_internals.js").Frame} Frame
 */

const LEAST = 1e-13; // of an edge's size: a window narrower than that has no numbers within
const MOST = 4096; // times the whole map
const FAR = { log: 75, linear: 2.5e5 }; // from 0, in units: about a window there are tiles as wide as itself, and starts end at a million

const FINEST = "Here neighbouring cells would be the same numbers: nothing is finer than this.";
const OUT = "No map goes farther out than this.";

/** A number in units of an axis. @param {number} value @param {string} scale */
export const unitOf = (value, scale) => (scale === "log" ? Math.log10(value) : value);

/** And back. @param {number} unit @param {string} scale */
export const valueOf = (unit, scale) => (scale === "log" ? 10 ** unit : unit);

/** The whole map. @param {Plan} plan @returns {Box} */
export function baseOf({ x, y }) {
  const [across, up] = [x, y ?? x].map(({ low, high, scale }) => /** @type {Range} */ ([unitOf(low, scale), unitOf(high, scale)]));
  return [across, up];
}

/**
 * A window after what lay under one place was zoomed and carried to another.
 * @param {Box} seen
 * @param {{width: number, height: number}} size px
 * @param {{x: number, y: number}} from px, from the upper left
 * @param {number} factor above 1: closer
 * @param {{x: number, y: number}} to
 * @returns {Box}
 */
export function zoomedAt([[x0, x1], [y0, y1]], { width, height }, from, factor, to) {
  const [across, up] = [(x1 - x0) / width, (y1 - y0) / height];
  const [fixedX, fixedY] = [x0 + from.x * across, y1 - from.y * up];
  const [nextAcross, nextUp] = [across / factor, up / factor];
  const left = fixedX - to.x * nextAcross;
  const top = fixedY + to.y * nextUp;
  return [[left, left + width * nextAcross], [top - height * nextUp, top]];
}

/** A window around the middle of another. @param {Box} seen @param {number} factor @returns {Box} */
export const zoomed = (seen, factor) => zoomedAt(seen, { width: 1, height: 1 }, { x: 0.5, y: 0.5 }, factor, { x: 0.5, y: 0.5 });

/**
 * Why a window cannot be drawn, in a sentence: its numbers are not exact enough, or it is larger or farther out than any map. Nothing where it can.
 * @param {Box} seen
 * @param {Box} base
 * @param {[boolean, boolean]} logs
 */
export function whyNot(seen, base, logs) {
  if (!seen.flat().every(Number.isFinite)) return OUT;
  if (seen.some(([from, to]) => to - from <= LEAST * Math.max(Math.abs(from), Math.abs(to), 1e-300))) return FINEST;
  const isOut = seen.some(([from, to], i) => {
    const [low, high] = base[i];
    const far = logs[i] ? FAR.log : FAR.linear;
    return to - from >= MOST * (high - low) || from < Math.min(low, -far) || to > Math.max(high, far);
  });
  return isOut ? OUT : "";
}

/** Which axes of a plan are logarithmic. @param {Plan} plan @returns {[boolean, boolean]} */
export const logsOf = ({ x, y }) => [x.scale === "log", (y ?? x).scale === "log"];

/**
 * Where data are on the screen.
 * @param {Box} seen
 * @param {{left: number, top: number, width: number, height: number}} box px
 * @param {[boolean, boolean]} logs
 * @returns {Frame}
 */
export function frameOf([x, y], box, [logX, logY]) {
  const [across, up] = [box.width / (x[1] - x[0]), -box.height / (y[1] - y[0])];
  return {
    ...box,
    x: { scale: across, offset: -across * x[0], range: x, log: logX },
    y: { scale: up, offset: box.height - up * y[0], range: y, log: logY },
  };
}
