// The axes of a curve: all of it, but what diverges may not flatten the rest; room for what is drawn beside it.

import { bandOf, besideOf, hasEdge, valuesOf } from "./drawn_curve.js";
import { curvatureLimits, roomForLimits } from "./stability_band.js";

/**
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {import("../flow/packet.js").Series} Series
 * @typedef {import("./drawn_curve.js").DrawnCurve} DrawnCurve
 * @typedef {{x: [number, number], y: [number, number]}} Axes in axis units: powers of ten where it is logarithmic
 */

const GROWING = new Set(["weights"]); // curves that may rise far above their first values, and be well
const HEADROOM = { linear: 3, growing: 100, log: 30 }; // how far above the first values a diverging run may stretch the picture; growing: in times of them
const SHARES = new Set(["accuracy"]); // curves from 0 to 1, whose axis has all of that
const SHARE_AXIS = /** @type {[number, number]} */ ([-0.03, 1.05]);
const DEPTH = 1e-13; // of the top: below this lie decades that do not matter, and then rounding

/**
 * The axes that fit the runs that are shown.
 * @param {DrawnCurve} drawn
 * @returns {Axes & {empty: boolean}} empty: there was no value to fit them to
 */
export function fittingAxes(drawn) {
  const { scene, logarithmic } = drawn;
  const shown = scene.runs.filter((_, i) => scene.shown[i]);
  const all = shown.flatMap((run) => linesOf(drawn, run));
  /** @type {Series[]} */
  const near = all.map(({ run, values }) => values.map((value, j) => (isNear(run, j, scene.view) ? value : NaN)));
  for (const band of shown.map((run) => bandOf(drawn, run))) if (band) near.push(band.low, band.middle, band.high);
  const grows = GROWING.has(drawn.curve.key);
  const found = rangeOf(near, logarithmic, grows) ?? rangeOf(all.map(({ values }) => values), logarithmic, grows);
  if (found && SHARES.has(drawn.curve.key) && !logarithmic) return { x: [0, scene.steps], y: SHARE_AXIS, empty: false };
  const y = found ?? /** @type {[number, number]} */ (logarithmic ? [-1, 1] : [0, 1]);
  return { x: [0, scene.steps], y: hasEdge(drawn) ? roomForLimits(y, shown.map(curvatureLimits), logarithmic) : y, empty: !found };
}

/** The lines that are drawn of a run. @param {DrawnCurve} drawn @param {Run} run @returns {Array<{run: Run, values: Series}>} */
function linesOf(drawn, run) {
  const beside = besideOf(drawn, run);
  return [{ run, values: valuesOf(drawn, run) }, ...(beside ? [{ run, values: beside }] : [])];
}

/**
 * Whether a run is in the view at a step, or within half its width around it: what happens farther out does not set the axes.
 * @param {Run} run
 * @param {number} j
 * @param {[number, number, number, number]} view
 */
function isNear(run, j, [x0, x1, y0, y1]) {
  if (run.frames) return true; // of many weights: a plane's window is no measure of them
  const [x, y] = [run.series.x[j], run.series.y[j]];
  const [dx, dy] = [(x1 - x0) / 2, (y1 - y0) / 2];
  return x >= x0 - dx && x <= x1 + dx && y >= y0 - dy && y <= y1 + dy;
}

/**
 * The y range, in axis units: all values, but a diverging run may not flatten the others; null without a value.
 * @param {import("../flow/packet.js").Series[]} series
 * @param {boolean} logarithmic
 * @param {boolean} [grows] whether the values may rise far
 * @returns {[number, number]|null}
 */
export function rangeOf(series, logarithmic, grows = false) {
  let low = Infinity;
  let high = -Infinity;
  let first = -Infinity;
  for (const values of series) {
    for (let j = 0; j < values.length; j++) {
      const value = values[j];
      if (!Number.isFinite(value) || (logarithmic && value <= 0)) continue;
      if (j === 0) first = Math.max(first, value);
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!(high >= low)) return null;
  return logarithmic ? logRange(low, high, first) : linearRange(low, high, first, grows);
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number} first
 * @returns {[number, number]}
 */
function logRange(low, high, first) {
  const top = Number.isFinite(first) && first > 0 ? Math.min(high, first * HEADROOM.log) : high;
  const from = Math.log10(Math.max(low, top * DEPTH));
  const to = Math.log10(top);
  const pad = Math.max(0.1, (to - from) * 0.06);
  return [from - pad, to + pad];
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number} first
 * @param {boolean} grows
 * @returns {[number, number]}
 */
function linearRange(low, high, first, grows) {
  const most = grows ? first * HEADROOM.growing : low + (first - low) * HEADROOM.linear;
  const top = Number.isFinite(first) && (grows ? first > 0 : first > low) ? Math.min(high, most) : high;
  const pad = (top - low || Math.abs(top) || 1) * 0.06;
  return [low >= 0 && low < top * 0.3 ? -pad * 0.5 : low - pad, top + pad];
}
