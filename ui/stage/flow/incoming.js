// Messages on their way to the picture: each is shown as soon as its surface and Plotly are here, and the newest wins.

import { decodePacket } from "./packet.js";
import { bareSurface, knownSurface, loadSurface } from "./surface.js";
import { loadedPlotly, loadPlotly } from "../shared/plotly_internals.js";

/**
 * @typedef {import("./packet.js").Packet} Packet
 * @typedef {import("./surface.js").Surface} Surface
 *
 * @typedef {Object} IncomingEvents
 * @property {(packet: Packet) => void} onMessage every one
 * @property {(packet: Packet, newest: Packet) => void} onSame a message with nothing to draw that the newest has not
 * @property {() => void} onNew one with something to draw, which is now waited for
 * @property {(packet: Packet, surface: Surface) => Promise<void>} show
 */

/**
 * @param {HTMLElement} message says that a picture could not be drawn, with a button to try again
 * @param {IncomingEvents} events
 */
export function createIncoming(message, events) {
  /** @type {Packet|null} perhaps still waiting for its surface */
  let newest = null;

  /** @param {Packet} next */
  async function take(next) {
    try {
      const surface = (loadedPlotly() && knownSurface(next.surface)) || (await fetched(next));
      if (newest !== next) return;
      message.hidden = true;
      await events.show(next, surface);
    } catch (error) {
      if (newest === next) complain(error);
    }
  }

  /** @param {unknown} error */
  function complain(error) {
    const text = error instanceof Error ? error.message : "";
    /** @type {HTMLElement} */ (message.firstElementChild).textContent = `The picture could not be drawn. ${text}`;
    message.hidden = false;
  }

  /** @param {any} data */
  function read(data) {
    try {
      return decodePacket(data);
    } catch (error) {
      complain(error);
      return null;
    }
  }

  message.querySelector("button")?.addEventListener("click", () => newest && take(newest));

  return {
    /** @param {any} data */
    receive(data) {
      const packet = read(data);
      if (!packet) return;
      events.onMessage(packet);
      if (packet.hash === newest?.hash) {
        events.onSame(packet, newest);
        return;
      }
      newest = packet;
      events.onNew();
      take(packet);
    },
    destroy() {
      newest = null;
    },
  };
}

/**
 * A message's surface, and Plotly; the runs are shown without their surface where that could not be had.
 * @param {Packet} packet
 * @returns {Promise<Surface>}
 */
async function fetched(packet) {
  const bare = (/** @type {unknown} */ error) => ({
    ...bareSurface(packet.view), trouble: error instanceof Error ? error.message : "The surface could not be loaded.",
  });
  const [surface] = await Promise.all([loadSurface(packet.surface).catch(bare), loadPlotly(packet.plotly)]);
  return surface;
}
