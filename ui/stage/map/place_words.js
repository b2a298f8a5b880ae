// What is said of a place on the map: where it is and how high, in as many digits as the picture deserves.

import { heightAt, valueOf } from "../flow/surface.js";
import { coordinate, number } from "../shared/format.js";

const GRIDDED = 3; // digits that a value read off a grid deserves

/**
 * @typedef {[number, number]} Pair
 */

/**
 * @param {Pair} spot
 * @param {Pair[]} ranges of the axes in sight
 * @returns {boolean}
 */
export const isWithin = (spot, ranges) => spot.every((value, i) => value >= ranges[i][0] && value <= ranges[i][1]);

/**
 * @param {Pair} spot
 * @param {Pair[]} ranges of the axes in sight
 * @param {import("../flow/picture.js").Picture} picture
 */
export function placeWords([x, y], [[x0, x1], [y0, y1]], { packet, surface }) {
  const height = heightAt(surface.grid, x, y);
  const value = Number.isFinite(height) ? `  f ≈ ${number(valueOf(packet.height, height), GRIDDED)}` : "";
  return `x ${coordinate(x, x1 - x0)}  y ${coordinate(y, y1 - y0)}${value}`;
}

/**
 * As many digits as a tenth of a pixel deserves.
 * @param {Pair} spot
 * @param {Pair[]} ranges of the axes in sight
 * @param {Pair} pixels that they take
 * @returns {Pair}
 */
export function roundedToPixels(spot, ranges, pixels) {
  const [x, y] = spot.map((value, i) => {
    const step = 10 ** Math.floor(Math.log10((ranges[i][1] - ranges[i][0]) / Math.max(pixels[i], 1)));
    return Number((Math.round(value / step) * step).toPrecision(9));
  });
  return [x, y];
}
