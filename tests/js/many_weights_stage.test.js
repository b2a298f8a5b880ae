// Many weights on the stage: what is said of the plane, where the start is, stems on the relief, and what else is told of held-out rows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { described } from "../../ui/stage/flow/descriptions.js";
import { startOf } from "../../ui/stage/flow/picture.js";
import { hasStart, planeWords, shareWords, whatOf } from "../../ui/stage/map/plane_note.js";
import { iterateRows } from "../../ui/stage/paths/path_words.js";
import { between, stemsAt } from "../../ui/stage/relief/stems.js";
import { toldOf } from "../../ui/stage/save/told.js";
import { createBar } from "../../ui/stage/shared/barred.js";
import { aPacket, anElement, aRun, aScene, floats } from "./made.js";

/** @param {Partial<import("../../ui/stage/flow/packet.js").Plane>} given @returns {import("../../ui/stage/flow/packet.js").Plane} */
const aPlane = (given = {}) => ({ kind: "weights", names: ["intercept", "slope"], count: 1337, shares: [0.2048, null, 0.261], told: "Two of many.", ...given });

test("a plane is called by its kind, with the least and the most that it shows of the runs' movement", () => {
  assert.equal(planeWords(aPlane()), "2 of 1,337 weights: 20.5 to 26.1 % of the movement");
  assert.equal(whatOf({ kind: "random", count: 33 }), "2 random directions of 33");
  assert.equal(planeWords(aPlane({ kind: "path", shares: [0.75] })), "Plane of the paths: 75 % of the movement");
  assert.equal(shareWords({ shares: [0.50001, 0.50002] }), "50 % of the movement"); // they read alike
  assert.equal(planeWords(aPlane({ shares: [null] })), "2 of 1,337 weights"); // nothing moved
});

test("a start is set on every plane but that of the paths, where the runs' first point is shown", () => {
  assert.deepEqual([{}, { plane: null }, { plane: aPlane() }, { plane: aPlane({ kind: "random" }) }, { plane: aPlane({ kind: "path" }) }].map(hasStart), [true, true, true, true, false]);
  const runs = [aRun({ series: { x: floats(0.5, 9), y: floats(-0.25, 9) } })];
  assert.deepEqual(startOf({ start: [1, 2], runs, plane: aPlane({ kind: "path" }) }), [0.5, -0.25]);
  assert.deepEqual(startOf({ start: [1, 2], runs, plane: aPlane() }), [1, 2]);
  assert.deepEqual(startOf({ start: [1, 2], runs: [], plane: aPlane({ kind: "path" }) }), [1, 2]);
});

test("a saved picture's title says what the map shows, and so does the map's description", () => {
  const packet = aPacket({ title: "Polynomial", plane: aPlane() });
  const scene = aScene([]);
  const surface = /** @type {any} */ ({});
  assert.equal(toldOf({ packet, surface, scene }, 1).title, "Polynomial · 2 of 1,337 weights: 20.5 to 26.1 % of the movement");
  assert.equal(toldOf({ packet: { ...packet, plane: null }, surface, scene }, 1).title, "Polynomial");
  assert.ok(described({ packet, surface, scene }).map.includes(". Two of many. No run is shown."));
});

test("a saved picture says both verdicts of a run", () => {
  const fit = /** @type {const} */ ({ kind: "OVERFITS", title: "Overfits", tone: "bad", sentence: "", best: 2 });
  const runs = [aRun({ title: "Global minimum", fit }), aRun({ title: "Diverged", fit: null })];
  const told = toldOf({ packet: aPacket({ runs }), surface: /** @type {any} */ ({}), scene: aScene(runs) }, 1);
  assert.deepEqual(told.runs.map(({ verdict }) => verdict), ["Global minimum · Overfits", "Diverged"]);
});

test("the held-out loss is told of an iterate and of the curves in words, where there is one", () => {
  const series = { x: floats(0, 1), y: floats(0, 1), loss: floats(4, 1), heldout: floats(5, 2), gradient: floats(1, 1), rate: floats(0.1) };
  const run = aRun({ name: "Adam", last: 1, series });
  assert.deepEqual(iterateRows(run, 1).map(({ label, value }) => [label, value])[4], ["Held-out loss", "2"]);
  assert.ok(!iterateRows({ series: { ...series, heldout: floats() } }, 1).some(({ label }) => label === "Held-out loss"));
  const said = described({ packet: aPacket({ steps: 1 }), surface: /** @type {any} */ ({}), scene: aScene([run]) }).curves;
  assert.equal(said, "Curves over 1 steps. Loss: Adam from 4 to 1, held out from 5 to 2.");
});

/** A sight from the side: x goes right, heights go up, a hundred pixels a unit. @type {Omit<import("../../ui/stage/relief/stems.js").Sight, "frame">} */
const SIDE = { project: (x, _y, z) => [100 * x, -100 * z], veiled: () => false, within: (x) => Math.abs(x) <= 1 };

test("a stem goes from a ball at its own loss to the ground there, between two steps too", () => {
  const run = aRun({ last: 2, series: { x: floats(0, 1, 3), y: floats(0, 0, 0), z: floats(1, 0, 0), under: floats(1, 0.5, 2) } });
  const scene = aScene([run, run], { shown: [true, false] });
  assert.deepEqual(stemsAt(scene, 0, SIDE), []); // the start is on the plane
  assert.deepEqual(stemsAt(scene, 0.5, SIDE), [{ from: [50, -50], to: [50, -75], color: scene.colors[0], hidden: false }]);
  assert.deepEqual(stemsAt(scene, 1, SIDE).map(({ from, to }) => [from, to]), [[[100, -0], [100, -50]]]);
  assert.deepEqual(stemsAt(scene, 2, SIDE), []); // beyond the ground
  assert.deepEqual(stemsAt(aScene([{ ...run, series: { ...run.series, under: floats(NaN, NaN, NaN) } }]), 1, SIDE), []); // not told so late
  assert.deepEqual(stemsAt(aScene([{ ...run, series: { ...run.series, under: floats() } }]), 1, SIDE), []); // two weights
});

test("a value between two steps is on the line, and the last one where there is none so late", () => {
  assert.deepEqual([between(floats(0, 10), 0.25), between(floats(0, 10), 7), between(floats(1, NaN), 0)], [2.5, 10, 1]);
  assert.ok(Number.isNaN(between(floats(), 0)) && Number.isNaN(between(undefined, 0)));
});

test("a barred button says why, and is itself again afterwards", () => {
  const button = { ...anElement("button"), title: "Curvature lens", getAttribute(/** @type {string} */ name) { return this.attributes[name] ?? null; } };
  const bar = createBar(button);
  bar("");
  assert.deepEqual([button.title, button.attributes], ["Curvature lens", {}]); // untouched
  bar("Two weights only.");
  assert.deepEqual([button.title, button.attributes["aria-disabled"]], ["Two weights only.", "true"]);
  bar("");
  assert.deepEqual([button.title, button.attributes["aria-disabled"]], ["Curvature lens", "false"]);
});
