// Where what is inside a step is drawn: flat on the map, and on the ground of the relief.

import { ARROWS } from "./inside_ink.js";

/**
 * @typedef {import("./inside_marks.js").View} View
 * @typedef {import("./inside_marks.js").Mark} Mark
 * @typedef {import("./inside_marks.js").Point} Point
 */

const FLAT = new Set(["spread", "way"]); // are not read on a slope: a cross in the plane, and a long line over hills
const SHORT = 0.02; // of the picture's width: as far along the ground as tells an arrow's direction
const ROOM = 380; // px of width from which on letters are drawn on the relief

/**
 * @param {ReturnType<typeof import("../shared/plotly_internals.js").readFrame>} frame
 * @returns {View|null}
 */
export function mapView(frame) {
  if (!frame) return null;
  const { x, y } = frame;
  return { box: frame, letters: true, to: ([dataX, dataY]) => [x.offset + x.scale * dataX, y.offset + y.scale * dataY] };
}

/**
 * @param {ReturnType<ReturnType<typeof import("../relief/relief_view.js").createReliefView>["frame"]>} frame
 * @param {number} width of the window, in data coordinates
 * @returns {View|null}
 */
export function reliefView(frame, width) {
  if (!frame) return null;
  /** @type {View["to"]} */
  const to = ([x, y]) => {
    const spot = frame.place(x, y);
    return spot ? [spot.x, spot.y] : [NaN, NaN];
  };
  const veiled = (/** @type {Point} */ [x, y]) => frame.place(x, y)?.hidden === true;
  return { box: frame, letters: frame.width >= ROOM, to, veiled, fit: (mark) => fitted(mark, SHORT * width) };
}

/**
 * An arrow that only shows a direction points along the slope under the ball, however far it would reach.
 * @param {Mark} mark
 * @param {number} most
 * @returns {Mark|null}
 */
function fitted(mark, most) {
  if (FLAT.has(mark.kind)) return null;
  if (!ARROWS.has(mark.kind) || mark.exact) return mark;
  const [x, y] = mark.from;
  const [dx, dy] = [mark.points[0][0] - x, mark.points[0][1] - y];
  const share = most / Math.hypot(dx, dy);
  return share < 1 ? { ...mark, points: [[x + share * dx, y + share * dy]] } : mark;
}
