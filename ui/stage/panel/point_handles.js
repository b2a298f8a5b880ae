// The points of a drawing as buttons over it, which mouse, finger and keys can move.

import { number } from "../shared/format.js";

/**
 * @typedef {import("./edits.js").Points} Points
 *
 * @typedef {Object} HandleEvents
 * @property {(place: number) => void} onChoose
 * @property {(place: number, clientX: number, clientY: number) => void} onDrag
 * @property {() => void} onDrop
 * @property {(place: number, t: number, factor: number) => void} onNudge by how much
 * @property {(place: number) => void} onRemove
 */

/** @type {Object<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const COARSE = 0.02;
const FINE = 0.005;

/**
 * @param {HTMLElement} plot
 * @param {HandleEvents} events
 */
export function createPointHandles(plot, events) {
  /** @type {HTMLButtonElement[]} */
  let handles = [];
  let dragging = false;

  function createHandle() {
    const handle = document.createElement("button");
    handle.type = "button";
    handle.className = "thw-draw-point";
    const place = () => handles.indexOf(handle);
    handle.addEventListener("focus", () => events.onChoose(place()));
    handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      handle.setPointerCapture(event.pointerId);
      handle.focus();
      event.preventDefault();
      dragging = true;
    });
    handle.addEventListener("pointermove", (event) => {
      if (dragging && handle.hasPointerCapture(event.pointerId)) events.onDrag(place(), event.clientX, event.clientY);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      handle.addEventListener(end, () => {
        dragging = false;
        events.onDrop();
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
    const size = event.shiftKey ? FINE : COARSE;
    if (removes) events.onRemove(place);
    else events.onNudge(place, way[0] * size, way[1] * size);
  }

  return {
    /**
     * @param {Points} points
     * @param {number} top the factor at the upper edge
     * @param {number} chosen
     */
    draw(points, top, chosen) {
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
        handle.setAttribute("aria-label", `Point ${i + 1} of ${points.length}: at ${number(100 * t)} percent of the run, ${number(factor)} times the learning rate`);
      });
    },
    /** @param {number} place */
    focus: (place) => handles[place].focus(),
    get dragging() {
      return dragging;
    },
  };
}
