// Bands on the curves: those of many runs, and the one above the edge of stability.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bandAt, bandTraces, outlineOf } from "../../ui/stage/curves/bands.js";
import { bandLabels, curvatureLimits, bandTraces as limitTraces, roomForLimits } from "../../ui/stage/curves/stability_band.js";
import { aRun, aScene, floats } from "./made.js";

const STEPS = floats(0, 10, 20, 30);
const BAND = { low: floats(1, 2, 3, 4), middle: floats(2, 3, 4, 5), high: floats(3, 4, 5, 6) };
const MANY = { said: "", spread: 0, steps: STEPS, bands: {}, x: floats(), y: floats(), global: floats() };

test("a band's outline goes along the top and back along the bottom", () => {
  assert.deepEqual(outlineOf(STEPS, BAND, [0, 10], false), { x: [0, 10, 20, 30, 30, 20, 10, 0], y: [3, 4, 5, 6, 4, 3, 2, 1] });
});

test("where members are no numbers the band has a gap, and beyond the picture it leaves it", () => {
  const gap = { ...BAND, low: floats(1, NaN, 3, 4), high: floats(3, 4, Infinity, 6) };
  assert.deepEqual(outlineOf(STEPS, gap, [0, 10], false), { x: [0, 0, null, 20, 30, 30, 20], y: [3, 1, null, 20, 6, 4, 3] });
});

test("on a logarithmic scale what reaches down to 0 leaves the picture at the bottom", () => {
  const toZero = { ...BAND, low: floats(0, 1, 1, 1), high: floats(1, 1, 1, 0) };
  const { x, y } = outlineOf(STEPS, toZero, [-2, 2], true);
  assert.deepEqual(x, [0, 10, 20, 20, 10, 0]); // the last has nothing above 0
  assert.equal(y.at(-1), 1e-6);
});

test("the median is a line with holes where it can not be drawn", () => {
  const { line, area } = bandTraces(MANY, { ...BAND, middle: floats(1, 0, NaN, 2) }, "#102030", [-2, 2], true);
  assert.deepEqual([line.x, line.y], [[0, 10, 20, 30], [1, null, null, 2]]);
  assert.equal(area.fillcolor, "#1020302b");
});

test("at a step the band is that of the nearest step that it has", () => {
  const steps = [-5, 0, 4, 5, 6, 14, 26, 99];
  assert.deepEqual(steps.map((step) => bandAt(MANY, BAND, step).middle), [2, 2, 2, 3, 3, 3, 5, 5]);
});

test("a learning rate can bear the optimizer's limit over it, and 0 can bear anything", () => {
  const run = aRun({ limit: 2, series: { rate: floats(0.5, 0.25, 0) } });
  assert.deepEqual(curvatureLimits(run), floats(4, 8, Infinity));
  assert.equal(curvatureLimits(aRun({ series: { rate: floats(1) } })), null);
});

test("limits that are not far off are taken into the picture, with room, and others leave it as it is", () => {
  assert.deepEqual(roomForLimits([0, 10], [floats(20), null], false), [0, 22]);
  assert.deepEqual(roomForLimits([0, 10], [floats(31, Infinity)], false), [0, 10]);
  assert.deepEqual(roomForLimits([2, 10], [floats(0)], false), [-1, 10]);
  assert.deepEqual(roomForLimits([0, 1], [floats(100)], true), [0, 2.2]);
  assert.deepEqual(roomForLimits([0, 1], [floats(301), floats(0.03)], true), [0, 1]);
});

/** @param {import("../../ui/stage/flow/packet.js").Series} values */
const thin = (values) => ({ x: [...values.keys()], y: [...values].map((value) => (Number.isFinite(value) ? value : null)) });

test("the band lies above the limit up to beyond the picture", () => {
  const scene = aScene([aRun({ limit: 2, series: { rate: floats(0.5, 0) } }), aRun()], { colors: ["#0a141e", "#000000"] });
  const [line, low, top] = /** @type {any[]} */ (limitTraces(scene, [0, 10], false, thin));
  assert.deepEqual([line.y, low.y, top.y], [[4, null], [4, 20], [20, 20]]);
  assert.equal(top.fillcolor, "rgba(10, 20, 30, 0.09)");
  assert.deepEqual(limitTraces({ ...scene, shown: [false, true] }, [0, 10], false, thin), []);
});

test("labels stand where there is room, and not one upon the other", () => {
  const run = (/** @type {number} */ limit) => aRun({ limit, series: { rate: floats(1) } });
  const labels = (/** @type {number[]} */ ...limits) => bandLabels(aScene(limits.map(run)), [0, 10], false, 100).map(({ y }) => y);
  assert.deepEqual(labels(5, 2), [5, 2]);
  assert.deepEqual(labels(5, 4), [5]);
  assert.deepEqual(labels(9, 12), []);
});
