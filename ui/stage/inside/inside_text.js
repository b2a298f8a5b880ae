// Values of a step as text that keeps its width: always four significant digits, so that nothing dances while it plays.

import { number } from "../shared/format.js";

/**
 * @param {number} value
 * @returns {string} "1.390", "−0.04000", "3.100e−5", or a word where there is no number
 */
export function digits(value) {
  if (!Number.isFinite(value) || value === 0) return number(value);
  const size = Math.abs(value);
  if (size >= 9999.5 && size < 99995) return String(Number(value.toPrecision(4))).replace("-", "−");
  const text = size >= 99995 || size < 1e-3 ? value.toExponential(3).replace("e+", "e") : value.toPrecision(4);
  return text.replaceAll("-", "−");
}

/**
 * A number, a pair, or the rows of a matrix.
 * @param {number[]} values
 * @param {(value: number) => string} [write]
 */
export function written(values, write = digits) {
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
  if (isList) return `(${values.map(setting).join(", ")})`;
  const text = written(values, fixed ? setting : digits);
  return values.length === 1 && values[0] < 0 ? `(${text})` : text;
}

/** A setting has as many digits as it was given. @param {number} value */
const setting = (value) => number(value).replaceAll("-", "−");

/**
 * What a table's cell says: of a cloud its mean and its covariance; a matrix row by row.
 * @param {import("./inside_reader.js").StateKind} kind
 * @param {number[]} values
 * @param {boolean} fixed a setting
 * @returns {string}
 */
export function cellText(kind, values, fixed) {
  const write = fixed ? setting : digits;
  if (kind === "ellipse") return `${written(values.slice(0, 2))}\n${cellText("matrix", values.slice(2), fixed)}`;
  if (kind === "matrix") return written(values, write).replace("; ", ";\n");
  return written(values, write);
}

/** @param {number[]} values */
const pairsOf = (values) => Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i], values[2 * i + 1]]);
