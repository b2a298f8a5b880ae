// Where the members of every run start and where they ended, on a canvas over the map and under the paths.

/**
 * @typedef {import("./paths.js").Scene} Scene
 * @typedef {import("./plotly_internals.js").Frame} Frame
 * @typedef {{run: number, full: boolean, count: number}} Part full: at a global minimum
 * @typedef {{x: number, y: number, parts: Part[]}} Heap ends on the same few pixels
 */

const DOT = 3.2; // px, the radius of one end
const LARGEST = 14; // px, of however many
const NEAR = 7; // px: ends nearer than that are one disc, whose area grows with their number
const EDGE = 2.5; // px of paper around a disc
const TURN = Math.PI * 2;

/**
 * @param {HTMLElement} host
 */
export function createEnds(host) {
  const canvas = document.createElement("canvas");
  canvas.className = "thw-canvas thw-ends";
  canvas.setAttribute("aria-hidden", "true");
  host.append(canvas);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {Heap[]} */
  let heaps = [];

  /** @param {Frame} frame */
  function fit(frame) {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = Math.round(frame.width * ratio);
    canvas.height = Math.round(frame.height * ratio);
    canvas.style.cssText = `left:${frame.left}px;top:${frame.top}px;width:${frame.width}px;height:${frame.height}px`;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  return {
    /**
     * @param {Frame} frame
     * @param {Scene} scene
     */
    draw(frame, scene) {
      heaps = heapsOf(frame, scene);
      const first = scene.runs.find((run) => run.many?.spread);
      canvas.hidden = !heaps.length && !first;
      if (canvas.hidden) return;
      fit(frame);
      if (first) ground(pen, first, frame, scene.theme);
      for (const heap of heaps) disc(pen, heap, scene);
    },
    /** How many ends are drawn, and how many of them at a global minimum. */
    get counts() {
      const parts = heaps.flatMap((heap) => heap.parts);
      const sum = (/** @type {Part[]} */ list) => list.reduce((total, part) => total + part.count, 0);
      return { all: sum(parts), full: sum(parts.filter((part) => part.full)) };
    },
  };
}

/**
 * The disc in which they start.
 * @param {CanvasRenderingContext2D} pen
 * @param {import("./packet.js").Run} run
 * @param {Frame} frame
 * @param {import("./theme.js").Theme} theme
 */
function ground(pen, run, { x, y }, theme) {
  const spread = run.many?.spread ?? 0;
  const place = /** @type {const} */ ([x.offset + x.scale * run.series.x[0], y.offset + y.scale * run.series.y[0]]);
  pen.setLineDash([5, 4]);
  for (const [color, width] of /** @type {const} */ ([[theme.paper, 3.5], [theme.ink, 1.25]])) {
    pen.beginPath();
    pen.ellipse(...place, Math.abs(x.scale) * spread, Math.abs(y.scale) * spread, 0, 0, TURN);
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.globalAlpha = 0.65;
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

/** @param {Heap} heap */
const sizeOf = (heap) => heap.parts.reduce((sum, part) => sum + part.count, 0);

/**
 * All ends in sight, those that lie on each other together, the largest heaps first.
 * @param {Frame} frame
 * @param {Scene} scene
 * @returns {Heap[]}
 */
function heapsOf(frame, scene) {
  /** @type {Heap[]} */
  const found = [];
  scene.runs.forEach((run, i) => {
    if (!run.many || !scene.shown[i]) return;
    for (let k = 0; k < run.many.x.length; k++) {
      const x = frame.x.offset + frame.x.scale * run.many.x[k];
      const y = frame.y.offset + frame.y.scale * run.many.y[k];
      if (!(x >= 0 && x <= frame.width && y >= 0 && y <= frame.height)) continue; // elsewhere, or no number
      let heap = found.find((one) => Math.hypot(one.x - x, one.y - y) < NEAR);
      if (!heap) found.push((heap = { x, y, parts: [] }));
      add(heap, i, run.many.global[k] === 1);
    }
  });
  return found.sort((a, b) => sizeOf(b) - sizeOf(a));
}

/**
 * @param {Heap} heap
 * @param {number} run
 * @param {boolean} full
 */
function add(heap, run, full) {
  const part = heap.parts.find((one) => one.run === run && one.full === full);
  if (part) part.count += 1;
  else heap.parts.push({ run, full, count: 1 });
}

/**
 * A disc of which each run has its part, filled for those that reached a global minimum there, a mere rim for the others.
 * @param {CanvasRenderingContext2D} pen
 * @param {Heap} heap
 * @param {Scene} scene
 */
function disc(pen, heap, { colors, theme }) {
  const { x, y, parts } = heap;
  const all = sizeOf(heap);
  const radius = Math.min(LARGEST, DOT * Math.sqrt(1 + (all - 1) / 12));
  pen.beginPath();
  pen.arc(x, y, radius + EDGE, 0, TURN);
  pen.fillStyle = theme.paper;
  pen.fill();
  pen.lineWidth = 2;
  let turn = -TURN / 4;
  for (const { run, full, count } of parts) {
    const next = turn + (TURN * count) / all;
    pen.beginPath();
    if (full && count < all) pen.moveTo(x, y);
    pen.arc(x, y, full ? radius + 1 : radius, turn, next);
    pen.fillStyle = pen.strokeStyle = colors[run];
    if (full) pen.fill();
    else pen.stroke();
    turn = next;
  }
}
