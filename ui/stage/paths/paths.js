// Draws paths on canvases over a plot: what lies behind, what is still to come, and the ball between them.

import { COVERED, EXIT, MOVE, newOutline, newTrace, outline, positionAt, project, vertexBefore } from "./outline.js";

/**
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {import("./outline.js").Trace} Trace
 * @typedef {import("./outline.js").Box} Box
 * @typedef {import("./outline.js").Projection} Projection
 *
 * @typedef {Object} Scene what all views draw
 * @property {Run[]} runs
 * @property {string[]} colors one a run
 * @property {boolean[]} shown one a run
 * @property {number} steps
 * @property {Box} view the data's own window; only what leaves this is said to leave
 * @property {import("../shared/theme.js").Theme} theme
 *
 * @typedef {Object} Moment
 * @property {number} time fractional step
 * @property {boolean} moving playing: only the past is drawn
 *
 * @typedef {Object} Hit
 * @property {number} run
 * @property {number} step
 * @property {number} x
 * @property {number} y
 */

const LINE = 2.25;
const CASING = 5.25;
const DOT_SPACING = 7;
const DOTS = 200; // first steps of a run; beyond that they are noise
const REACH = 12; // px from the pointer to a path
const PIECES = 32; // segments a stroke
const [BALL, SMALL] = [6, 3]; // px, the radius of a ball: alone, and among the ends of many
const CLEAR = 14; // px from a ball, within which the marks beside it would hide those ends
const TURN = Math.PI * 2;

/**
 * @param {HTMLElement} host
 * @param {string} name
 */
function addCanvas(host, name) {
  const canvas = document.createElement("canvas");
  canvas.className = `thw-canvas thw-${name}`;
  canvas.setAttribute("aria-hidden", "true");
  host.append(canvas);
  return canvas;
}

/**
 * Three canvases in a host, and the drawing on them.
 * @param {HTMLElement} host
 * @param {{startRing?: boolean, labels?: boolean, over?: HTMLElement[]}} [options] what this view draws besides the paths; over: what no label may lie under
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
  /** @type {Array<Spot>} where the diamonds of runs that arrived are drawn, one a run */
  let diamonds = [];
  /** @type {Moment} the one drawn last */
  let moment = { time: 0, moving: false };

  /** @param {{left: number, top: number, width: number, height: number}} frame */
  function place(frame) {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const same = size.left === frame.left && size.top === frame.top && size.width === frame.width && size.height === frame.height;
    if (same && size.ratio === ratio) return;
    size = { left: frame.left, top: frame.top, width: frame.width, height: frame.height, ratio };
    for (const canvas of [ghost, trail, top]) {
      canvas.width = Math.round(frame.width * ratio);
      canvas.height = Math.round(frame.height * ratio);
      canvas.style.cssText = `left:${frame.left}px;top:${frame.top}px;width:${frame.width}px;height:${frame.height}px`;
    }
    for (const pen of pens) pen.setTransform(ratio, 0, 0, ratio, 0, 0);
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
    const resting = !moment.moving;
    const ahead = resting && moment.time < scene.steps;
    ghost.style.visibility = ahead ? "visible" : "hidden";
    if (ahead && !ghostDrawn) drawGhost();
    drawTrail(moment.time);
    drawMarkers(resting);
  }

  function drawGhost() {
    ghostPen.clearRect(0, 0, size.width, size.height);
    eachShown((trace, color) => {
      inkPath(ghostPen, trace, 0, trace.last, 0, { color, width: LINE, alpha: 1 });
    });
    ghostDrawn = true;
  }

  /** @param {number} time */
  function drawTrail(time) {
    if (drawnTo === time) return;
    const from = drawnTo < 0 || time < drawnTo ? 0 : drawnTo;
    if (from === 0) trailPen.clearRect(0, 0, size.width, size.height);
    const paper = scene ? scene.theme.paper : "#fff";
    eachShown((trace, color) => extend(trailPen, trace, color, paper, from, time));
    drawnTo = time;
  }

  /** @param {boolean} resting */
  function drawMarkers(resting) {
    if (!scene) return;
    topPen.clearRect(0, 0, size.width, size.height);
    diamonds = scene.runs.map(() => null);
    const labels = options.labels === false ? NO_LABELS : createLabels(topPen, scene.theme, size.width, size.height, covered);
    const atEnd = resting && moment.time >= scene.steps;
    eachShown((trace, color, run, index) => {
      const art = { pen: topPen, color, paper: /** @type {Scene} */ (scene).theme.paper };
      if (options.startRing) ring(art, positionAt(trace, 0), 5);
      if (resting && !atEnd) endSquare(art, positionAt(trace, trace.last));
      const now = positionAt(trace, moment.time);
      const seen = (/** @type {Spot} */ spot) => !amongMany(run) || !spot || !now || Math.hypot(spot.x - now.x, spot.y - now.y) > CLEAR;
      const best = positionAt(trace, run.best);
      if (atEnd && run.best > 0 && run.best < run.last && seen(best)) ring(art, best, 4);
      if (run.reached !== null && moment.time >= run.reached) {
        diamonds[index] = positionAt(trace, run.reached);
        if (seen(diamonds[index])) diamond(art, diamonds[index]);
      }
      drawExits(art, trace, run, moment.time, labels);
    });
    eachShown((trace, color, run) => {
      const art = { pen: topPen, color, paper: /** @type {Scene} */ (scene).theme.paper };
      const spot = positionAt(trace, moment.time);
      if (!spot) return;
      if (run.last < run.steps && moment.time >= run.last) {
        brokenEnd(art, spot);
        labels.put(run.flag ?? `not finite at ${run.last + 1}`, spot.x, spot.y, color);
      } else {
        ball(art, spot, amongMany(run) ? SMALL : BALL);
      }
    });
  }

  /** What buttons and words lie over the picture. @returns {Rectangle[]} */
  function covered() {
    const home = top.getBoundingClientRect();
    return (options.over ?? []).filter((part) => part.offsetWidth > 0 && !part.classList.contains("thw-gone")).map((part) => {
      const box = part.getBoundingClientRect();
      return [box.left - home.left, box.top - home.top, box.width, box.height];
    });
  }

  /**
   * @param {Art} art
   * @param {Trace} trace
   * @param {Run} run
   * @param {number} time
   * @param {Labels} labels
   */
  function drawExits(art, trace, run, time, labels) {
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
    if (!leavesView(run, next)) return;
    const flagged = run.flag && time >= run.last && run.last < run.steps;
    const text = flagged || (run.flag && time >= run.steps) ? String(run.flag) : `leaves at ${next}`;
    labels.put(text, trace.x[vertex], trace.y[vertex], art.color);
  }

  /**
   * @param {Run} run
   * @param {number} step
   */
  function leavesView(run, step) {
    const [x0, x1, y0, y1] = /** @type {Scene} */ (scene).view;
    const x = run.series.x[step];
    const y = run.series.y[step];
    return !(x >= x0 && x <= x1 && y >= y0 && y <= y1);
  }

  /** @param {(trace: Trace, color: string, run: Run, index: number) => void} visit */
  function eachShown(visit) {
    if (!scene) return;
    for (let i = 0; i < traces.length; i++) if (scene.shown[i]) visit(traces[i], scene.colors[i], scene.runs[i], i);
  }

  /**
   * The drawn iterate nearest to a point of the browser's window.
   * @param {number} clientX
   * @param {number} clientY
   * @returns {Hit|null}
   */
  function hit(clientX, clientY) {
    const home = top.getBoundingClientRect();
    const [x, y] = [clientX - home.left, clientY - home.top];
    /** @type {Hit|null} */
    let best = null;
    let nearest = REACH * REACH;
    eachShown((trace, _color, _run, index) => {
      const end = Math.min(Math.floor(moment.time), trace.last);
      for (let j = 0; j <= end; j++) {
        const dx = trace.iterateX[j] - x;
        const dy = trace.iterateY[j] - y;
        const distance = dx * dx + dy * dy;
        if (distance < nearest || (distance === nearest && best?.run === index)) {
          nearest = distance;
          best = { run: index, step: j, x: trace.iterateX[j], y: trace.iterateY[j] };
        }
      }
    });
    return best;
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
 * Add the part of a path between two steps, as a coloured line with its casing beneath everything drawn so far.
 * @param {CanvasRenderingContext2D} pen
 * @param {Trace} trace
 * @param {string} color
 * @param {string} paper
 * @param {number} from
 * @param {number} to
 */
function extend(pen, trace, color, paper, from, to) {
  inkPath(pen, trace, from, to, 1, { color, width: LINE * 0.8, alpha: 0.3 });
  if (!inkPath(pen, trace, from, to, 0, { color, width: LINE, alpha: 1 })) return;
  dots(pen, trace, color, from, to);
  pen.globalCompositeOperation = "destination-over";
  inkPath(pen, trace, from, to, 0, { color: paper, width: CASING, alpha: 1 });
  pen.globalCompositeOperation = "source-over";
}

/**
 * Stroke the path between two steps; only the vertices in sight (0) or behind the relief (1).
 * In short pieces: one long stroke that crosses itself thousands of times takes seconds to rasterize.
 * @param {CanvasRenderingContext2D} pen
 * @param {Trace} trace
 * @param {number} from
 * @param {number} to
 * @param {0|1} hidden
 * @param {{color: string, width: number, alpha: number}} style
 * @returns {boolean} whether anything was drawn
 */
function inkPath(pen, trace, from, to, hidden, style) {
  pen.lineJoin = "round";
  pen.lineCap = "round";
  pen.lineWidth = style.width;
  pen.strokeStyle = style.color;
  pen.globalAlpha = style.alpha;
  const end = Math.min(to, trace.last);
  let i = vertexBefore(trace, from);
  let [x, y] = i >= 0 ? between(trace, i, from) : [NaN, NaN];
  let pieces = 0;
  let any = false;
  const flush = () => {
    if (pieces) pen.stroke();
    pieces = 0;
  };
  for (i += 1; i < trace.count; i++) {
    const lifts = trace.flags[i] & (MOVE | COVERED);
    if (trace.step[i] > end && (trace.flags[i] & MOVE || trace.step[i - 1] >= end)) break;
    const [nextX, nextY] = trace.step[i] > end ? between(trace, i - 1, end) : [trace.x[i], trace.y[i]];
    if (lifts || trace.hidden[i] !== hidden) {
      flush();
    } else {
      if (!pieces) {
        pen.beginPath();
        pen.moveTo(x, y);
      }
      pen.lineTo(nextX, nextY);
      any = true;
      pieces += 1;
      if (pieces >= PIECES) flush();
    }
    [x, y] = [nextX, nextY];
  }
  flush();
  pen.globalAlpha = 1;
  return any;
}

/**
 * The point on the segment after a vertex.
 * @param {Trace} trace
 * @param {number} i
 * @param {number} time
 * @returns {[number, number]}
 */
function between(trace, i, time) {
  if (i + 1 >= trace.count || trace.flags[i + 1] & MOVE) return [trace.x[i], trace.y[i]];
  const t = Math.max(0, Math.min(1, (time - trace.step[i]) / (trace.step[i + 1] - trace.step[i])));
  return [trace.x[i] + t * (trace.x[i + 1] - trace.x[i]), trace.y[i] + t * (trace.y[i + 1] - trace.y[i])];
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Trace} trace
 * @param {string} color
 * @param {number} from
 * @param {number} to
 */
function dots(pen, trace, color, from, to) {
  pen.fillStyle = color;
  const end = Math.min(Math.floor(to), trace.last, DOTS);
  for (let j = Math.max(1, Math.ceil(from)); j <= end; j++) {
    const x = trace.iterateX[j];
    const y = trace.iterateY[j];
    if (!(Math.hypot(x - trace.iterateX[j - 1], y - trace.iterateY[j - 1]) > DOT_SPACING) || positionAt(trace, j)?.hidden) continue;
    pen.beginPath();
    pen.arc(x, y, 2.3, 0, TURN);
    pen.fill();
  }
}

/**
 * @typedef {{pen: CanvasRenderingContext2D, color: string, paper: string}} Art
 * @typedef {{x: number, y: number, hidden: boolean}|null} Spot
 */

/**
 * Fill or outline the current shape in the run's colour, cased in paper.
 * @param {Art} art
 * @param {Spot} spot
 * @param {(pen: CanvasRenderingContext2D, x: number, y: number) => void} shape
 * @param {boolean} filled
 * @param {number} casing
 */
function cased(art, spot, shape, filled, casing) {
  if (!spot) return;
  const { pen } = art;
  pen.globalAlpha = spot.hidden ? 0.4 : 1;
  pen.lineJoin = "round";
  pen.lineCap = "round";
  pen.beginPath();
  shape(pen, spot.x, spot.y);
  pen.strokeStyle = art.paper;
  pen.lineWidth = filled ? casing : casing + 2;
  pen.stroke();
  if (filled) {
    pen.fillStyle = art.color;
    pen.fill();
  } else {
    pen.strokeStyle = art.color;
    pen.lineWidth = 2;
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

/**
 * @param {Art} art
 * @param {Spot} spot
 * @param {number} radius
 */
const ring = (art, spot, radius) => cased(art, spot, (pen, x, y) => pen.arc(x, y, radius, 0, TURN), false, 2.5);

/**
 * @param {Art} art
 * @param {Spot} spot
 * @param {number} radius
 */
const ball = (art, spot, radius) => cased(art, spot, (pen, x, y) => pen.arc(x, y, radius, 0, TURN), true, 0.75 * radius);

/** Whether the ends of a run's members are drawn: then its ball and its marks leave them in sight. @param {Run} run */
const amongMany = (run) => Boolean(run.many?.x.length);

/**
 * @param {Art} art
 * @param {Spot} spot
 */
const endSquare = (art, spot) => cased(art, spot, (pen, x, y) => pen.rect(x - 3.5, y - 3.5, 7, 7), false, 2.5);

/**
 * @param {Art} art
 * @param {Spot} spot
 */
const diamond = (art, spot) => cased(art, spot, diamondShape, true, 3.5);

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 */
function diamondShape(pen, x, y) {
  pen.moveTo(x, y - 6.5);
  pen.lineTo(x + 5.5, y);
  pen.lineTo(x, y + 6.5);
  pen.lineTo(x - 5.5, y);
  pen.closePath();
}

/**
 * @param {Art} art
 * @param {Spot} spot
 */
const brokenEnd = (art, spot) =>
  cased(art, spot, (pen, x, y) => {
    pen.arc(x, y, 7, 0, TURN);
    pen.moveTo(x - 2.8, y - 2.8);
    pen.lineTo(x + 2.8, y + 2.8);
    pen.moveTo(x + 2.8, y - 2.8);
    pen.lineTo(x - 2.8, y + 2.8);
  }, false, 3);

/**
 * @param {Art} art
 * @param {Trace} trace
 * @param {number} vertex an exit
 */
function arrowhead(art, trace, vertex) {
  let before = vertex - 1;
  const x = trace.x[vertex];
  const y = trace.y[vertex];
  while (before > 0 && !(trace.flags[before] & (MOVE | EXIT)) && Math.hypot(x - trace.x[before], y - trace.y[before]) < 4) before--;
  const angle = Math.atan2(y - trace.y[before], x - trace.x[before]);
  const at = (/** @type {number} */ along, /** @type {number} */ across) =>
    /** @type {[number, number]} */ ([
      x + along * Math.cos(angle) - across * Math.sin(angle),
      y + along * Math.sin(angle) + across * Math.cos(angle),
    ]);
  cased(art, { x, y, hidden: false }, (pen) => {
    pen.moveTo(...at(-1, 0));
    pen.lineTo(...at(-13, 6));
    pen.lineTo(...at(-10, 0));
    pen.lineTo(...at(-13, -6));
    pen.closePath();
  }, true, 3.5);
}

/** @typedef {[number, number, number, number]} Rectangle left, top, width, height */

/** @typedef {{put: (text: string, x: number, y: number, color: string) => void}} Labels */

/** @type {Labels} */
const NO_LABELS = { put() {} };

/**
 * Small labels that stay in the picture and off one another.
 * @param {CanvasRenderingContext2D} pen
 * @param {import("../shared/theme.js").Theme} theme
 * @param {number} width
 * @param {number} height
 * @param {() => Rectangle[]} covered by what lies over the picture; asked only where there is a label
 * @returns {Labels}
 */
function createLabels(pen, theme, width, height, covered) {
  /** @type {Rectangle[]|null} */
  let known = null;
  const taken = () => (known ??= covered());
  const HEIGHT = 20;
  const free = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ w) =>
    taken().every(([a, b, c, d]) => x + w < a || a + c < x || y + HEIGHT < b || b + d < y);
  return {
    put(text, x, y, color) {
      pen.font = `500 12px ${theme.font}`;
      const w = pen.measureText(text).width + 22;
      const left = Math.max(4, Math.min(width - w - 4, x > width / 2 ? x - w - 12 : x + 12));
      let above = Math.max(4, Math.min(height - HEIGHT - 4, y - HEIGHT / 2));
      const way = above > height / 2 ? -1 : 1;
      const room = () => (way < 0 ? above > 4 : above < height - HEIGHT - 4);
      while (!free(left, above, w) && room()) above += way * (HEIGHT + 2);
      taken().push([left, above, w, HEIGHT]);
      label(pen, theme, text, left, above, w, HEIGHT, color);
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {import("../shared/theme.js").Theme} theme
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} w
 * @param {number} h
 * @param {string} color
 */
function label(pen, theme, text, x, y, w, h, color) {
  pen.globalAlpha = 0.94;
  pen.fillStyle = theme.paper;
  pen.beginPath();
  pen.roundRect(x, y, w, h, 6);
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = theme.grid;
  pen.lineWidth = 1;
  pen.stroke();
  pen.fillStyle = color;
  pen.beginPath();
  pen.arc(x + 9, y + h / 2, 3, 0, TURN);
  pen.fill();
  pen.fillStyle = theme.ink;
  pen.textBaseline = "middle";
  pen.fillText(text, x + 16, y + h / 2 + 0.5);
}
