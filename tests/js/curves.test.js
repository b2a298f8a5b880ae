// The curves: the axes that fit them, the lines that Plotly is given, and the value under the cursor.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fittingAxes, rangeOf } from "../../ui/stage/curves/curve_axes.js";
import { curveLayout, curveTraces, thin } from "../../ui/stage/curves/curve_figure.js";
import { valueAt } from "../../ui/stage/curves/cursor.js";
import { bestBeside, captionOf, drawnOf, seriesOf } from "../../ui/stage/curves/drawn_curve.js";
import { aRun, aScene, floats } from "./made.js";

const LOSS = { key: "loss", name: "Loss", short: "Loss", column: "Loss", array: "loss", log_array: "gap", log_name: "Above the minimum" };
const SHARPNESS = { key: "sharpness", name: "Largest curvature", short: "Largest curvature", column: "Largest curvature", array: "sharpness" };
const RUN = aRun({ series: { x: floats(0, 0, 0), y: floats(0, 0, 0), loss: floats(4, 2, 1), gap: floats(3, 1, 0) } });

test("on a logarithmic scale a curve may have other numbers and another name", () => {
  const scene = aScene([RUN]);
  assert.deepEqual([false, true].map((logarithmic) => seriesOf({ curve: LOSS, logarithmic })), ["loss", "gap"]);
  assert.equal(captionOf({ scene, curve: LOSS, logarithmic: true }), "Above the minimum");
  assert.equal(captionOf({ scene, curve: SHARPNESS, logarithmic: false }), "Largest curvature; no known limit");
  assert.equal(captionOf({ scene: aScene([aRun({ limit: 2 })]), curve: SHARPNESS, logarithmic: false }), "Largest curvature; dashed: the limit");
});

test("the range holds all values and some room; what diverges stretches it only so far", () => {
  const [low, high] = /** @type {[number, number]} */ (rangeOf([floats(4, 2, 1)], false));
  assert.ok(low < 1 && high > 4 && high < 4.5);
  const [, stretched] = /** @type {[number, number]} */ (rangeOf([floats(4, 2, 1, 1e30)], false));
  assert.ok(stretched > 4 && stretched <= 1 + 3 * 3 * 1.06 + 1); // three times as far above the lowest as the first
  const [from, to] = /** @type {[number, number]} */ (rangeOf([floats(100, 1, 0, -1)], true));
  assert.ok(from < 0 && from > -0.5 && to > 2 && to < 2.5); // powers of ten of 1 and 100; nothing of 0 and below
  assert.equal(rangeOf([floats(NaN, Infinity)], false), null);
  assert.equal(rangeOf([floats(0, -1)], true), null);
});

test("runs that are hidden, and what lies far outside the view, do not set the axes", () => {
  const far = aRun({ series: { x: floats(0, 0, 1e6), y: floats(0, 0, 0), loss: floats(4, 2, 9) } });
  const scene = aScene([far, aRun({ series: { x: floats(0), y: floats(0), loss: floats(1000) } })], { shown: [true, false] });
  const { x, y, empty } = fittingAxes({ scene, curve: LOSS, logarithmic: false, unit: 1 });
  assert.deepEqual(x, [0, scene.steps]);
  assert.ok(y[1] > 4 && y[1] < 5);
  assert.equal(empty, false);
  assert.equal(fittingAxes({ scene: aScene([aRun()]), curve: LOSS, logarithmic: false, unit: 1 }).empty, true);
});

test("a long line is thinned to its extremes, and broken where there is no number", () => {
  const values = Float32Array.from({ length: 70_000 }, (_, i) => (i === 12_345 ? 99 : Math.sin(i)));
  const { x, y } = thin(values, false);
  assert.ok(x.length <= 1400 && x.every((at, i) => i === 0 || at > x[i - 1]));
  assert.ok(y.includes(99) && x.every((at, i) => y[i] === values[at]));
  assert.deepEqual(thin(floats(1, NaN, 0, 3), true), { x: [0, 1, 2, 3], y: [1, null, null, 3] });
});

test("Plotly is given a line a run, then where the rate changed and where runs converged", () => {
  const scene = aScene([{ ...RUN, reached: 1 }, RUN], { shown: [true, false] });
  const drawn = { scene, curve: LOSS, logarithmic: false, unit: 1 };
  const axes = fittingAxes(drawn);
  const traces = /** @type {any[]} */ (curveTraces(drawn, axes));
  assert.deepEqual(traces.map(({ mode, visible }) => [mode, visible]), [["lines", true], ["lines", false], ["markers", undefined], ["markers", undefined]]);
  assert.deepEqual([traces[3].x, traces[3].y], [[1], [2]]);
  const layout = /** @type {any} */ (curveLayout({ ...drawn, logarithmic: true }, { x: [0, 2], y: [-6, 0.5] }, { width: 500, height: 300, large: false }));
  assert.equal(layout.yaxis.type, "log");
  assert.deepEqual(layout.yaxis.tickvals.map(Math.log10).map(Math.round), [-6, -4, -2, 0]);
});

test("between two steps the cursor is on the line, in the axis' own units", () => {
  assert.equal(valueAt(floats(0, 10), 0.25, false), 2.5);
  assert.ok(Math.abs(valueAt(floats(1, 100), 0.5, true) - 1) < 1e-12);
  assert.equal(valueAt(floats(0, 10), 7, false), 10); // a run that made fewer steps stays at its last
  assert.ok(Number.isNaN(valueAt(floats(0, 1), 0, true))); // no logarithm of 0
  assert.equal(valueAt(floats(3, NaN), 0.5, false), 3);
});

const HELD = { ...LOSS, log_array: "loss", log_name: "Loss", beside: "heldout", beside_column: "Held-out loss" };
const LEARNT = aRun({ name: "Adam", last: 3, series: { x: floats(0, 0, 0, 0), y: floats(0, 0, 0, 0), loss: floats(4, 2, 1, 0.5), heldout: floats(5, 3, 2.5, 6) } });

test("what is held out is drawn dashed in the run's colour on the same axes, with a ring where it was lowest", () => {
  const scene = aScene([LEARNT, LEARNT], { shown: [true, false] });
  const drawn = drawnOf({ scene, curve: HELD, logarithmic: false });
  const axes = fittingAxes(drawn);
  assert.ok(axes.y[0] < 0.5 && axes.y[1] > 6 && axes.y[1] < 7); // both, and some room
  const traces = /** @type {any[]} */ (curveTraces(drawn, axes));
  const [dashed] = traces.filter(({ line }) => line?.dash);
  assert.deepEqual([dashed.name, [...dashed.y], dashed.line.color], ["Adam, held out", [5, 3, 2.5, 6], scene.colors[0]]);
  assert.equal(traces.filter(({ line }) => line?.dash).length, 1); // none of the run that is hidden
  const [ring] = traces.filter(({ name }) => name === "lowest held out");
  assert.deepEqual([ring.x, ring.y, ring.marker.line.color], [[2], [2.5], [scene.colors[0]]]);
  assert.equal(captionOf({ scene, curve: HELD, logarithmic: true }), "Loss; dashed: held out, ○ lowest");
  assert.equal(captionOf({ scene: aScene([]), curve: HELD, logarithmic: true }), "Loss");
});

test("both are on the logarithmic axis, and a pinned picture's are faint", () => {
  const drawn = drawnOf({ scene: aScene([LEARNT]), curve: HELD, logarithmic: true });
  const { y } = fittingAxes(drawn);
  assert.ok(y[0] < Math.log10(0.5) && y[1] > Math.log10(6));
  const faint = /** @type {any[]} */ (curveTraces(drawn, { x: [0, 3], y }, drawn)).filter(({ opacity }) => opacity < 1);
  assert.deepEqual(faint.map(({ name }) => name), ["Adam, held out", "Adam, pinned"]);
});

test("the lowest held-out loss is that of the verdict, else the first of the lowest while the run was finite", () => {
  const values = floats(NaN, 3, 2, 2, 1);
  assert.equal(bestBeside({ last: 3 }, values), 2);
  assert.equal(bestBeside({ last: 9 }, values), 4);
  assert.equal(bestBeside({ last: 9, fit: { kind: "FITS", title: "", tone: "good", sentence: "", best: 3 } }, values), 3);
});

test("shares have an axis from 0 to 1, and say of which rows they are", () => {
  const curve = { key: "accuracy", name: "Accuracy", short: "Accuracy", column: "Accuracy", array: "accuracy", log_array: "accuracy" };
  const run = { ...LEARNT, series: { ...LEARNT.series, accuracy: floats(0.9, 0.92, 0.95, 1) } };
  const [low, high] = fittingAxes(drawnOf({ scene: aScene([run]), curve, logarithmic: false })).y;
  assert.ok(low <= 0 && low > -0.1 && high >= 1 && high < 1.1);
  assert.equal(captionOf({ scene: aScene([run]), curve, logarithmic: false }), "Accuracy on held-out rows");
  assert.equal(captionOf({ scene: aScene([{ ...run, series: { ...run.series, heldout: floats() } }]), curve, logarithmic: false }), "Accuracy on the rows it learns from");
});

test("of many weights all steps set the axes, and lengths may grow far above the first", () => {
  const curve = { key: "weights", name: "Length of the weights", short: "Weights", column: "", array: "weights" };
  const run = aRun({ frames: [0, 2], series: { x: floats(0, 9, 1e3), y: floats(0, 0, 0), weights: floats(2, 1.9, 40) } });
  const top = (/** @type {import("../../ui/stage/flow/packet.js").Run} */ one) => fittingAxes(drawnOf({ scene: aScene([one]), curve, logarithmic: false })).y[1];
  assert.ok(top(run) > 40 && top(run) < 45);
  assert.ok(top({ ...run, frames: null }) < 3); // of two weights only what is in sight
  assert.ok(top({ ...run, series: { ...run.series, weights: floats(2, 3, 1e30) } }) < 250); // a hundred times the first
});
