// What this page shows, of what pictures are fetched, and what the session is told: nothing done is lost, and nothing is done twice.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { memory } from "../../ui/stage/flow/memory.js";
import { createRequests } from "../../ui/stage/flow/requests.js";

/** @typedef {import("../../ui/stage/flow/requests.js").Asked} Asked */

/** @type {Asked[]} pictures that were asked for */
let asked = [];
/** @type {import("../../ui/stage/flow/requests.js").Settled[]} */
let told = [];
/** @type {Array<{query: string, edits: any, kind: string}>} */
let drawn = [];
/** @type {boolean[]} */
let away = [];
/** @type {Array<{query: string, edits: any}>} */
let foreseen = [];
let sketches = true;
/** @type {ReturnType<typeof createRequests>} */
let requests;

const make = () => createRequests({
  picture: (one) => asked.push(one),
  tell: (one) => told.push(one),
  onWaiting: () => {},
  onAway: (is) => away.push(is),
  foresee: (query, edits) => foreseen.push({ query, edits }),
  sketch: (query, edits, kind) => sketches && drawn.push({ query, edits, kind }) > 0,
});

/** @param {Partial<import("../../ui/stage/flow/requests.js").Message>} [given] */
const said = (given = {}) => ({ query: "v=1", play: "1", fresh: false, revision: "r", generation: "g", page: "", count: 0, ...given });
const echo = () => said({ page: memory.page, count: memory.count, query: "whatever" });
const stroke = () => mock.timers.tick(40); // what a sketch has for itself
const answer = (/** @type {string} */ query) => requests.answered(/** @type {Asked} */ (asked.at(-1)).turn, query);

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { window: globalThis });
  Object.assign(memory, { count: 0, told: [], base: null, play: "", revision: "", generation: "", wants: [] });
  [asked, told, drawn, away, foreseen, sketches] = [[], [], [], [], [], true];
  requests = make();
  requests.hear(said());
  answer("v=1");
});

afterEach(() => {
  requests.destroy();
  mock.timers.reset();
  Reflect.deleteProperty(globalThis, "window");
});

test("the first message is the experiment that is shown, played from its start", () => {
  assert.deepEqual([asked[0].query, asked[0].edits, asked[0].played, asked[0].kind], ["v=1", {}, true, null]);
  assert.deepEqual(told, []);
  requests.hear(said());
  assert.equal(asked.length, 1); // the same message again, as where the theme changes
});

test("what moves is sketched at once; its picture and the session have it when it rests", () => {
  for (const x of [1, 2, 3]) {
    requests.ask({ kind: "drag", x, y: 0 });
    mock.timers.tick(100);
  }
  assert.deepEqual(drawn.map(({ query, edits }) => [query, edits.start[0]]), [["v=1", 1], ["v=1", 2], ["v=1", 3]]);
  assert.deepEqual([asked.length, told.length, requests.moving, requests.ballAhead], [1, 0, true, true]);
  mock.timers.tick(50);
  assert.deepEqual([asked[1].query, asked[1].edits, told[0].edits], ["v=1", { start: [3, 0] }, { start: [3, 0] }]);
  assert.deepEqual([told[0].query, told[0].count, told[0].revision, requests.moving], ["v=1", 1, "r", false]);
  assert.equal(answer("v=2")?.kind, "drag");
  requests.ask({ kind: "slide", edits: { "r1.learning_rate": 1 } });
  assert.deepEqual(drawn.at(-1), { query: "v=2", edits: { "r1.learning_rate": 1 }, kind: "slide" });
});

test("a move goes on while its picture is under way: what came later is on top of that picture", () => {
  requests.ask({ kind: "drop", x: 1, y: 0 });
  stroke();
  requests.ask({ kind: "slide", edits: { "r1.learning_rate": 2 } });
  assert.deepEqual(drawn.at(-1)?.edits, { start: [1, 0], "r1.learning_rate": 2 });
  answer("v=1&start=1");
  assert.deepEqual([asked.length, requests.moving, [...requests.editing]], [2, true, ["r1.learning_rate"]]);
  mock.timers.tick(150);
  assert.deepEqual([asked[2].query, asked[2].edits], ["v=1&start=1", { "r1.learning_rate": 2 }]);
});

test("where nothing can be sketched one picture is under way, and the newest goes next", () => {
  sketches = false;
  for (const steps of [1, 2, 3]) requests.ask({ kind: "slide", edits: { steps } });
  assert.deepEqual(asked.slice(1).map(({ edits }) => edits), [{ steps: 1 }]);
  answer("steps=1");
  requests.ask({ kind: "slide", edits: { steps: 4 } });
  assert.deepEqual([asked[2].query, asked[2].edits], ["steps=1", { steps: 4 }]);
  assert.equal(told.length, 0);
  mock.timers.tick(150);
  assert.deepEqual(told.map(({ query, edits }) => [query, edits]), [["steps=1", { steps: 4 }]]);
});

test("a click does not wait, and takes along what no picture shows yet", () => {
  requests.ask({ kind: "number", edits: { steps: 5, seed: 1 } });
  stroke();
  requests.ask({ kind: "click", x: 1, y: 2 });
  stroke();
  assert.deepEqual(asked[2].edits, { steps: 5, seed: 1, start: [1, 2] });
  assert.equal(requests.answered(asked[1].turn, "late"), null); // an earlier one is no longer waited for
  assert.equal(answer("v=3")?.kind, "click");
  assert.deepEqual([requests.ahead, requests.ballAhead], [false, false]);
});

test("two random starts are two: the second follows from the first", () => {
  requests.ask({ kind: "random" });
  requests.ask({ kind: "random" });
  assert.deepEqual([asked.length, asked[1].edits], [2, { start: "random" }]);
  answer("seed=1");
  assert.deepEqual([asked[2].query, asked[2].edits], ["seed=1", { start: "random" }]);
  answer("seed=2");
  requests.ask({ kind: "home" });
  assert.deepEqual([asked[3].query, asked[3].edits, drawn], ["seed=2", { start: null }, []]);
});

test("Back and advice lead to a link, whatever was under way", () => {
  requests.ask({ kind: "number", edits: { steps: 5 } });
  stroke();
  requests.ask({ kind: "navigate", query: "steps=9" });
  assert.deepEqual([asked[2].query, asked[2].edits], ["steps=9", {}]);
  assert.deepEqual([told[1].query, told[1].edits], ["steps=9", {}]);
});

test("what is wanted beyond the picture is fetched, and the session hears nothing of it", () => {
  requests.ask({ kind: "wants" });
  assert.deepEqual([asked[1].kind, told], ["wants", []]);
});

test("the session's own change wins over what it has heard", () => {
  requests.ask({ kind: "click", x: 1, y: 2 });
  stroke();
  answer("v=1&start=1");
  requests.hear(said({ query: "v=1&start=1&schedule=cosine", revision: "r2", page: memory.page, count: 1, play: "2" }));
  assert.deepEqual([asked[2].query, asked[2].edits, asked[2].played, asked[2].kind], ["v=1&start=1&schedule=cosine", {}, true, null]);
  assert.equal(told.length, 1);
});

test("what the session had not heard of is done on top of its change, and told again", () => {
  requests.ask({ kind: "click", x: 1, y: 2 });
  stroke();
  answer("v=1&start=1");
  requests.ask({ kind: "slide", edits: { "r1.learning_rate": 3 } });
  requests.hear(said({ query: "schedule=cosine", revision: "r2", page: memory.page, count: 0 }));
  assert.deepEqual([asked.at(-1)?.query, asked.at(-1)?.edits], ["schedule=cosine", { start: [1, 2], "r1.learning_rate": 3 }]);
  assert.deepEqual([told.at(-1)?.revision, told.at(-1)?.edits], ["r2", { start: [1, 2], "r1.learning_rate": 3 }]);
});

test("an example begins anew: what was under way is not done to it", () => {
  requests.ask({ kind: "click", x: 1, y: 2 });
  stroke();
  requests.ask({ kind: "slide", edits: { "r1.learning_rate": 3 } });
  requests.hear(said({ query: "example", revision: "r2", generation: "g2", page: memory.page, count: 0 }));
  assert.deepEqual([asked.at(-1)?.query, asked.at(-1)?.edits, requests.moving], ["example", {}, false]);
  mock.timers.tick(10_000);
  assert.equal(told.length, 1); // the click of before alone
});

test("a session that was lost hears what is shown, and takes nothing away", () => {
  requests.ask({ kind: "click", x: 1, y: 2 });
  stroke();
  answer("v=1&start=1");
  requests.hear(echo());
  requests.hear(said({ fresh: true, query: "of the address", revision: "new", generation: "new" }));
  assert.deepEqual([told.at(-1)?.query, told.at(-1)?.revision, told.at(-1)?.count], ["v=1&start=1", "new", 2]);
  assert.equal(asked.at(-1)?.query, "v=1&start=1");
});

test("a stage that comes back shows what the page showed, where the session was lost meanwhile", () => {
  requests.ask({ kind: "click", x: 1, y: 2 });
  stroke();
  answer("v=1&start=1");
  requests.hear(echo());
  requests.destroy();
  requests = make();
  requests.hear(said({ fresh: true, query: "of the address", revision: "new", generation: "new" }));
  assert.deepEqual([asked.at(-1)?.query, told.at(-1)?.query], ["v=1&start=1", "v=1&start=1"]);
});

test("a stage that is made anew before the session heard of a click still does it", () => {
  requests.ask({ kind: "click", x: 1, y: 2 });
  stroke();
  requests.destroy();
  requests = make();
  requests.hear(said({ fresh: true }));
  assert.deepEqual([told.at(-1)?.edits, asked.at(-1)?.edits], [{ start: [1, 2] }, { start: [1, 2] }]);
});

test("what is not heard is told again, and said; once it is heard that is over", () => {
  requests.ask({ kind: "click", x: 1, y: 2 });
  stroke();
  answer("v=1&start=1");
  mock.timers.tick(3999);
  assert.deepEqual([told.length, away], [1, []]);
  mock.timers.tick(1);
  assert.deepEqual([told.length, told[1].count, told[1].query, told[1].edits, away.at(-1)], [2, 2, "v=1&start=1", {}, true]);
  requests.hear(echo());
  assert.equal(away.at(-1), false);
  mock.timers.tick(60_000);
  assert.equal(told.length, 2);
});

test("a picture that is refused is waited for no more, and what led to it can be changed", () => {
  requests.ask({ kind: "number", edits: { steps: 20_000 } });
  stroke();
  requests.refused(asked[1].turn);
  assert.equal(requests.ahead, false);
  requests.ask({ kind: "number", edits: { steps: 10 } });
  stroke();
  assert.deepEqual([asked[2].query, asked[2].edits], ["v=1", { steps: 10 }]);
});

test("what still moved at the end is told, and nothing after it", () => {
  requests.ask({ kind: "drag", x: 1, y: 0 });
  requests.destroy();
  assert.deepEqual(told.map(({ edits }) => edits), [{ start: [1, 0] }]);
  mock.timers.tick(60_000);
  assert.equal(told.length, 1);
});

test("what may be asked in a moment is what is sketched when it is, and changes nothing before", () => {
  requests.ask({ kind: "slide", edits: { "r1.learning_rate": 0.5 } });
  const click = /** @type {const} */ ({ kind: "click", x: 1, y: 2 });
  requests.foresee(click);
  assert.equal(requests.ballAhead, false);
  requests.ask(click);
  assert.deepEqual(foreseen, [{ query: "v=1", edits: { "r1.learning_rate": 0.5, start: [1, 2] } }]);
  assert.equal(JSON.stringify(drawn.at(-1)), JSON.stringify({ ...foreseen[0], kind: "click" }));
});

test("what moved is told when it rests though a picture answered it meanwhile, for it may have been refused", () => {
  sketches = false; // a number that cannot be sketched
  requests.ask({ kind: "slide", edits: { steps: 20000 } });
  answer("v=1"); // as if nothing had been changed
  assert.deepEqual(told, []);
  mock.timers.tick(150);
  assert.deepEqual(told.map(({ query, edits }) => [query, edits]), [["v=1", { steps: 20000 }]]);
  assert.equal(asked.length, 2); // nothing is fetched for it again
});
