// What is said under the pointer: coordinates and iterates over the map, iterates over the relief, values over the curves.

import { markRows, valuesAt } from "./curves/curve_words.js";
import { isWithin, placeWords } from "./map/place_words.js";
import { iterateRows } from "./paths/path_words.js";
import { count } from "./shared/format.js";

/**
 * @typedef {import("./flow/picture.js").Picture} Picture
 * @typedef {import("./paths/paths.js").Hit} Hit
 *
 * @typedef {Object} PointingParts
 * @property {ReturnType<typeof import("./shared/tooltip.js").createTooltip>} tooltip
 * @property {HTMLElement} readout where coordinates are written
 *
 * @typedef {Object} PointingHost
 * @property {() => Picture|null} picture
 * @property {() => boolean} busy whether the pointer carries something
 */

/**
 * @param {PointingParts} parts
 * @param {PointingHost} host
 */
export function createPointing({ tooltip, readout }, host) {
  let byFinger = false;

  /** @param {PointerEvent} event @param {Hit|null} hit */
  function sayIterate(event, hit) {
    const picture = host.picture();
    if (!hit || !picture || host.busy() || (event.buttons && event.pointerType === "mouse")) {
      tooltip.hide();
      return;
    }
    const run = picture.scene.runs[hit.run];
    tooltip.show(event.clientX, event.clientY, run.name, iterateRows(run, hit.step, Boolean(picture.packet.data?.batch)), picture.scene.colors[hit.run]);
  }

  return {
    /**
     * @param {HTMLElement} panel
     * @param {Pick<ReturnType<typeof import("./map/map_view.js").createMapView>, "unproject"|"ranges"|"hit">} map
     * @param {() => boolean} quiet whether only coordinates are said
     */
    watchMap(panel, map, quiet) {
      /** @param {PointerEvent} event */
      function read(event) {
        const picture = host.picture();
        if (!picture) return;
        const spot = map.unproject(event.clientX, event.clientY);
        const ranges = map.ranges();
        const inside = spot !== null && isWithin(spot, ranges);
        readout.hidden = !inside || event.pointerType !== "mouse";
        if (spot && inside) readout.textContent = placeWords(spot, ranges, picture);
        if (!quiet()) sayIterate(event, map.hit(event.clientX, event.clientY));
      }

      panel.addEventListener("pointermove", read);
      panel.addEventListener("pointerdown", (event) => {
        byFinger = event.pointerType !== "mouse";
        if (byFinger) read(event);
      });
      panel.addEventListener("pointerleave", () => {
        readout.hidden = true;
        tooltip.hide();
      });
    },
    /**
     * @param {HTMLElement} panel
     * @param {{hit: (clientX: number, clientY: number) => Hit|null}} relief
     */
    watchRelief(panel, relief) {
      panel.addEventListener("pointermove", (event) => sayIterate(event, relief.hit(event.clientX, event.clientY)));
      panel.addEventListener("pointerleave", tooltip.hide);
    },
    /** @param {PointerEvent} event @param {number} step @param {string} key of the series under the pointer */
    sayValues(event, step, key) {
      const picture = host.picture();
      if (!picture) return;
      const { heads, rows, notes } = valuesAt(picture, step, key);
      tooltip.table(event.clientX, event.clientY, `Step ${count(step)}`, heads, rows, notes);
    },
    /** @param {PointerEvent} event @param {number} run @param {import("./flow/packet.js").Mark} mark */
    sayMark(event, run, mark) {
      const scene = host.picture()?.scene;
      if (scene) tooltip.show(event.clientX, event.clientY, scene.runs[run].name, markRows(mark), scene.colors[run]);
    },
    /** Whether the last press on the map was a finger's. */
    get byFinger() {
      return byFinger;
    },
  };
}
