// What is drawn over a map's cells: the run under the pointer, the cell that is pointed at, and where the experiment stands now.

import { newOutline, newTrace, outline, project } from "../../paths/outline.js";
import { extend } from "../../paths/strokes.js";

/**
 * @typedef {import("../../shared/plotly_internals.js").Frame} Frame
 * @typedef {import("../../shared/theme.js").Theme} Theme
 *
 * @typedef {Object} Pointed
 * @property {[number, number]|null} place in units of the axes: where a cross stands
 * @property {import("../tiles/tile_lattice.js").Box|null} cell what the cell there covers, likewise
 * @property {import("./hovered.js").Path|null} path of its run
 */

const TURN = Math.PI * 2;
const [BALL, RING, WIDE] = [6.5, 5, 3]; // px
const ARM = 9; // px of a cross, on either side
const SEEN = 5; // px: a cell smaller than that has no frame

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Frame} frame
 * @param {import("./hovered.js").Path} path
 * @param {string} color
 * @param {Theme} theme
 */
export function drawPath(pen, { x, y }, path, color, theme) {
  const box = /** @type {import("../../paths/outline.js").Box} */ ([...x.range, ...y.range]);
  const [way, trace] = [newOutline(), newTrace()];
  outline(path, box, way);
  project(way, { to(dataX, dataY, _z, pixel) {
    pixel[0] = x.offset + x.scale * dataX;
    pixel[1] = y.offset + y.scale * dataY;
  } }, path.x.length, path.last, trace);
  extend(pen, trace, color, theme.paper, 0, path.last);
  const [endX, endY] = [x.offset + x.scale * path.x[path.last], y.offset + y.scale * path.y[path.last]];
  disc(pen, [endX, endY], 4.5, color, theme.paper, 2);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {[number, number]} place px
 * @param {number} radius
 * @param {string} fill
 * @param {string} rim
 * @param {number} width of the rim
 */
function disc(pen, [x, y], radius, fill, rim, width) {
  if (!Number.isFinite(x + y)) return;
  pen.beginPath();
  pen.arc(x, y, radius, 0, TURN);
  pen.fillStyle = fill;
  pen.fill();
  pen.lineWidth = width;
  pen.strokeStyle = rim;
  pen.stroke();
}

/** Where the experiment stands now: the ball of the lab's map. @param {CanvasRenderingContext2D} pen @param {Frame} frame @param {number[]} place in units of the axes */
export function drawPresent(pen, { x, y }, [placeX, placeY]) {
  /** @type {[number, number]} */
  const spot = [x.offset + x.scale * placeX, y.offset + y.scale * placeY];
  disc(pen, spot, BALL + 1.6, "rgba(20, 26, 36, 0.55)", "transparent", 0);
  disc(pen, spot, RING, "#1d2430", "#ffffff", WIDE);
}

/** @param {CanvasRenderingContext2D} pen @param {Frame} frame @param {Pointed} pointed @param {Theme} theme */
export function drawCursor(pen, { x, y, width, height }, { place, cell }, theme) {
  if (cell) {
    const [left, right] = cell[0].map((edge) => x.offset + x.scale * edge);
    const [bottom, top] = cell[1].map((edge) => y.offset + y.scale * edge);
    if (right - left >= SEEN) stroked(pen, () => pen.rect(left, top, right - left, bottom - top), theme);
  }
  if (!place) return;
  const [atX, atY] = [x.offset + x.scale * place[0], y.offset + y.scale * place[1]];
  if (!(atX >= 0 && atX <= width && atY >= 0 && atY <= height)) return;
  stroked(pen, () => {
    pen.moveTo(atX - ARM, atY);
    pen.lineTo(atX + ARM, atY);
    pen.moveTo(atX, atY - ARM);
    pen.lineTo(atX, atY + ARM);
  }, theme);
}

/** Ink between edges of paper. @param {CanvasRenderingContext2D} pen @param {() => void} shape @param {Theme} theme */
function stroked(pen, shape, { ink, paper }) {
  for (const [color, width] of /** @type {Array<[string, number]>} */ ([[paper, 4], [ink, 1.5]])) {
    pen.beginPath();
    shape();
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.stroke();
  }
}
