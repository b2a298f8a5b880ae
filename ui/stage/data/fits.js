// The fits of a moment: each run's line or curve in pixels, stems from the rows to the first, and what the residuals are.

import { clipped, placesOf, predictionOf, undecided, weightsAt } from "./prediction.js";
import { inputsOf, isClass } from "./rows.js";

/**
 * @typedef {import("./data_axes.js").Axes} Axes
 * @typedef {import("./prediction.js").Pair} Pair
 * @typedef {import("./rows.js").Shown} Shown
 * @typedef {{run: number, weights: Pair}} Fit
 */

const FAR = 1e5; // px: what lies farther out is not drawn there

/**
 * The runs whose weights are numbers at a time and that are shown.
 * @param {import("../flow/picture.js").Scene} scene
 * @param {number} time
 * @returns {Fit[]}
 */
export function fitsAt({ runs, shown }, time) {
  return runs.flatMap((run, i) => {
    const weights = shown[i] && weightsAt(run, time);
    return weights ? [{ run: i, weights }] : [];
  });
}

/**
 * The one that stands for all where there is room for one: the first that has not broken off, or else the first.
 * @param {Fit[]} fits
 * @param {import("../flow/picture.js").Scene} scene
 * @returns {Fit|null}
 */
export const firstOf = (fits, { runs }) => fits.find(({ run }) => runs[run].last >= runs[run].steps && runs[run].tone !== "bad") ?? fits[0] ?? null;

const joined = (/** @type {Pair[]} */ pixels) => pixels.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/**
 * A fit as it is drawn, and where it ends on the right; nothing where it is not in sight.
 * @param {Shown["told"]} told
 * @param {Pair} weights
 * @param {Axes} axes
 * @returns {{path: string, end: Pair|null}}
 */
export function fitPath({ model, settings, columns }, weights, axes) {
  const none = { path: "", end: null };
  if (columns.length > 2) {
    const ends = undecided(weights, settings.intercept, axes.window_)?.map(axes.pixel);
    return ends ? { path: joined(ends), end: ends[0][0] > ends[1][0] ? ends[0] : ends[1] } : none;
  }
  const predict = predictionOf(model);
  const [[from, to]] = axes.window_;
  if (model === "line_fit") {
    const seen = clipped([from, predict(weights, [from], settings)], [to, predict(weights, [to], settings)], axes.window_)?.map(axes.pixel);
    return seen ? { path: joined(seen), end: seen[1] } : none;
  }
  const pixels = placesOf(model, weights, [from, to]).flatMap((x) => {
    const [across, down] = axes.pixel([x, predict(weights, [x], settings)]);
    return Number.isFinite(down) ? [/** @type {Pair} */ ([across, Math.max(-FAR, Math.min(FAR, down))])] : [];
  });
  const last = pixels.at(-1);
  const { top, height } = axes.box;
  return { path: joined(pixels), end: last && last[1] >= top && last[1] <= top + height ? last : null };
}

/**
 * What each row is away from a fit: target minus prediction.
 * @param {Shown} shown
 * @param {Pair} weights
 * @returns {number[]}
 */
export function residualsOf({ told, rows }, weights) {
  const predict = predictionOf(told.model);
  return rows.map((row) => /** @type {number} */ (row.at(-1)) - predict(weights, row, told.settings));
}

/**
 * What residuals are drawn over: the input, or where there are two, the prediction.
 * @param {Shown} shown
 * @param {Pair} weights
 * @returns {number[]}
 */
export function underResiduals({ told, rows }, weights) {
  const predict = predictionOf(told.model);
  return inputsOf(told) === 1 ? rows.map((row) => row[0]) : rows.map((row) => predict(weights, row, told.settings));
}

/**
 * From each row that counts straight to the fit.
 * @param {Shown} shown
 * @param {Pair} weights
 * @param {Axes} axes
 */
export function stemsOf({ told, rows, left }, weights, axes) {
  if (isClass(told)) return "";
  const predict = predictionOf(told.model);
  return rows.map((row, i) => {
    if (left.has(i)) return "";
    const [x, y] = axes.pixel(row);
    const [, end] = axes.pixel([row[0], predict(weights, row, told.settings)]);
    return Number.isFinite(end) ? `M${x.toFixed(1)} ${y.toFixed(1)}V${Math.max(-FAR, Math.min(FAR, end)).toFixed(1)}` : "";
  }).join("");
}
