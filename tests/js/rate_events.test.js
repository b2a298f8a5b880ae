// Changes of a learning rate that watches the losses: found in the rates, thinned for the picture, told in words.

import assert from "node:assert/strict";
import { test } from "node:test";

import { eventMarks, eventWords, markedEvents, rateEvents } from "../../ui/stage/curves/rate_events.js";
import { aRun, floats } from "./made.js";

/** @param {number[]} rates @param {Partial<import("../../ui/stage/flow/packet.js").Run>} [more] */
const watching = (rates, more) => aRun({ watches: true, last: rates.length, steps: rates.length, series: { rate: floats(...rates) }, ...more });

test("every change is an event, at the first update with the new rate", () => {
  assert.deepEqual(rateEvents(watching([1, 1, 0.5, 0.5, 2])), [{ step: 2, rises: false }, { step: 4, rises: true }]);
  assert.deepEqual(rateEvents(watching([1])), []);
});

test("a rate that only follows the steps has none", () => {
  assert.deepEqual(rateEvents(aRun({ series: { rate: floats(1, 0.5, 0.25) } })), []);
});

test("of changes that go on step by step the first is marked", () => {
  const run = watching([1, 0.9, 0.8, 0.7, 0.7, 0.6, 0.7, 0.8]);
  assert.deepEqual(markedEvents(run, 24).map(({ step, rises }) => [step, rises]), [[1, false], [5, false], [6, true]]);
});

test("marks of one kind keep their distance, and none lies after the run's end", () => {
  const rates = Array.from({ length: 240 }, (_, i) => 2 ** -Math.floor(i / 3));
  const marked = markedEvents(watching(rates, { last: 120 }), 240).map(({ step }) => step);
  assert.deepEqual(marked, [3, 15, 27, 39, 51, 63, 75, 87, 99, 111]); // at least 240 / 24 apart
});

test("the nearest event is told with both rates, and only close by", () => {
  const run = watching([0.1, 0.1, 0.05, 0.05, 0.2]);
  assert.deepEqual(eventWords(run, 2, 100), { label: "rate cut at step 2", value: "0.1 → 0.05" });
  assert.deepEqual(eventWords(run, 3.4, 100), { label: "rate raised at step 4", value: "0.05 → 0.2" });
  assert.deepEqual([2.4, 3.6].map((step) => eventWords(run, step, 400)?.label), ["rate cut at step 2", "rate raised at step 4"]);
  assert.equal(eventWords(run, 6, 100), null);
  assert.equal(eventWords(run, 2.5, 10), null);
});

test("the legend names the kinds that there are", () => {
  const present = (/** @type {number[]} */ rates) => eventMarks([aRun(), watching(rates)]).map(([, text, is]) => [text, is]);
  assert.deepEqual(present([1, 0.5]), [["Rate cut", true], ["Rate raised", false]]);
  assert.deepEqual(present([1, 2, 1]), [["Rate cut", true], ["Rate raised", true]]);
});
