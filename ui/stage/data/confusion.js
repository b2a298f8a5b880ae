// How often each class is taken for which: counts of the rows that are held out, or of all that count where none is.

import { keptOf } from "../flow/kept.js";
import { chancesOf, classesOf, likeliest } from "./predictor.js";

/**
 * @typedef {Object} Confusion
 * @property {number[][]} counts a row for each true class, a column for each predicted one
 * @property {boolean} held whether they are of rows that are held out
 * @property {number} right
 * @property {number} all of the rows for which something is predicted
 */

/**
 * @param {import("./rows.js").Shown} shown
 * @param {import("./predictor.js").Weights} weights
 * @returns {Confusion}
 */
export function confusionOf({ told, rows, left }, weights) {
  const kept = keptOf({ rows, held: told.held }, left);
  const [held, chances, classes] = [kept.held.length > 0, chancesOf(told, weights), classesOf(told)];
  const counts = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  let [right, all] = [0, 0];
  for (const i of held ? kept.held : kept.train) {
    const [truth, guess] = [/** @type {number} */ (rows[i].at(-1)), likeliest(chances(rows[i]))];
    if (guess < 0 || !counts[truth]) continue;
    counts[truth][guess] += 1;
    all += 1;
    if (truth === guess) right += 1;
  }
  return { counts, held, right, all };
}
