// Time: how fast a run is shown, where it stops, and that a step is a whole number when it rests.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createPlayer } from "../../ui/stage/time/player.js";

let now = 0;
/** @type {((now: number) => void)|null} */
let frame = null;
/** @type {boolean[]} */
let playing = [];
/** @type {Array<[number, boolean]>} */
let shown = [];
/** @type {ReturnType<typeof createPlayer>} */
let player;

/** @param {number} passed ms until the next frame */
function next(passed) {
  now += passed;
  const drawn = frame;
  frame = null;
  drawn?.(now);
}

/** @param {number} passed ms, at 50 frames a second */
function play(passed) {
  for (let i = 0; i < passed / 20; i++) next(20);
}

beforeEach(() => {
  [now, frame, playing, shown] = [5000, null, [], []];
  mock.method(performance, "now", () => now);
  Object.assign(globalThis, { requestAnimationFrame: (/** @type {any} */ draw) => ((frame = draw), 1), cancelAnimationFrame: () => (frame = null) });
  player = createPlayer({ onTime: (time, moves) => shown.push([time, moves]), onPlaying: (is) => playing.push(is) });
  player.setSteps(300);
  player.seek(0);
});

afterEach(() => {
  mock.restoreAll();
  Reflect.deleteProperty(globalThis, "requestAnimationFrame");
  Reflect.deleteProperty(globalThis, "cancelAnimationFrame");
});

test("a run is shown in six seconds, and at half the speed in twelve", () => {
  player.play();
  play(3000);
  assert.ok(Math.abs(player.time - 150) < 1e-6);
  player.setSpeed(0.5);
  play(3000);
  assert.ok(Math.abs(player.time - 225) < 1e-6);
  play(3100);
  assert.deepEqual([player.time, player.playing, playing], [300, false, [true, false]]);
  assert.equal(frame, null);
});

test("a short run goes four steps a second", () => {
  player.setSteps(8);
  player.play();
  play(1000);
  assert.ok(Math.abs(player.time - 4) < 1e-6);
  assert.equal(player.step, Math.floor(player.time));
});

test("after a page that slept the ball goes on from where it was", () => {
  player.play();
  next(60_000);
  assert.ok(Math.abs(player.time - 5) < 1e-9); // a tenth of a second
  next(-50); // a frame's time may lie before that of the one before
  assert.ok(Math.abs(player.time - 5) < 1e-9);
});

test("what is paused rests on a whole step", () => {
  player.setSpeed(0.5);
  player.play();
  play(300);
  assert.equal(player.time, 7.5);
  player.pause();
  assert.deepEqual([player.time, shown.at(-1)], [8, [8, false]]);
});

test("in a loop the end is seen for a while before all begins anew", () => {
  player.setLoop(true);
  player.play();
  play(6000);
  assert.equal(player.time, 300);
  play(660);
  assert.equal(player.time, 300);
  play(100);
  assert.ok(player.time < 10 && player.playing);
});

test("play at the end starts over; so does play from the start", () => {
  player.finish();
  player.toggle();
  assert.deepEqual([player.time, player.playing], [0, true]);
  play(1000);
  player.playFromStart();
  assert.deepEqual([player.time, player.playing], [0, true]);
});

test("scrubbing and stepping stop the play, stay within the run and fall on steps", () => {
  player.play();
  play(500);
  player.scrub(12.4);
  assert.deepEqual([player.time, player.playing], [12, false]);
  player.stepBy(-1);
  assert.equal(player.time, 11);
  player.stepBy(-100);
  assert.equal(player.time, 0);
  player.stepBy(1000);
  assert.equal(player.time, 300);
});

test("with another length the end stays the end, and a place in the run stays where it is", () => {
  player.finish();
  player.setSteps(500);
  assert.equal(player.time, 500);
  player.seek(100);
  player.setSteps(400);
  assert.equal(player.time, 100);
  player.setSteps(50);
  assert.equal(player.time, 50);
});

test("after the end of the page no frame is drawn", () => {
  player.play();
  const late = frame;
  player.destroy();
  const before = shown.length;
  late?.(now + 20);
  assert.deepEqual([shown.length, frame], [before, null]);
});
