// Rows under mouse, finger and keys: which of what a hand does is a click, a carry, a place for another row.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { createHand } from "../../ui/stage/data/data_hand.js";

/** @type {any} */
let svg;
let presenting = false;
/** @type {any[]} */
let heard;
/** @type {ReturnType<typeof createHand>} */
let hand;
let [row, adding] = [3, false];

/** @param {string} type @param {Record<string, any>} given */
function send(type, given) {
  const event = new Event(type, { cancelable: true });
  for (const [name, value] of Object.entries({ button: 0, isPrimary: true, pointerId: 1, pointerType: "mouse", clientX: 0, clientY: 0, timeStamp: 10_000, ...given })) {
    Object.defineProperty(event, name, { value });
  }
  svg.dispatchEvent(event);
  return event;
}

const at = (/** @type {number} */ clientX, /** @type {number} */ clientY, more = {}) => ({ clientX, clientY, ...more });

beforeEach(() => {
  presenting = false;
  svg = Object.assign(new EventTarget(), { dataset: {}, closest: () => (presenting ? {} : null), setPointerCapture() {}, getBoundingClientRect: () => ({ left: 100, top: 50, width: 300, height: 200 }) });
  [heard, row, adding] = [[], 3, false];
  hand = createHand(svg, {
    at: () => row, rowOf: () => row, adding: () => adding, grab: () => true,
    onCarry: (...told) => heard.push(["carry", ...told]), onNudge: (...told) => heard.push(["nudge", ...told]), onClick: (place) => heard.push(["click", place]),
    onRemove: (place) => heard.push(["remove", place]), onWalk: (...told) => heard.push(["walk", ...told]), onSpot: (pixel) => heard.push(["spot", pixel]),
    onHover: () => heard.push(["hover"]), onLeave: () => {},
  });
});

test("a press that slips a little is a click, and one that goes on carries the row to where it is let go", () => {
  send("pointerdown", at(110, 60));
  assert.equal(svg.dataset.held, "true");
  send("pointermove", at(112, 61));
  send("pointerup", at(112, 61));
  assert.deepEqual([heard, svg.dataset.held], [[["click", 3]], undefined]);
  heard.length = 0;
  send("pointerdown", at(110, 60));
  send("pointermove", at(120, 80));
  assert.equal(hand.carrying, 3);
  send("pointerup", at(130, 90));
  assert.deepEqual(heard, [["carry", 3, [20, 30], true], ["carry", 3, [30, 40], false]]);
  assert.equal(hand.holding, false);
});

test("a gesture that the browser breaks off leaves the row where it was seen last", () => {
  send("pointerdown", at(110, 60, { pointerType: "touch" }));
  send("pointermove", at(150, 90, { pointerType: "touch" }));
  send("pointercancel", at(0, 0, { pointerType: "touch" }));
  assert.deepEqual(heard.at(-1), ["carry", 3, [50, 40], false]);
});

test("a finger slips farther during a click, and holds the page still on a row alone", () => {
  send("pointerdown", at(110, 60, { pointerType: "touch" }));
  send("pointermove", at(116, 60, { pointerType: "touch" }));
  send("pointerup", at(116, 60, { pointerType: "touch" }));
  assert.deepEqual(heard, [["click", 3]]);
  const touches = [{ clientX: 110, clientY: 60 }];
  assert.ok(send("touchstart", { touches }).defaultPrevented);
  row = -1;
  assert.ok(!send("touchstart", { touches }).defaultPrevented);
});

test("a row is added where it is asked for, and a second press is no click on it", () => {
  adding = true;
  send("pointerdown", at(110, 60));
  assert.deepEqual(heard, [["spot", [10, 10]]]);
  adding = false;
  send("pointerdown", at(110, 60, { timeStamp: 10_100 }));
  send("pointerup", at(110, 60, { timeStamp: 10_200 }));
  assert.equal(heard.length, 1);
  send("dblclick", at(110, 60)); // on the row that is there by now
  assert.equal(heard.length, 1);
  row = -1;
  send("dblclick", at(110, 60));
  assert.deepEqual(heard.at(-1), ["spot", [10, 10]]);
});

test("arrows move a row, far or a little with a key held, and others walk, flag and take away", () => {
  const keys = [["ArrowUp", {}], ["ArrowLeft", { shiftKey: true }], ["ArrowRight", { ctrlKey: true }], ["PageDown", {}], [" ", {}], ["Delete", {}]];
  for (const [key, held] of keys) assert.ok(send("keydown", { key, shiftKey: false, ctrlKey: false, ...Object(held) }).defaultPrevented);
  assert.deepEqual(heard, [["nudge", 3, [0, 1], "plain"], ["nudge", 3, [-1, 0], "fine"], ["nudge", 3, [1, 0], "coarse"], ["walk", 3, "next"], ["click", 3], ["remove", 3]]);
  assert.ok(!send("keydown", { key: "a" }).defaultPrevented);
});

test("while presenting, a clicker's keys go along the examples and not along the rows", () => {
  presenting = true;
  assert.ok(!send("keydown", { key: "PageDown" }).defaultPrevented);
  assert.deepEqual(heard, []);
  assert.ok(send("keydown", { key: "ArrowUp", shiftKey: false, ctrlKey: false }).defaultPrevented);
});
