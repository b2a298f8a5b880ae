// The contour lines of the surface over a map's cells, and what is marked on it.

import { levelsOf, linesAt } from "../../map/contours.js";

/**
 * @typedef {import("../../flow/surface.js").Surface} Surface
 * @typedef {import("../../shared/plotly_internals.js").Frame} Frame
 */

const CALM = 45; // as long as all lines together may be, in widths of the picture, until they are drawn fainter
const FAINTEST = 0.3;
/** @type {WeakMap<Surface, {pieces: Float64Array, alpha: number}>} pieces of lines, four numbers each; how opaque they are */
const known = new WeakMap();

/** The pieces of a surface's contour lines, in its own coordinates; fainter where there are many. @param {Surface} surface */
function linesOf(surface) {
  const found = known.get(surface);
  if (found) return found;
  const { grid, map } = surface;
  const { x0, x1, y0, y1, nx, ny, z } = grid;
  const [across, up] = [(x1 - x0) / (nx - 1), (y1 - y0) / (ny - 1)];
  /** @type {number[]} */
  const pieces = [];
  linesAt(z, nx, levelsOf(grid, map.data[0]), (fromX, fromY, toX, toY) => pieces.push(x0 + fromX * across, y0 + fromY * up, x0 + toX * across, y0 + toY * up), ny);
  let length = 0;
  for (let i = 0; i < pieces.length; i += 4) length += Math.hypot((pieces[i + 2] - pieces[i]) / (x1 - x0), (pieces[i + 3] - pieces[i + 1]) / (y1 - y0));
  const made = { pieces: Float64Array.from(pieces), alpha: Math.max(FAINTEST, Math.min(1, CALM / length)) };
  known.set(surface, made);
  return made;
}

/**
 * @param {CanvasRenderingContext2D} pen whose origin is the frame's corner
 * @param {Frame} frame
 * @param {Surface} surface
 * @param {string} color
 */
export function drawLines(pen, { x, y, width, height }, surface, color) {
  const { pieces, alpha } = linesOf(surface);
  pen.globalAlpha = alpha;
  pen.strokeStyle = color;
  pen.lineWidth = 0.8;
  pen.beginPath();
  for (let i = 0; i < pieces.length; i += 4) {
    const [fromX, fromY] = [x.offset + x.scale * pieces[i], y.offset + y.scale * pieces[i + 1]];
    const [toX, toY] = [x.offset + x.scale * pieces[i + 2], y.offset + y.scale * pieces[i + 3]];
    if (Math.max(fromX, toX) < 0 || Math.min(fromX, toX) > width || Math.max(fromY, toY) < 0 || Math.min(fromY, toY) > height) continue;
    pen.moveTo(fromX, fromY);
    pen.lineTo(toX, toY);
  }
  pen.stroke();
  pen.globalAlpha = 1;
}
