// A curve as it is drawn: which numbers of the runs, and on which scale.

/**
 * @typedef {import("../flow/packet.js").Curve} Curve
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {{scene: Scene, curve: Curve, logarithmic: boolean}} DrawnCurve logarithmic only where the curve can be
 */

/** The name of the numbers. @param {Omit<DrawnCurve, "scene">} drawn */
export const seriesOf = ({ curve, logarithmic }) => (logarithmic && curve.log_array) || curve.array;

/** @param {DrawnCurve} drawn @param {Run} run */
export const valuesOf = (drawn, run) => run.series[seriesOf(drawn)] ?? new Float32Array(0);

/** The band over the run's members, where there is one. @param {DrawnCurve} drawn @param {Run} run */
export const bandOf = (drawn, run) => run.many?.bands[seriesOf(drawn)];

/** Whether the edge of stability is drawn with the curve. @param {Pick<DrawnCurve, "curve">} drawn */
export const hasEdge = ({ curve }) => curve.key === "sharpness";

/** What the curve is, in words over the plot. @param {DrawnCurve} drawn */
export function captionOf({ scene, curve, logarithmic }) {
  if (hasEdge({ curve })) {
    const known = scene.runs.some((run, i) => run.limit !== null && scene.shown[i]);
    return known ? "Largest curvature; dashed: the limit" : "Largest curvature; no known limit";
  }
  return logarithmic ? (curve.log_name ?? curve.name) : curve.name;
}
