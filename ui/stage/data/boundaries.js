// Where a classifier of two inputs goes over from one class to another, as pieces of lines in pixels.

import { ROW, SIDE, scoresOn } from "./lattice.js";
import { undecided } from "./prediction.js";
import { linesAt } from "../map/contours.js";

/**
 * @typedef {import("./data_axes.js").Axes} Axes
 * @typedef {import("./data_axes.js").Pair} Pair
 * @typedef {import("./predictor.js").Told} Told
 * @typedef {import("./predictor.js").Weights} Weights
 * @typedef {[Pair, Pair]} Piece
 */

const ZERO = { first: 0, step: 1, count: 1 };

/**
 * The pieces of the lines between classes, within the window.
 * @param {Told} told
 * @param {Weights} weights
 * @param {Axes} axes
 * @returns {Piece[]} px
 */
export function boundariesOf(told, weights, { window_, box, pixel }) {
  const inPixels = (/** @type {Piece|null} */ piece) => (piece ? [/** @type {Piece} */ (piece.map(pixel))] : []);
  if (!told.many) return inPixels(undecided([weights[0], weights[1]], told.settings.intercept, window_));
  if (told.many.kind === "softmax") return between(weights, told.many.classes, window_).flatMap(inPixels);
  const [scores] = scoresOn(told, weights, window_);
  /** @type {Piece[]} */
  const pieces = [];
  const at = (/** @type {number} */ x, /** @type {number} */ y) => /** @type {Pair} */ ([box.left + ((x - 0.5) / SIDE) * box.width, box.top + ((y - 0.5) / SIDE) * box.height]);
  linesAt(scores, ROW, ZERO, (fromX, fromY, toX, toY) => pieces.push([at(fromX, fromY), at(toX, toY)]));
  return pieces;
}

/**
 * Straight lines: where two classes are even, as far as no other is above both.
 * @param {Weights} w
 * @param {number} classes
 * @param {[Pair, Pair]} window_
 * @returns {Piece[]}
 */
function between(w, classes, window_) {
  const part = (/** @type {number} */ one, /** @type {number} */ other) => [0, 1, 2].map((row) => w[row * classes + one] - w[row * classes + other]);
  /** @type {Piece[]} */
  const found = [];
  for (let one = 0; one < classes; one++) {
    for (let other = one + 1; other < classes; other++) {
      const [a, b, c] = part(one, other);
      let piece = undecided([a, b], c, window_);
      for (let third = 0; third < classes && piece; third++) if (third !== one && third !== other) piece = above(piece, part(one, third));
      if (piece) found.push(piece);
    }
  }
  return found;
}

/** The part of a piece on which a x + b y + c is not below 0; null where there is none. @param {Piece} piece @param {number[]} plane @returns {Piece|null} */
function above([from, to], [a, b, c]) {
  const [start, end] = [a * from[0] + b * from[1] + c, a * to[0] + b * to[1] + c];
  if (!(start > 0 || end > 0)) return null;
  if (start >= 0 && end >= 0) return [from, to];
  const share = start / (start - end);
  const middle = /** @type {Pair} */ (from.map((value, i) => value + share * (to[i] - value)));
  return start > 0 ? [from, middle] : [middle, to];
}
