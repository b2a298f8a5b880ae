// What is said of rows and fits: to ears, and beside the pointer.

import { keptOf, leftOf, rowsCounted } from "../flow/kept.js";
import { count, number } from "../shared/format.js";
import { confusionOf } from "./confusion.js";
import { residualsOf } from "./fits.js";
import { allWeightsAt, chancesOf, classesOf, predictor } from "./predictor.js";
import { axisNames, inputsOf, isClass } from "./rows.js";

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
  return [told.leaked?.includes(place) ? "held out, but leaked into training" : told.held?.includes(place) ? "held out" : "", told.moved.includes(place) ? "an outlier" : ""].filter(Boolean).join(", ");
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
  const classes = classesOf(told);
  if (classes > 2) {
    const heads = Array.from({ length: classes }, (_, k) => `class ${k}`);
    return { heads, rows: fits.map(({ run, weights }) => ({ color: colors[run], name: runs[run].name, values: chancesOf(told, weights)(inputs).map((chance) => number(chance)) })) };
  }
  const heads = [classes ? "class 1" : told.columns[told.columns.length - 1], ...(target === null ? [] : ["residual"])];
  const rows = fits.map(({ run, weights }) => {
    const found = predictor(told, weights)(inputs);
    return { color: colors[run], name: runs[run].name, values: [number(found), ...(target === null ? [] : [number(target - found, DIGITS)])] };
  });
  return { heads, rows };
}

/** A model with more weights than two, in a few words; nothing of others. @param {Pick<Data, "many">} told */
export function weightsSaid({ many }) {
  if (!many) return "";
  const weights = `${count(many.count)} weights`;
  if (many.kind === "polynomial" || many.kind === "features") return `degree ${many.degree}: ${weights}`;
  if (many.kind === "softmax") return `${many.classes} classes: ${weights}`;
  return `${count(many.hidden)} ${many.activation === "relu" ? "ReLU" : "tanh"} unit${many.hidden === 1 ? "" : "s"}: ${weights}`;
}

/** What of the inputs is drawn, where it is not all that the model sees. @param {Pick<Data, "columns">} told */
export function partSaid(told) {
  const inputs = inputsOf(told);
  return inputs > 2 ? `Drawn over ${axisNames(told).join(" and ")}; the model sees all ${inputs === 3 ? "three" : inputs === 4 ? "four" : count(inputs)}.` : "";
}

/**
 * The whole data view in words.
 * @param {import("../flow/picture.js").Picture} picture
 * @returns {string}
 */
export function dataDescribed({ packet: { data }, scene: { runs, shown } }) {
  if (!data) return "";
  const { rows, columns, many = null } = data;
  const spans = columns.map((name, i) => `${name} from ${number(Math.min(...rows.map((row) => row[i])), DIGITS)} to ${number(Math.max(...rows.map((row) => row[i])), DIGITS)}`);
  const fits = runs.filter((_, i) => shown[i]).flatMap((run) => (many ? endOfMany(data, run, many.count) : endOfTwo(data, run)));
  const said = weightsSaid(data);
  return [`${rowsCounted(data)}: ${spans.join(", ")}.`, ...(said ? [`The model: ${said}.`] : []), ...(many && partSaid(data) ? [partSaid(data)] : []), ...fits].join(" ");
}

/** @param {Data} data @param {import("../flow/packet.js").Run} run */
function endOfTwo({ weights }, { name, last, series: { x, y } }) {
  return [`${name} ends with ${weights[0]} ${number(x[last], DIGITS)} and ${weights[1]} ${number(y[last], DIGITS)}.`];
}

/** How well a run's last weights predict. @param {Data} data @param {import("../flow/packet.js").Run} run @param {number} size */
function endOfMany(data, run, size) {
  const weights = allWeightsAt(run, run.last, size);
  if (!weights) return [];
  const left = leftOf(data);
  const shown = { told: data, rows: data.rows, left, flagged: left };
  if (isClass(data)) {
    const { right, all, held } = confusionOf(shown, weights);
    return [`${run.name} ends with ${count(right)} of ${count(all)} ${held ? "held-out points" : "points"} in their own class.`];
  }
  const residuals = residualsOf(shown, weights);
  const { train, held } = keptOf(data, left);
  const mean = (/** @type {number[]} */ places) => number(places.reduce((sum, i) => sum + Math.abs(residuals[i]), 0) / places.length, DIGITS);
  return [`${run.name} ends ${mean(train)} away from its points on average${held.length ? `, and ${mean(held)} from those held out` : ""}.`];
}
