// The page's theme, read from Streamlit's CSS variables and resolved to colours that canvas and Plotly understand.

/**
 * @typedef {Object} Theme
 * @property {boolean} dark
 * @property {string} ink text and symbols
 * @property {string} paper background, also the casing around paths
 * @property {string} faint secondary background
 * @property {string} muted secondary text
 * @property {string} grid hairlines of plots
 * @property {string} contour lines of the map
 * @property {string} font
 * @property {string} key changes when any of the above does
 */

/** @typedef {[number, number, number]} Rgb */

/** @type {CanvasRenderingContext2D|null} */
let probe = null;

/**
 * @param {string} color any CSS colour
 * @param {Rgb} fallback
 * @returns {Rgb}
 */
function parse(color, fallback) {
  probe ??= Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  if (!probe || !color || !CSS.supports("color", color)) return fallback;
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = color;
  probe.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = probe.getImageData(0, 0, 1, 1).data;
  return a === 0 ? fallback : [r, g, b];
}

/** @param {Rgb} rgb */
function luminance(rgb) {
  const [r, g, b] = rgb.map((part) => (part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * @param {Rgb} over
 * @param {Rgb} under
 * @param {number} share how much of the first
 */
function mix(over, under, share) {
  return css(/** @type {Rgb} */ (over.map((part, i) => Math.round(part * share + under[i] * (1 - share)))));
}

/** @param {Rgb} rgb */
const css = (rgb) => `rgb(${rgb.join(", ")})`;

/**
 * @param {Element} element anything inside the themed part of the page
 * @returns {Theme}
 */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const paper = parse(read("--st-background-color"), [255, 255, 255]);
  const dark = luminance(paper) < 0.25;
  const ink = parse(read("--st-text-color"), dark ? [235, 235, 240] : [38, 42, 51]);
  const faint = parse(read("--st-secondary-background-color"), dark ? [30, 34, 42] : [244, 245, 247]);
  const theme = {
    dark,
    ink: css(ink),
    paper: css(paper),
    faint: css(faint),
    muted: mix(ink, paper, 0.72),
    grid: mix(ink, paper, dark ? 0.16 : 0.1),
    contour: `rgba(${ink.join(", ")}, ${dark ? 0.2 : 0.17})`,
    font: read("--st-font") || "system-ui, sans-serif",
  };
  return { ...theme, key: JSON.stringify(theme) };
}
