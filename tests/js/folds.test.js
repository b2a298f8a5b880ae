// What a fold of the panel says of what is set within.

import assert from "node:assert/strict";
import { test } from "node:test";

import { setLine } from "../../ui/stage/panel/fold_line.js";

const STEPS = { address: "steps", text: "{} steps", one: "{} step", whole: true, value: 12000, default: null };
const NOISE = { address: "noise", text: "noise {}", one: "noise {}", whole: false, value: 0, default: 0 };

test("a line names what is chosen, and numbers that are not as usual", () => {
  assert.equal(setLine(["cosine", NOISE, ""], null), "cosine");
  assert.equal(setLine(["cosine", { ...NOISE, value: -0.12345 }], null), "cosine, noise −0.123");
  assert.equal(setLine([NOISE], null), "");
});

test("what the stage has goes before what the session knew, as do its defaults", () => {
  assert.equal(setLine([STEPS, NOISE], { values: { steps: 1, noise: 2 }, defaults: { steps: 300, noise: 2 } }), "1 step");
  assert.equal(setLine([STEPS], { values: {}, defaults: {} }), "12,000 steps");
});
