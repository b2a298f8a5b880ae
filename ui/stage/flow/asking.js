// All that is asked of the server: pictures and sketches at once, advice and members once nothing moves; and what the session is told.

import { createAdvising } from "./advising.js";
import { createHistory } from "./history.js";
import { createMany, withMembers, withMembersOf } from "./many.js";
import { createPictures } from "./pictures.js";
import { createRequests } from "./requests.js";
import { createSketches } from "./sketches.js";
import { createUndoing } from "./undoing.js";
import { createWants } from "./wants.js";
import { createWork } from "./work.js";
import { onEdit } from "../panel/edits.js";

const LONG = 1000; // ms until it is said that a picture is waited for
const BOXES = ".thw, .thw-numbers"; // where numbers are typed
const MOVED = ".thw-numbers, .thw-schedule"; // whose sliders move what is shown

/**
 * @typedef {import("./packet.js").Packet} Packet
 *
 * @typedef {Object} AskingHost
 * @property {(settled: import("./requests.js").Settled) => void} tell the session
 * @property {import("./requests.js").RequestsEvents["onWaiting"]} onWaiting
 * @property {(what: import("./away.js").Waited, away: boolean) => void} onAway
 * @property {import("./pictures.js").PicturesEvents["onPicture"]} onPicture
 * @property {(sentence: string) => void} onRefused
 * @property {import("./sketches.js").SketchesEvents["onSketch"]} onSketch
 * @property {(packet: Packet) => void} onAdvice the advice on it is there, or more of it
 * @property {(more: (packet: Packet) => Packet) => void} onMembers those of the newest picture are there
 * @property {() => void} onRest what moved is at rest, and its picture may be here already
 * @property {() => boolean} dragging whether the start is being moved
 * @property {() => Packet|null} newest the newest picture
 */

/**
 * @param {HTMLElement} stage
 * @param {HTMLElement} progress of the members
 * @param {AskingHost} host
 */
export function createAsking(stage, progress, host) {
  let preparing = 0;
  const wants = createWants(() => requests.ask({ kind: "wants" }));
  const sketches = createSketches({ onSketch: host.onSketch, onFailure: () => requests.rest(), learns: () => Boolean(host.newest()?.data) });
  const pictures = createPictures({
    wants: wants.ofPicture,
    onPicture(packet, asked) {
      sketches.resume();
      if (requests.answered(asked.turn, packet.query)) host.onPicture(withMembersOf(packet, host.newest(), wants.has("curvature")), asked);
    },
    onAway: (away) => host.onAway("pictures", away),
    onRefused(sentence, asked) {
      requests.refused(asked.turn);
      host.onRefused(sentence);
    },
  });
  const requests = createRequests({
    picture: pictures.ask,
    sketch: sketches.ask,
    foresee: sketches.foresee,
    tell: host.tell,
    onWaiting(waiting, kind) {
      clearTimeout(preparing);
      if (waiting) preparing = window.setTimeout(() => host.onAway("preparing", true), LONG);
      else host.onAway("preparing", false);
      host.onWaiting(waiting, kind);
    },
    onAway: (away) => host.onAway("session", away),
    onRest: host.onRest,
  });
  const work = createWork({
    onAdvice(advice) {
      const newest = host.newest();
      if (!newest) return;
      newest.advice = advice;
      host.onAdvice(newest);
      advising.rest(advice);
    },
    onMembers(told, arrays) {
      const newest = host.newest();
      if (!newest) return;
      many.heard({ ...told, hash: newest.hash });
      if (told.many.runs || told.many.failed) host.onMembers((packet) => withMembers(packet, told.many, arrays));
    },
  });
  /** Whether a hand is at it: what it does is one change. */
  const held = () => host.dragging() || document.querySelector("[data-held]") !== null;
  const undoing = createUndoing(stage, { onUndo: () => address.undo(), onRedo: () => address.redo() });
  const busy = () => host.dragging() || requests.ahead;
  const advising = createAdvising({ ask: () => host.newest() && work.advice(host.newest()?.query ?? ""), busy });
  const many = createMany(progress, {
    ask() {
      const newest = host.newest();
      if (!newest) return;
      const has = newest.many?.runs ? ["has"] : [];
      work.members(newest.query, [...has, ...(wants.has("curvature") ? ["curvature"] : [])]);
    },
    busy,
  });
  const address = createHistory({ onNavigate: (query) => requests.ask({ kind: "navigate", query }), busy: held, onPlace: undoing.mark });
  const deaf = onEdit(({ address: number, value, live }) => requests.ask({ kind: live ? "slide" : "number", edits: { [number]: value } }));

  /** What was moved is at rest as soon as anything else on the page is touched. @param {Event} event */
  function flush({ type, target }) {
    const typed = document.activeElement;
    const inBox = typed instanceof HTMLInputElement && typed.type === "text" && typed.closest(BOXES);
    if (type === "pointerdown" && inBox && typed !== target) typed.blur(); // what was typed is meant: a press on a plot leaves the focus
    if (stage.contains(/** @type {Node} */ (target)) || /** @type {Element} */ (target).closest?.(MOVED)) return;
    requests.rest();
    address.write();
  }
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, flush, true);

  return {
    requests,
    sketches,
    wants,
    advising,
    address,
    /** Another picture is waited for: what was worked at for the one before is dropped. @param {Packet} packet */
    begin(packet) {
      work.drop();
      advising.begin();
      many.heard({ ...packet, progress: null });
    },
    destroy() {
      for (const touch of ["pointerdown", "keydown"]) document.removeEventListener(touch, flush, true);
      clearTimeout(preparing);
      deaf();
      sketches.stop();
      requests.destroy();
      pictures.stop();
      for (const one of [address, advising, many, undoing]) one.destroy();
    },
  };
}
