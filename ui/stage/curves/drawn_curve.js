// A curve as it is drawn: which numbers of the runs, on which scale, and in which unit.

import { bandInUnit, inUnit, unitOf } from "./units.js";

/**
 * @typedef {import("../flow/packet.js").Curve} Curve
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {{scene: Scene, curve: Curve, logarithmic: boolean}} ChosenCurve logarithmic only where the curve can be
 * @typedef {ChosenCurve & {unit: number}} DrawnCurve
 */

const NONE = new Float32Array(0);

/** The name of the numbers. @param {Omit<ChosenCurve, "scene">} chosen */
export const seriesOf = ({ curve, logarithmic }) => (logarithmic && curve.log_array) || curve.array;

/** @param {ChosenCurve} chosen @param {Run} run */
const unscaled = (chosen, run) => run.series[seriesOf(chosen)] ?? NONE;

/** What is drawn with it, dashed. @param {Pick<ChosenCurve, "curve">} chosen @param {Run} run */
const unscaledBeside = ({ curve: { beside } }, run) => (beside && run.series[beside]?.length ? run.series[beside] : null);

/** In a unit in which all its values can be drawn. @param {ChosenCurve} chosen @returns {DrawnCurve} */
export const drawnOf = (chosen) => ({
  ...chosen, unit: unitOf(chosen.scene.runs.flatMap((run) => [unscaled(chosen, run), unscaledBeside(chosen, run) ?? NONE])),
});

/** @param {DrawnCurve} drawn @param {Run} run */
export const valuesOf = (drawn, run) => inUnit(unscaled(drawn, run), drawn.unit);

/** The numbers that are drawn with them, dashed; null where there are none. @param {DrawnCurve} drawn @param {Run} run */
export function besideOf(drawn, run) {
  const values = unscaledBeside(drawn, run);
  return values && inUnit(values, drawn.unit);
}

/**
 * The step at which a run's held-out loss was lowest: that of its verdict, or where it has none the first of the lowest.
 * @param {Pick<Run, "fit"|"last">} run
 * @param {import("../flow/packet.js").Series} values
 */
export function bestBeside({ fit, last }, values) {
  if (fit) return fit.best;
  let best = 0;
  for (let j = 1; j <= last && j < values.length; j++) if (values[j] < values[best] || Number.isNaN(values[best])) best = j;
  return best;
}

/** The band over the run's members, where there is one. @param {DrawnCurve} drawn @param {Run} run */
export const bandOf = (drawn, run) => bandInUnit(run.many?.bands[seriesOf(drawn)], drawn.unit);

/** Whether the edge of stability is drawn with the curve. @param {Pick<ChosenCurve, "curve">} chosen */
export const hasEdge = ({ curve }) => curve.key === "sharpness";

/** What the curve is, in words over the plot. @param {ChosenCurve} chosen */
export function captionOf({ scene, curve, logarithmic }) {
  if (hasEdge({ curve })) {
    const known = scene.runs.some((run, i) => run.limit !== null && scene.shown[i]);
    return known ? "Largest curvature; dashed: the limit" : "Largest curvature; no known limit";
  }
  const name = logarithmic ? (curve.log_name ?? curve.name) : curve.name;
  const held = scene.runs.some((run) => run.series.heldout?.length);
  if (curve.beside) return held ? `${name}; dashed: held out, \u25cb lowest` : name;
  return curve.key === "accuracy" ? `Accuracy on ${held ? "held-out rows" : "the rows it learns from"}` : name;
}
