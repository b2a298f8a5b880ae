// What is drawn over the lines of all runs, in pixels: dots in the colours of their outcomes, the bests, limits, good ranges, what is set.

import { bandsOf, LANE, lostOf, onAxis, outcomeAt, ROW, shownOf, written } from "./line_figure.js";
import { outcomeColors } from "../colours/outcome_colors.js";

/**
 * @typedef {import("./line_figure.js").DrawnLine} DrawnLine
 * @typedef {import("./line_figure.js").Heights} Heights
 * @typedef {import("../../shared/plotly_internals.js").Frame} Frame
 *
 * @typedef {{run: number, k: number, x: number, y: number, fill: string|null, edge: string, radius: number}} Dot run: its place in the comparison; fill: null while its outcome is not known
 * @typedef {{run: number, x: number, y: number, edge: string, text: string}} Best
 * @typedef {{run: number, from: number, to: number, y: number, edge: string, best: number|null, now: number|null, off: -1|0|1}} Row a run's good range below the axis, its best and its present value; off: on which side this lies beyond the axis
 * @typedef {{run: number, x: number, edge: string, text: string}} Limit
 *
 * @typedef {Object} Marks
 * @property {Dot[]} dots
 * @property {Best[]} bests
 * @property {Row[]} rows
 * @property {Limit[]} limits
 * @property {{left: number, right: number, top: number, bottom: number, lane: number, rows: number}} box of the plot, px; lane: the top of the line of lost values; rows: the bottom of the good ranges
 */

const GAP = 9; // px between dots of one run whose outcomes are the same
const [DOT, LEAST] = [3.6, 1.6]; // px: a dot's radius, and of dots that lie close
const APART = 8; // px between labels
const TINY = 1; // px that even a single value's bar extends to each side

/** Where a value stands across. @param {DrawnLine} drawn @param {Frame} frame @param {number} value */
export const xOf = ({ line }, frame, value) => frame.left + frame.x.offset + frame.x.scale * onAxis(line, value);

/**
 * Where a value of a run stands: at its height, or on the run's own line of lost ones; null where nothing is known of it.
 * @param {DrawnLine} drawn
 * @param {Heights} heights
 * @param {Frame} frame
 * @param {number} run
 * @param {number} k
 * @returns {number|null}
 */
export function yOf(drawn, heights, frame, run, k) {
  const { rows, lost, logarithmic, range } = heights;
  if (lost[run][k]) return frame.top - 7 - LANE * lostOf(drawn, heights).indexOf(run);
  const height = rows[run][k];
  if (height === null || (logarithmic && height <= 0)) return null;
  const at = Math.min(Math.max(logarithmic ? Math.log10(height) : height, range[0]), range[1]);
  return frame.top + frame.y.offset + frame.y.scale * at;
}

/**
 * @param {DrawnLine} drawn
 * @param {Heights} heights
 * @param {Frame} frame
 * @returns {Marks}
 */
export function marksOf(drawn, heights, frame) {
  const { lane, rows } = bandsOf(drawn, heights);
  const bottom = frame.top + frame.height;
  const shown = shownOf(drawn);
  return {
    dots: shown.flatMap((run) => dotsOf(drawn, heights, frame, run)),
    bests: shown.flatMap((run) => bestOf(drawn, heights, frame, run)),
    rows: shown.flatMap((run, nth) => rowOf(drawn, frame, run, bottom + 4 + ROW * (nth + 0.5))),
    limits: shown.flatMap((run) => limitOf(drawn, frame, run)),
    box: { left: frame.left, right: frame.left + frame.width, top: frame.top, bottom, lane: frame.top - lane, rows: bottom + rows },
  };
}

/** A run's dots: where its outcome changes all of them, elsewhere as many as can be told apart. @param {DrawnLine} drawn @param {Heights} heights @param {Frame} frame @param {number} run @returns {Dot[]} */
function dotsOf(drawn, heights, frame, run) {
  const { line, scene: { colors, theme } } = drawn;
  const ends = line.runs[run];
  const colorOf = outcomeColors(line.outcomes, theme.dark);
  const places = line.values.map((value) => xOf(drawn, frame, value));
  /** @type {Dot[]} */
  const dots = [];
  let before = -Infinity;
  line.values.forEach((_, k) => {
    const y = yOf(drawn, heights, frame, run, k);
    if (y === null) return;
    const outcome = outcomeAt(line, ends, k);
    const turns = [k - 1, k + 1].some((other) => other >= 0 && other < places.length && outcomeAt(line, ends, other) !== outcome);
    if (!turns && k !== ends.best && places[k] - before < GAP) return;
    const room = Math.min(places[k] - (places[k - 1] ?? -Infinity), (places[k + 1] ?? Infinity) - places[k]);
    before = places[k];
    dots.push({ run, k, x: places[k], y, fill: colorOf(outcome), edge: colors[ends.place], radius: turns ? Math.min(DOT, Math.max(LEAST, room / 2)) : DOT });
  });
  return dots;
}

/** @param {DrawnLine} drawn @param {Heights} heights @param {Frame} frame @param {number} run @returns {Best[]} */
function bestOf(drawn, heights, frame, run) {
  const { line, scene } = drawn;
  const { best, place } = line.runs[run];
  const y = best === null ? null : yOf(drawn, heights, frame, run, best);
  if (best === null || y === null) return [];
  return [{ run, x: xOf(drawn, frame, line.values[best]), y, edge: scene.colors[place], text: `best ${written(line, line.values[best])}` }];
}

/** @param {DrawnLine} drawn @param {Frame} frame @param {number} run @param {number} y @returns {Row[]} */
function rowOf(drawn, frame, run, y) {
  const { line, scene } = drawn;
  const { good, best, now, place } = line.runs[run];
  const x = (/** @type {number} */ k) => xOf(drawn, frame, line.values[k]);
  const here = now === null ? NaN : xOf(drawn, frame, now);
  const off = here < frame.left ? -1 : here > frame.left + frame.width ? 1 : 0;
  const at = off < 0 ? frame.left : off > 0 ? frame.left + frame.width : here;
  return [{
    run, y, edge: scene.colors[place], from: good ? x(good[0]) - TINY : NaN, to: good ? x(good[1]) + TINY : NaN, best: best === null ? null : x(best),
    now: Number.isFinite(at) ? at : null, off,
  }];
}

/** @param {DrawnLine} drawn @param {Frame} frame @param {number} run @returns {Limit[]} */
function limitOf(drawn, frame, run) {
  const { line, scene } = drawn;
  const { limit, place } = line.runs[run];
  const x = limit === null ? NaN : xOf(drawn, frame, limit);
  if (limit === null || !(x >= frame.left && x <= frame.left + frame.width)) return [];
  return [{ run, x, edge: scene.colors[place], text: `limit ${written(line, limit)}` }];
}

/**
 * The run that is meant at a value: whose dot there is nearest in height, or in whose row of good ranges the pointer is; −1 where there is none.
 * @param {DrawnLine} drawn
 * @param {Heights} heights
 * @param {Frame} frame
 * @param {number} k
 * @param {number} y px
 */
export function runAt(drawn, heights, frame, k, y) {
  const shown = shownOf(drawn);
  const below = y - (frame.top + frame.height) - 4;
  if (below >= 0 && below < ROW * shown.length) return shown[Math.floor(below / ROW)];
  const away = shown.map((run) => {
    const at = yOf(drawn, heights, frame, run, k);
    return at === null ? Infinity : Math.abs(at - y);
  });
  const least = Math.min(...away);
  return Number.isFinite(least) ? shown[away.indexOf(least)] : -1;
}

/**
 * Where labels above their lines begin, from left to right: over the middle, or moved aside as long as they touch their line; null for one without room.
 * @param {Array<{x: number, wide: number}>} labels
 * @param {{left: number, right: number}} box
 * @returns {Array<number|null>}
 */
export function spread(labels, { left, right }) {
  /** @type {Array<number|null>} */
  const found = [];
  let [last, free] = [-1, left]; // the label before, and where there is room after it
  labels.forEach(({ x, wide }, i) => {
    let at = Math.min(Math.max(x - wide / 2, left), right - wide);
    if (at < free && last >= 0) {
      const [before, start] = [labels[last], Number(found[last])];
      const least = Math.max(before.x - before.wide, last > 0 ? Math.max(left, ...found.slice(0, last).map((one, j) => (one === null ? left : one + labels[j].wide + APART))) : left);
      const back = Math.min(free - at, Math.max(0, start - least));
      at = Math.max(at, free - back);
      if (at <= Math.min(x, right - wide)) [found[last], free] = [start - back, free - back];
    }
    const fits = at >= free && at <= x && at + wide <= right;
    found.push(fits ? at : null);
    if (fits) [last, free] = [i, at + wide + APART];
  });
  return found;
}
