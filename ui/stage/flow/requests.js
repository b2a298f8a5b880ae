// New starts and numbers on their way to Python: while something is dragged at most one message at a time, the newest wins.
// Streamlit drops a message that waits when a newer one comes, so each carries what is not answered yet as well.

const FALLBACK = 1000; // ms after which an answer is no longer waited for

/**
 * @typedef {"click"|"drag"|"drop"|"key"|"numbers"|"random"|"home"|"slide"|"number"|"wants"|"advice"|"navigate"} Kind
 * @typedef {Record<string, import("../panel/edits.js").Edit["value"]>} Edits values by address, null for the default
 * @typedef {{run: number, index: number, token: string}} Taken a piece of advice
 * @typedef {{kind: Kind, x?: number, y?: number, edits?: Edits, wants?: string[], advice?: Taken, query?: string}} Request wants: all that is to be sent beyond the picture; query: the address that is gone to first
 * @typedef {{seq: number, kind: Kind, at: number, request: Request}} Sent
 */

/** @type {Set<Kind>} kinds that come in streams */
const STREAMS = new Set(/** @type {Kind[]} */ (["drag", "key", "slide"]));

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
 * @param {{send: (request: Request & {seq: number}) => void, onWaiting: (waiting: boolean) => void}} events
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

  /** @param {Request} request */
  function dispatch(request) {
    seq += 1;
    const whole = sent.reduceRight((/** @type {Request} */ later, earlier) => joined(earlier.request, later), request);
    underway = { seq, kind: request.kind, at: performance.now(), request };
    sent = [...sent, underway].slice(-20);
    next = null;
    clearTimeout(timer);
    timer = window.setTimeout(proceed, FALLBACK);
    events.onWaiting(true);
    events.send({ ...whole, seq });
  }

  function proceed() {
    clearTimeout(timer);
    underway = null;
    events.onWaiting(false);
    if (next) dispatch(next);
  }

  return {
    /** @param {Request} request */
    ask(request) {
      if (underway && underway.kind !== "wants" && STREAMS.has(request.kind)) next = joined(next, request);
      else dispatch(joined(next, request));
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
    },
  };
}
