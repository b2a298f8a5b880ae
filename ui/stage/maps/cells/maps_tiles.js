// The tiles of the maps that are looked at: kept, asked for, and how far they are.

import { createCells } from "../tiles/cells_of_run.js";
import { createFoundMinima } from "../tiles/found_minima.js";
import { createProgressRow } from "./progress_row.js";
import { levelFor, levelsTo } from "../tiles/tile_lattice.js";
import { createTileStore } from "../tiles/tile_store.js";
import { createTileWork } from "../tiles/tile_work.js";

/**
 * @typedef {import("./maps_view.js").State} State
 * @typedef {import("../shared/plan_work.js").Plan} Plan
 * @typedef {import("../tiles/tile_lattice.js").Box} Box
 *
 * @typedef {Object} MapsTilesHost
 * @property {() => State|null} state
 * @property {() => {width: number, height: number}} box of a map, px
 * @property {() => void} onTile one is here
 * @property {() => void} onDone all are
 * @property {(sentence: string) => void} onNote
 * @property {(away: boolean) => void} onAway
 */

const ASK = 90; // ms between two changes of what is asked for, while a hand moves
const LEAST = 20; // px of a map that can be looked at

/** @param {HTMLElement} root the stage @param {MapsTilesHost} host */
export function createMapsTiles(root, host) {
  const store = createTileStore();
  /** @type {Map<string, ReturnType<typeof createFoundMinima>>} of each surface, as long as tiles are kept */
  const numberings = new Map();
  let deepest = Infinity; // the finest level that there is here
  let timer = 0;

  const work = createTileWork(store, {
    onAway: host.onAway,
    onTile({ address }) {
      const [state, tile] = [host.state(), store.get(address)];
      if (state && tile) store.put(address, state.found.renumbered(tile));
      host.onTile();
    },
    onProgress(progress) {
      row.show(progress);
      if (progress.state === "done") host.onDone();
    },
    onRefused(sentence, { level }) {
      if (level > 0 && level < deepest && level === host.state()?.levels.at(-1)) deepest = level - 1; // nothing is finer here
      host.onNote(sentence);
      now();
    },
  });
  const row = createProgressRow(root, () => (work.stopped ? work.resume() : work.stop()));

  /** Ask for what is seen, coarse cells first. */
  function now() {
    still();
    const state = host.state();
    const { width, height } = host.box();
    if (!state || Math.min(width, height) < LEAST) return;
    state.levels = levelsTo(levelFor(state.seen, state.base, [width, height], deepest));
    work.want(jobsOf(state));
  }

  function still() {
    clearTimeout(timer);
    timer = 0;
  }

  return {
    now,
    /** What is seen is changing. */
    soon() {
      deepest = Infinity;
      if (!timer) timer = window.setTimeout(now, ASK);
    },
    /** Another map. */
    begin() {
      deepest = Infinity;
      if (work.stopped) work.resume();
    },
    /** Nobody looks at any. */
    leave() {
      still();
      work.want([]);
    },
    /** The minima of a surface by one numbering. @param {Plan} plan @param {Box} base */
    found({ minima }, base) {
      const name = JSON.stringify(minima);
      const one = numberings.get(name) ?? createFoundMinima(minima, Math.hypot(...base.map(([from, to]) => to - from)));
      numberings.set(name, one);
      return one;
    },
    /** @param {Plan} plan @param {Box} base */
    cells: ({ kind, runs }, base) => runs.map(({ query }) => createCells({ kind, query, base, store })),
    get done() {
      return row.done;
    },
    destroy() {
      still();
      work.destroy();
    },
  };
}

/** What is to be asked for, of both runs by turns. @param {State} state */
function jobsOf({ levels, cells, plan, seen }) {
  return levels.flatMap((level) => {
    const each = cells.map((one, i) => (plan.runs[i].why ? [] : one.jobs(seen, level)));
    return Array.from({ length: Math.max(0, ...each.map((jobs) => jobs.length)) }, (_, k) => each.flatMap((jobs) => jobs.slice(k, k + 1))).flat();
  });
}
