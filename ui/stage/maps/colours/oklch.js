// Colours by lightness, chroma and hue as eyes have them (Björn Ottosson, "A perceptual color space for image processing", 2020).

/** @typedef {[number, number, number]} Rgb of 255 */

const GAMMA = 2.4;

/** @param {number} linear */
const encoded = (linear) => (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / GAMMA) - 0.055);

/** @param {number} l @param {number} c @param {number} hue degrees @returns {[number, number, number]} linear red, green, blue; beyond 0 to 1 where no screen has it */
function linearOf(l, c, hue) {
  const [a, b] = [c * Math.cos((hue * Math.PI) / 180), c * Math.sin((hue * Math.PI) / 180)];
  const [x, y, z] = [l + 0.3963377774 * a + 0.2158037573 * b, l - 0.1055613458 * a - 0.0638541728 * b, l - 0.0894841775 * a - 1.291485548 * b].map((part) => part ** 3);
  return [4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z, -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z, -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z];
}

/**
 * The colour, with as much of its chroma as a screen has.
 * @param {number} lightness from 0 to 1
 * @param {number} chroma
 * @param {number} hue degrees
 * @returns {Rgb}
 */
export function oklch(lightness, chroma, hue) {
  let c = chroma;
  let linear = linearOf(lightness, c, hue);
  while (c > 0 && linear.some((part) => part < -1e-4 || part > 1 + 1e-4)) {
    c = Math.max(0, c - 0.004);
    linear = linearOf(lightness, c, hue);
  }
  const [r, g, b] = linear.map((part) => Math.round(255 * Math.max(0, Math.min(1, encoded(Math.max(0, part))))));
  return [r, g, b];
}

/** @param {Rgb} over @param {Rgb} under @param {number} share of the first @returns {Rgb} */
export function mixed(over, under, share) {
  const [r, g, b] = over.map((part, i) => Math.round(part * share + under[i] * (1 - share)));
  return [r, g, b];
}

/** @param {Rgb} rgb */
export const css = ([r, g, b]) => `rgb(${r}, ${g}, ${b})`;
