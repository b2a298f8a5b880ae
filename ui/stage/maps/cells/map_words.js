// What a map says in words: its classes, its cells, how far it is, and all of it in a sentence.

import { BARRED, classOf, FIRST_MINIMUM, UNJUDGED } from "../colours/colours.js";
import { intervalOf } from "../colours/facts.js";
import { NEVER, NO_MINIMUM } from "../tiles/tile.js";
import { count, number } from "../../shared/format.js";

/**
 * @typedef {import("../colours/facts.js").Facts} Facts
 * @typedef {import("../shared/plan_work.js").Plan} Plan
 * @typedef {import("../tiles/tile.js").Tile} Tile
 */

const [MINUTE, HOUR] = [60, 3600]; // s

/** A share as a person reads it. @param {number} share */
export function percent(share) {
  const hundredths = 100 * share;
  if (share > 0 && hundredths < 0.1) return "< 0.1 %";
  if (share < 1 && hundredths > 99.9) return "> 99.9 %";
  return `${number(Number(hundredths.toFixed(1)), 3)} %`;
}

/** @param {[number, number]} place @param {[number, number]} [digits] of each */
export const pointWords = ([x, y], [across, up] = [3, 3]) => `(${number(x, across)}, ${number(y, up)})`;

/** With how many digits each of two places is told, so that those beside each other differ. @param {import("../tiles/tile_lattice.js").Box} seen */
export function digitsOf(seen) {
  const [across, up] = seen.map(([from, to]) => Math.min(17, 3 + Math.max(0, Math.floor(Math.log10(Math.max(Math.abs(from), Math.abs(to)) / (to - from))))));
  return /** @type {[number, number]} */ ([across, up]);
}

/**
 * What a class of cells is called.
 * @param {number} kind
 * @param {{plan: Plan, places: Array<[number, number]>, outcomes: string[]}} of places: of the minima by their numbers
 */
export function className(kind, { plan, places, outcomes }) {
  if (kind === BARRED) return "Not allowed";
  if (kind === UNJUDGED) return "Not lost; no more is judged";
  if (kind < FIRST_MINIMUM) return plan.titles[outcomes[kind]] ?? outcomes[kind];
  const known = plan.minima[kind - FIRST_MINIMUM];
  const what = !known ? "Minimum" : known.global ? "Global minimum" : "Local minimum";
  return known?.curve ? `${what}: a curve of them` : `${what} ${pointWords(places[kind - FIRST_MINIMUM] ?? [NaN, NaN])}`;
}

/** The same in few words: the lab's mark of a minimum, if it is one, and the rest. @param {string} name @returns {[string, string]} */
export function shortName(name) {
  const found = /^(Global|Local)? ?[Mm]inimum:? (\(.*|a curve.*)$/.exec(name);
  return found ? [found[1] === "Global" ? "★" : "●", found[2]] : ["", name];
}

/** Seconds as a person counts them. @param {number} seconds */
function timeWords(seconds) {
  if (seconds < MINUTE) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < HOUR ? `${Math.round(seconds / MINUTE)} min` : `${number(seconds / HOUR, 2)} h`;
}

/** How far a map is. @param {import("../tiles/tile_work.js").Progress} progress */
export function progressWords({ done, all, left, state }) {
  if (state === "done") return `${count(all)} cells`;
  const part = `${count(done)} of ${count(all)} cells`;
  if (state === "stopped") return `${part}, stopped`;
  if (state === "waiting") return `${part}, the server is busy`;
  return `${part}, ${left === null ? "more are being made" : `${timeWords(left)} left`}`;
}

/**
 * What one cell came to, a line each.
 * @param {Tile} tile
 * @param {number} at
 * @param {(kind: number) => string} nameOf a class
 * @param {number} seeds
 * @returns {Array<[string, string]>}
 */
export function cellRows(tile, at, nameOf, seeds) {
  const kind = classOf(tile, at, false);
  if (kind === BARRED) return [["Outcome", nameOf(kind)]];
  if (kind === UNJUDGED) return [["Outcome", nameOf(kind)], ["Final loss", number(tile.loss[at])]];
  const [steps, minimum] = [tile.steps[at], tile.minimum[at]];
  const rows = /** @type {Array<[string, string]>} */ ([
    ["Outcome", nameOf(kind)],
    ["Minimum", minimum === NO_MINIMUM ? "none" : nameOf(FIRST_MINIMUM + minimum).replace(/^.*?(?=\(|a curve)/, "")],
    ["Steps", steps === NEVER ? "not reached" : count(steps)],
    ["Final loss", number(tile.loss[at])],
  ]);
  if (tile.share && seeds > 1) rows.push(["Of the seeds", `${Math.round((tile.share[at] / 255) * seeds)} of ${seeds}`]);
  return rows;
}

/** What a share of success is of. @param {boolean} basins whether cells are starts, else settings */
export const successName = (basins) => (basins ? "A random start succeeds" : "Reaches a global minimum");

/** How often a random start succeeds, and between which shares that is sure; nothing where that is the share itself. @param {Facts} facts @returns {[string, string]} */
export function successWords({ success, all }) {
  const [low, high] = intervalOf(success, all).map((share) => number(Number((100 * share).toFixed(1)), 3));
  return [percent(success / all), low === high ? "" : `(${low} to ${high})`];
}

/**
 * The whole map in a sentence.
 * @param {string} run
 * @param {Facts} facts
 * @param {(kind: number) => string} nameOf
 * @param {{judged: boolean, basins: boolean}} of judged: whether it is known what runs came to
 */
export function mapSentence(run, facts, nameOf, { judged, basins }) {
  const largest = facts.classes.slice(0, 4).map(({ kind, count: cells }) => `${nameOf(kind)} ${percent(cells / facts.classes.reduce((sum, one) => sum + one.count, 0))}`);
  if (!judged) return `${run}: ${largest.join(", ")}.`;
  return `${run}: ${largest.join(", ")}. ${successName(basins)}: ${facts.all ? successWords(facts).filter(Boolean).join(" ") : "not known"}.`;
}
