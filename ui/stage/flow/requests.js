// What this page shows: a link's query with edits on top of it. Says when pictures of it are to be fetched, and what the session is
// told of it; a change that the session makes is taken over, with what was done here meanwhile on top.

import { memory } from "./memory.js";
import { createTelling } from "./telling.js";

const REST = 150; // ms without a move, after which what is moved is at rest
const STROKE = 40; // ms that the sketch of a stroke has for itself: all else would make its first frame late

/**
 * @typedef {"click"|"drag"|"drop"|"key"|"numbers"|"random"|"home"|"slide"|"number"|"wants"|"advice"|"open"|"example"|"navigate"} Kind
 * @typedef {Record<string, import("../panel/edits.js").Edit["value"]|[number, number]|string>} Edits values by address, null for the default
 * @typedef {{kind: Kind, x?: number, y?: number, edits?: Edits, query?: string}} Request query: the link that is gone to
 * @typedef {{turn: number, kind: Kind|null, at: number, played: boolean, query: string, edits: Edits}} Asked a picture; kind: of what it answers; played: the session wants it to run from its start; at: in ms of the page's clock
 * @typedef {{page: string, count: number, revision: string, query: string, edits: Edits}} Settled what the session is told
 * @typedef {{query: string, play: string, fresh: boolean, revision: string, generation: string, page: string, count: number}} Message of the session; fresh: nobody has done anything in it
 */

/** @type {Set<Kind>} kinds that come in streams */
const STREAMS = new Set(/** @type {Kind[]} */ (["drag", "key", "slide"]));

/** @type {Set<Kind>} kinds that end a move, or are one at a stroke: sketched until their picture is here */
const STROKES = new Set(/** @type {Kind[]} */ (["click", "drop", "numbers", "number"]));

/** What a request changes. @param {Request} request @returns {Edits} */
function editsOf({ kind, x, y, edits }) {
  if (kind === "random") return { ...edits, start: "random" };
  if (kind === "home") return { ...edits, start: null };
  return x === undefined || y === undefined ? { ...edits } : { ...edits, start: [x, y] };
}

const any = (/** @type {object} */ edits) => Object.keys(edits).length > 0;

/**
 * @typedef {Object} RequestsEvents
 * @property {(asked: Asked) => void} picture fetch it; an earlier one is no longer wanted
 * @property {(settled: Settled) => void} tell the session
 * @property {(waiting: boolean, kind: Kind|null) => void} onWaiting for a picture, and of what it will be the answer
 * @property {(away: boolean) => void} onAway whether the session has not heard for long
 * @property {() => void} [onRest] what moved is at rest where it is asked for already
 * @property {(query: string, edits: Edits) => void} [foresee] a sketch of this may be wanted in a moment
 * @property {(query: string, edits: Edits, kind: Kind) => boolean} [sketch] draw this without verdicts; false where that cannot be
 *
 * @param {RequestsEvents} events
 */
export function createRequests(events) {
  /** @type {string|null} the link that edits are on top of */
  let base = null;
  /** @type {Edits} all that is not in it */
  let edits = {};
  /** @type {Edits} those of them that came after the picture that is under way was asked for */
  let since = {};
  /** @type {Asked|null} */
  let underway = null;
  /** @type {Kind|null} of the last request, whose picture is to be asked for */
  let kind = null;
  /** @type {Request[]} that wait for the picture that is under way */
  let queue = [];
  let turn = 0;
  let restTimer = 0; // while something moves
  const telling = createTelling({
    tell: events.tell,
    onAway: events.onAway,
    shown: () => (base === null ? null : { query: base, edits }),
  });

  /** @param {boolean} [played] */
  function fetch(played = false) {
    if (base === null) return;
    turn += 1;
    since = {};
    underway = { turn, kind, at: performance.now(), played, query: base, edits: { ...edits } };
    events.onWaiting(true, kind);
    events.picture(underway);
  }

  const still = () => {
    clearTimeout(restTimer);
    restTimer = 0;
  };

  /** What only moved so far is at rest. */
  function rest() {
    if (!restTimer) return;
    still();
    telling.tell();
    if (any(underway ? since : edits)) fetch();
    else events.onRest?.();
  }

  /** Have what is shown sketched; false where that cannot be. @param {Request} request */
  const sketched = (request) => base !== null && edits.start !== "random" && Boolean(events.sketch?.(base, { ...edits }, request.kind));

  /** @param {Request} request */
  function move(request) {
    if (!sketched(request) && !underway) fetch();
    clearTimeout(restTimer);
    restTimer = window.setTimeout(rest, REST);
  }

  /** @param {Request} request @returns {void} */
  function strike(request) {
    still();
    if (STROKES.has(request.kind) && sketched(request)) return void (restTimer = window.setTimeout(rest, STROKE));
    telling.tell();
    fetch();
  }

  /** @param {Request} request */
  function ask(request) {
    if (base === null) return;
    if (request.kind === "random" && edits.start === "random") return void queue.push(request); // follows from that one's
    kind = request.kind;
    if (request.query !== undefined) {
      [base, edits, queue] = [request.query, {}, []];
      telling.forget();
    }
    for (const those of [edits, since]) Object.assign(those, editsOf(request));
    if (request.kind === "wants") fetch();
    else if (STREAMS.has(request.kind)) move(request);
    else strike(request);
  }

  /** What may be asked in a moment is fetched already: a button is down for a while before it is a click. @param {Request} request */
  const foresee = (request) => base !== null && edits.start !== "random" && events.foresee?.(base, { ...edits, ...editsOf(request) });

  /** Take over what the session says. @param {Message} message */
  function hear(message) {
    if (message.page === memory.page) telling.heard(message.count);
    const left = message.page === memory.page ? { ...telling.unheard(), ...edits } : {};
    const [known, played] = [memory.base !== null, message.play !== memory.play];
    const same = message.revision === memory.revision;
    const anew = message.generation !== memory.generation;
    Object.assign(memory, { play: message.play, revision: message.revision, generation: message.generation });
    if (message.fresh && known) { // another session than the one before, which has not heard of anything
      if (base === null) [base, edits] = [memory.base, telling.unheard()]; // the stage was made anew meanwhile
      telling.tell();
      if (!underway && !restTimer) fetch();
    } else if (!same || base === null) {
      still();
      [base, edits, queue, kind] = [message.query, anew || !known ? {} : left, [], null];
      telling.forget();
      if (any(edits)) telling.tell();
      fetch(played);
    }
    memory.base = base;
  }

  return {
    ask,
    foresee,
    hear,
    rest,
    /**
     * A picture came. Null where another one is waited for by now.
     * @param {number} answered its turn
     * @param {string} query its link
     * @returns {Asked|null}
     */
    answered(answered, query) {
      if (!underway || underway.turn !== answered) return null;
      const asked = underway;
      if (restTimer) telling.carry(asked.edits);
      [underway, base, edits, since] = [null, query, since, {}];
      memory.base = base;
      events.onWaiting(false, null);
      if (any(edits) && !restTimer) fetch();
      const next = queue.shift();
      if (next) ask(next);
      return asked;
    },
    /** There is no picture, and will be none as long as nothing else is asked for. @param {number} answered its turn */
    refused(answered) {
      if (underway?.turn !== answered) return;
      [underway, queue] = [null, []];
      events.onWaiting(false, null);
    },
    /** The same picture once more, with what else is wanted or where it could not be had. */
    again: () => fetch(),
    /** Whether something moves that is not asked for yet. */
    get moving() {
      return restTimer !== 0;
    },
    /** Whether a picture is waited for. */
    get ahead() {
      return underway !== null || restTimer !== 0;
    },
    /** Whether the ball stands where no picture shows it yet. */
    get ballAhead() {
      return "start" in edits;
    },
    /** The addresses of numbers that no picture shows yet. */
    get editing() {
      return new Set(Object.keys(edits));
    },
    destroy() {
      rest();
      telling.stop();
    },
  };
}
