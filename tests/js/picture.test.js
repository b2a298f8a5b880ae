// A picture made of a message, and how its views are shown and drawn.

import assert from "node:assert/strict";
import { test } from "node:test";

import { groundOf, pictureOf } from "../../ui/stage/flow/picture.js";
import { entryOf } from "../../ui/stage/flow/showing.js";
import { createStanding } from "../../ui/stage/flow/standing.js";
import { spoken } from "../../ui/stage/flow/summary.js";
import { bareSurface } from "../../ui/stage/flow/surface.js";
import { createViews } from "../../ui/stage/flow/views.js";
import { memory } from "../../ui/stage/flow/memory.js";
import { createWants } from "../../ui/stage/flow/wants.js";
import { aPacket, aRun, THEME } from "./made.js";

const SURFACE = bareSurface([[-1, 1], [-1, 1]]);
const aPicture = (given = {}) => pictureOf(aPacket(given), SURFACE, THEME, new Set());

test("a run has the colour of its slot in the theme's palette, again from the first after the last", () => {
  const packet = aPacket({ palette: { light: ["red", "green"], dark: ["pink", "lime"] }, runs: [0, 1, 2, 3].map((color) => aRun({ color })) });
  assert.deepEqual(pictureOf(packet, SURFACE, THEME, new Set()).scene.colors, ["red", "green", "red", "green"]);
  assert.deepEqual(pictureOf(packet, SURFACE, { ...THEME, dark: true }, new Set()).scene.colors, ["pink", "lime", "pink", "lime"]);
});

test("a run is hidden by its key, not by its place", () => {
  const runs = [aRun({ key: "Adam#1" }), aRun({ key: "Adam#2" })];
  assert.deepEqual(pictureOf(aPacket({ runs }), SURFACE, THEME, new Set(["Adam#2"])).scene.shown, [true, false]);
  assert.deepEqual(pictureOf(aPacket({ runs: [...runs].reverse() }), SURFACE, THEME, new Set(["Adam#2"])).scene.shown, [false, true]);
});

test("the window is read along x and then along y", () => {
  assert.deepEqual(aPicture({ view: [[-2, 3], [5, 7]] }).scene.view, [-2, 3, 5, 7]);
});

test("a surface that could not be had has no address", () => {
  const packet = aPacket({ surface: "/surface?on=sphere" });
  assert.equal(groundOf(pictureOf(packet, SURFACE, THEME, new Set())), "/surface?on=sphere");
  assert.equal(groundOf(pictureOf(packet, { ...SURFACE, trouble: "Gone." }, THEME, new Set())), "");
});

/** A view that notes what it is asked to do. @param {string[]} log @param {string} name @param {object} [more] */
const aView = (log, name, more = {}) => ({ show: () => void log.push(`show ${name}`), draw: () => void log.push(`draw ${name}`), ...more });

test("views are shown in their order, those that are late by themselves", async () => {
  /** @type {string[]} */
  const log = [];
  const slow = { show: async () => { log.push("begin b"); await null; log.push("end b"); } };
  const views = createViews([
    { name: "A", view: aView(log, "a", { late: () => true }) }, { name: "B", view: slow }, { name: "C", view: aView(log, "c") },
  ], createStanding({ report: assert.fail }));
  await views.show(aPicture());
  assert.deepEqual(log.splice(0), ["begin b", "end b", "show c"]);
  await views.showLate(aPicture());
  assert.deepEqual(log, ["show a"]);
});

test("what was left for later is shown then, also where it has lost its room meanwhile", async () => {
  /** @type {string[]} */
  const log = [];
  let roomy = true;
  const views = createViews([{ name: "A", view: aView(log, "a", { late: () => roomy }) }, { name: "B", view: aView(log, "b") }], createStanding({ report: assert.fail }));
  await views.show(aPicture());
  roomy = false;
  await views.showLate(aPicture());
  assert.deepEqual(log, ["show b", "show a"]);
});

test("what takes no time is shown before anything is waited for", () => {
  /** @type {string[]} */
  const log = [];
  createViews([{ name: "A", view: aView(log, "a") }, { name: "B", view: aView(log, "b") }], createStanding({ report: assert.fail })).show(aPicture());
  assert.deepEqual(log, ["show a", "show b"]);
});

test("a view that fails is named, at once or after a while, and the others are shown and drawn", async () => {
  /** @type {string[]} */
  const log = [];
  const fails = () => { throw new Error("broken"); };
  const views = createViews([
    { name: "The map", view: { show: fails, draw: fails } }, { name: "The curves", view: { show: async () => fails() } }, { name: "C", view: aView(log, "c") },
  ], createStanding({ report: (name) => log.push(`${name} failed`) }));
  await views.show(aPicture());
  assert.deepEqual(log.splice(0), ["The map failed", "The curves failed", "show c"]);
  views.draw({ time: 0, step: 0, moving: false });
  assert.deepEqual(log, ["draw c"]); // the same failure is told once
});

test("words are drawn at rest, and only now and then while something moves", (t) => {
  /** @type {string[]} */
  const log = [];
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const views = createViews([{ name: "A", view: aView(log, "a") }, { name: "B", view: aView(log, "b"), words: true }], createStanding({ report: assert.fail }));
  for (now = 0; now < 160; now += 16) views.draw({ time: now, step: now, moving: true });
  assert.equal(log.filter((one) => one === "draw a").length, 10);
  assert.equal(log.filter((one) => one === "draw b").length, 2); // at 0 and at 80 ms
  views.draw({ time: now, step: now, moving: false });
  assert.equal(log.at(-1), "draw b");
});

test("only the views are fitted whose plots have another size", async () => {
  /** @type {string[]} */
  const log = [];
  const [one, other] = /** @type {HTMLElement[]} */ (/** @type {unknown} */ ([{ id: 1 }, { id: 2 }]));
  const views = createViews([
    { name: "A", plot: one, view: { resize: () => log.push("a") } }, { name: "B", plot: other, view: { resize: () => log.push("b") } }, { name: "C", view: {} },
  ], createStanding({ report: assert.fail }));
  assert.deepEqual(views.plots, [one, other]);
  await views.resize(new Set([other]));
  assert.deepEqual(log, ["b"]);
});

test("how a result comes on follows from what was asked, and from who moves it", () => {
  const why = { asked: false, answer: null, dragging: false, calm: false };
  assert.equal(entryOf(why), "keep"); // nobody asked for anything
  assert.equal(entryOf({ ...why, asked: true }), "play"); // an example, a link
  assert.equal(entryOf({ ...why, asked: true, calm: true }), "finish");
  for (const answer of /** @type {const} */ (["click", "random", "home", "numbers"])) assert.equal(entryOf({ ...why, answer }), "play");
  for (const answer of /** @type {const} */ (["drag", "drop", "key"])) assert.equal(entryOf({ ...why, answer }), "finish");
  for (const answer of /** @type {const} */ (["slide", "number", "wants"])) {
    assert.equal(entryOf({ ...why, answer }), "keep");
    assert.equal(entryOf({ ...why, answer, asked: true }), "play"); // another run came with it
    assert.equal(entryOf({ ...why, answer, asked: true, dragging: true }), "finish");
  }
});

test("what is wanted is fetched once, and of that what is inside a step is kept for a stage that comes back", () => {
  memory.wants = [];
  let asked = 0;
  const wants = createWants(() => (asked += 1));
  wants.want("inside", true);
  wants.want("inside", true);
  wants.wantAll({ curvature: true, inside: true });
  assert.deepEqual([asked, wants.ofPicture()], [2, ["curvature", "inside"]]);
  assert.deepEqual(createWants(() => {}).ofPicture(), ["inside"]);
  wants.want("inside", false);
  assert.deepEqual([asked, wants.has("inside"), createWants(() => {}).ofPicture()], [3, false, []]);
});

test("what is spoken is the race, then each run's members and first advice", () => {
  const runs = [aRun({ name: "Adam", many: /** @type {any} */ ({ said: "3 of 8." }) }), aRun({ name: "Momentum" })];
  const race = { rule: "", columns: [], rows: [], winner: "", spoken: "Adam wins." };
  assert.equal(spoken({ runs, race, advice: null }), "Adam wins. Adam: 3 of 8.");
  const advice = { runs: [[{ text: "Smaller.", label: "", query: "" }, { text: "Longer.", label: "", query: "" }], []] };
  assert.equal(spoken({ runs, race, advice }), "Adam wins. Adam: 3 of 8. Smaller.");
  const data = /** @type {any} */ ({ rows: [[1], [2], [3]], held: [2], flagged: [], cleaned: [] });
  assert.equal(spoken({ runs: [], race, advice: null, data }), "Adam wins. 3 points: 2 to train on, 1 held out.");
  assert.equal(spoken({ runs: [], race, advice: null, data: { ...data, held: [] } }), "Adam wins.");
});
