// A crowded path without the steps that would only ink the same places again: a noisy run around its minimum.

const CROWD = 1500; // points from which on a path is looked through
const CELLS = 700; // across the window: places that are told apart
const LONG = 0.06; // of the window: longer steps are always drawn

/**
 * The same path, its pen lifted over steps on which nothing new would be seen.
 * @template {import("./shown_path.js").ShownPath} P
 * @param {P} path
 * @param {import("../paths/outline.js").Box} box
 * @returns {P}
 */
export function uncrowded(path, [x0, x1, y0, y1]) {
  if (path.x.length < CROWD) return path;
  const inked = /** @type {Set<number>} */ (new Set());
  const place = (/** @type {number} */ i) => [((path.x[i] ?? NaN) - x0) / (x1 - x0), ((path.y[i] ?? NaN) - y0) / (y1 - y0)];
  const kept = [0];
  let lifted = false;
  for (let i = 1; i < path.x.length; i++) {
    const [from, to] = [place(i - 1), place(i)];
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const fresh = !(length < LONG) || inkLine(inked, from, to, Math.ceil(length * CELLS));
    if (fresh && lifted) kept.push(-1, i - 1); // -1: a gap
    if (fresh) kept.push(i);
    lifted = !fresh;
  }
  const pick = (/** @type {Array<number|null>} */ values) => kept.map((i) => (i < 0 ? null : values[i]));
  return { ...path, x: pick(path.x), y: pick(path.y), z: pick(path.z), iterates: kept.map((i) => i >= 0 && path.iterates[i]) };
}

/**
 * Ink a line; returns whether any place of it is new.
 * @param {Set<number>} inked
 * @param {number[]} from in windows
 * @param {number[]} to
 * @param {number} pieces
 */
function inkLine(inked, from, to, pieces) {
  const before = inked.size;
  for (let k = 0; k <= pieces; k++) {
    const share = pieces ? k / pieces : 0;
    const [column, row] = from.map((value, i) => Math.round((value + share * (to[i] - value)) * CELLS));
    inked.add(row * 4 * CELLS + column);
  }
  return inked.size > before;
}
