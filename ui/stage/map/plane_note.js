// What the map shows of many weights: a few words over it, and on demand what the plane leaves out.

import { count, number } from "../shared/format.js";

/** @typedef {import("../flow/packet.js").Plane} Plane */

/** @type {Record<Plane["kind"], (all: string) => string>} */
const WHAT = {
  weights: (all) => `2 of ${all} weights`,
  random: (all) => `2 random directions of ${all}`,
  path: () => "Plane of the paths",
};

/** Of how many weights the plane is. @param {Pick<Plane, "kind"|"count">} plane */
export const whatOf = (plane) => WHAT[plane.kind](count(plane.count));

/** How much of the runs' movement it shows; nothing where none moved. @param {Pick<Plane, "shares">} plane */
export function shareWords({ shares }) {
  const known = shares.flatMap((share) => share ?? []);
  if (!known.length) return "";
  const [low, high] = [Math.min(...known), Math.max(...known)].map((share) => number(100 * share, 3));
  return `${low === high ? low : `${low} to ${high}`} % of the movement`;
}

/** Both. @param {Plane} plane */
export const planeWords = (plane) => [whatOf(plane), shareWords(plane)].filter(Boolean).join(": ");

/** Whether a start can be set on the map: a plane that follows from the runs is another one for each. @param {{plane?: Plane|null}} packet */
export const hasStart = ({ plane }) => plane?.kind !== "path";

/** @param {HTMLElement} root a details element */
export function createPlaneNote(root) {
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const [what, share, told] = [part("summary b"), part("summary span"), part("p")];
  return {
    /** @param {import("../flow/picture.js").Picture} picture */
    show({ packet: { plane } }) {
      root.hidden = !plane;
      if (!plane) return;
      what.textContent = whatOf(plane);
      share.textContent = shareWords(plane) && `\u00b7 ${shareWords(plane)}`;
      told.textContent = plane.told;
    },
  };
}
