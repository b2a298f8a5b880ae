// A message is read back as it was packed, wherever it lies in its buffer.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readMany } from "../../ui/stage/flow/many.js";
import { decodePacket } from "../../ui/stage/flow/packet.js";
import { floats, packed } from "./made.js";

const CRITERIA = ["loss", "step"].map((key) => ({ key, name: key, letter: "L", curve: key, text: "" }));
const RUN = { id: "Adam", name: "Adam", marks: [[3, "too early"], null] };
const HEADER = {
  steps: 2,
  runs: [RUN, RUN, { id: "SGD", name: "SGD", marks: [null, null] }],
  criteria: CRITERIA,
  curves: [{ key: "loss", array: "loss", log_array: "gap" }, { key: "sharpness", array: "sharpness", log_array: "sharpness" }, { key: "rate", array: "rate", log_array: null }],
  arrays: [["x0", 0, 3], ["y0", 3, 3], ["rate1", 6, 2], ["many.x.0", 8, 1]],
};
const VALUES = floats(1, 2, 3, -1, -2, NaN, 0.5, 0.25, 7);

/** @param {any} data */
const decoded = (data) => /** @type {import("../../ui/stage/flow/packet.js").Packet} */ (decodePacket(data));

test("arrays lie where the header says, whatever the length of the header", () => {
  for (const hint of ["", "é", "ab", "abc", "−"]) {
    const packet = decoded(packed({ ...HEADER, hint }, VALUES));
    assert.equal(packet.hint, hint);
    assert.deepEqual([...packet.arrays.keys()], ["x0", "y0", "rate1", "many.x.0"]);
    assert.deepEqual(packet.runs[0].series.y, floats(-1, -2, NaN));
    assert.deepEqual(packet.runs[1].series.rate, floats(0.5, 0.25));
  }
});

test("a message is read from a buffer, a view of one, and at an odd place within another", () => {
  const bytes = packed(HEADER, VALUES);
  const shifted = new Uint8Array(bytes.length + 9);
  shifted.set(bytes, 3);
  const odd = new Uint8Array(shifted.buffer, 3, bytes.length);
  for (const data of [bytes, bytes.buffer, new DataView(bytes.buffer), odd, new DataView(odd.buffer, 3, bytes.length)]) assert.deepEqual(decoded(data).runs[0].series.x, floats(1, 2, 3));
});

test("what is drawn beside a curve is read with it", () => {
  const curves = [{ key: "loss", array: "loss", beside: "heldout" }];
  const { runs } = decoded(packed({ ...HEADER, curves, arrays: [["heldout0", 0, 3]] }, VALUES));
  assert.deepEqual([runs[0].series.heldout, runs[1].series.heldout.length], [floats(1, 2, 3), 0]);
});

test("without a message there is no packet", () => {
  for (const data of [null, undefined, "text", {}, new Uint8Array(3)]) assert.equal(decodePacket(data), null);
});

test("a packet of another version is refused with what helps", () => {
  assert.throws(() => decodePacket(packed(HEADER, VALUES, 3)), /another version.*load it again/);
});

test("runs of one name have keys of their own, and series that were not sent are empty", () => {
  const { runs } = decoded(packed(HEADER, VALUES));
  assert.deepEqual(runs.map((run) => run.key), ["Adam#1", "Adam#2", "SGD#1"]);
  assert.equal(runs[2].series.sharpness.length, 0);
  assert.equal(runs[0].many, null);
});

test("each run's marks are the criteria with its steps", () => {
  const { runs } = decoded(packed(HEADER, VALUES));
  assert.deepEqual(runs[0].marks, [{ ...CRITERIA[0], step: 3, note: "too early" }, { ...CRITERIA[1], step: null, note: "" }]);
});

test("members have bands for the curves that were made, and words before any is", () => {
  const header = { repeats: 9, spread: 0.5, pending: "To be run.", runs: null, more: false, failed: false };
  const arrays = new Map([["many.x.1", floats(4)], ["many.loss.low.1", floats(1)], ["many.loss.middle.1", floats(2)], ["many.loss.high.1", floats(3)]]);
  const waiting = readMany(header, arrays, 1);
  assert.equal(waiting?.said, "To be run.");
  assert.deepEqual(waiting?.bands, {});
  const made = readMany({ ...header, runs: [{ said: "a", curves: [] }, { said: "b", curves: ["loss"] }] }, arrays, 1);
  assert.equal(made?.said, "b");
  assert.equal(made?.spread, 0.5);
  assert.deepEqual(made?.bands, { loss: { low: floats(1), middle: floats(2), high: floats(3) } });
  assert.deepEqual([made?.x, made?.y], [floats(4), floats()]);
  assert.equal(readMany(undefined, arrays, 1), null);
});
