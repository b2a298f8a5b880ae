// Who gets which room: one scale on both axes, the rest for the runs and curves, the relief where room is left.

import assert from "node:assert/strict";
import { test } from "node:test";

import { shortened, spread } from "../../ui/stage/curves/end_names.js";
import { aspectOf, isElongated, roomOf } from "../../ui/stage/flow/room.js";
import { inShape, marginsOf, zoomed } from "../../ui/stage/map/axes.js";
import { apart, placesAround } from "../../ui/stage/paths/labels.js";

/** @typedef {import("../../ui/stage/map/map_view.js").View} View */

test("the picture has its window's own shape in any panel, but for a window too long for it", () => {
  for (const view of /** @type {View[]} */ ([[[0, 1], [0, 1]], [[-6, 6], [0, 3]], [[0, 1], [0, 7.9]], [[0, 8], [0, 1]]])) {
    for (const size of [{ width: 532, height: 516, large: false }, { width: 900, height: 400, large: true }, { width: 340, height: 700, large: false }]) {
      const { l, r, t, b } = marginsOf(size, view);
      const [wide, high] = [size.width - l - r, size.height - t - b];
      assert.ok(Number.isInteger(wide) && Number.isInteger(high));
      assert.ok(Math.abs(wide / high / aspectOf(view) - 1) < 0.51 / Math.max(wide, high), JSON.stringify([view, size, wide, high]));
      assert.ok(Math.min(l, r, t, b) >= 8);
    }
  }
  const long = /** @type {View} */ ([[0, 9], [0, 1]]);
  assert.ok(isElongated(long) && !isElongated([[0, 8], [0, 1]]));
  assert.deepEqual(marginsOf({ width: 600, height: 500, large: false }, long), { l: 48, r: 10, t: 10, b: 30, pad: 0 });
});

test("zooming keeps the shape, and a side that met its end is cut to it", () => {
  const home = /** @type {View} */ ([[0, 4], [0, 2]]);
  assert.deepEqual(zoomed(home, home, 2), [[1, 3], [0.5, 1.5]]);
  assert.deepEqual(zoomed(home, home, 1e-9), [[-8, 12], [-4, 6]]);
  assert.deepEqual(inShape([[0, 4], [0, 1]], home), [[1, 3], [0, 1]]);
});

test("the map takes what its shape needs and leaves the side its least; the relief stands beside where all fit", () => {
  const frame = /** @type {[number, number]} */ ([60, 42]);
  const laptop = roomOf({ width: 902, height: 573, aspect: 1, strip: 150, frame });
  assert.deepEqual(laptop, { map: 532, row: 514, relief: "beside" });
  assert.equal(roomOf({ width: 902, height: 440, aspect: 1, strip: 150, frame }).relief, "turns");
  const wide = roomOf({ width: 1543, height: 800, aspect: 4, strip: 150, frame });
  assert.ok(wide.row < 800 && wide.row >= 150 + 190 + 150 + 20);
  assert.equal(roomOf({ width: 1543, height: 800, aspect: 1, strip: 150, frame, guest: true }).relief, "turns");
});

test("data stand above the curves, and beside them where a low stage is wide; the relief is behind the map", () => {
  const frame = /** @type {[number, number]} */ ([60, 42]);
  const laptop = roomOf({ width: 902, height: 573, aspect: 1, strip: 110, frame, learns: true });
  assert.deepEqual([laptop.relief, laptop.across, laptop.row], ["turns", false, 573]);
  assert.ok(902 - laptop.map - 10 >= 0.44 * 902 - 1);
  const projector = roomOf({ width: 1244, height: 456, aspect: 1, strip: 128, frame, large: true, learns: true });
  assert.deepEqual([projector.relief, projector.across, projector.row], ["turns", true, 456]);
  assert.equal(roomOf({ width: 1543, height: 800, aspect: 1, strip: 128, frame, large: true, learns: true }).across, false);
  assert.equal(roomOf({ width: 902, height: 320, aspect: 1, strip: 110, frame, learns: true }).row, 110 + 20 + 360); // both can be read
});

test("names in a column touch neither each other nor its ends, and stay near what they belong to", () => {
  assert.deepEqual(spread([50, 10, 90], 10, 100), [50, 10, 90]);
  assert.deepEqual(spread([50, 50, 50], 10, 100), [40, 50, 60]);
  assert.deepEqual(spread([2, 99], 10, 100), [5, 95]);
  const many = spread([97, 98, 99, 100, 3], 20, 100);
  const sorted = [...many].sort((a, b) => a - b);
  assert.deepEqual(sorted, [10, 30, 50, 70, 90]);
});

test("a name is whole where it has room, then without its brackets, then without what tells it from its like", () => {
  const within = (/** @type {number} */ most) => (/** @type {string} */ text) => text.length <= most;
  const name = "Momentum (heavy ball), rate 0.05";
  assert.deepEqual([40, 25, 10, 3].map((most) => shortened(name, within(most))), [name, "Momentum, rate 0.05", "Momentum", "Momentum"]);
  const rates = ["Rate 0.3, constant", "Rate 0.3, inverse time", "Rate 0.05, constant"];
  assert.deepEqual(rates.map((one) => shortened(one, within(13), rates)), ["constant", "inverse time", "Rate 0.05"]);
});

test("a label's places lie off what it labels and what is around that, and two that touch are not apart", () => {
  for (const [x, y, w, h] of placesAround(100, 100, 80, 20, 40).slice(0, 4)) {
    assert.ok(apart([x, y, w, h], [60, 60, 80, 80]), String([x, y]));
  }
  for (const [x, y, w, h] of placesAround(100, 100, 80, 20)) {
    const near = Math.hypot(Math.max(x - 100, 0, 100 - x - w), Math.max(y - 100, 0, 100 - y - h));
    assert.ok(near > 6, String([x, y]));
  }
  assert.ok(apart([0, 0, 10, 10], [10, 0, 5, 5]) && !apart([0, 0, 10, 10], [9, 9, 5, 5]));
});
