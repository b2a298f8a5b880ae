// The panel and the stage meet in one place: edits go one way, what holds comes the other.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isWaiting, lastTold, make, onEdit, onNumbers, tell } from "../../ui/stage/panel/edits.js";

const EDIT = { address: "steps", value: 5, live: false };
const TOLD = { values: { steps: 5 }, defaults: { steps: 300 }, rates: [] };

test("an edit goes to whoever takes edits, and it is said when nobody does", () => {
  assert.equal(make(EDIT), false);
  /** @type {any[]} */
  const taken = [];
  const stop = onEdit((edit) => taken.push(edit));
  assert.equal(make(EDIT), true);
  stop();
  assert.equal(make(EDIT), false);
  assert.deepEqual(taken, [EDIT]);
});

test("what holds is told to all followers, and the last is kept for those who come later", () => {
  assert.equal(lastTold(), null);
  /** @type {any[]} */
  const heard = [];
  const stop = onNumbers((numbers) => heard.push(numbers));
  tell(TOLD, new Set(["seed"]));
  stop();
  tell(TOLD, new Set());
  assert.deepEqual(heard, [TOLD]);
  assert.equal(lastTold(), TOLD);
});

test("an address waits until it is told without it", () => {
  tell(TOLD, new Set(["seed"]));
  assert.deepEqual(["seed", "steps"].map(isWaiting), [true, false]);
  tell(TOLD, new Set());
  assert.equal(isWaiting("seed"), false);
});
