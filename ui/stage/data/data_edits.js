// What a hand does to the rows, as edits: moved, turned, left out, added, taken away. What could not be learnt from is said instead.

import { roundedTo } from "./data_axes.js";
import { classesOf } from "./predictor.js";
import { inputsOf, isClass, placeOf, rowAt as rowOn, troubleOf } from "./rows.js";

/**
 * @typedef {import("./data_axes.js").Pair} Pair
 * @typedef {import("./data_layout.js").State} State
 *
 * @typedef {Object} EditsHost
 * @property {() => import("./data_axes.js").Axes|null} axes
 * @property {(edits: Record<string, any>, live: boolean) => void} onEdits
 * @property {() => Set<string>} unanswered addresses that no picture knows of yet
 * @property {() => void} onGesture one begins: what was changed before is a change of its own
 * @property {(sentence: string) => void} say
 * @property {() => void} redraw
 * @property {(place: number) => void} focus a row
 * @property {() => boolean} focused whether a row has the keyboard's focus
 */

const STEPS = { plain: 1 / 50, coarse: 1 / 10, fine: 1 / 500 }; // of the window, for a key
const AGAIN = 100; // ms until what waits is tried again
const APART = 700; // ms between two keys that are changes of their own
const OURS = /^(data|flagged)\b/;
const CLEANED = "This point lies far out: “Leave out what lies far out” in the panel leaves it out.";

/**
 * @param {State} state
 * @param {EditsHost} host
 */
export function createDataEdits(state, host) {
  /** @type {Map<string, any>} what a hand has done, until a picture knows of it */
  const pending = new Map();
  /** @type {Array<() => void>} what waits for a picture, because the rows are counted anew */
  let later = [];
  let asking = 0;
  let nudged = { place: -1, at: 0 };

  const movable = () => state.shown !== null && state.mode === "fit" && state.shown.rows.length <= state.shown.told.most;
  const underway = () => [...host.unanswered()].filter((address) => OURS.test(address));
  /** Whether an answer is awaited that may count the rows anew. */
  const waits = () => underway().some((address) => address === "data" || pending.get(address) === null);

  /** @param {() => void} act */
  function whenTold(act) {
    if (!underway().length) return act();
    later.push(act);
    clearTimeout(asking);
    asking = window.setTimeout(proceed, AGAIN); // a picture that is as the one before is not shown anew
    return undefined;
  }

  /** Do what waited, as far as it may. */
  function proceed() {
    const waiting = later;
    later = [];
    waiting.forEach(whenTold);
  }

  /** @param {Record<string, any>} edits @param {boolean} live */
  function ask(edits, live) {
    for (const [address, value] of Object.entries(edits)) pending.set(address, value);
    host.onEdits(edits, live);
    host.redraw();
  }

  /** Whether these rows can be learnt from; where not, it is said. @param {number[][]} rows @param {ReadonlySet<number>} left */
  function allowed(rows, left) {
    const trouble = state.shown ? troubleOf(state.shown.told, rows, left) : "";
    host.say(trouble);
    return !trouble;
  }

  /** @param {number} place @param {number[]} row @param {boolean} live */
  function put(place, row, live) {
    if (!state.shown) return;
    const { rows, left } = state.shown;
    const fits = allowed(rows.map((one, i) => (i === place ? row : one)), left);
    if (fits || !live) ask({ [`data.${place}`]: fits ? row : rows[place] }, live);
  }

  /** The next class. @param {number[]} row */
  const turnedOf = (row) => [...row.slice(0, -1), (/** @type {number} */ (row.at(-1)) + 1) % Math.max(2, state.shown ? classesOf(state.shown.told) : 2)];

  /** @param {Pair} spot @param {number[]|null} before */
  const rowAt = (spot, before) => rowOf(state, host.axes(), spot, before);

  return {
    pending,
    waits,
    movable,
    proceed,
    /** @param {number} place @param {Pair} pixel @param {boolean} live */
    carry(place, pixel, live) {
      const spot = host.axes()?.data(...pixel);
      const row = spot && rowAt(spot, state.shown?.rows[place] ?? null);
      if (row) put(place, row, live);
    },
    /** @param {number} place @param {Pair} way @param {keyof typeof STEPS} size */
    nudge(place, way, size) {
      const axes = host.axes();
      if (!state.shown || !axes || !movable() || waits()) return;
      const now = performance.now();
      if (nudged.place !== place || now - nudged.at > APART) host.onGesture();
      nudged = { place, at: now };
      const before = state.shown.rows[place];
      const spot = placeOf(before).map((value, i) => value + way[i] * STEPS[size] * (axes.window_[i][1] - axes.window_[i][0]));
      const jumps = inputsOf(state.shown.told) === 1 && isClass(state.shown.told) && way[1] !== 0; // to the other class
      const row = rowAt([spot[0], jumps ? (way[1] + 1) / 2 : spot[1]], before);
      if (row) put(place, row, true);
    },
    /** Left out, or counted again. @param {number} place */
    flag(place) {
      if (!state.shown?.rows[place] || waits()) return;
      const { left, flagged, rows } = state.shown;
      const out = !left.has(place);
      if (!out && !flagged.has(place)) return void host.say(CLEANED);
      const next = new Set(left);
      next[out ? "add" : "delete"](place);
      host.onGesture();
      if (allowed(rows, next)) ask({ [`flagged.${place}`]: out }, false);
      return undefined;
    },
    /** The other class. @param {number} place */
    turn(place) {
      const row = state.shown?.rows[place];
      if (!row || !movable() || waits()) return;
      host.onGesture();
      put(place, turnedOf(row), false);
    },
    /** @param {number} place */
    remove(place) {
      if (!state.shown?.rows[place] || !movable()) return;
      host.onGesture();
      whenTold(() => {
        if (!state.shown?.rows[place]) return;
        const { rows, left } = state.shown;
        const out = new Set([...left].filter((one) => one !== place).map((one) => one - Number(one > place)));
        if (!allowed(rows.filter((_, i) => i !== place), out)) return;
        const focused = host.focused();
        ask({ [`data.${place}`]: null }, false);
        state.chosen = Math.min(place, rows.length - 2);
        if (focused) host.focus(state.chosen);
      });
    },
    /** @param {Pair} pixel @param {boolean} turned whether of the other class */
    add(pixel, turned) {
      const spot = host.axes()?.data(...pixel);
      let row = spot && rowAt(spot, null);
      if (!row || !state.shown || state.mode !== "fit" || state.shown.rows.length >= state.shown.told.most) return;
      if (turned && inputsOf(state.shown.told) > 1) row = turnedOf(row);
      state.adding = false;
      host.say("");
      host.onGesture();
      whenTold(() => {
        if (!state.shown) return;
        state.chosen = state.shown.rows.length;
        ask({ [`data.${state.chosen}`]: row }, false);
        host.focus(state.chosen);
      });
    },
    /** The rows that the data set draws. */
    reset() {
      host.onGesture();
      whenTold(() => ask({ data: null }, false));
    },
  };
}

/**
 * A row of a place on the axes, as they are in sight.
 * @param {State} state
 * @param {import("./data_axes.js").Axes|null} axes
 * @param {Pair} spot
 * @param {number[]|null} before that it was; none for a new one
 * @returns {number[]|null}
 */
function rowOf({ shown, kind }, axes, spot, before) {
  if (!shown || !axes) return null;
  const pixels = [axes.box.width, axes.box.height];
  const [x, y] = spot.map((value, i) => {
    const [low, high] = axes.window_[i];
    return roundedTo(Math.max(low, Math.min(high, value)), (high - low) / Math.max(1, pixels[i]));
  });
  if (inputsOf(shown.told) > 1) return rowOn(shown.told, shown.rows, [x, y], before, Math.min(kind, classesOf(shown.told) - 1));
  return isClass(shown.told) ? [x, y >= 0.5 ? 1 : 0] : [x, y];
}
