// The chosen point of a drawing as two numbers that can be typed.

import { readNumber } from "./number_text.js";
import { typed } from "../shared/format.js";

/**
 * @param {{name: HTMLElement, boxes: HTMLInputElement[], wrong: HTMLElement}} parts boxes: for the share of the run, and for the factor
 * @param {{onNumber: (axis: number, value: number) => void}} events
 */
export function createPointFields({ name, boxes, wrong }, events) {
  /** @type {[number, number]} what the boxes show */
  let point = [0, 0];
  let high = 1;
  /** @type {HTMLInputElement|null} the box in which something was typed that has not been taken yet */
  let typing = null;

  boxes.forEach((box, axis) => {
    box.addEventListener("input", () => (typing = box));
    box.addEventListener("change", () => enter(box, axis));
    box.addEventListener("keydown", (event) => {
      event.stopPropagation(); // the player has keys of its own
      if (event.key === "Enter") enter(box, axis);
      if (event.key === "Escape") reject();
    });
  });

  /** Show what holds, whatever was typed. */
  function reject() {
    typing = null;
    draw();
  }

  /** @param {HTMLInputElement} box @param {number} axis */
  function enter(box, axis) {
    if (box.value.trim() === textOf(axis)) return reject();
    const given = readNumber(box.value);
    const most = axis ? high : 100;
    if (given >= 0 && given <= most) return events.onNumber(axis, axis ? given : given / 100);
    box.setAttribute("aria-invalid", "true");
    wrong.textContent = `Give a number in [0, ${typed(most)}].`;
    wrong.hidden = false;
    return undefined;
  }

  /** @param {number} axis */
  const textOf = (axis) => typed(axis ? point[1] : point[0] * 100, 4);

  function draw() {
    if (typing !== document.activeElement) typing = null;
    boxes.forEach((box, axis) => {
      box.setAttribute("aria-label", axis ? `${name.textContent}: multiple of the learning rate` : `${name.textContent}: percent of the run`);
      if (box === typing) return;
      box.value = textOf(axis);
      box.setAttribute("aria-invalid", "false");
    });
    if (!typing) wrong.hidden = true;
  }

  return {
    /** What was typed is taken, or given up. */
    forget: () => (typing = null),
    /**
     * @param {[number, number]} next
     * @param {string} title
     * @param {number} most the largest factor
     */
    show(next, title, most) {
      point = next;
      high = most;
      name.textContent = title;
      draw();
    },
  };
}
