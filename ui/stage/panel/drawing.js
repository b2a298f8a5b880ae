// A schedule that is drawn: points that mouse, finger and keys can move, add and remove, and numbers for the chosen one.

import { isWaiting, make } from "./edits.js";
import { createPointFields } from "./point_fields.js";
import { createPointHandles } from "./point_handles.js";
import { added, inWidestGap, lineThrough, moved, removed, snapped } from "./points.js";
import { setTip } from "../shared/tips.js";
import { icon } from "../shared/icons.js";
import { number } from "../shared/format.js";

/**
 * @typedef {import("./edits.js").Points} Points
 *
 * @typedef {Object} DrawingData
 * @property {string} address
 * @property {string} name
 * @property {Points} points share of the run and factor of the rate, the shares rising
 * @property {Points} default
 * @property {number} high the largest factor
 * @property {number} capacity the most points
 * @property {boolean} stairs whether a point's factor holds until the next one
 */

export function createDrawing() {
  const root = skeleton();
  const part = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  /** @type {HTMLElement} */
  const plot = part(".thw-draw-plot");
  /** @type {DrawingData|null} */
  let data = null;
  /** @type {Points} */
  let points = [];
  let chosen = 0;
  let top = 1;
  const handles = createPointHandles(plot, {
    onChoose(place) {
      chosen = place;
      draw();
    },
    onDrag(place, clientX, clientY) {
      const next = moved(points, place, snapped(spotOf(clientX, clientY)), high());
      if (JSON.stringify(next) !== JSON.stringify(points)) change(next, place, true);
    },
    onDrop: draw,
    onNudge: (place, t, factor) => change(moved(points, place, [points[place][0] + t, points[place][1] + factor], high()), place, true),
    onRemove: remove,
  });
  const fields = createPointFields(
    { name: part(".thw-draw-fields strong"), boxes: [part("[data-axis='0']"), part("[data-axis='1']")], wrong: part(".thw-draw-wrong") },
    {
      onNumber(axis, value) {
        const [t, factor] = points[chosen];
        change(moved(points, chosen, axis ? [t, value] : [value, factor], high()), chosen, false);
      },
    },
  );
  const high = () => data?.high ?? 1;

  part("[data-act=reset]").append(icon("home", 15));
  setTip(part("[data-act=reset]"), "Back to the drawing it began with");
  part("[data-act=reset]").addEventListener("click", () => data && change(data.default, 0, false));
  part("[data-act=add]").addEventListener("click", () => add(inWidestGap(points, data?.stairs ?? false)));
  part("[data-act=remove]").addEventListener("click", () => remove(chosen));
  plot.addEventListener("click", (event) => {
    if (!(/** @type {Element} */ (event.target).closest("button"))) add(snapped(spotOf(event.clientX, event.clientY)));
  });

  /** @param {DrawingData} next */
  function receive(next) {
    const same = data?.address === next.address;
    data = next;
    if (!same) chosen = 0;
    if (!same || !(handles.dragging || isWaiting(next.address))) points = next.points;
    draw();
  }

  /** @param {import("./edits.js").Told} told */
  function follow(told) {
    if (!data || handles.dragging || isWaiting(data.address) || !(data.address in told.values)) return;
    const next = told.values[data.address];
    if (JSON.stringify(next) === JSON.stringify(points)) return;
    points = next;
    draw();
  }

  /**
   * Show other points and send them to the stage.
   * @param {Points} next
   * @param {number} place of the chosen one
   * @param {boolean} live
   */
  function change(next, place, live) {
    if (!data) return;
    points = next;
    chosen = place;
    fields.forget();
    draw();
    make({ address: data.address, value: points, live });
  }

  /** @param {[number, number]} point */
  function add(point) {
    if (!data || points.length >= data.capacity) return;
    const { points: next, place } = added(points, point);
    change(next, place, false);
    handles.focus(place);
  }

  /** @param {number} which */
  function remove(which) {
    if (points.length < 2) return;
    const { points: next, place } = removed(points, which);
    change(next, place, false);
    handles.focus(place);
  }

  /** @param {number} clientX @param {number} clientY @returns {[number, number]} share and factor */
  function spotOf(clientX, clientY) {
    const box = plot.getBoundingClientRect();
    const within = (/** @type {number} */ share) => Math.min(Math.max(share, 0), 1);
    return [within((clientX - box.left) / box.width), top * within((box.bottom - clientY) / box.height)];
  }

  function draw() {
    if (!data) return;
    chosen = Math.min(chosen, points.length - 1);
    if (!handles.dragging) top = Math.max(...points.map((point) => point[1])) > 1 ? data.high : 1;
    drawLine(data.stairs);
    handles.draw(points, top, chosen);
    plot.setAttribute("aria-label", data.name);
    fields.show(points[chosen], `Point ${chosen + 1} of ${points.length}`, data.high);
    drawActions(data);
  }

  /** @param {boolean} stairs */
  function drawLine(stairs) {
    const line = lineThrough(points, top, stairs);
    part(".thw-rate-line").setAttribute("d", line);
    part(".thw-rate-area").setAttribute("d", `${line}V100H0Z`);
    part(".thw-draw-grid").setAttribute("d", "M0,50H1000M250,0V100M500,0V100M750,0V100");
    part(".thw-rate-top").textContent = `${number(top)}×`;
  }

  /** @param {DrawingData} now */
  function drawActions(now) {
    const full = points.length >= now.capacity;
    part("[data-act=add]").disabled = full;
    setTip(part("[data-act=add]"), full ? `${now.capacity} points are the most` : "In the middle of the widest gap");
    part("[data-act=remove]").disabled = points.length < 2;
    part("[data-act=reset]").hidden = JSON.stringify(points) === JSON.stringify(now.default);
  }

  return { root, receive, follow };
}

function skeleton() {
  const root = document.createElement("div");
  root.className = "thw-drawing";
  root.innerHTML = `
    <div class="thw-draw-frame">
      <div class="thw-draw-plot" role="group">
        <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
          <path class="thw-draw-grid" /><path class="thw-rate-area" /><path class="thw-rate-line" />
        </svg>
      </div>
      <span class="thw-rate-top" aria-hidden="true"></span><span class="thw-rate-zero" aria-hidden="true">0</span>
      <span class="thw-rate-from" aria-hidden="true">start</span><span class="thw-rate-to" aria-hidden="true">end of the run</span>
    </div>
    <div class="thw-draw-fields">
      <strong></strong>
      <label>At <input type="text" inputmode="decimal" autocomplete="off" data-axis="0" /> %</label>
      <label>Rate × <input type="text" inputmode="decimal" autocomplete="off" data-axis="1" /></label>
    </div>
    <p class="thw-draw-wrong" role="alert" hidden></p>
    <div class="thw-draw-actions">
      <button type="button" data-act="add">Add point</button>
      <button type="button" data-act="remove">Remove point</button>
      <button type="button" data-act="reset" aria-label="Back to the drawing it began with"></button>
    </div>
    <p class="thw-draw-hint">${window.matchMedia("(pointer: coarse)").matches ? "Tap" : "Click"} the picture to add a point, drag it to move it. Keys: arrows move, Delete removes.</p>`;
  return root;
}
