// How a picture comes on: in which order it is shown and played, and that the newest wins.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { createShowing } from "../../ui/stage/flow/showing.js";
import { bareSurface } from "../../ui/stage/flow/surface.js";
import { aPacket, aRun, THEME } from "./made.js";

const [GROUND, OTHER] = [bareSurface([[-1, 1], [-1, 1]]), bareSurface([[0, 1], [0, 1]])];

/** @type {string[]} */
let log = [];
/** @type {Array<() => void>} */
let frames = [];
/** @type {(() => void)|null} lets what a view waits for be there */
let arrive = null;
let waits = false;
/** @type {import("../../ui/stage/flow/picture.js").Scene|null} */
let scene = null;
let moving = false;

function makeShowing() {
  /** @param {import("../../ui/stage/flow/picture.js").Picture} picture */
  const show = (picture) => {
    log.push(`show ${picture.packet.hash}`);
    scene = picture.scene;
    return waits ? /** @type {Promise<void>} */ (new Promise((resolve) => (arrive = resolve))) : Promise.resolve();
  };
  const note = (/** @type {string} */ word) => (/** @type {any[]} */ ...what) => void log.push([word, ...what].join(" "));
  return createShowing(THEME, {
    views: { show, showLate: async (picture) => note("late")(picture.packet.hash), sketch: ({ packet }) => note("sketch")(packet.start) },
    player: { setSteps: () => {}, seek: note("seek"), playFromStart: note("play"), finish: note("finish"), tell: note("tell") },
    sketches: { stop() {} },
    requests: { get moving() { return moving; } },
  }, {
    dragging: () => false, calm: () => false,
    onFirst: () => note("first")(), onSketched: () => note("sketched")(), onBegun: () => note("begun")(), onShown: ({ packet }) => note("shown")(packet.hash), onDrawn: ({ packet }) => note("drawn")(packet.hash),
  });
}

/** @param {import("../../ui/stage/flow/requests.js").Kind|null} kind @param {boolean} [played] */
const answerTo = (kind, played = false) => ({ turn: 1, kind, at: 0, played, query: "", edits: {} });

/** Let the next frame come, and what it has put off. */
async function frame() {
  for (const draw of frames.splice(0)) draw();
  await new Promise((resolve) => setTimeout(resolve));
}

const steps = { steps: 30, runs: [aRun({ key: "a" }), aRun({ key: "b" })] };

beforeEach(() => {
  [log, frames, arrive, waits, scene, moving] = [[], [], null, false, null, false];
  Object.assign(globalThis, { requestAnimationFrame: (/** @type {() => void} */ draw) => frames.push(draw), cancelAnimationFrame: () => {} });
});

test("the first picture plays before what is late is there, and is drawn in the frame after that", async () => {
  const showing = makeShowing();
  await showing.show(aPacket({ ...steps, hash: "1" }), GROUND, answerTo(null, true));
  assert.deepEqual(log, ["first", "show 1", "seek 0", "play", "begun", "late 1", "shown 1"]);
  assert.ok(showing.ready);
  await frame();
  assert.equal(log.at(-1), "drawn 1");
});

test("on the same ground the paths come first, and what is late a frame after them", async () => {
  const showing = makeShowing();
  await showing.show(aPacket({ ...steps, hash: "1" }), GROUND, null);
  await frame();
  log = [];
  await showing.show(aPacket({ ...steps, hash: "2" }), GROUND, answerTo("drag"));
  assert.deepEqual(log, ["show 2", "finish", "shown 2"]);
  await frame();
  assert.deepEqual(log.slice(3), ["drawn 2", "late 2"]);
  log = [];
  await showing.show(aPacket({ ...steps, hash: "3" }), OTHER, null);
  assert.deepEqual(log, ["show 3", "late 3", "tell", "shown 3"]); // nobody asked: the step stays
});

test("a picture that is overtaken while it waits is not played, nor said to be shown", async () => {
  const showing = makeShowing();
  waits = true;
  const slow = showing.show(aPacket({ ...steps, hash: "1" }), GROUND, null);
  waits = false;
  await showing.show(aPacket({ ...steps, hash: "2" }), OTHER, answerTo("click"));
  log = [];
  arrive?.();
  await slow;
  assert.deepEqual(log, []);
  assert.equal(showing.picture?.packet.hash, "2");
});

test("a hidden run stays hidden in the next picture, until it is shown again", async () => {
  const showing = makeShowing();
  await showing.show(aPacket({ ...steps, hash: "1" }), GROUND, null);
  showing.toggle(1);
  assert.deepEqual(scene?.shown, [true, false]);
  await showing.show(aPacket({ steps: 30, hash: "2", runs: [...steps.runs].reverse() }), GROUND, null);
  assert.deepEqual(scene?.shown, [false, true]);
  showing.toggle(0);
  assert.deepEqual(scene?.shown, [true, true]);
});

test("another theme is another picture of the same result, at the same step", async () => {
  const showing = makeShowing();
  showing.restyle(THEME); // nothing is there yet
  await showing.show(aPacket({ ...steps, hash: "1" }), GROUND, null);
  log = [];
  showing.restyle({ ...THEME, dark: true });
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(log, ["show 1", "late 1", "tell"]);
  assert.equal(scene?.theme.dark, true);
});

test("nothing is shown, played or told once it is over", async () => {
  const showing = makeShowing();
  waits = true;
  const slow = showing.show(aPacket({ ...steps, hash: "1" }), GROUND, null);
  showing.destroy();
  log = [];
  arrive?.();
  await slow;
  await frame();
  assert.deepEqual(log, []);
  assert.ok(!showing.ready);
});

test("what moves is drawn over the picture, and a message of before it waits until it rests", async () => {
  const showing = makeShowing();
  await showing.show(aPacket({ ...steps, hash: "1" }), GROUND, null);
  await frame();
  log = [];
  moving = true;
  const runs = [1, 2].map((last) => ({ last, steps: 30, best: 0, leaves: null, name: "" }));
  showing.sketch({ start: [3, 4], steps: 30, runs, arrays: new Map() }, "slide");
  const newest = aPacket({ ...steps, hash: "2" });
  await showing.show(newest, GROUND, answerTo("drag"));
  await showing.unpark();
  assert.deepEqual(log, ["sketch 3,4", "tell", "sketched"]);
  moving = false;
  await showing.unpark();
  assert.ok(log.includes("show 2"));
});

test("a sketch of other runs than are shown is not drawn", async () => {
  const showing = makeShowing();
  await showing.show(aPacket({ ...steps, hash: "1" }), GROUND, null);
  log = [];
  showing.sketch({ start: [3, 4], steps: 30, runs: [], arrays: new Map() }, "drag");
  assert.deepEqual(log, []);
});

test("what a click leads to plays from its sketch on, and its picture does not begin anew", async () => {
  const showing = makeShowing();
  await showing.show(aPacket({ ...steps, hash: "1" }), GROUND, null);
  await frame();
  log = [];
  const runs = [1, 2].map((last) => ({ last, steps: 30, best: 0, leaves: null, name: "" }));
  showing.sketch({ start: [3, 4], steps: 30, runs, arrays: new Map() }, "click");
  await showing.show(aPacket({ ...steps, hash: "2" }), GROUND, answerTo("click"));
  await showing.show(aPacket({ ...steps, hash: "3" }), GROUND, answerTo("click"));
  assert.deepEqual(log.filter((word) => /^(sketch |play|tell)/.test(word)), ["sketch 3,4", "play", "tell", "play"]);
});
