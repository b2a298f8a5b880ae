// When to ask for advice: once nothing has moved for a while, and never while a finger or a button is down.

const REST = 300; // ms without a new picture
const SOON = 30; // ms until the rest of it is asked for
const PATIENCE = 40; // askings for one picture, at most

/** @typedef {import("./packet.js").Advice} Advice */

/** @param {{ask: () => void, busy: () => boolean}} events */
export function createAdvising(events) {
  let timer = 0;
  let asked = 0;
  let pressed = false;
  const down = () => (pressed = true);
  const up = () => (pressed = false);
  window.addEventListener("pointerdown", down, true);
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, up, true);

  /** @param {number} delay */
  function wait(delay) {
    clearTimeout(timer);
    timer = window.setTimeout(ask, delay);
  }

  function ask() {
    if (pressed || events.busy() || document.hidden) {
      wait(REST);
      return;
    }
    asked += 1;
    events.ask();
  }

  return {
    /** A new picture is shown, for which nothing was asked yet. */
    begin() {
      asked = 0;
    },
    /** What is known of the advice now; what is missing is asked for. @param {Advice|null} advice */
    rest(advice) {
      clearTimeout(timer);
      const missing = !advice || advice.runs.includes(null);
      if (missing && asked < PATIENCE) wait(advice ? SOON : REST);
    },
    destroy() {
      clearTimeout(timer);
      window.removeEventListener("pointerdown", down, true);
      for (const end of ["pointerup", "pointercancel"]) window.removeEventListener(end, up, true);
    },
  };
}
