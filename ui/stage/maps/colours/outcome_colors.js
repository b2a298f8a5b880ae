// The colours that outcomes have in the legend of maps, for dots: one table for both.

import { createColours } from "./colours.js";

/**
 * What gives an outcome's colour by its name; null for what is none.
 * @param {string[]} outcomes their names by code
 * @param {boolean} dark
 * @returns {(outcome: string) => string|null}
 */
export function outcomeColors(outcomes, dark) {
  const { swatch } = createColours({ color: "outcome", dark, outcomes, globals: [], steps: [1, 1], loss: [1, 1], lowest: 0, only: null, seeds: 1 });
  const found = new Map(outcomes.map((name, code) => [name, swatch(code)]));
  return (outcome) => found.get(outcome) ?? null;
}
