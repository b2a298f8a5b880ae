// The points that make a schedule: shares of the run, rising, and factors of the rate; how they are moved, added and joined.

/**
 * @typedef {import("./edits.js").Points} Points
 * @typedef {{points: Points, place: number}} Chosen points, and which of them is looked at
 */

const GRID = 200; // a dragged point snaps to this many places across, so that links stay short

/**
 * One point moved, no further than its neighbours.
 * @param {Points} points
 * @param {number} place
 * @param {[number, number]} to
 * @param {number} high the largest factor
 * @returns {Points}
 */
export function moved(points, place, [t, factor], high) {
  const from = place > 0 ? points[place - 1][0] : 0;
  const to = place < points.length - 1 ? points[place + 1][0] : 1;
  /** @type {[number, number]} */
  const point = [rounded(Math.min(Math.max(t, from), to)), rounded(Math.min(Math.max(factor, 0), high))];
  return points.map((old, i) => (i === place ? point : old));
}

/**
 * One more point, after those that have the same share of the run.
 * @param {Points} points
 * @param {[number, number]} point
 * @returns {Chosen}
 */
export function added(points, [t, factor]) {
  const after = points.findIndex((point) => point[0] > t);
  const place = after < 0 ? points.length : after;
  return { points: [...points.slice(0, place), [rounded(t), rounded(factor)], ...points.slice(place)], place };
}

/**
 * One point less; the one before it is looked at then.
 * @param {Points} points
 * @param {number} place
 * @returns {Chosen}
 */
export const removed = (points, place) => ({ points: points.filter((_, i) => i !== place), place: Math.max(0, place - 1) });

/**
 * The point on the line in the middle of the widest gap.
 * @param {Points} points
 * @param {boolean} stairs
 * @returns {[number, number]}
 */
export function inWidestGap(points, stairs) {
  const ends = [0, ...points.map((point) => point[0]), 1];
  const widths = ends.slice(1).map((end, i) => end - ends[i]);
  const gap = widths.indexOf(Math.max(...widths));
  const t = rounded((ends[gap] + ends[gap + 1]) / 2);
  return [t, factorAt(points, t, stairs)];
}

/**
 * The line through the points as an SVG path, 1000 wide and 100 high.
 * @param {Points} points
 * @param {number} top the factor at the upper edge
 * @param {boolean} stairs whether a point's factor holds until the next one
 */
export function lineThrough(points, top, stairs) {
  const y = (/** @type {number} */ factor) => (100 - (100 * factor) / top).toFixed(2);
  let line = `M0,${y(points[0][1])}`;
  for (const [t, factor] of points) line += stairs ? `H${(1000 * t).toFixed(1)}V${y(factor)}` : `L${(1000 * t).toFixed(1)},${y(factor)}`;
  return `${line}H1000`;
}

/** @param {[number, number]} point @returns {[number, number]} the nearest place of the grid */
export const snapped = ([t, factor]) => [Math.round(t * GRID) / GRID, Math.round(factor * GRID) / GRID];

/** @param {number} value */
const rounded = (value) => Number(value.toFixed(3));

/**
 * The factor that the points give at a share of the run.
 * @param {Points} points
 * @param {number} t
 * @param {boolean} stairs
 */
export function factorAt(points, t, stairs) {
  const next = points.findIndex((point) => point[0] > t);
  if (next === 0) return points[0][1];
  if (next < 0) return points[points.length - 1][1];
  const [[from, low], [to, high]] = [points[next - 1], points[next]];
  return stairs ? low : low + ((high - low) * (t - from)) / (to - from);
}
