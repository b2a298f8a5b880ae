// Pictures on their way to the stage: each waits for its surface, the newest wins, and what goes wrong is said.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createIncoming } from "../../ui/stage/flow/incoming.js";
import { aPacket, anElement } from "./made.js";

const FIGURES = { map: { data: [{ x: [0, 1], y: [0, 1], z: [[0, 1], [2, 3]] }] } };

/** @type {string[]} */
let log = [];
/** @type {Map<string, (answer: object) => void>} surfaces that are waited for, by address */
let waiting = new Map();
/** @type {any} */
let message;
let retry = () => {};
let retried = () => {};

const ASKED = /** @type {import("../../ui/stage/flow/requests.js").Asked} */ ({ turn: 1, kind: "click", at: 0, played: false, query: "", edits: {} });

/** @param {string} url @param {object} answer */
async function arrive(url, answer = { ok: true, json: async () => structuredClone(FIGURES) }) {
  waiting.get(url)?.(answer);
  await new Promise((resolve) => setTimeout(resolve));
}

/** @param {(packet: import("../../ui/stage/flow/packet.js").Packet, surface: import("../../ui/stage/flow/surface.js").Surface) => void} [draw] */
const makeIncoming = (draw = () => {}) => createIncoming(message, {
  plotly: () => "", onSame: ({ query }, { query: newest }) => log.push(`${query} is ${newest}`), onNew: () => log.push("new"), onRetry: () => retried(),
  async show(packet, surface) {
    log.push(`show ${packet.query}${surface.trouble ? `: ${surface.trouble}` : ""}`);
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
  incoming.receive(aPacket({ hash: "1", query: "a", surface: "one" }), ASKED);
  assert.deepEqual(log, ["new"]);
  await arrive("one");
  incoming.receive(aPacket({ hash: "2", query: "b", surface: "one" }), ASKED);
  assert.deepEqual(log.slice(1), ["show a", "new", "show b"]);
});

test("why there is no picture is said until there is one, though it is the one of before", async () => {
  const incoming = makeIncoming();
  incoming.receive(aPacket({ hash: "1", query: "a", surface: "four" }), ASKED);
  await arrive("four");
  incoming.complain("Too much.");
  assert.equal(message.hidden, false);
  incoming.receive(aPacket({ hash: "1", query: "a", surface: "four" }), ASKED);
  assert.equal(message.hidden, true);
});

test("a picture gets its members when they are there", async () => {
  const incoming = makeIncoming();
  incoming.receive(aPacket({ hash: "1", query: "a", surface: "five" }), ASKED);
  await arrive("five");
  incoming.amend((packet) => ({ ...packet, query: "a with members" }));
  assert.deepEqual([log.at(-1), incoming.newest?.query], ["show a with members", "a with members"]);
});

test("what arrives when something newer is waited for is not shown", async () => {
  const incoming = makeIncoming();
  incoming.receive(aPacket({ hash: "1", query: "a", surface: "slow" }), ASKED);
  incoming.receive(aPacket({ hash: "2", query: "b", surface: "quick" }), ASKED);
  await arrive("quick");
  await arrive("slow");
  assert.deepEqual(log.filter((one) => one.startsWith("show")), ["show b"]);
});

test("a message with nothing new in the picture is only told", () => {
  const incoming = makeIncoming();
  incoming.receive(aPacket({ hash: "1", query: "a", surface: "never" }), ASKED);
  incoming.receive(aPacket({ hash: "1", query: "b", surface: "never" }), ASKED);
  assert.deepEqual(log, ["new", "b is a"]);
});

test("where there is no surface the runs are shown without, and why is said", async () => {
  makeIncoming().receive(aPacket({ hash: "1", query: "a", surface: "broken", view: [[0, 2], [0, 1]] }), ASKED);
  await arrive("broken", { ok: false, status: 500, text: async () => "It broke." });
  assert.equal(log.at(-1), "show a: It broke.");
});

test("a picture that cannot be drawn is said to be so, and can be tried again", async () => {
  let broken = true;
  const incoming = makeIncoming(() => {
    if (broken) throw new Error("No room.");
  });
  incoming.receive(aPacket({ hash: "1", query: "a", surface: "two" }), ASKED);
  await arrive("two");
  assert.equal(message.firstElementChild.textContent, "The picture could not be drawn. No room.");
  assert.equal(message.hidden, false);
  broken = false;
  retried = () => incoming.receive(aPacket({ hash: "1", query: "a", surface: "two" }), ASKED);
  retry();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(message.hidden, true);
});

test("nothing is shown once it is over", async () => {
  const incoming = makeIncoming();
  incoming.receive(aPacket({ hash: "1", query: "a", surface: "three" }), ASKED);
  incoming.destroy();
  await arrive("three");
  assert.deepEqual(log, ["new"]);
});
