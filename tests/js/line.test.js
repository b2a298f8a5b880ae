// All runs over one number: what Plotly is given, where marks stand, what is said, and how it is asked for in slices.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { acrossOf, heightsOf, lineLayout, lineTraces, nearestOf } from "../../ui/stage/maps/lines/line_figure.js";
import { marksOf, runAt, spread } from "../../ui/stage/maps/lines/line_marks.js";
import { captionOf, firstPlace, lineSpoken, lineTable, nextPlace, rangeWords, spokenAt, tableRows } from "../../ui/stage/maps/lines/line_words.js";
import { createLineWork } from "../../ui/stage/maps/lines/line_work.js";
import { ticksAcross } from "../../ui/stage/maps/shared/map_ticks.js";
import { outcomeColors } from "../../ui/stage/maps/colours/outcome_colors.js";
import { aRun, aScene, floats } from "./made.js";

/**
 * @typedef {import("../../ui/stage/maps/lines/line_work.js").Line} Line
 * @typedef {import("../../ui/stage/maps/lines/line_work.js").LineRun} LineRun
 * @typedef {import("../../ui/stage/maps/lines/line_figure.js").DrawnLine} DrawnLine
 */

const OUTCOMES = ["GLOBAL_MINIMUM", "DIVERGED", "STILL_DESCENDING", "NON_FINITE"];
const TITLES = { GLOBAL_MINIMUM: "Global minimum", DIVERGED: "Diverged", STILL_DESCENDING: "Still descending", NON_FINITE: "Not finite" };
const [GLOBAL, DIVERGED, STILL, NON_FINITE] = [0, 1, 2, 3];
const SIZE = { width: 800, height: 500, large: false };

/** @param {Partial<LineRun>} [given] @returns {LineRun} */
const ends = (given = {}) => ({
  place: 0, name: "Descent", loss: [3, 2.1, 2.001, 900, null], code: [STILL, GLOBAL, GLOBAL, DIVERGED, NON_FINITE], steps: [null, 300, 40, 7, 3], best: 2, good: [1, 2], limit: 0.5, now: 0.01, ...given,
});

/** Two runs over rates from 0.001 to 10, on a surface whose lowest value is 2. @param {Partial<Line>} [given] @returns {Line} */
const aLine = (given = {}) => ({
  address: "learning_rate", name: "Learning rate", scale: "log", values: [0.001, 0.01, 0.1, 1, 10], outcomes: OUTCOMES, titles: TITLES,
  runs: [ends(), ends({ place: 1, name: "Adam", loss: [4, 3, 2.2, 2.05, 2.4], code: [STILL, STILL, GLOBAL, GLOBAL, GLOBAL], steps: [null, null, 200, 90, 80], best: 3, good: [2, 4], limit: null, now: 1 })],
  ...given,
});
const SCENE = aScene([aRun({ name: "Descent", series: { loss: floats(5) } }), aRun({ name: "Adam", series: { loss: floats(5) } })], { steps: 500 });

/** @param {Partial<DrawnLine>} [given] @returns {DrawnLine} */
const drawnOf = (given = {}) => ({ line: aLine(), scene: SCENE, color: "loss", lowest: 2, stale: false, ...given });

/** A plot of 500 by 300 px whose upper left corner is at (50, 100). @param {DrawnLine} drawn @returns {import("../../ui/stage/shared/plotly_internals.js").Frame} */
function frameOf(drawn) {
  const [across, { range, logarithmic }] = [acrossOf(drawn.line), heightsOf(drawn)];
  const [wide, high] = [500 / (across[1] - across[0]), -300 / (range[1] - range[0])];
  return {
    left: 50, top: 100, width: 500, height: 300,
    x: { scale: wide, offset: -wide * across[0], range: across, log: drawn.line.scale === "log" }, y: { scale: high, offset: 300 - high * range[0], range, log: logarithmic },
  };
}

const near = (/** @type {number|null|undefined} */ one, /** @type {number} */ other) => assert.ok(Math.abs(Number(one) - other) < 1e-9, `${one} is not ${other}`);

test("a line a run that is shown, of how far above the lowest it ends; what was lost has no height", () => {
  const drawn = drawnOf();
  const heights = heightsOf(drawn);
  assert.deepEqual([heights.logarithmic, heights.base, heights.floor], [true, 2, null]);
  assert.deepEqual(heights.rows[1].map((height) => Number(height?.toFixed(9))), [2, 1, 0.2, 0.05, 0.4]);
  assert.deepEqual(heights.rows[0].slice(3), [null, null]);
  assert.deepEqual(heights.lost[0], [false, false, false, true, true]);
  assert.ok(heights.range[0] < -3 && heights.range[1] > Math.log10(2) && heights.range[1] < 1); // 900 flattens nothing
  const traces = lineTraces(drawn, heights);
  assert.deepEqual(traces.map(({ name, line }) => [name, line.color]), [["Descent", SCENE.colors[0]], ["Adam", SCENE.colors[1]]]);
  assert.equal(lineTraces(drawnOf({ scene: { ...SCENE, shown: [false, true] } }), heights).length, 1);
  assert.ok(lineTraces(drawnOf({ stale: true }), heights)[0].opacity < traces[0].opacity);
});

test("while outcomes are not known, a loss far above the start's is not drawn, and nothing is said to be lost", () => {
  const early = ends({ code: [null, null, null, null, null] });
  const heights = heightsOf(drawnOf({ line: aLine({ runs: [early] }) }));
  assert.deepEqual(heights.lost[0], [false, false, false, false, false]);
  assert.deepEqual(heights.rows[0].map((height) => height !== null), [true, true, true, false, false]); // 900 is 180 times the start's 5
});

test("a loss that is the lowest but for rounding stands on a line of its own, told as about 0", () => {
  const drawn = drawnOf({ lowest: 0, line: aLine({ runs: [ends({ loss: [1, 1e-4, 0, 1e-30, null], code: [STILL, GLOBAL, GLOBAL, GLOBAL, DIVERGED] })] }) });
  const heights = heightsOf(drawn);
  const floor = Number(heights.floor);
  assert.ok(floor > 0 && floor < 1e-4);
  assert.deepEqual(heights.rows[0], [1, 1e-4, floor, floor, null]);
  const { yaxis } = /** @type {any} */ (lineLayout(drawn, heights, SIZE));
  assert.deepEqual([yaxis.tickvals[0], yaxis.ticktext[0]], [floor, "≈ 0"]);
  assert.equal(captionOf(drawn, heights), "Loss after 500 steps");
  assert.equal(captionOf(drawnOf(), heightsOf(drawnOf())), "Loss above the lowest known after 500 steps");
});

test("without a lowest loss, losses are as they are: on a logarithmic axis where all are above 0", () => {
  const plain = heightsOf(drawnOf({ lowest: null }));
  assert.deepEqual([plain.logarithmic, plain.base, plain.rows[1][0]], [true, 0, 4]);
  const below = heightsOf(drawnOf({ lowest: null, line: aLine({ runs: [ends({ loss: [-1, 2, 3, 4, null] })] }) }));
  assert.deepEqual([below.logarithmic, below.rows[0][0]], [false, -1]);
  const lower = heightsOf(drawnOf({ lowest: 2.2 })); // a run found lower ground than was known
  assert.equal(lower.base, 2.001);
});

test("in steps the height is that of the verdict; what never got there, or was lost, has none", () => {
  const heights = heightsOf(drawnOf({ color: "steps" }));
  assert.deepEqual(heights.rows[0], [null, 300, 40, null, null]);
  assert.deepEqual(heights.lost[0], [true, false, false, true, true]);
  assert.ok(heights.range[0] < 0 && heights.range[1] > 500);
});

test("marks across stand at powers of ten, as many as have room", () => {
  assert.deepEqual(ticksAcross(aLine(), [-3.1, 1.1], 400), { tickvals: [0.001, 0.01, 0.1, 1, 10], ticktext: ["0.001", "0.01", "0.1", "1", "10"] });
  assert.deepEqual(/** @type {any} */ (ticksAcross(aLine(), [-3.1, 1.1], 160)).ticktext, ["0.001", "0.1", "10"]);
  assert.ok(!("tickvals" in ticksAcross(aLine({ scale: "linear" }), [0, 1], 400)));
  assert.equal(nearestOf(aLine(), Math.log10(0.04)), 2); // half a decade below 0.1 is 0.0316
  assert.equal(nearestOf(aLine({ scale: "linear" }), 0.04), 1);
});

test("a dot is filled with its outcome's colour and edged with its run's; lost ones stand on their run's line above", () => {
  const drawn = drawnOf();
  const [frame, heights] = [frameOf(drawn), heightsOf(drawn)];
  const { dots, bests, limits, rows } = marksOf(drawn, heights, frame);
  const colorOf = outcomeColors(OUTCOMES, false);
  const of = (/** @type {number} */ run, /** @type {number} */ k) => dots.find((dot) => dot.run === run && dot.k === k);
  assert.equal(dots.length, 10);
  assert.deepEqual([of(0, 2)?.fill, of(0, 2)?.edge, of(1, 3)?.edge], [colorOf("GLOBAL_MINIMUM"), SCENE.colors[0], SCENE.colors[1]]);
  assert.notEqual(of(0, 3)?.fill, of(0, 2)?.fill);
  assert.ok(Number(of(0, 3)?.y) < frame.top && of(0, 3)?.y === of(0, 4)?.y);
  const across = acrossOf(drawn.line);
  near(of(0, 0)?.x, 50 + (500 * (-3 - across[0])) / (across[1] - across[0]));
  near(of(1, 1)?.y, 100 + (300 * heights.range[1]) / (heights.range[1] - heights.range[0])); // a height of 1, that is 0 decades
  assert.deepEqual(bests.map(({ text, edge }) => [text, edge]), [["best 0.1", SCENE.colors[0]], ["best 1", SCENE.colors[1]]]);
  assert.deepEqual([bests[0].x, bests[0].y], [of(0, 2)?.x, of(0, 2)?.y]);
  assert.deepEqual(limits.map(({ run, text }) => [run, text]), [[0, "limit 0.5"]]);
  assert.ok(limits[0].x > Number(of(0, 2)?.x) && limits[0].x < Number(of(0, 3)?.x));
  assert.deepEqual(rows.map(({ y }) => y > 400), [true, true]); // below the plot, one under the other
  assert.ok(rows[1].y > rows[0].y && rows[0].now === of(0, 1)?.x && Math.abs(rows[0].to - Number(of(0, 2)?.x)) < 2);
});

test("what is not known yet has no fill, and what is not there no dot", () => {
  const drawn = drawnOf({ line: aLine({ runs: [ends({ loss: [3, 2.5, null, null, null], code: [null, null, null, null, null], best: null, good: null, limit: 99, now: 1e5 })] }) });
  const { dots, bests, limits, rows: [row] } = marksOf(drawn, heightsOf(drawn), frameOf(drawn));
  assert.deepEqual(dots.map(({ fill }) => fill), [null, null]);
  assert.deepEqual([bests, limits], [[], []]); // a limit beyond the axis
  assert.deepEqual([row.now, row.off, Number.isNaN(row.from)], [550, 1, true]);
});

test("of dots that lie close those at a change of outcome stay, and the best", () => {
  const values = Array.from({ length: 1001 }, (_, k) => 10 ** (-3 + k / 250));
  const code = values.map((_, k) => (k === 503 ? STILL : GLOBAL));
  const drawn = drawnOf({ line: aLine({ values, runs: [ends({ loss: values.map(() => 3), code, steps: values.map(() => 9), best: 777 })] }) });
  const kept = marksOf(drawn, heightsOf(drawn), frameOf(drawn)).dots.map(({ k }) => k);
  assert.ok(kept.length > 40 && kept.length < 80);
  for (const k of [502, 503, 504, 777]) assert.ok(kept.includes(k));
});

test("the run that is meant is the nearest in height, or that of the row below", () => {
  const drawn = drawnOf();
  const [frame, heights] = [frameOf(drawn), heightsOf(drawn)];
  const { dots, rows } = marksOf(drawn, heights, frame);
  for (const { run, k, y } of dots) assert.equal(runAt(drawn, heights, frame, k, y), run);
  rows.forEach(({ y, run }) => assert.equal(runAt(drawn, heights, frame, 0, y), run));
  const none = drawnOf({ line: aLine({ runs: [ends({ loss: [null, null, null, null, null], code: [null, null, null, null, null] })] }) });
  assert.equal(runAt(none, heightsOf(none), frame, 0, 200), -1);
});

test("labels over lines that are close are moved aside, and one without room is left out", () => {
  const box = { left: 0, right: 400 };
  assert.deepEqual(spread([{ x: 100, wide: 60 }, { x: 300, wide: 60 }], box), [70, 270]);
  const [one, other] = spread([{ x: 100, wide: 60 }, { x: 140, wide: 60 }], box).map(Number);
  assert.ok(other - one >= 68 && one <= 100 && one + 60 >= 100 && other <= 140); // both still touch their lines
  assert.deepEqual(spread([{ x: 100, wide: 60 }, { x: 102, wide: 60 }, { x: 104, wide: 60 }], box).filter((at) => at === null).length, 2);
  assert.deepEqual(spread([{ x: 5, wide: 60 }, { x: 398, wide: 60 }], box), [0, 340]);
});

test("a good range is told with its width in decades, and what the axis cuts off as at least that", () => {
  const line = aLine({ values: [0.001, 0.01, 0.02, 0.08, 1] });
  const words = (/** @type {[number, number]|null} */ good) => rangeWords(line, ends({ good }));
  assert.equal(words([1, 3]), "0.01 to 0.08 (0.9 decades)");
  assert.equal(words([0, 3]), "≤ 0.001 to 0.08 (≥ 1.9 decades)");
  assert.equal(words([1, 4]), "0.01 to ≥ 1 (≥ 2 decades)");
  assert.deepEqual([words([2, 2]), words(null)], ["0.02 alone", "–"]);
  assert.equal(rangeWords(aLine({ scale: "linear" }), ends({ good: [1, 3] })), "0.01 to 1");
  assert.equal(rangeWords(aLine({ scale: "log", values: [1, 1.1, 1.2, 3, 9] }), ends({ good: [1, 2] })), "1.1 to 1.2 (0.04 decades)");
});

test("the table has each run at its best, whether that is set, and why one has none", () => {
  const missing = ends({ place: 1, best: null, good: null, limit: null, now: null });
  const [first, second] = tableRows(drawnOf({ line: aLine({ runs: [ends({ now: 0.1 }), missing] }) }), ["", "Lion has no momentum."]);
  assert.deepEqual([first.name, first.value, first.isSet], ["Descent", 0.1, true]);
  assert.deepEqual(first.cells, ["0.1", "2.001", "Global minimum", "40", "0.01 to 0.1 (1 decade)", "0.5"]);
  assert.deepEqual([second.value, second.why, second.cells], [null, "Lion has no momentum.", ["–", "–", "–", "–", "–", "–"]]);
});

test("under the pointer is every run that is shown, for ears the one that is meant; a sentence has all bests", () => {
  const drawn = drawnOf();
  assert.deepEqual(lineTable(drawn, 4), {
    title: "Learning rate 10", heads: ["Final loss", "Outcome", "Steps"],
    rows: [{ color: SCENE.colors[0], name: "Descent", values: ["not finite", "Not finite", "3"] }, { color: SCENE.colors[1], name: "Adam", values: ["2.4", "Global minimum", "80"] }],
  });
  assert.equal(spokenAt(drawn, 0, 2), "Descent at learning rate 0.1: final loss 2.001, Global minimum, 40 steps");
  assert.equal(lineSpoken(drawn), "Each at its best learning rate: Descent ends at 2.001 with 0.1; Adam ends at 2.05 with 1. The widest good range is that of Adam: 0.1 to ≥ 10 (≥ 2 decades).");
  assert.equal(lineSpoken(drawnOf({ scene: { ...SCENE, shown: [false, false] } })), "No run has a value of the learning rate at which it is not lost.");
});

test("keys lead along the values and stop at the ends", () => {
  const line = aLine();
  assert.deepEqual([nextPlace(line, 2, "ArrowLeft", false), nextPlace(line, 0, "ArrowLeft", false), nextPlace(line, 0, "End", false), nextPlace(line, 1, "ArrowRight", true), nextPlace(line, 1, "a", false)], [1, 0, 4, 4, null]);
  assert.deepEqual([firstPlace(line, 0), firstPlace(aLine({ runs: [ends({ best: null })] }), 0)], [2, 1]);
});

/** @type {Array<{body: any, answer: (slice: any, status?: number) => Promise<void>}>} */
let asked = [];
/** @type {string[]} */
let log = [];
let busy = false;
/** @type {ReturnType<typeof createLineWork>} */
let work;
const LOOKED = { query: "v=1", atlas: "line~x~learning_rate~0.001~1~log" };
const slice = (/** @type {number} */ done) => ({ ...aLine(), progress: { done, all: 4 }, why: "" });

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { window: globalThis });
  [asked, log, busy] = [[], [], false];
  mock.method(globalThis, "fetch", (/** @type {URL} */ _url, /** @type {any} */ init) => new Promise((resolve, reject) => {
    init.signal.addEventListener("abort", () => reject(new Error("aborted")));
    asked.push({
      body: JSON.parse(init.body),
      answer: async (told, status = 200) => {
        resolve({ ok: status < 300, status, headers: new Headers(), json: async () => told, text: async () => String(told) });
        await new Promise((done) => setImmediate(done));
      },
    });
  }));
  work = createLineWork({ busy: () => busy, onMade: ({ progress }) => log.push(String(progress.done)), onNone: (why) => log.push(why) });
});

afterEach(() => {
  work.stop();
  mock.restoreAll();
  mock.timers.reset();
  Reflect.deleteProperty(globalThis, "window");
});

test("it is asked for again and again until all is made, and is kept", async () => {
  assert.equal(work.look(LOOKED), null);
  mock.timers.tick(200);
  assert.deepEqual(asked[0].body, { query: "v=1", edits: { atlas: LOOKED.atlas }, wants: [] });
  await asked[0].answer(slice(2));
  mock.timers.tick(0);
  await asked[1].answer(slice(4));
  mock.timers.tick(9000);
  assert.deepEqual([log, asked.length], [["2", "4"], 2]);
  work.stop();
  assert.equal(work.look(LOOKED)?.line.values.length, 5);
  mock.timers.tick(9000);
  assert.equal(asked.length, 2);
});

test("stopped, it is not asked for until it is to go on; while something moves it waits", async () => {
  work.look(LOOKED);
  busy = true;
  mock.timers.tick(900);
  assert.equal(asked.length, 0);
  busy = false;
  mock.timers.tick(200);
  await asked[0].answer(slice(1));
  work.halt(true);
  mock.timers.tick(9000);
  assert.deepEqual([asked.length, work.halted], [1, true]);
  work.look(LOOKED);
  mock.timers.tick(9000);
  assert.equal(asked.length, 1);
  work.halt(false);
  mock.timers.tick(0);
  await asked[1].answer(slice(4));
  assert.deepEqual(log, ["1", "4"]);
});

test("another number is asked for at once, though the one before was stopped; what is refused is told", async () => {
  work.look(LOOKED);
  work.halt(true);
  work.look({ ...LOOKED, atlas: "line~x~steps~10~100~whole" });
  mock.timers.tick(200);
  await asked[0].answer({}, 503);
  mock.timers.tick(3000);
  await asked[1].answer("steps: 0 is not allowed", 400);
  mock.timers.tick(9000);
  assert.deepEqual([log, asked.length], [["steps: 0 is not allowed"], 2]);
});
