// The start: a ball on the map that mouse, finger and keys can move.

/**
 * @typedef {"drag"|"drop"|"key"} StartKind
 *
 * @typedef {Object} StartHost
 * @property {(x: number, y: number) => [number, number]|null} place data to pixels within the map's element
 * @property {(clientX: number, clientY: number) => [number, number]|null} unproject
 * @property {() => Array<[number, number]>} ranges of the visible axes
 * @property {(x: number, y: number, kind: StartKind) => void} onMove
 * @property {(dragging: boolean) => void} onDragging
 */

/** @type {Object<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const COARSE = 1 / 50;
const FINE = 1 / 500;

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
    button.style.transform = `translate(${pixel[0]}px, ${pixel[1]}px)`;
    button.style.visibility = seen || dragging ? "visible" : "hidden";
    describe(x);
  }

  /** @param {[number, number]} range */
  function describe(range) {
    button.setAttribute("aria-valuemin", String(range[0]));
    button.setAttribute("aria-valuemax", String(range[1]));
    button.setAttribute("aria-valuenow", String(point[0]));
    button.setAttribute("aria-valuetext", `x ${point[0].toFixed(2)}, y ${point[1].toFixed(2)}`);
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
