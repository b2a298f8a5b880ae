// What is drawn while something moves: one question at a time, the newest wins, and after a failure whole pictures come instead.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createSketches, isSketchable, sketched } from "../../ui/stage/flow/sketches.js";
import { aPacket, aRun, floats, packed } from "./made.js";

/** @type {Array<{url: URL, question: any, answer: (response: any) => Promise<void>}>} */
let asked = [];
/** @type {any[]} */
let drawn = [];
let failures = 0;
/** @type {ReturnType<typeof createSketches>} */
let sketches;

const turn = () => new Promise((resolve) => setTimeout(resolve));
const start = (/** @type {number} */ x) => ({ start: /** @type {[number, number]} */ ([x, 0]) });

beforeEach(() => {
  [asked, drawn, failures] = [[], [], 0];
  mock.method(globalThis, "fetch", (/** @type {URL} */ url, /** @type {any} */ { body }) => new Promise((resolve) => asked.push({
    url, question: JSON.parse(body), answer: async (response) => { resolve(response); await turn(); },
  })));
  sketches = createSketches({ onSketch: (sketch) => drawn.push(sketch), onFailure: () => failures++ });
});

afterEach(() => mock.restoreAll());

/** @param {number} x */
const answerOf = (x) => ({ ok: true, arrayBuffer: async () => packed({ start: [x, 0], steps: 1, runs: [], arrays: [["x0", 0, 2]] }, floats(x, 1)).slice().buffer });

test("one question at a time; of those that come meanwhile the newest is asked", async () => {
  for (const x of [1, 2, 3]) assert.ok(sketches.ask("v=1", { "r1.learning_rate": 0.5, ...start(x) }, "drag"));
  assert.match(asked[0].url.pathname, /\/sketch$/);
  assert.deepEqual(asked.map(({ question }) => question), [{ query: "v=1", edits: { "r1.learning_rate": 0.5, start: [1, 0] } }]);
  await asked[0].answer(answerOf(1));
  assert.deepEqual(asked[1].question.edits.start, [3, 0]);
  await asked[1].answer(answerOf(3));
  assert.deepEqual(drawn.map(({ start, arrays }) => [start[0], arrays.get("x0")[0]]), [[1, 1], [3, 3]]);
});

test("what was foreseen is not asked for again, and draws nothing where it was not meant", async () => {
  sketches.foresee("v=1", start(1));
  assert.equal(asked.length, 1);
  await asked[0].answer(answerOf(1));
  assert.deepEqual(drawn, []);
  assert.ok(sketches.ask("v=1", start(1), "click"));
  await turn();
  assert.deepEqual([asked.length, drawn.length], [1, 1]);
  sketches.foresee("v=1", start(2));
  sketches.ask("v=1", start(3), "click"); // elsewhere
  assert.deepEqual(asked.map(({ question }) => question.edits.start[0]), [1, 2, 3]);
});

test("the next sketch is made while one is drawn", async () => {
  /** @type {number[]} */
  const under = [];
  sketches = createSketches({ onSketch: () => under.push(asked.length), onFailure: () => failures++ });
  for (const x of [1, 2]) sketches.ask("v=1", start(x), "drag");
  await asked[0].answer(answerOf(1));
  assert.deepEqual(under, [2]);
});

test("what comes after all was shown is not drawn", async () => {
  sketches.ask("v=1", start(1), "drag");
  sketches.stop();
  await asked[0].answer(answerOf(1));
  assert.deepEqual([drawn, failures], [[], 0]);
});

test("after a failure nothing is asked until a picture has come", async () => {
  sketches.ask("v=1", start(1), "drag");
  await asked[0].answer({ ok: false, status: 425 });
  assert.equal(failures, 1);
  assert.equal(sketches.ask("v=1", start(2), "drag"), false);
  sketches.resume();
  assert.ok(sketches.ask("v=1", start(2), "drag"));
});

test("a start and a run's numbers can be sketched, another surface, optimizer or random start cannot", () => {
  assert.ok(isSketchable(start(1)));
  for (const address of ["r1.learning_rate", "r12.parameters.beta", "r2.schedule_parameters.points", "r1.wrappers.lookahead.sync_period"]) {
    assert.ok(isSketchable({ [address]: 1, ...start(2) }), address);
  }
  for (const address of ["steps", "smoothing", "landscape_parameters.a", "r1.optimizer", "r1.schedule", "r1.name", "criteria.step_tolerance"]) {
    assert.ok(!isSketchable({ [address]: 1, "r1.learning_rate": 1 }), address);
  }
  assert.ok(!isSketchable({ start: "random" }) && !isSketchable({ start: null }));
});

test("rows of data and what decides on them can be sketched where something learns", () => {
  for (const address of ["data.3", "flagged.12", "landscape_parameters.data_noise", "l2", "batch"]) {
    assert.ok(isSketchable({ [address]: 1, "r1.learning_rate": 1 }, true), address);
    assert.ok(!isSketchable({ [address]: 1 }), address);
  }
  for (const address of ["data", "landscape", "steps", "batch_kind"]) assert.ok(!isSketchable({ [address]: 1 }, true), address);
});

test("a sketch's rows come with the batches of the picture, as long as they are counted alike", () => {
  const told = /** @type {any} */ ({ rows: [[0, 0], [1, 1]], flagged: [], cleaned: [] });
  const packet = aPacket({ data: { ...told, batch: 1, batches_drawn: true }, arrays: new Map([["batches", floats(0, 1)]]) });
  const sketch = { start: /** @type {[number, number]} */ ([0, 0]), steps: 2, runs: [], arrays: new Map() };
  const moved = sketched(packet, { ...sketch, data: { ...told, rows: [[0, 0], [1, 5]] } });
  assert.deepEqual([moved.data?.rows[1], moved.data?.batches_drawn, moved.arrays.get("batches")?.length], [[1, 5], true, 2]);
  assert.equal(sketched(packet, { ...sketch, data: { ...told, flagged: [1] } }).data?.batches_drawn, false);
  assert.equal(sketched(packet, { ...sketch, data: { ...told, held: [1] } }).data?.batches_drawn, false);
  assert.equal(sketched(aPacket(), sketch).data, null);
});

test("a sketched picture has the sketch's paths and curves, and nothing that only a verdict tells", () => {
  const fit = /** @type {const} */ ({ kind: "FITS", title: "Fits", tone: "good", sentence: "", best: 2 });
  const run = aRun({ reached: 3, flag: "diverged", last: 9, fit, series: { x: floats(1), loss: floats(2), distance: floats(3) } });
  const arrays = new Map([["x0", floats(7)], ["loss0", floats(8)]]);
  const { runs: [next], start } = sketched(aPacket({ runs: [run] }), { start: [1, 2], steps: 5, runs: [{ last: 4, steps: 5, best: 1, leaves: null, name: "Adam" }], arrays });
  assert.deepEqual([next.last, next.reached, next.flag, next.fit, next.name, start], [4, null, null, null, "Adam", [1, 2]]);
  assert.deepEqual([[...next.series.x], [...next.series.loss], [...next.series.distance]], [[7], [8], []]);
});
