// Time: how fast a run is shown, where it stops, and that a step is a whole number when it rests.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { momentsOf } from "../../ui/stage/time/pace.js";
import { createPlayer } from "../../ui/stage/time/player.js";
import { aRun } from "./made.js";

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

test("the first steps go one by one, then each doubling takes as long, whatever the length; at half the speed twice as long", () => {
  player.play();
  play(2000);
  assert.ok(Math.abs(player.time - 28) < 1e-6);
  play(500 + 2500 * Math.log(2));
  assert.ok(Math.abs(player.time - 70) < 1.5, String(player.time));
  const before = player.time;
  player.setSteps(20_000);
  player.setSpeed(0.5);
  play(5000 * Math.log(2));
  assert.ok(Math.abs(player.time - 2 * before) < 3, String(player.time));
  player.setSteps(300);
  player.setSpeed(8);
  play(1500);
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
  assert.ok(Math.abs(player.time - 1.4) < 1e-9); // a tenth of a second
  next(-50); // a frame's time may lie before that of the one before
  assert.ok(Math.abs(player.time - 1.4) < 1e-9);
});

test("what is paused rests on a whole step", () => {
  player.setSpeed(0.5);
  player.play();
  play(300);
  assert.ok(Math.abs(player.time - 2.1) < 1e-9);
  player.pause();
  assert.deepEqual([player.time, shown.at(-1)], [2, [2, false]]);
});

test("in a loop the end is seen for a while before all begins anew", () => {
  player.setLoop(true);
  player.play();
  while (player.time < 300) play(20);
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

test("around a decisive moment a run goes slowly again, and so it does where others break off or leave", () => {
  player.setSteps(2000);
  player.setMoments([1000]);
  player.seek(995);
  player.play();
  play(500);
  assert.ok(Math.abs(player.time - 1002) < 1e-6);
  const left = aRun({ leaves: 41, last: 60, steps: 60 });
  const broken = aRun({ last: 7, steps: 60 });
  assert.deepEqual(momentsOf([left, broken, aRun({ last: 60, steps: 60 })]), [41, 7]);
});
