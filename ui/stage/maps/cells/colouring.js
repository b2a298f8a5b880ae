// From which numbers to which a map's colours go: settled by the first, coarse cells that are seen, and kept until another window is.

import { createColours, endsOf } from "../colours/colours.js";
import { eachSeen } from "../colours/facts.js";
import { NEVER } from "../tiles/tile.js";
import { nameOf, tilesIn } from "../tiles/tile_lattice.js";

/**
 * @typedef {import("./maps_view.js").State} State
 * @typedef {import("../tiles/tile.js").Tile} Tile
 * @typedef {import("../colours/colours.js").Ends} Ends
 * @typedef {{steps: Ends[], loss: Ends, lowest: number, of: string, sure: boolean}} Scales steps: a run each; of: which cells they were settled by; sure: all these are in them
 */

const FLOOR = 1e-12; // of the largest height: below that they are rounding

/** The tiles of a level that are seen, of each run; undefined where one is not here. @param {State} state @param {number} level */
const tilesAt = ({ cells, seen, base }, level) => cells.map((one) => tilesIn(seen, base, level).map((place) => ({ place, tile: one.tile(nameOf(place)) })));

/** What lightness tells is of each run for itself: one is ten times faster than another. Colours that say steps are compared. @param {State} state */
const isShared = ({ atlas }) => atlas.color === "steps";

/** Which cells the scales are to be settled by. @param {State} state */
const subjectOf = (state) => JSON.stringify([state.seen, isShared(state)]);

/** @param {State} state @returns {Scales} */
function measured(state) {
  const level = state.levels[0];
  const all = tilesAt(state, level);
  const here = all.map((some) => some.filter(({ tile }) => tile !== undefined));
  const losses = here.flat().flatMap(({ tile }) => [.../** @type {Tile} */ (tile).loss]);
  let lowest = Math.min(...state.plan.minima.map(({ loss }) => loss));
  for (const value of losses) if (value < lowest) lowest = value;
  const heights = losses.map((value) => value - lowest);
  const highest = heights.reduce((most, height) => (Number.isFinite(height) && height > most ? height : most), 0);
  const steps = here.map((some) => some.flatMap(({ place, tile }) => stepsIn(state, place, /** @type {Tile} */ (tile))));
  const ends = isShared(state) ? steps.map(() => endsOf(steps.flat(), 1)) : steps.map((own) => endsOf(own, 1));
  return { steps: ends, loss: endsOf(heights, FLOOR * highest || FLOOR), lowest, of: subjectOf(state), sure: all.flat().length > 0 && here.flat().length === all.flat().length };
}

/** The steps of the cells of a tile that are seen. @param {State} state @param {{level: number, column: number, row: number}} place @param {Tile} tile */
function stepsIn({ seen, base }, place, tile) {
  /** @type {number[]} */
  const found = [];
  eachSeen({ seen, base, ...place }, (at) => tile.steps[at] !== NEVER && found.push(Math.max(1, tile.steps[at])));
  return found;
}

export function createColouring() {
  /** @type {Map<string, Scales>} by the names of maps */
  const known = new Map();

  /** Those of what is seen; until all its first cells are here those that were. @param {State} state @param {string} name @returns {Scales} */
  function scalesOf(state, name) {
    const old = known.get(name);
    if (old?.sure && old.of === subjectOf(state)) return old;
    const next = measured(state);
    if (!old?.sure) return next;
    return next.sure ? { ...next, loss: old.loss, lowest: old.lowest } : { ...old, sure: false };
  }

  return {
    /** Colours, one a run. @param {State} state @param {string} name of its map @param {number|null} only the class that stands out */
    of(state, name, only) {
      const scales = scalesOf(state, name);
      if (scales.sure || !known.get(name)?.sure) known.set(name, scales);
      const { loss, lowest } = scales;
      const shared = {
        color: state.atlas.color, dark: state.picture.scene.theme.dark, outcomes: outcomesOf(state), globals: state.plan.minima.map((one) => one.global), loss, lowest, only, seeds: state.plan.seeds,
      };
      return { colours: state.plan.runs.map((_, i) => createColours({ ...shared, steps: scales.steps[i] })), scales };
    },
  };
}

/** The names of outcomes by their codes, as any tile that is here says. @param {State} state */
export function outcomesOf(state) {
  for (const level of state.levels) {
    const found = tilesAt(state, level).flat().find(({ tile }) => tile !== undefined);
    if (found?.tile) return found.tile.outcomes;
  }
  return [];
}
