// Paths as polylines: clipped to a box in data space, then put on the screen. A point outside the box is never moved into it.

export const MOVE = 1; // the pen is lifted before this vertex
export const KEEP = 2; // never merged with its neighbours
export const EXIT = 4; // the path leaves the box here
export const COVERED = 8; // the segment up to this vertex lies on ink that the path has left before

/**
 * @typedef {[number, number, number, number]} Box x0, x1, y0, y1
 *
 * @typedef {Object} Outline vertices in data space
 * @property {number} count
 * @property {Float64Array} x @property {Float64Array} y @property {Float64Array} z
 * @property {Float64Array} step fractional where a segment is cut
 * @property {Uint8Array} flags
 *
 * @typedef {Object} Trace vertices on the screen, near ones merged
 * @property {number} count
 * @property {Float32Array} x @property {Float32Array} y
 * @property {Float64Array} step
 * @property {Uint8Array} flags
 * @property {Uint8Array} hidden behind the relief
 * @property {Float32Array} iterateX NaN where an iterate is not in the box
 * @property {Float32Array} iterateY
 * @property {number[]} exits vertices at which the path leaves
 * @property {number} last index of the last finite iterate
 *
 * @typedef {(x: number, y: number) => number} Heights
 * @typedef {{to: (x: number, y: number, z: number, pixel: Float64Array) => void, veiled?: (x: number, y: number, z: number) => boolean}} Projection
 */

const NEAR = 0.7; // px: vertices closer than this are one
const DRAPE = 56; // pieces in which a segment across the whole view is laid over the relief
const CROWD = 1500; // vertices from which a path is searched for segments already covered
const SHORT = 32; // px: longer segments are not searched
const VEIL_BUDGET = 3000; // visibility tests a path

/** @returns {Outline} */
export const newOutline = () => ({
  count: 0, x: new Float64Array(64), y: new Float64Array(64), z: new Float64Array(64), step: new Float64Array(64), flags: new Uint8Array(64),
});

/** @returns {Trace} */
export const newTrace = () => ({
  count: 0, x: new Float32Array(64), y: new Float32Array(64), step: new Float64Array(64), flags: new Uint8Array(64), hidden: new Uint8Array(64),
  iterateX: new Float32Array(0), iterateY: new Float32Array(0), exits: [], last: 0,
});

/**
 * @template {Float32Array|Float64Array|Uint8Array} A
 * @param {A} array
 * @param {number} size
 * @returns {A}
 */
function widened(array, size) {
  const wider = new (/** @type {any} */ (array.constructor))(size);
  wider.set(array);
  return wider;
}

/**
 * @param {any} store
 * @param {string[]} names
 * @param {number} needed
 */
function reserve(store, names, needed) {
  const size = store[names[0]].length;
  if (needed <= size) return;
  for (const name of names) store[name] = widened(store[name], Math.max(needed, size * 2));
}

/**
 * @param {Outline} out
 * @param {number} x
 * @param {number} y
 * @param {number} z
 * @param {number} step
 * @param {number} flags
 */
function push(out, x, y, z, step, flags) {
  const n = out.count;
  if (n === out.x.length) reserve(out, ["x", "y", "z", "step", "flags"], n + 1);
  out.x[n] = x;
  out.y[n] = y;
  out.z[n] = z;
  out.step[n] = step;
  out.flags[n] = flags;
  out.count = n + 1;
}

const cut = new Float64Array(2);

/**
 * The part of a segment inside the box, as two fractions in `cut` (Liang and Barsky, 1984).
 * @param {number} x
 * @param {number} y
 * @param {number} dx
 * @param {number} dy
 * @param {Box} box
 * @returns {boolean} whether there is such a part
 */
function clip(x, y, dx, dy, box) {
  cut[0] = 0;
  cut[1] = 1;
  return side(-dx, x - box[0]) && side(dx, box[1] - x) && side(-dy, y - box[2]) && side(dy, box[3] - y) && cut[0] < cut[1];
}

/**
 * @param {number} slope
 * @param {number} room
 */
function side(slope, room) {
  if (slope === 0) return room >= 0;
  const t = room / slope;
  if (slope < 0) cut[0] = Math.max(cut[0], t);
  else cut[1] = Math.min(cut[1], t);
  return true;
}

/**
 * Cut a run's path to a box and, given heights, lay its segments over the relief.
 * @param {{x: import("../flow/packet.js").Series, y: import("../flow/packet.js").Series, z: import("../flow/packet.js").Series, last: number}} path
 * @param {Box} box
 * @param {Outline} out
 * @param {Heights} [heights]
 */
export function outline(path, box, out, heights) {
  out.count = 0;
  let wasIn = false;
  for (let j = 0; j <= path.last; j++) {
    const x = path.x[j];
    const y = path.y[j];
    const isIn = x >= box[0] && x <= box[1] && y >= box[2] && y <= box[3];
    if (j === 0) {
      if (isIn) push(out, x, y, heightOf(path, 0, heights), 0, MOVE | KEEP);
    } else if (isIn && wasIn) {
      if (heights) drape(path, box, out, heights, j, 0, 1);
      push(out, x, y, heightOf(path, j, heights), j, 0);
    } else {
      cross(path, box, out, heights, j, wasIn, isIn);
    }
    wasIn = isIn;
  }
  if (out.count) out.flags[out.count - 1] |= KEEP;
}

/**
 * A segment of which at least one end lies outside.
 * @param {{x: import("../flow/packet.js").Series, y: import("../flow/packet.js").Series, z: import("../flow/packet.js").Series}} path
 * @param {Box} box
 * @param {Outline} out
 * @param {Heights|undefined} heights
 * @param {number} j
 * @param {boolean} wasIn
 * @param {boolean} isIn
 */
function cross(path, box, out, heights, j, wasIn, isIn) {
  const x = path.x[j - 1];
  const y = path.y[j - 1];
  const dx = path.x[j] - x;
  const dy = path.y[j] - y;
  if (!clip(x, y, dx, dy, box)) return;
  const [from, to] = cut;
  const at = (/** @type {number} */ t) => [x + t * dx, y + t * dy];
  if (!wasIn) {
    const [ex, ey] = at(from);
    push(out, ex, ey, heights ? heights(ex, ey) : 0, j - 1 + from, MOVE | KEEP);
  }
  if (heights) drape(path, box, out, heights, j, wasIn ? 0 : from, isIn ? 1 : to);
  if (isIn) {
    push(out, path.x[j], path.y[j], heightOf(path, j, heights), j, KEEP);
  } else {
    const [ex, ey] = at(to);
    push(out, ex, ey, heights ? heights(ex, ey) : 0, j - 1 + to, KEEP | EXIT);
  }
}

/**
 * @param {{x: import("../flow/packet.js").Series, y: import("../flow/packet.js").Series, z: import("../flow/packet.js").Series}} path
 * @param {number} j
 * @param {Heights|undefined} heights
 */
function heightOf(path, j, heights) {
  if (!heights) return 0;
  const z = path.z[j];
  return Number.isFinite(z) ? z : heights(path.x[j], path.y[j]);
}

/**
 * The points between two iterates, on the ground below the straight step.
 * @param {{x: import("../flow/packet.js").Series, y: import("../flow/packet.js").Series, z: import("../flow/packet.js").Series}} path
 * @param {Box} box
 * @param {Outline} out
 * @param {Heights} heights
 * @param {number} j
 * @param {number} from
 * @param {number} to
 */
function drape(path, box, out, heights, j, from, to) {
  const x = path.x[j - 1];
  const y = path.y[j - 1];
  const dx = path.x[j] - x;
  const dy = path.y[j] - y;
  const length = Math.hypot(dx / (box[1] - box[0]), dy / (box[3] - box[2])) * (to - from);
  const pieces = Math.min(DRAPE * 2, Math.ceil(length * DRAPE));
  for (let i = 1; i < pieces; i++) {
    const t = from + ((to - from) * i) / pieces;
    const z = heights(x + t * dx, y + t * dy);
    if (Number.isFinite(z)) push(out, x + t * dx, y + t * dy, z, j - 1 + t, 0);
  }
}

const pixel = new Float64Array(2);

/**
 * Put an outline on the screen.
 * @param {Outline} from
 * @param {Projection} projection
 * @param {number} iterates how many iterates the run has
 * @param {number} last
 * @param {Trace} out
 */
export function project(from, projection, iterates, last, out) {
  reserve(out, ["x", "y", "step", "flags", "hidden"], from.count);
  if (out.iterateX.length !== iterates) {
    out.iterateX = new Float32Array(iterates);
    out.iterateY = new Float32Array(iterates);
  }
  out.iterateX.fill(NaN);
  out.exits.length = 0;
  out.last = last;
  let n = 0;
  for (let i = 0; i < from.count; i++) {
    projection.to(from.x[i], from.y[i], from.z[i], pixel);
    const step = from.step[i];
    const flags = from.flags[i];
    if (step === Math.floor(step) && !(flags & EXIT)) {
      out.iterateX[step] = pixel[0];
      out.iterateY[step] = pixel[1];
    }
    if (!flags && Math.abs(pixel[0] - out.x[n - 1]) + Math.abs(pixel[1] - out.y[n - 1]) < NEAR) continue;
    out.x[n] = pixel[0];
    out.y[n] = pixel[1];
    out.step[n] = step;
    out.flags[n] = flags;
    if (flags & EXIT) out.exits.push(n);
    n++;
  }
  out.count = n;
  veil(from, projection, out);
  if (n > CROWD) cover(out);
}

/** @type {Set<number>} */
const inked = new Set();

/**
 * Mark the short segments of a crowded path that would only ink the same pixels again (a noisy run around its minimum).
 * @param {Trace} out
 */
function cover(out) {
  inked.clear();
  for (let n = 1; n < out.count; n++) {
    const length = Math.hypot(out.x[n] - out.x[n - 1], out.y[n] - out.y[n - 1]);
    if (out.flags[n] & (MOVE | KEEP) || out.hidden[n] || !(length < SHORT)) continue;
    if (!inkSegment(out, n, Math.ceil(length))) out.flags[n] |= COVERED;
  }
}

/**
 * @param {Trace} out
 * @param {number} n
 * @param {number} pieces
 * @returns {boolean} whether any pixel was new
 */
function inkSegment(out, n, pieces) {
  const before = inked.size;
  for (let i = 0; i <= pieces; i++) {
    const x = out.x[n - 1] + ((out.x[n] - out.x[n - 1]) * i) / pieces;
    const y = out.y[n - 1] + ((out.y[n] - out.y[n - 1]) * i) / pieces;
    inked.add(Math.round(y) * 16384 + Math.round(x));
  }
  return inked.size > before;
}

/**
 * Mark the vertices that the relief hides.
 * @param {Outline} from
 * @param {Projection} projection
 * @param {Trace} out
 */
function veil(from, projection, out) {
  if (!projection.veiled) {
    out.hidden.fill(0, 0, out.count);
    return;
  }
  const stride = Math.max(1, Math.ceil(out.count / VEIL_BUDGET));
  let i = 0;
  let hidden = 0;
  for (let n = 0; n < out.count; n++) {
    while (from.step[i] !== out.step[n]) i++;
    if (n % stride === 0) hidden = projection.veiled(from.x[i], from.y[i], from.z[i]) ? 1 : 0;
    out.hidden[n] = hidden;
  }
}

/**
 * The last vertex at or before a step; -1 where there is none.
 * @param {Trace} trace
 * @param {number} step
 */
export function vertexBefore(trace, step) {
  let low = 0;
  let high = trace.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trace.step[middle] <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Where a run is at a (fractional) step, or null where that is not in the box.
 * @param {Trace} trace
 * @param {number} step
 * @returns {{x: number, y: number, hidden: boolean}|null}
 */
export function positionAt(trace, step) {
  const time = Math.min(step, trace.last);
  const i = vertexBefore(trace, time);
  if (i < 0) return null;
  const hidden = trace.hidden[i] === 1;
  if (trace.step[i] === time && !(trace.flags[i] & EXIT)) return { x: trace.x[i], y: trace.y[i], hidden };
  if (i + 1 >= trace.count || trace.flags[i + 1] & MOVE) {
    return trace.flags[i] & EXIT ? null : { x: trace.x[i], y: trace.y[i], hidden };
  }
  const t = (time - trace.step[i]) / (trace.step[i + 1] - trace.step[i]);
  return { x: trace.x[i] + t * (trace.x[i + 1] - trace.x[i]), y: trace.y[i] + t * (trace.y[i + 1] - trace.y[i]), hidden };
}
