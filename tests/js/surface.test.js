// The surface as it is fetched: Plotly's packed numbers, the height at a point, the value that a drawn height stands for.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { heightAt, knownSurface, landmarks, loadSurface, markedPoints, valueOf } from "../../ui/stage/flow/surface.js";

/** @param {Float64Array|Float32Array|Int16Array} values */
const packed = (values) => ({ dtype: { Float64Array: "f8", Float32Array: "f4", Int16Array: "i2" }[values.constructor.name], bdata: Buffer.from(values.buffer).toString("base64") });

const FIGURES = {
  map: {
    data: [
      { x: packed(Float64Array.of(0, 1, 2)), y: [0, 10], z: { ...packed(Float32Array.of(0, 1, 2, 10, 11, 12)), shape: "2, 3" } },
      { x: packed(Int16Array.of(-1, 2)), y: [3, 4], name: "Minima", marker: { symbol: "star" } },
      { x: [5], y: [6], name: "Hidden", marker: { symbol: "x" }, visible: false },
      { x: [0, NaN, 1], y: [7, NaN, 8], name: "A ring", mode: "lines", line: { width: 2, dash: "dot" } },
      { name: "no points" },
    ],
  },
};

/** @type {string[]} */
let asked = [];
let isUp = true;

beforeEach(() => {
  [asked, isUp] = [[], true];
  mock.method(globalThis, "fetch", async (/** @type {string} */ url) => {
    asked.push(url);
    return { ok: isUp, status: 404, json: async () => structuredClone(FIGURES) };
  });
});

afterEach(() => mock.restoreAll());

test("packed and plain numbers are read into one grid", async () => {
  const { grid } = await loadSurface("grid");
  assert.deepEqual([grid.x0, grid.x1, grid.nx, grid.y0, grid.y1, grid.ny], [0, 2, 3, 0, 10, 2]);
  assert.deepEqual([grid.low, grid.high], [0, 12]);
});

test("the height between the points of the grid is bilinear, at its edge it is exact, beyond it there is none", async () => {
  const { grid } = await loadSurface("grid");
  for (const [x, y] of [[0, 0], [2, 10], [0.5, 2.5], [1.25, 9], [2, 0]]) assert.ok(Math.abs(heightAt(grid, x, y) - (x + y)) < 1e-9, `${x}, ${y}`);
  for (const [x, y] of [[-0.1, 0], [2.1, 0], [0, -1], [0, 11], [NaN, 0]]) assert.ok(Number.isNaN(heightAt(grid, x, y)));
});

test("what is marked on the map is known by its symbol", async () => {
  const surface = await loadSurface("grid");
  assert.deepEqual(landmarks(surface), [
    { symbol: "star", width: 0, points: [[-1, 3], [2, 4]] },
    { symbol: "line-dot", width: 2, points: [[0, 7], [NaN, NaN], [1, 8]] },
  ]);
  assert.deepEqual(markedPoints(surface), [[-1, 3], [2, 4], [0, 7], [1, 8]]); // a gap is no place
});

test("an address is fetched once, and again only after a failure or when twelve others came", async () => {
  isUp = false;
  await assert.rejects(loadSurface("one"), /could not be loaded \(404\)/);
  isUp = true;
  assert.equal(await loadSurface("one"), await loadSurface("one"));
  assert.deepEqual(asked, ["one", "one"]);
  assert.ok(knownSurface("one"));
  for (let i = 0; i < 12; i++) await loadSurface(`other ${i}`);
  assert.equal(knownSurface("one"), undefined);
  await loadSurface("one");
  assert.equal(asked.at(-1), "one");
});

test("in every scale a drawn height reads back as its value", () => {
  const [knots, levels] = [[-2, 0, 1, 10], [0, 0.25, 0.5, 1]];
  const rule = { lowest: -3, unit: 0.5, knots, levels, factor: 1, base: 0 };
  const log = (/** @type {number} */ value) => (value >= -3 ? Math.log10(1 + (value + 3) / 0.5) : (value + 3) / 0.5 / Math.LN10);
  for (const value of [-5, -3, -2, -1, 0, 0.5, 1, 7, 10, 1000]) {
    assert.equal(valueOf({ ...rule, kind: "linear" }, value), value);
    assert.equal(valueOf({ ...rule, kind: "linear", base: 1e6, factor: 2 }, (value - 1e6) / 2), value);
    assert.ok(Math.abs(valueOf({ ...rule, kind: "log" }, log(value)) - value) < 1e-9 * Math.max(1, Math.abs(value)));
  }
  const rank = (/** @type {number} */ height) => valueOf({ ...rule, kind: "rank" }, height);
  assert.deepEqual([0, 0.25, 0.5, 1].map(rank), knots);
  assert.deepEqual([0.125, 0.375, 0.75].map(rank), [-1, 0.5, 5.5]);
  assert.deepEqual([-0.5, 1.5].map(rank), [-8, 16]); // on, beyond the knots, as steep as the whole
});
