// What is drawn while a hand moves something: paths and curves, fetched by HTTP. One is asked for at a time, the newest wins.

import { read } from "./packet.js";
import { post } from "../shared/routes.js";

/**
 * @typedef {import("./packet.js").Packet} Packet
 * @typedef {import("./packet.js").ToldRows} ToldRows
 * @typedef {import("./requests.js").Edits} Edits
 * @typedef {import("./packet.js").SketchedRun} SketchedRun
 * @typedef {{start: [number, number], steps: number, runs: SketchedRun[], arrays: Map<string, import("./packet.js").Series>, data?: import("./packet.js").ToldRows, ground?: import("./packet.js").Ground}} Sketch data: where something learns from rows; ground: where the edits move it
 * @typedef {{query: string, edits: Edits, kind: import("./requests.js").Kind, at: number}} Question at: when it was asked, in ms of the page's clock
 */

const MOVES = /^r\d+\.(learning_rate|parameters|schedule_parameters|wrappers)\b/; // on the same surface, with the same programs
const MOVES_GROUND = /^(data\.\d+|flagged\.\d+|landscape_parameters\.\w+|l1|l2|batch|held_out|plane_seed)$/; // and on one that follows from rows of data
const NOTHING = new Float32Array(0);

/** Whether edits can be drawn as a sketch. @param {Edits} edits @param {boolean} [learns] whether the surface follows from rows of data */
export const isSketchable = (edits, learns = false) =>
  Object.entries(edits).every(([address, value]) => (address === "start" ? Array.isArray(value) : MOVES.test(address) || (learns && MOVES_GROUND.test(address))));

/**
 * A message with a sketch's paths and curves in place of its own, and nothing that only a verdict tells.
 * @param {Packet} packet
 * @param {Sketch} sketch
 * @returns {Packet}
 */
export function sketched(packet, { start, steps, runs, arrays, data }) {
  return {
    ...packet, start, steps,
    data: packet.data && data ? { ...packet.data, ...data, batches_drawn: packet.data.batches_drawn && dealsAlike(packet.data, data) } : packet.data,
    arrays: withBatches(arrays, packet),
    runs: packet.runs.map((run, i) => ({
      ...run, ...runs[i], title: "", reached: null, flag: null, many: null, fit: null, marks: run.marks.map((mark) => ({ ...mark, step: null })),
      series: Object.fromEntries(Object.keys(run.series).map((name) => [name, arrays.get(`${name}${i}`) ?? NOTHING])),
    })),
  };
}

/** A sketch has none of its own. @param {Sketch["arrays"]} arrays @param {Packet} packet */
function withBatches(arrays, packet) {
  const batches = packet.arrays.get("batches");
  return batches ? new Map([...arrays, ["batches", batches]]) : arrays;
}

/** Whether the batches of the ones are those of the others, by number. @param {ToldRows} one @param {ToldRows} other */
const dealsAlike = (one, other) => one.rows.length === other.rows.length && String([one.flagged, one.cleaned, one.held, one.leaked]) === String([other.flagged, other.cleaned, other.held, other.leaked]);

/**
 * @typedef {Object} SketchesEvents
 * @property {() => boolean} [learns] whether what is shown learns from rows of data
 * @property {(sketch: Sketch, question: Question) => void} onSketch
 * @property {() => void} onFailure there will be no more until another picture has come
 */

/** @param {SketchesEvents} events */
export function createSketches(events) {
  /** @type {Question|null} */
  let next = null;
  let busy = false;
  let failed = false;
  let turn = 0; // answers to questions of an earlier one come too late
  /** @type {{key: string, answer: Promise<Response>}|null} asked for before it is known whether it is wanted */
  let foreseen = null;

  const keyOf = (/** @type {string} */ query, /** @type {Edits} */ edits) => JSON.stringify([query, edits]);

  /** @param {Question} question */
  function answerTo({ query, edits }) {
    const early = foreseen;
    foreseen = null;
    return early?.key === keyOf(query, edits) ? early.answer : post("sketch", { query, edits });
  }

  async function proceed() {
    if (busy || !next) return;
    const question = next;
    const mine = turn;
    next = null;
    busy = true;
    try {
      const response = await answerTo(question);
      if (!response.ok) throw new Error(String(response.status));
      const { header, arrays } = read(new Uint8Array(await response.arrayBuffer()));
      busy = false;
      proceed(); // the next one is made while this one is drawn
      if (mine === turn) events.onSketch({ ...header, arrays }, question);
    } catch {
      busy = false;
      failed = true;
      next = null;
      if (mine === turn) events.onFailure();
    }
  }

  return {
    /** A picture came: there may be sketches again. */
    resume() {
      failed = false;
    },
    /**
     * Ask for a sketch; false where there can be none.
     * @param {string} query of a link @param {Edits} edits of what it says @param {import("./requests.js").Kind} kind
     */
    ask(query, edits, kind) {
      if (failed || !isSketchable(edits, events.learns?.())) return false;
      next = { query, edits, kind, at: performance.now() };
      proceed();
      return true;
    },
    /** A sketch of this may be asked for in a moment. @param {string} query of a link @param {Edits} edits of what it says */
    foresee(query, edits) {
      if (failed || busy || !isSketchable(edits, events.learns?.())) return;
      foreseen = { key: keyOf(query, edits), answer: post("sketch", { query, edits }) };
      foreseen.answer.catch(() => {}); // who asks for it hears of it
    },
    /** What is under way is not to be drawn any more. */
    stop() {
      turn += 1;
      next = null;
    },
  };
}
