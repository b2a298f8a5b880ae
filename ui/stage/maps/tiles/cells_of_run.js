// The cells of one run's map: which tiles they come in, and which cell lies under a place.

import { cellAt, nameOf, placeOf, sideAt, tilesIn } from "./tile_lattice.js";

/**
 * @typedef {import("./tile_lattice.js").Box} Box
 * @typedef {import("./tile.js").Tile} Tile
 * @typedef {ReturnType<typeof import("./tile_store.js").createTileStore>} Store
 *
 * @typedef {Object} Cell
 * @property {Tile} tile
 * @property {number} at its place in the tile
 * @property {number} x its very value
 * @property {number} y
 * @property {Box} covers in units of the axes
 * @property {string} key its name among all of the run
 */

/**
 * @param {{kind: string, query: string, base: Box, store: Store}} of
 */
export function createCells({ kind, query, base, store }) {
  const addressOf = (/** @type {string} */ name) => `${kind}/${name}?${query}`;
  const tile = (/** @type {string} */ name) => store.get(addressOf(name));

  return {
    tile,
    /** What is to be asked for, of a level, to see a window. @param {Box} seen @param {number} level @returns {import("./tile_work.js").Job[]} */
    jobs: (seen, level) =>
      tilesIn(seen, base, level).map((place) => ({ address: addressOf(nameOf(place)), path: `${kind}/${nameOf(place)}`, query, cells: sideAt(level) ** 2, level })),
    /**
     * The cell under a place, of the finest level that is here.
     * @param {[number, number]} place
     * @param {number[]} levels the finest last
     * @returns {Cell|null}
     */
    at(place, levels) {
      for (const level of [...levels].reverse()) {
        const where = cellAt(base, level, place);
        const one = tile(nameOf(where));
        if (!one) continue;
        const side = sideAt(level);
        const [i, j] = [where.at % side, Math.floor(where.at / side)];
        const [column, row] = [where.column * side + i, where.row * side + j];
        return {
          tile: one, at: where.at, x: one.x[i], y: one.y[j], key: `${level}/${column}/${row}`,
          covers: [[placeOf(base[0], level, column), placeOf(base[0], level, column + 1)], [placeOf(base[1], level, row), placeOf(base[1], level, row + 1)]],
        };
      }
      return null;
    },
  };
}
