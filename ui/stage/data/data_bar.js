// The line above the data: fit or residuals, and what can be done to the points by hand.

import { elementsOf } from "../shared/elements.js";
import { count } from "../shared/format.js";
import { weightsSaid } from "./data_words.js";
import { classesOf } from "./predictor.js";
import { inputsOf, isClass } from "./rows.js";

/**
 * @typedef {import("./rows.js").Shown} Shown
 * @typedef {import("./data_figure.js").Mode} Mode
 *
 * @typedef {Object} BarEvents
 * @property {(mode: Mode) => void} onMode
 * @property {(byKey: boolean) => void} onAdd a point is to be added, or no longer; by a key there is no place to point at
 * @property {(to: number) => void} onClass of points that are added
 * @property {() => void} onFlag the chosen one
 * @property {() => void} onTurn the chosen one's class
 * @property {() => void} onRemove
 * @property {() => void} onReset
 */

/**
 * @param {HTMLElement} root the stage
 * @param {BarEvents} events
 */
export function createDataBar(root, events) {
  const { find, byId, onClick } = elementsOf(root);
  const [model, add, flag, turn, remove, reset, chosenAt, classes] = [
    byId("stage-data-model"), byId("stage-data-add"), byId("stage-data-flag"), byId("stage-data-turn"), byId("stage-data-remove"), byId("stage-data-reset"), byId("stage-data-chosen"), find(".thw-data-classes"),
  ];
  const modes = [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-mode]"))];
  const kinds = [.../** @type {NodeListOf<HTMLElement>} */ (classes.querySelectorAll("[data-class]"))];
  for (const button of modes) button.addEventListener("click", () => events.onMode(/** @type {Mode} */ (button.dataset.mode)));
  for (const button of kinds) button.addEventListener("click", () => events.onClass(Number(button.dataset.class)));
  add.addEventListener("click", (event) => events.onAdd(event.detail === 0));
  onClick("stage-data-flag", events.onFlag);
  onClick("stage-data-turn", events.onTurn);
  onClick("stage-data-remove", events.onRemove);
  onClick("stage-data-reset", events.onReset);

  let said = ""; // what is shown

  /** @param {HTMLElement} button @param {string} text */
  function call(button, text) {
    button.setAttribute("aria-label", text);
    button.title = text;
  }

  return {
    /**
     * @param {Shown} shown
     * @param {{mode: Mode, chosen: number, adding: boolean, kind: number}} state
     */
    show(shown, { mode, chosen, adding, kind }) {
      const { told, rows, left, flagged } = shown;
      const full = rows.length >= told.most;
      const key = JSON.stringify([mode, chosen, adding, kind, rows.length, told.most, told.target, told.columns, told.many, told.own, left.has(chosen), flagged.has(chosen), isClass(told) && rows[chosen]?.at(-1)]);
      if (key === said) return;
      said = key;
      for (const button of modes) {
        button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
        if (button.dataset.mode === "confusion") button.hidden = !isClass(told);
      }
      for (const button of kinds) button.hidden = Number(button.dataset.class) >= classesOf(told);
      for (const button of kinds) button.setAttribute("aria-pressed", String(button.dataset.class === String(kind)));
      add.setAttribute("aria-pressed", String(adding));
      add.setAttribute("aria-disabled", String(full || mode !== "fit"));
      add.title = full ? `${told.most} points are the most that fit into a link` : mode === "fit" ? "Add a point: click where it shall be" : "Points are added to the fit";
      classes.hidden = !(adding && isClass(told) && inputsOf(told) > 1);
      reset.hidden = told.own;
      model.textContent = model.title = weightsSaid(told);
      model.hidden = !told.many;
      chosenAt.hidden = !(chosen >= 0 && chosen < rows.length) || adding;
      if (chosenAt.hidden) return;
      /** @type {HTMLElement} */ (chosenAt.firstElementChild).textContent = `Point ${count(chosen + 1)}`;
      const out = left.has(chosen);
      flag.setAttribute("aria-pressed", String(out));
      flag.setAttribute("aria-disabled", String(out && !flagged.has(chosen)));
      call(flag, out ? "Let this point count again" : "Leave this point out");
      turn.hidden = !isClass(told);
      call(turn, `Make it class ${(Number(rows[chosen].at(-1)) + 1) % Math.max(2, classesOf(told))}`);
      remove.setAttribute("aria-disabled", String(rows.length > told.most));
    },
  };
}
