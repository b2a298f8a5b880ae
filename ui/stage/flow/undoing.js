// Undo and redo as buttons and keys: they go through the history of the address, as the browser's own buttons do.

import { elementsOf } from "../shared/elements.js";
import { TYPING } from "../shared/typing.js";

/**
 * @param {HTMLElement} stage
 * @param {{onUndo: () => void, onRedo: () => void}} events
 */
export function createUndoing(stage, { onUndo, onRedo }) {
  const { byId } = elementsOf(stage);
  const [undo, redo] = ["stage-undo", "stage-redo"].map((id) => /** @type {HTMLButtonElement} */ (byId(id)));

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const { key, target } = event;
    if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey) || (target instanceof Element && target.matches(TYPING))) return;
    const back = key.toLowerCase() === "z" && !event.shiftKey;
    const forth = key.toLowerCase() === "y" || (key.toLowerCase() === "z" && event.shiftKey);
    if (!(back && !undo.disabled) && !(forth && !redo.disabled)) return;
    event.preventDefault();
    if (back) onUndo();
    else onRedo();
  }

  undo.addEventListener("click", onUndo);
  redo.addEventListener("click", onRedo);
  document.addEventListener("keydown", onKey);
  return {
    /** @param {boolean} before whether there is something to be taken back @param {boolean} after and something to be done again */
    mark(before, after) {
      [undo.disabled, redo.disabled] = [!before, !after];
    },
    destroy: () => document.removeEventListener("keydown", onKey),
  };
}
