// All runs over one number, as Plotly draws it: a line a run, heights above the lowest known loss or in steps, room for what is lost.

import { ticksAcross } from "../shared/map_ticks.js";
import { valueAxis } from "../../curves/curve_figure.js";
import { count, number } from "../../shared/format.js";
import { axisStyle, baseLayout, typeOf } from "../../shared/plot_style.js";

/**
 * @typedef {import("./line_work.js").Line} Line
 * @typedef {import("./line_work.js").LineRun} LineRun
 * @typedef {import("../../shared/plot_style.js").Size} Size
 *
 * @typedef {Object} DrawnLine
 * @property {Line} line
 * @property {import("../../flow/picture.js").Scene} scene
 * @property {"loss"|"steps"} color what the height says
 * @property {number|null} lowest the lowest loss that is known, null where none is
 * @property {boolean} stale whether it is of the experiment before, and faint
 *
 * @typedef {Object} Heights how high each value of each run stands
 * @property {boolean} logarithmic
 * @property {number|null} base what losses are counted from, 0: as they are; null where the axis is none of losses
 * @property {Array<Array<number|null>>} rows one a run, with a height a value; null where there is none
 * @property {boolean[][]} lost one a run: of which values it is known that they have no height
 * @property {[number, number]} range of the axis, in its units
 * @property {number|null} floor the height at which stands what is too low for the axis; null where nothing is
 */

const [FAINT, SOFT] = [0.25, 0.75]; // how opaque the lines are
const LOST = new Set(["DIVERGED", "NON_FINITE", "LEFT_DOMAIN"]);
const DEPTH = 1e-16; // of the highest: what is lower is rounding
const HEADROOM = 30; // times the highest loss at the start: up to there a loss is drawn while its outcome is not known
const [PAD, NEVER] = [0.06, 0.03]; // of the span: room below and above; beside the first and last value
const APART = 18; // px between labels of the axis upwards
const [LEFT, LARGE_LEFT, BESIDE] = [52, 64, 20]; // px around the plot
const ABOVE = 22; // px of the limits' labels
export const LANE = 7; // px of each run's line of lost values
export const ROW = 8; // px of each run's good range

/** The name of an outcome; empty where it is not known. @param {Line} line @param {LineRun} run @param {number} k */
export const outcomeAt = ({ outcomes }, { code }, k) => outcomes[code[k] ?? -1] ?? "";

/** @param {string} outcome a name */
export const isLost = (outcome) => LOST.has(outcome);

/** In units of the axis. @param {Pick<Line, "scale">} line @param {number} value */
export const onAxis = ({ scale }, value) => (scale === "log" ? Math.log10(value) : value);

/** A value of the number in words. @param {Pick<Line, "scale">} line @param {number} value */
export const written = ({ scale }, value) => (scale === "whole" ? count(value) : number(value, 3));

/** The place of the value that is nearest on the axis. @param {Pick<Line, "scale"|"values">} line @param {number} at in units of the axis */
export function nearestOf(line, at) {
  const away = line.values.map((value) => Math.abs(onAxis(line, value) - at));
  return away.indexOf(Math.min(...away));
}

/** The places of the runs that are shown. @param {DrawnLine} drawn */
export const shownOf = ({ line, scene }) => line.runs.flatMap(({ place }, i) => (scene.shown[place] && scene.runs[place] ? [i] : []));

/**
 * @param {DrawnLine} drawn
 * @returns {Heights}
 */
export function heightsOf(drawn) {
  return drawn.color === "steps" ? stepHeights(drawn) : lossHeights(drawn);
}

/** @param {DrawnLine} drawn @returns {Heights} */
function stepHeights({ line, scene }) {
  const rows = line.runs.map((run) => run.steps.map((steps, k) => (isLost(outcomeAt(line, run, k)) ? null : steps)));
  const lost = line.runs.map((run, i) => run.code.map((code, k) => code !== null && rows[i][k] === null));
  const top = Math.max(1, scene.steps);
  return { logarithmic: false, base: null, rows, lost, range: [-PAD / 2 * top, (1 + PAD / 2) * top], floor: null };
}

/** @param {DrawnLine} drawn @returns {Heights} */
function lossHeights(drawn) {
  const { line, scene, lowest } = drawn;
  const lost = line.runs.map((run) => run.code.map((_, k) => isLost(outcomeAt(line, run, k))));
  const most = HEADROOM * Math.max(...shownOf(drawn).map((i) => scene.runs[line.runs[i].place].series.loss?.[0] ?? NaN).filter(Number.isFinite), 0);
  const losses = line.runs.map((run, i) => run.loss.map((loss, k) => (lost[i][k] || (most > 0 && run.code[k] === null && Number(loss) > most) ? null : loss)));
  const seen = shownOf(drawn).flatMap((i) => losses[i]).filter((loss) => loss !== null);
  const least = Math.min(...seen);
  const base = lowest === null ? 0 : Math.min(lowest, least);
  if (lowest === null && least <= 0) return { logarithmic: false, base, rows: losses, lost, floor: null, range: padded(least, Math.max(...seen)) };
  const above = losses.map((row) => row.map((loss) => (loss === null ? null : loss - base)));
  const heights = shownOf(drawn).flatMap((i) => above[i]).filter((height) => height !== null);
  return { base, lost, ...logHeights(above, heights) };
}

/**
 * Heights on a logarithmic axis: what is lower than rounding stands on a line of its own below the rest.
 * @param {Array<Array<number|null>>} rows
 * @param {number[]} seen those of the runs that are shown
 */
function logHeights(rows, seen) {
  const top = Math.max(...seen, 0);
  const told = seen.filter((height) => height > top * DEPTH);
  if (!told.length) return { logarithmic: true, rows: rows.map((row) => row.map((height) => height && Math.max(height, 1))), range: /** @type {[number, number]} */ ([-1, 1]), floor: seen.length ? 0.1 : null };
  const [low, high] = padded(Math.log10(Math.min(...told)), Math.log10(top));
  if (told.length === seen.length) return { logarithmic: true, rows, range: /** @type {[number, number]} */ ([low, high]), floor: null };
  const floor = low - PAD * (high - low);
  return {
    logarithmic: true, floor: 10 ** floor, range: padded(floor, high),
    rows: rows.map((row) => row.map((height) => (height === null ? null : height > top * DEPTH ? height : 10 ** floor))),
  };
}

/** @param {number} low @param {number} high @returns {[number, number]} */
function padded(low, high) {
  if (!(high >= low)) return [0, 1];
  const pad = PAD * (high - low || Math.abs(high) || 1);
  return [low - pad, high + pad];
}

/** The range across, in units of the axis. @param {Line} line @returns {[number, number]} */
export function acrossOf(line) {
  const places = line.values.map((value) => onAxis(line, value));
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const pad = NEVER * (high - low || 1);
  return [low - pad, high + pad];
}

/** The runs of which values are lost: each has a line above the plot. @param {DrawnLine} drawn @param {Pick<Heights, "lost">} heights */
export const lostOf = (drawn, { lost }) => shownOf(drawn).filter((i) => lost[i].includes(true));

/** What of the plot lies above and below the losses, px. @param {DrawnLine} drawn @param {Pick<Heights, "lost">} heights */
export function bandsOf(drawn, heights) {
  const [lost, runs] = [lostOf(drawn, heights).length, Math.max(1, shownOf(drawn).length)];
  return { above: drawn.line.runs.some(({ limit }) => limit !== null) ? ABOVE : 6, lane: lost && lost * LANE + 10, rows: runs * ROW + 8 };
}

/**
 * @param {DrawnLine} drawn
 * @param {Heights} heights
 * @param {Size} size
 */
export function lineLayout(drawn, heights, size) {
  const { scene: { theme }, line } = drawn;
  const [left, below] = [size.large ? LARGE_LEFT : LEFT, 2 * typeOf(size) + 20];
  const { above, lane, rows } = bandsOf(drawn, heights);
  const inner = Math.max(1, size.height - above - below);
  const range = acrossOf(line);
  return {
    ...baseLayout(theme, size),
    margin: { l: left, r: BESIDE, t: above, b: below, pad: 0 },
    dragmode: false,
    xaxis: {
      ...axisStyle(theme, size), type: line.scale === "log" ? "log" : "linear", range, fixedrange: true, tickangle: 0, showgrid: true, ticks: "outside", ticklen: 3,
      showline: true, anchor: "free", position: 0, title: { text: line.name, standoff: 4, font: { color: theme.ink, size: typeOf(size), family: theme.font } },
      ...ticksAcross(line, range, size.width - left - BESIDE),
    },
    yaxis: { ...axisUp(drawn, heights, { ...size, height: Math.max(60, inner - lane - rows) }), domain: [Math.min(0.4, rows / inner), Math.max(0.6, 1 - lane / inner)] },
  };
}

/** @param {DrawnLine} drawn @param {Heights} heights @param {Size} size */
function axisUp({ scene: { theme } }, { logarithmic, range, floor }, size) {
  const axis = /** @type {any} */ (valueAxis(theme, size, range, logarithmic, 1));
  if (floor === null) return axis;
  const near = (APART / size.height) * (range[1] - range[0]);
  /** @type {Array<{at: number, text: string}>} */
  const marks = (axis.tickvals ?? []).map((/** @type {number} */ at, /** @type {number} */ i) => ({ at, text: axis.ticktext[i] }));
  const kept = [{ at: floor, text: "≈ 0" }, ...marks.filter(({ at }) => Math.log10(at) > Math.log10(floor) + near)];
  return { ...axis, nticks: undefined, tickvals: kept.map(({ at }) => at), ticktext: kept.map(({ text }) => text) };
}

/** A line a run that is shown. @param {DrawnLine} drawn @param {Heights} heights */
export function lineTraces(drawn, { rows }) {
  const { line, scene, stale } = drawn;
  return shownOf(drawn).map((i) => ({
    type: "scatter", mode: "lines", hoverinfo: "skip", connectgaps: false, name: scene.runs[line.runs[i].place].name, x: line.values, y: rows[i],
    opacity: stale ? FAINT : SOFT, line: { color: scene.colors[line.runs[i].place], width: 1.5 },
  }));
}
