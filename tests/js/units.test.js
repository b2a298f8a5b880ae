// Curves of numbers that Plotly does not draw, and tick marks whose labels fit.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inUnit, linearTicks, unitOf } from "../../ui/stage/curves/units.js";

const PLOTLYS_LARGEST = Number.MAX_VALUE * 1e-4; // it takes what is larger for no number

test("what is too large to be drawn is drawn in a unit, and what is no number stays so", () => {
  const huge = Float64Array.from([1e308, -1.7e308, NaN, -Infinity]);
  const unit = unitOf([Float64Array.from([1, 2]), huge]);
  const drawn = inUnit(huge, unit);
  assert.ok(Math.abs(drawn[0]) < PLOTLYS_LARGEST / 1e3 && Math.abs(drawn[1]) < PLOTLYS_LARGEST / 1e3);
  assert.ok(Number.isNaN(drawn[2]) && drawn[3] === -Infinity);
  assert.equal(unitOf([Float64Array.from([1e290, Infinity, NaN])]), 1);
});

test("tick labels tell the values themselves, and few characters", () => {
  const unit = unitOf([Float64Array.from([1e308])]);
  const ticks = linearTicks([-0.1e308 * unit, 1.05e308 * unit], 6, unit);
  assert.deepEqual(ticks?.ticktext, ["0", "2e307", "4e307", "6e307", "8e307", "1e308"]);
  assert.equal(linearTicks([0, 12], 6, 1), null);
  assert.deepEqual(linearTicks([0, 2.1e-300], 4, 1)?.ticktext, ["0", "1e−300", "2e−300"]);
});
