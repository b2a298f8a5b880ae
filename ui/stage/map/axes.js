// The map's axes: one scale on both, so that a round bowl is round; what is left of the panel stays empty around the picture.

import { aspectOf, isElongated } from "../flow/room.js";

/**
 * @typedef {import("./map_view.js").View} View
 * @typedef {{l: number, r: number, t: number, b: number}} Margin px
 */

const ROAM = 2; // how many windows beyond the landscape's own one may pan or zoom out
const SLIM = 420; // px

/** What labels and borders take, whatever the window. @param {number} width of the panel @param {boolean} large @returns {Margin} */
export function bordersOf(width, large) {
  if (width < SLIM) return { l: 36, r: 8, t: 8, b: 26 };
  return large ? { l: 60, r: 14, t: 14, b: 36 } : { l: 48, r: 10, t: 10, b: 30 };
}

/**
 * The margins that leave the picture a window's own shape, in the middle of its panel.
 * @param {{width: number, height: number, large: boolean}} size of the panel
 * @param {View} view
 * @returns {Margin & {pad: number}}
 */
export function marginsOf({ width, height, large }, view) {
  const { l, r, t, b } = bordersOf(width, large);
  const [across, down] = [Math.max(10, width - l - r), Math.max(10, height - t - b)];
  if (isElongated(view)) return { l, r, t, b, pad: 0 };
  const [wide, high] = sidesWithin(across, down, aspectOf(view));
  const [left, above] = [Math.floor((across - wide) / 2), Math.floor((down - high) / 2)];
  return { l: l + left, r: r + across - wide - left, t: t + above, b: b + down - high - above, pad: 0 };
}

/**
 * The sides of the largest picture of a shape, in whole pixels as Plotly draws it: the longer one follows from the shorter one, so that
 * the scales differ by half a pixel of the longer one at most.
 * @param {number} across @param {number} down what there is
 * @param {number} aspect
 * @returns {[number, number]}
 */
function sidesWithin(across, down, aspect) {
  if (aspect < 1) {
    const [high, wide] = sidesWithin(down, across, 1 / aspect);
    return [wide, high];
  }
  const short = Math.floor(Math.min(down, across / aspect));
  return [Math.min(Math.round(short * aspect), Math.floor(across)), short];
}

/**
 * A window of a home's own shape around the middle of another: the smaller of the two that it could be.
 * @param {View} now
 * @param {View} home
 * @returns {View}
 */
export function inShape(now, home) {
  const factor = Math.min(...now.map(([from, to], i) => (to - from) / (home[i][1] - home[i][0])));
  return around(now, home, factor);
}

/**
 * @param {View} now
 * @param {View} home the landscape's own
 * @param {number} factor above 1: closer
 * @returns {View}
 */
export function zoomed(now, home, factor) {
  const share = (now[0][1] - now[0][0]) / (home[0][1] - home[0][0]) / factor;
  return around(now, home, Math.min(share, 2 * ROAM + 1));
}

/** @param {View} now @param {View} home @param {number} share of the home's sides @returns {View} */
function around(now, home, share) {
  const [x, y] = now.map(([from, to], i) => {
    const half = ((home[i][1] - home[i][0]) * share) / 2;
    return /** @type {[number, number]} */ ([(from + to) / 2 - half, (from + to) / 2 + half]);
  });
  return [x, y];
}

/** How far an axis may go. @param {[number, number]} side of the home */
export function reachOf([from, to]) {
  const roam = ROAM * (to - from);
  return { minallowed: from - roam, maxallowed: to + roam };
}
