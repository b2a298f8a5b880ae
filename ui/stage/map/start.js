// The start: the ball on the map, the same as numbers, and what is asked for where either is moved.

import { roundedToPixels } from "./place_words.js";
import { hasStart } from "./plane_note.js";
import { createStartFields } from "./start_fields.js";
import { createStartMarker } from "./start_marker.js";

/**
 * @typedef {import("../flow/requests.js").Kind} Kind
 *
 * @typedef {Object} StartParts
 * @property {HTMLElement} plot the map's
 * @property {HTMLElement} ball
 * @property {HTMLElement[]} over what lies over the map, and over the ball
 * @property {HTMLElement} rows what the numbers stand in
 * @property {HTMLInputElement} x
 * @property {HTMLInputElement} y
 * @property {HTMLElement} random
 * @property {HTMLElement} home
 *
 * @typedef {Pick<ReturnType<typeof import("./map_view.js").createMapView>, "place"|"unproject"|"ranges">} MapAxes
 *
 * @typedef {Object} StartEvents
 * @property {(request: import("../flow/requests.js").Request) => void} onRequest
 * @property {(request: import("../flow/requests.js").Request) => void} onForeseen a request that may come
 * @property {() => boolean} ahead whether the ball stands where Python does not know of yet
 * @property {() => void} onGrab
 */

/**
 * @param {StartParts} parts
 * @param {MapAxes} map
 * @param {StartEvents} events
 */
export function createStart({ plot, ball, over, rows, x, y, random, home }, map, events) {
  const marker = createStartMarker(ball, {
    place: map.place,
    unproject: map.unproject,
    ranges: map.ranges,
    onMove: ask,
    onDragging: (dragging) => dragging && events.onGrab(),
    over,
  });
  const fields = createStartFields(
    { x, y, random, home },
    {
      onNumbers: (x, y) => events.onRequest({ kind: "numbers", x, y }),
      onRandom: () => events.onRequest({ kind: "random" }),
      onHome: () => events.onRequest({ kind: "home" }),
    },
  );

  /** @param {number} x @param {number} y */
  const spotOf = (x, y) => roundedToPixels([x, y], map.ranges(), [plot.clientWidth, plot.clientHeight]);

  /** @param {number} x @param {number} y @param {Kind} kind */
  function ask(x, y, kind) {
    const spot = spotOf(x, y);
    if (kind === "click") marker.set(spot);
    events.onRequest({ kind, x: spot[0], y: spot[1] });
  }

  /** Put the ball where Python has it, unless it is ahead of that. @param {import("../flow/packet.js").Packet} packet */
  function putBack(packet) {
    if (!marker.dragging && !events.ahead()) marker.set(packet.start);
  }

  return {
    /** @param {import("../flow/picture.js").Picture} picture */
    show({ packet }) {
      ball.hidden = rows.hidden = !hasStart(packet);
      putBack(packet);
      fields.set(packet.start);
    },
    /** The ball is in the hand that moves it; the numbers follow. @param {import("../flow/picture.js").Picture} picture */
    sketch: ({ packet }) => fields.set(packet.start),
    putBack,
    /** Let the ball go to a place. @param {number} x @param {number} y */
    drop: (x, y) => ask(x, y, "click"),
    /** It may be let go to a place. @param {number} x @param {number} y */
    foresee(x, y) {
      const spot = spotOf(x, y);
      events.onForeseen({ kind: "click", x: spot[0], y: spot[1] });
    },
    /** The map's axes have changed. */
    follow: marker.draw,
    get dragging() {
      return marker.dragging;
    },
  };
}
