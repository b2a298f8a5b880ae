// How fast a run is shown: the same for all, however long they are. The first steps go one by one, as they decide the most; later
// ones faster and faster, so that each doubling takes as long as the one before; around a decisive moment all go slowly again.

import { markedEvents } from "../curves/rate_events.js";

const NORMAL = 14; // steps a second
const FOLD = 2.5; // seconds until a run is e times as far
const [SLOWEST, SHORT] = [4, 3]; // steps a second, and seconds, that very short runs have at least
const AROUND = 8; // steps before and after a decisive moment
const [MOST, CHANGES] = [6, 2]; // moments in all, and changes of one run's rate: more would make everything slow

/**
 * Steps a second at a place in the run, at 1x.
 * @param {number} time in steps
 * @param {number} steps of the whole run
 * @param {number[]} moments the decisive steps
 */
export function paceAt(time, steps, moments) {
  const normal = Math.max(SLOWEST, Math.min(NORMAL, steps / SHORT));
  const near = moments.some((step) => Math.abs(time - step) <= AROUND);
  return near ? normal : Math.max(normal, time / FOLD);
}

/**
 * The steps that decide: where a run leaves the picture, breaks off, or has its rate changed by the losses, the first of these.
 * @param {import("../flow/packet.js").Run[]} runs
 * @returns {number[]}
 */
export function momentsOf(runs) {
  const ends = runs.flatMap(({ leaves, last, steps }) => [...(leaves === null ? [] : [leaves]), ...(last < steps ? [last] : [])]);
  const changes = runs.flatMap((run) => markedEvents(run, run.steps).slice(0, CHANGES).map(({ step }) => step));
  return [...new Set([...ends, ...changes])].slice(0, MOST);
}
