// One run's line in the strip: its colour, which hides it, its name, its learning rate to be moved or typed, and its verdict.

import { isWaiting } from "../panel/edits.js";
import { readNumber } from "../panel/number_text.js";
import { scaleOf } from "../panel/slider_scale.js";
import { number, typed } from "../shared/format.js";
import { icon } from "../shared/icons.js";

/** @typedef {import("../flow/packet.js").Run} Run */

const DIGITS = 5; // in the box

/**
 * @param {number} index
 * @param {{onToggle: () => void, onRate: (value: number, live: boolean) => void}} events
 */
export function createRunLine(index, events) {
  const root = skeleton(index);
  const part = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  /** @type {HTMLInputElement[]} */
  const [slider, box] = [part("input[type=range]"), part("input[type=text]")];
  /** @type {HTMLElement[]} */
  const [eye, name, verdict, limit] = [part(".thw-run-eye"), part(".thw-run-name"), part(".thw-run-verdict"), part(".thw-run-limit")];
  let scale = scaleOf({ low: 1e-3, high: 1, log: true, whole: false });
  let [value, held, typing] = [NaN, false, false];
  /** @type {[number, number]} what is allowed */
  let range = [0, Infinity];

  function draw() {
    const position = scale.position(value);
    slider.value = String(position);
    slider.style.setProperty("--thw-ratio", String((position - scale.min) / (scale.max - scale.min || 1)));
    slider.setAttribute("aria-valuetext", number(value, DIGITS));
    if (!typing) box.value = typed(value, DIGITS);
  }

  /** @param {number} next @param {boolean} live */
  function set(next, live) {
    complain(false);
    if (next === value) return;
    value = next;
    draw();
    events.onRate(value, live);
  }

  /** @param {boolean} wrong */
  function complain(wrong) {
    box.setAttribute("aria-invalid", String(wrong));
    box.title = wrong ? `Give a number from ${typed(range[0])} to ${typed(range[1])}.` : "";
  }

  /** @param {string} text the run's name */
  function call(text) {
    if (name.textContent === text) return;
    name.textContent = name.title = text;
    eye.setAttribute("aria-label", `Show ${text}`);
    slider.setAttribute("aria-label", `Learning rate of ${text}, slider`);
    box.setAttribute("aria-label", `Learning rate of ${text}`);
  }

  function enter() {
    typing = false;
    if (box.value.trim() === typed(value, DIGITS)) return complain(false);
    const next = readNumber(box.value);
    if (next >= range[0] && next <= range[1]) return set(next, false);
    return complain(true);
  }

  eye.addEventListener("click", events.onToggle);
  slider.addEventListener("input", () => set(scale.value(Number(slider.value)), true));
  slider.addEventListener("pointerdown", () => (held = true));
  for (const end of ["pointerup", "pointercancel", "change"]) slider.addEventListener(end, () => (held = false));
  box.addEventListener("input", () => (typing = true));
  box.addEventListener("change", enter);
  box.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the player has keys of its own
    if (event.key === "Enter") enter();
    if (event.key !== "Escape") return;
    typing = false;
    complain(false);
    draw();
  });

  return {
    root,
    name: call,
    /**
     * @param {Run} run
     * @param {string} color
     * @param {boolean} shown
     * @param {[number, number]} allowed
     */
    show(run, color, shown, allowed) {
      range = allowed;
      root.style.setProperty("--thw-run", color);
      root.classList.toggle("thw-off", !shown);
      call(run.name);
      eye.setAttribute("aria-pressed", String(shown));
      eye.title = shown ? "Hide this run" : "Show this run";
      verdict.dataset.tone = run.tone;
      verdict.replaceChildren(icon(run.tone, 18), document.createTextNode(run.title));
      verdict.title = run.sentence;
    },
    /**
     * What holds now.
     * @param {number} next
     * @param {number} standard the rate that suits the surface
     * @param {number|null} stable up to where the run is stable
     */
    tell(next, standard, stable) {
      if (held || typing || isWaiting(`r${index + 1}.learning_rate`)) return;
      if (next !== value) complain(false);
      value = next;
      scale = scaleOf({ low: Math.min(standard / 30, next), high: Math.max(standard * 30, next), log: true, whole: false });
      slider.min = String(scale.min);
      slider.max = String(scale.max);
      const at = stable === null ? -1 : (scale.position(stable) - scale.min) / (scale.max - scale.min);
      limit.hidden = !(at > 0 && at < 1);
      limit.style.setProperty("--thw-at", String(at));
      limit.title = `Stable below ${number(stable ?? 0, 3)}`;
      draw();
    },
  };
}

/** @param {number} index */
function skeleton(index) {
  const root = document.createElement("li");
  root.className = "thw-run";
  root.dataset.testid = `stage-run-${index}`;
  root.innerHTML = `
    <button type="button" class="thw-run-eye"><i></i></button>
    <span class="thw-run-name"></span>
    <span class="thw-run-slider"><input type="range" step="1" /><i class="thw-run-limit" hidden></i></span>
    <input type="text" inputmode="decimal" autocomplete="off" spellcheck="false" />
    <span class="thw-run-verdict"></span>`;
  return root;
}
