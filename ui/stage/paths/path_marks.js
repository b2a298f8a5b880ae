// The marks of a moment on the paths: where each run is, where it was best, converged, left the picture or broke off.

import { createLabels, NO_LABELS } from "./labels.js";
import { arrowhead, brokenEnd, diamond, endSquare, ring, shares, star } from "./markers.js";
import { positionAt } from "./outline.js";
import { count } from "../shared/format.js";
import { headline } from "../shared/headline.js";

/**
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {import("../flow/picture.js").Moment} Moment
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {import("./labels.js").Labels} Labels
 * @typedef {import("./labels.js").Rectangle} Rectangle
 * @typedef {import("./markers.js").Art} Art
 * @typedef {import("./markers.js").Spot} Spot
 * @typedef {import("./outline.js").Box} Box
 * @typedef {import("./outline.js").Trace} Trace
 *
 * @typedef {Object} Sheet where they are drawn
 * @property {CanvasRenderingContext2D} pen
 * @property {number} width
 * @property {number} height
 * @property {() => boolean} [startRing] whether the start is marked
 * @property {boolean} large whether it is read from afar
 * @property {boolean} [labels] false: none
 * @property {() => boolean} [named] whether the balls have their names
 * @property {() => boolean} [marked] whether something is drawn around the balls, which their names leave free
 * @property {() => Array<[number, number]>} [stars] where the global minima are
 * @property {() => Rectangle[]} covered by what lies over the picture
 * @property {Map<string, number>} known where labels were last
 */

const [BALL, SMALL] = [6, 3]; // px, the radius of a ball: alone, and among the ends of many
const TOGETHER = 5; // px: balls nearer than that are one, of which each run has its part
const OVER = 8; // px from a star, within which a ball would hide it
const SLIM = 400; // px: a picture so narrow has no room for verdicts beside the names
const MARKED = 40; // px around a ball, which most of what is drawn around it takes
const CLEAR = 14; // px from a ball, within which the marks beside it would hide those ends

/**
 * @param {Scene} scene
 * @param {Trace[]} traces one a run
 * @param {(trace: Trace, color: string, run: Run, index: number) => void} visit
 */
export function eachShown({ runs, colors, shown }, traces, visit) {
  for (let i = 0; i < traces.length; i++) if (shown[i]) visit(traces[i], colors[i], runs[i], i);
}

/**
 * Draw all marks, the balls above the others.
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {Trace[]} traces one a run
 * @param {Moment} moment
 * @returns {Spot[]} where the diamonds of runs that converged are, one a run
 */
export function drawMarks(sheet, scene, traces, { time, moving }) {
  const { pen } = sheet;
  const { theme, steps, view } = scene;
  const resting = !moving;
  const atEnd = resting && time >= steps;
  const [around, ringed] = [sheet.marked?.() ? MARKED : 0, Boolean(sheet.startRing?.())];
  const labels = sheet.labels === false ? NO_LABELS : createLabels(pen, theme, { ...sheet, free: around }, sheet.covered, sheet.known);
  /** @type {Spot[]} */
  const diamonds = scene.runs.map(() => null);
  eachShown(scene, traces, (trace, color, run, index) => {
    const art = { pen, color, paper: theme.paper };
    if (ringed) ring(art, positionAt(trace, 0), 5);
    if (resting && !atEnd) endSquare(art, positionAt(trace, trace.last));
    const now = positionAt(trace, time);
    const seen = (/** @type {Spot} */ spot) => !amongMany(run) || !spot || !now || Math.hypot(spot.x - now.x, spot.y - now.y) > CLEAR;
    const best = positionAt(trace, run.best);
    if (atEnd && run.best > 0 && run.best < run.last && seen(best)) ring(art, best, 4);
    if (run.reached !== null && time >= run.reached) {
      diamonds[index] = positionAt(trace, run.reached);
      if (seen(diamonds[index])) diamond(art, diamonds[index]);
    }
    drawExits(art, trace, run, time, labels, view);
  });
  const balls = ballsAt(scene, traces, time);
  const stars = sheet.stars?.() ?? [];
  for (const one of balls) labels.keep(one.x, one.y, around);
  for (const one of stars) labels.keep(...one);
  eachShown(scene, traces, (trace, color, run) => drawBroken({ pen, color, paper: theme.paper }, trace, run, time, labels));
  for (const { x, y, hidden, runs, size } of balls) shares({ pen, color: "", paper: theme.paper }, { x, y, hidden }, runs.map((i) => scene.colors[i]), size);
  for (const [x, y] of stars) {
    if (balls.some((one) => Math.hypot(one.x - x, one.y - y) < OVER)) star({ pen, color: theme.ink, paper: theme.paper }, { x, y, hidden: false });
  }
  if (sheet.named?.()) nameBalls(balls, scene, labels, atEnd && sheet.width >= SLIM);
  return diamonds;
}

/**
 * The balls of a moment, those in one place together.
 * @param {Scene} scene
 * @param {Trace[]} traces
 * @param {number} time
 */
function ballsAt(scene, traces, time) {
  /** @type {Array<{x: number, y: number, hidden: boolean, runs: number[], size: number}>} */
  const balls = [];
  eachShown(scene, traces, (trace, _color, run, index) => {
    const spot = positionAt(trace, time);
    if (!spot || isBroken(run, time)) return;
    const size = amongMany(run) ? SMALL : BALL;
    const there = balls.find((one) => one.hidden === spot.hidden && one.size === size && Math.hypot(one.x - spot.x, one.y - spot.y) < TOGETHER);
    if (there) there.runs.push(index);
    else balls.push({ ...spot, runs: [index], size });
  });
  return balls;
}

/**
 * Each run's name beside its ball, perhaps with what became of it.
 * @param {ReturnType<typeof ballsAt>} balls
 * @param {Scene} scene
 * @param {Labels} labels
 * @param {boolean} told whether what became of it is told
 */
function nameBalls(balls, scene, labels, told) {
  for (const { x, y, hidden, runs } of balls) {
    if (hidden) continue;
    for (const i of runs) {
      const { name, key } = scene.runs[i];
      const { title } = headline(scene.runs[i]);
      labels.put(told && title && !amongMany(scene.runs[i]) ? `${name}: ${title.charAt(0).toLowerCase()}${title.slice(1)}` : name, x, y, scene.colors[i], key);
    }
  }
}

/** Whether a run broke off by then. @param {Run} run @param {number} time */
const isBroken = (run, time) => run.last < run.steps && time >= run.last;

/**
 * Where a run broke off, if it did.
 * @param {Art} art
 * @param {Trace} trace
 * @param {Run} run
 * @param {number} time
 * @param {Labels} labels
 */
function drawBroken(art, trace, run, time, labels) {
  const spot = isBroken(run, time) && positionAt(trace, time);
  if (!spot) return;
  brokenEnd(art, spot);
  labels.put(`${run.name}: ${run.flag ?? `not finite at ${count(run.last + 1)}`}`, spot.x, spot.y, art.color, run.key);
}

/** Whether the ends of a run's members are drawn: then its ball and its marks leave them in sight. @param {Run} run */
const amongMany = (run) => Boolean(run.many?.x.length);

/**
 * @param {Art} art
 * @param {Trace} trace
 * @param {Run} run
 * @param {number} time
 * @param {Labels} labels
 * @param {Box} view the data's own window
 */
function drawExits(art, trace, run, time, labels, view) {
  const passed = trace.exits.filter((vertex) => trace.step[vertex] <= time);
  const out = passed.length > 0 && !positionAt(trace, time);
  for (const vertex of passed.slice(-2)) {
    const final = vertex === passed[passed.length - 1];
    if (!final && !out) continue;
    if (final) arrowhead(art, trace, vertex);
  }
  if (!out) return;
  const vertex = passed[passed.length - 1];
  const next = Math.ceil(trace.step[vertex]);
  if (!leavesView(run, next, view)) return;
  const flagged = run.flag && time >= run.last && run.last < run.steps;
  const text = flagged || (run.flag && time >= run.steps) ? String(run.flag) : `leaves at ${count(next)}`;
  labels.put(`${run.name}: ${text}`, trace.x[vertex], trace.y[vertex], art.color, run.key);
}

/**
 * @param {Run} run
 * @param {number} step
 * @param {Box} view
 */
function leavesView(run, step, [x0, x1, y0, y1]) {
  const x = run.series.x[step];
  const y = run.series.y[step];
  return !(x >= x0 && x <= x1 && y >= y0 && y <= y1);
}
