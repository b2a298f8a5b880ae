// What is said under the pointer: of a place on the map, of an iterate, and of the curves at a step.

import assert from "node:assert/strict";
import { test } from "node:test";

import { markRows, valuesAt } from "../../ui/stage/curves/curve_words.js";
import { pictureOf } from "../../ui/stage/flow/picture.js";
import { bareSurface } from "../../ui/stage/flow/surface.js";
import { caught } from "../../ui/stage/lens/lens.js";
import { isWithin, placeWords, roundedToPixels } from "../../ui/stage/map/place_words.js";
import { iterateRows } from "../../ui/stage/paths/path_words.js";
import { nearest } from "../../ui/stage/paths/paths.js";
import { aPacket, aRun, aScene, floats, THEME } from "./made.js";

/** @type {[[number, number], [number, number]]} */
const WINDOW = [[-1, 1], [-1, 1]];

test("a place is told with the height that is drawn there, read back as the value", () => {
  const surface = { ...bareSurface(WINDOW), grid: { ...bareSurface(WINDOW).grid, z: [0, 1, 2, 3] } }; // a plane: its middle is 1.5
  const packet = aPacket({ height: { kind: "linear", lowest: 0, unit: 1, knots: [], levels: [], factor: 10, base: 0 } });
  assert.equal(placeWords([0, 0], WINDOW, pictureOf(packet, surface, THEME, new Set())), "x 0.000  y 0.000  f ≈ 15");
  assert.equal(placeWords([0.5, -0.5], WINDOW, pictureOf(packet, bareSurface(WINDOW), THEME, new Set())), "x 0.500  y −0.500"); // no height
});

test("a place is within the axes with their ends, and nowhere is not", () => {
  assert.ok(isWithin([-1, 1], WINDOW));
  for (const spot of /** @type {Array<[number, number]>} */ ([[1.01, 0], [0, -1.01], [NaN, 0]])) assert.ok(!isWithin(spot, WINDOW));
});

test("a place is rounded to less than a pixel, and to no more digits than that takes", () => {
  assert.deepEqual(roundedToPixels([0.123456, -0.98765], WINDOW, [500, 50]), [0.123, -0.99]); // 0.004 and 0.04 a pixel
  assert.deepEqual(roundedToPixels([123456, 1e-9], [[0, 1e6], [0, 1e-6]], [500, 500]), [123000, 1e-9]);
  for (let i = 0; i < 200; i++) {
    const spot = /** @type {[number, number]} */ ([Math.cos(i), Math.sin(i)]);
    const there = roundedToPixels(spot, WINDOW, [640, 480]);
    assert.ok(Math.abs(there[0] - spot[0]) <= 1 / 640 && Math.abs(there[1] - spot[1]) <= 1 / 480);
  }
});

const RUN = aRun({ name: "Adam", series: { x: floats(1, 2), y: floats(3, 4), loss: floats(5, 6), gradient: floats(7, 8), rate: floats(0.5), sharpness: floats(9, 10) } });

test("an iterate is told with its step; the last one has the rate of the update before", () => {
  assert.deepEqual(iterateRows(RUN, 1).map(({ value }) => value), ["1", "2", "4", "6", "8", "0.5"]);
});

/** @type {import("../../ui/stage/flow/packet.js").Curve[]} */
const CURVES = [
  { key: "loss", name: "Loss", short: "Loss", column: "Loss", array: "loss", log_array: "gap", log_column: "Above the minimum" },
  { key: "gradient", name: "Gradient norm", short: "Gradient norm", column: "Gradient norm", array: "gradient", log_array: "gradient" },
  { key: "rate", name: "Learning rate", short: "Rate", column: "Rate", array: "rate", log_array: "rate" },
  { key: "sharpness", name: "Sharpness", short: "Sharpness", column: "Sharpness", array: "sharpness", log_array: "sharpness" },
];

/** @param {import("../../ui/stage/flow/picture.js").Scene} scene */
const drawn = (scene) => ({ packet: aPacket({ curves: CURVES }), scene });

test("the curves tell loss and gradient, and the one that is looked at", () => {
  const scene = aScene([RUN, aRun({ name: "Hidden" }), aRun({ name: "Short", series: { loss: floats(1), gradient: floats() } })], { shown: [true, false, true] });
  assert.deepEqual(valuesAt(drawn(scene), 1, "loss").heads, ["Loss", "Gradient norm"]);
  const { heads, rows, notes } = valuesAt(drawn(scene), 1, "rate");
  assert.deepEqual(heads, ["Loss", "Gradient norm", "Rate"]);
  assert.deepEqual(rows.map(({ name, values }) => [name, ...values]), [["Adam", "6", "8", "0.5"], ["Short", "1", "–", "–"]]);
  assert.deepEqual(rows.map(({ color }) => color), [scene.colors[0], scene.colors[2]]);
  assert.deepEqual(notes, []);
  assert.deepEqual(valuesAt(drawn(scene), 1, "sharpness").heads.slice(2), ["Sharpness", "Limit"]);
  assert.deepEqual(valuesAt(drawn(scene), 1, "gap").heads.slice(2), ["Above the minimum"]);
});

test("the curves tell the held-out loss beside the loss, and accuracies in percent", () => {
  const curves = [
    { ...CURVES[0], log_array: "loss", beside: "heldout", beside_column: "Held-out loss" }, CURVES[1],
    { key: "accuracy", name: "Accuracy", short: "Accuracy", column: "Accuracy", array: "accuracy" },
  ];
  const run = aRun({ name: "Adam", series: { loss: floats(1), heldout: floats(2), gradient: floats(3), accuracy: floats(0.9375) } });
  const told = (/** @type {string} */ key) => valuesAt({ packet: aPacket({ curves }), scene: aScene([run]) }, 0, key);
  assert.deepEqual([told("loss").heads, told("loss").rows[0].values], [["Loss", "Held-out loss", "Gradient norm"], ["1", "2", "3"]]);
  assert.deepEqual([told("accuracy").heads, told("accuracy").rows[0].values], [["Loss", "Held-out loss", "Accuracy"], ["1", "2", "93.75 %"]]);
});

test("of many runs the median is told, and in two digits what lies around it", () => {
  const band = { low: floats(0.12345), middle: floats(0.5), high: floats(7.6543) };
  const many = /** @type {any} */ ({ steps: floats(0), bands: { loss: band } });
  const scene = aScene([{ ...RUN, many }]);
  assert.deepEqual(valuesAt(drawn(scene), 0, "loss").notes, [{ label: "median of many", value: "0.5 (0.12 to 7.7)", color: scene.colors[0] }]);
  assert.deepEqual(valuesAt(drawn(scene), 0, "gradient").notes, []);
});

test("a flag tells its criterion, its step, and why it is no sign of a minimum", () => {
  const mark = { key: "g", name: "Small gradient", letter: "g", group: "", curve: "gradient", text: "below 0.1", step: 7, note: "" };
  assert.deepEqual(markRows(mark), [{ label: "Small gradient", value: "step 7" }, { label: "below 0.1", value: "" }]);
  assert.deepEqual(markRows({ ...mark, note: "A saddle." }).at(-1), { label: "A saddle.", value: "" });
});

/** @param {number[]} x @param {number[]} y */
const aTrace = (x, y) => /** @type {any} */ ({ iterateX: floats(...x), iterateY: floats(...y), last: x.length - 1 });

test("under the pointer is the nearest iterate that is drawn, of those in one place the last", () => {
  const scene = aScene([aRun(), aRun()]);
  const traces = [aTrace([0, 10, 10, 30], [0, 0, 0, 0]), aTrace([12, 12], [3, 3])];
  assert.deepEqual(nearest(scene, traces, 3, 10, 1), { run: 0, step: 2, x: 10, y: 0 });
  assert.equal(nearest(scene, traces, 1.9, 10, 1)?.step, 1); // the next is not drawn yet
  assert.equal(nearest(scene, traces, 3, 12, 3)?.run, 1);
  assert.equal(nearest({ ...scene, shown: [true, false] }, traces, 3, 12, 3)?.run, 0);
  assert.equal(nearest(scene, traces, 3, 30, 13), null); // farther than a finger is broad
});

test("the lens lies on a marked point that it is all but on", () => {
  const place = (/** @type {number} */ x, /** @type {number} */ y) => /** @type {[number, number]} */ ([100 * x, 100 * y]);
  assert.deepEqual(caught([0.05, 0], [[0, 0], [0.06, 0]], place), [0.06, 0]);
  assert.deepEqual(caught([0.5, 0], [[0, 0]], place), [0.5, 0]);
  assert.deepEqual(caught([0.05, 0], [[0, 0]], () => null), [0.05, 0]); // no map yet
});
