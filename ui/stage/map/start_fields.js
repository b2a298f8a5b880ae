// The start as numbers, and two buttons: a random start, and back to the suggested one.

import { readNumber } from "../panel/number_text.js";
import { typed } from "../shared/format.js";

/**
 * @typedef {Object} FieldsHost
 * @property {(x: number, y: number) => void} onNumbers
 * @property {() => void} onRandom
 * @property {() => void} onHome
 */

/**
 * @param {{x: HTMLInputElement, y: HTMLInputElement, random: HTMLElement, home: HTMLElement}} parts
 * @param {FieldsHost} host
 */
export function createStartFields(parts, host) {
  const { x, y, random, home } = parts;
  /** @type {[number, number]} */
  let point = [0, 0];

  const read = (/** @type {HTMLInputElement} */ field) => readNumber(field.value);

  function change() {
    const next = /** @type {[number, number]} */ ([read(x), read(y)]);
    for (const [field, value] of /** @type {Array<[HTMLInputElement, number]>} */ ([[x, next[0]], [y, next[1]]])) {
      field.setAttribute("aria-invalid", String(!Number.isFinite(value)));
    }
    if (next.every(Number.isFinite) && (next[0] !== point[0] || next[1] !== point[1])) host.onNumbers(next[0], next[1]);
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    event.stopPropagation();
    if (event.key === "Enter") change();
    if (event.key === "Escape") show();
  }

  function show() {
    for (const [field, value] of /** @type {Array<[HTMLInputElement, number]>} */ ([[x, point[0]], [y, point[1]]])) {
      field.value = typed(value, 6);
      field.setAttribute("aria-invalid", "false");
    }
  }

  for (const field of [x, y]) {
    field.addEventListener("change", change);
    field.addEventListener("keydown", keys);
  }
  random.addEventListener("click", host.onRandom);
  home.addEventListener("click", host.onHome);

  return {
    /** @param {[number, number]} next */
    set(next) {
      point = [next[0], next[1]];
      if (document.activeElement !== x && document.activeElement !== y) show();
      else if (read(x) === point[0] && read(y) === point[1]) show();
    },
  };
}
