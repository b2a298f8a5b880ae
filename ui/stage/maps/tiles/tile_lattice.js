// The cells of a map and the tiles that they come in: where they lie, which are seen, and how fine they are to be.
// experiments/studies/maps/lattice.py says the same. Places are in units of an axis: decades on a logarithmic one.

/**
 * @typedef {[number, number]} Range
 * @typedef {[Range, Range]} Box along x and along y
 * @typedef {{level: number, column: number, row: number}} TilePlace
 */

const COARSEST = 16; // cells along the whole map on level 0
const TILE = 128; // cells along a tile, at most
const [LOWEST, HIGHEST] = [-24, 48]; // levels that may be asked for
const [COARSER, FINER] = [8, 3]; // levels beside the finest that is wanted, of which what is here is drawn, too
const [MIDDLE, COARSE] = [2, 4]; // how many levels above the finest the ones before it are

/** How many cells a level has along the map; a part of one on the coarsest. @param {number} level */
export const cellsAt = (level) => COARSEST * 2 ** level;

/** How many cells a tile of a level has a side. @param {number} level */
export const sideAt = (level) => (level < 0 ? COARSEST : Math.min(COARSEST * 2 ** level, TILE));

/** Where a place lies along an axis, in cells of a level. @param {Range} base the whole map @param {number} level @param {number} place */
export const cellOf = ([from, to], level, place) => ((place - from) / (to - from)) * cellsAt(level);

/** Where a cell begins. @param {Range} base @param {number} level @param {number} cell */
export const placeOf = ([from, to], level, cell) => from + (cell / cellsAt(level)) * (to - from);

/**
 * The level whose cells are one to two pixels wide.
 * @param {Box} seen
 * @param {Box} base
 * @param {[number, number]} pixels across and down
 * @param {number} [deepest]
 */
export function levelFor(seen, base, pixels, deepest = HIGHEST) {
  const wanted = [0, 1].map((i) => {
    const share = (seen[i][1] - seen[i][0]) / (base[i][1] - base[i][0]);
    return Math.log2(Math.max(1, pixels[i]) / (COARSEST * share));
  });
  return Math.max(LOWEST, Math.min(HIGHEST, deepest, Math.floor((wanted[0] + wanted[1]) / 2)));
}

/** The levels to be had one after the other, coarse ones first: of a map that is about whole its own coarsest. @param {number} finest */
export function levelsTo(finest) {
  const first = finest >= MIDDLE && finest <= COARSE + MIDDLE ? 0 : finest - COARSE;
  return [...new Set([first, finest - MIDDLE, finest].map((level) => Math.max(LOWEST, level)))];
}

/**
 * The levels that are drawn where they are here, the last on top: coarse ones, finer ones that are here already, and the finest that is wanted.
 * @param {number[]} wanted
 */
export function levelsDrawn(wanted) {
  const finest = wanted[wanted.length - 1];
  const near = Array.from({ length: COARSER + FINER }, (_, i) => finest - COARSER + i + Number(i >= COARSER));
  const all = [...new Set([...wanted, ...near])].filter((level) => level !== finest).sort((one, other) => one - other);
  return [...all, finest];
}

/**
 * The tiles of a level that are seen, those in the middle first.
 * @param {Box} seen
 * @param {Box} base
 * @param {number} level
 * @returns {TilePlace[]}
 */
export function tilesIn(seen, base, level) {
  const side = sideAt(level);
  const [columns, rows] = [0, 1].map((i) => {
    const [from, to] = seen[i].map((edge) => cellOf(base[i], level, edge) / side);
    return [Math.floor(from), Math.max(Math.floor(from), Math.ceil(to) - 1), (from + to) / 2 - 0.5];
  });
  /** @type {TilePlace[]} */
  const found = [];
  for (let row = rows[0]; row <= rows[1]; row++) {
    for (let column = columns[0]; column <= columns[1]; column++) found.push({ level, column, row });
  }
  const far = (/** @type {TilePlace} */ { column, row }) => (column - columns[2]) ** 2 + (row - rows[2]) ** 2;
  return found.sort((one, other) => far(one) - far(other));
}

/**
 * Which cell of which tile a place lies in.
 * @param {Box} base
 * @param {number} level
 * @param {[number, number]} place
 */
export function cellAt(base, level, [x, y]) {
  const side = sideAt(level);
  const [i, j] = [Math.floor(cellOf(base[0], level, x)), Math.floor(cellOf(base[1], level, y))];
  const [column, row] = [Math.floor(i / side), Math.floor(j / side)];
  return { level, column, row, at: (j - row * side) * side + i - column * side };
}

/** The name of a tile among all. @param {TilePlace} place */
export const nameOf = ({ level, column, row }) => `${level}/${column}/${row}`;
