// One run's line in the strip: its colour, which hides it, its name, its learning rate to be moved or typed, and its verdict.

import { isWaiting } from "../panel/edits.js";
import { readTyped } from "../panel/number_text.js";
import { createRowSlider } from "../panel/row_slider.js";
import { count, number, typed } from "../shared/format.js";
import { headline } from "../shared/headline.js";
import { icon } from "../shared/icons.js";

/** @typedef {import("../flow/packet.js").Run} Run */

const DIGITS = 5; // in the box

/**
 * @param {{address: string, place: number, range: [number, number]}} rate where the learning rate stands, and what is allowed of it
 * @param {{onToggle: () => void, onRate: (value: number, live: boolean) => void}} events
 */
export function createRunLine({ address, place, range: [low, high] }, events) {
  const allowed = `a number from ${typed(low)} to ${typed(high)}`;
  const data = { address, name: "Learning rate", help: "", low, high, log: true, whole: false, allowed, value: low, default: low, needs: null };
  const slider = createRowSlider(data, (next) => set(next, true));
  const root = skeleton(place);
  const part = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  /** @type {HTMLInputElement} */
  const box = part("input[type=text]");
  /** @type {HTMLElement[]} */
  const [eye, name, verdict, said] = [part(".thw-run-eye"), part(".thw-run-name"), part(".thw-run-verdict"), part(".thw-run-wrong")];
  part(".thw-run-slider").append(slider.root);
  let typing = false;
  /** @type {import("../panel/row_slider.js").Shown} */
  let shown = { value: low, suits: low };

  function draw() {
    slider.show(shown, number(shown.value, DIGITS));
    if (!typing) box.value = number(shown.value, DIGITS);
  }

  /** @param {number} next @param {boolean} live */
  function set(next, live) {
    complain(false);
    if (next === shown.value) return;
    shown = { ...shown, value: next };
    draw();
    events.onRate(next, live);
  }

  /** @param {boolean} wrong */
  function complain(wrong) {
    box.setAttribute("aria-invalid", String(wrong));
    said.textContent = wrong ? `Give ${allowed}.` : "";
    said.hidden = !wrong;
  }

  function enter() {
    typing = false;
    const next = readTyped(box.value, number(shown.value, DIGITS), data);
    if (next === null || Number.isNaN(next)) complain(next !== null);
    else set(next, false);
  }

  function leave() {
    typing = false;
    complain(false);
    draw();
  }

  /** @param {string} text the run's name */
  function call(text) {
    if (name.textContent === text) return;
    name.textContent = name.title = text;
    eye.setAttribute("aria-label", `Paths and curves of ${text}`);
    slider.input.setAttribute("aria-label", `Learning rate of ${text}, slider`);
    box.setAttribute("aria-label", `Learning rate of ${text}`);
  }

  eye.addEventListener("click", events.onToggle);
  box.addEventListener("input", () => (typing = true));
  box.addEventListener("change", enter);
  box.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the player has keys of its own
    if (event.key === "Enter") enter();
    else if (event.key === "Escape") leave();
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      typing = false;
      set(slider.nudged(shown.value, event.key === "ArrowUp" ? 1 : -1), true);
    }
  });

  return {
    root,
    name: call,
    /** @param {Run} run @param {string} color @param {boolean} seen */
    show(run, color, seen) {
      root.style.setProperty("--thw-run", color);
      root.classList.toggle("thw-off", !seen);
      call(run.name);
      eye.setAttribute("aria-pressed", String(seen));
      eye.title = seen ? "Hide this run" : "Show this run";
      const said = run.many?.global.length ? ofMany(run.many.global) : headline(run);
      verdict.dataset.tone = said.tone;
      verdict.replaceChildren(icon(said.tone, 18), document.createTextNode(said.title));
    },
    /**
     * What holds now.
     * @param {number} value
     * @param {number} suits the rate that suits the surface
     * @param {number|undefined} limit up to where the run is stable
     * @param {number[]} others rates of runs with the same scale
     */
    tell(value, suits, limit, others) {
      if (slider.held || typing || isWaiting(address)) return;
      if (value !== shown.value) complain(false);
      shown = { value, suits, limit, others };
      draw();
    },
  };
}

/**
 * How many of its members reached a global minimum.
 * @param {ArrayLike<number>} global
 * @returns {{title: string, tone: import("../flow/packet.js").Tone}}
 */
function ofMany(global) {
  const reached = Array.from(global).filter((one) => one === 1).length;
  return { title: `${count(reached)} of ${count(global.length)} global`, tone: reached === global.length ? "good" : reached ? "fair" : "bad" };
}

/** @param {number} place */
function skeleton(place) {
  const root = document.createElement("li");
  root.className = "thw-run";
  root.dataset.testid = `stage-run-${place}`;
  root.innerHTML = `
    <button type="button" class="thw-run-eye"><i></i></button>
    <span class="thw-run-name"></span>
    <span class="thw-run-slider"></span>
    <input type="text" inputmode="decimal" autocomplete="off" spellcheck="false" />
    <span class="thw-run-verdict"></span>
    <p class="thw-run-wrong" role="alert" hidden></p>`;
  return root;
}
