// The line under the map: the surface's own marks first, then those that this result has.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { showLegend } from "../../ui/stage/curves/legend.js";
import { anElement, aRun, floats } from "./made.js";

const SURFACE = /** @type {import("../../ui/stage/flow/surface.js").Surface} */ (/** @type {unknown} */ ({
  map: {
    data: [
      { name: "heights", x: [1] },
      { name: "global minimum", x: [1], marker: { symbol: "star" } },
      { name: "saddle", x: { bdata: "AAAA" }, marker: { symbol: "x" } },
      { name: "none of these", x: [] },
      { name: "hidden", x: [1], visible: false },
    ],
  },
}));

beforeEach(() => void Object.assign(globalThis, { document: { createElement: anElement } }));
afterEach(() => void Reflect.deleteProperty(globalThis, "document"));

/** @param {Partial<import("../../ui/stage/flow/packet.js").Run>[]} runs */
function texts(...runs) {
  const host = anElement();
  showLegend(host, SURFACE, runs.map(aRun));
  return host.children.map((/** @type {any} */ item) => item.children[1]);
}

test("what is marked on the map is named, where there is any", () => {
  assert.deepEqual(texts(), ["Global minimum", "Saddle"]);
});

test("a result's marks are named where a run has them", () => {
  const many = { said: "", spread: 0, steps: floats(), bands: {}, x: floats(), y: floats(), global: floats(1, 1) };
  assert.deepEqual(texts({ reached: 3 }).slice(2), ["Converged"]);
  assert.deepEqual(texts({ best: 3, last: 9, steps: 9 }).slice(2), ["Lowest loss"]);
  assert.deepEqual(texts({ best: 9, last: 9, steps: 9 }).slice(2), []);
  assert.deepEqual(texts({ many }).slice(2), ["Repeat at a global minimum"]);
  assert.deepEqual(texts({ many: { ...many, global: floats(1, 0) } }).slice(2), ["Repeat at a global minimum", "Repeat elsewhere"]);
  assert.deepEqual(texts({ leaves: 4, last: 5, steps: 9 }).slice(2), ["Leaves the view"]);
  assert.deepEqual(texts({}, { last: 5, steps: 9 }).slice(2), ["Stops: no number"]);
  assert.deepEqual(texts({ watches: true, series: { rate: floats(1, 2) } }).slice(2), ["Rate raised"]);
});

test("a legend that says the same is left as it is", () => {
  const host = anElement();
  showLegend(host, SURFACE, []);
  const before = host.children;
  showLegend(host, SURFACE, [aRun()]);
  assert.equal(host.children, before);
});
