// Where the axes of a map have their marks: few, and in the numbers that the lab writes, on a logarithmic axis, too.

import { number } from "../../shared/format.js";

/** @typedef {[number, number]} Range */

const DECADES = 1.5; // over more than these there are powers of ten alone
const TICK = 52; // px that a label below needs
const FEWEST = 3;
const CLOSE = 1e-3; // of their size: ends nearer than that have marks that are told by how far they are apart
const SETS = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]]; // times a power of ten, many marks first

/**
 * Tick marks at powers of ten, as many as have room; Plotly's own where it is not logarithmic over decades.
 * @param {{scale: string}} axis
 * @param {[number, number]} range
 * @param {number} width px
 */
export function ticksAcross({ scale }, [from, to], width) {
  if (scale !== "log" || to - from < DECADES) return { nticks: Math.max(3, Math.floor(width / 90)), exponentformat: "e", minexponent: 4, ...(scale === "whole" ? { tickformat: ",d" } : {}) };
  const all = Array.from({ length: Math.floor(to) - Math.ceil(from) + 1 }, (_, k) => Math.ceil(from) + k);
  const every = Math.max(1, Math.ceil((all.length * TICK) / width));
  const powers = all.filter((_, k) => k % every === 0);
  return { tickvals: powers.map((power) => 10 ** power), ticktext: powers.map((power) => number(Number(`1e${power}`))) };
}

/**
 * Numbers that are easy to read between two, on a logarithmic axis.
 * @param {Range} range powers of ten
 * @param {number} most marks
 */
export function logMarks([from, to], most) {
  const within = (/** @type {number} */ value) => value >= 10 ** from * (1 - 1e-9) && value <= 10 ** to * (1 + 1e-9);
  for (const set of SETS) {
    const found = Array.from({ length: Math.ceil(to) - Math.floor(from) + 1 }, (_, k) => Math.floor(from) + k).flatMap((power) => set.map((times) => Number(`${times}e${power}`))).filter(within);
    if (found.length >= FEWEST && found.length <= most) return found;
  }
  return evenMarks([10 ** from, 10 ** to], most).filter(within);
}

/** Round numbers at even distances. @param {Range} ends @param {number} most */
function evenMarks([low, high], most) {
  const step = stepOf(low, high, most);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(high / step + 1e-9) - first + 1) }, (_, k) => Number(((first + k) * step).toPrecision(15)));
}

/**
 * Marks so close to each other that a number's first digits do not tell them apart: the first one, and how far the others are from it.
 * @param {Range} ends
 * @param {number} most
 */
function closeMarks([low, high], most) {
  const step = stepOf(low, high, most);
  const nearest = Math.ceil(low / step) * step;
  const first = nearest - low < 0.05 * step ? nearest + step : nearest; // which is seen whole
  const far = Array.from({ length: Math.max(1, Math.floor((high - first) / step) + 1) }, (_, k) => k * step);
  return { close: true, tickvals: far.map((one) => first + one), ticktext: far.map((one) => (one ? `+${number(one, 2)}` : `${number(first)}…`)) };
}

/** A round distance between marks. @param {number} low @param {number} high @param {number} most */
function stepOf(low, high, most) {
  const least = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((times) => times * power).find((one) => one >= least) ?? least;
}

/**
 * What Plotly is to know of an axis' marks.
 * @param {string} scale
 * @param {Range} range in units of the axis
 * @param {number} length px
 * @param {number} need px that a label takes along the axis
 */
export function ticksOf(scale, range, length, need) {
  const most = Math.max(2, Math.floor(length / need));
  const ends = /** @type {Range} */ (scale === "log" ? range.map((one) => 10 ** one) : range);
  if (scale !== "whole" && ends[1] - ends[0] < CLOSE * Math.max(...ends.map(Math.abs))) return closeMarks(ends, most);
  if (scale !== "log") return { nticks: Math.min(8, most + 1), exponentformat: "e", minexponent: 4, ...(scale === "whole" ? { tickformat: ",d" } : {}) };
  if (range[1] - range[0] >= DECADES) return ticksAcross({ scale }, range, (length * TICK) / need);
  const marks = logMarks(range, most);
  const digits = Math.min(12, Math.max(4, 2 + Math.ceil(-Math.log10(range[1] - range[0]))));
  return { tickvals: marks, ticktext: marks.map((value) => number(value, digits)) };
}
