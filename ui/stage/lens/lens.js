// The curvature lens: where it is held, by mouse, finger or keys, and what is shown of that point.

import { createLensPanel, lensInWords } from "./lens_panel.js";
import { createLensPicture } from "./lens_picture.js";
import { createLensRequests, lensUrl } from "./lens_requests.js";
import { groundOf } from "../flow/picture.js";
import { markedPoints } from "../flow/surface.js";
import { createBar } from "../shared/barred.js";
import { TYPING } from "../shared/typing.js";

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
 * @property {() => Point|null} home where the lens is held first
 * @property {() => void} onSwitch
 */

/** @type {Object<string, Point>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const COARSE = 1 / 50;
const FINE = 1 / 500;
const BARRED = "The lens is for surfaces of two weights: here the map is a plane through many.";
const CATCH = 7; // px: so near a marked point the lens lies on it

/**
 * @param {LensParts} parts
 * @param {LensHost} host
 */
export function createLens({ toggle, handle, panel, map, root }, host) {
  const drawing = createLensPicture(map);
  const words = createLensPanel(panel);
  const requests = createLensRequests({ onAnswer: take, onFailure: () => words.complain("The numbers could not be fetched.") });
  const bar = createBar(toggle);
  let on = false;
  /** @type {import("../flow/picture.js").Picture|null} */
  let picture = null;
  let step = 0;
  /** @type {Point|null} */
  let point = null;
  /** @type {LensAnswer|null} */
  let answer = null;

  /** @param {LensAnswer} next */
  function take(next) {
    if (!on) return;
    answer = next;
    handle.setAttribute("aria-valuetext", lensInWords(next));
    panel.dataset.point = next.point.join(" ");
    follow();
    tell();
  }

  /** Stay at the point, whatever axes the map has. */
  function follow() {
    drawing.draw(on ? answer : null, host.frame());
    const spot = on && point ? host.place(...point) : null;
    handle.hidden = !spot;
    if (spot) handle.style.transform = `translate(${spot[0]}px, ${spot[1]}px)`;
  }

  function tell() {
    if (on) words.show(answer, picture?.scene.runs ?? [], picture?.scene.colors ?? [], step);
  }

  /** @param {Point} next */
  function lookAt(next) {
    const spot = caught(next, picture ? markedPoints(picture.surface) : [], host.place);
    if (point && spot[0] === point[0] && spot[1] === point[1] && answer) return;
    point = spot;
    handle.setAttribute("aria-valuenow", String(point[0]));
    follow();
    again();
  }

  /** @param {boolean} next */
  function setOn(next) {
    if (on === next || (next && picture?.packet.plane)) return;
    on = next;
    toggle.setAttribute("aria-pressed", String(on));
    panel.hidden = !on;
    root.dataset.lens = String(on);
    host.onSwitch();
    if (on && !point) lookAt(host.home() ?? middle());
    else if (on) again();
    follow();
    tell();
  }

  /** @returns {Point} */
  function middle() {
    const [[x0, x1], [y0, y1]] = host.ranges();
    return [(x0 + x1) / 2, (y0 + y1) / 2];
  }

  /** Ask for the point, on the surface that is shown. */
  function again() {
    if (on && point) requests.ask(lensUrl(picture ? groundOf(picture) : "", point));
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
    follow,
    /** @param {import("../flow/picture.js").Picture} next */
    show(next) {
      const other = picture?.surface !== next.surface;
      picture = next;
      bar(next.packet.plane ? BARRED : "");
      if (next.packet.plane) setOn(false);
      if (other) again();
    },
    /** @param {import("../flow/picture.js").Moment} moment */
    draw(moment) {
      step = moment.step;
      tell();
    },
    get on() {
      return on;
    },
    get answer() {
      return on ? answer : null;
    },
    destroy() {
      requests.end();
      drawing.destroy();
      document.removeEventListener("keydown", onKey);
    },
  };
}

/**
 * The point itself, or the marked one that it is all but on.
 * @param {Point} from
 * @param {Point[]} marks
 * @param {(x: number, y: number) => Point|null} place data to pixels
 * @returns {Point}
 */
export function caught(from, marks, place) {
  const spot = place(...from);
  let [best, nearest] = [from, CATCH];
  for (const mark of spot ? marks : []) {
    const other = place(...mark);
    const distance = other && spot ? Math.hypot(other[0] - spot[0], other[1] - spot[1]) : Infinity;
    if (distance < nearest) [best, nearest] = [mark, distance];
  }
  return best;
}
