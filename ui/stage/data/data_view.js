// The data view: the rows that are learnt from, every run's fit at the player's step, and a hand that changes the rows.

import { createDataBar } from "./data_bar.js";
import { nearestTo } from "./data_axes.js";
import { createDataEdits } from "./data_edits.js";
import { createFigure } from "./data_figure.js";
import { createHand } from "./data_hand.js";
import { sayPrediction } from "./data_hover.js";
import { showDataKey } from "./data_key.js";
import { viewOf } from "./data_layout.js";
import { dataDescribed } from "./data_words.js";
import { isClass, shownRows, windowOf } from "./rows.js";
import { elementsOf } from "../shared/elements.js";
import { onNames } from "../shared/names.js";
import { sizeOf } from "../shared/plot_style.js";

/**
 * @typedef {import("./data_axes.js").Pair} Pair
 * @typedef {import("./data_layout.js").State} State
 * @typedef {import("../flow/picture.js").Picture} Picture
 *
 * @typedef {Pick<import("./data_edits.js").EditsHost, "onEdits"|"unanswered"|"onGesture"> & Tooltip} DataHost
 * @typedef {{tooltip: Pick<ReturnType<typeof import("../shared/tooltip.js").createTooltip>, "table"|"hide">}} Tooltip
 */

const KEYS = "On a point, arrows move it, Page Up and Page Down go to another, Enter leaves it out, Delete takes it away.";
const [REACH, REACH_FINGER] = [14, 24]; // px from a pointer to a row

/** @param {import("./data_axes.js").Box} box @returns {Pair} */
const middleOf = ({ left, top, width, height }) => [left + width / 2, top + height / 2];

/**
 * @param {HTMLElement} root the stage
 * @param {DataHost} host
 */
export function createDataView(root, { tooltip, ...host }) {
  const { find, byId } = elementsOf(root);
  const [panel, body, note, key] = [byId("stage-data-panel"), find(".thw-data-body"), find(".thw-data-note"), find(".thw-data-key")];
  const figure = createFigure(body);
  /** @type {State} */
  const state = { picture: null, shown: null, window_: null, moment: { time: 0, step: 0, moving: false }, mode: "fit", chosen: -1, adding: false, kind: 1 };
  let size = sizeOf(body); // is not asked for while something moves
  /** @type {import("./data_figure.js").View|null} the one drawn last */
  let drawn = null;

  const edits = createDataEdits(state, {
    ...host, axes: () => drawn?.axes ?? null, redraw: renew, focus: figure.focus,
    focused: () => figure.svg.contains(document.activeElement),
    say(sentence) {
      Object.assign(note, { textContent: sentence, hidden: !sentence });
      note.dataset.of = state.picture?.packet.query ?? "";
    },
  });

  /** Draw all anew, after a change of what is looked at. @param {Partial<State>} [change] */
  function set(change) {
    Object.assign(state, change);
    drawn = viewOf(state, size);
    if (state.shown) bar.show(state.shown, state); // also where there is no room yet, as behind the map on a phone
    if (!drawn || !state.shown) return;
    figure.draw(drawn);
    showDataKey(key, drawn);
    Object.assign(figure.svg.dataset, { mode: state.mode, count: String(state.shown.rows.length) });
  }

  const bar = createDataBar(root, {
    onMode: (mode) => set({ mode, adding: false }),
    onAdd(byKey) {
      const full = !state.shown || state.shown.rows.length >= state.shown.told.most;
      if (full || !drawn || state.mode !== "fit") return;
      if (byKey) edits.add(middleOf(drawn.axes.box), false);
      else set({ adding: !state.adding });
    },
    onClass: (kind) => set({ kind }),
    onFlag: () => edits.flag(state.chosen),
    onTurn: () => edits.turn(state.chosen),
    onRemove: () => edits.remove(state.chosen),
    onReset: edits.reset,
  });

  const hand = createHand(figure.svg, {
    at: (pixel, finger) => nearestTo(drawn?.places.map((place) => drawn?.axes.pixel(place) ?? null) ?? [], pixel, finger ? REACH_FINGER : REACH),
    rowOf: figure.rowOf,
    adding: () => state.adding,
    grab(chosen) {
      host.onGesture();
      tooltip.hide();
      set({ chosen });
      figure.focus(chosen);
      return edits.movable() && !edits.waits();
    },
    onCarry: edits.carry,
    onNudge(chosen, way, size) {
      set({ chosen });
      edits.nudge(chosen, way, size);
    },
    onClick: edits.flag,
    onRemove: edits.remove,
    onWalk(place, by) {
      const last = (state.shown?.rows.length ?? 1) - 1;
      set({ chosen: { next: Math.min(place + 1, last), previous: Math.max(place - 1, 0), first: 0, last }[by] });
      figure.focus(state.chosen);
    },
    onSpot: (pixel, event) => edits.add(pixel, event.shiftKey),
    onHover(event, pixel, place) {
      figure.svg.style.cursor = state.adding ? "copy" : place < 0 ? "crosshair" : edits.movable() ? "grab" : "pointer";
      if (drawn && !hand.holding) sayPrediction(tooltip, drawn, event, pixel, place);
    },
    onLeave: tooltip.hide,
  });

  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !state.adding) return;
    event.stopPropagation(); // it leaves more than that elsewhere
    set({ adding: false });
  });

  /** The rows of the newest picture, with what the hand did since. */
  function renew() {
    const told = state.picture?.packet.data;
    if (!told) return;
    const unanswered = host.unanswered();
    for (const address of edits.pending.keys()) if (!unanswered.has(address) && hand.carrying < 0) edits.pending.delete(address);
    const shown = shownRows(told, edits.pending);
    if (!isClass(told) && state.mode === "confusion") state.mode = "fit";
    set({ shown, chosen: Math.min(state.chosen, shown.rows.length - 1), window_: hand.holding && state.window_ ? state.window_ : windowOf(told) });
  }

  /** @param {Picture} picture */
  function take(picture) {
    const before = state.picture?.packet.data?.model;
    state.picture = picture;
    if (picture.packet.data?.model !== before) Object.assign(state, { shown: null, chosen: -1, adding: false });
    renew();
  }

  const stop = onNames(() => set());

  return {
    /** @param {Picture} picture */
    show(picture) {
      panel.hidden = picture.packet.data === null;
      if (note.dataset.of !== picture.packet.query) note.hidden = true; // it was said of another picture
      size = sizeOf(body);
      take(picture);
      figure.svg.setAttribute("aria-label", `Data. ${dataDescribed(picture)} ${KEYS}`);
      edits.proceed();
    },
    sketch: take,
    /** @param {import("../flow/picture.js").Moment} moment */
    draw(moment) {
      state.moment = moment;
      drawn = viewOf(state, size);
      if (drawn) figure.move(drawn);
    },
    resize() {
      size = sizeOf(body);
      set();
    },
    /** Where a row, or a place of the axes, is in the window's pixels. @param {number|Pair} what */
    project(what) {
      const place = typeof what === "number" ? drawn?.places[what] : what;
      const box = figure.svg.getBoundingClientRect();
      const pixel = place && drawn?.axes.pixel(place);
      return pixel ? [box.left + pixel[0], box.top + pixel[1]] : null;
    },
    get rows() {
      return state.shown?.rows ?? null;
    },
    destroy: stop,
  };
}
