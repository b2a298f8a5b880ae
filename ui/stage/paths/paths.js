// Draws paths on canvases over a plot: what lies behind, what is still to come, and the ball between them.

import { addCanvas, fitCanvas } from "./canvases.js";
import { newOutline, newTrace, outline, positionAt, project } from "./outline.js";
import { drawMarks, eachShown } from "./path_marks.js";
import { extend, inkPath, LINE } from "./strokes.js";

/**
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {import("./outline.js").Trace} Trace
 * @typedef {import("./outline.js").Box} Box
 * @typedef {import("./outline.js").Projection} Projection
 *
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {import("../flow/picture.js").Moment} Moment
 *
 * @typedef {Object} Hit
 * @property {number} run
 * @property {number} step
 * @property {number} x
 * @property {number} y
 */

const REACH = 12; // px from the pointer to a path
const RIM = 10; // px around the picture, so that what lies on its border is drawn whole

/**
 * Three canvases in a host, and the drawing on them.
 * @param {HTMLElement} host
 * @param {{startRing?: () => boolean, labels?: boolean, named?: () => boolean, marked?: () => boolean, stars?: () => Array<[number, number]>, over?: HTMLElement[]}} [options] what this view draws besides the paths; named: whether balls have their names; marked: whether something is drawn around them; stars: where global minima are; over: what no label may lie under
 */
export function createPathLayer(host, options = {}) {
  const ghost = addCanvas(host, "ghost");
  const trail = addCanvas(host, "trail");
  const top = addCanvas(host, "top");
  const pens = [ghost, trail, top].map((canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")));
  const [ghostPen, trailPen, topPen] = pens;

  /** @type {Scene|null} */
  let scene = null;
  /** @type {Trace[]} */
  let traces = [];
  /** @type {import("./outline.js").Outline[]} */
  let outlines = [];
  let size = { left: 0, top: 0, width: 0, height: 0, ratio: 0 };
  let drawnTo = -1; // the step up to which the trail is on the canvas; -1: nothing of it is
  let ghostDrawn = false;
  /** @type {import("./markers.js").Spot[]} where the diamonds of runs that arrived are drawn, one a run */
  let diamonds = [];
  /** @type {Map<string, number>} where labels were drawn last */
  const known = new Map();
  /** @type {Moment} the one drawn last */
  let moment = { time: 0, step: 0, moving: false };

  /** @param {{left: number, top: number, width: number, height: number}} frame */
  function place(frame) {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const same = size.left === frame.left && size.top === frame.top && size.width === frame.width && size.height === frame.height;
    if (same && size.ratio === ratio) return;
    size = { left: frame.left, top: frame.top, width: frame.width, height: frame.height, ratio };
    for (const pen of pens) fitCanvas(pen, size, pen === topPen ? RIM : 0);
    stale();
  }

  function stale() {
    drawnTo = -1;
    ghostDrawn = false;
  }

  /**
   * Cut all paths to a box. Needed when the data or the box changes, not when only a camera moves.
   * @param {Scene} next
   * @param {Box} box
   * @param {import("./outline.js").Heights} [heights]
   */
  function cutTo(next, box, heights) {
    scene = next;
    next.runs.forEach((run, i) => {
      outlines[i] ??= newOutline();
      outline({ ...asPath(run) }, box, outlines[i], heights);
    });
    outlines.length = next.runs.length;
  }

  /** @param {Projection} projection */
  function projectAll(projection) {
    if (!scene) return;
    for (let i = 0; i < scene.runs.length; i++) {
      traces[i] ??= newTrace();
      const run = scene.runs[i];
      project(outlines[i], projection, run.series.x.length, run.last, traces[i]);
    }
    traces.length = scene.runs.length;
    stale();
  }

  /** @param {Moment} [next] without one, the same again */
  function draw(next = moment) {
    moment = next;
    if (!scene || !size.width) return;
    const ahead = !moment.moving && moment.time < scene.steps;
    ghost.style.visibility = ahead ? "visible" : "hidden";
    if (ahead && !ghostDrawn) drawGhost();
    drawTrail(moment.time);
    topPen.clearRect(-RIM, -RIM, size.width + 2 * RIM, size.height + 2 * RIM);
    diamonds = drawMarks({ pen: topPen, width: size.width, height: size.height, large: host.closest(".thw-large") !== null, ...options, covered, known }, scene, traces, moment);
  }

  function drawGhost() {
    ghostPen.clearRect(0, 0, size.width, size.height);
    visit((trace, color) => inkPath(ghostPen, trace, 0, trace.last, 0, { color, width: LINE, alpha: 1 }));
    ghostDrawn = true;
  }

  /** @param {number} time */
  function drawTrail(time) {
    if (drawnTo === time) return;
    const from = drawnTo < 0 || time < drawnTo ? 0 : drawnTo;
    if (from === 0) trailPen.clearRect(0, 0, size.width, size.height);
    const paper = scene ? scene.theme.paper : "#fff";
    visit((trace, color) => extend(trailPen, trace, color, paper, from, time));
    drawnTo = time;
  }

  /** @param {Parameters<typeof eachShown>[2]} each */
  function visit(each) {
    if (scene) eachShown(scene, traces, each);
  }

  /** What buttons and words lie over the picture. @returns {import("./labels.js").Rectangle[]} */
  function covered() {
    const home = ghost.getBoundingClientRect();
    return (options.over ?? []).filter((part) => part.offsetWidth > 0 && !part.classList.contains("thw-gone")).map((part) => {
      const box = part.getBoundingClientRect();
      return [box.left - home.left, box.top - home.top, box.width, box.height];
    });
  }

  /**
   * The drawn iterate nearest to a point of the browser's window.
   * @param {number} clientX
   * @param {number} clientY
   */
  function hit(clientX, clientY) {
    const home = ghost.getBoundingClientRect();
    return scene && nearest(scene, traces, moment.time, clientX - home.left, clientY - home.top);
  }

  return {
    place, cutTo, projectAll, draw, hit,
    diamonds: () => diamonds,
    /** Where the ball of a run is drawn. @param {number} run */
    ball: (run) => (traces[run] ? positionAt(traces[run], moment.time) : null),
  };
}

/** @param {Run} run */
function asPath(run) {
  const { x, y, z } = run.series;
  return { x, y, z, last: run.last };
}

/**
 * The iterate drawn nearest to a point, if it is near; of those in one place the last.
 * @param {Scene} scene
 * @param {Trace[]} traces one a run
 * @param {number} time up to which they are drawn
 * @param {number} x in the traces' pixels
 * @param {number} y
 * @returns {Hit|null}
 */
export function nearest(scene, traces, time, x, y) {
  /** @type {Hit|null} */
  let best = null;
  let least = REACH * REACH;
  eachShown(scene, traces, (trace, _color, _run, index) => {
    const end = Math.min(Math.floor(time), trace.last);
    for (let j = 0; j <= end; j++) {
      const dx = trace.iterateX[j] - x;
      const dy = trace.iterateY[j] - y;
      const distance = dx * dx + dy * dy;
      if (distance < least || (distance === least && best?.run === index)) {
        least = distance;
        best = { run: index, step: j, x: trace.iterateX[j], y: trace.iterateY[j] };
      }
    }
  });
  return best;
}
