// The comparisons of all runs over one number: asked for in slices once nothing moves, until the one that is looked at is made.

import { post } from "../shared/routes.js";

/**
 * @typedef {Object} Ends how a run ends at each value; null where it diverged, or was not made yet
 * @property {Array<number|null>} train
 * @property {Array<number|null>} heldout
 * @property {Array<number|null>} best the lowest held-out loss on the way
 *
 * @typedef {Object} Study
 * @property {string} address of the number
 * @property {string} name
 * @property {boolean} log whether its axis is logarithmic
 * @property {number} now its value in the experiment
 * @property {number[]} values
 * @property {Ends[]} runs
 *
 * @typedef {{progress: import("../flow/many.js").Progress, studies: Study[], why: string}} Slice why: why there are none
 *
 * @typedef {Object} Made a comparison as far as it is made
 * @property {string} query the link of the experiment
 * @property {Study} study
 * @property {import("../flow/many.js").Progress} progress
 */

const REST = 300; // ms without a move, after which there is time
const LATE = 4000; // ms until what did not come is asked for again
const KEPT = 24; // comparisons

/**
 * @param {{busy: () => boolean, onMade: (made: Made) => void, onNone: (why: string) => void}} events busy: something is still being
 * moved or waited for; onMade: more of what is looked at is there; onNone: there is none
 */
export function createUnseenWork(events) {
  /** @type {Map<string, Made>} by link and number, those that were looked at last at the end */
  const kept = new Map();
  /** @type {{query: string, address: string}|null} what is looked at */
  let wanted = null;
  let timer = 0;
  let controller = new AbortController();

  const nameOf = (/** @type {{query: string, address: string}} */ { query, address }) => `${address} ${query}`;
  const isMade = (/** @type {Made|undefined} */ made) => made !== undefined && made.progress.done === made.progress.all;

  /** @param {string} name @param {Made} made */
  function keep(name, made) {
    kept.delete(name);
    kept.set(name, made);
    for (const oldest of [...kept.keys()].slice(0, -KEPT)) kept.delete(oldest);
  }

  function still() {
    clearTimeout(timer);
    controller.abort();
  }

  /** @param {number} wait ms */
  function plan(wait) {
    clearTimeout(timer);
    if (wanted && !isMade(kept.get(nameOf(wanted)))) timer = window.setTimeout(ask, wait);
  }

  async function ask() {
    if (!wanted) return;
    if (events.busy()) return void plan(REST);
    const { query, address } = wanted;
    const { signal } = (controller = new AbortController());
    try {
      const answer = await post("job/unseen", { query, wants: [address] }, signal);
      if (signal.aborted || answer.status === 400 || answer.status === 409) return; // of another experiment, or another build
      if (!answer.ok) return void plan(LATE);
      /** @type {Slice} */
      const { progress, studies, why } = await answer.json();
      if (signal.aborted) return;
      const study = studies.find((one) => one.address === address);
      if (!study) return void events.onNone(why);
      keep(nameOf({ query, address }), { query, study, progress });
      events.onMade({ query, study, progress });
      plan(0);
    } catch {
      if (!signal.aborted) plan(LATE);
    }
  }

  return {
    /**
     * Look at a comparison: have it made to its end. Returns what there is of it.
     * @param {string} query
     * @param {string} address
     * @returns {Made|null}
     */
    look(query, address) {
      const made = kept.get(nameOf({ query, address })) ?? null;
      if (wanted?.query === query && wanted.address === address) return made;
      still();
      wanted = { query, address };
      plan(REST);
      return made;
    },
    /** Something moves: wait until it rests. */
    pause() {
      still();
      plan(REST);
    },
    /** Nobody looks at it any more. */
    stop() {
      still();
      wanted = null;
    },
  };
}
