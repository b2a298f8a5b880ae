// The learning rate of the chosen run over the steps, as the stage last had it; points that make it can be moved here.

import { createDrawing } from "./drawing.js";
import { lastTold, onNumbers } from "./edits.js";
import { count, number } from "../shared/format.js";

/**
 * @typedef {import("./drawing.js").DrawingData} DrawingData
 * @typedef {{place: number, name: string, watches: boolean, drawing: DrawingData|null}} PictureData
 * @typedef {{parentElement: HTMLElement, data: PictureData}} Component
 */

const COLUMNS = 240; // the line is thinned to the lowest and highest of this many stretches

/** @type {WeakMap<Element, ReturnType<typeof createPicture>>} */
const pictures = new WeakMap();

/**
 * @param {Component} component
 * @returns {() => void} cleanup
 */
export default function mount(component) {
  const root = component.parentElement.querySelector(".thw-schedule");
  if (!root) return () => {};
  const picture = pictures.get(root) ?? createPicture(/** @type {HTMLElement} */ (root));
  pictures.set(root, picture);
  picture.receive(component.data);
  return () => {
    picture.destroy();
    pictures.delete(root);
  };
}

/** @param {HTMLElement} root */
function createPicture(root) {
  root.innerHTML = `
    <figure class="thw-rate" role="img">
      <div class="thw-rate-plot"><svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
        <path class="thw-rate-area" /><path class="thw-rate-line" />
      </svg></div>
      <span class="thw-rate-top" aria-hidden="true"></span><span class="thw-rate-zero" aria-hidden="true">0</span>
      <span class="thw-rate-from" aria-hidden="true">step 0</span><span class="thw-rate-to" aria-hidden="true"></span>
    </figure>`;
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(`.thw-rate-${name}`));
  const figure = /** @type {HTMLElement} */ (root.querySelector(".thw-rate"));
  /** @type {PictureData|null} */
  let data = null;
  /** @type {ReturnType<typeof createDrawing>|null} */
  let drawing = null;

  /** @param {PictureData} next */
  function receive(next) {
    data = next;
    if (next.drawing) {
      if (!drawing) {
        drawing = createDrawing();
        root.append(drawing.root);
      }
      drawing.receive(next.drawing);
    } else {
      drawing?.root.remove();
      drawing = null;
    }
    figure.hidden = next.drawing !== null;
    draw();
  }

  function draw() {
    const rates = data && lastTold()?.rates[data.place];
    if (!data || !rates?.length || data.drawing) return;
    const top = [...rates].reduce((most, rate) => (rate > most ? rate : most), 0) || 1;
    const line = lineOf(rates, top);
    part("line").setAttribute("d", line);
    part("area").setAttribute("d", `${line}V100H0Z`);
    part("top").textContent = number(top, 3);
    part("to").textContent = `step ${count(rates.length)}`;
    const course = data.watches ? "as the losses had it" : "over the run";
    figure.setAttribute("aria-label", `${data.name}: the learning rate ${course}, from ${number(rates[0])} to ${number(rates[rates.length - 1])}, at most ${number(top)}`);
  }

  const stop = onNumbers((told) => {
    drawing?.follow(told);
    draw();
  });

  return { receive, destroy: stop };
}

/**
 * The rates as a path of stairs, one stair a step, thinned to at most two heights a column.
 * @param {import("../flow/packet.js").Series} rates
 * @param {number} top
 */
function lineOf(rates, top) {
  const stride = Math.max(1, Math.ceil(rates.length / COLUMNS));
  let path = "";
  for (let from = 0; from < rates.length; from += stride) {
    const part = rates.subarray(from, from + stride);
    const heights = stride === 1 ? [part[0]] : [part[0], Math.min(...part), Math.max(...part), part[part.length - 1]];
    const x = (1000 * from) / rates.length;
    for (const height of heights) path += `${path ? "L" : "M"}${x.toFixed(1)},${(100 - (100 * height) / top).toFixed(2)}`;
    path += `H${((1000 * Math.min(from + stride, rates.length)) / rates.length).toFixed(1)}`;
  }
  return path;
}
