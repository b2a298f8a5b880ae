// A unit for curves whose values are larger than Plotly draws, and tick marks whose labels fit.

import { number } from "../shared/format.js";

const MOST = 1e300; // Plotly takes what is above 1.8e304 for no number, and a range may be some times as wide
const UNIT = 1e-12; // of what is drawn in place of such values
const [LARGE, SMALL] = [1e5, 1e-3]; // beyond these Plotly's own labels may be wider than their margin

/**
 * What the values are multiplied with before they are drawn: 1 but where one of them is too large to be drawn.
 * @param {import("../flow/packet.js").Series[]} series
 */
export function unitOf(series) {
  for (const values of series) for (const value of values) if (Math.abs(value) > MOST && Number.isFinite(value)) return UNIT;
  return 1;
}

/**
 * @param {import("../flow/packet.js").Series} values
 * @param {number} unit
 * @returns {import("../flow/packet.js").Series}
 */
export const inUnit = (values, unit) => (unit === 1 ? values : Float64Array.from(values, (value) => value * unit));

/**
 * @param {import("../flow/many.js").Band|undefined} band
 * @param {number} unit
 */
export function bandInUnit(band, unit) {
  return band && { ...band, low: inUnit(band.low, unit), middle: inUnit(band.middle, unit), high: inUnit(band.high, unit) };
}

/**
 * Tick marks of a linear axis at round numbers, with short labels; null where Plotly's own are short enough.
 * @param {[number, number]} range in units
 * @param {number} count about so many
 * @param {number} unit
 */
export function linearTicks([from, to], count, unit) {
  const size = Math.max(Math.abs(from), Math.abs(to)) / unit;
  if (!(to > from) || (size < LARGE && size > SMALL)) return null;
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10);
  const ticks = [];
  for (let k = Math.ceil(from / step); k * step <= to; k++) ticks.push(k * step);
  return { tickvals: ticks, ticktext: ticks.map((tick) => number(tick / unit)) };
}
