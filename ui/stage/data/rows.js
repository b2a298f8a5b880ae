// The rows that the data view shows: Python's, and over them what a hand does that no picture knows of yet.

import { keptOf, leftOf } from "../flow/kept.js";

/**
 * @typedef {import("../flow/packet.js").Data} Data
 * @typedef {number[]} Row inputs, then the target
 * @typedef {Object} Shown
 * @property {Data} told
 * @property {Row[]} rows
 * @property {ReadonlySet<number>} left the numbers of those that the loss does not see
 * @property {ReadonlySet<number>} flagged of these, those that were left out by hand
 */

export const isClass = (/** @type {Pick<Data, "target">} */ { target }) => target === "class";
export const inputsOf = (/** @type {Pick<Data, "columns">} */ { columns }) => columns.length - 1;

/** Which columns are drawn across and up: input and target, or the last two inputs. @param {number} columns */
const drawnOf = (columns) => (columns < 3 ? [0, 1] : [columns - 3, columns - 2]);

/**
 * Where a row stands on the axes.
 * @param {Row} row
 * @returns {[number, number]}
 */
export function placeOf(row) {
  const [across, up] = drawnOf(row.length);
  return [row[across], row[up]];
}

/** What the axes are called. @param {Pick<Data, "columns">} told @returns {[string, string]} */
export function axisNames({ columns }) {
  const [across, up] = drawnOf(columns.length);
  return [columns[across], columns[up]];
}

/** What of the drawn columns is in sight. @param {Pick<Data, "window">} told @returns {Data["window"]} */
export const windowOf = ({ window: sides }) => /** @type {Data["window"]} */ (sides.slice(-2));

/** A row at a place of the axes; what is not drawn stays, or is as it is in the middle of all rows. @param {Data} told @param {Row[]} rows @param {[number, number]} place @param {Row|null} before @param {number} kind */
export function rowAt(told, rows, place, before, kind) {
  if (inputsOf(told) === 1) return [...place];
  const others = inputsOf(told) - 2;
  const middle = (/** @type {number} */ input) => Number((rows.reduce((sum, row) => sum + row[input], 0) / Math.max(1, rows.length)).toFixed(KEPT));
  return [...(before ? before.slice(0, others) : Array.from({ length: others }, (_, input) => middle(input))), ...place, before?.at(-1) ?? kind];
}

const KEPT = 3; // decimals of a row that is changed by hand: experiments/edits/data_rows.py

/**
 * @param {Data} told
 * @param {ReadonlyMap<string, any>} pending values by address, that are on their way
 * @returns {Shown}
 */
export function shownRows(told, pending) {
  let rows = told.rows;
  const flagged = new Set(told.flagged);
  for (const [address, value] of pending) {
    const [field, place] = [address.split(".")[0], Number(address.split(".")[1])];
    if (field === "flagged") flagged[value ? "add" : "delete"](place);
    else if (field === "data" && value !== null && place <= rows.length) rows = [...rows.slice(0, place), value, ...rows.slice(place + 1)];
  }
  const left = new Set([...flagged, ...told.cleaned]);
  return { told, rows, left, flagged };
}

/**
 * Why a model could not learn from what is kept, in a sentence; empty where it can. landscapes/data/learned.py refuses the same.
 * @param {Data} told
 * @param {Row[]} rows
 * @param {ReadonlySet<number>} left
 */
export function troubleOf(told, rows, left) {
  const kept = keptOf({ rows, held: told.held }, left).train.map((i) => rows[i]);
  const least = isClass(told) ? (told.many?.classes ?? 2) : (told.many?.count ?? 3);
  if (kept.length < least) return `At least ${least} points must ${told.held?.length ? "be there to train on" : "count"}.`;
  if (told.many && !isClass(told)) return "";
  if (told.many) return new Set(kept.map((row) => row.at(-1))).size < least ? `Points of ${least > 2 ? "every class" : "both classes"} must count.` : "";
  for (let input = 0; input < inputsOf(told); input++) {
    if (kept.every((row) => row[input] === kept[0][input])) return `${told.columns[input]} must not be the same for all points.`;
  }
  if (isClass(told) && kept.every((row) => row.at(-1) === kept[0].at(-1))) return "Points of both classes must count.";
  return "";
}

/**
 * The rows of the batch that leads on from a step; of the last one, from the step before. Nothing where batches are not known.
 * @param {Pick<import("../flow/packet.js").Packet, "arrays"|"steps">} packet
 * @param {Pick<Data, "batch"|"batches_drawn">} told
 * @param {number} step
 * @returns {Set<number>}
 */
export function batchAt({ arrays, steps }, { batch, batches_drawn: drawn }, step) {
  const all = drawn && batch ? arrays.get("batches") : undefined;
  const at = Math.max(0, Math.min(step, steps - 1)) * batch;
  return new Set(all ? Array.from(all.subarray(at, at + batch)) : []);
}

/**
 * How often all rows that count were seen by a step, and after how many steps once; null without batches.
 * @param {Data|null|undefined} told
 * @param {number} step
 */
export function epochOf(told, step) {
  if (!told?.batch) return null;
  return (step * told.batch) / Math.max(1, keptOf(told, leftOf(told)).train.length + (told.leaked?.length ?? 0));
}
