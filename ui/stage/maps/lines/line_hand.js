// The hand on the lines of all runs: what a pointer, a finger or the keyboard means there, and what is said of it.

import { acrossOf, nearestOf, shownOf } from "./line_figure.js";
import { runAt, xOf, yOf } from "./line_marks.js";
import { firstPlace, lineTable, nextPlace, spokenAt } from "./line_words.js";
import { readFrame } from "../../shared/plotly_internals.js";

/**
 * @typedef {{k: number, run: number}} Spot a value and a run, by their places in the comparison; run: −1 where none is meant
 * @typedef {{drawn: import("./line_figure.js").DrawnLine, heights: import("./line_figure.js").Heights}} Shown
 *
 * @typedef {Object} HandEvents
 * @property {Pick<ReturnType<typeof import("../../shared/tooltip.js").createTooltip>, "show"|"table"|"hide">} tooltip
 * @property {() => Shown|null} shown what is drawn
 * @property {() => void} onPoint something else is pointed at
 * @property {(at: Spot) => void} onOpen
 * @property {(sentence: string) => void} onSpeak
 */

const SLIP = 6; // px that a click may move
const NARROW = 520; // px of a chart that the table of all runs would cover

/** @param {HTMLElement} plot @param {HandEvents} events */
export function createLineHand(plot, { tooltip, shown, onPoint, onOpen, onSpeak }) {
  /** @type {Spot|null} what is pointed at */
  let spot = null;
  /** @type {Spot|null} what a finger has chosen: once more opens it */
  let tapped = null;
  /** @type {[number, number]|null} where a button went down */
  let down = null;

  /** What is pointed at, where it is still there. */
  function current() {
    const now = shown();
    const isThere = spot && now && spot.k < now.drawn.line.values.length && (spot.run < 0 || shownOf(now.drawn).includes(spot.run));
    return isThere ? spot : null;
  }

  /** The value and the run under the pointer. @param {PointerEvent} event @returns {Spot|null} */
  function spotAt(event) {
    const [frame, now] = [readFrame(plot), shown()];
    if (!frame || !now) return null;
    const box = plot.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const at = (x - frame.left - frame.x.offset) / frame.x.scale;
    const [from, to] = acrossOf(now.drawn.line);
    if (at < from || at > to) return null;
    const k = nearestOf(now.drawn.line, at);
    return { k, run: runAt(now.drawn, now.heights, frame, k, y) };
  }

  /** @param {Spot|null} next */
  function point(next) {
    if (next?.k === spot?.k && next?.run === spot?.run) return;
    spot = next;
    plot.style.cursor = spot && spot.run >= 0 ? "pointer" : "";
    onPoint();
  }

  /** @param {PointerEvent} event @param {Spot} at @param {string} how what opens it */
  function tip({ clientX, clientY }, { k, run }, how) {
    const drawn = shown()?.drawn;
    if (!drawn) return;
    const { title, heads, rows } = lineTable(drawn, k);
    const name = run < 0 ? "" : drawn.scene.runs[drawn.line.runs[run].place].name;
    tooltip.table(clientX, clientY, title, heads, rows, name ? [{ label: `${how} opens ${name} there`, value: "" }] : []);
  }

  /** The run that a finger has chosen, alone: beside its dot, which stays in sight. @param {PointerEvent} event @param {Spot} at */
  function tipAlone(event, { k, run }) {
    const [frame, now] = [readFrame(plot), shown()];
    if (!frame || !now) return;
    const { title, heads, rows } = lineTable(now.drawn, k);
    const { name, color, values } = rows[shownOf(now.drawn).indexOf(run)];
    const { left, top } = plot.getBoundingClientRect();
    const y = yOf(now.drawn, now.heights, frame, run, k);
    const told = heads.map((label, i) => ({ label, value: values[i] }));
    tooltip.show(left + xOf(now.drawn, frame, now.drawn.line.values[k]), y === null ? event.clientY : top + y, name, [{ label: title, value: "" }, ...told, { label: `Another tap opens ${name} there`, value: "" }], color);
  }

  /** @param {PointerEvent} event */
  function hover(event) {
    if (event.pointerType !== "mouse") return;
    const at = spotAt(event);
    point(at);
    if (at) tip(event, at, "A click");
    else tooltip.hide();
  }

  /** @param {PointerEvent} event @returns {void} */
  function release(event) {
    const from = down;
    down = null;
    if (!from || event.button || Math.hypot(event.clientX - from[0], event.clientY - from[1]) > SLIP) return;
    const at = spotAt(event);
    if (!at) return;
    if (event.pointerType === "mouse" || (tapped?.k === at.k && tapped.run === at.run)) return open(at);
    tapped = at;
    point(at);
    if (at.run >= 0 && plot.clientWidth < NARROW) tipAlone(event, at);
    else tip(event, at, "Another tap");
  }

  /** @param {Spot} at */
  function open(at) {
    leave();
    onOpen(at);
  }

  function leave() {
    tooltip.hide();
    tapped = null;
    point(null);
  }

  /** Where a key leads from what is pointed at; null for a key that has no meaning here. @param {KeyboardEvent} event @param {Shown} now @returns {Spot|null} */
  function moved({ key, shiftKey }, { drawn }) {
    const runs = shownOf(drawn);
    const [here, first] = [current(), { k: firstPlace(drawn.line, runs[0]), run: runs[0] }];
    const at = here && here.run >= 0 ? here : first;
    if (key === "ArrowUp" || key === "ArrowDown") {
      const next = runs[(runs.indexOf(at.run) + (key === "ArrowDown" ? 1 : runs.length - 1)) % runs.length];
      return at === here ? { k: at.k, run: next } : at;
    }
    const next = nextPlace(drawn.line, at.k, key, shiftKey);
    return next === null ? null : at === here ? { k: next, run: at.run } : at;
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    const now = shown();
    if (!now || !shownOf(now.drawn).length || event.ctrlKey || event.metaKey || event.altKey) return;
    const here = current();
    if (event.key === "Enter" && here) open(here);
    else if (event.key === "Escape" && here) leave();
    else {
      const next = moved(event, now);
      if (!next) return;
      point(next);
      onSpeak(`${spokenAt(now.drawn, next.run, next.k)}. Enter opens it.`);
    }
    event.preventDefault();
    event.stopPropagation(); // the player has these keys, too
  }

  plot.addEventListener("pointermove", hover);
  plot.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
  plot.addEventListener("pointerdown", (event) => (down = [event.clientX, event.clientY]));
  plot.addEventListener("pointerup", release);
  plot.addEventListener("keydown", press);
  plot.addEventListener("blur", leave);

  return {
    get spot() {
      return current();
    },
    leave,
  };
}
