// Work at rest, asked for in slices: each answer says how far it is, and brings its part alone.

import { read } from "./packet.js";
import { post } from "../shared/routes.js";

/**
 * @typedef {Object} WorkEvents
 * @property {(advice: import("./packet.js").Advice) => void} onAdvice
 * @property {(told: import("./many.js").Slice, arrays: Map<string, import("./packet.js").Series>) => void} onMembers
 */

/** @param {WorkEvents} events */
export function createWork(events) {
  /** @type {Map<string, {question: string}>} of each kind the one that is under way */
  const underway = new Map();

  /**
   * @param {string} kind
   * @param {string} query
   * @param {string[]} wants
   * @param {(answer: Response) => Promise<void>} take
   */
  async function ask(kind, query, wants, take) {
    const mine = { question: `${query} ${wants}` };
    if (underway.get(kind)?.question === mine.question) return;
    underway.set(kind, mine);
    try {
      const answer = await post(`job/${kind}`, { query, wants });
      if (answer.ok && underway.get(kind) === mine) await take(answer);
    } catch {
      // what is missing is asked for again with the next picture
    } finally {
      if (underway.get(kind) === mine) underway.delete(kind);
    }
  }

  return {
    /** @param {string} query */
    advice: (query) => ask("advice", query, [], async (answer) => {
      const told = await answer.json();
      underway.delete("advice");
      events.onAdvice(told);
    }),
    /** @param {string} query @param {string[]} wants */
    members: (query, wants) => ask("members", query, wants, async (answer) => {
      const { header, arrays } = read(new Uint8Array(await answer.arrayBuffer()));
      underway.delete("members");
      events.onMembers(header, arrays);
    }),
    /** What is under way is of a picture that is no longer shown. */
    drop: () => underway.clear(),
  };
}
