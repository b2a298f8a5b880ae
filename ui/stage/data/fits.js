// The fits of a moment: each run's line or curve in pixels, stems from the rows to the first, and what the residuals are.

import { keptOf } from "../flow/kept.js";
import { boundariesOf } from "./boundaries.js";
import { clipped, placesOf, weightsAt } from "./prediction.js";
import { allWeightsAt, chancesOf, classesOf, predictor } from "./predictor.js";
import { inputsOf, isClass, placeOf } from "./rows.js";

/**
 * @typedef {import("./data_axes.js").Axes} Axes
 * @typedef {import("./prediction.js").Pair} Pair
 * @typedef {import("./rows.js").Shown} Shown
 * @typedef {import("./predictor.js").Weights} Weights
 * @typedef {{run: number, weights: Weights}} Fit
 */

const FAR = 1e5; // px: what lies farther out is not drawn there
const [FEWEST, APART] = [160, 2]; // places of a curve with many weights: at least, and px from one to the next

/**
 * The runs whose weights are numbers at a time and that are shown.
 * @param {import("../flow/picture.js").Scene} scene
 * @param {number} time
 * @param {import("./predictor.js").ManyWeights|null} [many]
 * @returns {Fit[]}
 */
export function fitsAt({ runs, shown }, time, many = null) {
  return runs.flatMap((run, i) => {
    const weights = shown[i] && (many ? allWeightsAt(run, time, many.count) : weightsAt(run, time));
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

/** One line through points, which breaks off where one is missing. @param {Array<Pair|null>} pixels */
const joined = (pixels) => pixels.map((pixel, i) => (pixel ? `${i && pixels[i - 1] ? "L" : "M"}${pixel[0].toFixed(1)} ${pixel[1].toFixed(1)}` : "")).join("");

const within = (/** @type {number} */ down) => Math.max(-FAR, Math.min(FAR, down));

/**
 * A fit as it is drawn, and where it ends on the right; nothing where it is not in sight, or where the model sees more than is drawn.
 * @param {Shown["told"]} told
 * @param {Weights} weights
 * @param {Axes} axes
 * @returns {{path: string, end: Pair|null}}
 */
export function fitPath(told, weights, axes) {
  if (inputsOf(told) > 1) return inputsOf(told) === 2 ? edges(boundariesOf(told, weights, axes)) : { path: "", end: null };
  const predict = predictor(told, weights);
  const [[from, to]] = axes.window_;
  if (told.model === "line_fit") {
    const seen = clipped([from, predict([from])], [to, predict([to])], axes.window_)?.map(axes.pixel);
    return seen ? { path: joined(seen), end: seen[1] } : { path: "", end: null };
  }
  const pixels = placesFor(told, weights, axes).map((x) => {
    const [across, down] = axes.pixel([x, predict([x])]);
    return Number.isFinite(down) ? /** @type {Pair} */ ([across, within(down)]) : null;
  });
  const last = pixels.at(-1);
  const { top, height } = axes.box;
  return { path: joined(pixels), end: last && last[1] >= top && last[1] <= top + height ? last : null };
}

/** @param {import("./boundaries.js").Piece[]} pieces @returns {{path: string, end: Pair|null}} */
function edges(pieces) {
  let end = /** @type {Pair|null} */ (null);
  for (const place of pieces.flat()) if (!end || place[0] > end[0]) end = place;
  return { path: pieces.map(joined).join(""), end };
}

/** Where a curve is worked out. @param {Shown["told"]} told @param {Weights} weights @param {Axes} axes */
function placesFor(told, weights, { window_: [[from, to]], box }) {
  if (!told.many) return placesOf(told.model, [weights[0], weights[1]], [from, to]);
  const pieces = Math.max(FEWEST, Math.ceil(box.width / APART));
  return Array.from({ length: pieces + 1 }, (_, i) => from + ((to - from) * i) / pieces);
}

/** Whether residuals are told as the probability that is missing to the own class. @param {Shown["told"]} told */
export const isMissing = (told) => classesOf(told) > 2;

/**
 * What each row is away from a fit: target minus prediction; of three classes, what its own class' probability lacks to 1.
 * @param {Shown} shown
 * @param {Weights} weights
 * @returns {number[]}
 */
export function residualsOf({ told, rows }, weights) {
  const [predict, chances] = [predictor(told, weights), chancesOf(told, weights)];
  return rows.map((row) => {
    const target = /** @type {number} */ (row.at(-1));
    return isMissing(told) ? 1 - chances(row)[target] : target - predict(row);
  });
}

/**
 * What residuals are drawn over: the input; where there are two, the prediction; of three classes, what is drawn across in the fit.
 * @param {Shown} shown
 * @param {Weights} weights
 * @returns {number[]}
 */
export function underResiduals({ told, rows }, weights) {
  const predict = predictor(told, weights);
  return inputsOf(told) === 1 || isMissing(told) ? rows.map((row) => placeOf(row)[0]) : rows.map(predict);
}

/**
 * From each row that is learnt from straight to the fit.
 * @param {Shown} shown
 * @param {Weights} weights
 * @param {Axes} axes
 */
export function stemsOf({ told, rows, left }, weights, axes) {
  if (isClass(told)) return "";
  const predict = predictor(told, weights);
  return keptOf({ rows, held: told.held }, left).train.map((i) => {
    const [x, y] = axes.pixel(rows[i]);
    const [, end] = axes.pixel([rows[i][0], predict(rows[i])]);
    return Number.isFinite(end) ? `M${x.toFixed(1)} ${y.toFixed(1)}V${within(end).toFixed(1)}` : "";
  }).join("");
}
