// The data view: what models predict, where rows stand and are found, which of them a batch has, what a hand may do to them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axesOf, nearestTo, roundedTo, roundedUp, ticksOf } from "../../ui/stage/data/data_axes.js";
import { classColors, rgbOf } from "../../ui/stage/data/data_marks.js";
import { rowLabel } from "../../ui/stage/data/data_words.js";
import { firstOf, fitPath, fitsAt, residualsOf, stemsOf } from "../../ui/stage/data/fits.js";
import { clipped, placesOf, predictionOf, undecided, weightsAt } from "../../ui/stage/data/prediction.js";
import { batchAt, epochOf, shownRows, troubleOf } from "../../ui/stage/data/rows.js";
import { levelsOf, linesAt } from "../../ui/stage/map/contours.js";
import { aRun, aScene, floats } from "./made.js";

/** @typedef {import("../../ui/stage/flow/packet.js").Data} Data @typedef {[number, number]} Pair */

/** @param {Partial<Data>} [given] @returns {Data} */
const data = (given = {}) => ({
  model: "line_fit", settings: {}, weights: ["slope", "intercept"], columns: ["x", "y"], target: "number", rows: [[0, 1], [1, 3], [2, 5], [3, 7]], own: true, set: "Line",
  flagged: [], cleaned: [], moved: [], most: 100, window: [[0, 4], [0, 8]], truth: null, plain: null, batch: 0, batch_kind: "deck", batches_drawn: false,
  ...given,
});

const near = (/** @type {number} */ one, /** @type {number} */ other) => assert.ok(Math.abs(one - other) < 1e-12, `${one} is not ${other}`);

test("every model predicts what its formula says", () => {
  assert.equal(predictionOf("line_fit")([2, 1], [3], {}), 7);
  for (const model of ["logistic_1d", "sigmoid_squared"]) {
    near(predictionOf(model)([Math.log(3), 0], [1], {}), 0.75);
    near(predictionOf(model)([-Math.log(3), 0], [1], {}), 0.25);
    assert.deepEqual([predictionOf(model)([1, 0], [1e6], {}), predictionOf(model)([1, 0], [-1e6], {})], [1, 0]);
  }
  near(predictionOf("logistic_2d")([1, 2], [3, -1], { intercept: Math.log(3) - 1 }), 0.75);
  near(predictionOf("neuron")([Math.atanh(0.5), 4], [1], {}), 2);
  assert.throws(() => predictionOf("sphere"), /no model/);
});

test("weights lie between those of two steps, stay at the last that are numbers, and are none where there are none", () => {
  const run = aRun({ last: 2, steps: 4, series: { x: floats(0, 2, 6, NaN), y: floats(1, 1, -1, NaN) } });
  assert.deepEqual([0, 0.5, 1.25, 2, 3.7].map((time) => weightsAt(run, time)), [[0, 1], [1, 1], [3, 0.5], [6, -1], [6, -1]]);
  assert.equal(weightsAt(aRun({ last: 0, series: { x: floats(NaN), y: floats(0) } }), 0), null);
  const scene = aScene([run, aRun({ series: { x: floats(1), y: floats(1) } })], { shown: [true, false] });
  assert.deepEqual(fitsAt(scene, 1), [{ run: 0, weights: [2, 1] }]);
  const both = [{ run: 0, weights: /** @type {Pair} */ ([0, 0]) }, { run: 1, weights: /** @type {Pair} */ ([1, 1]) }];
  assert.equal(firstOf(both, scene), both[1]); // the other one broke off
  assert.equal(firstOf([], scene), null);
});

test("where a classifier is undecided is a line across the window, and none where it misses it", () => {
  const square = /** @type {[Pair, Pair]} */ ([[0, 1], [0, 1]]);
  const ends = undecided([1, 1], -1, square) ?? [];
  assert.deepEqual(ends.map((end) => end.map((value) => Math.round(value * 1e12) / 1e12)).sort(), [[0, 1], [1, 0]]);
  assert.equal(undecided([1, 1], -3, square), null);
  assert.equal(undecided([0, 0], 1, square), null);
  assert.deepEqual(clipped([-1, 0.5], [3, 0.5], square), [[0, 0.5], [1, 0.5]]);
  assert.equal(clipped([-1, 2], [3, 2], square), null);
});

test("a curve has places where it bends, however steep it is", () => {
  const places = placesOf("logistic_1d", [1000, -500], [0, 1]);
  assert.ok(places.filter((x) => Math.abs(x - 0.5) < 0.007).length >= 13);
  assert.deepEqual([places[0], places.at(-1)], [0, 1]);
  assert.deepEqual(placesOf("line_fit", [2, 1], [0, 1]), [0, 1]);
});

test("ticks are round, within the range, and written with the decimals that they need", () => {
  assert.deepEqual(ticksOf([0, 1], 5).map(({ text }) => text), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  assert.deepEqual(ticksOf([-1.4, 2.4], 4).map(({ value, text }) => [value, text]), [[-1, "−1"], [0, "0"], [1, "1"], [2, "2"]]);
  assert.deepEqual(ticksOf([0, 30], 3).map(({ value }) => value), [0, 10, 20, 30]);
  assert.deepEqual(ticksOf([-2e154, 2e154], 4).map(({ text }) => text), ["−2e154", "−1e154", "0", "1e154", "2e154"]);
  assert.deepEqual(ticksOf([1, 1], 5), []);
  assert.deepEqual([0.3, 1, 1.1, 4, 7, 0].map(roundedUp), [0.5, 1, 2, 5, 10, 1]);
});

test("pixels and data lead to each other, upwards, and the nearest row within reach is found", () => {
  const axes = axesOf([[-1, 1], [0, 10]], { left: 40, top: 10, width: 200, height: 100 });
  assert.deepEqual([axes.pixel([-1, 0]), axes.pixel([1, 10]), axes.pixel([0, 5])], [[40, 110], [240, 10], [140, 60]]);
  assert.deepEqual(axes.data(140, 60), [0, 5]);
  const places = /** @type {Array<Pair|null>} */ ([[0, 0], [10, 0], null, [10, 0]]);
  assert.deepEqual([nearestTo(places, [4, 0], 14), nearestTo(places, [7, 3], 14), nearestTo(places, [40, 0], 14)], [0, 3, -1]);
  assert.deepEqual([roundedTo(0.123456, 0.01), roundedTo(-0.00001, 0.01), roundedTo(123.456, 3), roundedTo(0.123456, 1e-7)], [0.123, 0, 123.5, 0.123]);
});

test("what a hand did is seen at once, until a picture knows of it", () => {
  const told = data({ cleaned: [3], flagged: [1] });
  const { rows, left, flagged } = shownRows(told, new Map(Object.entries({ "data.0": [9, 9], "data.4": [4, 9], "flagged.1": false, "flagged.2": true })));
  assert.deepEqual(rows, [[9, 9], [1, 3], [2, 5], [3, 7], [4, 9]]);
  assert.deepEqual([[...left].sort(), [...flagged]], [[2, 3], [2]]);
  assert.deepEqual(told.rows[0], [0, 1]);
  assert.equal(shownRows(told, new Map([["data.2", null]])).rows.length, 4); // taken away once the rest is counted anew
});

test("what cannot be learnt from is said", () => {
  const told = data();
  const none = new Set();
  assert.equal(troubleOf(told, told.rows, none), "");
  assert.match(troubleOf(told, told.rows, new Set([0, 1])), /At least 3/);
  assert.match(troubleOf(told, [[1, 0], [1, 2], [1, 3]], none), /^x must not be the same/);
  const classes = data({ target: "class", columns: ["x", "class"], rows: [[0, 0], [1, 1], [2, 1]] });
  assert.equal(troubleOf(classes, classes.rows, none), "");
  assert.match(troubleOf(classes, classes.rows, new Set([0])), /both classes/);
});

test("the batch of a step leads on from it, and epochs count the rows that are kept", () => {
  const packet = { steps: 3, arrays: new Map([["batches", floats(0, 1, 2, 3, 1, 0)]]) };
  const told = data({ batch: 2, batches_drawn: true, flagged: [3], cleaned: [] });
  assert.deepEqual([0, 1, 2, 3].map((step) => [...batchAt(packet, told, step)]), [[0, 1], [2, 3], [1, 0], [1, 0]]);
  assert.equal(batchAt(packet, { ...told, batches_drawn: false }, 0).size, 0);
  assert.deepEqual([epochOf(told, 3), epochOf(told, 0), epochOf(data(), 3), epochOf(null, 3)], [2, 0, null, null]);
});

test("residuals are target minus prediction, and stems go from the rows that count to the fit", () => {
  const shown = shownRows(data({ flagged: [3] }), new Map());
  assert.deepEqual(residualsOf(shown, [2, 0]), [1, 1, 1, 1]);
  const axes = axesOf([[0, 4], [0, 8]], { left: 0, top: 0, width: 40, height: 80 });
  assert.equal(stemsOf(shown, [2, 0], axes), "M0.0 70.0V80.0M10.0 50.0V60.0M20.0 30.0V40.0");
  assert.deepEqual(fitPath(shown.told, [2, 0], axes), { path: "M0.0 80.0L40.0 0.0", end: [40, 0] });
  assert.equal(rowLabel(shown, 3), "Point 4 of 4: x 3, y 7, left out by hand");
});

test("classes have colours that no run has", () => {
  const ink = { ink: "rgb(1, 2, 3)", muted: "#666666", contour: "#999999" };
  assert.deepEqual(classColors(["#a", "#b", "#c", "#d"], ["#a"], ink), ["#d", "#c", "#b"]);
  assert.deepEqual(classColors(["#a", "#b", "#c"], ["#a"], ink), ["#c", "#b", ink.ink]);
  assert.deepEqual(classColors(["#a", "#b"], ["#a"], ink), ["#b", ink.muted, ink.contour]);
  assert.deepEqual(classColors(["#a", "#b"], ["#a", "#b"], ink), [ink.ink, ink.muted, ink.contour]);
  assert.deepEqual([rgbOf("#0063A6"), rgbOf("rgb(1, 2, 3)")], [[0, 99, 166], [1, 2, 3]]);
});

test("contour lines lie where the heights have their level, also across a saddle", () => {
  const side = 21;
  const lattice = (/** @type {(x: number, y: number) => number} */ height) => Float32Array.from({ length: side * side }, (_, i) => height((i % side) / 10 - 1, Math.floor(i / side) / 10 - 1));
  /** @type {Array<[number, number]>} */
  const ends = [];
  const note = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ toX, /** @type {number} */ toY) => ends.push([x / 10 - 1, y / 10 - 1], [toX / 10 - 1, toY / 10 - 1]);
  linesAt(lattice((x, y) => x + 2 * y), side, { first: 0.55, step: 1, count: 1 }, note);
  assert.ok(ends.length > 30 && ends.every(([x, y]) => Math.abs(x + 2 * y - 0.55) < 1e-6));
  ends.length = 0;
  linesAt(lattice((x, y) => x * x + y * y), side, { first: 0.25, step: 0.24, count: 2 }, note);
  assert.ok(ends.every(([x, y]) => Math.min(Math.abs(Math.hypot(x, y) - 0.5), Math.abs(Math.hypot(x, y) - 0.7)) < 0.01));
  ends.length = 0;
  linesAt([1, 0, 0, 1], 2, { first: 0.4, step: 1, count: 1 }, note); // a and c are higher than their middle's level
  assert.equal(ends.length, 4);
  linesAt([NaN, 0, 0, 1], 2, { first: 0.4, step: 1, count: 1 }, note);
  assert.equal(ends.length, 4);
  assert.deepEqual(levelsOf({ low: 0, high: 10 }, { zmin: 0, zmax: 8, contours: { size: 2 } }), { first: 1.25, step: 2.5, count: 4 });
});
