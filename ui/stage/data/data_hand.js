// Rows under mouse, finger and keys: a press that moves carries a row, one that does not is a click on it.

/**
 * @typedef {[number, number]} Pair px within the plot
 *
 * @typedef {Object} HandHost
 * @property {(pixel: Pair, byFinger: boolean) => number} at which row is there; -1: none
 * @property {(target: EventTarget|null) => number} rowOf an element; -1: none
 * @property {(place: number) => boolean} grab a row is taken up; false where it cannot be moved
 * @property {(place: number, pixel: Pair, live: boolean) => void} onCarry
 * @property {(place: number, way: Pair, size: "plain"|"coarse"|"fine") => void} onNudge by a key
 * @property {(place: number) => void} onClick on a row
 * @property {(place: number) => void} onRemove
 * @property {(place: number, by: "next"|"previous"|"first"|"last") => void} onWalk
 * @property {(pixel: Pair, event: MouseEvent) => void} onSpot a click beside all rows, while one is to be added there, or a double click
 * @property {() => boolean} adding whether one is to be added
 * @property {(event: PointerEvent, pixel: Pair, place: number) => void} onHover
 * @property {() => void} onLeave
 */

/** @type {Record<string, Pair>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
/** @type {Record<string, "next"|"previous"|"first"|"last">} */
const WALKS = { PageDown: "next", PageUp: "previous", Home: "first", End: "last" };
const DOUBLE = 400; // ms
const [STILL, STILL_FINGER] = [4, 8]; // px that a pointer may slip during a click

/**
 * @param {SVGSVGElement} svg
 * @param {HandHost} host
 */
export function createHand(svg, host) {
  /** @type {{id: number, place: number, from: Pair, last: Pair, carries: boolean, still: number}|null} last: where it was seen */
  let held = null;
  let carried = false;
  let spotted = -DOUBLE; // when a row was added: a second press there is none on it
  /** @type {DOMRect|null} where the plot stands, which is not asked for while a row is carried */
  let home = null;

  /** @param {MouseEvent} event @returns {Pair} */
  function pixelOf({ clientX, clientY }) {
    const box = held && home ? home : (home = svg.getBoundingClientRect());
    return [clientX - box.left, clientY - box.top];
  }

  /** @param {PointerEvent} event */
  function press(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    const finger = event.pointerType !== "mouse";
    const pixel = pixelOf(event);
    if (host.adding()) {
      event.preventDefault();
      spotted = event.timeStamp;
      host.onSpot(pixel, event);
      return;
    }
    const place = host.at(pixel, finger);
    if (place < 0) {
      if (finger) host.onHover(event, pixel, -1);
      return;
    }
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    held = { id: event.pointerId, place, from: pixel, last: pixel, carries: host.grab(place), still: finger ? STILL_FINGER : STILL };
    carried = false;
    svg.dataset.held = "true"; // what a hand does until it lets go is one change
  }

  /** @param {PointerEvent} event */
  function move(event) {
    const pixel = pixelOf(event);
    if (!held || event.pointerId !== held.id) {
      host.onHover(event, pixel, host.at(pixel, event.pointerType !== "mouse"));
      return;
    }
    if (!carried && Math.hypot(pixel[0] - held.from[0], pixel[1] - held.from[1]) <= held.still) return;
    if (!held.carries) return;
    carried = true;
    held.last = pixel;
    host.onCarry(held.place, pixel, true);
  }

  /** @param {PointerEvent} event */
  function release(event) {
    if (!held || event.pointerId !== held.id) return;
    const { place, last, from, still } = held;
    const [lets, pixel] = [event.type === "pointerup", pixelOf(event)];
    const clicked = !carried && lets && Math.hypot(pixel[0] - from[0], pixel[1] - from[1]) <= still;
    held = null;
    if (carried) host.onCarry(place, lets ? pixel : last, false);
    else if (clicked && event.timeStamp - spotted > DOUBLE) host.onClick(place);
    carried = false;
    delete svg.dataset.held;
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    const place = host.rowOf(event.target);
    if (place < 0 || event.metaKey || event.altKey) return;
    const removes = event.key === "Delete" || event.key === "Backspace";
    const flags = event.key === "Enter" || event.key === " ";
    const [way, walk] = [WAYS[event.key], WALKS[event.key]];
    if (!way && !walk && !removes && !flags) return;
    if (walk && svg.closest(".thw-present")) return; // a clicker goes along the examples
    event.preventDefault();
    event.stopPropagation();
    if (way) host.onNudge(place, way, event.shiftKey ? "fine" : event.ctrlKey ? "coarse" : "plain");
    else if (walk) host.onWalk(place, walk);
    else if (removes) host.onRemove(place);
    else host.onClick(place);
  }

  /** A finger on a row carries it, and does not move the page. @param {TouchEvent} event */
  function claim(event) {
    const [touch] = event.touches;
    const box = svg.getBoundingClientRect();
    if (event.touches.length === 1 && (host.adding() || host.at([touch.clientX - box.left, touch.clientY - box.top], true) >= 0)) event.preventDefault();
  }

  svg.addEventListener("touchstart", claim, { passive: false });
  svg.addEventListener("pointerdown", press);
  svg.addEventListener("pointermove", move);
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);
  svg.addEventListener("pointerleave", () => host.onLeave());
  svg.addEventListener("keydown", key);
  svg.addEventListener("dblclick", (event) => {
    const pixel = pixelOf(event);
    if (host.at(pixel, false) < 0) host.onSpot(pixel, event);
  });

  return {
    /** The row that is carried; -1: none. */
    get carrying() {
      return held && carried ? held.place : -1;
    },
    get holding() {
      return held !== null;
    },
  };
}
