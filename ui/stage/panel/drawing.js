// A schedule that is drawn: points that mouse, finger and keys can move, add and remove, and numbers for the chosen one.

import { isWaiting, make } from "./edits.js";
import { icon } from "../shared/icons.js";
import { numberText, readNumber } from "./number_text.js";

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

/** @type {Object<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const COARSE = 0.02;
const FINE = 0.005;
const GRID = 200; // a dragged point snaps to this many places across, so that links stay short

export function createDrawing() {
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
      <button type="button" data-act="reset" aria-label="Back to the drawing it began with" title="Back to the drawing it began with"></button>
    </div>
    <p class="thw-draw-hint">Click the picture to add a point, drag it to move it. Keys: arrows move, Delete removes.</p>`;
  const part = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  /** @type {HTMLElement} */
  const plot = part(".thw-draw-plot");
  /** @type {HTMLInputElement[]} */
  const boxes = [part("[data-axis='0']"), part("[data-axis='1']")];
  const wrong = part(".thw-draw-wrong");
  /** @type {DrawingData|null} */
  let data = null;
  /** @type {Points} */
  let points = [];
  let chosen = 0;
  let top = 1;
  let dragging = false;
  /** @type {HTMLInputElement|null} the box in which something was typed that has not been taken yet */
  let typing = null;
  /** @type {HTMLButtonElement[]} */
  let handles = [];

  part("[data-act=reset]").append(icon("home", 15));
  part("[data-act=reset]").addEventListener("click", () => data && change(data.default, 0, false));
  part("[data-act=add]").addEventListener("click", addInGap);
  part("[data-act=remove]").addEventListener("click", () => remove(chosen));
  plot.addEventListener("click", (event) => !(/** @type {Element} */ (event.target).closest("button")) && addAt(event));
  for (const box of boxes) {
    box.addEventListener("input", () => (typing = box));
    box.addEventListener("change", () => enter(box));
    box.addEventListener("keydown", (event) => {
      event.stopPropagation(); // the player has keys of its own
      if (event.key === "Enter") enter(box);
      if (event.key === "Escape") reject();
    });
  }

  /** @param {DrawingData} next */
  function receive(next) {
    const same = data?.address === next.address;
    data = next;
    if (!same) chosen = 0;
    if (!same || !(dragging || isWaiting(next.address))) points = next.points;
    draw();
  }

  /** @param {import("./edits.js").Told} told */
  function follow(told) {
    if (!data || dragging || isWaiting(data.address) || !(data.address in told.values)) return;
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
    typing = null;
    draw();
    make({ address: data.address, value: points, live });
  }

  /** Move one point, no further than its neighbours. @param {number} place @param {number} t @param {number} factor */
  function moved(place, t, factor) {
    const low = place > 0 ? points[place - 1][0] : 0;
    const high = place < points.length - 1 ? points[place + 1][0] : 1;
    const most = data?.high ?? 1;
    /** @type {[number, number]} */
    const point = [rounded(Math.min(Math.max(t, low), high)), rounded(Math.min(Math.max(factor, 0), most))];
    return /** @type {Points} */ (points.map((old, i) => (i === place ? point : old)));
  }

  /** @param {number} t @param {number} factor */
  function add(t, factor) {
    if (!data || points.length >= data.capacity) return;
    const place = points.findIndex((point) => point[0] > t);
    const at = place < 0 ? points.length : place;
    change([...points.slice(0, at), [rounded(t), rounded(factor)], ...points.slice(at)], at, false);
    handles[at].focus();
  }

  /** @param {MouseEvent} event */
  function addAt(event) {
    const [t, factor] = spotOf(event.clientX, event.clientY);
    add(snapped(t), snapped(factor));
  }

  /** Add a point on the line, in the middle of the widest gap. */
  function addInGap() {
    const ends = [0, ...points.map((point) => point[0]), 1];
    const widths = ends.slice(1).map((end, i) => end - ends[i]);
    const gap = widths.indexOf(Math.max(...widths));
    const t = rounded((ends[gap] + ends[gap + 1]) / 2);
    add(t, heightAt(points, t, data?.stairs ?? false));
  }

  /** @param {number} place */
  function remove(place) {
    if (points.length < 2) return;
    const next = Math.max(0, place - 1);
    change(points.filter((_, i) => i !== place), next, false);
    handles[next].focus();
  }

  /** Show what holds, whatever was typed. */
  function reject() {
    typing = null;
    draw();
  }

  /** @param {HTMLInputElement} box */
  function enter(box) {
    const axis = Number(box.dataset.axis);
    if (box.value.trim() === textOf(axis)) return reject();
    const given = readNumber(box.value);
    const [low, high] = axis ? [0, data?.high ?? 1] : [0, 100];
    if (!(given >= low && given <= high)) {
      box.setAttribute("aria-invalid", "true");
      wrong.textContent = `Give a number in [${low}, ${high}].`;
      wrong.hidden = false;
      return;
    }
    const [t, factor] = points[chosen];
    change(axis ? moved(chosen, t, given) : moved(chosen, given / 100, factor), chosen, false);
  }

  /** What a box shows of the chosen point. @param {number} axis */
  const textOf = (axis) => numberText(axis ? points[chosen][1] : points[chosen][0] * 100, 4);

  /** @param {number} clientX @param {number} clientY @returns {[number, number]} share and factor */
  function spotOf(clientX, clientY) {
    const box = plot.getBoundingClientRect();
    const within = (/** @type {number} */ share) => Math.min(Math.max(share, 0), 1);
    return [within((clientX - box.left) / box.width), top * within((box.bottom - clientY) / box.height)];
  }

  function createHandle() {
    const handle = document.createElement("button");
    handle.type = "button";
    handle.className = "thw-draw-point";
    const place = () => handles.indexOf(handle);
    handle.addEventListener("focus", () => {
      chosen = place();
      draw();
    });
    handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      handle.setPointerCapture(event.pointerId);
      handle.focus();
      event.preventDefault();
      dragging = true;
    });
    handle.addEventListener("pointermove", (event) => {
      if (!dragging || !handle.hasPointerCapture(event.pointerId)) return;
      const [t, factor] = spotOf(event.clientX, event.clientY);
      const next = moved(place(), snapped(t), snapped(factor));
      if (JSON.stringify(next) !== JSON.stringify(points)) change(next, place(), true);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      handle.addEventListener(end, () => {
        dragging = false;
        draw();
      });
    }
    handle.addEventListener("keydown", (event) => key(event, place()));
    return handle;
  }

  /** @param {KeyboardEvent} event @param {number} place */
  function key(event, place) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = KEYS[event.key];
    const removes = event.key === "Delete" || event.key === "Backspace";
    if (!way && !removes) return;
    event.preventDefault();
    event.stopPropagation();
    if (removes) remove(place);
    else {
      const size = event.shiftKey ? FINE : COARSE;
      change(moved(place, points[place][0] + way[0] * size, points[place][1] + way[1] * size), place, true);
    }
  }

  function draw() {
    if (!data) return;
    chosen = Math.min(chosen, points.length - 1);
    if (!dragging) top = Math.max(...points.map((point) => point[1])) > 1 ? data.high : 1;
    drawLine(data.stairs);
    drawHandles();
    drawWords(data);
  }

  /** @param {boolean} stairs */
  function drawLine(stairs) {
    const y = (/** @type {number} */ factor) => (100 - (100 * factor) / top).toFixed(2);
    let line = `M0,${y(points[0][1])}`;
    for (const [t, factor] of points) line += stairs ? `H${(1000 * t).toFixed(1)}V${y(factor)}` : `L${(1000 * t).toFixed(1)},${y(factor)}`;
    line += "H1000";
    part(".thw-rate-line").setAttribute("d", line);
    part(".thw-rate-area").setAttribute("d", `${line}V100H0Z`);
    part(".thw-draw-grid").setAttribute("d", `M0,${y(top / 2)}H1000M250,0V100M500,0V100M750,0V100`);
    part(".thw-rate-top").textContent = `${top}×`;
  }

  function drawHandles() {
    while (handles.length < points.length) {
      const handle = createHandle();
      handles.push(handle);
      plot.append(handle);
    }
    for (const handle of handles.splice(points.length)) handle.remove();
    handles.forEach((handle, i) => {
      const [t, factor] = points[i];
      handle.style.left = `${100 * t}%`;
      handle.style.top = `${100 - (100 * factor) / top}%`;
      handle.classList.toggle("thw-draw-chosen", i === chosen);
      handle.setAttribute("aria-label", `Point ${i + 1} of ${points.length}: at ${numberText(100 * t, 4)} percent of the run, ${numberText(factor, 4)} times the learning rate`);
    });
  }

  /** @param {DrawingData} now */
  function drawWords(now) {
    const full = points.length >= now.capacity;
    const name = `Point ${chosen + 1} of ${points.length}`;
    plot.setAttribute("aria-label", now.name);
    part(".thw-draw-fields strong").textContent = name;
    if (typing !== document.activeElement) typing = null;
    boxes.forEach((box, axis) => {
      box.setAttribute("aria-label", axis ? `${name}: multiple of the learning rate` : `${name}: percent of the run`);
      if (box === typing) return;
      box.value = textOf(axis);
      box.setAttribute("aria-invalid", "false");
    });
    if (!typing) wrong.hidden = true;
    part("[data-act=add]").disabled = full;
    part("[data-act=add]").title = full ? `${now.capacity} points are the most` : "In the middle of the widest gap";
    part("[data-act=remove]").disabled = points.length < 2;
    part("[data-act=reset]").hidden = JSON.stringify(points) === JSON.stringify(now.default);
  }

  return { root, receive, follow };
}

/** @param {number} value */
const rounded = (value) => Number(value.toFixed(3));

/** @param {number} value */
const snapped = (value) => Math.round(value * GRID) / GRID;

/**
 * The factor that the points give at a share of the run.
 * @param {Points} points
 * @param {number} t
 * @param {boolean} stairs
 */
function heightAt(points, t, stairs) {
  const next = points.findIndex((point) => point[0] > t);
  if (next === 0) return points[0][1];
  if (next < 0) return points[points.length - 1][1];
  const [[from, low], [to, high]] = [points[next - 1], points[next]];
  return stairs ? low : low + ((high - low) * (t - from)) / (to - from);
}
