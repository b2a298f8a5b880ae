// One number: its name and help, a box, a slider, and the way back to the default.

import { icon } from "../shared/icons.js";
import { readTyped } from "./number_text.js";
import { createRowSlider } from "./row_slider.js";
import { setTip } from "../shared/tips.js";
import { count, number } from "../shared/format.js";

/**
 * @typedef {Object} RowData
 * @property {string} address
 * @property {string} name
 * @property {string} [mark] the letter that stands for it on the curves
 * @property {string} help
 * @property {number} low
 * @property {number} high
 * @property {boolean} log
 * @property {boolean} whole
 * @property {string} allowed in words
 * @property {number} value
 * @property {number} default
 * @property {[string, number]|null} needs address of another number, and the value from which on this one matters
 *
 * @typedef {(address: string, value: number|null, live: boolean) => void} Change
 */

const DIGITS = 5; // of a real number: the box is no wider
let made = 0;

/**
 * @param {RowData} data
 * @param {Change} change
 */
export function createRow(data, change) {
  made += 1;
  const id = `thw-number-${made}`;
  const root = skeleton(id, data.address);
  const part = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  /** @type {HTMLInputElement} */
  const box = part("input[type=text]");
  const slider = createRowSlider(data, (next) => set(next, true));
  part(".thw-number-head").after(slider.root);
  /** @type {HTMLButtonElement} */
  const reset = part(".thw-number-reset");
  /** @type {HTMLButtonElement} */
  const ask = part(".thw-number-ask");
  const wrong = part(".thw-number-wrong");
  const help = part(".thw-number-help");

  let value = data.value;
  let fallback = data.default;
  /** @type {number|undefined} */
  let limit; // of what is stable
  let typing = false; // in the box, and not entered yet

  part("label").textContent = data.name;
  if (data.mark) part("label").prepend(letter(data.mark));
  ask.setAttribute("aria-label", `What is ${data.name}?`);
  setTip(ask, data.help);
  ask.hidden = !data.help;
  help.textContent = `${data.help} Allowed: ${data.allowed}.`;
  reset.append(icon("home", 15));

  /** What stands in the box, without commas; what is read besides. @param {number} one */
  const textOf = (one) => (data.whole ? String(one).replace("-", "\u2212") : number(one, DIGITS));
  const said = (/** @type {number} */ one) => (data.whole ? count(one) : number(one, DIGITS));

  function draw() {
    if (!typing && wrong.hidden) box.value = textOf(value);
    slider.show({ value, suits: fallback, limit }, said(value));
    reset.style.visibility = value === fallback ? "hidden" : "visible";
    setTip(reset, `Back to ${said(fallback)}`);
    reset.setAttribute("aria-label", `${data.name}: back to ${said(fallback)}`);
  }

  /** @param {number} next @param {boolean} live */
  function set(next, live) {
    complain("");
    if (next === value) return;
    value = next;
    draw();
    change(data.address, value, live);
  }

  /** @param {string} sentence */
  function complain(sentence) {
    box.setAttribute("aria-invalid", String(sentence !== ""));
    wrong.textContent = sentence;
    wrong.hidden = !sentence;
  }

  function enter() {
    typing = false;
    const next = readTyped(box.value, textOf(value), data);
    if (next === null) complain("");
    else if (Number.isNaN(next)) complain(`Give ${data.allowed}.`);
    else {
      set(next, false);
      draw();
    }
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    event.stopPropagation(); // the player has keys of its own
    if (event.key === "Enter") enter();
    else if (event.key === "Escape") {
      typing = false;
      complain("");
      draw();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      typing = false;
      set(slider.nudged(value, (event.key === "ArrowUp" ? 1 : -1) * (event.shiftKey && !data.whole ? 0.1 : 1)), true);
    }
  }

  box.addEventListener("input", () => (typing = true));
  box.addEventListener("change", enter);
  box.addEventListener("keydown", keys);
  reset.addEventListener("click", () => {
    typing = false;
    complain("");
    value = fallback;
    draw();
    change(data.address, null, false);
    slider.input.focus();
  });
  ask.addEventListener("click", () => {
    help.hidden = !help.hidden;
    setTip(ask, help.hidden ? data.help : "");
    ask.setAttribute("aria-expanded", String(!help.hidden));
  });
  draw();

  return {
    root,
    data,
    get held() {
      return slider.held;
    },
    get value() {
      return value;
    },
    /** Show what holds now. @param {number} next @param {number} [standard] @param {number} [stable] below which a rate is that */
    tell(next, standard, stable) {
      if (standard !== undefined) fallback = standard;
      limit = stable;
      if (next !== value) complain("");
      value = next;
      draw();
    },
  };
}

/** @param {string} id @param {string} address */
function skeleton(id, address) {
  const root = document.createElement("div");
  root.className = "thw-number";
  root.dataset.address = address;
  root.innerHTML = `
    <div class="thw-number-head">
      <label for="${id}"></label>
      <button type="button" class="thw-number-ask" aria-expanded="false" aria-controls="${id}-help"><span aria-hidden="true">?</span></button>
      <button type="button" class="thw-number-reset"></button>
      <input type="text" inputmode="decimal" autocomplete="off" spellcheck="false" id="${id}" aria-describedby="${id}-wrong" />
    </div>
    <p class="thw-number-wrong" id="${id}-wrong" role="alert" hidden></p>
    <p class="thw-number-help" id="${id}-help" hidden></p>`;
  return root;
}

/** @param {string} text */
function letter(text) {
  const root = document.createElement("span");
  root.className = "thw-number-mark";
  root.setAttribute("aria-hidden", "true");
  root.textContent = text;
  return root;
}
