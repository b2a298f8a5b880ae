// Contour lines of heights on a lattice, by marching squares.

/** @typedef {{first: number, step: number, count: number}} Levels evenly spaced */

const [FEW, MOST] = [14, 60];
const ends = new Float64Array(8); // of the pieces within a cell: x and y of each

/**
 * The levels that Plotly's trace would have of other heights: as many, and as far from their lowest.
 * @param {{low: number, high: number}} ground
 * @param {any} trace of the surface that stands
 * @returns {Levels}
 */
export function levelsOf({ low, high }, trace) {
  const count = Math.min(MOST, Math.round((trace?.zmax - trace?.zmin) / trace?.contours?.size) || FEW);
  const step = (high - low) / count;
  return step > 0 ? { first: low + step / 2, step, count } : { first: low, step: 1, count: 0 };
}

/**
 * The pieces of the lines on which heights have a level, one a cell and level, or two where a line meets itself; in cells from the
 * first height.
 * @param {ArrayLike<number>} heights row by row
 * @param {number} side
 * @param {Levels} levels
 * @param {(fromX: number, fromY: number, toX: number, toY: number) => void} piece
 * @param {number} [rows] as many as columns where nothing is said
 */
export function linesAt(heights, side, { first, step, count }, piece, rows = side) {
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < side - 1; column++) {
      const at = row * side + column;
      const [a, b, c, d] = [heights[at], heights[at + 1], heights[at + side + 1], heights[at + side]]; // around the cell
      const low = Math.min(a, b, c, d);
      const high = Math.max(a, b, c, d);
      if (!Number.isFinite(high - low)) continue;
      const from = Math.max(0, Math.ceil((low - first) / step));
      for (let k = from; k < count && first + k * step < high; k++) inCell(column, row, [a, b, c, d], first + k * step, piece);
    }
  }
}

/**
 * @param {number} column @param {number} row
 * @param {[number, number, number, number]} corners
 * @param {number} level
 * @param {(fromX: number, fromY: number, toX: number, toY: number) => void} piece
 */
function inCell(column, row, [a, b, c, d], level, piece) {
  let found = 0;
  const end = (/** @type {number} */ x, /** @type {number} */ y) => {
    ends[found++] = x;
    ends[found++] = y;
  };
  if (a > level !== b > level) end(column + (level - a) / (b - a), row);
  if (b > level !== c > level) end(column + 1, row + (level - b) / (c - b));
  if (c > level !== d > level) end(column + (level - d) / (c - d), row + 1);
  if (d > level !== a > level) end(column, row + (level - a) / (d - a));
  if (found === 4) piece(ends[0], ends[1], ends[2], ends[3]);
  if (found < 8) return;
  const together = (a + b + c + d) / 4 > level === a > level; // of a saddle: whether a and c belong together
  if (together) {
    piece(ends[0], ends[1], ends[2], ends[3]);
    piece(ends[4], ends[5], ends[6], ends[7]);
  } else {
    piece(ends[6], ends[7], ends[0], ends[1]);
    piece(ends[2], ends[3], ends[4], ends[5]);
  }
}
