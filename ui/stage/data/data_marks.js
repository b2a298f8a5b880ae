// The shapes and colours of rows of data: a disc for a number and for class 0, a triangle for 1, a square for 2, in colours that no run has.

import { isClass } from "./rows.js";

/**
 * @typedef {import("./rows.js").Shown} Shown
 * @typedef {import("../flow/picture.js").Picture} Picture
 */

const DISC = "M5 0A5 5 0 1 1 -5 0A5 5 0 1 1 5 0Z";
const SHAPES = [DISC, "M0 -6.6L6 4.6H-6Z", "M-4.6 -4.6H4.6V4.6H-4.6Z"]; // of the classes
const DOT = "M1.9 0A1.9 1.9 0 1 1 -1.9 0A1.9 1.9 0 1 1 1.9 0Z";
const STRUCK = "M-7.5 7.5L7.5 -7.5";
const CROSSED = "M-7 -7L7 7M-7 7L7 -7";

/**
 * Colours of the palette that no run has, one a class, the last first; what is missing is ink.
 * @param {string[]} palette
 * @param {string[]} taken
 * @param {{ink: string, muted: string, contour: string}} theme
 * @returns {[string, string, string]}
 */
export function classColors(palette, taken, { ink, muted, contour }) {
  const free = palette.filter((color) => !taken.includes(color)).reverse();
  const [first = ink, second = muted, third = free.length < 2 ? contour : ink] = free;
  return [first, second, third];
}

/** @param {Picture} picture */
export const colorsOf = ({ packet: { palette }, scene: { colors, theme } }) => classColors(palette[theme.dark ? "dark" : "light"], colors, theme);

/**
 * How a row is drawn: paths around (0, 0), with their attributes.
 * @param {Shown} shown
 * @param {number} place
 * @param {Picture} picture
 * @returns {Array<Record<string, string|number>>}
 */
export function marksOf({ told, rows, left }, place, picture) {
  const { theme } = picture.scene;
  const kind = isClass(told) ? (rows[place].at(-1) ?? 0) : 0;
  const color = isClass(told) ? colorsOf(picture)[kind] : theme.ink;
  const d = SHAPES[kind] ?? DISC;
  if (left.has(place)) {
    return [
      { d, fill: theme.paper, stroke: color, "stroke-width": 1.6 },
      { d: STRUCK, fill: "none", stroke: theme.paper, "stroke-width": 4 },
      { d: STRUCK, fill: "none", stroke: color, "stroke-width": 1.6 },
    ];
  }
  if (told.leaked?.includes(place)) return [{ d, fill: theme.paper, stroke: color, "stroke-width": 1.8 }, { d: DOT, fill: color }];
  const whole = told.held?.includes(place) ? { d, fill: theme.paper, stroke: color, "stroke-width": 1.8 } : { d, fill: color, stroke: theme.paper, "stroke-width": 1.25 };
  if (!told.moved.includes(place)) return [whole];
  return [whole, { d: CROSSED, fill: "none", stroke: theme.paper, "stroke-width": 3.5 }, { d: CROSSED, fill: "none", stroke: color, "stroke-width": 1.6 }];
}

/** A ring around a row of the batch. @param {[number, number]} place px */
export const ringAt = ([x, y]) => `M${(x + 9).toFixed(1)} ${y.toFixed(1)}a9 9 0 1 1 -18 0a9 9 0 1 1 18 0Z`;

/**
 * Red, green and blue of a colour as the palette and the theme write it.
 * @param {string} color
 * @returns {[number, number, number]}
 */
export function rgbOf(color) {
  const parts = color.startsWith("#") ? [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) : (color.match(/\d+/g) ?? ["0", "0", "0"]).map(Number);
  return [parts[0], parts[1], parts[2]];
}
