// Values of a step as text: numbers, pairs, and the rows of a matrix.

import { number, steady } from "../shared/format.js";

/**
 * A number, a pair, or the rows of a matrix.
 * @param {number[]} values
 * @param {(value: number) => string} [write]
 */
export function written(values, write = steady) {
  if (values.length === 1) return write(values[0]);
  const rows = pairsOf(values).map(([a, b]) => `${write(a)},\u00a0${write(b)}`);
  return values.length === 4 ? `[${rows.join("; ")}]` : rows.map((row) => `(${row})`).join("\n");
}

/**
 * A value within a formula: in parentheses where its sign would meet another.
 * @param {number[]} values
 * @param {boolean} fixed a setting, written as it was set
 * @param {boolean} isList numbers in a row that are not pairs
 */
export function inFormula(values, fixed, isList) {
  if (isList) return `(${values.map((value) => number(value)).join(", ")})`;
  const text = written(values, fixed ? setting : steady);
  return values.length === 1 && values[0] < 0 ? `(${text})` : text;
}

/** A setting has as many digits as it was given, and a count all of them. @param {number} value */
const setting = (value) => number(value, 6);

/**
 * What a table's cell says: of a cloud its mean and its covariance; a matrix row by row.
 * @param {import("./inside_reader.js").StateKind} kind
 * @param {number[]} values
 * @param {boolean} fixed a setting
 * @returns {string}
 */
export function cellText(kind, values, fixed) {
  const write = fixed ? setting : steady;
  if (kind === "ellipse") return `${written(values.slice(0, 2))}\n${cellText("matrix", values.slice(2), fixed)}`;
  if (kind === "matrix") return written(values, write).replace("; ", ";\n");
  return written(values, write);
}

/** @param {number[]} values */
const pairsOf = (values) => Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i], values[2 * i + 1]]);
