// The panel's sliders and drawn schedules: values by position, and points that are moved, added and joined.

import assert from "node:assert/strict";
import { test } from "node:test";

import { added, factorAt, inWidestGap, lineThrough, moved, removed, snapped } from "../../ui/stage/panel/points.js";
import { scaleOf } from "../../ui/stage/panel/slider_scale.js";

const RANGES = [
  { low: 1e-6, high: 1e3, log: true, whole: false }, { low: 1, high: 20_000, log: true, whole: true },
  { low: 0, high: 1e4, log: false, whole: false }, { low: -2, high: 2, log: false, whole: false }, { low: 0, high: 30, log: false, whole: true },
];

test("a slider reaches both ends exactly, and rises all the way", () => {
  for (const range of RANGES) {
    const scale = scaleOf(range);
    assert.equal(scale.value(scale.min), range.low);
    assert.equal(scale.value(scale.max), range.high);
    assert.deepEqual([scale.position(range.low), scale.position(range.high)], [scale.min, scale.max]);
    for (let at = scale.min + 1; at <= scale.max; at++) assert.ok(scale.value(at) >= scale.value(at - 1) && scale.value(at, true) >= scale.value(at - 1, true));
  }
});

test("a position's fine value is at that position again, and no arrow key stands still", () => {
  for (const range of RANGES.filter(({ whole }) => !whole)) {
    const scale = scaleOf(range);
    for (let at = scale.min; at <= scale.max; at++) assert.equal(scale.position(scale.value(at, true)), at);
    for (let at = scale.min; at + scale.stride <= scale.max; at += scale.stride) assert.ok(scale.value(at + scale.stride) > scale.value(at));
  }
});

test("a nudge is one of the second digit, one of a whole number, and never beyond the ends", () => {
  assert.equal(scaleOf(RANGES[0]).nudged(0.05, 1), 0.051);
  assert.equal(scaleOf(RANGES[0]).nudged(0.1, -1), 0.09);
  assert.equal(scaleOf(RANGES[0]).nudged(1e3, 1), 1e3);
  assert.equal(scaleOf(RANGES[1]).nudged(5, 1), 6);
  assert.equal(scaleOf(RANGES[1]).nudged(1200, 1), 1300);
  assert.equal(scaleOf(RANGES[2]).nudged(0, 1), 0.01);
  assert.equal(scaleOf(RANGES[3]).nudged(0.5, -1), 0.49);
  assert.equal(scaleOf(RANGES[4]).nudged(30, 1), 30);
});

/** @type {Array<[number, number]>} */
const POINTS = [[0.2, 1], [0.5, 0.5], [0.9, 0]];

test("a point moves no further than its neighbours, the axis and the largest factor let it", () => {
  assert.deepEqual(moved(POINTS, 1, [0.95, 3], 2)[1], [0.9, 2]);
  assert.deepEqual(moved(POINTS, 1, [0.1, -1], 2)[1], [0.2, 0]);
  assert.deepEqual(moved(POINTS, 0, [-1, 1], 2)[0], [0, 1]);
  assert.deepEqual(moved(POINTS, 2, [2, 0.12345], 2), [[0.2, 1], [0.5, 0.5], [1, 0.123]]);
  assert.deepEqual(POINTS[1], [0.5, 0.5]); // the old ones stay as they were
});

test("a point comes after those with the same share, and the one before it is chosen when it goes", () => {
  assert.deepEqual(added(POINTS, [0.5, 0.7]), { points: [[0.2, 1], [0.5, 0.5], [0.5, 0.7], [0.9, 0]], place: 2 });
  assert.deepEqual(added(POINTS, [0.95, 1]).place, 3);
  assert.deepEqual(removed(POINTS, 1), { points: [[0.2, 1], [0.9, 0]], place: 0 });
  assert.equal(removed(POINTS, 0).place, 0);
});

test("the widest gap's middle lies on the line, or on the stair", () => {
  const [t, factor] = inWidestGap(POINTS, false);
  assert.equal(t, 0.7);
  assert.ok(Math.abs(factor - 0.25) < 1e-12);
  assert.deepEqual(inWidestGap(POINTS, true), [0.7, 0.5]);
  assert.deepEqual(inWidestGap([[0, 2]], false), [0.5, 2]);
});

test("before the first point and after the last the factor stays", () => {
  assert.deepEqual([0, 0.2, 0.35, 0.9, 1].map((t) => Number(factorAt(POINTS, t, false).toFixed(9))), [1, 1, 0.75, 0, 0]);
  assert.deepEqual([0, 0.35, 0.5].map((t) => factorAt(POINTS, t, true)), [1, 1, 0.5]);
});

test("the line goes through the points, straight or in stairs", () => {
  assert.equal(lineThrough([[0.5, 1]], 2, false), "M0,50.00L500.0,50.00H1000");
  assert.equal(lineThrough([[0.25, 2], [0.5, 0]], 2, true), "M0,0.00H250.0V0.00H500.0V100.00H1000");
  assert.deepEqual(snapped([0.1234, 0.998]), [0.125, 1]);
});
