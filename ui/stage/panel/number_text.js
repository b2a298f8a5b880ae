// Numbers as people type them, and as a box shows them.

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The number that a text means, NaN where it means none; a decimal comma and a typeset minus are understood.
 * @param {string} text
 */
export function readNumber(text) {
  const plain = text.trim().replace("\u2212", "-").replace(",", ".");
  return NUMBER.test(plain) ? Number(plain) : NaN;
}

/**
 * A number in at most so many significant digits, without trailing zeros.
 * @param {number} value
 * @param {number} digits
 */
export function numberText(value, digits) {
  return String(Number(value.toPrecision(digits)));
}
