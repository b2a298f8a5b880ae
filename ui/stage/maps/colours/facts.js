// What the cells that are seen amount to: shares, the success of a start drawn there, and how fast.

import { BARRED, classOf } from "./colours.js";
import { NEVER } from "../tiles/tile.js";
import { cellOf, nameOf, sideAt, tilesIn } from "../tiles/tile_lattice.js";

/**
 * @typedef {import("../tiles/tile.js").Tile} Tile
 * @typedef {import("../tiles/tile_lattice.js").Box} Box
 *
 * @typedef {Object} Fact of a class of cells
 * @property {number} kind its class, as colours.js has them
 * @property {number} count cells
 * @property {number|null} steps the median of those that have some
 *
 * @typedef {Object} Facts
 * @property {number} level of the cells
 * @property {number} all cells that were run
 * @property {Fact[]} classes the largest first
 * @property {number} success how many settled at a global minimum, or hover around one; parts of a cell where it was made with several seeds
 */

const Z = 1.959963984540054; // 97.5 % of a standard normal lie below it

/**
 * Between which shares 95 % of such samples would not speak against (Wilson, 1927); experiments/studies/proportion.py says the same.
 * @param {number} count
 * @param {number} of
 * @returns {[number, number]}
 */
export function intervalOf(count, of) {
  const p = count / of;
  const shrink = 1 + Z ** 2 / of;
  const middle = (p + Z ** 2 / (2 * of)) / shrink;
  const half = (Z / shrink) * Math.sqrt((p * (1 - p)) / of + Z ** 2 / (4 * of ** 2));
  return [count === 0 ? 0 : Math.max(0, middle - half), count === of ? 1 : Math.min(1, middle + half)];
}

/**
 * The middle of counted numbers.
 * @param {Map<number, number>} counts how often each is there
 */
export function medianOf(counts) {
  const all = [...counts].sort(([one], [other]) => one - other);
  const size = all.reduce((sum, [, count]) => sum + count, 0);
  if (!size) return null;
  const nth = (/** @type {number} */ place) => {
    let before = 0;
    return (all.find(([, count]) => (before += count) > place) ?? all[all.length - 1])[0];
  };
  return (nth(Math.floor((size - 1) / 2)) + nth(Math.floor(size / 2))) / 2;
}

/**
 * Of the finest level whose tiles are all here.
 * @param {{seen: Box, base: Box, levels: number[], tile: (name: string) => Tile|undefined, byMinimum: boolean, global: boolean[]}} what levels: coarse ones first; global: of the known minima, whether each is a global one
 * @returns {Facts|null}
 */
export function factsOf({ seen, base, levels, tile, byMinimum, global }) {
  for (const level of [...levels].reverse()) {
    const places = tilesIn(seen, base, level);
    const tiles = places.map((place) => tile(nameOf(place)));
    if (!tiles.every((one) => one !== undefined)) continue;
    /** @type {Map<number, {count: number, steps: Map<number, number>}>} */
    const found = new Map();
    let [all, success] = [0, 0];
    places.forEach(({ column, row }, k) => {
      const one = /** @type {Tile} */ (tiles[k]);
      const [settled, hovering] = ["GLOBAL_MINIMUM", "NOISE_FLOOR"].map((name) => one.outcomes.indexOf(name));
      eachSeen({ seen, base, level, column, row }, (at) => {
        const kind = classOf(one, at, byMinimum);
        const entry = found.get(kind) ?? { count: 0, steps: new Map() };
        found.set(kind, entry);
        entry.count += 1;
        if (kind === BARRED) return;
        all += 1;
        success += one.success ? one.success[at] / 255 : Number(one.code[at] === settled || (one.code[at] === hovering && Boolean(global[one.minimum[at]])));
        const steps = one.steps[at];
        if (steps !== NEVER) entry.steps.set(steps, (entry.steps.get(steps) ?? 0) + 1);
      });
    });
    const classes = [...found].map(([kind, { count, steps }]) => ({ kind, count, steps: medianOf(steps) })).sort((one, other) => other.count - one.count);
    return { level, all, success, classes };
  }
  return null;
}

/**
 * The cells of a tile that are seen.
 * @param {{seen: Box, base: Box, level: number, column: number, row: number}} where
 * @param {(at: number) => unknown} visit
 */
export function eachSeen({ seen, base, level, column, row }, visit) {
  const side = sideAt(level);
  const [columns, rows] = [column, row].map((tile, i) => {
    const [from, to] = seen[i].map((edge) => cellOf(base[i], level, edge) - tile * side);
    return [Math.max(0, Math.ceil(from - 1e-9)), Math.min(side, Math.max(Math.ceil(to - 1e-9), Math.ceil(from) + 1))];
  });
  for (let j = rows[0]; j < rows[1]; j++) for (let i = columns[0]; i < columns[1]; i++) visit(j * side + i);
}
