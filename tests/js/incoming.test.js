// Messages on their way to the picture: each waits for its surface, the newest wins, and what goes wrong is said.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createIncoming } from "../../ui/stage/flow/incoming.js";
import { aPacket, anElement, floats, packed } from "./made.js";

const FIGURES = { map: { data: [{ x: [0, 1], y: [0, 1], z: [[0, 1], [2, 3]] }] } };

/** @type {string[]} */
let log = [];
/** @type {Map<string, (answer: object) => void>} surfaces that are waited for, by address */
let waiting = new Map();
/** @type {any} */
let message;
let retry = () => {};

/** @param {Partial<import("../../ui/stage/flow/packet.js").Packet>} given */
const sent = (given) => packed({ ...aPacket(given), arrays: [] }, floats());

/** @param {string} url @param {object} answer */
async function arrive(url, answer = { ok: true, json: async () => structuredClone(FIGURES) }) {
  waiting.get(url)?.(answer);
  await new Promise((resolve) => setTimeout(resolve));
}

/** @param {(packet: import("../../ui/stage/flow/packet.js").Packet, surface: import("../../ui/stage/flow/surface.js").Surface) => void} [draw] */
const makeIncoming = (draw = () => {}) => createIncoming(message, {
  onMessage: ({ mark }) => log.push(`heard ${mark}`), onSame: ({ mark }, { mark: newest }) => log.push(`${mark} is ${newest}`), onNew: () => log.push("new"),
  async show(packet, surface) {
    log.push(`show ${packet.mark}${surface.trouble ? `: ${surface.trouble}` : ""}`);
    draw(packet, surface);
  },
});

beforeEach(() => {
  [log, waiting] = [[], new Map()];
  Object.assign(globalThis, { Plotly: {} });
  mock.method(globalThis, "fetch", (/** @type {string} */ url) => new Promise((resolve) => waiting.set(url, resolve)));
  message = { hidden: true, firstElementChild: anElement("p"), querySelector: () => ({ addEventListener: (/** @type {string} */ _, /** @type {() => void} */ act) => (retry = act) }) };
});

afterEach(() => {
  mock.restoreAll();
  Reflect.deleteProperty(globalThis, "Plotly");
});

test("a message waits for its surface, and the next on it for nothing", async () => {
  const incoming = makeIncoming();
  incoming.receive(sent({ hash: "1", mark: "a", surface: "one" }));
  assert.deepEqual(log, ["heard a", "new"]);
  await arrive("one");
  incoming.receive(sent({ hash: "2", mark: "b", surface: "one" }));
  assert.deepEqual(log.slice(2), ["show a", "heard b", "new", "show b"]);
});

test("a packet of another version is said, and what is shown stays", async () => {
  const incoming = makeIncoming();
  incoming.receive(packed({ ...aPacket({ hash: "1" }), arrays: [] }, floats(), 9));
  assert.deepEqual(log, []);
  assert.equal(message.hidden, false);
  assert.match(message.firstElementChild.textContent, /load it again/);
});

test("what arrives when something newer is waited for is not shown", async () => {
  const incoming = makeIncoming();
  incoming.receive(sent({ hash: "1", mark: "a", surface: "slow" }));
  incoming.receive(sent({ hash: "2", mark: "b", surface: "quick" }));
  await arrive("quick");
  await arrive("slow");
  assert.deepEqual(log.filter((one) => one.startsWith("show")), ["show b"]);
});

test("a message with nothing new in the picture is only told", () => {
  const incoming = makeIncoming();
  incoming.receive(sent({ hash: "1", mark: "a", surface: "never" }));
  incoming.receive(sent({ hash: "1", mark: "b", surface: "never" }));
  incoming.receive(null);
  assert.deepEqual(log, ["heard a", "new", "heard b", "b is a"]);
});

test("where there is no surface the runs are shown without, and why is said", async () => {
  makeIncoming().receive(sent({ hash: "1", mark: "a", surface: "broken", view: [[0, 2], [0, 1]] }));
  await arrive("broken", { ok: false, status: 500, text: async () => "It broke." });
  assert.equal(log.at(-1), "show a: It broke.");
});

test("a picture that cannot be drawn is said to be so, and can be tried again", async () => {
  let broken = true;
  const incoming = makeIncoming(() => {
    if (broken) throw new Error("No room.");
  });
  incoming.receive(sent({ hash: "1", mark: "a", surface: "two" }));
  await arrive("two");
  assert.equal(message.firstElementChild.textContent, "The picture could not be drawn. No room.");
  assert.equal(message.hidden, false);
  broken = false;
  retry();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(message.hidden, true);
});

test("nothing is shown once it is over", async () => {
  const incoming = makeIncoming();
  incoming.receive(sent({ hash: "1", mark: "a", surface: "three" }));
  incoming.destroy();
  await arrive("three");
  assert.deepEqual(log, ["heard a", "new"]);
});
