// Numbers as people type them.

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The number that a text means, NaN where it means none; a decimal comma and a typeset minus are understood.
 * @param {string} text
 */
export function readNumber(text) {
  const plain = text.trim().replaceAll("\u2212", "-").replace(",", ".");
  return NUMBER.test(plain) ? Number(plain) : NaN;
}
