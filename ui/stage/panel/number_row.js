// One number: its name and help, a box, a slider, and the way back to the default.

import { icon } from "../shared/icons.js";
import { numberText, readNumber } from "./number_text.js";

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

const POSITIONS = 400; // of a linear slider
const WIDE = 100; // a range from 0 to more than this has a slider that starts at 0 and goes on in factors of ten
const DECADES = 6; // of such a slider
const FINEST = 5000;
const DECADE = 100; // positions of a logarithmic slider in a factor of ten
let count = 0;

/**
 * @param {RowData} data
 * @param {Change} change
 */
export function createRow(data, change) {
  count += 1;
  const id = `thw-number-${count}`;
  const root = document.createElement("div");
  root.className = "thw-number";
  root.dataset.address = data.address;
  root.innerHTML = `
    <div class="thw-number-head">
      <label for="${id}"></label>
      <button type="button" class="thw-number-ask" aria-expanded="false" aria-controls="${id}-help"><span aria-hidden="true">?</span></button>
      <button type="button" class="thw-number-reset"></button>
      <input type="text" inputmode="decimal" autocomplete="off" spellcheck="false" id="${id}" aria-describedby="${id}-wrong" />
    </div>
    <input type="range" step="1" />
    <p class="thw-number-wrong" id="${id}-wrong" role="alert" hidden></p>
    <p class="thw-number-help" id="${id}-help" hidden></p>`;
  const part = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  /** @type {HTMLInputElement} */
  const box = part("input[type=text]");
  /** @type {HTMLInputElement} */
  const slider = part("input[type=range]");
  /** @type {HTMLButtonElement} */
  const reset = part(".thw-number-reset");
  /** @type {HTMLButtonElement} */
  const ask = part(".thw-number-ask");
  const wrong = part(".thw-number-wrong");
  const help = part(".thw-number-help");

  let value = data.value;
  let fallback = data.default;
  let held = false; // by a pointer on the slider
  let typing = false; // in the box, and not entered yet

  part("label").textContent = data.name;
  if (data.mark) part("label").prepend(letter(data.mark));
  ask.setAttribute("aria-label", `What is ${data.name}?`);
  ask.title = data.help;
  ask.hidden = !data.help;
  help.textContent = `${data.help} Allowed: ${data.allowed}.`;
  reset.append(icon("home", 15));
  slider.setAttribute("aria-label", data.log ? `${data.name}, as a power of ten` : `${data.name}, slider`);
  const scale = scaleOf(data);
  slider.min = String(scale.min);
  slider.max = String(scale.max);
  slider.hidden = scale.max - scale.min > FINEST; // no hand could set it

  function draw() {
    const position = scale.position(value);
    if (!typing && wrong.hidden) box.value = numberText(value, 5);
    if (Number(slider.value) !== position) slider.value = String(position);
    slider.style.setProperty("--thw-ratio", String((position - scale.min) / (scale.max - scale.min || 1)));
    slider.setAttribute("aria-valuetext", numberText(value, 5));
    reset.style.visibility = value === fallback ? "hidden" : "visible";
    reset.title = `Back to ${numberText(fallback, 4)}`;
    reset.setAttribute("aria-label", `${data.name}: back to ${numberText(fallback, 4)}`);
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

  function typed() {
    typing = false;
    if (box.value.trim() === numberText(value, 5)) {
      complain("");
      return;
    }
    const next = readNumber(box.value);
    if (!(next >= data.low && next <= data.high) || (data.whole && !Number.isInteger(next))) {
      complain(`Give ${data.allowed}.`);
      return;
    }
    set(next, false);
    draw();
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    event.stopPropagation(); // the player has keys of its own
    if (event.key === "Enter") typed();
    else if (event.key === "Escape") {
      typing = false;
      complain("");
      draw();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      typing = false;
      set(scale.nudged(value, event.key === "ArrowUp" ? 1 : -1), true);
    }
  }

  box.addEventListener("input", () => (typing = true));
  box.addEventListener("change", typed);
  box.addEventListener("keydown", keys);
  slider.addEventListener("input", () => set(scale.value(Number(slider.value)), true));
  slider.addEventListener("keydown", (event) => event.stopPropagation());
  slider.addEventListener("pointerdown", () => (held = true));
  for (const end of ["pointerup", "pointercancel", "change"]) slider.addEventListener(end, () => (held = false));
  reset.addEventListener("click", () => {
    typing = false;
    complain("");
    value = fallback;
    draw();
    change(data.address, null, false);
    slider.focus();
  });
  ask.addEventListener("click", () => {
    help.hidden = !help.hidden;
    ask.setAttribute("aria-expanded", String(!help.hidden));
  });
  draw();

  return {
    root,
    data,
    get held() {
      return held;
    },
    get value() {
      return value;
    },
    /** Show what holds now. @param {number} next @param {number} [standard] */
    tell(next, standard) {
      if (standard !== undefined) fallback = standard;
      if (next !== value) complain("");
      value = next;
      draw();
    },
  };
}

/** @param {string} text */
function letter(text) {
  const root = document.createElement("span");
  root.className = "thw-number-mark";
  root.setAttribute("aria-hidden", "true");
  root.textContent = text;
  return root;
}

/**
 * How a slider's whole positions stand for values.
 * @param {RowData} data
 */
function scaleOf(data) {
  const { low, high, log, whole } = data;
  const within = (/** @type {number} */ value) => Math.min(Math.max(whole ? Math.round(value) : value, low), high);
  const rounded = (/** @type {number} */ value) => within(Number(value.toPrecision(3)));
  if (log) {
    const [min, max] = [Math.round(Math.log10(low) * DECADE), Math.round(Math.log10(high) * DECADE)];
    return {
      min,
      max,
      position: (/** @type {number} */ value) => Math.min(Math.max(Math.round(Math.log10(value) * DECADE), min), max),
      value: (/** @type {number} */ position) => (position <= min ? low : position >= max ? high : rounded(10 ** (position / DECADE))),
      nudged: (/** @type {number} */ value, /** @type {number} */ by) => {
        const unit = 10 ** (Math.floor(Math.log10(value) + 1e-9) - 1);
        return within(Number((value + by * (whole ? Math.max(1, unit) : unit)).toPrecision(6)));
      },
    };
  }
  if (low === 0 && high >= WIDE && !whole) {
    return {
      min: 0,
      max: DECADES * DECADE,
      position: (/** @type {number} */ value) => (value > 0 ? Math.max(1, Math.round((Math.log10(value / high) + DECADES) * DECADE)) : 0),
      value: (/** @type {number} */ position) => (position > 0 ? rounded(high * 10 ** (position / DECADE - DECADES)) : 0),
      nudged: (/** @type {number} */ value, /** @type {number} */ by) => {
        const unit = value > 0 ? 10 ** (Math.floor(Math.log10(value) + 1e-9) - 1) : high / 10 ** DECADES;
        return within(Number((value + by * unit).toPrecision(6)));
      },
    };
  }
  const steps = whole ? high - low : POSITIONS;
  const step = (high - low) / steps;
  return {
    min: 0,
    max: steps,
    position: (/** @type {number} */ value) => Math.round((value - low) / step),
    value: (/** @type {number} */ position) => (position >= steps ? high : rounded(low + position * step)),
    nudged: (/** @type {number} */ value, /** @type {number} */ by) => {
      const unit = whole ? 1 : 10 ** (Math.floor(Math.log10(high - low)) - 2);
      return within(Number((value + by * unit).toPrecision(9)));
    },
  };
}
