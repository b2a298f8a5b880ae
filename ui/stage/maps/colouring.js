// From which numbers to which a map's colours go: settled by its first, coarse cells, and kept, so that nothing changes colour later.

import { createColours, endsOf } from "./colours.js";
import { NEVER } from "./tile.js";
import { nameOf, tilesIn } from "./tile_lattice.js";

/**
 * @typedef {import("./maps_view.js").State} State
 * @typedef {import("./colours.js").Ends} Ends
 * @typedef {{steps: Ends, loss: Ends, lowest: number, sure: boolean}} Scales sure: all first cells are in them
 */

const FLOOR = 1e-12; // of the largest height: below that they are rounding

/** The tiles of a level that are seen, of all runs; undefined where one is not here. @param {State} state @param {number} level */
const tilesAt = ({ cells, seen, base }, level) => cells.flatMap((one) => tilesIn(seen, base, level).map((place) => one.tile(nameOf(place))));

/** @param {State} state @returns {Scales} */
function measured(state) {
  const tiles = tilesAt(state, state.levels[0]);
  const here = tiles.filter((tile) => tile !== undefined);
  let lowest = Math.min(...state.plan.minima.map(({ loss }) => loss));
  for (const { loss } of here) for (const value of loss) if (value < lowest) lowest = value;
  const steps = here.flatMap((tile) => [...tile.steps].filter((value) => value !== NEVER).map((value) => Math.max(1, value)));
  const heights = here.flatMap((tile) => [...tile.loss].map((value) => value - lowest));
  const highest = heights.reduce((most, height) => (Number.isFinite(height) && height > most ? height : most), 0);
  return { steps: endsOf(steps, 1), loss: endsOf(heights, FLOOR * highest || FLOOR), lowest, sure: tiles.length > 0 && here.length === tiles.length };
}

export function createColouring() {
  /** @type {Map<string, Scales>} by the names of maps */
  const known = new Map();

  return {
    /** @param {State} state @param {string} name of its map @param {number|null} only the class that stands out */
    of(state, name, only) {
      const scales = known.get(name)?.sure ? /** @type {Scales} */ (known.get(name)) : measured(state);
      known.set(name, scales);
      const colours = createColours({
        color: state.atlas.color, dark: state.picture.scene.theme.dark, outcomes: outcomesOf(state), globals: state.plan.minima.map((one) => one.global),
        steps: scales.steps, loss: scales.loss, lowest: scales.lowest, only,
      });
      return { colours, scales };
    },
  };
}

/** The names of outcomes by their codes, as any tile that is here says. @param {State} state */
export function outcomesOf(state) {
  for (const level of state.levels) {
    const tile = tilesAt(state, level).find((one) => one !== undefined);
    if (tile) return tile.outcomes;
  }
  return [];
}
