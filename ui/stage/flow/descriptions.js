// What map, relief and curves show, in words: for who does not see them.

import { elementsOf } from "../shared/elements.js";
import { count, number } from "../shared/format.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {{map: string, relief: string, curves: string}} Descriptions
 */

const point = (/** @type {number} */ x, /** @type {number} */ y) => `(${number(x, 3)}, ${number(y, 3)})`;

/** @param {Picture} picture @returns {Descriptions} */
export function described({ packet: { about, view, steps, plane }, scene: { runs, shown } }) {
  const name = /\*\*(.+?)\.?\*\*/.exec(about)?.[1].replaceAll("\\", "") ?? "the surface";
  const seen = runs.filter((_, i) => shown[i]);
  const [x, y] = view.map(([from, to]) => `from ${number(from, 3)} to ${number(to, 3)}`);
  const ways = seen.map(({ name: run, title, last, series }) => `${run} goes from ${point(series.x[0], series.y[0])} to ${point(series.x[last], series.y[last])}: ${title.toLowerCase()}.`);
  const losses = seen.map(({ name: run, last, series: { loss, heldout } }) => {
    const held = heldout?.length ? `, held out from ${number(heldout[0], 3)} to ${number(heldout[last], 3)}` : "";
    return `${run} from ${number(loss[0], 3)} to ${number(loss[last], 3)}${held}`;
  });
  const runsTold = ways.length ? ways.join(" ") : "No run is shown.";
  return {
    map: `Contour map of ${name}, x ${x}, y ${y}. ${plane ? `${plane.told} ` : ""}${runsTold}`,
    relief: `${name} as a relief in 3D, with the same paths. ${runsTold}`,
    curves: losses.length ? `Curves over ${count(steps)} steps. Loss: ${losses.join("; ")}.` : "Curves over the steps: no run is shown.",
  };
}

/** @param {HTMLElement} root the stage */
export function createDescriptions(root) {
  const { byId } = elementsOf(root);
  return {
    /** @param {Picture} picture */
    show(picture) {
      for (const [view, text] of Object.entries(described(picture))) byId(`stage-${view}`).setAttribute("aria-label", text);
    },
  };
}
