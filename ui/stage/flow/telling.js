// Tells the session what is shown, and again as long as it does not hear; what it has not heard is kept.

import { memory } from "./memory.js";

const UNHEARD = 4000; // ms after which the session is told again, and it is said that it does not hear

/** @typedef {import("./requests.js").Edits} Edits */

/**
 * @typedef {Object} TellingEvents
 * @property {(settled: import("./requests.js").Settled) => void} tell
 * @property {(away: boolean) => void} onAway whether the session has not heard for long
 * @property {() => {query: string, edits: Edits}|null} shown now
 *
 * @param {TellingEvents} events
 */
export function createTelling(events) {
  let timer = 0;
  /** @type {Edits} of what moves, which a picture has answered */
  let answered = {};

  /** Say what is shown now. */
  function tell() {
    const shown = events.shown();
    if (!shown) return;
    const edits = { ...answered, ...shown.edits };
    answered = {};
    memory.count += 1;
    memory.told = [...memory.told, { count: memory.count, edits }].slice(-20);
    const { page, count, revision } = memory;
    events.tell({ page, count, revision, query: shown.query, edits });
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      events.onAway(true);
      tell();
    }, UNHEARD);
  }

  return {
    tell,
    /** A picture has these already, or was refused them: the session says which, once what moves is at rest. @param {Edits} edits */
    carry(edits) {
      answered = { ...answered, ...edits };
    },
    /** The session has heard all up to this. @param {number} count */
    heard(count) {
      memory.told = memory.told.filter((one) => one.count > count);
      if (memory.told.length) return;
      clearTimeout(timer);
      events.onAway(false);
    },
    /** What the session has not heard, all together. @returns {Edits} */
    unheard: () => Object.assign({}, ...memory.told.map((one) => one.edits)),
    /** What was told before is of no account any more. */
    forget() {
      memory.told = [];
      answered = {};
      clearTimeout(timer);
    },
    stop: () => clearTimeout(timer),
  };
}
