// Tiles on their way: those that are wanted now, a few at a time, coarse ones first; what is no longer wanted is given up.

import { readTile } from "./tile.js";
import { renew } from "../../flow/renewal.js";
import { route } from "../../shared/routes.js";

const AT_ONCE = 4;
const [RECENT, ENOUGH] = [8, 3]; // tiles that tell the rate: as many of those that came last, and as few as can
const BEGUN = 0.05; // of all cells, from which on fewer tell it
const [SOON, LATE] = [500, 8000]; // ms until what did not come is asked for again; then twice as long each time
const BUSY = 2; // s after which a server that prepares something is asked again, where it does not say
const TRIES = 3; // as often a tile may fail at the server's end until it is given up

/**
 * @typedef {{address: string, path: string, query: string, cells: number, level: number}} Job address: path and query, by which a tile is kept; cells: how many it has
 *
 * @typedef {Object} Progress
 * @property {number} done cells of those wanted
 * @property {number} all
 * @property {number|null} left seconds, as far as it is known
 * @property {"done"|"going"|"stopped"|"waiting"} state waiting: the server is busy
 *
 * @typedef {Object} TileWorkEvents
 * @property {(progress: Progress) => void} onProgress
 * @property {(job: Job) => void} onTile it is in the store
 * @property {(sentence: string, job: Job) => void} onRefused there is none, and will be none
 * @property {(away: boolean) => void} onAway whether the server does not answer
 */

/**
 * @param {ReturnType<typeof import("./tile_store.js").createTileStore>} store
 * @param {TileWorkEvents} events
 */
export function createTileWork(store, events) {
  /** @type {Job[]} the first first */
  let wanted = [];
  /** @type {Map<string, AbortController>} by address */
  const underway = new Map();
  /** @type {Set<string>} addresses that are refused */
  const refused = new Set();
  /** @type {Map<string, number>} how often those failed, by address */
  const failures = new Map();
  let stopped = false;
  let pause = 0; // the timer of a wait
  let wait = SOON;
  let busy = false; // whether the wait is the server's wish
  let begun = 0; // ms, when what is under way began
  /** @type {Array<{at: number, cells: number}>} what came since then, and when */
  let came = [];

  const isOpen = (/** @type {Job} */ { address }) => !store.has(address) && !refused.has(address);

  /** @returns {Progress} */
  function progress() {
    const all = wanted.reduce((sum, job) => sum + job.cells, 0);
    const open = wanted.filter(isOpen).reduce((sum, job) => sum + job.cells, 0);
    const state = open === 0 ? "done" : stopped ? "stopped" : busy ? "waiting" : "going";
    return { done: all - open, all, left: open ? secondsLeft(open, all) : null, state };
  }

  /** How long the rest takes at the rate of what came last; null where that says nothing yet. @param {number} open cells @param {number} all */
  function secondsLeft(open, all) {
    const large = Math.max(...wanted.map(({ cells }) => cells)) / 4; // smaller tiles are slower, cell by cell
    const telling = came.filter(({ cells }) => cells >= large).length;
    const sum = came.reduce((total, { cells }) => total + cells, 0);
    if (!telling || (telling < ENOUGH && sum < BEGUN * all)) return null;
    const recent = came.slice(-RECENT);
    const since = came.at(-RECENT - 1)?.at ?? begun;
    return (open * (performance.now() - since)) / recent.reduce((total, { cells }) => total + cells, 0) / 1000;
  }

  function proceed() {
    if (!stopped && !pause) {
      const coarsest = Math.min(...wanted.map(({ level }) => level));
      const begins = wanted.some((job) => job.level === coarsest && isOpen(job)); // the first picture has the server to itself
      for (const job of wanted) {
        if (underway.size >= AT_ONCE || (begins && job.level > coarsest)) break;
        if (isOpen(job) && !underway.has(job.address)) ask(job);
      }
    }
    events.onProgress(progress());
  }

  /** @param {Job} job */
  async function ask(job) {
    const controller = new AbortController();
    if (!underway.size) [begun, came] = [performance.now(), []];
    underway.set(job.address, controller);
    try {
      const answer = await fetch(route(job.path, job.query), { signal: controller.signal });
      if (answer.ok) {
        store.put(job.address, readTile(await answer.arrayBuffer()));
        came.push({ at: performance.now(), cells: job.cells });
        [wait, busy] = [SOON, false];
        events.onAway(false);
        events.onTile(job);
      } else await failed(job, answer);
    } catch {
      if (!controller.signal.aborted) rest(wait, false);
    } finally {
      if (underway.get(job.address) === controller) underway.delete(job.address);
      if (!controller.signal.aborted) proceed();
    }
  }

  /** @param {Job} job @param {Response} answer */
  async function failed(job, answer) {
    if (answer.status === 409) await renew(location.search.slice(1), {}); // another build's
    else if (wishOf(answer)) rest(1000 * wishOf(answer), true);
    else if (isFinal(job, answer.status)) {
      refused.add(job.address);
      events.onAway(false);
      events.onRefused(await answer.text(), job);
    } else throw new Error(String(answer.status));
  }

  /** Whether there is no tile however often it is asked for; a server that is being stopped fails, too. @param {Job} job @param {number} status */
  function isFinal({ address }, status) {
    if (status !== 500) return status === 400 || status === 404;
    const times = (failures.get(address) ?? 0) + 1;
    failures.set(address, times);
    return times >= TRIES;
  }

  /** Ask for nothing for a while. @param {number} ms @param {boolean} wished whether the server wants it so */
  function rest(ms, wished) {
    busy = wished;
    if (!wished) events.onAway(true);
    if (pause) return; // others that were under way say the same
    if (!wished) wait = Math.min(2 * wait, LATE);
    pause = window.setTimeout(() => {
      pause = 0;
      proceed();
    }, ms);
  }

  /** @param {(address: string) => boolean} isWanted */
  function giveUp(isWanted) {
    for (const [address, controller] of underway) {
      if (isWanted(address)) continue;
      controller.abort();
      underway.delete(address);
    }
  }

  return {
    /** These, and nothing else, in this order. @param {Job[]} jobs */
    want(jobs) {
      wanted = jobs;
      const names = new Set(jobs.map(({ address }) => address));
      giveUp((address) => names.has(address));
      if (!jobs.length) events.onAway(false);
      proceed();
    },
    stop() {
      stopped = true;
      giveUp(() => false);
      proceed();
    },
    resume() {
      stopped = false;
      proceed();
    },
    get stopped() {
      return stopped;
    },
    destroy() {
      wanted = [];
      clearTimeout(pause);
      giveUp(() => false);
    },
  };
}

/** The seconds after which a busy server wants to be asked again; 0 where it does not say so. @param {Response} answer */
function wishOf({ status, headers }) {
  const after = Number(headers.get("retry-after")) || 0;
  return status === 425 ? after || BUSY : status === 503 ? after : 0;
}
