// Presenting: the stage over the whole window in large type, with what a class needs to see, and the keys that clickers send.

import { TYPING } from "../shared/typing.js";

/**
 * @param {HTMLElement} root the stage
 * @param {{button: HTMLElement, blank: HTMLElement}} parts blank: covers all
 * @param {{onChange: (on: boolean) => void, onPrevious: () => void, onNext: () => void, onFullScreen: () => void}} events
 */
export function createPresent(root, { button, blank }, events) {
  let on = false;

  /** @param {boolean} next */
  function set(next) {
    if (next === on) return;
    on = next;
    blank.hidden = true;
    root.classList.toggle("thw-present", on);
    button.setAttribute("aria-pressed", String(on));
    if (!on && document.fullscreenElement === root) document.exitFullscreen();
    root.scrollTop = 0;
    if (on) root.focus({ preventScroll: true });
    events.onChange(on);
  }

  /** @type {Record<string, () => void>} */
  const keys = {
    PageDown: () => turn(events.onNext),
    PageUp: () => turn(events.onPrevious),
    b: () => (blank.hidden = !blank.hidden),
    f: events.onFullScreen,
    Escape: () => (blank.hidden ? set(false) : (blank.hidden = true)),
  };

  /** What is blank is seen again first. @param {() => void} go */
  function turn(go) {
    if (blank.hidden) go();
    else blank.hidden = true;
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const { target, key } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || (target instanceof Element && target.matches(TYPING))) return;
    const act = on ? keys[key] : key === "p" ? () => set(true) : undefined;
    if (!act && !(on && key === "p")) return;
    event.preventDefault();
    if (act) act();
    else set(false);
  }

  /** Escape leaves the whole screen without a key that is told: it leaves here as well. */
  function onScreen() {
    if (on && !document.fullscreenElement && wasWhole) set(false);
    wasWhole = document.fullscreenElement === root;
  }

  let wasWhole = false;
  button.addEventListener("click", () => set(!on));
  blank.addEventListener("click", () => (blank.hidden = true));
  document.addEventListener("keydown", onKey);
  document.addEventListener("fullscreenchange", onScreen);
  return {
    destroy() {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("fullscreenchange", onScreen);
    },
  };
}
