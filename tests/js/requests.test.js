// What is asked of Python: streams wait for their answer, nothing asked is lost, and an answer counts once.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createRequests } from "../../ui/stage/flow/requests.js";

/** @typedef {import("../../ui/stage/flow/requests.js").Request & {seq: number}} Message */

/** @type {Message[]} */
let sent = [];
/** @type {boolean[]} */
let waiting = [];
/** @type {ReturnType<typeof createRequests>} */
let requests;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { window: globalThis });
  [sent, waiting] = [[], []];
  requests = createRequests({ send: (request) => sent.push(request), onWaiting: (is) => waiting.push(is) });
});

afterEach(() => {
  requests.destroy();
  mock.timers.reset();
  Reflect.deleteProperty(globalThis, "window");
});

test("while something is dragged one message is under way, and the newest place goes next", () => {
  for (const x of [1, 2, 3]) requests.ask({ kind: "drag", x, y: 0 });
  assert.deepEqual(sent, [{ kind: "drag", x: 1, y: 0, seq: 1 }]);
  assert.equal(requests.answered(1)?.request.x, 1);
  assert.deepEqual(sent.slice(1), [{ kind: "drag", x: 3, y: 0, seq: 2 }]);
});

test("without an answer the next one goes after a second", () => {
  requests.ask({ kind: "slide", edits: { steps: 1 } });
  requests.ask({ kind: "slide", edits: { steps: 2 } });
  mock.timers.tick(999);
  assert.equal(sent.length, 1);
  mock.timers.tick(1);
  assert.deepEqual(sent[1], { kind: "slide", edits: { steps: 2 }, seq: 2 });
});

test("what is wanted beyond the picture holds up no drag", () => {
  requests.ask({ kind: "wants", wants: ["advice"] });
  requests.ask({ kind: "drag", x: 1, y: 0 });
  assert.deepEqual(sent[1], { kind: "drag", x: 1, y: 0, wants: ["advice"], seq: 2 });
});

test("a click does not wait, and takes along what is not answered yet", () => {
  requests.ask({ kind: "number", edits: { steps: 5, seed: 1 } });
  requests.ask({ kind: "click", x: 1, y: 2 });
  requests.ask({ kind: "number", edits: { seed: 2 } });
  assert.deepEqual(sent[2], { kind: "number", x: 1, y: 2, edits: { steps: 5, seed: 2 }, seq: 3 });
});

test("a random start and the home start leave an older place behind", () => {
  requests.ask({ kind: "click", x: 1, y: 2 });
  for (const kind of /** @type {const} */ (["random", "home"])) {
    requests.ask({ kind });
    assert.equal(sent.at(-1)?.x, undefined);
  }
});

test("the ball waits for no answer but one about itself", () => {
  const told = [];
  for (const request of /** @type {const} */ ([{ kind: "wants", wants: ["advice"] }, { kind: "click", x: 1, y: 2 }, { kind: "number", edits: { steps: 5 } }])) {
    requests.ask(/** @type {any} */ (request));
    told.push(requests.ballAhead);
  }
  requests.answered(3);
  assert.deepEqual([...told, requests.ballAhead], [false, true, true, false]);
});

test("a message that overtakes Back takes it along and nothing older", () => {
  requests.ask({ kind: "number", edits: { steps: 5 } });
  requests.ask({ kind: "navigate", query: "steps=9" });
  requests.ask({ kind: "wants", wants: ["advice"] });
  requests.answered(3);
  requests.ask({ kind: "wants", wants: ["advice"] });
  assert.deepEqual(sent.map(({ kind, edits, query }) => [kind, edits, query]), [
    ["number", { steps: 5 }, undefined],
    ["navigate", undefined, "steps=9"],
    ["wants", undefined, "steps=9"],
    ["wants", undefined, undefined],
  ]);
});

test("Python repeats its last number: it is an answer once", () => {
  requests.ask({ kind: "click", x: 1, y: 2 });
  assert.equal(requests.answered(null), null);
  assert.equal(requests.answered(1)?.kind, "click");
  assert.equal(requests.answered(1), null);
  assert.equal(requests.ahead, false);
});

test("a page that is new to a running session goes on from the session's number", () => {
  assert.equal(requests.answered(41), null);
  requests.ask({ kind: "click", x: 1, y: 2 });
  assert.equal(sent[0].seq, 42);
});

test("the addresses that wait for an answer are known until it comes", () => {
  requests.ask({ kind: "slide", edits: { steps: 1 } });
  requests.ask({ kind: "slide", edits: { seed: 2 } });
  assert.deepEqual([...requests.editing].sort(), ["seed", "steps"]);
  requests.answered(1);
  assert.deepEqual([...requests.editing], ["seed"]);
  requests.answered(2);
  assert.equal(requests.editing.size, 0);
});

test("whether something is waited for is told", () => {
  requests.ask({ kind: "click", x: 1, y: 2 });
  requests.answered(1);
  assert.deepEqual(waiting, [true, false]);
});

test("after the end nothing is sent any more", () => {
  requests.ask({ kind: "drag", x: 1, y: 0 });
  requests.ask({ kind: "drag", x: 2, y: 0 });
  requests.destroy();
  mock.timers.tick(5000);
  assert.equal(sent.length, 1);
});

test("what moves is sketched at once, and goes to Python when it rests", () => {
  /** @type {any[]} */
  const drawn = [];
  requests = createRequests({ send: (request) => sent.push(request), onWaiting: () => {}, sketch: (request) => drawn.push(request) > 0 });
  for (const x of [1, 2, 3]) {
    requests.ask({ kind: "drag", x, y: 0 });
    mock.timers.tick(100);
  }
  assert.deepEqual([drawn.map(({ x }) => x), sent, requests.moving, requests.ballAhead], [[1, 2, 3], [], true, true]);
  mock.timers.tick(50);
  assert.deepEqual([sent, requests.moving], [[{ kind: "drag", x: 3, y: 0, seq: 1 }], false]);
  requests.ask({ kind: "slide", edits: { "r1.learning_rate": 1 } });
  assert.deepEqual(drawn.at(-1), { kind: "slide", x: 3, y: 0, edits: { "r1.learning_rate": 1 } }); // with what is not answered
  requests.answered(1);
  assert.equal(sent.length, 1); // it still moves
  requests.ask({ kind: "number", edits: { "r1.learning_rate": 2 } });
  assert.deepEqual(sent[1], { kind: "number", edits: { "r1.learning_rate": 2 }, seq: 2 });
});

test("a click is sketched, and goes to Python at once", () => {
  /** @type {any[]} */
  const drawn = [];
  requests = createRequests({ send: (request) => sent.push(request), onWaiting: () => {}, sketch: (request) => drawn.push(request) > 0 });
  requests.ask({ kind: "click", x: 1, y: 0 });
  requests.ask({ kind: "wants", wants: ["advice"] });
  assert.deepEqual([drawn.map(({ kind }) => kind), sent.map(({ kind }) => kind), requests.moving], [["click"], ["click", "wants"], false]);
});

test("nothing is sketched while Python has not said where a random start is", () => {
  let drawn = 0;
  requests = createRequests({ send: (request) => sent.push(request), onWaiting: () => {}, sketch: () => ++drawn > 0 });
  requests.ask({ kind: "random" });
  requests.ask({ kind: "slide", edits: { "r1.learning_rate": 1 } });
  assert.deepEqual([drawn, requests.moving], [0, false]);
});
