// Contour lines of heights on a lattice, by marching squares.

/**
 * The levels that Plotly's trace would have of other heights: as many, and as far from their lowest.
 * @param {{low: number, high: number}} ground
 * @param {any} trace of the surface that stands
 * @returns {number[]}
 */
export function levelsOf({ low, high }, trace) {
  const { size } = trace?.contours ?? {};
  const count = Math.round((trace?.zmax - trace?.zmin) / size) || FEW;
  const step = (high - low) / Math.max(1, Math.min(MOST, count));
  return step > 0 ? Array.from({ length: Math.min(MOST, count) }, (_, i) => low + (i + 0.5) * step) : [];
}

const [FEW, MOST] = [14, 60];

/**
 * The pieces of the line on which heights have a level, one a cell, or two where it crosses itself; in cells from the first height.
 * @param {ArrayLike<number>} heights row by row
 * @param {number} side
 * @param {number} level
 * @param {(fromX: number, fromY: number, toX: number, toY: number) => void} piece
 */
export function linesAt(heights, side, level, piece) {
  for (let row = 0; row < side - 1; row++) {
    for (let column = 0; column < side - 1; column++) {
      const at = row * side + column;
      const [a, b, c, d] = [heights[at], heights[at + 1], heights[at + side + 1], heights[at + side]]; // around the cell
      const kind = Number(a > level) | (Number(b > level) << 1) | (Number(c > level) << 2) | (Number(d > level) << 3);
      if (kind === 0 || kind === 15 || !Number.isFinite(a + b + c + d)) continue;
      const ends = [];
      if (a > level !== b > level) ends.push(column + (level - a) / (b - a), row);
      if (b > level !== c > level) ends.push(column + 1, row + (level - b) / (c - b));
      if (c > level !== d > level) ends.push(column + (level - d) / (c - d), row + 1);
      if (d > level !== a > level) ends.push(column, row + (level - a) / (d - a));
      if (ends.length === 4) {
        piece(ends[0], ends[1], ends[2], ends[3]);
        continue;
      }
      const middle = (a + b + c + d) / 4 > level; // of a saddle: which corners belong together
      const turned = middle === a > level;
      const order = turned ? [0, 1, 2, 3] : [3, 0, 1, 2];
      for (const k of [0, 2]) piece(ends[2 * order[k]], ends[2 * order[k] + 1], ends[2 * order[k + 1]], ends[2 * order[k + 1] + 1]);
    }
  }
}
