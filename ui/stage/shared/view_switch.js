// Map or relief, where there is no room for both: two buttons, of which one is pressed.

/** @param {HTMLElement} grid which has the buttons in it, and whose style follows */
export function watchViewSwitch(grid) {
  const buttons = [.../** @type {NodeListOf<HTMLElement>} */ (grid.querySelectorAll("[data-show]"))];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      grid.dataset.view = button.dataset.show;
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
    });
  }
}
