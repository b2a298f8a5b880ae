// The lens: what it draws is level and true to scale, what it says, and how it asks.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { lensInWords } from "../../ui/stage/lens/lens_panel.js";
import { createLensRequests, lensUrl } from "../../ui/stage/lens/lens_requests.js";
import { lensShapes } from "../../ui/stage/lens/lens_shapes.js";

/** @typedef {import("../../ui/stage/lens/lens_shapes.js").LensAnswer} LensAnswer */

const TURN = 0.6; // of the axes

/** @param {LensAnswer["shape"]} shape @param {[number, number]} eigenvalues @param {Partial<LensAnswer>} [more] @returns {LensAnswer} */
const answer = (shape, eigenvalues, more) => ({
  point: [1, -2], value: 3, gradient: [0, 0], level: true, hessian: [[0, 0], [0, 0]], eigenvalues, shape, title: "Minimum", curves: "curves up every way",
  vectors: [[Math.cos(TURN), Math.sin(TURN)], [-Math.sin(TURN), Math.cos(TURN)]], condition: null, best_rate: null, contraction: null, ...more,
});

/** Half the quadratic form at a pixel, put back into the data's units. @param {LensAnswer} of @param {[number, number]} scales */
const quadratic = ({ eigenvalues, vectors }, [scaleX, scaleY]) => (/** @type {[number, number]} */ [px, py]) => {
  const [x, y] = [px / scaleX, py / scaleY];
  return /** @type {[number, number][]} */ (vectors).reduce((sum, [a, b], i) => sum + (Number(eigenvalues[i]) / 2) * (a * x + b * y) ** 2, 0);
};

/** @param {[number, number]} vector */
const lengthOf = ([x, y]) => Math.hypot(x, y);

/** @type {Array<[LensAnswer["shape"], [number, number]]>} */
const CURVED = [["BOWL", [0.5, 8]], ["DOME", [-9, -2]], ["SADDLE", [-1, 3]]];

test("along a level line the quadratic has one value, up or down as it says, whatever the map's scales", () => {
  for (const [shape, eigenvalues] of CURVED) {
    for (const scales of /** @type {Array<[number, number]>} */ ([[100, -100], [300, -20]])) {
      const of = answer(shape, eigenvalues);
      const { lines } = lensShapes(of, ...scales);
      const height = quadratic(of, scales);
      const levels = lines.filter(({ part }) => part === "level");
      assert.equal(levels.length, shape === "SADDLE" ? 4 : 1);
      const sizes = levels.flatMap(({ pixels, down }) => pixels.map((pixel) => height(pixel) * (down ? -1 : 1)));
      for (const size of sizes) assert.ok(Math.abs(size / sizes[0] - 1) < 1e-9 && size > 0, `${shape} ${size} ${sizes[0]}`);
    }
  }
});

test("axes lie along the eigenvectors, are as long as the level lines reach and never too long", () => {
  const scales = /** @type {[number, number]} */ ([100, -100]);
  const of = answer("BOWL", [0.5, 8]);
  const { lines, marks } = lensShapes(of, ...scales);
  const axes = lines.filter(({ part }) => part === "axis").map(({ pixels }) => pixels[1]);
  assert.ok(Math.abs(lengthOf(axes[0]) / lengthOf(axes[1]) - 4) < 1e-9); // 1 / sqrt(eigenvalue)
  assert.ok(Math.abs(Math.sqrt(lengthOf(axes[0]) * lengthOf(axes[1])) - 32) < 1e-9);
  assert.ok(Math.abs(axes[0][0] * Math.sin(TURN) + axes[0][1] * Math.cos(TURN)) < 1e-9); // y downwards
  assert.deepEqual(marks.map(({ value }) => value), [0.5, 8]);
  const flat = lensShapes(answer("BOWL", [1e-8, 1]), ...scales).lines.filter(({ part }) => part === "axis");
  assert.ok(flat.every(({ pixels }) => lengthOf(pixels[1]) <= 120 + 1e-9));
});

test("a trough and a ridge have straight level lines on both sides, a plain none", () => {
  for (const [shape, eigenvalues] of /** @type {typeof CURVED} */ ([["TROUGH", [0, 2]], ["RIDGE", [-2, 0]]])) {
    const { lines, marks } = lensShapes(answer(shape, eigenvalues), 100, -100);
    assert.deepEqual(lines.map(({ part, down }) => [part, down]), [["level", shape === "RIDGE"], ["level", shape === "RIDGE"], ["axis", shape === "RIDGE"]]);
    assert.equal(marks.length, 1);
  }
  assert.deepEqual(lensShapes(answer("STRAIGHT", [0, 0]), 100, -100), { lines: [], marks: [] });
  for (const shape of /** @type {const} */ (["KINK", "UNKNOWN"])) assert.deepEqual(lensShapes(answer(shape, [1, 2]), 100, -100), { lines: [], marks: [] });
});

test("the arrow points downhill on the screen, and there is none where the ground is level or its slope unknown", () => {
  const arrows = (/** @type {Partial<LensAnswer>} */ more) => lensShapes(answer("BOWL", [1, 2], more), 100, -50).lines.filter(({ part }) => part === "slope");
  const [shaft] = arrows({ gradient: [1, 2], level: false });
  assert.ok(Math.abs(shaft.pixels[1][0] + shaft.pixels[1][1]) < 1e-9 && shaft.pixels[1][0] < 0); // -(1, 2) by (100, -50)
  assert.ok(Math.abs(lengthOf(shaft.pixels[1]) - 34) < 1e-9);
  assert.deepEqual(arrows({ gradient: [1, 2], level: true }), []);
  assert.deepEqual(arrows({ gradient: [null, 2], level: false }), []);
});

test("in words the point comes first, then what it is, and only numbers that are known", () => {
  assert.equal(lensInWords(answer("BOWL", [0.5, 8], { condition: 16 })), "x 1, y −2. Minimum. value 3. curvatures 8 and 0.5. condition number 16");
  assert.equal(lensInWords({ ...answer("UNKNOWN", [0, 0]), value: null, eigenvalues: [null, null] }), "x 1, y −2. Minimum. value not finite");
});

// --- asking --------------------------------------------------------------------------------------------------------

/** @type {string[]} */
let asked = [];
/** @type {Array<(answer: any) => void>} */
let open = [];
/** @type {any[]} */
let heard = [];

const rest = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

/** @param {number} value */
const url = (value) => new URL(`http://lab/lens?x=${value}`);

beforeEach(() => {
  [asked, open, heard] = [[], [], []];
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(globalThis, "fetch", (/** @type {URL} */ address) => {
    asked.push(String(address.searchParams.get("x")));
    return new Promise((resolve) => open.push(resolve));
  });
  Object.assign(globalThis, { window: { location: { origin: "http://lab" } } });
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
  Reflect.deleteProperty(globalThis, "window");
});

const requests = () => createLensRequests({ onAnswer: (one) => heard.push(one), onFailure: () => heard.push("failed") });

test("the lens lies beside the surface and is asked about a point", () => {
  assert.equal(lensUrl("/base/thalweg/1/surface?on=sphere", [0.5, -1e-7]).href, "http://lab/base/thalweg/1/lens?on=sphere&x=0.5&y=-1e-7");
});

test("one question at a time, then the newest, after a pause", async () => {
  const lens = requests();
  for (const x of [1, 2, 3]) lens.ask(url(x));
  assert.deepEqual(asked, ["1"]);
  open[0]({ ok: true, json: async () => "one" });
  await rest();
  assert.deepEqual([asked, heard], [["1"], ["one"]]);
  mock.timers.tick(40);
  await rest();
  assert.deepEqual(asked, ["1", "3"]);
});

test("a failure is told unless a newer question waits, and after the end nothing is", async () => {
  const lens = requests();
  lens.ask(url(1));
  open[0]({ ok: false, status: 400 });
  await rest();
  assert.deepEqual(heard, ["failed"]);
  mock.timers.tick(40);
  await rest();
  lens.ask(url(2));
  lens.ask(url(3));
  open[1]({ ok: false, status: 400 });
  await rest();
  mock.timers.tick(40);
  await rest();
  lens.end();
  open[2]({ ok: true, json: async () => "late" });
  await rest();
  assert.deepEqual([asked, heard], [["1", "2", "3"], ["failed"]]);
});
