// The scale of a learning rate: three decades around what suits the surface, wide enough for what is set and for the limit of stability.

import { number } from "../shared/format.js";
import { scaleOf } from "./slider_scale.js";

/**
 * @typedef {import("./slider_scale.js").Scale} Scale
 *
 * @typedef {Object} Rate
 * @property {number} low the lowest that is allowed
 * @property {number} high the highest
 * @property {number} suits what suits the surface
 * @property {number} value what is set
 * @property {number} [limit] below which the rate is stable, where that is known
 * @property {number[]} [others] rates that the scale is to contain as well
 *
 * @typedef {{share: number, text: string}} Tick how far along the slider, and what it says
 */

const AROUND = 10 ** 1.5; // a factor to either side
const DECADE = 1000; // positions in a factor of ten
const STRIDE = 10; // positions of an arrow key
const [COARSE, FINE] = [3, 4]; // significant digits
const SLACK = 1e-6; // of a position, for logarithms that miss a whole one by rounding

/**
 * @param {Rate} rate
 * @returns {Scale & {tick: (limit: number|undefined) => Tick|null}} tick: null where the limit is beyond the ends
 */
export function rateScale({ low, high, suits, value, limit, others = [] }) {
  const [from, to] = span(suits, [value, ...others], limit);
  const min = Math.floor(positionOf(Math.max(from, low)) + SLACK);
  const max = Math.ceil(positionOf(Math.min(to, high)) - SLACK);
  return {
    min,
    max,
    stride: STRIDE,
    position: (one) => Math.min(Math.max(Math.round(positionOf(one)), min), max),
    value: (position, fine = false) => Math.min(Math.max(Number((10 ** (position / DECADE)).toPrecision(fine ? FINE : COARSE)), low), high),
    nudged: scaleOf({ low, high, log: true, whole: false }).nudged,
    tick(one) {
      const share = one && one > 0 ? (positionOf(one) - min) / (max - min) : NaN;
      return share >= 0 && share <= 1 ? { share, text: `stable below ${number(one ?? NaN, 3)}` } : null;
    },
  };
}

/** @param {number} value */
const positionOf = (value) => Math.log10(value) * DECADE;

/**
 * From where to where a slider goes; it is widened by whole decades.
 * @param {number} suits
 * @param {number[]} values which it always contains
 * @param {number} [limit] which it contains if that is no more than a decade outside
 * @returns {[number, number]}
 */
function span(suits, values, limit) {
  let [from, to] = [suits / AROUND, suits * AROUND];
  if (limit && limit < from && limit >= from / 10) from /= 10;
  if (limit && limit > to && limit <= to * 10) to *= 10;
  const least = Math.min(...values.filter((value) => value > 0));
  const most = Math.max(...values.filter(Number.isFinite));
  while (least < from) from /= 10;
  while (most > to) to *= 10;
  return [from, to];
}
