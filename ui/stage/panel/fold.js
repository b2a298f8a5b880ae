// A fold of the panel: a button that says what is set within, and shows or hides what follows it in its container. Streamlit calls the default
// export at every change of data; numbers are followed as the stage has them, so that the line is true while one moves.

import { nameDrawer } from "./drawer.js";
import { lastTold, onNumbers } from "./edits.js";
import { setLine } from "./fold_line.js";

/**
 * @typedef {{name: string, title: string, said: import("./fold_line.js").Piece[]}} FoldData name: of the fold, for ever
 * @typedef {{parentElement: HTMLElement, data: FoldData}} Component
 */

const CONTAINER = '[class*="st-key-fold-"]'; // page.css hides what is in it while it is not open

/** @type {WeakMap<Element, ReturnType<typeof createFold>>} */
const folds = new WeakMap();
/** @type {Set<string>} those that are open, whatever becomes of the page around them */
const open = new Set();

/**
 * @param {Component} component
 * @returns {() => void} cleanup
 */
export default function mount(component) {
  const root = /** @type {HTMLElement|null} */ (component.parentElement.querySelector(".thw-fold"));
  if (!root) return () => {};
  nameDrawer();
  const fold = folds.get(root) ?? createFold(root);
  folds.set(root, fold);
  fold.receive(component.data);
  return () => {
    fold.destroy();
    folds.delete(root);
  };
}

/** @param {HTMLElement} root */
function createFold(root) {
  const button = document.createElement("button");
  const [title, line] = [document.createElement("span"), document.createElement("span")];
  button.type = "button";
  title.className = "thw-fold-title";
  line.className = "thw-fold-line";
  button.append(title, line);
  root.replaceChildren(button);
  /** @type {FoldData|null} */
  let data = null;

  function draw() {
    if (!data) return;
    const said = setLine(data.said, lastTold());
    title.textContent = data.title;
    line.textContent = said && `: ${said}`;
    button.setAttribute("aria-expanded", String(open.has(data.name)));
    root.closest(CONTAINER)?.toggleAttribute("data-open", open.has(data.name));
  }

  button.addEventListener("click", () => {
    if (data && !open.delete(data.name)) open.add(data.name);
    draw();
  });
  const stop = onNumbers(draw);

  return {
    /** @param {FoldData} next */
    receive(next) {
      data = next;
      draw();
    },
    destroy: stop,
  };
}
