// Runs and packets for the units, made of what a unit needs and of defaults for the rest.

/**
 * @typedef {import("../../ui/stage/flow/packet.js").Run} Run
 * @typedef {import("../../ui/stage/flow/packet.js").Packet} Packet
 */

/**
 * @param {Partial<Run>} [given]
 * @returns {Run}
 */
export const aRun = (given = {}) => ({
  id: "Adam", key: "Adam#1", name: "Adam", detail: "", color: 0, outcome: "GLOBAL_MINIMUM", tone: "good", title: "", sentence: "", facts: [],
  reached: null, limit: null, best: 0, last: 0, steps: 0, marks: [], leaves: null, flag: null, watches: false, many: null, series: {},
  ...given,
});

/**
 * @param {Partial<Packet>} [given]
 * @returns {Packet}
 */
export const aPacket = (given = {}) => ({
  hash: "", title: "", surface: "", view: [[-1, 1], [-1, 1]], start: [0, 0], steps: 1, hint: "", about: "",
  height: { kind: "linear", lowest: 0, unit: 1, knots: [], levels: [], factor: 1, base: 0 }, palette: { light: [], dark: [] }, runs: [], criteria: [], curves: [], studies: [],
  race: { rule: "", columns: [], rows: [], winner: "", spoken: "" }, numbers: { values: {}, defaults: {} }, wants: [], advice: null,
  shapes: [], atlas: "", query: "", json: "", data: null, arrays: new Map(),
  ...given,
});

/** @param {...number} values */
export const floats = (...values) => Float32Array.from(values);

/** The light theme. @type {import("../../ui/stage/shared/theme.js").Theme} */
export const THEME = { dark: false, ink: "#111", paper: "#fff", faint: "#eee", muted: "#666", grid: "#ddd", contour: "#999", font: "serif", key: "light" };

/**
 * @param {Run[]} runs
 * @param {Partial<import("../../ui/stage/flow/picture.js").Scene>} [given]
 * @returns {import("../../ui/stage/flow/picture.js").Scene}
 */
export const aScene = (runs, given = {}) => ({
  runs, colors: runs.map((_, i) => `#0000${(10 + i).toString(16).padStart(2, "0")}`), shown: runs.map(() => true), steps: 10, view: [-1, 1, -1, 1], theme: THEME,
  ...given,
});

/** An element that only keeps what is done to it, where a unit needs no page. @param {string} [tag] @returns {any} */
export const anElement = (tag = "div") => ({
  tag, dataset: {}, style: { setProperty() {} }, attributes: {}, children: /** @type {any[]} */ ([]), isGone: false,
  setAttribute(/** @type {string} */ name, /** @type {string} */ value) { this.attributes[name] = value; },
  append(/** @type {any[]} */ ...more) { this.children.push(...more); },
  replaceChildren(/** @type {any[]} */ ...more) { this.children = more; },
  before() {},
  remove() { this.isGone = true; },
  content: { firstElementChild: "glyph" },
});

/**
 * A packet as Python packs it: version, length, JSON, zeros up to a multiple of four, floats.
 * @param {any} header
 * @param {Float32Array} values
 * @param {number} [version]
 */
export function packed(header, values, version = 2) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const begin = 8 + Math.ceil(text.length / 4) * 4;
  const bytes = new Uint8Array(begin + 4 * values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, version, true);
  view.setUint32(4, text.length, true);
  bytes.set(text, 8);
  bytes.set(new Uint8Array(values.buffer), begin);
  return bytes;
}
