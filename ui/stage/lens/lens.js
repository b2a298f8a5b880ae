// The curvature lens: where it is held, by mouse, finger or keys, and what is shown of that point.

import { createLensPanel, lensInWords } from "./lens_panel.js";
import { createLensPicture } from "./lens_picture.js";
import { createLensRequests, lensUrl } from "./lens_requests.js";
import { TYPING } from "../time/player_bar.js";

/**
 * @typedef {import("./lens_shapes.js").LensAnswer} LensAnswer
 * @typedef {[number, number]} Point
 *
 * @typedef {Object} LensParts
 * @property {HTMLElement} toggle
 * @property {HTMLElement} handle what the keys move; it takes no pointer
 * @property {HTMLElement} panel the numbers
 * @property {HTMLElement} map the map's panel
 * @property {HTMLElement} root the stage
 *
 * @typedef {Object} LensHost
 * @property {(x: number, y: number) => Point|null} place data to pixels within the map's element
 * @property {(clientX: number, clientY: number) => Point|null} unproject
 * @property {() => Array<[number, number]>} ranges of the visible axes
 * @property {() => import("../shared/plotly_internals.js").Frame|null} frame
 * @property {() => Point[]} marks the points that are marked on the map
 * @property {() => string} surface its address
 * @property {() => Point|null} home where the lens is held first
 * @property {() => {runs: import("../flow/packet.js").Run[], colors: string[], step: number}} runs
 * @property {() => void} onSwitch
 */

/** @type {Object<string, Point>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const COARSE = 1 / 50;
const FINE = 1 / 500;
const CATCH = 7; // px: so near a marked point the lens lies on it

/**
 * @param {LensParts} parts
 * @param {LensHost} host
 */
export function createLens({ toggle, handle, panel, map, root }, host) {
  const picture = createLensPicture(map);
  const words = createLensPanel(panel);
  const requests = createLensRequests({ onAnswer: show, onFailure: () => words.complain("The numbers could not be fetched.") });
  let on = false;
  /** @type {Point|null} */
  let point = null;
  /** @type {LensAnswer|null} */
  let answer = null;

  /** @param {LensAnswer} next */
  function show(next) {
    if (!on) return;
    answer = next;
    handle.setAttribute("aria-valuetext", lensInWords(next));
    panel.dataset.point = next.point.join(" ");
    draw();
    tell();
  }

  function draw() {
    picture.draw(on ? answer : null, host.frame());
    const spot = on && point ? host.place(...point) : null;
    handle.hidden = !spot;
    if (spot) handle.style.transform = `translate(${spot[0]}px, ${spot[1]}px)`;
  }

  function tell() {
    if (!on) return;
    const { runs, colors, step } = host.runs();
    words.show(answer, runs, colors, step);
  }

  /** @param {Point} next */
  function lookAt(next) {
    const spot = caught(next);
    if (point && spot[0] === point[0] && spot[1] === point[1] && answer) return;
    point = spot;
    handle.setAttribute("aria-valuenow", String(point[0]));
    draw();
    requests.ask(lensUrl(host.surface(), point));
  }

  /** The point itself, or the marked one that it is all but on. @param {Point} from */
  function caught(from) {
    const spot = host.place(...from);
    let [best, nearest] = [from, CATCH];
    for (const mark of spot ? host.marks() : []) {
      const other = host.place(...mark);
      const distance = other && spot ? Math.hypot(other[0] - spot[0], other[1] - spot[1]) : Infinity;
      if (distance < nearest) [best, nearest] = [mark, distance];
    }
    return best;
  }

  /** @param {boolean} next */
  function setOn(next) {
    if (on === next) return;
    on = next;
    toggle.setAttribute("aria-pressed", String(on));
    panel.hidden = !on;
    root.dataset.lens = String(on);
    host.onSwitch();
    if (on && !point) lookAt(host.home() ?? middle());
    else if (on) again();
    draw();
    tell();
  }

  /** @returns {Point} */
  function middle() {
    const [[x0, x1], [y0, y1]] = host.ranges();
    return [(x0 + x1) / 2, (y0 + y1) / 2];
  }

  /** The same point on another surface. */
  function again() {
    if (on && point) requests.ask(lensUrl(host.surface(), point));
  }

  /** @param {number} clientX @param {number} clientY */
  function at(clientX, clientY) {
    const spot = host.unproject(clientX, clientY);
    const [x, y] = host.ranges();
    if (!on || !spot || !(spot[0] >= x[0] && spot[0] <= x[1] && spot[1] >= y[0] && spot[1] <= y[1])) return;
    lookAt(spot);
  }

  /** @param {KeyboardEvent} event */
  function nudge(event) {
    if (event.key === "Escape") {
      setOn(false);
      toggle.focus({ preventScroll: true });
      return;
    }
    const way = KEYS[event.key];
    if (!way || !point || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [x, y] = host.ranges();
    const share = event.shiftKey ? FINE : COARSE;
    const move = (/** @type {0|1} */ i, /** @type {[number, number]} */ range) =>
      Math.max(range[0], Math.min(range[1], /** @type {Point} */ (point)[i] + way[i] * (range[1] - range[0]) * share));
    lookAt([move(0, x), move(1, y)]);
  }

  /** @param {boolean} byKeys */
  function flip(byKeys) {
    setOn(!on);
    if (on && byKeys) handle.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const target = event.target instanceof Element ? event.target : document.body;
    const ours = target === document.body || root.contains(target);
    if (!ours || event.key !== "c" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.matches(TYPING)) return;
    event.preventDefault();
    flip(true);
  }

  toggle.addEventListener("click", (event) => flip(event.detail === 0));
  handle.addEventListener("keydown", nudge);
  map.addEventListener("pointermove", (event) => event.pointerType === "mouse" && !event.buttons && at(event.clientX, event.clientY));
  document.addEventListener("keydown", onKey);

  return {
    lookAt,
    draw,
    tell,
    again,
    get on() {
      return on;
    },
    get answer() {
      return on ? answer : null;
    },
    destroy() {
      requests.end();
      picture.destroy();
      document.removeEventListener("keydown", onKey);
    },
  };
}
