// What is inside a step: the row that belongs to it, the marks that are drawn of it, and what the legend says.

import assert from "node:assert/strict";
import { test } from "node:test";

import { paintMark, writeLetters } from "../../ui/stage/inside/inside_ink.js";
import { insideEntries } from "../../ui/stage/inside/inside_legend.js";
import { marksAt } from "../../ui/stage/inside/inside_marks.js";
import { createReader } from "../../ui/stage/inside/inside_reader.js";
import { aPacket, aRun, aScene, floats, THEME } from "./made.js";

/**
 * @typedef {import("../../ui/stage/inside/inside_reader.js").Shape} Shape
 * @typedef {import("../../ui/stage/inside/inside_reader.js").ArrowSource} ArrowSource
 * @typedef {import("../../ui/stage/inside/inside_marks.js").Mark} Mark
 */

const STEPS = 6;
const RUN = aRun({ series: { x: floats(0, 1, 2, 3, 4, 5, 6), y: floats(0, -1, -2, -3, -4, -5, -6), rate: floats(0.5, 0.5, 0.25, 0.25, 0.25, 0.25) }, last: STEPS, steps: STEPS });

/** Rows of pairs: row r of array a is (a + r, -r). @param {number} a @param {number[]} rows */
const pairs = (a, rows) => floats(...rows.flatMap((r) => [a + r, 0 - r]));

/** @param {number[]} rows */
const upTo = (rows) => Array.from({ length: rows[0] }, (_, i) => i);

/** Every step, or every second, as Python thins them out: carried arrays by pairs, before and after. @param {1|2} stride */
function packetOf(stride) {
  const carried = stride === 1 ? upTo([STEPS + 1]) : [0, 1, 2, 3, 4, 5];
  const made = stride === 1 ? upTo([STEPS]) : [0, 2, 4];
  const arrays = new Map([["m@0", pairs(100, carried)], ["g@0", pairs(200, made)]]);
  return aPacket({ steps: STEPS, runs: [RUN], shapes: [[]], arrays, inside: { stride, runs: [] } });
}

test("without thinning every update is shown, the last one at the end", () => {
  const reader = createReader(packetOf(1));
  assert.deepEqual([0, 0.9, 1, 5.9, 6].map(reader.updateAt), [0, 0, 1, 5, 5]);
});

test("thinned out, the update that is there is shown", () => {
  const reader = createReader(packetOf(2));
  assert.deepEqual([0, 1.9, 2, 5, 6].map(reader.updateAt), [0, 0, 2, 4, 4]);
});

test("a value is read for the update that is shown, before it or after it, thinned out or not", () => {
  for (const stride of /** @type {const} */ ([1, 2])) {
    const reader = createReader(packetOf(stride));
    for (const update of [0, 2, 4]) {
      assert.deepEqual(reader.read(0, { a: "m@0", at: 0 }, update), [100 + update, 0 - update]);
      assert.deepEqual(reader.read(0, { a: "m@0", at: 1 }, update), [101 + update, -update - 1]);
      assert.deepEqual(reader.read(0, { a: "g@0" }, update), [200 + update, 0 - update]);
      assert.deepEqual(reader.read(0, { w: 0 }, update), [update, 0 - update]);
      assert.deepEqual(reader.read(0, { w: 1 }, update), [update + 1, -update - 1]);
      assert.deepEqual(reader.read(0, { n: 1 }, update), [update + 1]);
      assert.deepEqual(reader.read(0, { c: [7, 8] }, update), [7, 8]);
    }
  }
});

/** @param {Partial<Shape>} more @returns {Shape} */
const shape = (more) => ({ kind: "point", name: "average", symbol: "a", array: "m@0", next: false, way: true, ...more });

test("a shape is the one after the update under way, or the one that belongs to the point before it", () => {
  const reader = createReader(packetOf(1));
  assert.deepEqual(reader.shapeAt(shape({}), 2.5), [103, -3]);
  assert.deepEqual(reader.shapeAt(shape({}), 6), [106, -6]);
  assert.deepEqual(reader.shapeAt(shape({ next: true }), 2.5), [102, -2]);
  assert.deepEqual(reader.shapeAt(shape({ next: true }), 6), [106, -6]);
  assert.deepEqual(createReader(packetOf(2)).shapeAt(shape({}), 2.5), [103, -3]);
  assert.deepEqual(createReader(packetOf(2)).shapeAt(shape({ next: true }), 2.5), [102, -2]);
});

test("the way of a point goes up to the time, without what it was before any step", () => {
  const reader = createReader(packetOf(1));
  assert.deepEqual(reader.wayTo(shape({}), 2), [[101, -1], [102, -2], [103, -3]]);
  assert.deepEqual(reader.wayTo(shape({ next: true }), 1), [[100, 0], [101, -1]]);
});

// --- marks ---------------------------------------------------------------------------------------------------------

/** @param {ArrowSource[]} arrows @param {Partial<import("../../ui/stage/flow/packet.js").Packet>} [more] */
const packetWith = (arrows, more) => {
  const inside = { stride: 1, runs: [{ table: [], lines: [], story: "", arrows, spread: { c: [2] } }] };
  return aPacket({ ...packetOf(1), inside, ...more });
};

/** @param {ArrowSource["of"]} of @param {ArrowSource["times"]} times @returns {ArrowSource} */
const arrow = (of, times) => ({ of, symbol: "g", source: { a: "g@0" }, times, true: true });

/** @param {import("../../ui/stage/flow/packet.js").Packet} packet @param {number} time @param {boolean} [shown] */
const marks = (packet, time, shown = true) => marksAt(packet, aScene([RUN], { shown: [shown] }), createReader(packet), time);

test("an arrow begins where the update does and is multiplied by what it says", () => {
  const found = marks(packetWith([arrow("gradient", "-rate"), arrow("velocity", "-1"), arrow("step", "1")]), 2.5);
  const ways = found.filter(({ kind }) => kind !== "spread").map(({ from, points: [[x, y]] }) => [x - from[0], y - from[1]]);
  assert.deepEqual(ways, [[-0.25 * 202, 0.25 * 2], [-202, 2], [202, -2]]);
  assert.ok(found.every(({ from }) => from[0] === 2 && from[1] === -2));
});

test("one reach is that of both axes", () => {
  assert.deepEqual(marks(packetWith([]), 0)[0].axes, [[2, 0], [0, 2]]);
});

test("an ellipse has the covariance's own axes: its outline is one standard deviation away", () => {
  const [a, b, c] = [4, 1.5, 1];
  const packet = packetWith([], { shapes: [[shape({ kind: "ellipse", array: "cloud" })]], arrays: new Map([["cloud", floats(...upTo([STEPS + 1]).flatMap(() => [1, 2, a, b, b, c]))]]) });
  const [{ points, axes }] = marks(packet, 3);
  assert.deepEqual(points, [[1, 2]]);
  const determinant = a * c - b * b;
  for (const [x, y] of axes ?? []) assert.ok(Math.abs((c * x * x - 2 * b * x * y + a * y * y) / determinant - 1) < 1e-9);
  const [[ux, uy], [vx, vy]] = axes ?? [];
  assert.ok(Math.abs(ux * vx + uy * vy) < 1e-9 && Math.abs(Math.abs(ux * vy - uy * vx) - Math.sqrt(determinant)) < 1e-9);
});

test("what is not finite is not drawn, and nothing of a run that is hidden", () => {
  const arrays = new Map([["m@0", pairs(0, upTo([STEPS + 1]))], ["g@0", floats(...upTo([STEPS]).flatMap(() => [NaN, 1]))]]);
  assert.deepEqual(marks(packetWith([arrow("step", "1")], { arrays }), 2).map(({ kind }) => kind), ["spread"]);
  assert.deepEqual(marks(packetWith([arrow("step", "1")]), 2, false), []);
});

// --- ink -----------------------------------------------------------------------------------------------------------

/** A pen that notes how opaque each stroke and filling is, and where it goes. */
function aPen() {
  const pen = { globalAlpha: 1, strokes: /** @type {number[]} */ ([]), places: /** @type {number[][]} */ ([]), texts: /** @type {string[]} */ ([]), dashes: /** @type {number[][]} */ ([]) };
  const note = () => void pen.strokes.push(pen.globalAlpha);
  const go = (/** @type {number} */ x, /** @type {number} */ y) => void pen.places.push([x, y]);
  const nothing = () => {};
  Object.assign(pen, { save: nothing, restore: nothing, beginPath: nothing, closePath: nothing, arc: go, ellipse: go, moveTo: go, lineTo: go, stroke: note, fill: note, strokeText: nothing });
  Object.assign(pen, { setLineDash: (/** @type {number[]} */ dashes) => pen.dashes.push(dashes), fillText: (/** @type {string} */ text) => pen.texts.push(text), measureText: (/** @type {string} */ text) => ({ width: 9 * text.length }) });
  return /** @type {typeof pen & CanvasRenderingContext2D} */ (/** @type {unknown} */ (pen));
}

/** @param {Partial<Mark>} mark @param {{veiled?: boolean, labels?: boolean}} [how] */
function painted(mark, { veiled = false, labels = false } = {}) {
  const pen = aPen();
  const art = { pen, theme: THEME, labels, size: /** @type {[number, number]} */ ([200, 200]), letters: [], to: (/** @type {[number, number]} */ point) => point, veiled: () => veiled };
  paintMark(art, { run: 0, kind: "step", name: "", symbol: "Δw", from: [10, 40], points: [[70, 40]], exact: true, ...mark }, "#000");
  writeLetters(art);
  return pen;
}

test("what lies behind a hill is drawn fainter", () => {
  const [seen, behind] = [painted({}), painted({}, { veiled: true })].map(({ strokes }) => strokes);
  assert.equal(Math.max(...seen), 1);
  assert.deepEqual(behind, seen.map((alpha) => 0.35 * alpha));
  assert.ok(behind.length > 2);
});

test("a true arrow ends where it says, one of which only the direction is known is dashed and of one length", () => {
  const reach = (/** @type {ReturnType<typeof aPen>} */ pen) => Math.max(...pen.places.map(([x]) => x));
  assert.equal(reach(painted({})), 70);
  const direction = painted({ points: [[5000, 40]], exact: false });
  assert.equal(reach(direction), 56);
  assert.ok(direction.dashes.some((dashes) => dashes.length));
  assert.ok(!painted({}).dashes.some((dashes) => dashes.length));
});

test("arrows that show nothing or lead out of all bounds are left out", () => {
  for (const points of /** @type {Array<[number, number][]>} */ ([[[10, 40]], [[12, 40]], [[9000, 40]]])) assert.deepEqual(painted({ points }).places, []);
  assert.deepEqual(painted({ from: [1e9, 0] }).places, []);
});

test("an arrow has its letter where there is room for letters", () => {
  assert.deepEqual(painted({}, { labels: true }).texts, ["Δw"]);
  assert.deepEqual(painted({}).texts, []);
  assert.deepEqual(painted({ points: [[230, 40]] }, { labels: true }).texts, []);
});

test("letters of arrows that point the same way do not lie on one another", () => {
  for (const [dx, dy] of [[60, 0], [-60, 0], [0, 60], [30, -40], [43, 1]]) {
    const pen = aPen();
    const art = { pen, theme: THEME, labels: true, size: /** @type {[number, number]} */ ([400, 400]), letters: [], to: (/** @type {[number, number]} */ point) => point };
    for (const [symbol, share] of /** @type {Array<[string, number]>} */ ([["\u2212g", 1], ["v", 1.1], ["\u0394w", 0.95]])) {
      paintMark(art, { run: 0, kind: "step", name: "", symbol, from: [200, 200], points: [[200 + share * dx, 200 + share * dy]], exact: true }, "#000");
    }
    const letters = /** @type {import("../../ui/stage/inside/inside_ink.js").Letter[]} */ (art.letters);
    assert.equal(letters.length, 3);
    letters.forEach(({ spot: [x, y], half }, i) => {
      assert.ok(Math.hypot(x - 200, y - 200) > 0.95 * Math.hypot(dx, dy)); // beyond the shortest
      for (const one of letters.slice(0, i)) assert.ok(Math.abs(x - one.spot[0]) > half + one.half || Math.abs(y - one.spot[1]) > 14, JSON.stringify(letters));
    });
  }
});

// --- legend --------------------------------------------------------------------------------------------------------

test("the legend names shapes once and arrows that are there, of the runs that are shown", () => {
  const cloud = shape({ kind: "ellipse", name: "cloud", way: false });
  const of = (/** @type {ArrowSource[]} */ arrows) => ({ table: [], lines: [], story: "", arrows, spread: null });
  const packet = aPacket({ shapes: [[cloud, shape({})], [cloud]], inside: { stride: 1, runs: [of([arrow("step", "1")]), of([arrow("gradient", "-1")])] } });
  const entries = (/** @type {boolean[]} */ shown) => insideEntries(packet, shown).map(([glyph]) => glyph);
  assert.deepEqual(entries([true, true]), ["ellipse", "way", "step", "gradient", "dashes"]);
  assert.deepEqual(entries([true, false]), ["ellipse", "way", "step"]);
  assert.deepEqual(entries([false, false]), []);
  assert.equal(insideEntries(packet, [true, false])[1][1], "Average");
});
