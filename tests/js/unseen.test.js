// All runs' ends over one number: what may be chosen, what Plotly is given, what is said, and how it is asked for in slices.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { lowestOf, nearestOf, studyAxes, studyCaption, studyChoices, studyLayout, studySpoken, studyTable, studyTicks, studyTraces } from "../../ui/stage/curves/unseen_figure.js";
import { createUnseenWork } from "../../ui/stage/curves/unseen_work.js";
import { curvesFigure } from "../../ui/stage/save/curves_figure.js";
import { aPacket, aRun, aScene } from "./made.js";

const LOSS = { key: "loss", name: "Loss", short: "Loss", column: "Loss", array: "loss", log_array: "loss", beside: "heldout", log_default: true };
const SIZE = { width: 500, height: 300, large: false };
const DEGREE = "landscape_parameters.degree";

/** @param {Partial<import("../../ui/stage/curves/unseen_work.js").Study>} [given] @returns {import("../../ui/stage/curves/unseen_work.js").Study} */
const aStudy = (given = {}) => ({
  address: "l2", name: "L2 penalty", log: true, now: 0.1, values: [0.01, 0.1, 1, 10],
  runs: [
    { train: [1, 2, 3, 4], heldout: [9, 5, 5, null], best: [8, 5, 5, null] },
    { train: [0, 2, 3, 4], heldout: [2, 6, 7, 8], best: [2, 2, 2, 2] },
  ],
  ...given,
});

const SCENE = aScene([aRun({ name: "Adam" }), aRun({ name: "Lion" })]);

/** @param {Partial<import("../../ui/stage/curves/unseen_figure.js").DrawnStudy>} [given] @returns {import("../../ui/stage/curves/unseen_figure.js").DrawnStudy} */
const drawnOf = (given = {}) => ({ scene: SCENE, study: aStudy(), now: 0.1, logarithmic: true, stale: false, ...given });

test("the comparisons come after the curves, one a number, on the loss's own scale; none without a held-out loss", () => {
  const studies = [{ address: "l2", name: "L2 penalty" }, { address: DEGREE, name: "Degree" }];
  const choices = studyChoices(aPacket({ curves: [{ ...LOSS, key: "accuracy", beside: null }, LOSS], studies }));
  assert.deepEqual(choices.map(({ key, name, log_array, log_default }) => [key, name, log_array, log_default]), [
    ["against-l2", "Against L2 penalty", "loss", true], ["against-degree", "Against degree", "loss", true],
  ]);
  assert.deepEqual(choices.map(({ study }) => study && studyCaption(study)), ["Loss at the end against L2 penalty", "Loss at the end against degree"]);
  assert.ok(choices.every(({ name, short }) => name.startsWith(short) && short.length <= "Against degree".length)); // who says what is seen is heard
  assert.deepEqual(studyChoices(aPacket({ curves: [{ ...LOSS, beside: null }], studies })), []);
  assert.deepEqual(studyChoices(aPacket({ curves: [LOSS] })), []);
});

test("of every run that is shown training is solid, held out dashed and hollow, with a ring at the first of the lowest", () => {
  const traces = /** @type {any[]} */ (studyTraces(drawnOf({ scene: { ...SCENE, shown: [true, false] } })));
  assert.deepEqual(traces.map(({ name, line }) => [name, line?.dash ?? ""]), [["Adam, held out", "5px,3px"], ["Adam", ""], ["lowest held out", ""]]);
  const [dashed, solid, ring] = traces;
  assert.deepEqual([dashed.x, dashed.y, solid.y], [[0.01, 0.1, 1, 10], [9, 5, 5, null], [1, 2, 3, 4]]);
  assert.deepEqual([dashed.line.color, dashed.marker.line.color, dashed.marker.color], [SCENE.colors[0], SCENE.colors[0], SCENE.theme.paper]);
  assert.deepEqual([ring.x, ring.y], [[0.1], [5]]);
  assert.deepEqual(traces.map(({ opacity }) => opacity), [1, 1, 1]);
});

test("what is of the experiment before is faint, and no 0 is on a logarithmic scale", () => {
  const traces = /** @type {any[]} */ (studyTraces(drawnOf({ stale: true })));
  assert.ok(traces.every(({ opacity }) => opacity < 0.5));
  const lion = (/** @type {boolean} */ logarithmic) => /** @type {any} */ (studyTraces(drawnOf({ logarithmic })).find(({ name }) => name === "Lion")).y[0];
  assert.deepEqual([lion(true), lion(false)], [null, 0]);
  const none = aStudy({ runs: [{ train: [null], heldout: [null], best: [null] }], values: [1] });
  assert.equal(studyTraces(drawnOf({ study: none })).length, 2); // no ring
  assert.ok(studyAxes(drawnOf({ study: none })).empty);
});

test("the axes hold all values and losses, and the value now unless it is far off", () => {
  const { x, y, empty } = studyAxes(drawnOf());
  assert.ok(x[0] < -2 && x[0] > -2.3 && x[1] > 1 && x[1] < 1.3 && !empty); // powers of ten of 0.01 and 10
  assert.ok(y[0] < 0 && y[1] > Math.log10(9)); // of 1 and 9
  assert.ok(studyAxes(drawnOf({ now: 100 })).x[1] > 2); // a decade beyond is still there
  assert.ok(studyAxes(drawnOf({ now: 1e9 })).x[1] < 1.3);
  assert.ok(studyAxes(drawnOf({ now: 0 })).x[0] > -2.3); // no logarithm of 0
});

test("a line stands at the value now; where that has no place its side and the value are told", () => {
  const layout = (/** @type {number} */ now) => /** @type {any} */ (studyLayout(drawnOf({ now }), studyAxes(drawnOf({ now })), SIZE));
  const there = layout(0.1);
  assert.deepEqual(there.shapes.map((/** @type {any} */ { x0, x1 }) => [x0, x1]), [[0.1, 0.1]]);
  assert.deepEqual(there.annotations.map((/** @type {any} */ { x, text }) => [x, text]), [[-1, "now"]]);
  assert.deepEqual([layout(0).shapes, layout(0).annotations[0].text], [[], "← now: 0"]);
  assert.equal(layout(1e9).annotations[0].text, "now: 1e9 →");
  assert.deepEqual([there.xaxis.type, there.yaxis.type], ["log", "log"]);
});

test("marks below stand at powers of ten or at the values, as many as have room", () => {
  assert.deepEqual(studyTicks(aStudy(), [-2.2, 1.1], 400), { tickvals: [0.01, 0.1, 1, 10], ticktext: ["0.01", "0.1", "1", "10"] });
  assert.deepEqual(studyTicks(aStudy(), [-2.2, 1.1], 80).ticktext, ["0.01", "1"]);
  const degrees = aStudy({ address: DEGREE, log: false, values: [0, 1, 2, 3] });
  assert.deepEqual(studyTicks(degrees, [-0.1, 3.1], 400).tickvals, [0, 1, 2, 3]);
  const points = aStudy({ address: "landscape_parameters.samples", values: [20, 40, 80, 1640] });
  assert.deepEqual(studyTicks(points, [1.2, 3.2], 400).ticktext, ["20", "40", "80", "1,640"]); // two decades
});

test("the nearest value is so on the axis", () => {
  assert.equal(nearestOf(aStudy(), Math.log10(0.3)), 1); // 0.1 is nearer than 1: half a decade is 0.316
  assert.equal(nearestOf(aStudy(), Math.log10(0.4)), 2);
  assert.equal(nearestOf(aStudy({ log: false, values: [0, 1, 2] }), 9), 2);
  assert.deepEqual([lowestOf([null, 3, 2, 2]), lowestOf([null]), lowestOf([])], [2, -1, -1]);
});

test("under the pointer are both losses of each run; the lowest are told in a sentence, runs that agree together", () => {
  assert.deepEqual(studyTable(drawnOf(), 3), {
    title: "L2 penalty 10", heads: ["Training", "Held out"],
    rows: [{ color: SCENE.colors[0], name: "Adam", values: ["4", "–"] }, { color: SCENE.colors[1], name: "Lion", values: ["4", "8"] }],
  });
  assert.equal(studySpoken(drawnOf()), "Held-out loss is lowest at a penalty of 0.1 for Adam, at a penalty of 0.01 for Lion.");
  const [ends] = aStudy().runs;
  const degrees = aStudy({ address: DEGREE, name: "Degree", values: [1, 4, 5, 6], runs: [ends, ends] });
  assert.equal(studySpoken(drawnOf({ study: degrees })), "Held-out loss is lowest at degree 4 for Adam and Lion.");
  assert.equal(studySpoken(drawnOf({ study: degrees, scene: { ...SCENE, shown: [false, false] } })), "No run has a held-out loss.");
});

test("a saved comparison has its number below, no veil, and says what is dashed", () => {
  const drawn = drawnOf();
  const layout = studyLayout(drawn, studyAxes(drawn), SIZE);
  const { layout: saved } = curvesFigure({ data: studyTraces(drawn), layout }, SCENE, { caption: "Loss at the end against L2 penalty", time: 4, size: SIZE });
  assert.equal(saved.xaxis.title.text, "L2 penalty");
  assert.equal(saved.shapes.length, 1); // at the value now
  const said = saved.annotations.map((/** @type {any} */ { text }) => text);
  assert.deepEqual(said, ["now", "Loss at the end against L2 penalty; dashed: held out, ○ lowest", "Adam", "Lion"]);
});

/** @type {Array<{body: any, answer: (slice: any, status?: number) => Promise<void>}>} */
let asked = [];
/** @type {string[]} */
let log = [];
let busy = false;
/** @type {ReturnType<typeof createUnseenWork>} */
let work;
const turn = () => new Promise((resolve) => setImmediate(resolve));
const slice = (/** @type {number} */ done) => ({ progress: { done, all: 4 }, studies: [aStudy()], why: "" });

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { window: globalThis });
  [asked, log, busy] = [[], [], false];
  mock.method(globalThis, "fetch", (/** @type {URL} */ _url, /** @type {any} */ init) => new Promise((resolve, reject) => {
    init.signal.addEventListener("abort", () => reject(new Error("aborted")));
    asked.push({ body: JSON.parse(init.body), answer: async (told, status = 200) => { resolve({ ok: status < 300, status, json: async () => told }); await turn(); } });
  }));
  work = createUnseenWork({ busy: () => busy, onMade: ({ query, progress }) => log.push(`${query}: ${progress.done}`), onNone: (why) => log.push(why) });
});

afterEach(() => {
  work.stop();
  mock.restoreAll();
  mock.timers.reset();
  Reflect.deleteProperty(globalThis, "window");
});

test("a comparison is asked for again and again until it is made, and is kept", async () => {
  assert.equal(work.look("v=1", "l2"), null);
  assert.equal(asked.length, 0); // at rest alone
  mock.timers.tick(400);
  assert.deepEqual(asked[0].body, { query: "v=1", wants: ["l2"] });
  await asked[0].answer(slice(1));
  mock.timers.tick(0);
  await asked[1].answer(slice(4));
  mock.timers.tick(9000);
  assert.deepEqual([log, asked.length], [["v=1: 1", "v=1: 4"], 2]);
  work.stop();
  assert.equal(work.look("v=1", "l2")?.progress.done, 4);
  mock.timers.tick(9000);
  assert.equal(asked.length, 2);
});

test("it waits while something moves, and what is no longer looked at is not asked for", async () => {
  work.look("v=1", "l2");
  busy = true;
  mock.timers.tick(900);
  assert.equal(asked.length, 0);
  busy = false;
  mock.timers.tick(300);
  assert.equal(asked.length, 1);
  work.pause();
  await asked[0].answer(slice(1));
  assert.deepEqual(log, []); // it was given up
  mock.timers.tick(300);
  await asked[1].answer(slice(2));
  work.look("v=2", "l2");
  mock.timers.tick(300);
  assert.equal(asked[2].body.query, "v=2");
  work.stop();
  await asked[2].answer(slice(3));
  mock.timers.tick(9000);
  assert.deepEqual([log, asked.length], [["v=1: 2"], 3]);
});

test("what does not come is asked for again later, and where there is none it is said why", async () => {
  work.look("v=1", "l2");
  mock.timers.tick(300);
  await asked[0].answer({}, 503);
  mock.timers.tick(3000);
  assert.equal(asked.length, 1);
  mock.timers.tick(1000);
  await asked[1].answer({ progress: { done: 0, all: 0 }, studies: [], why: "Hold rows out." });
  mock.timers.tick(9000);
  assert.deepEqual([log, asked.length], [["Hold rows out."], 2]);
});

test("what is refused is not asked for again", async () => {
  work.look("v=1", "l2");
  mock.timers.tick(300);
  await asked[0].answer({}, 400);
  mock.timers.tick(9000);
  assert.deepEqual([log, asked.length], [[], 1]);
});
