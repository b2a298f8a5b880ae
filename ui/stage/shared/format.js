// Numbers as people read them: at most four significant digits.

/**
 * @param {number} value
 * @returns {string} "0.0123", "12.3", "1.234e-8", or a word where there is no number
 */
export function number(value) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const short = Number(value.toPrecision(4));
  const text = size >= 1e5 || size < 1e-3 ? short.toExponential().replace("e+", "e") : String(short);
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
