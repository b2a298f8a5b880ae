// The curves: the axes that fit them, the lines that Plotly is given, and the value under the cursor.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fittingAxes, rangeOf } from "../../ui/stage/curves/curve_axes.js";
import { curveLayout, curveTraces, thin } from "../../ui/stage/curves/curve_figure.js";
import { valueAt } from "../../ui/stage/curves/cursor.js";
import { captionOf, seriesOf } from "../../ui/stage/curves/drawn_curve.js";
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
