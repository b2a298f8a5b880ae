// Runs and packets for the units, made of what a unit needs and of defaults for the rest.

/**
 * @typedef {import("../../ui/stage/packet.js").Run} Run
 * @typedef {import("../../ui/stage/packet.js").Packet} Packet
 */

/**
 * @param {Partial<Run>} [given]
 * @returns {Run}
 */
export const aRun = (given = {}) => ({
  key: "Adam#1", name: "Adam", detail: "", color: 0, outcome: "GLOBAL_MINIMUM", tone: "good", title: "", sentence: "", facts: [],
  reached: null, limit: null, best: 0, last: 0, steps: 0, marks: [], leaves: null, flag: null, watches: false, many: null, series: {},
  ...given,
});

/**
 * @param {Partial<Packet>} [given]
 * @returns {Packet}
 */
export const aPacket = (given = {}) => ({
  hash: "", seq: null, mark: "", plotly: "", surface: "", view: [[-1, 1], [-1, 1]], start: [0, 0], steps: 1, play: "", hint: "",
  height: { kind: "linear", lowest: 0, unit: 1, knots: [], levels: [] }, palette: { light: [], dark: [] }, runs: [], criteria: [], curves: [],
  race: { rule: "", columns: [], rows: [], winner: "", spoken: "" }, numbers: { values: {}, defaults: {} }, wants: [], advice: null,
  shapes: [], progress: null, query: "", json: "", arrays: new Map(),
  ...given,
});

/** @param {...number} values */
export const floats = (...values) => Float32Array.from(values);
