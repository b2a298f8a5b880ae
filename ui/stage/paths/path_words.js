// What is said of a path under the pointer: the iterate that is nearest.

import { count, number } from "../shared/format.js";

/**
 * @param {Pick<import("../flow/packet.js").Run, "series">} run
 * @param {number} step
 * @param {boolean} [batched] whether each step sees a part of all rows
 * @returns {import("../shared/tooltip.js").Row[]}
 */
export function iterateRows({ series }, step, batched = false) {
  const at = (/** @type {string} */ name) => number(series[name][Math.min(step, series[name].length - 1)]);
  return [
    { label: "Step", value: count(step) },
    { label: "x", value: at("x") },
    { label: "y", value: at("y") },
    { label: "Loss", value: at("loss") },
    ...(series.heldout?.length ? [{ label: "Held-out loss", value: at("heldout") }] : []),
    { label: batched ? "Gradient norm, of all rows" : "Gradient norm", value: at("gradient") },
    { label: "Learning rate", value: at("rate") },
  ];
}
