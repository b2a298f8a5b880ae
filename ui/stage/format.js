// Numbers as people read them: at most four significant digits.

const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * @param {number} value
 * @returns {string} "0.0123", "12.3", "1.23e-8", or a word where there is no number
 */
export function number(value) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e5 || size < 1e-3 ? value.toExponential(2).replace("e+", "e") : String(Number(value.toPrecision(4)));
  return text.replace(/^-/, "−");
}

/**
 * A coordinate with decimals that suit the width of the window, so that digits do not dance.
 * @param {number} value
 * @param {number} span
 */
export function coordinate(value, span) {
  const decimals = Math.min(8, Math.max(0, 3 - Math.floor(Math.log10(span || 1))));
  return value.toFixed(decimals).replace(/^-/, "−");
}

/** @param {number} exponent */
export function powerOfTen(exponent) {
  const digits = [...String(exponent)].map((digit) => SUPERSCRIPT[/** @type {keyof typeof SUPERSCRIPT} */ (digit)]);
  return `10${digits.join("")}`;
}
