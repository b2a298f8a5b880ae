// Where the members of every run start and where they ended, on a canvas over the map or the relief and under the paths.

import { fitCanvas } from "./canvases.js";

/**
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {{left: number, top: number, width: number, height: number}} Box the picture inside its panel
 * @typedef {(x: number, y: number, lift?: number) => {x: number, y: number, hidden?: boolean}|null} Place from data to pixels; null where there is no ground; lift: above it, as a share of all heights
 * @typedef {{run: number, full: boolean, count: number}} Part full: at a global minimum
 * @typedef {{x: number, y: number, hidden: boolean, parts: Part[]}} Heap ends on the same few pixels, perhaps behind a hill
 */

const DOT = 3.2; // px, the radius of one end
const LARGEST = 22; // px, of however many
const SHARE = 5; // ends that add as much area as the first one has
const NEAR = 7; // px: ends nearer than that are one disc, whose area grows with their number
const EDGE = 2.5; // px of paper around a disc
const CORNERS = 72; // of the line around the starts
const HIDDEN = 0.35; // how opaque a heap behind a hill is
const RIM = LARGEST + 2 * EDGE; // px around the picture, so that what lies on its border is drawn whole
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

  /** @param {Box} frame */
  function fit(frame) {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    fitCanvas(pen, { ...frame, ratio }, RIM);
  }

  return {
    /**
     * @param {Box} frame
     * @param {Scene} scene
     * @param {Place} place
     */
    draw(frame, scene, place) {
      heaps = heapsOf(frame, scene, place);
      const first = scene.runs.find((run) => run.many?.spread);
      canvas.hidden = !heaps.length && !first;
      if (canvas.hidden) return;
      fit(frame);
      if (first) ground(pen, frame, first, place, scene.theme);
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
 * @param {Box} frame
 * @param {import("../flow/packet.js").Run} run
 * @param {Place} place
 * @param {import("../shared/theme.js").Theme} theme
 */
function ground(pen, frame, run, place, theme) {
  const spread = run.many?.spread ?? 0;
  const [x, y] = [run.series.x[0], run.series.y[0]];
  const corners = Array.from({ length: CORNERS + 1 }, (_, i) => place(x + spread * Math.cos((TURN * i) / CORNERS), y + spread * Math.sin((TURN * i) / CORNERS)));
  pen.save();
  pen.beginPath();
  pen.rect(0, 0, frame.width, frame.height);
  pen.clip();
  pen.setLineDash([5, 4]);
  for (const [color, width] of /** @type {const} */ ([[theme.paper, 3.5], [theme.ink, 1.25]])) {
    pen.beginPath();
    corners.forEach((corner, i) => {
      if (corner && i && corners[i - 1]) pen.lineTo(corner.x, corner.y);
      else if (corner) pen.moveTo(corner.x, corner.y);
    });
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.globalAlpha = 0.65;
    pen.stroke();
  }
  pen.restore();
}

/** @param {Heap} heap */
const sizeOf = (heap) => heap.parts.reduce((sum, part) => sum + part.count, 0);

/**
 * All ends in sight, those that lie on each other together, the largest heaps first.
 * @param {Box} frame
 * @param {Scene} scene
 * @param {Place} place
 * @returns {Heap[]}
 */
function heapsOf(frame, scene, place) {
  /** @type {Heap[]} */
  const found = [];
  scene.runs.forEach((run, i) => {
    if (!run.many || !scene.shown[i]) return;
    for (let k = 0; k < run.many.x.length; k++) {
      const spot = place(run.many.x[k], run.many.y[k]);
      if (!spot || !(spot.x >= 0 && spot.x <= frame.width && spot.y >= 0 && spot.y <= frame.height)) continue; // elsewhere, or no number
      const { x, y, hidden = false } = spot;
      let heap = found.find((one) => one.hidden === hidden && Math.hypot(one.x - x, one.y - y) < NEAR);
      if (!heap) found.push((heap = { x, y, hidden, parts: [] }));
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
  const { x, y, hidden, parts } = heap;
  pen.globalAlpha = hidden ? HIDDEN : 1;
  const all = sizeOf(heap);
  const radius = Math.min(LARGEST, DOT * Math.sqrt(1 + (all - 1) / SHARE));
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
  pen.globalAlpha = 1;
}
