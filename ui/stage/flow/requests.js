// New starts and numbers on their way to Python: while something moves they wait until it rests, where it can be sketched
// meanwhile, and else go at most one at a time, the newest wins.
// Streamlit drops a message that waits when a newer one comes, so each carries what is not answered yet as well.

const FALLBACK = 1000; // ms after which an answer is no longer waited for
const REST = 150; // ms without a move, after which what is moved is at rest

/**
 * @typedef {"click"|"drag"|"drop"|"key"|"numbers"|"random"|"home"|"slide"|"number"|"wants"|"advice"|"navigate"} Kind
 * @typedef {Record<string, import("../panel/edits.js").Edit["value"]>} Edits values by address, null for the default
 * @typedef {{run: number, index: number, token: string}} Taken a piece of advice
 * @typedef {{kind: Kind, x?: number, y?: number, edits?: Edits, wants?: string[], advice?: Taken, query?: string}} Request wants: all that is to be sent beyond the picture; query: the address that is gone to first
 * @typedef {{seq: number, kind: Kind, at: number, request: Request}} Sent
 */

/** @type {Set<Kind>} kinds that come in streams */
const STREAMS = new Set(/** @type {Kind[]} */ (["drag", "key", "slide"]));

/** @type {Set<Kind>} kinds that end a move, or are one at a stroke: sketched while Python answers */
const STROKES = new Set(/** @type {Kind[]} */ (["click", "drop", "numbers", "number"]));

/**
 * One request that asks for both; the later one's values win.
 * @param {Request|null} earlier
 * @param {Request} later
 * @returns {Request}
 */
function joined(earlier, later) {
  if (!earlier) return later;
  if (later.query !== undefined) return { ...(earlier.wants ? { wants: earlier.wants } : {}), ...later }; // the rest came before it
  const place = later.x === undefined && Number.isFinite(earlier.x) ? { x: earlier.x, y: earlier.y } : {};
  const edits = earlier.edits || later.edits ? { edits: { ...earlier.edits, ...later.edits } } : {};
  const wants = later.wants ?? earlier.wants;
  const advice = later.advice ?? earlier.advice;
  const query = earlier.query === undefined ? {} : { query: earlier.query };
  const rest = { ...edits, ...query, ...(wants ? { wants } : {}), ...(advice ? { advice } : {}) };
  return { ...later, ...(later.kind === "random" || later.kind === "home" ? {} : place), ...rest };
}

/**
 * @typedef {Object} RequestsEvents
 * @property {(request: Request & {seq: number}) => void} send
 * @property {(waiting: boolean) => void} onWaiting
 * @property {(request: Request) => boolean} [sketch] draw all that is not answered yet without Python; false where that cannot be
 *
 * @param {RequestsEvents} events
 */
export function createRequests(events) {
  let seq = 0;
  /** @type {Sent|null} */
  let underway = null;
  /** @type {Request|null} */
  let next = null;
  let timer = 0;
  let heard = 0; // Python repeats the last number in every message; it is an answer only once
  /** @type {Sent[]} not answered yet */
  let sent = [];
  let restTimer = 0; // while something moves that is only sketched

  /** A request with all that is not answered yet. @param {Request} request */
  const whole = (request) => sent.reduceRight((/** @type {Request} */ later, earlier) => joined(earlier.request, later), request);

  /** Whether a request is drawn at once, and goes to Python when nothing moves any more. @param {Request} request */
  function isSketched(request) {
    const unseen = sent.some(({ request: { kind, query, advice } }) => kind === "random" || kind === "home" || query !== undefined || advice);
    return !unseen && Boolean(events.sketch?.(whole(request)));
  }

  /** What only moved so far goes to Python. */
  function rest() {
    if (!restTimer) return;
    clearTimeout(restTimer);
    restTimer = 0;
    if (next && (!underway || underway.kind === "wants")) dispatch(next);
  }

  /** @param {Request} request */
  function dispatch(request) {
    clearTimeout(restTimer);
    restTimer = 0;
    seq += 1;
    const all = whole(request);
    underway = { seq, kind: request.kind, at: performance.now(), request };
    sent = [...sent, underway].slice(-20);
    next = null;
    clearTimeout(timer);
    timer = window.setTimeout(proceed, FALLBACK);
    events.onWaiting(true);
    events.send({ ...all, seq });
  }

  function proceed() {
    clearTimeout(timer);
    underway = null;
    events.onWaiting(false);
    if (next && !restTimer) dispatch(next);
  }

  return {
    /** @param {Request} request */
    ask(request) {
      if (STREAMS.has(request.kind) && isSketched(joined(next, request))) {
        next = joined(next, request);
        clearTimeout(restTimer);
        restTimer = window.setTimeout(rest, REST);
      } else if (underway && underway.kind !== "wants" && STREAMS.has(request.kind)) {
        next = joined(next, request);
      } else {
        const all = joined(next, request);
        if (STROKES.has(request.kind)) isSketched(all);
        dispatch(all);
      }
    },
    /**
     * An answer came; says which request it answers.
     * @param {number|null} echoed
     * @returns {Sent|null}
     */
    answered(echoed) {
      if (echoed === null || echoed <= heard) return null;
      heard = echoed;
      seq = Math.max(seq, echoed);
      const answer = sent.find((one) => one.seq === echoed) ?? null;
      sent = sent.filter((one) => one.seq > echoed);
      if (underway && echoed >= underway.seq) proceed();
      return answer;
    },
    rest,
    /** Whether something moves that is only sketched yet. */
    get moving() {
      return restTimer !== 0;
    },
    /** Whether something is on its way to Python. */
    get ahead() {
      return underway !== null || next !== null;
    },
    /** Whether the ball stands where Python does not know of yet. */
    get ballAhead() {
      const places = (/** @type {Request|null|undefined} */ request) => request?.x !== undefined;
      return places(next) || (underway !== null && sent.some((one) => places(one.request)));
    },
    /** The addresses of numbers that Python has not answered yet. */
    get editing() {
      return new Set([...sent.map((one) => one.request), next].flatMap((request) => Object.keys(request?.edits ?? {})));
    },
    destroy() {
      clearTimeout(timer);
      clearTimeout(restTimer);
    },
  };
}
