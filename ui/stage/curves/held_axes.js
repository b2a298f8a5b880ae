// Axes that are held where they are: what is drawn next is drawn on them, to be compared.

/** @typedef {import("./curve_axes.js").Axes} Axes */

/** @param {HTMLElement} button @param {() => void} onRelease */
export function createHeldAxes(button, onRelease) {
  let held = false;
  /** @type {Map<string, Axes>} the axes last drawn, by what is drawn on them and its scale */
  const axes = new Map();

  button.addEventListener("click", () => {
    held = !held;
    button.setAttribute("aria-pressed", String(held));
    if (!held) onRelease();
  });

  /**
   * The axes to draw: those that fit, or, while they are held, those that were there before.
   * @param {string} name of what is drawn, and its scale
   * @param {Axes & {empty: boolean}} fitting
   * @returns {Axes}
   */
  return (name, fitting) => {
    const before = axes.get(name);
    if (held && before) return before;
    if (!fitting.empty) axes.set(name, fitting);
    return fitting;
  };
}
