// The lens's questions to the server: one at a time, the newest wins, and no more than a few a second.

/** @typedef {import("./lens_shapes.js").LensAnswer} LensAnswer */

const PAUSE = 40; // ms between two questions

/**
 * @param {string} surface the address of the surface, which the lens lies beside
 * @param {[number, number]} point
 */
export function lensUrl(surface, [x, y]) {
  const url = new URL(surface, window.location.origin);
  url.pathname = url.pathname.replace(/surface$/, "lens");
  url.searchParams.set("x", String(x));
  url.searchParams.set("y", String(y));
  return url;
}

/**
 * @param {{onAnswer: (answer: LensAnswer) => void, onFailure: () => void}} events
 */
export function createLensRequests(events) {
  /** @type {URL|null} */
  let next = null;
  let busy = false;
  let ended = false;

  async function proceed() {
    if (busy || !next) return;
    const url = next;
    next = null;
    busy = true;
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(String(response.status));
      const answer = await response.json();
      if (!ended) events.onAnswer(answer);
    } catch {
      if (!ended && !next) events.onFailure();
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    busy = false;
    if (!ended) proceed();
  }

  return {
    /** @param {URL} url */
    ask(url) {
      next = url;
      proceed();
    },
    end() {
      next = null;
      ended = true;
    },
  };
}
