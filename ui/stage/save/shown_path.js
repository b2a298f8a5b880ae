// A run's path as far as the player has come, cut at the window's edge, as Plotly draws a line: null where the pen is lifted.

import { EXIT, KEEP, MOVE, newOutline, outline } from "../paths/outline.js";

/**
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {[number, number, number]} Spot x, y and the drawn height, 0 on a map
 *
 * @typedef {Object} ShownPath
 * @property {Array<number|null>} x @property {Array<number|null>} y @property {Array<number|null>} z
 * @property {boolean[]} iterates one a point: whether it is an iterate, and not where the edge cuts a step or the ground bends
 * @property {Spot|null} now where the run is; null where that is out of the window
 * @property {{from: Spot, to: Spot, step: number}|null} exit where it has left for good by now; step: the first outside
 */

const NEAR = 1 / 3000; // of the window: nearer points of a path are one

/**
 * @param {Run} run
 * @param {number} time
 * @param {import("../paths/outline.js").Box} box
 * @param {import("../paths/outline.js").Heights} [heights] of the ground, over which the path is laid
 * @returns {ShownPath}
 */
export function shownPath(run, time, box, heights) {
  const cut = newOutline();
  outline({ x: run.series.x, y: run.series.y, z: run.series.z, last: run.last }, box, cut, heights);
  const [width, height, end] = [box[1] - box[0], box[3] - box[2], Math.min(time, run.last)];
  /** @type {ShownPath} */
  const path = { x: [], y: [], z: [], iterates: [], now: null, exit: null };
  const push = (/** @type {Spot|[null, null, null]} */ [x, y, z], /** @type {boolean} */ iterate) => {
    path.x.push(x);
    path.y.push(y);
    path.z.push(z);
    path.iterates.push(iterate);
  };
  /** @type {Spot|null} */
  let drawn = null;
  for (let i = 0; i < cut.count; i++) {
    const [spot, flags, step] = [spotOf(cut, i), cut.flags[i], cut.step[i]];
    if (flags & MOVE && step > end) break;
    if (step > end) {
      const share = (end - cut.step[i - 1]) / (step - cut.step[i - 1]);
      path.now = between(spotOf(cut, i - 1), spot, share);
      path.exit = null;
      if (share > 0) push(path.now, false);
      break;
    }
    if (flags & MOVE && drawn) push([null, null, null], false);
    const near = drawn && Math.abs(spot[0] - drawn[0]) < NEAR * width && Math.abs(spot[1] - drawn[1]) < NEAR * height;
    if (!near || flags & (MOVE | KEEP | EXIT)) {
      push(spot, Number.isInteger(step) && !(flags & EXIT));
      drawn = spot;
    }
    path.now = flags & EXIT ? null : spot;
    path.exit = flags & EXIT ? { from: spotOf(cut, Math.max(0, i - 1)), to: spot, step: Math.ceil(step) } : null;
  }
  return path;
}

/** @param {import("../paths/outline.js").Outline} cut @param {number} i @returns {Spot} */
const spotOf = ({ x, y, z }, i) => [x[i], y[i], z[i]];

/** @param {Spot} from @param {Spot} to @param {number} share @returns {Spot} */
const between = (from, to, share) => [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]), from[2] + share * (to[2] - from[2])];
