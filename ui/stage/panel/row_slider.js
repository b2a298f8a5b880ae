// The slider of one number: its scale, and for a learning rate the tick where it stops being stable.

import { createFineSlider } from "./fine_slider.js";
import { rateScale } from "./rate_scale.js";
import { scaleOf } from "./slider_scale.js";
import { setTip } from "../shared/tips.js";

/**
 * @typedef {import("./number_row.js").RowData} RowData
 * @typedef {{value: number, suits: number, limit?: number, others?: number[]}} Shown suits: the default; limit: below which a rate is stable; others: rates of runs with the same scale
 */

const RATE = /^r\d+\.learning_rate$/; // the addresses of learning rates
const FINEST = 5000; // strides: no hand could set more

/**
 * @param {RowData} data
 * @param {(value: number) => void} onMove while it moves
 */
export function createRowSlider(data, onMove) {
  const slider = createFineSlider();
  const { root, input } = slider;
  const mark = document.createElement("i");
  mark.className = "thw-fine-tick";
  mark.setAttribute("aria-hidden", "true");
  root.append(mark);
  input.setAttribute("aria-label", data.log ? `${data.name}, as a power of ten` : `${data.name}, slider`);
  /** @type {Shown} */
  let shown = { value: data.value, suits: data.default };
  /** @type {import("./slider_scale.js").Scale & {tick?: ReturnType<typeof rateScale>["tick"]}} */
  let scale = scaleOf(data);
  let scaled = false;

  /** Whether a hand or the keys are at it: then its scale stays. */
  const inUse = () => slider.held || (scaled && document.activeElement === input && contains(shown.value));

  /** @param {number} value */
  const contains = (value) => value >= scale.value(scale.min) && value <= scale.value(scale.max);

  function rescale() {
    if (RATE.test(data.address) && !inUse()) scale = rateScale({ ...data, ...shown });
    scaled = true;
    input.min = String(scale.min);
    input.max = String(scale.max);
    slider.stride = scale.stride;
    root.hidden = (scale.max - scale.min) / scale.stride > FINEST;
  }

  function draw() {
    rescale();
    const position = scale.position(shown.value);
    if (Number(input.value) !== position) input.value = String(position);
    input.style.setProperty("--thw-ratio", String((position - scale.min) / (scale.max - scale.min || 1)));
    drawTick();
  }

  function drawTick() {
    const tick = scale.tick?.(shown.limit) ?? null;
    mark.hidden = tick === null;
    setTip(mark, tick?.text ?? "");
    input.setAttribute("aria-description", tick?.text ?? "");
    if (tick) mark.style.setProperty("--thw-share", String(tick.share));
  }

  input.addEventListener("input", () => onMove(scale.value(Number(input.value), slider.fine)));
  input.addEventListener("keydown", (event) => event.stopPropagation()); // the player has keys of its own
  for (const end of ["change", "blur"]) input.addEventListener(end, draw);

  return {
    root,
    input,
    get held() {
      return slider.held;
    },
    /** @param {number} value @param {number} by a small step, up or down */
    nudged: (value, by) => scale.nudged(value, by),
    /** @param {Shown} next @param {string} text the value as it is read out */
    show(next, text) {
      shown = next;
      draw();
      input.setAttribute("aria-valuetext", text);
    },
  };
}
