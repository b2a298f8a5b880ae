// A hand on a map: drags pan, wheel and pinch zoom, a click or a tap opens; and the keys that do the same.

import { zoomedAt } from "./views.js";

/**
 * @typedef {import("../tiles/tile_lattice.js").Box} Box
 * @typedef {{width: number, height: number}} Size px
 *
 * @typedef {Object} HandEvents places within the element, px
 * @property {() => Box} seen
 * @property {(next: Box) => void} onMove what is seen changes
 * @property {(x: number, y: number, event: PointerEvent) => void} onPoint a pointer that carries nothing is there
 * @property {(x: number, y: number, byFinger: boolean, event: PointerEvent) => void} onTap
 * @property {() => void} onLeave
 * @property {(across: number, up: number, far: boolean) => void} onArrow
 * @property {() => void} onEnter
 * @property {(factor: number) => void} onZoom by keys
 * @property {() => void} onReset
 */

const STILL = 5; // px that a pointer may slip during a click
const WHEEL = 0.0016; // of a factor a px of wheel
const LINE = 16; // px of a wheel's line
const [KEY_ZOOM] = [1.5];
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * @param {HTMLElement} element over the map's picture, exactly
 * @param {HandEvents} events
 */
export function watchHand(element, events) {
  /** @type {Map<number, {x: number, y: number}>} pointers that are down */
  const down = new Map();
  /** @type {{x: number, y: number}|null} where the one that may become a click went down */
  let pressed = null;
  /** @type {Box} as it was when the pointers that are down were put there */
  let before = events.seen();
  /** @type {{x: number, y: number, spread: number}} of these pointers */
  let origin = { x: 0, y: 0, spread: 0 };

  /** @param {PointerEvent|WheelEvent} event */
  function at(event) {
    const box = element.getBoundingClientRect();
    const scale = box.width / (element.offsetWidth || 1) || 1; // a stage that is read from afar is drawn larger
    return { x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale };
  }

  const size = () => ({ width: element.offsetWidth, height: element.offsetHeight });

  /** The middle of the pointers, and how far they are apart. */
  function grip() {
    const all = [...down.values()];
    const [x, y] = [all.reduce((sum, one) => sum + one.x, 0) / all.length, all.reduce((sum, one) => sum + one.y, 0) / all.length];
    return { x, y, spread: all.length > 1 ? Math.hypot(all[0].x - all[1].x, all[0].y - all[1].y) : 0 };
  }

  function hold() {
    before = events.seen();
    origin = down.size ? grip() : origin;
  }

  /** @param {PointerEvent} event */
  function press(event) {
    if (event.button !== 0) return;
    element.focus({ preventScroll: true });
    down.set(event.pointerId, at(event));
    pressed = down.size === 1 ? at(event) : null;
    hold();
  }

  /** @param {PointerEvent} event */
  function move(event) {
    const spot = at(event);
    if (!down.has(event.pointerId)) {
      if (event.pointerType === "mouse") events.onPoint(spot.x, spot.y, event);
      return;
    }
    down.set(event.pointerId, spot);
    if (pressed && Math.hypot(spot.x - pressed.x, spot.y - pressed.y) <= STILL) return;
    if (pressed) {
      pressed = null;
      element.setPointerCapture(event.pointerId);
      element.dataset.held = "true";
      events.onLeave();
    }
    const now = grip();
    const factor = now.spread && origin.spread ? now.spread / origin.spread : 1;
    events.onMove(zoomedAt(before, size(), origin, factor, now));
  }

  /** @param {PointerEvent} event */
  function release(event) {
    if (!down.delete(event.pointerId)) return;
    delete element.dataset.held;
    if (pressed && event.type === "pointerup") events.onTap(pressed.x, pressed.y, event.pointerType !== "mouse", event);
    pressed = null;
    hold();
  }

  /** @param {WheelEvent} event */
  function roll(event) {
    event.preventDefault();
    const spot = at(event);
    const pixels = event.deltaMode === 0 ? event.deltaY : event.deltaY * LINE;
    events.onMove(zoomedAt(events.seen(), size(), spot, Math.exp(-WHEEL * Math.max(-400, Math.min(400, pixels))), spot));
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) events.onArrow(arrow[0], arrow[1], !event.shiftKey);
    else if (event.key === "Enter") events.onEnter();
    else if (event.key === "+" || event.key === "=") events.onZoom(KEY_ZOOM);
    else if (event.key === "-") events.onZoom(1 / KEY_ZOOM);
    else if (event.key === "0" || event.key === "Home") events.onReset();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  element.addEventListener("pointerdown", press);
  element.addEventListener("pointermove", move);
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, (event) => release(/** @type {PointerEvent} */ (event)));
  element.addEventListener("pointerleave", () => !down.size && events.onLeave());
  element.addEventListener("wheel", roll, { passive: false });
  element.addEventListener("keydown", onKey);
}
