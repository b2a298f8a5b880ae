// Fetches pictures: one at a time, the newest wins; where the server does not answer, again after a while.

import { decodePacket } from "./packet.js";
import { renew } from "./renewal.js";
import { post, route } from "../shared/routes.js";

const LONGEST = 4000; // characters of an address
const SOON = 500; // ms until a picture that did not come is asked for again; then twice as long each time
const LATE = 8000;

/**
 * @typedef {import("./packet.js").Packet} Packet
 * @typedef {import("./requests.js").Asked} Asked
 *
 * @typedef {Object} PicturesEvents
 * @property {() => string[]} wants beyond the picture
 * @property {(packet: Packet, asked: Asked) => void} onPicture
 * @property {(away: boolean) => void} onAway whether pictures do not come, and are asked for again
 * @property {(sentence: string, asked: Asked) => void} onRefused why there is none, and will be none
 */

/** @param {PicturesEvents} events */
export function createPictures(events) {
  let controller = new AbortController();
  let timer = 0;

  /** @param {Asked} asked @param {AbortSignal} signal */
  function answerTo({ query, edits }, signal) {
    const wants = events.wants();
    const search = wants.length ? `${query}&wants=${wants.join(".")}` : query;
    if (!Object.keys(edits).length && search.length <= LONGEST) return fetch(route("picture", search), { signal });
    return post("picture", { query, edits, wants }, signal);
  }

  /** @param {Asked} asked @param {number} wait until it is asked for again where it does not come, in ms */
  async function ask(asked, wait) {
    const { signal } = (controller = new AbortController());
    try {
      const response = await answerTo(asked, signal);
      if (response.status === 409) {
        await renew(asked.query, asked.edits);
      } else if (response.ok) {
        const packet = decodePacket(await response.arrayBuffer());
        if (signal.aborted || !packet) return;
        events.onAway(false);
        events.onPicture({ ...packet, surface: route("surface", packet.surface).href }, asked);
      } else if (response.status === 400 || response.status === 500) {
        const said = await response.text();
        if (!signal.aborted) events.onRefused(said, asked);
      } else {
        throw new Error(String(response.status));
      }
    } catch {
      if (signal.aborted) return;
      events.onAway(true);
      timer = window.setTimeout(() => ask(asked, Math.min(2 * wait, LATE)), wait);
    }
  }

  function stop() {
    clearTimeout(timer);
    controller.abort();
  }

  return {
    /** @param {Asked} asked */
    ask(asked) {
      stop();
      ask(asked, SOON);
    },
    stop,
  };
}
