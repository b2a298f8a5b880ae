// The comparison of all runs over one number: asked for in slices until it is made, losses first, then what they came to.

import { post } from "../../shared/routes.js";

/**
 * @typedef {import("../../flow/many.js").Progress} Progress
 *
 * @typedef {Object} LineRun what one run comes to at each value; null where that is not known yet, or where it may not have the value
 * @property {number} place in the experiment
 * @property {string} name
 * @property {Array<number|null>} loss the final one; null, too, where it is not finite
 * @property {Array<number|null>} code of the outcome
 * @property {Array<number|null>} steps to the verdict
 * @property {number|null} best the place of the best value
 * @property {[number, number]|null} good the places of the first and the last value of the good range around it
 * @property {number|null} limit up to which value theory has it stable
 * @property {number|null} now the value that it has
 * @property {string} [why] why it has none of this
 *
 * @typedef {Object} Line
 * @property {string} address of the number
 * @property {string} name of the number
 * @property {"linear"|"log"|"whole"} scale
 * @property {number[]} values
 * @property {LineRun[]} runs
 * @property {string[]} outcomes names by code
 * @property {Record<string, string>} titles by name
 *
 * @typedef {Line & {progress: Progress, why: string}} Slice why: why there is none
 *
 * @typedef {{query: string, atlas: string}} Looked a link, and the map that is looked at
 * @typedef {Looked & {line: Line, progress: Progress}} Made a comparison as far as it is made
 */

const REST = 150; // ms without a move, after which there is time
const LATE = 3000; // ms until what did not come is asked for again
const KEPT = 12; // comparisons

/**
 * @typedef {Object} LineEvents
 * @property {() => boolean} busy something is still being moved or waited for
 * @property {(made: Made) => void} onMade more of what is looked at is there
 * @property {(why: string) => void} onNone there is none, in a sentence
 *
 * @param {LineEvents} events
 */
export function createLineWork(events) {
  /** @type {Map<string, Made>} those that were looked at last at the end */
  const kept = new Map();
  /** @type {Looked|null} */
  let wanted = null;
  let [timer, halted] = [0, false];
  let controller = new AbortController();

  const nameOf = (/** @type {Looked} */ { query, atlas }) => `${atlas} ${query}`;

  /** @param {Made} made */
  function keep(made) {
    kept.delete(nameOf(made));
    kept.set(nameOf(made), made);
    for (const oldest of [...kept.keys()].slice(0, -KEPT)) kept.delete(oldest);
  }

  function still() {
    clearTimeout(timer);
    controller.abort();
  }

  /** @param {number} wait ms */
  function plan(wait) {
    clearTimeout(timer);
    const made = wanted && kept.get(nameOf(wanted));
    if (wanted && !halted && !(made && isMade(made))) timer = window.setTimeout(ask, wait);
  }

  async function ask() {
    if (!wanted) return;
    if (events.busy()) return void plan(REST);
    const looked = wanted;
    const { signal } = (controller = new AbortController());
    try {
      const answer = await post("job/line", { query: looked.query, edits: { atlas: looked.atlas }, wants: [] }, signal);
      if (signal.aborted || answer.status === 409) return; // another build: the picture says so
      if (answer.status === 400) return void events.onNone(await answer.text());
      if (!answer.ok) return void plan(1000 * Number(answer.headers?.get("Retry-After")) || LATE);
      /** @type {Slice} */
      const { progress, why, ...line } = await answer.json();
      if (signal.aborted) return;
      if (!line.values?.length) return void events.onNone(why);
      const made = { ...looked, line, progress };
      keep(made);
      events.onMade(made);
      plan(0);
    } catch {
      if (!signal.aborted) plan(LATE);
    }
  }

  return {
    /** Look at a comparison: have it made to its end. Returns what there is of it. @param {Looked} looked @returns {Made|null} */
    look(looked) {
      const same = wanted !== null && nameOf(wanted) === nameOf(looked);
      if (!same) {
        still();
        [wanted, halted] = [looked, false];
        plan(REST);
      }
      return kept.get(nameOf(looked)) ?? null;
    },
    /** Ask no more until it is to go on. @param {boolean} on */
    halt(on) {
      halted = on;
      if (on) still();
      else plan(0);
    },
    get halted() {
      return halted;
    },
    /** Nobody looks at it any more. */
    stop() {
      still();
      [wanted, halted] = [null, false];
    },
  };
}

/** @param {{progress: Progress}} made */
export const isMade = ({ progress: { done, all } }) => done === all;
