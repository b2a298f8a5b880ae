// Small labels on the paths, where something happened that no mark can say.

const TURN = Math.PI * 2;

/** @typedef {[number, number, number, number]} Rectangle left, top, width, height */

/** @typedef {{put: (text: string, x: number, y: number, color: string) => void}} Labels */

/** @type {Labels} */
export const NO_LABELS = { put() {} };

/**
 * Small labels that stay in the picture and off one another.
 * @param {CanvasRenderingContext2D} pen
 * @param {import("../shared/theme.js").Theme} theme
 * @param {number} width
 * @param {number} height
 * @param {() => Rectangle[]} covered by what lies over the picture; asked only where there is a label
 * @returns {Labels}
 */
export function createLabels(pen, theme, width, height, covered) {
  /** @type {Rectangle[]|null} */
  let known = null;
  const taken = () => (known ??= covered());
  const HEIGHT = 20;
  const free = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ w) =>
    taken().every(([a, b, c, d]) => x + w < a || a + c < x || y + HEIGHT < b || b + d < y);
  return {
    put(text, x, y, color) {
      pen.font = `500 12px ${theme.font}`;
      const w = pen.measureText(text).width + 22;
      const left = Math.max(4, Math.min(width - w - 4, x > width / 2 ? x - w - 12 : x + 12));
      let above = Math.max(4, Math.min(height - HEIGHT - 4, y - HEIGHT / 2));
      const way = above > height / 2 ? -1 : 1;
      const room = () => (way < 0 ? above > 4 : above < height - HEIGHT - 4);
      while (!free(left, above, w) && room()) above += way * (HEIGHT + 2);
      taken().push([left, above, w, HEIGHT]);
      label(pen, theme, text, left, above, w, HEIGHT, color);
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {import("../shared/theme.js").Theme} theme
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} w
 * @param {number} h
 * @param {string} color
 */
function label(pen, theme, text, x, y, w, h, color) {
  pen.globalAlpha = 0.94;
  pen.fillStyle = theme.paper;
  pen.beginPath();
  pen.roundRect(x, y, w, h, 6);
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = theme.grid;
  pen.lineWidth = 1;
  pen.stroke();
  pen.fillStyle = color;
  pen.beginPath();
  pen.arc(x + 9, y + h / 2, 3, 0, TURN);
  pen.fill();
  pen.fillStyle = theme.ink;
  pen.textBaseline = "middle";
  pen.fillText(text, x + 16, y + h / 2 + 0.5);
}
