// What is said of rows and fits: to ears, and beside the pointer.

import { count, number } from "../shared/format.js";
import { predictionOf } from "./prediction.js";
import { isClass } from "./rows.js";

/**
 * @typedef {import("./rows.js").Shown} Shown
 * @typedef {import("../flow/packet.js").Data} Data
 */

const DIGITS = 3;

/** The values of a row, each with its column's name. @param {Pick<Data, "columns">} told @param {number[]} row */
export const valuesOf = ({ columns }, row) => columns.map((name, i) => `${name} ${number(row[i], DIGITS)}`).join(", ");

/** Why a row is drawn as it is; empty for an ordinary one. @param {Shown} shown @param {number} place */
export function stateOf({ told, left, flagged }, place) {
  if (flagged.has(place)) return "left out by hand";
  if (left.has(place)) return "left out: it lies far out";
  return told.moved.includes(place) ? "an outlier" : "";
}

/** @param {Shown} shown @param {number} place */
export function rowLabel(shown, place) {
  const state = stateOf(shown, place);
  return `Point ${count(place + 1)} of ${count(shown.rows.length)}: ${valuesOf(shown.told, shown.rows[place])}${state ? `, ${state}` : ""}`;
}

/**
 * The prediction of every fit at some inputs, and, over a row, what this is away from it.
 * @param {Data} told
 * @param {import("./fits.js").Fit[]} fits
 * @param {number[]} inputs
 * @param {number|null} target of the row
 * @param {import("../flow/picture.js").Scene} scene
 */
export function predictionRows(told, fits, inputs, target, { runs, colors }) {
  const predict = predictionOf(told.model);
  const heads = [isClass(told) ? "class 1" : told.columns[told.columns.length - 1], ...(target === null ? [] : ["residual"])];
  const rows = fits.map(({ run, weights }) => {
    const found = predict(weights, inputs, told.settings);
    return { color: colors[run], name: runs[run].name, values: [number(found), ...(target === null ? [] : [number(target - found, DIGITS)])] };
  });
  return { heads, rows };
}

/**
 * The whole data view in words.
 * @param {import("../flow/picture.js").Picture} picture
 * @returns {string}
 */
export function dataDescribed({ packet: { data }, scene: { runs, shown } }) {
  if (!data) return "";
  const { rows, columns, weights, flagged, cleaned } = data;
  const out = new Set([...flagged, ...cleaned]).size;
  const spans = columns.map((name, i) => `${name} from ${number(Math.min(...rows.map((row) => row[i])), DIGITS)} to ${number(Math.max(...rows.map((row) => row[i])), DIGITS)}`);
  const fits = runs.flatMap(({ name, last, series: { x, y } }, i) => (shown[i] ? [`${name} ends with ${weights[0]} ${number(x[last], DIGITS)} and ${weights[1]} ${number(y[last], DIGITS)}.`] : []));
  return [`${count(rows.length)} points${out ? `, ${count(out)} of them left out` : ""}: ${spans.join(", ")}.`, ...fits].join(" ");
}
