// The members of every run: what the packet brings of them, and when they are asked for.

import { count } from "../shared/format.js";

/**
 * @typedef {Object} Band over the members at some steps; infinite where members are no longer numbers
 * @property {import("./packet.js").Series} low
 * @property {import("./packet.js").Series} middle
 * @property {import("./packet.js").Series} high
 *
 * @typedef {Object} Many what came of the members of one run
 * @property {string} said in words
 * @property {number} spread how far from the run's start the others' lie at most
 * @property {import("./packet.js").Series} steps those that the bands are of
 * @property {Object<string, Band>} bands by the curve's array
 * @property {import("./packet.js").Series} x where each ended, NaN for nowhere
 * @property {import("./packet.js").Series} y
 * @property {import("./packet.js").Series} global 1 for an end at a global minimum
 *
 * @typedef {{repeats: number, spread: number, pending: string, runs: Array<{said: string, curves: string[]}>|null, more: boolean, failed: boolean}} ManyHeader more: a curve's band is still to be made; failed: there will be none
 * @typedef {{done: number, all: number}} Progress
 * @typedef {{many: ManyHeader, progress: Progress|null}} Slice the header of what comes of the work
 * @typedef {{hash: string, many?: ManyHeader, progress: Progress|null}} Told hash: of the picture that they are members of
 */

const REST = 300; // ms without a move, after which there is time to make the members
const LONG = 500; // ms of work, from which on it is shown how far it is
const NONE = new Float32Array(0);

/**
 * The members of the run at this place: null where each is run once; without numbers while they are not made.
 * @param {ManyHeader|undefined} header
 * @param {Map<string, import("./packet.js").Series>} arrays
 * @param {number} place
 * @returns {Many|null}
 */
export function readMany(header, arrays, place) {
  if (!header) return null;
  const told = header.runs?.[place];
  const get = (/** @type {string} */ name) => arrays.get(`many.${name}.${place}`) ?? NONE;
  const band = (/** @type {string} */ key) => ({ low: get(`${key}.low`), middle: get(`${key}.middle`), high: get(`${key}.high`) });
  return {
    said: told?.said ?? header.pending, spread: header.spread, steps: get("steps"), x: get("x"), y: get("y"), global: get("global"),
    bands: Object.fromEntries((told?.curves ?? []).map((key) => [key, band(key)])),
  };
}

/**
 * A picture with its members.
 * @param {import("./packet.js").Packet} packet
 * @param {ManyHeader} many
 * @param {Map<string, import("./packet.js").Series>} arrays
 * @returns {import("./packet.js").Packet}
 */
export const withMembers = (packet, many, arrays) => ({
  ...packet, many, runs: packet.runs.map((run, place) => ({ ...run, many: readMany(many, arrays, place) })),
});

/**
 * A picture with the members that another one of the same experiment has.
 * @param {import("./packet.js").Packet} packet
 * @param {import("./packet.js").Packet|null} other
 * @param {boolean} more whether a band is wanted beside those that are there
 */
export function withMembersOf(packet, other, more) {
  if (!packet.many || !other?.many?.runs || other.query !== packet.query) return packet;
  return { ...packet, many: { ...other.many, more }, runs: packet.runs.map((run, place) => ({ ...run, many: other.runs[place].many })) };
}

/**
 * Asks for the members once nothing moves, again and again until all are made, and shows how far they are.
 * @param {HTMLElement} panel
 * @param {{ask: () => void, busy: () => boolean}} events busy: something is still being dragged or waited for
 */
export function createMany(panel, events) {
  const part = (/** @type {string} */ name) => /** @type {any} */ (panel.querySelector(name));
  const [words, bar, button] = [part("span"), part("progress"), part("button")];
  let timer = 0;
  let since = 0; // when the work at this picture began; 0: it has not
  let stopped = ""; // the picture for which nobody wants to wait
  let pressed = false;
  /** @type {Told|null} */
  let told = null;

  const open = () => Boolean(told?.many && !told.many.failed && (!told.many.runs || told.many.more));

  function draw() {
    const late = since > 0 && performance.now() - since > LONG;
    const idle = told?.hash === stopped;
    panel.hidden = !open() || !(idle || late);
    if (panel.hidden || !told?.many) return;
    const { done, all } = told.progress ?? { done: bar.value, all: bar.max };
    bar.max = all;
    bar.value = done;
    words.textContent = `${idle ? "Stopped at" : "Running:"} ${count(done)} of ${count(all)}`;
    button.textContent = idle ? "Go on" : "Stop";
  }

  /** @param {number} wait ms */
  function plan(wait) {
    clearTimeout(timer);
    if (open() && told?.hash !== stopped) timer = window.setTimeout(ask, wait);
  }

  function ask() {
    if (pressed || events.busy()) {
      plan(REST);
      return;
    }
    since ||= performance.now();
    events.ask();
  }

  button.addEventListener("click", () => {
    stopped = told && stopped !== told.hash ? told.hash : "";
    draw();
    plan(0);
  });
  const press = () => (pressed = true);
  const release = () => (pressed = false);
  const moved = (/** @type {PointerEvent} */ event) => event.buttons || release(); // it may have been let go outside the window
  document.addEventListener("pointerdown", press, true);
  document.addEventListener("pointermove", moved, true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, release, true);

  return {
    /** A picture came, or a slice of the work for it. @param {Told} next */
    heard(next) {
      const same = next.hash === told?.hash;
      if (!same) since = 0;
      told = next;
      if (!same) bar.value = 0;
      draw();
      plan(same && next.progress ? 0 : REST);
    },
    destroy() {
      clearTimeout(timer);
      document.removeEventListener("pointerdown", press, true);
      document.removeEventListener("pointermove", moved, true);
      for (const end of ["pointerup", "pointercancel"]) document.removeEventListener(end, release, true);
    },
  };
}
