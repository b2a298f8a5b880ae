// A sentence over the map that invites to try something; it goes once something was tried.

/** @param {HTMLElement} place */
export function createHint(place) {
  return {
    /** @param {import("../flow/picture.js").Picture} picture */
    show({ packet: { hint } }) {
      if (place.textContent === hint) return;
      place.textContent = hint;
      place.hidden = !hint;
    },
    leave: () => place.classList.add("thw-gone"),
  };
}
