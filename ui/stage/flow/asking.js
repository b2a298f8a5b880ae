// All that is asked of Python: starts and numbers at once, advice and members once nothing moves, and addresses that Back leads to.

import { createAdvising } from "./advising.js";
import { createHistory } from "./history.js";
import { createMany } from "./many.js";
import { createRequests } from "./requests.js";
import { createSketches } from "./sketches.js";
import { createWants } from "./wants.js";
import { onEdit } from "../panel/edits.js";

/**
 * @typedef {Object} AskingHost
 * @property {(request: import("./requests.js").Request) => void} send
 * @property {(waiting: boolean) => void} onWaiting
 * @property {() => boolean} dragging whether the start is being moved
 * @property {import("./sketches.js").SketchesEvents["onSketch"]} onSketch
 */

/**
 * @param {HTMLElement} progress of the members
 * @param {AskingHost} host
 */
export function createAsking(progress, { send, onWaiting, dragging, onSketch }) {
  const sketches = createSketches({ onSketch, onFailure: () => requests.rest() });
  const requests = createRequests({ send, onWaiting, sketch: sketches.ask });
  const wants = createWants((names) => requests.ask({ kind: "wants", wants: names }));
  const busy = () => dragging() || requests.ahead;
  const advising = createAdvising({ ask: () => wants.again("advice"), busy });
  const many = createMany(progress, { ask: () => wants.again("ensemble"), busy });
  const address = createHistory({ onNavigate: (query) => requests.ask({ kind: "navigate", query }), busy: dragging });
  const deaf = onEdit(({ address: number, value, live }) => requests.ask({ kind: live ? "slide" : "number", edits: { [number]: value } }));

  return {
    requests,
    sketches,
    wants,
    advising,
    many,
    address,
    destroy() {
      deaf();
      sketches.stop();
      for (const one of [address, requests, advising, many]) one.destroy();
    },
  };
}
