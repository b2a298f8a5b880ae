// New starts on their way to Python: while dragging at most one at a time, the newest wins.

const FALLBACK = 1000; // ms after which an answer is no longer waited for

/**
 * @typedef {"click"|"drag"|"drop"|"key"|"numbers"|"random"|"home"} Kind
 * @typedef {{x: number, y: number, kind: Kind}} Wish
 * @typedef {{seq: number, kind: Kind, at: number}} Sent
 */

/**
 * @param {{send: (start: Wish & {seq: number}) => void, onWaiting: (waiting: boolean) => void}} events
 */
export function createRequests(events) {
  let seq = 0;
  /** @type {Sent|null} */
  let underway = null;
  /** @type {Wish|null} */
  let next = null;
  let timer = 0;
  let heard = 0; // Python repeats the last number in every message; it is an answer only once
  /** @type {Sent[]} */
  const sent = [];

  /** @param {Wish} wish */
  function dispatch(wish) {
    seq += 1;
    underway = { seq, kind: wish.kind, at: performance.now() };
    sent.push(underway);
    if (sent.length > 50) sent.shift();
    next = null;
    clearTimeout(timer);
    timer = window.setTimeout(proceed, FALLBACK);
    events.onWaiting(true);
    events.send({ ...wish, seq });
  }

  function proceed() {
    clearTimeout(timer);
    underway = null;
    events.onWaiting(false);
    if (next) dispatch(next);
  }

  return {
    /** @param {Wish} wish */
    ask(wish) {
      const eager = wish.kind !== "drag" && wish.kind !== "key";
      if (underway && !eager) next = wish;
      else dispatch(wish);
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
      if (underway && echoed >= underway.seq) proceed();
      return answer;
    },
    /** Whether the ball is ahead of what Python knows. */
    get ahead() {
      return underway !== null || next !== null;
    },
    destroy() {
      clearTimeout(timer);
    },
  };
}
