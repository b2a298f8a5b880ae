// Paths on the screen: cut at the edge of the box and never moved into it, merged where vertices are one, hidden behind the relief.

import assert from "node:assert/strict";
import { test } from "node:test";

import { COVERED, EXIT, KEEP, MOVE, newOutline, newTrace, outline, positionAt, project, vertexBefore } from "../../ui/stage/paths/outline.js";
import { floats } from "./made.js";

/** @typedef {import("../../ui/stage/paths/outline.js").Box} Box */

/** @type {Box} */
const BOX = [0, 1, 0, 1];

/** @param {Array<[number, number]>} points */
function pathOf(points) {
  const [x, y] = [0, 1].map((i) => Float32Array.from(points, (point) => point[i]));
  return { x, y, z: floats(...points.map(() => 0)), last: points.length - 1 };
}

/** @param {Array<[number, number]>} points @param {Box} [box] */
function cutTo(points, box = BOX) {
  const out = newOutline();
  outline(pathOf(points), box, out);
  return Array.from({ length: out.count }, (_, i) => ({ x: out.x[i], y: out.y[i], step: out.step[i], flags: out.flags[i] }));
}

/**
 * On a screen of so many pixels a unit.
 * @param {Array<[number, number]>} points
 * @param {number} scale
 * @param {(x: number, y: number, z: number) => boolean} [veiled]
 */
function onScreen(points, scale, veiled) {
  const [from, trace] = [newOutline(), newTrace()];
  outline(pathOf(points), BOX, from);
  const to = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ _, /** @type {Float64Array} */ pixel) => pixel.set([scale * x, scale * y]);
  project(from, { to, veiled }, points.length, points.length - 1, trace);
  return trace;
}

test("a path within the box keeps every iterate and lifts the pen once", () => {
  const found = cutTo([[0.25, 0.5], [0.5, 0.5], [0.75, 0.25]]);
  assert.deepEqual(found.map(({ step, flags }) => [step, flags]), [[0, MOVE | KEEP], [1, 0], [2, KEEP]]);
  assert.deepEqual(found.map(({ x, y }) => [x, y]), [[0.25, 0.5], [0.5, 0.5], [0.75, 0.25]]);
});

test("where it leaves, it is cut at the edge, at the share of the step that lies inside", () => {
  const [, end] = cutTo([[0.5, 0.5], [2.5, 1]]);
  assert.deepEqual(end, { x: 1, y: 0.625, step: 0.25, flags: KEEP | EXIT });
});

test("where it comes back, it begins at the edge", () => {
  const [begin, end] = cutTo([[-1, 0.5], [1, 0.5]]).slice(0);
  assert.deepEqual(begin, { x: 0, y: 0.5, step: 0.5, flags: MOVE | KEEP });
  assert.deepEqual([end.x, end.step, end.flags & KEEP], [1, 1, KEEP]);
});

test("a step across the box shows what lies within it, one past a corner nothing", () => {
  assert.deepEqual(cutTo([[-1, 0.5], [2, 0.5]]).map(({ x, flags }) => [x, flags]), [[0, MOVE | KEEP], [1, KEEP | EXIT]]);
  assert.deepEqual(cutTo([[-1, 0.5], [0.4, 2]]), []);
  assert.deepEqual(cutTo([[-1, 0], [-1, 1]]), []);
});

test("no vertex of any path lies outside the box, and each is on its own step", () => {
  let seed = 7;
  const random = () => ((seed = (seed * 48271) % 2147483647) / 2147483647) * 4 - 1.5;
  const points = Array.from({ length: 3000 }, () => /** @type {[number, number]} */ ([Math.fround(random()), Math.fround(random())]));
  const found = cutTo(points);
  assert.ok(found.length > 1000);
  for (const { x, y, step } of found) {
    assert.ok(x >= -1e-12 && x <= 1 + 1e-12 && y >= -1e-12 && y <= 1 + 1e-12);
    const [j, t] = [Math.floor(step), step - Math.floor(step)];
    const next = points[Math.min(j + 1, points.length - 1)];
    assert.ok(Math.abs(x - (points[j][0] * (1 - t) + next[0] * t)) < 1e-9);
    assert.ok(Math.abs(y - (points[j][1] * (1 - t) + next[1] * t)) < 1e-9);
  }
});

test("over a relief a step follows the ground, and an iterate has the height that it was sent with", () => {
  const out = newOutline();
  const path = { ...pathOf([[0.1, 0.5], [0.9, 0.5]]), z: floats(7, NaN) };
  const ground = (/** @type {number} */ x, /** @type {number} */ y) => x * x + y;
  outline(path, BOX, out, ground);
  assert.ok(out.count > 20);
  assert.equal(out.z[0], 7);
  for (let i = 1; i < out.count; i++) assert.ok(Math.abs(out.z[i] - ground(out.x[i], out.y[i])) < 1e-6);
  for (let i = 1; i < out.count; i++) assert.ok(out.step[i] > out.step[i - 1]);
});

test("vertices nearer than a pixel are one, and iterates are found all the same", () => {
  const points = Array.from({ length: 101 }, (_, i) => /** @type {[number, number]} */ ([i / 100, 0.5]));
  const trace = onScreen(points, 10);
  assert.ok(trace.count < 20);
  assert.deepEqual([trace.step[0], trace.step[trace.count - 1]], [0, 100]);
  assert.deepEqual([...trace.iterateX].map((x) => Math.round(x * 1000)), points.map(([x]) => Math.round(x * 10_000)));
});

test("iterates outside have no pixel, and exits are known", () => {
  const trace = onScreen([[0.5, 0.5], [1.5, 0.5], [0.5, 0.75]], 100);
  assert.deepEqual([...trace.iterateX].map(Number.isNaN), [false, true, false]);
  assert.deepEqual(trace.exits, [1]);
  assert.equal(trace.x[1], 100);
});

test("the ball moves along the line, rests at the last iterate and is nowhere while it is outside", () => {
  const trace = onScreen([[0.5, 0.5], [1.5, 0.5], [0.5, 0.75]], 100);
  assert.deepEqual(positionAt(trace, 0.25), { x: 75, y: 50, hidden: false });
  assert.equal(positionAt(trace, 0.75), null);
  assert.equal(positionAt(trace, 1), null);
  assert.deepEqual(positionAt(trace, 1.75), { x: 75, y: 68.75, hidden: false });
  assert.deepEqual(positionAt(trace, 9), { x: 50, y: 75, hidden: false });
  assert.equal(positionAt(onScreen([[2, 2], [0.5, 0.5]], 100), 0), null);
});

test("the vertex before a step is the last one at or before it", () => {
  const trace = onScreen([[0, 0.5], [0.5, 0.5], [1, 0.5]], 100);
  assert.deepEqual([-0.1, 0, 0.9, 1, 1.5, 2, 7].map((step) => vertexBefore(trace, step)), [-1, 0, 0, 1, 1, 2, 2]);
});

test("what the relief hides is marked, vertex by vertex", () => {
  const points = Array.from({ length: 11 }, (_, i) => /** @type {[number, number]} */ ([i / 10, 0.5]));
  const trace = onScreen(points, 100, (x) => x > 0.55);
  assert.deepEqual([...trace.hidden.subarray(0, trace.count)], [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
  assert.equal(positionAt(trace, 8)?.hidden, true);
  const dense = Array.from({ length: 41 }, (_, i) => /** @type {[number, number]} */ ([i / 40, 0.5]));
  const merged = onScreen(dense, 12, (x) => x > 0.55);
  const [x, hidden] = [[...merged.x.subarray(0, merged.count)], [...merged.hidden.subarray(0, merged.count)]];
  assert.ok(merged.count < 41);
  assert.deepEqual(hidden, x.map((pixel) => Number(pixel > 0.55 * 12)));
});

test("in a crowded path what would ink the same pixels again is left out, and nothing else", () => {
  const there = Array.from({ length: 4001 }, (_, i) => /** @type {[number, number]} */ ([0.2 + 0.6 * (i % 2), 0.5]));
  const trace = onScreen(there, 40);
  const covered = [...trace.flags.subarray(0, trace.count)].filter((flags) => flags & COVERED).length;
  assert.equal(covered, trace.count - 3); // the start, the first way there, and the end
  const few = onScreen(there.slice(0, 100), 40);
  assert.ok(!few.flags.subarray(0, few.count).some((flags) => flags & COVERED));
});
