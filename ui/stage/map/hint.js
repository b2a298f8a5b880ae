// A sentence over the map that invites to try something; it goes once something was tried.

/** @param {HTMLElement} place */
export function createHint(place) {
  const finger = window.matchMedia("(pointer: coarse)");
  return {
    /** @param {import("../flow/picture.js").Picture} picture */
    show({ packet }) {
      const hint = finger.matches ? packet.hint.replace("Click", "Tap") : packet.hint;
      if (place.textContent === hint) return;
      place.textContent = hint;
      place.hidden = !hint;
    },
    leave: () => place.classList.add("thw-gone"),
  };
}
