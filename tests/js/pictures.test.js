// Pictures by HTTP: an earlier one is not waited for, what does not come is asked for again, and what is refused is said.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createPictures } from "../../ui/stage/flow/pictures.js";
import { aPacket, floats, packed } from "./made.js";

/** @type {Array<{url: URL, init: any, answer: (response: any) => Promise<void>, fail: () => Promise<void>}>} */
let asked = [];
/** @type {string[]} */
let log = [];
/** @type {string[]} */
let wants = [];
/** @type {ReturnType<typeof createPictures>} */
let pictures;

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** @param {Partial<import("../../ui/stage/flow/requests.js").Asked>} [given] @returns {import("../../ui/stage/flow/requests.js").Asked} */
const question = (given = {}) => ({ turn: 1, kind: "click", at: 0, played: false, query: "v=1", edits: {}, ...given });
const whole = (/** @type {string} */ query) => ({ ok: true, status: 200, arrayBuffer: async () => packed({ ...aPacket({ query, surface: "on=sphere" }), arrays: [] }, floats()).slice().buffer });

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { window: globalThis });
  [asked, log, wants] = [[], [], []];
  mock.method(globalThis, "fetch", (/** @type {URL} */ url, /** @type {any} */ init) => new Promise((resolve, reject) => {
    init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
    asked.push({ url, init, answer: async (response) => { resolve(response); await turn(); }, fail: async () => { reject(new TypeError("away")); await turn(); } });
  }));
  pictures = createPictures({
    wants: () => wants,
    onPicture: (packet, { turn: one }) => log.push(`${one}: ${packet.query} on ${new URL(packet.surface).search}`),
    onAway: (away) => log.push(`away ${away}`),
    onRefused: (sentence) => log.push(sentence),
  });
});

afterEach(() => {
  pictures.stop();
  mock.restoreAll();
  mock.timers.reset();
  Reflect.deleteProperty(globalThis, "window");
});

test("a link's picture has an address of its own; edits and long links are posted", async () => {
  wants = ["curvature", "inside"];
  pictures.ask(question());
  assert.equal(asked[0].url.search, "?v=1&wants=curvature.inside");
  await asked[0].answer(whole("v=1"));
  assert.deepEqual(log, ["away false", "1: v=1 on ?on=sphere"]);
  pictures.ask(question({ edits: { start: [1, 2] } }));
  assert.deepEqual(JSON.parse(asked[1].init.body), { query: "v=1", edits: { start: [1, 2] }, wants });
  pictures.ask(question({ query: "x".repeat(5000) }));
  assert.equal(asked[2].init.method, "POST");
});

test("an earlier picture is not waited for, nor shown", async () => {
  pictures.ask(question());
  pictures.ask(question({ turn: 2, query: "v=2" }));
  assert.ok(asked[0].init.signal.aborted);
  await asked[1].answer(whole("v=2"));
  assert.deepEqual(log, ["away false", "2: v=2 on ?on=sphere"]);
});

test("what does not come is asked for again, later and later, and that is said", async () => {
  pictures.ask(question());
  await asked[0].fail();
  assert.deepEqual([log, asked.length], [["away true"], 1]);
  mock.timers.tick(500);
  await asked[1].answer({ ok: false, status: 503 });
  mock.timers.tick(999);
  assert.equal(asked.length, 2);
  mock.timers.tick(1);
  await asked[2].answer(whole("v=1"));
  assert.deepEqual(log, ["away true", "away true", "away false", "1: v=1 on ?on=sphere"]);
});

test("what is refused is said in the server's words, and not asked for again", async () => {
  pictures.ask(question());
  await asked[0].answer({ ok: false, status: 400, text: async () => "Too much." });
  mock.timers.tick(60_000);
  assert.deepEqual([log, asked.length], [["Too much."], 1]);
});
