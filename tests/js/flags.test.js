// Flags of criteria on the curves: one a criterion that holds on this curve, none upon another.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { createFlags } from "../../ui/stage/curves/flags.js";
import { anElement, aRun, aScene } from "./made.js";

const FRAME = { left: 40, top: 10, width: 300, height: 100, x: axis(3), y: axis(1) };

/** @param {number} scale @returns {import("../../ui/stage/shared/plotly_internals.js").Axis} */
function axis(scale) {
  return { scale, offset: 0, range: [0, 100], log: false };
}

/** @param {number|null} step @param {string} [key] */
const mark = (step, key = "loss") => ({ key, name: key, letter: key[0].toUpperCase(), curve: key, group: "", text: "", step, note: "" });

beforeEach(() => void Object.assign(globalThis, { document: { createElement: anElement } }));
afterEach(() => void Reflect.deleteProperty(globalThis, "document"));

/** @param {import("../../ui/stage/flow/packet.js").Mark[][]} marks @param {boolean[]} [shown] */
function flagsOf(marks, shown = marks.map(() => true)) {
  const flags = createFlags({ veil: anElement(), key: anElement() });
  flags.show(aScene(marks.map((some) => aRun({ marks: some })), { shown }), "loss", FRAME);
  return flags;
}

test("a flag stands at the step where its criterion first holds, on its own curve", () => {
  const flags = flagsOf([[mark(20), mark(50, "step"), mark(null)]]);
  assert.equal(flags.at(60, 90)?.mark.step, 20);
  assert.equal(flags.at(150, 90), null);
  assert.deepEqual([flags.at(49, 90), flags.at(60, 79)], [null, null]);
});

test("near flags stand one above the other, and further on again at the bottom", () => {
  const flags = flagsOf([[mark(20)], [mark(22)], [mark(24)], [mark(40)]]);
  const places = [[60, 93], [66, 80], [72, 67], [120, 93]];
  assert.deepEqual(places.map(([x, y]) => flags.at(x, y)?.run), [0, 1, 2, 3]);
});

test("runs that are hidden and steps beyond the frame have no flag", () => {
  const flags = flagsOf([[mark(20)], [mark(101)]], [false, true]);
  assert.deepEqual([flags.at(60, 90), flags.at(303, 90)], [null, null]);
});

test("of what was shown before nothing stays", () => {
  const flags = flagsOf([[mark(20)]]);
  const old = flags.at(60, 90)?.root;
  flags.show(aScene([]), "loss", FRAME);
  assert.equal(flags.at(60, 90), null);
  assert.equal(/** @type {any} */ (old).isGone, true);
});
