// The tiles that are here, by their addresses: within a bound, those that were looked at last.

/** @typedef {import("./tile.js").Tile} Tile */

const MOST = 4_000_000; // cells, of eight bytes each and as much again where they are drawn

/** @param {number} [most] cells */
export function createTileStore(most = MOST) {
  /** @type {Map<string, Tile>} those looked at last at the end */
  const tiles = new Map();
  let cells = 0;

  return {
    /** @param {string} address @returns {Tile|undefined} */
    get(address) {
      const tile = tiles.get(address);
      if (tile) {
        tiles.delete(address);
        tiles.set(address, tile);
      }
      return tile;
    },
    /** @param {string} address */
    has: (address) => tiles.has(address),
    /** @param {string} address @param {Tile} tile */
    put(address, tile) {
      cells += tile.width * tile.height - sizeOf(tiles.get(address));
      tiles.delete(address);
      tiles.set(address, tile);
      for (const [oldest, old] of tiles) {
        if (cells <= most || oldest === address) break;
        cells -= sizeOf(old);
        tiles.delete(oldest);
      }
    },
    get cells() {
      return cells;
    },
  };
}

/** @param {Tile|undefined} tile */
const sizeOf = (tile) => (tile ? tile.width * tile.height : 0);
