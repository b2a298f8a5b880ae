// A curve as it is drawn: which numbers of the runs, on which scale, and in which unit.

import { bandInUnit, inUnit, unitOf } from "./units.js";

/**
 * @typedef {import("../flow/packet.js").Curve} Curve
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {{scene: Scene, curve: Curve, logarithmic: boolean}} ChosenCurve logarithmic only where the curve can be
 * @typedef {ChosenCurve & {unit: number}} DrawnCurve
 */

/** The name of the numbers. @param {Omit<ChosenCurve, "scene">} chosen */
export const seriesOf = ({ curve, logarithmic }) => (logarithmic && curve.log_array) || curve.array;

/** @param {ChosenCurve} chosen @param {Run} run */
const unscaled = (chosen, run) => run.series[seriesOf(chosen)] ?? new Float32Array(0);

/** In a unit in which all its values can be drawn. @param {ChosenCurve} chosen @returns {DrawnCurve} */
export const drawnOf = (chosen) => ({ ...chosen, unit: unitOf(chosen.scene.runs.map((run) => unscaled(chosen, run))) });

/** @param {DrawnCurve} drawn @param {Run} run */
export const valuesOf = (drawn, run) => inUnit(unscaled(drawn, run), drawn.unit);

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
  return logarithmic ? (curve.log_name ?? curve.name) : curve.name;
}
