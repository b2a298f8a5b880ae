// The data view: the rows that are learnt from, every run's fit at the player's step, and a hand that changes the rows.

import { createDataBar } from "./data_bar.js";
import { axesOf, nearestTo, roundedTo, roundedUp } from "./data_axes.js";
import { createFigure, roomForFits } from "./data_figure.js";
import { createHand } from "./data_hand.js";
import { showDataKey } from "./data_key.js";
import { dataDescribed, predictionRows, rowLabel, valuesOf } from "./data_words.js";
import { fitsAt, residualsOf, underResiduals } from "./fits.js";
import { batchAt, inputsOf, isClass, placeOf, shownRows, troubleOf } from "./rows.js";
import { elementsOf } from "../shared/elements.js";
import { number } from "../shared/format.js";
import { onNames } from "../shared/names.js";
import { sizeOf, typeOf } from "../shared/plot_style.js";

/**
 * @typedef {import("./data_axes.js").Pair} Pair
 * @typedef {import("../flow/picture.js").Picture} Picture
 * @typedef {Record<string, any>} Edits
 *
 * @typedef {Object} DataHost
 * @property {(edits: Edits, live: boolean) => void} onEdits
 * @property {() => Set<string>} unanswered addresses that no picture knows of yet
 * @property {() => void} onGesture one begins: what was changed before is a change of its own
 * @property {Pick<ReturnType<typeof import("../shared/tooltip.js").createTooltip>, "table"|"hide">} tooltip
 */

const [REACH, REACH_FINGER] = [14, 24]; // px from a pointer to a row
const STEPS = { plain: 1 / 50, coarse: 1 / 10, fine: 1 / 500 }; // of the window, for a key
const RESIDUALS_ROOM = 1.06;
const OURS = /^(data|flagged)\b/;

/**
 * @param {HTMLElement} root the stage
 * @param {DataHost} host
 */
export function createDataView(root, host) {
  const { find, byId } = elementsOf(root);
  const [panel, body, note] = [byId("stage-data-panel"), find(".thw-data-body"), find(".thw-data-note")];
  const figure = createFigure(body);
  /** @type {Picture|null} */
  let picture = null;
  /** @type {import("./rows.js").Shown|null} */
  let shown = null;
  /** @type {[Pair, Pair]|null} of the axes, which stand while a row is carried */
  let window_ = null;
  /** @type {import("../flow/picture.js").Moment} */
  let moment = { time: 0, step: 0, moving: false };
  /** @type {Map<string, any>} what a hand has done, until a picture knows of it */
  const pending = new Map();
  /** @type {Array<() => void>} what waits for a picture, because it counts the rows anew */
  let later = [];
  /** @type {import("./data_figure.js").Mode} */
  let mode = "fit";
  let [chosen, adding] = [-1, false];
  /** @type {0|1} */
  let kind = 1;

  const bar = createDataBar(root, {
    onMode(next) {
      mode = next;
      adding = false;
      all();
    },
    onAdd() {
      if (!shown || shown.rows.length >= shown.told.most || mode !== "fit") return;
      adding = !adding;
      all();
    },
    onClass(to) {
      kind = to;
      all();
    },
    onFlag: () => flag(chosen),
    onTurn: () => turn(chosen),
    onRemove: () => remove(chosen),
    onReset: () => whenTold(() => ask({ data: null }, false)),
  });
  const hand = createHand(figure.svg, {
    at: (pixel, finger) => nearestTo(view()?.places.map((place) => axes()?.pixel(place) ?? null) ?? [], pixel, finger ? REACH_FINGER : REACH),
    rowOf: figure.rowOf,
    adding: () => adding,
    grab(place) {
      host.onGesture();
      host.tooltip.hide();
      choose(place);
      figure.focus(place);
      return mode === "fit" && movable() && !waits();
    },
    onCarry: carry,
    onNudge: nudge,
    onClick: flag,
    onRemove: remove,
    onWalk(place, by) {
      const last = (shown?.rows.length ?? 1) - 1;
      choose({ next: Math.min(place + 1, last), previous: Math.max(place - 1, 0), first: 0, last }[by]);
      figure.focus(chosen);
    },
    onSpot: add,
    onHover: hover,
    onLeave: host.tooltip.hide,
  });

  const movable = () => shown !== null && shown.rows.length <= shown.told.most;
  /** Whether an answer is awaited that may count the rows anew. */
  const waits = () => [...host.unanswered()].some((address) => address === "data" || (pending.get(address) === null && address.startsWith("data.")));

  /** @param {() => void} act */
  function whenTold(act) {
    if ([...host.unanswered()].some((address) => OURS.test(address))) later.push(act);
    else act();
  }

  /** @param {Edits} edits @param {boolean} live */
  function ask(edits, live) {
    for (const [address, value] of Object.entries(edits)) pending.set(address, value);
    renew();
    host.onEdits(edits, live);
  }

  /** @param {number} place */
  function choose(place) {
    chosen = place;
    all();
  }

  /** @param {string} sentence */
  function say(sentence) {
    note.textContent = sentence;
    note.hidden = !sentence;
  }

  /** Whether these rows can be learnt from; where not, it is said. @param {number[][]} rows @param {ReadonlySet<number>} left */
  function allowed(rows, left) {
    const trouble = shown ? troubleOf(shown.told, rows, left) : "";
    say(trouble);
    return !trouble;
  }

  /** @param {number} place @param {number[]} row */
  const withRow = (place, row) => shown?.rows.map((one, i) => (i === place ? row : one)) ?? [];

  /** A row of a place on the axes. @param {Pair} spot @param {number[]|null} before @returns {number[]|null} */
  function rowAt(spot, before) {
    const now = axes();
    if (!shown || !now) return null;
    const pixels = [now.box.width, now.box.height];
    const [x, y] = spot.map((value, i) => {
      const [low, high] = now.window_[i];
      return roundedTo(Math.max(low, Math.min(high, value)), (high - low) / Math.max(1, pixels[i]));
    });
    if (inputsOf(shown.told) > 1) return [x, y, before ? before[2] : kind];
    return isClass(shown.told) ? [x, y >= 0.5 ? 1 : 0] : [x, y];
  }

  /** @param {number} place @param {Pair} pixel @param {boolean} live */
  function carry(place, pixel, live) {
    const now = axes();
    const row = now && rowAt(now.data(...pixel), shown?.rows[place] ?? null);
    if (!row || !shown) return;
    const refused = !allowed(withRow(place, row), shown.left);
    if (!refused || !live) ask({ [`data.${place}`]: refused ? shown.rows[place] : row }, live);
  }

  /** @param {number} place @param {Pair} way @param {keyof typeof STEPS} size */
  function nudge(place, way, size) {
    const now = axes();
    if (!shown || !now || mode !== "fit" || !movable() || waits()) return;
    const before = shown.rows[place];
    const spot = placeOf(before).map((value, i) => value + way[i] * STEPS[size] * (now.window_[i][1] - now.window_[i][0]));
    const one = inputsOf(shown.told) === 1 && isClass(shown.told);
    const row = rowAt([spot[0], one && way[1] ? (way[1] > 0 ? 1 : 0) : spot[1]], before);
    choose(place);
    if (row && allowed(withRow(place, row), shown.left)) ask({ [`data.${place}`]: row }, true);
  }

  /** @param {number} place */
  function flag(place) {
    if (!shown || !shown.rows[place]) return;
    choose(place);
    const out = !shown.left.has(place);
    if (!out && !shown.flagged.has(place)) return say("This point lies far out: the setting “Leave out what lies far out” leaves it out.");
    const left = new Set(shown.left);
    left[out ? "add" : "delete"](place);
    host.onGesture();
    if (!waits() && allowed(shown.rows, left)) ask({ [`flagged.${place}`]: out }, false);
    return undefined;
  }

  /** The other class. @param {number} place */
  function turn(place) {
    if (!shown?.rows[place] || !movable() || waits()) return;
    const before = shown.rows[place];
    const row = [...before.slice(0, -1), before.at(-1) === 1 ? 0 : 1];
    host.onGesture();
    if (allowed(withRow(place, row), shown.left)) ask({ [`data.${place}`]: row }, false);
  }

  /** @param {number} place */
  function remove(place) {
    if (!shown?.rows[place] || !movable()) return;
    host.onGesture();
    whenTold(() => {
      if (!shown?.rows[place]) return;
      const out = new Set([...shown.left].filter((one) => one !== place).map((one) => one - Number(one > place)));
      if (!allowed(shown.rows.filter((_, i) => i !== place), out)) return;
      const focused = figure.svg.contains(document.activeElement);
      ask({ [`data.${place}`]: null }, false);
      chosen = Math.min(place, shown.rows.length - 2);
      if (focused) figure.focus(chosen);
    });
  }

  /** @param {Pair} pixel @param {MouseEvent} event */
  function add(pixel, event) {
    const now = axes();
    if (!now || !shown || mode !== "fit" || shown.rows.length >= shown.told.most) return;
    const row = rowAt(now.data(...pixel), null);
    if (!row) return;
    if (event.shiftKey && inputsOf(shown.told) > 1) row[2] = 1 - row[2];
    adding = false;
    say("");
    host.onGesture();
    whenTold(() => {
      if (!shown) return;
      chosen = shown.rows.length;
      ask({ [`data.${chosen}`]: row }, false);
      figure.focus(chosen);
    });
  }

  /** @param {PointerEvent} event @param {Pair} pixel @param {number} place */
  function hover(event, pixel, place) {
    const [now, there] = [axes(), view()];
    figure.svg.style.cursor = adding ? "copy" : place >= 0 ? (mode === "fit" && movable() ? "grab" : "pointer") : "crosshair";
    if (!now || !there || !picture || hand.holding) return;
    const { left, top, width, height } = now.box;
    const within = pixel[0] >= left && pixel[0] <= left + width && pixel[1] >= top && pixel[1] <= top + height;
    if (!within || (place < 0 && mode !== "fit")) return host.tooltip.hide();
    const { told, rows } = there.shown;
    const row = place >= 0 ? rows[place] : null;
    const inputs = row ? row.slice(0, -1) : inputsOf(told) > 1 ? now.data(...pixel) : [now.data(...pixel)[0]];
    const title = row ? rowLabel(there.shown, place) : valuesOf({ columns: told.columns.slice(0, -1) }, inputs.map((value) => Number(number(value, 3).replace("\u2212", "-"))));
    const { heads, rows: said } = predictionRows(told, there.fits, inputs, row ? /** @type {number} */ (row.at(-1)) : null, picture.scene);
    return host.tooltip.table(event.clientX, event.clientY, title, heads, said);
  }

  /** @returns {import("./data_axes.js").Axes|null} */
  const axes = () => view()?.axes ?? null;
  /** @type {import("./data_figure.js").View|null} the one drawn last */
  let drawn = null;
  const view = () => drawn;

  /** What is to be drawn now. @returns {import("./data_figure.js").View|null} */
  function viewed() {
    const size = sizeOf(body);
    if (!picture?.packet.data || !shown || !window_ || !size.width) return null;
    const fits = fitsAt(picture.scene, moment.time);
    const type = typeOf(size);
    const beside = mode === "fit" ? roomForFits(picture, size) : 0;
    const left = type * 3.2;
    const box = { left, top: 10, width: Math.max(20, size.width - left - Math.max(10, beside)), height: Math.max(20, size.height - 10 - type * 2) };
    const { told } = shown;
    const batch = batchAt(picture.packet, picture.packet.data, moment.step);
    const rest = { picture, shown, size, mode, chosen, fits, batch };
    if (mode === "fit") {
      const names = /** @type {Pair} */ (/** @type {unknown} */ ([told.columns[0], told.columns[1]]));
      return { ...rest, axes: axesOf(window_, box), names: /** @type {any} */ (names), places: shown.rows.map(placeOf) };
    }
    const first = fits[0]?.weights ?? [NaN, NaN];
    const [across, residuals] = [underResiduals(shown, first), residualsOf(shown, first)];
    const high = roundedUp(RESIDUALS_ROOM * residuals.reduce((most, one) => (Number.isFinite(one) ? Math.max(most, Math.abs(one)) : most), 0));
    const two = inputsOf(told) > 1;
    return {
      ...rest, axes: axesOf([two ? [-0.04, 1.04] : window_[0], [-high, high]], box), names: [two ? "prediction" : told.columns[0], "residual"],
      places: across.map((x, i) => [x, residuals[i]]),
    };
  }

  /** Draw all anew. */
  function all() {
    drawn = viewed();
    if (!drawn) return;
    figure.draw(drawn);
    bar.show(drawn.shown, { mode, chosen, adding, kind });
    showDataKey(find(".thw-data-key"), drawn);
    figure.svg.dataset.mode = mode;
    figure.svg.dataset.count = String(drawn.shown.rows.length);
  }

  /** The rows of the newest picture with what the hand did since. */
  function renew() {
    const told = picture?.packet.data;
    if (!told) return;
    const unanswered = host.unanswered();
    for (const address of pending.keys()) if (!unanswered.has(address) && hand.carrying < 0) pending.delete(address);
    shown = shownRows(told, pending);
    if (hand.carrying < 0 || !window_) window_ = told.window;
    chosen = Math.min(chosen, shown.rows.length - 1);
    all();
  }

  /** @param {Picture} next */
  function take(next) {
    picture = next;
    const there = next.packet.data !== null;
    panel.hidden = !there;
    if (!there) [shown, drawn, chosen, adding] = [null, null, -1, false];
    renew();
  }

  const stop = onNames(() => all());

  return {
    /** @param {Picture} next */
    show(next) {
      if (next.packet.data?.model !== picture?.packet.data?.model) [chosen, adding] = [-1, false];
      take(next);
      figure.svg.setAttribute("aria-label", `Data. ${dataDescribed(next)}`);
      const waiting = later;
      later = [];
      waiting.forEach((act) => whenTold(act));
    },
    sketch: take,
    /** @param {import("../flow/picture.js").Moment} next */
    draw(next) {
      moment = next;
      drawn = viewed();
      if (drawn) figure.move(drawn);
    },
    resize: all,
    /** Where a row, or a place of the axes, is in the window's pixels. @param {number|Pair} what */
    project(what) {
      const place = typeof what === "number" ? drawn?.places[what] : what;
      const box = figure.svg.getBoundingClientRect();
      const pixel = place && drawn?.axes.pixel(place);
      return pixel ? [box.left + pixel[0], box.top + pixel[1]] : null;
    },
    get rows() {
      return shown?.rows ?? null;
    },
    destroy: stop,
  };
}
