// Map, relief or data, where there is no room for all: buttons, of which one is pressed.

/** @param {HTMLElement} grid which has the buttons in it, and whose style follows */
export function watchViewSwitch(grid) {
  const buttons = [.../** @type {NodeListOf<HTMLElement>} */ (grid.querySelectorAll("[data-show]"))];

  /** @param {string|undefined} view */
  function choose(view) {
    grid.dataset.view = view;
    for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.show === view));
  }

  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.show));

  return {
    /** Only where something learns there are data to be seen. @param {import("../flow/picture.js").Picture} picture */
    show({ packet: { data } }) {
      for (const button of buttons) if (button.dataset.show === "data") button.hidden = !data;
      if (!data && grid.dataset.view === "data") choose("map");
    },
  };
}
