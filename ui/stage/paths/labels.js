// Small labels on the paths: which ball is whose, and where something happened that no mark can say.

const TURN = Math.PI * 2;
const HEIGHT = 23; // px of a label whose type is 14 px high; larger type takes more in proportion
const TYPE = 14;
const CLOSE = 12; // px from what is labelled
const RINGS = 7; // distances at which a place is looked for
const MARK = 9; // px around what is labelled that no label covers

/** @typedef {[number, number, number, number]} Rectangle left, top, width, height */

/** @typedef {{put: (text: string, x: number, y: number, color: string, key?: string) => void, keep: (x: number, y: number, around?: number) => void}} Labels */

/** @type {Labels} */
export const NO_LABELS = { put() {}, keep() {} };

/** The sides of a point in the order in which they are tried: shares of the label's width and height, and which way. */
const SIDES = [[0, -0.5, 1, 0], [-1, -0.5, -1, 0], [-0.5, -1, 0, -1], [-0.5, 0, 0, 1], [0, -1, 0.8, -0.8], [-1, -1, -0.8, -0.8], [0, 0, 0.8, 0.8], [-1, 0, -0.8, 0.8]];

/**
 * The places around a point, the nearest first.
 * @param {number} x @param {number} y
 * @param {number} w @param {number} h of the label
 * @param {number} [free] px around the point that no label covers
 * @returns {Rectangle[]}
 */
export function placesAround(x, y, w, h, free = 0) {
  return Array.from({ length: RINGS }, (_, ring) => Math.max(CLOSE, free + 3) + ring * (h + 3)).flatMap((far) =>
    SIDES.map(([a, b, along, down]) => /** @type {Rectangle} */ ([x + a * w + along * far, y + b * h + down * far, w, h])),
  );
}

/** @param {Rectangle} one @param {Rectangle} other */
export const apart = ([a, b, c, d], [e, f, g, h]) => a + c <= e || e + g <= a || b + d <= f || f + h <= b;

/**
 * Small labels that stay in the picture and off one another.
 * @param {CanvasRenderingContext2D} pen
 * @param {import("../shared/theme.js").Theme} theme
 * @param {{width: number, height: number, large: boolean, free?: number}} picture free: px around what is labelled that no label covers
 * @param {() => Rectangle[]} covered by what lies over the picture; asked only where there is a label
 * @param {Map<string, number>} known the place that each key had last, which it has again if that is free
 * @returns {Labels}
 */
export function createLabels(pen, theme, { width, height, large, free: around = 0 }, covered, known) {
  const scale = large ? 1.25 : 1;
  /** @type {Rectangle[]|null} */
  let rectangles = null;
  const taken = () => (rectangles ??= covered());
  const inside = (/** @type {Rectangle} */ [left, top, w, h]) => left >= 2 && top >= 2 && left + w <= width - 2 && top + h <= height - 2;
  const free = (/** @type {Rectangle} */ one) => inside(one) && taken().every((other) => apart(one, other));
  return {
    /** Leave room for a mark, and for what is around it. */
    keep(x, y, around = 0) {
      const far = Math.max(MARK, around);
      taken().push([x - far, y - far, 2 * far, 2 * far]);
    },
    put(text, x, y, color, key = text) {
      pen.font = `600 ${TYPE * scale}px ${theme.font}`;
      const [w, h] = [pen.measureText(text).width + 24 * scale, HEIGHT * scale];
      const places = placesAround(x, y, w, h, around);
      const before = places[known.get(key) ?? 0];
      const found = free(before) ? before : places.find(free);
      if (!found) return;
      const place = places.indexOf(found);
      if (place < SIDES.length) known.set(key, place); // it stays there while it moves; one farther off is looked for anew
      if (around || place >= SIDES.length) leader(pen, [x, y], found, color);
      taken().push(found);
      label(pen, theme, text, found, color, scale);
    },
  };
}

/**
 * A line from what is labelled to a label that lies farther off.
 * @param {CanvasRenderingContext2D} pen
 * @param {[number, number]} from
 * @param {Rectangle} to
 * @param {string} color
 */
function leader(pen, [x, y], [left, top, w, h], color) {
  pen.strokeStyle = color;
  pen.lineWidth = 1.25;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(Math.min(Math.max(x, left), left + w), Math.min(Math.max(y, top), top + h));
  pen.stroke();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {import("../shared/theme.js").Theme} theme
 * @param {string} text
 * @param {Rectangle} place
 * @param {string} color
 * @param {number} scale
 */
function label(pen, theme, text, [x, y, w, h], color, scale) {
  pen.globalAlpha = 0.92;
  pen.fillStyle = theme.paper;
  pen.beginPath();
  pen.roundRect(x, y, w, h, 6 * scale);
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = theme.grid;
  pen.lineWidth = 1;
  pen.stroke();
  pen.fillStyle = color;
  pen.beginPath();
  pen.arc(x + 10 * scale, y + h / 2, 4 * scale, 0, TURN);
  pen.fill();
  pen.fillStyle = theme.ink;
  pen.textBaseline = "middle";
  pen.fillText(text, x + 18 * scale, y + h / 2 + 0.5);
}
