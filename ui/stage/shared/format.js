// How a number is written for somebody who reads it; docs/architecture.md has the rule. numerals.py says the same.

/**
 * A text with numbers in it, which stand there as such until they are shown: a real one, null for none, or a count.
 * @typedef {string|{real: number|null}|{count: number}} Part
 * @typedef {Part[]} Said
 */

const MINUS = "\u2212";
const [LOWEST, HIGHEST] = [-3, 4]; // powers of ten of what is written without an exponent

/**
 * A real number with at most so many significant digits: three within a sentence, four where it stands alone.
 * @param {number} value
 * @param {number} [digits]
 * @returns {string} "0.0123", "−12.3", "1.234e−8", "not finite"
 */
export function number(value, digits = 4) {
  return typeset(typed(value, digits));
}

/**
 * A whole number, all of it, with a comma between thousands; a median of counts may end in a half.
 * @param {number} value
 * @returns {string} "19,000"
 */
export function count(value) {
  return typeset(String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ","));
}

/**
 * A real number as it may be typed again: as number has it, with the keyboard's minus.
 * @param {number} value
 * @param {number} [digits]
 */
export function typed(value, digits = 12) {
  if (!Number.isFinite(value)) return "not finite";
  if (value === 0) return "0"; // no minus before a zero
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power >= LOWEST && power <= HIGHEST) return String(Number(`${mantissa}e${power}`));
  return `${Number(mantissa)}e${power}`;
}

/**
 * A number that changes while it plays keeps all its digits, so that nothing dances: number with zeros at the end.
 * @param {number} value
 * @param {number} [digits]
 * @returns {string} "1.390", "−0.04000", "3.100e−5"
 */
export function steady(value, digits = 4) {
  if (!Number.isFinite(value) || value === 0) return number(value);
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power < LOWEST || power > HIGHEST) return typeset(`${mantissa}e${power}`);
  return typeset(power < digits ? value.toPrecision(digits) : typed(value, digits));
}

/**
 * A coordinate with decimals that suit the width of the window, so that digits do not dance.
 * @param {number} value
 * @param {number} span
 */
export function coordinate(value, span) {
  const decimals = Math.min(8, Math.max(0, 3 - Math.floor(Math.log10(span || 1))));
  return typeset(value.toFixed(decimals).replace(/^-(?=[0.]*$)/, ""));
}

/** A text with its numbers as they are written. @param {Said} parts */
export function said(parts) {
  return parts.map((part) => (typeof part === "string" ? part : "count" in part ? count(part.count) : number(part.real ?? NaN))).join("");
}

/** @param {string} text */
const typeset = (text) => text.replaceAll("-", MINUS);
