// Pictures on their way to the stage: each is shown as soon as its surface and Plotly are here, and the newest wins.

import { bareSurface, knownSurface, loadSurface } from "./surface.js";
import { loadedPlotly, loadPlotly } from "../shared/plotly_internals.js";

/**
 * @typedef {import("./packet.js").Packet} Packet
 * @typedef {import("./requests.js").Asked} Asked
 * @typedef {import("./surface.js").Surface} Surface
 *
 * @typedef {Object} IncomingEvents
 * @property {() => string} plotly its address
 * @property {(packet: Packet, newest: Packet, asked: Asked) => void} onSame one with nothing to draw that the newest has not
 * @property {(packet: Packet) => void} onNew one with something to draw, which is now waited for
 * @property {() => void} onRetry
 * @property {(packet: Packet, surface: Surface, asked: Asked|null) => Promise<void>} show
 */

/**
 * @param {HTMLElement} message says that a picture could not be drawn, with a button to try again
 * @param {IncomingEvents} events
 */
export function createIncoming(message, events) {
  /** @type {Packet|null} perhaps still waiting for its surface */
  let newest = null;

  /** @param {Packet} next @param {Asked|null} asked */
  async function take(next, asked) {
    try {
      const surface = (loadedPlotly() && knownSurface(next.surface)) || (await fetched(next, events.plotly()));
      if (newest !== next) return;
      message.hidden = true;
      await events.show(next, surface, asked);
    } catch (error) {
      if (newest === next) complain(error instanceof Error ? error.message : "");
    }
  }

  /** @param {string} why */
  function complain(why) {
    /** @type {HTMLElement} */ (message.firstElementChild).textContent = `The picture could not be drawn. ${why}`;
    message.hidden = false;
  }

  message.querySelector("button")?.addEventListener("click", events.onRetry);

  return {
    /** @param {Packet} packet @param {Asked} asked */
    receive(packet, asked) {
      if (packet.hash === newest?.hash && message.hidden) {
        events.onSame(packet, newest, asked);
        return;
      }
      newest = packet;
      events.onNew(packet);
      take(packet, asked);
    },
    /** The newest with more than came with it: other members. @param {(packet: Packet) => Packet} more */
    amend(more) {
      if (!newest) return;
      newest = more(newest);
      take(newest, null);
    },
    /** There is no picture. @param {string} why */
    complain,
    /** The newest one, which may still be waited for. */
    get newest() {
      return newest;
    },
    destroy() {
      newest = null;
    },
  };
}

/**
 * A picture's surface, and Plotly; the runs are shown without their surface where that could not be had.
 * @param {Packet} packet
 * @param {string} plotly
 * @returns {Promise<Surface>}
 */
async function fetched(packet, plotly) {
  const bare = (/** @type {unknown} */ error) => ({
    ...bareSurface(packet.view), trouble: error instanceof Error ? error.message : "The surface could not be loaded.",
  });
  const [surface] = await Promise.all([loadSurface(packet.surface).catch(bare), loadPlotly(plotly)]);
  return surface;
}
