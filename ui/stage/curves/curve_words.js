// What is said of the curves under the mouse: every run at that step, and what a flag stands for.

import { bandAt } from "./bands.js";
import { eventWords } from "./rate_events.js";
import { curvatureLimits } from "./stability_band.js";
import { count, number } from "../shared/format.js";

/**
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {import("../flow/packet.js").Series} Series
 * @typedef {import("../shared/tooltip.js").Row} Row
 */

const SHARES = new Set(["accuracy"]); // said in percent
const LIMIT = "Limit"; // of stability, beside the sharpness: the stage's own curve

/**
 * A table of the runs that are shown, and what else is to be said of them there.
 * @param {Pick<import("../flow/picture.js").Picture, "packet"|"scene">} picture
 * @param {number} step
 * @param {string} key of the series under the pointer
 */
export function valuesAt({ packet, scene: { runs, colors, shown, steps } }, step, key) {
  const loss = packet.curves.find((curve) => curve.key === "loss")?.array ?? "loss"; // beside held-out rows it is that of the others
  const own = [loss, "gradient"].includes(key) ? [] : key === "sharpness" ? [key, "limit"] : [key];
  const held = packet.curves.flatMap(({ beside }) => beside ?? []);
  const columns = [loss, ...held, ...(held.length && own.length ? [] : ["gradient"]), ...own]; // four would be too wide
  const there = runs.map((run, i) => ({ run, color: colors[i] })).filter((_, i) => shown[i]);
  const rows = there.map(({ run, color }) => ({
    color, name: run.name, values: columns.map((name) => at(name === "limit" ? curvatureLimits(run) : run.series[name], step, SHARES.has(name))),
  }));
  const notes = there.flatMap(({ run, color }) => {
    const said = [medianWords(run, key, step), eventWords(run, step, steps)];
    return said.flatMap((note) => (note ? [{ ...note, color }] : []));
  });
  return { heads: columns.map((name) => columnOf(packet.curves, name)), rows, notes };
}

/** What a table calls a series. @param {import("../flow/packet.js").Curve[]} curves @param {string} name */
function columnOf(curves, name) {
  const own = curves.find((curve) => curve.array === name)?.column ?? curves.find((curve) => curve.beside === name)?.beside_column;
  return own ?? curves.find((curve) => curve.log_array === name)?.log_column ?? LIMIT;
}

/**
 * What a flag on the curves stands for.
 * @param {import("../flow/packet.js").Mark} mark
 * @returns {Row[]}
 */
export function markRows({ name, step, text, note }) {
  return [{ label: name, value: `step ${count(step ?? 0)}` }, { label: text, value: "" }, ...(note ? [{ label: note, value: "" }] : [])];
}

/**
 * The median of a run's members at a step, and what lies around it.
 * @param {Run} run
 * @param {string} key of a series
 * @param {number} step
 */
function medianWords(run, key, step) {
  const band = run.many?.bands[key];
  const among = run.many && band ? bandAt(run.many, band, step) : undefined;
  return among && { label: "median of many", value: `${number(among.middle)} (${around(among.low)} to ${around(among.high)})` };
}

/**
 * The value at a step in words, the last where there is none so late.
 * @param {Series|null} values
 * @param {number} step
 * @param {boolean} isShare
 */
function at(values, step, isShare) {
  if (!values?.length) return "–";
  const value = values[Math.min(step, values.length - 1)];
  return isShare && Number.isFinite(value) ? `${number(100 * value)} %` : number(value);
}

/** The edge of a band deserves two digits. @param {number} value */
function around(value) {
  return number(value, 2);
}
