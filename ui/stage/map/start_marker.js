// The start: a ball on the map that mouse, finger and keys can move; an arrow at the edge where it lies beyond.

import { coordinate } from "../shared/format.js";

/**
 * @typedef {"drag"|"drop"|"key"} StartKind
 *
 * @typedef {Object} StartHost
 * @property {(x: number, y: number) => [number, number]|null} place data to pixels within the map's element
 * @property {(clientX: number, clientY: number) => [number, number]|null} unproject
 * @property {() => Array<[number, number]>} ranges of the visible axes
 * @property {(x: number, y: number, kind: StartKind) => void} onMove
 * @property {(dragging: boolean) => void} onDragging
 * @property {HTMLElement[]} over what lies over the map, and over the ball
 */

/** @type {Object<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const COARSE = 1 / 50;
const FINE = 1 / 500;
const INSET = 15; // px from the edge to the arrow

/**
 * @param {HTMLElement} button
 * @param {StartHost} host
 */
export function createStartMarker(button, host) {
  /** @type {[number, number]} */
  let point = [0, 0];
  let dragging = false;
  let carried = false; // since it was grabbed
  let grabbed = [0, 0]; // where, in the window
  /** @type {[number, number]} */
  let grip = [0, 0]; // from the pointer to the ball's centre, so that it does not jump when grabbed

  function draw() {
    const pixel = host.place(...point);
    if (!pixel) return;
    const [x, y] = host.ranges();
    const seen = point[0] >= x[0] && point[0] <= x[1] && point[1] >= y[0] && point[1] <= y[1];
    const [left, top] = seen ? pixel : atEdge(pixel, x, y);
    button.style.transform = `translate(${left}px, ${top}px)`;
    button.style.visibility = "visible";
    button.classList.toggle("thw-out", !seen);
    button.style.setProperty("--way", `${Math.atan2(pixel[1] - top, pixel[0] - left)}rad`);
    button.title = seen ? "" : `The start lies beyond the edge, at (${coordinate(point[0], x[1] - x[0])}, ${coordinate(point[1], y[1] - y[0])})`;
    describe(x, seen);
  }

  /**
   * The place in sight that is nearest to a pixel beyond it.
   * @param {[number, number]} pixel
   * @param {[number, number]} x the visible range
   * @param {[number, number]} y
   * @returns {[number, number]}
   */
  function atEdge(pixel, x, y) {
    const corners = [host.place(x[0], y[0]) ?? [0, 0], host.place(x[1], y[1]) ?? [0, 0]];
    const within = (/** @type {0|1} */ axis) => {
      const [low, high] = [corners[0][axis], corners[1][axis]].sort((a, b) => a - b);
      return Math.max(low + INSET, Math.min(high - INSET, pixel[axis]));
    };
    const [left, top] = [within(0), within(1)];
    const home = /** @type {HTMLElement} */ (button.parentElement).getBoundingClientRect();
    for (const box of host.over.map((part) => part.getBoundingClientRect())) {
      const [above, below] = [box.top - home.top - INSET, box.bottom - home.top + INSET];
      const aside = left < box.left - home.left - INSET || left > box.right - home.left + INSET || top < above || top > below;
      if (!aside) return [left, (above + below) / 2 < home.height / 2 ? below : above];
    }
    return [left, top];
  }

  /**
   * @param {[number, number]} range
   * @param {boolean} seen
   */
  function describe(range, seen) {
    button.setAttribute("aria-valuemin", String(Math.min(range[0], point[0])));
    button.setAttribute("aria-valuemax", String(Math.max(range[1], point[0])));
    button.setAttribute("aria-valuenow", String(point[0]));
    button.setAttribute("aria-valuetext", `x ${coordinate(point[0], 10)}, y ${coordinate(point[1], 10)}${seen ? "" : ", beyond the edge"}`);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {StartKind} kind
   */
  function move(x, y, kind) {
    const [rx, ry] = host.ranges();
    point = [Math.max(rx[0], Math.min(rx[1], x)), Math.max(ry[0], Math.min(ry[1], y))];
    draw();
    host.onMove(point[0], point[1], kind);
  }

  /**
   * @param {PointerEvent} event
   * @param {StartKind} kind
   */
  function follow(event, kind) {
    const spot = host.unproject(event.clientX + grip[0], event.clientY + grip[1]);
    if (spot) move(spot[0], spot[1], kind);
  }

  /** @param {PointerEvent} event */
  function grab(event) {
    if (event.button !== 0) return;
    const box = button.getBoundingClientRect();
    grip = [box.left + box.width / 2 - event.clientX, box.top + box.height / 2 - event.clientY];
    button.setPointerCapture(event.pointerId);
    button.focus({ preventScroll: true });
    event.preventDefault();
    carried = false;
    grabbed = [event.clientX, event.clientY];
    setDragging(true);
  }

  /** @param {boolean} now */
  function setDragging(now) {
    dragging = now;
    button.classList.toggle("thw-held", now);
    host.onDragging(now);
  }

  /** @param {PointerEvent} event */
  function release(event) {
    if (!dragging) return;
    setDragging(false);
    if (!carried) return;
    if (event.type === "pointerup") follow(event, "drop");
    else host.onMove(point[0], point[1], "drop");
  }

  /** @param {KeyboardEvent} event */
  function nudge(event) {
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [x, y] = host.ranges();
    const share = event.shiftKey ? FINE : COARSE;
    move(point[0] + way[0] * (x[1] - x[0]) * share, point[1] + way[1] * (y[1] - y[0]) * share, "key");
  }

  button.addEventListener("pointerdown", grab);
  button.addEventListener("pointermove", (event) => {
    if (!dragging || (!carried && event.clientX === grabbed[0] && event.clientY === grabbed[1])) return;
    carried = true;
    follow(event, "drag");
  });
  button.addEventListener("pointerup", release);
  button.addEventListener("pointercancel", release);
  button.addEventListener("keydown", nudge);

  return {
    draw,
    /** @param {[number, number]} next */
    set(next) {
      point = [next[0], next[1]];
      draw();
    },
    get dragging() {
      return dragging;
    },
  };
}
