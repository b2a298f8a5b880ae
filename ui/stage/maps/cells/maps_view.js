// The maps of one run or two beside each other: what is seen of them, their tiles and their colours.

import { createColouring, outcomesOf } from "./colouring.js";
import { createMapsFaces } from "./maps_faces.js";
import { className } from "./map_words.js";
import { createMapsPointing } from "./maps_pointing.js";
import { createMapsTiles } from "./maps_tiles.js";
import { createMapsTelling } from "./maps_telling.js";
import { createSmallMap } from "../face/small_map.js";
import { baseOf, logsOf, whyNot, zoomed } from "../face/views.js";
import { elementsOf } from "../../shared/elements.js";

/**
 * @typedef {import("../shared/atlas.js").Atlas} Atlas
 * @typedef {import("../shared/plan_work.js").Plan} Plan
 * @typedef {import("../tiles/tile_lattice.js").Box} Box
 * @typedef {import("../../flow/picture.js").Picture} Picture
 * @typedef {ReturnType<typeof import("../tiles/cells_of_run.js").createCells>} Cells
 *
 * @typedef {Object} MapsViewHost
 * @property {(seen: Box|null) => void} onSettled what is seen has not changed for a while; null for the whole map
 * @property {(edits: import("../../flow/requests.js").Edits) => void} onOpen a cell's run is to be seen in the lab
 * @property {() => boolean} busy whether a picture is waited for
 * @property {(away: boolean) => void} onAway
 * @property {(sentence: string) => void} onNote something is to be said of what is seen; nothing any more
 * @property {ReturnType<typeof import("../../shared/tooltip.js").createTooltip>} tooltip
 *
 * @typedef {Object} State
 * @property {Plan} plan
 * @property {Atlas} atlas
 * @property {Picture} picture
 * @property {Box} base
 * @property {Box} seen
 * @property {Cells[]} cells one a run
 * @property {number[]} levels to be had, the finest last
 * @property {ReturnType<typeof import("../tiles/found_minima.js").createFoundMinima>} found
 * @property {ReturnType<typeof import("../colours/colours.js").createColours>[]} colours one a run
 * @property {(kind: number) => string} nameOf what a class is called
 */

const SETTLED = 400; // ms without a move

/**
 * @param {HTMLElement} root the stage
 * @param {MapsViewHost} host
 */
export function createMapsView(root, host) {
  const [colouring, small] = [createColouring(), createSmallMap(elementsOf(root).byId("maps-small"))];
  /** @type {State|null} */
  let state = null;
  let mapName = "";
  /** @type {import("./colouring.js").Scales} */
  let scales = { steps: [], loss: [1, 1], lowest: 0, of: "", sure: false };
  /** @type {number|null} the class that stands out */
  let only = null;
  let settling = 0;

  const tiles = createMapsTiles(root, {
    ...host, state: () => state, box: () => faces.list[0]?.box ?? { width: 0, height: 0 },
    onTile() {
      if (!scales.sure) recolour();
      faces.repaint(false);
      telling.soon();
    },
    onDone: () => telling.soon(),
  });
  const telling = createMapsTelling(root, {
    state: () => state, scales: () => scales, done: () => tiles.done,
    onOnly(kind) {
      only = kind;
      recolour();
      faces.repaint(false);
    },
  });
  const pointing = createMapsPointing(root, {
    ...host, small, state: () => state, faces: () => faces.list,
    onOpen(edits) {
      still();
      host.onOpen(edits);
    },
  });
  const faces = createMapsFaces(root, { state: () => state, eventsOf: (face) => pointing.eventsOf(face, { seen: () => state?.seen ?? [[0, 1], [0, 1]], move, zoom, reset }), onDrawn: () => pointing.follow() });

  function recolour() {
    if (!state) return;
    ({ colours: state.colours, scales } = colouring.of(state, mapName, only));
  }

  /** See another window. @param {Box} next */
  function move(next) {
    if (!state || !isDrawable(next, state, host.onNote)) return;
    state.seen = next;
    faces.repaint(true);
    tiles.soon();
    wait();
  }

  function wait() {
    clearTimeout(settling);
    settling = window.setTimeout(settle, SETTLED);
  }

  /** Once a picture that is waited for is here: it may be of another map, or of none. */
  function settle() {
    settling = 0;
    if (!state) return undefined;
    if (host.busy()) return wait();
    tiles.now();
    recolour();
    faces.repaint(false);
    telling.now();
    return host.onSettled(isWhole(state) ? null : state.seen);
  }

  const zoom = (/** @type {number} */ factor) => state && move(zoomed(state.seen, factor));
  const reset = () => state && move(state.base);

  function still() {
    clearTimeout(settling);
    settling = 0;
    telling.stop();
  }

  return {
    /**
     * @param {Plan} plan
     * @param {Atlas} atlas
     * @param {Picture} picture
     * @param {Box|null|undefined} asked the window to be seen, null for the whole map; nothing where it stays
     */
    async show(plan, atlas, picture, asked) {
      const base = baseOf(plan);
      const seen = drawable(asked, base, plan, host.onNote);
      const name = JSON.stringify([plan.kind, plan.runs.map(({ query }) => query)]);
      const other = name !== mapName || !state;
      if (other) {
        [mapName, only, scales] = [name, null, { ...scales, sure: false }];
        tiles.begin();
        telling.release();
        pointing.leave();
      }
      if (seen !== undefined) still();
      const found = tiles.found(plan, base);
      const next = {
        plan, atlas, picture, base, found, seen: seen === undefined && state && !other ? state.seen : (seen ?? base),
        cells: tiles.cells(plan, base), levels: state?.levels ?? [0],
      };
      const nameOf = (/** @type {number} */ kind) => className(kind, { plan, places: found.places, outcomes: outcomesOf(/** @type {State} */ (state)) });
      state = { ...next, nameOf, colours: /** @type {any} */ (null) };
      faces.furnish(plan.runs.length);
      recolour();
      small.show(picture, plan.kind === "sweep" && !picture.packet.plane);
      await faces.redraw();
      small.draw();
      tiles.now();
      recolour(); // the levels that are asked for are known now
      faces.repaint(true);
      telling.soon();
    },
    zoom, reset,
    /** What is seen, null for the whole map. */
    get seen() {
      return state && !isWhole(state) ? state.seen : null;
    },
    async resize() {
      await faces.redraw();
      small.draw();
      tiles.now();
      faces.repaint(true);
    },
    /** Nobody looks at it any more; its tiles stay. */
    hide() {
      still();
      pointing.leave();
      tiles.leave();
      state = null;
    },
    /** What is shown, and where. */
    get shown() {
      return { state, faces: faces.list };
    },
    destroy() {
      still();
      tiles.destroy();
      faces.destroy();
    },
  };
}

/** Whether a window can be drawn; if it cannot it is said why. @param {Box} next @param {State} state @param {(sentence: string) => void} say */
function isDrawable(next, { base, plan }, say) {
  const why = whyNot(next, base, logsOf(plan));
  say(why);
  return !why;
}

/**
 * The window that was asked for, null for the whole map where it cannot be drawn, which is said.
 * @param {Box|null|undefined} asked
 * @param {Box} base
 * @param {Plan} plan
 * @param {(sentence: string) => void} say
 */
function drawable(asked, base, plan, say) {
  const why = asked ? whyNot(asked, base, logsOf(plan)) : "";
  if (why) say(`The window in the link cannot be drawn, so the whole map is shown. ${why}`);
  return why ? null : asked;
}

/** @param {State} state */
const isWhole = ({ seen, base }) => seen.every((range, i) => range.every((edge, k) => Math.abs(edge - base[i][k]) < 1e-9 * (base[i][1] - base[i][0])));
