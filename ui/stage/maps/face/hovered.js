// The run of the cell under the pointer: its path, fetched as a sketch. One is asked for at a time, the newest wins.

import { read } from "../../flow/packet.js";
import { post } from "../../shared/routes.js";

/**
 * @typedef {{x: import("../../flow/packet.js").Series, y: import("../../flow/packet.js").Series, z: import("../../flow/packet.js").Series, last: number}} Path
 * @typedef {{query: string, edits: Record<string, any>, key: string}} Question key: of the cell
 */

/** @param {{onPath: (path: Path, key: string) => void}} events */
export function createHovered(events) {
  /** @type {Question|null} */
  let next = null;
  let current = ""; // the cell that is pointed at
  let busy = false;

  async function proceed() {
    if (busy || !next) return;
    const { query, edits, key } = next;
    next = null;
    busy = true;
    try {
      const answer = await post("sketch", { query, edits });
      if (answer.ok) {
        const { header, arrays } = read(new Uint8Array(await answer.arrayBuffer()));
        const [x, y, z] = ["x0", "y0", "z0"].map((name) => arrays.get(name) ?? new Float32Array(0));
        if (current) events.onPath({ x, y, z, last: header.runs[0]?.last ?? 0 }, key);
      }
    } catch {
      // the next one is asked for with the next move
    }
    busy = false;
    proceed();
  }

  return {
    /** @param {Question} question */
    ask(question) {
      if (question.key === current) return;
      current = question.key;
      next = question;
      proceed();
    },
    stop() {
      current = "";
      next = null;
    },
  };
}
