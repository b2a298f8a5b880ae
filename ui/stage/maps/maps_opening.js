// The way to the maps and back: the button, the keys, and what gives way to the panel.

import { createBar } from "../shared/barred.js";
import { elementsOf } from "../shared/elements.js";
import { TYPING } from "../shared/typing.js";

const BEHIND = ".thw-map, .thw-relief, .thw-strip, .thw-curves, .thw-data, .thw-lens, .thw-switch"; // what the panel stands in place of
/** @param {string} kind of map @param {boolean} byFinger */
function hintOf(kind, byFinger) {
  const what = kind === "line" ? "dot" : "cell";
  return byFinger ? `Tap a ${what} to see its run, once more to open it in the lab.` : `Point at a ${what} to see its run; click to open it in the lab.`;
}

/**
 * @param {HTMLElement} root the stage
 * @param {{onFlip: () => void, onEscape: () => unknown}} events
 */
export function createMapsOpening(root, { onFlip, onEscape }) {
  const { find, byId } = elementsOf(root);
  const [panel, button, hint] = ["stage-maps-panel", "stage-maps", "maps-hint"].map(byId);
  const grid = find(".thw-grid");
  const finger = window.matchMedia("(pointer: coarse)");

  const flip = () => button.getAttribute("aria-disabled") !== "true" && onFlip();

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const target = event.target instanceof Element ? event.target : document.body;
    const ours = target === document.body || root.contains(target);
    if (!ours || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.matches(TYPING)) return;
    if (event.key === "m") flip();
    else if (event.key === "Escape" && !panel.hidden && (target === document.body || panel.contains(target))) onEscape();
    else return;
    event.preventDefault();
  }

  button.addEventListener("click", flip);
  document.addEventListener("keydown", onKey);

  return {
    /** Why there are no maps; nothing where there are. */
    bar: createBar(button),
    /** Whether that is a change. @param {boolean} open */
    set(open) {
      if (panel.hidden !== open) return false;
      panel.hidden = !open;
      grid.toggleAttribute("data-maps", open);
      hint.hidden = !open;
      for (const name of ["aria-pressed", "aria-expanded"]) button.setAttribute(name, String(open));
      for (const behind of grid.querySelectorAll(BEHIND)) behind.toggleAttribute("inert", open);
      return true;
    },
    /** Which kind of map it is, and what a hand may do there. @param {string} kind */
    tell(kind) {
      panel.dataset.kind = kind;
      hint.textContent = hintOf(kind, finger.matches);
    },
    focus: () => button.focus({ preventScroll: true }),
    destroy: () => document.removeEventListener("keydown", onKey),
  };
}
