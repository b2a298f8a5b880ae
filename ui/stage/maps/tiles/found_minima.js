// The minima of a map by one numbering for all its tiles: those that are known, and those that the runs of any tile found.

import { NO_MINIMUM } from "./tile.js";

const NEAR = 1e-3; // of the map's diagonal: found minima closer than that are one

/**
 * @param {Array<{x: number, y: number}>} known
 * @param {number} diagonal of the whole map
 */
export function createFoundMinima(known, diagonal) {
  /** @type {Array<[number, number]>} */
  const places = known.map(({ x, y }) => [x, y]);

  /** @param {[number, number]} place */
  function numberOf([x, y]) {
    for (let i = known.length; i < places.length; i++) {
      if (Math.hypot(places[i][0] - x, places[i][1] - y) <= NEAR * diagonal) return i;
    }
    return places.length < NO_MINIMUM ? places.push([x, y]) - 1 : NO_MINIMUM;
  }

  return {
    /** All, by their numbers. */
    places,
    /** A tile with these numbers in place of its own. @param {import("./tile.js").Tile} tile */
    renumbered(tile) {
      if (!tile.more.length) return tile;
      const names = tile.more.map(numberOf);
      const minimum = tile.minimum.map((own) => (own === NO_MINIMUM || own < tile.known ? own : (names[own - tile.known] ?? NO_MINIMUM)));
      return { ...tile, minimum, more: [] };
    },
  };
}
