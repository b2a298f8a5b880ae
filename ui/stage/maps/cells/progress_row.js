// How far a map is, and the button that stops it and lets it go on.

import { progressWords } from "./map_words.js";
import { elementsOf } from "../../shared/elements.js";

/** @param {HTMLElement} root the stage @param {() => void} onFlip stop, or go on */
export function createProgressRow(root, onFlip) {
  const { byId } = elementsOf(root);
  const [panel, row, words, button] = ["stage-maps-panel", "maps-progress-row", "maps-progress", "maps-stop"].map(byId);
  const bar = /** @type {HTMLProgressElement} */ (row.querySelector("progress"));
  button.addEventListener("click", onFlip);

  return {
    /** @param {import("../tiles/tile_work.js").Progress} progress */
    show(progress) {
      const text = progressWords(progress);
      if (words.textContent !== text) words.textContent = text;
      bar.value = progress.all ? progress.done / progress.all : 0;
      bar.hidden = button.hidden = progress.state === "done";
      button.textContent = progress.state === "stopped" ? "Resume" : "Stop";
      panel.dataset.state = progress.state;
    },
    /** Whether all is here. */
    get done() {
      return panel.dataset.state === "done";
    },
  };
}
