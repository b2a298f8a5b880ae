// What a fold of the panel says of what is set within: choices in words, and numbers as they now are.

import { count, number } from "../shared/format.js";

/**
 * @typedef {Object} SetNumber
 * @property {string} address
 * @property {string} text with "{}" where the number stands
 * @property {string} one the same for a single one
 * @property {boolean} whole
 * @property {number} value as the session knew it; what the stage told last goes before it
 * @property {number|null} default at which nothing is said; null: it is always said
 *
 * @typedef {string|SetNumber} Piece
 */

const DIGITS = 3; // within a sentence

/**
 * The line of a fold, empty where all is as it was.
 * @param {Piece[]} pieces
 * @param {Pick<import("./edits.js").Numbers, "values"|"defaults">|null} told
 */
export function setLine(pieces, told) {
  return pieces.map((piece) => (typeof piece === "string" ? piece : written(piece, told))).filter(Boolean).join(", ");
}

/** @param {SetNumber} piece @param {Parameters<typeof setLine>[1]} told */
function written({ address, text, one, whole, value, default: usual }, told) {
  const now = told?.values[address] ?? value;
  const unsaid = usual === null ? null : (told?.defaults[address] ?? usual);
  return now === unsaid ? "" : (now === 1 ? one : text).replace("{}", whole ? count(now) : number(now, DIGITS));
}
