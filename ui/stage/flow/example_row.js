// The row of examples above the stage. The focus goes to the stage once one is chosen, so that the keys are the player's; and
// the row must not take it back: coming from elsewhere it would give it to the example that had it last and scroll there, away
// from under the hand that presses another one.

const ROW = ".st-key-examples";

/** @param {EventTarget|null} target */
const isIn = (target) => target instanceof Element && target.closest(ROW) !== null;

/** @param {HTMLElement} stage */
export function watchExamples(stage) {
  let pressed = false; // whether the hand, not a key, chooses

  /** @param {Event} event */
  function touch({ type, target }) {
    pressed = type === "pointerdown" && isIn(target);
  }

  /** @param {FocusEvent} event */
  function enter(event) {
    if (pressed && isIn(event.target) && !isIn(event.relatedTarget)) event.stopImmediatePropagation();
  }

  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, touch, true);
  window.addEventListener("focusin", enter, true);

  return {
    /** One may have been chosen: what has the focus there gives it to the stage. */
    leave() {
      if (isIn(document.activeElement)) stage.focus({ preventScroll: true });
    },
    destroy() {
      for (const kind of ["pointerdown", "keydown"]) window.removeEventListener(kind, touch, true);
      window.removeEventListener("focusin", enter, true);
    },
  };
}
