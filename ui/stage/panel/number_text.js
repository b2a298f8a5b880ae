// Numbers as people type them.

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * What was typed into a number's box: the number, where it is one of those that are allowed; null where it stands there already,
 * NaN where it is to be refused.
 * @param {string} text
 * @param {string} standing as the box had it
 * @param {{low: number, high: number, whole: boolean}} allowed
 */
export function readTyped(text, standing, { low, high, whole }) {
  if (text.trim() === standing) return null;
  const next = readNumber(text);
  return next >= low && next <= high && (!whole || Number.isInteger(next)) ? next : NaN;
}

/**
 * The number that a text means, NaN where it means none; a decimal comma and a typeset minus are understood.
 * @param {string} text
 */
export function readNumber(text) {
  const plain = text.trim().replaceAll("\u2212", "-").replace(",", ".");
  return NUMBER.test(plain) ? Number(plain) : NaN;
}
