// Which rows a loss sees, which are held out, and which are left out of both; and how many, in words.

import { count } from "../shared/format.js";

/** @typedef {Pick<import("./packet.js").ToldRows, "rows"|"held"|"leaked"|"flagged"|"cleaned">} Rows */

/**
 * The numbers of the rows of each kind. A row that is left out is neither learnt from nor held out.
 * @param {{rows: ArrayLike<any>, held?: number[]}} told
 * @param {ReadonlySet<number>} left
 */
export function keptOf({ rows, held = [] }, left) {
  const apart = new Set(held);
  const every = Array.from({ length: rows.length }, (_, i) => i).filter((i) => !left.has(i));
  return { train: every.filter((i) => !apart.has(i)), held: every.filter((i) => apart.has(i)) };
}

/** @param {Rows} told */
export const leftOf = ({ flagged, cleaned }) => new Set([...flagged, ...cleaned]);

/** How many rows there are of each kind. @param {Rows} told */
export function rowsCounted(told) {
  const left = leftOf(told);
  const { train, held } = keptOf(told, left);
  const all = `${count(told.rows.length)} points`;
  const leaked = told.leaked?.length ? `, of which ${count(told.leaked.length)} leaked into training` : "";
  if (held.length) return `${all}: ${count(train.length)} to train on, ${count(held.length)} held out${leaked}${left.size ? `, ${count(left.size)} left out` : ""}`;
  return `${all}${left.size ? `, ${count(left.size)} of them left out` : ""}`;
}
