// Models with many weights: what they predict, against NumPy's numbers; where they go over from class to class; what is held out.

import assert from "node:assert/strict";
import { test } from "node:test";

import { boundariesOf } from "../../ui/stage/data/boundaries.js";
import { confusionOf } from "../../ui/stage/data/confusion.js";
import { countedOf, rightOf } from "../../ui/stage/data/confusion_table.js";
import { axesOf } from "../../ui/stage/data/data_axes.js";
import { marksOf } from "../../ui/stage/data/data_marks.js";
import { dataDescribed, partSaid, predictionRows, rowLabel, weightsSaid } from "../../ui/stage/data/data_words.js";
import { fitPath, fitsAt, residualsOf, stemsOf, underResiduals } from "../../ui/stage/data/fits.js";
import { ROW, scoresOn, shade, SIDE } from "../../ui/stage/data/lattice.js";
import { allWeightsAt, chancesOf, classesOf, likeliest, logistic, predictor, softmax } from "../../ui/stage/data/predictor.js";
import { axisNames, epochOf, placeOf, rowAt, shownRows, troubleOf, windowOf } from "../../ui/stage/data/rows.js";
import { keptOf, rowsCounted } from "../../ui/stage/flow/kept.js";
import { aPacket, aRun, aScene, floats } from "./made.js";

/**
 * @typedef {import("../../ui/stage/flow/packet.js").Data} Data
 * @typedef {import("../../ui/stage/flow/packet.js").ManyWeights} ManyWeights
 * @typedef {[number, number]} Pair
 */

/** @param {Partial<ManyWeights>} many @param {Partial<Data>} [given] @returns {Data & {many: ManyWeights}} */
const told = (many, given = {}) => ({
  model: "many", settings: {}, weights: ["", ""], columns: ["x1", "x2", "class"], target: "class", rows: [], own: true, set: "", flagged: [], cleaned: [], moved: [], most: 100,
  window: [[-2, 2], [-2, 2]], truth: null, plain: null, batch: 0, batch_kind: "deck", batches_drawn: false, held: [],
  ...given,
  many: { count: 0, kind: "features", degree: 0, basis: "monomial", hidden: 0, activation: "tanh", classes: 2, inputs: 2, ...many },
});
const ofNumbers = (/** @type {Partial<ManyWeights>} */ many, /** @type {Partial<Data>} */ given = {}) => told({ kind: "polynomial", classes: 0, inputs: 1, ...many }, { target: "number", columns: ["x", "y"], ...given });

/** @param {ArrayLike<number>} found @param {number[]} right @param {number} [within] as a share */
function near(found, right, within = 1e-13) {
  assert.equal(found.length, right.length);
  right.forEach((value, i) => assert.ok(Math.abs(found[i] - value) <= within * Math.max(1e-8, Math.abs(value)), `${found[i]} is not ${value}`));
}

const POLYNOMIAL = [-0.802, -1.324, -0.248, 0.42, 1.136, 0.11];
const ROWS = [[-0.83, -1.18], [1.12, 2.45], [0.41, -1.85], [-1.44, 2.4]];
const FEATURES = [0.203, -1.732, -0.084, -1.163, -0.629, -0.488, -0.713, 0.553, -0.063, -0.589];
const SOFTMAX = [0.41, 0.83, -1.643, -0.257, -0.981, -0.173, -1.289, 0.021, -0.038];
const NETWORK = [-0.609, -2.096, -0.792, -2.183, -2.71, 0.45, -2.219, 2.341, 0.717, -1.998, 0.272, -1.102, 0.066, 0.087, -3.977, -0.467, 0.3];

test("a polynomial is the sum of its powers, or of Legendre's, as NumPy has them", () => {
  const x = [-1, -0.37, 0, 0.5, 1, 1.6];
  const [plain, legendre] = [ofNumbers({ degree: 5, count: 6 }), ofNumbers({ degree: 5, count: 6, basis: "legendre" })];
  near(x.map((one) => predictor(plain, POLYNOMIAL)([one])), [0.88, -0.346817774567, -0.802, -1.3990625, -0.708, 6.7633632]);
  near(x.map((one) => predictor(legendre, POLYNOMIAL)([one])), [2.868646133215025, 0.3824322027993502, 0.7532724292099737, -3.3178037497802872, 1.234264149945081, 86.8088377318545]);
  const thirty = predictor(ofNumbers({ degree: 30, count: 31, basis: "legendre" }), Float64Array.from({ length: 31 }, (_, k) => Number(k === 30)));
  near([-1, 0.3, 0.99, 1].map((one) => thirty([one])), [7.8102496759066815, 1.1454122042457524, -2.8008733777894403, 7.8102496759066815], 1e-11);
});

test("features, softmax and networks say the probabilities that NumPy says", () => {
  near(ROWS.map(predictor(told({ degree: 3, count: 10 }), FEATURES)), [0.3861760331882944, 7.78826170582492e-6, 0.941401865942256, 4.265641433302723e-6]);
  const three = told({ kind: "softmax", classes: 3, count: 9 });
  near(ROWS.flatMap(chancesOf(three, SOFTMAX)), [
    0.04075800284378027, 0.2504782797572061, 0.7087637173990138, 0.4103020971370578, 0.4130190470503551, 0.1766788558125871,
    0.05237598595015859, 0.8801111469853972, 0.06751286706444429, 0.011970770497961351, 0.004263403933276032, 0.9837658255687627,
  ]);
  near(ROWS.map(predictor(three, SOFTMAX)), [0.2504782797572061, 0.4130190470503551, 0.8801111469853972, 0.004263403933276032]);
  near(ROWS.map(predictor(told({ kind: "network", hidden: 4, count: 17 }), NETWORK)), [0.03879737471368537, 0.9751275984161178, 0.03810737919101943, 0.9786529714333358]);
  near(ROWS.map(predictor(told({ kind: "network", hidden: 4, count: 17, activation: "relu" }), NETWORK)), [1.3467926772877165e-6, 0.32694725749490705, 1.941216438709751e-7, 0.043336280848478785]);
});

test("scores as large as numbers are still give probabilities", () => {
  assert.deepEqual([logistic(1e308), logistic(-1e308), softmax([1e308, -1e308, 0]), softmax([800, 800])], [1, 0, [1, 0, 0], [0.5, 0.5]]);
  assert.deepEqual(softmax([-1e308, -1e308, -1e308]).map((one) => Math.round(3 * one)), [1, 1, 1]);
  assert.equal(predictor(told({ degree: 4, count: 15 }), new Float64Array(15).fill(1e300))([1e9, 1e9]), 1);
  assert.equal(predictor(told({ kind: "network", hidden: 1, count: 5 }), [1e300, 1e300, 0, 1e300, 0])([1e9, 1e9]), 1);
  const lost = shownRows(told({ degree: 1, count: 3 }, { rows: [[1, 1, 0]] }), new Map());
  assert.deepEqual(confusionOf(lost, [NaN, 0, 0]).all, 0);
  assert.deepEqual([likeliest([NaN, NaN]), likeliest([0.5, 0.5]), likeliest([0.4, 0.4, 0.2]), likeliest([0.1, 0.2, 0.7])], [-1, 0, 0, 2]);
  assert.deepEqual([classesOf(ofNumbers({})), classesOf(told({ classes: 3 })), classesOf({ target: "class" })], [0, 3, 2]);
});

test("all weights lie between those of two told steps, and stay at the first and last", () => {
  const run = aRun({ frames: [0, 4, 10], last: 10, steps: 12, series: { all_weights: floats(0, 1, 8, 1, 2, -2) } });
  assert.deepEqual([-1, 0, 1, 4, 7, 10, 99].map((time) => [...allWeightsAt(run, time, 2) ?? []]), [[0, 1], [0, 1], [2, 1], [8, 1], [5, -0.5], [2, -2], [2, -2]]);
  assert.deepEqual([...allWeightsAt(aRun({ frames: [0], series: { all_weights: floats(3) } }), 0.5, 1) ?? []], [3]);
  for (const all_weights of [floats(0, NaN), floats(Infinity, 0), floats(1)]) assert.equal(allWeightsAt(aRun({ frames: [0], series: { all_weights } }), 0, 2), null);
  for (const none of [aRun(), aRun({ series: { all_weights: floats(1, 1) } }), aRun({ frames: [], series: { all_weights: floats() } })]) assert.equal(allWeightsAt(none, 0, 2), null);
  const { many } = told({ count: 2 });
  const scene = aScene([run, aRun({ series: { x: floats(1), y: floats(1), all_weights: floats() } })]);
  assert.deepEqual(fitsAt(scene, 4, many).map(({ run: place, weights }) => [place, ...Array.from(weights)]), [[0, 8, 1]]); // places on the map's plane are no weights
});

test("scores on the lattice are those of every place alone, also where factors would be no numbers", () => {
  /** @type {[Pair, Pair]} */
  const window_ = [[-2, 3], [-1, 4]];
  const network = (/** @type {Partial<ManyWeights>} */ more = {}) => told({ kind: "network", hidden: 4, count: 17, ...more });
  const steep = NETWORK.map((value, i) => (i < 8 ? 400 * value : value));
  /** @type {Array<[Data, number[]]>} */
  const cases = [
    [told({ degree: 3, count: 10 }), FEATURES], [network(), NETWORK], [network(), steep], [network({ activation: "relu" }), NETWORK], [told({ kind: "softmax", classes: 3, count: 9 }), SOFTMAX],
    [{ ...told({}), many: null, model: "logistic_2d", settings: { intercept: -0.4 } }, [1.5, -0.7]],
  ];
  for (const [model, weights] of cases) {
    const scores = scoresOn(model, weights, window_);
    for (let place = 0; place < ROW * ROW; place += 7) {
      const [row, column] = [Math.floor(place / ROW), place % ROW];
      const inputs = [-2 + ((column - 0.5) * 5) / SIDE, 4 - ((row - 0.5) * 5) / SIDE];
      const there = scores.map((one) => one[row * ROW + column]);
      near(scores.length > 1 ? softmax(there) : [1 - logistic(there[0]), logistic(there[0])], chancesOf(model, weights)(inputs), 1e-7);
    }
  }
});

test("shades have the likeliest class' colour, are strong where it is sure, and none where nothing is known", () => {
  const pixels = new Uint8ClampedArray(4 * SIDE * SIDE);
  const at = (/** @type {number} */ row, /** @type {number} */ column) => [...pixels.subarray(4 * (row * SIDE + column), 4 * (row * SIDE + column) + 4)];
  /** @type {Array<[number, number, number]>} */
  const colors = [[10, 0, 0], [0, 20, 0], [0, 0, 30]];
  shade(scoresOn({ ...told({}), many: null, settings: { intercept: 0 } }, [1000, 0], [[-1, 1], [-1, 1]]), colors, pixels);
  assert.deepEqual([at(5, 0), at(5, SIDE - 1)], [[10, 0, 0, 107], [0, 20, 0, 107]]);
  shade(scoresOn(told({ kind: "softmax", classes: 3, count: 9 }), [-900, 0, 900, 0, 0, 0, 0, 200, 0], [[-1, 1], [-1, 1]]), colors, pixels);
  assert.deepEqual([at(0, 0), at(9, 32), at(0, SIDE - 1)], [[10, 0, 0, 107], [0, 20, 0, 107], [0, 0, 30, 107]]);
  shade(scoresOn(told({ kind: "softmax", classes: 3, count: 9 }), new Float64Array(9), [[-1, 1], [-1, 1]]), colors, pixels);
  assert.equal(at(3, 3)[3], 0); // all even
  shade([new Float64Array(ROW * ROW).fill(NaN)], colors, pixels);
  assert.equal(at(3, 3)[3], 0);
  shade([0, 1, 2].map(() => new Float64Array(ROW * ROW).fill(NaN)), colors, pixels);
  assert.equal(at(3, 3)[3], 0);
});

test("a picture of a network of 32 hidden units takes a small part of a frame", () => {
  const network = told({ kind: "network", hidden: 32, count: 129 });
  const weights = Float64Array.from({ length: 129 }, (_, k) => Math.sin(7 * k));
  const pixels = new Uint8ClampedArray(4 * SIDE * SIDE);
  const axes = axesOf(network.window, { left: 0, top: 0, width: 400, height: 300 });
  const took = Array.from({ length: 40 }, () => {
    const began = performance.now();
    shade(scoresOn(network, weights, network.window), [[0, 0, 0], [9, 9, 9]], pixels);
    fitPath(network, weights, axes);
    return performance.now() - began;
  });
  assert.ok(Math.min(...took) < 4, `it takes ${Math.min(...took)} ms`);
});

test("lines between classes are where these are even: a circle, and three rays from a point", () => {
  const axes = axesOf([[-2, 2], [-2, 2]], { left: 10, top: 20, width: 400, height: 400 });
  const circle = boundariesOf(told({ degree: 2, count: 6 }), [0, 0, 1, 0, 1, -1], axes).flat(); // x1^2 + x2^2 = 1
  assert.ok(circle.length > 100);
  for (const place of circle) assert.ok(Math.abs(Math.hypot(...axes.data(...place)) - 1) < 2e-3);
  const side = boundariesOf(told({ kind: "network", hidden: 1, count: 5, activation: "relu" }), [1, 0, 0, 1, -0.5], axes).flat(); // x1 = 0.5, from edge to edge
  assert.ok(side.every((place) => Math.abs(axes.data(...place)[0] - 0.5) < 1e-9));
  assert.ok(Math.min(...side.map(([, y]) => y)) <= 20 && Math.max(...side.map(([, y]) => y)) >= 420);
  const three = told({ kind: "softmax", classes: 3, count: 9 });
  const rays = boundariesOf(three, [-1, 1, 0, -1, -1, 1, 0, 0, 0], axes); // scores -x1 - x2, x1 - x2, x2
  assert.equal(rays.length, 3);
  for (const place of rays.flat()) {
    const [first, second] = chancesOf(three, [-1, 1, 0, -1, -1, 1, 0, 0, 0])(axes.data(...place)).sort((a, b) => b - a);
    assert.ok(Math.abs(first - second) < 1e-9);
  }
  const ends = rays.flat().filter((place) => Math.hypot(...axes.data(...place)) < 1e-9);
  assert.equal(ends.length, 3); // they meet in (0, 0)
  assert.deepEqual(boundariesOf(three, new Float64Array(9), axes), []);
});

test("a curve of any degree has a place every other pixel, breaks off where it is no number, and others have none", () => {
  const axes = axesOf([[-1, 1], [-2, 2]], { left: 0, top: 0, width: 600, height: 400 });
  const legendre = ofNumbers({ degree: 20, count: 21, basis: "legendre" });
  const weights = Float64Array.from({ length: 21 }, (_, k) => Number(k === 20) / 8);
  const { path, end } = fitPath(legendre, weights, axes);
  assert.equal(path.match(/[ML]/g)?.length, 301);
  near(end ?? [], [600, 200 - (100 * Math.sqrt(41)) / 8]);
  assert.equal(fitPath(legendre, weights, { ...axes, box: { ...axes.box, width: 90 } }).path.match(/[ML]/g)?.length, 161);
  assert.deepEqual(fitPath(legendre, new Float64Array(21).fill(NaN), axes), { path: "", end: null });
  const far = fitPath(ofNumbers({ degree: 2, count: 3 }), [0, 0, 1], axesOf([[-1e200, 1e200], [-2, 2]], axes.box)); // a square of which only that of 0 is a number
  assert.deepEqual(far, { path: "M300.0 200.0", end: null });
  assert.deepEqual(fitPath(told({ kind: "softmax", classes: 3, count: 15, inputs: 4 }, { columns: ["x1", "x2", "x3", "x4", "class"] }), new Float64Array(15), axes), { path: "", end: null });
});

test("rows that are held out have no stems and do not count as learnt from, and what is left out is neither", () => {
  const line = ofNumbers({ degree: 1, count: 2 }, { rows: [[0, 1], [1, 3], [2, 5], [3, 7], [4, 8]], held: [1, 4], flagged: [4], window: [[0, 4], [0, 8]], batch: 2 });
  const shown = shownRows(line, new Map());
  assert.deepEqual(keptOf(line, shown.left), { train: [0, 2, 3], held: [1] });
  assert.equal(rowsCounted(line), "5 points: 3 to train on, 1 held out, 1 left out");
  assert.equal(rowsCounted({ ...line, held: [] }), "5 points, 1 of them left out");
  assert.equal(rowsCounted({ ...line, held: undefined, flagged: [] }), "5 points");
  assert.equal(stemsOf(shown, [0, 2], axesOf([[0, 4], [0, 8]], { left: 0, top: 0, width: 40, height: 80 })), "M0.0 70.0V80.0M20.0 30.0V40.0M30.0 10.0V20.0");
  assert.deepEqual(residualsOf(shown, [0, 2]), [1, 1, 1, 1, 0]);
  assert.equal(epochOf(line, 3), 2);
  const leaks = { ...line, leaked: [1] };
  assert.deepEqual([epochOf(leaks, 4), rowLabel(shownRows(leaks, new Map()), 1)], [2, "Point 2 of 5: x 1, y 3, held out, but leaked into training"]);
  assert.match(rowsCounted(leaks), /1 held out, of which 1 leaked into training, 1 left out/);
  assert.equal(rowLabel(shown, 1), "Point 2 of 5: x 1, y 3, held out");
  assert.equal(rowLabel(shown, 4), "Point 5 of 5: x 4, y 8, left out by hand");
  assert.equal(troubleOf(line, line.rows, new Set([0, 4])), "");
  assert.equal(troubleOf(line, line.rows, new Set([0, 2])), "At least 2 points must be there to train on.");
  const three = told({ kind: "softmax", classes: 3 }, { rows: [[0, 0, 0], [0, 0, 1], [0, 0, 2], [0, 0, 2]] });
  assert.equal(troubleOf(three, three.rows, new Set([3])), ""); // one input the same for all is no trouble beside others
  assert.equal(troubleOf(three, three.rows, new Set([1])), "Points of every class must count.");
  assert.equal(troubleOf(told({}), [[0, 1, 1], [1, 1, 1]], new Set()), "Points of both classes must count.");
  const picture = { packet: aPacket({ palette: { light: ["#1", "#2"], dark: [] } }), surface: /** @type {any} */ ({}), scene: aScene([]) };
  const fills = [0, 1, 4].map((place) => marksOf(shown, place, picture).map(({ fill }) => fill));
  assert.deepEqual(fills, [["#111"], ["#fff"], ["#fff", "none", "none"]]);
});

test("how often each class is taken for which is counted on held-out rows, or on all where there are none", () => {
  const rows = [[-1, 0, 0], [1, 0, 0], [1, 0, 1], [2, 0, 1], [3, 0, 1], [-2, 0, 1]];
  const two = told({ degree: 1, count: 3 }, { rows, flagged: [4] });
  assert.deepEqual(confusionOf(shownRows(two, new Map()), [1, 0, 0]), { counts: [[1, 1], [1, 2]], held: false, right: 3, all: 5 });
  assert.deepEqual(confusionOf(shownRows({ ...two, held: [0, 5, 4] }, new Map()), [1, 0, 0]), { counts: [[1, 0], [1, 0]], held: true, right: 1, all: 2 });
  const old = { ...two, many: null, model: "logistic_1d", columns: ["x", "class"], rows: [[-1, 0], [1, 0], [1, 1]], flagged: [] };
  assert.deepEqual(confusionOf(shownRows(old, new Map()), [1, 0]).counts, [[1, 1], [0, 1]]);
  const three = told({ kind: "softmax", classes: 3, count: 9 }, { rows: [[-1, 0, 0], [1, 0, 2], [0, 0, 1], [-3, 0, 2]] });
  assert.deepEqual(confusionOf(shownRows(three, new Map()), [-9, 0, 9, 0, 0, 0, 0, 1, 0]).counts, [[1, 0, 0], [0, 1, 0], [1, 0, 1]]);
  assert.deepEqual([countedOf(true, 1200, 1500), countedOf(false, 9, 9)], ["Held-out points at step 1,200", "Points to train on at the end"]);
  assert.equal(rightOf({ counts: [], held: true, right: 1300, all: 2000 }), "1,300 of 2,000 right");
  assert.equal(rightOf({ counts: [], held: false, right: 0, all: 0 }), "no prediction is a number");
});

test("of more inputs than two the last are drawn, and a hand keeps what is not", () => {
  const four = told({ kind: "softmax", classes: 3, count: 15, inputs: 4 }, { columns: ["x1", "x2", "x3", "x4", "class"], rows: [[1, 2, 3, 4, 0], [3, 3, 5, 6, 2]], window: /** @type {any} */ ([[0, 1], [0, 2], [0, 3], [0, 4]]) });
  assert.deepEqual([placeOf(four.rows[0]), placeOf([1, 2, 0]), placeOf([1, 2])], [[3, 4], [1, 2], [1, 2]]);
  assert.deepEqual([axisNames(four), windowOf(four), windowOf(told({}))], [["x3", "x4"], [[0, 3], [0, 4]], [[-2, 2], [-2, 2]]]);
  assert.deepEqual(rowAt(four, four.rows, [7, 8], four.rows[1], 0), [3, 3, 7, 8, 2]);
  assert.deepEqual(rowAt(four, four.rows, [7, 8], null, 1), [2, 2.5, 7, 8, 1]);
  assert.deepEqual(rowAt(told({}), [], [7, 8], null, 1), [7, 8, 1]);
  assert.equal(partSaid(four), "Drawn over x3 and x4; the model sees all four.");
  assert.equal(partSaid(told({})), "");
});

test("residuals of three classes are what the own class' probability lacks", () => {
  const three = shownRows(told({ kind: "softmax", classes: 3, count: 9 }, { rows: ROWS.map((row, i) => [...row, i % 3]) }), new Map());
  near(residualsOf(three, SOFTMAX), [0, 1, 2, 0].map((kind, i) => 1 - chancesOf(three.told, SOFTMAX)(ROWS[i])[kind]));
  assert.deepEqual(underResiduals(three, SOFTMAX), ROWS.map(([x]) => x));
});

test("words say degree and weights, every class' probability, and how the runs end", () => {
  assert.equal(weightsSaid(ofNumbers({ degree: 9, count: 10 })), "degree 9: 10 weights");
  assert.equal(weightsSaid(ofNumbers({ degree: 9, count: 10, basis: "legendre" })), "degree 9: 10 weights");
  assert.equal(weightsSaid(told({ kind: "softmax", classes: 3, count: 9 })), "3 classes: 9 weights");
  assert.equal(weightsSaid(told({ kind: "network", hidden: 8, count: 33 })), "8 tanh units: 33 weights");
  assert.equal(weightsSaid({ many: null }), "");
  const fits = [{ run: 0, weights: SOFTMAX }];
  const scene = aScene([aRun({ frames: [0, 3], last: 3, series: { all_weights: floats(0, 0, 1, 2) } })]);
  const { heads, rows } = predictionRows(told({ kind: "softmax", classes: 3, count: 9 }), fits, ROWS[2], 1, scene);
  assert.deepEqual([heads, rows[0].values], [["class 0", "class 1", "class 2"], ["0.05238", "0.8801", "0.06751"]]);
  const line = ofNumbers({ degree: 1, count: 2 }, { rows: [[0, 2], [1, 3], [2, 5]], held: [2] });
  const said = predictionRows(line, [{ run: 0, weights: [1, 2] }], [2], 5.5, scene);
  assert.deepEqual([said.heads, said.rows[0].values], [["y", "residual"], ["5", "0.5"]]);
  const picture = { packet: aPacket({ data: line }), surface: /** @type {any} */ ({}), scene };
  assert.equal(dataDescribed(picture), "3 points: 2 to train on, 1 held out: x from 0 to 2, y from 2 to 5. The model: degree 1: 2 weights. Adam ends 0.5 away from its points on average, and 0 from those held out.");
  const classes = told({ degree: 1, count: 3 }, { rows: [[-1, 0, 0], [1, 0, 0]] });
  const ended = aScene([aRun({ frames: [0], series: { all_weights: floats(1, 0, 0) } }), aRun({ frames: [0], series: { all_weights: floats(NaN, 0, 0) } })]);
  assert.match(dataDescribed({ ...picture, packet: aPacket({ data: classes }), scene: ended }), /3 weights\. Adam ends with 1 of 2 points in their own class\.$/);
});
