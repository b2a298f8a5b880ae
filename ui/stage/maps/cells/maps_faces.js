// The maps on the screen, one a run: how many there are, how wide, and when they are drawn.

import { createFace } from "../face/face.js";
import { levelsDrawn } from "../tiles/tile_lattice.js";
import { aspectOf } from "../../flow/room.js";
import { elementsOf } from "../../shared/elements.js";

/**
 * @typedef {import("./maps_view.js").State} State
 * @typedef {ReturnType<typeof createFace>} Face
 */

const [SIDE, PAIR, SLIM] = [290, 318, 820]; // px: what stands beside one map has at least, or beside two; a narrower panel has it below
const [COLUMN, SMALL, ENLARGED] = [204, 380, 1.25]; // px of what is said in a column, beside two maps that were smaller than that otherwise; on a stage that is read from afar
const [SWEEP, FRAME] = [1.25, 60]; // width by height of a map over two numbers; px that axes take

/**
 * @param {HTMLElement} root the stage
 * @param {{state: () => State|null, eventsOf: (face: number) => import("../face/face.js").FaceEvents, onDrawn: () => void}} host
 */
export function createMapsFaces(root, host) {
  const { byId } = elementsOf(root);
  const [panel, place] = [byId("stage-maps-panel"), byId("maps-faces")];
  /** @type {Face[]} */
  const faces = [];
  let frame = 0;
  let moved = false; // whether axes are to follow with the next frame

  return {
    list: faces,
    /** As many as there are runs. @param {number} many */
    furnish(many) {
      while (faces.length > many) faces.pop()?.destroy();
      while (faces.length < many) faces.push(createFace(place, host.eventsOf(faces.length)));
      panel.dataset.faces = String(many);
    },
    /** Draw cells and lines with the next frame. @param {boolean} axes whether another window is seen */
    repaint(axes) {
      moved = moved || axes;
      if (frame) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        const state = host.state();
        if (state) shownOf(state).forEach((shown, i) => faces[i]?.paint(shown, moved));
        moved = false;
        host.onDrawn();
      });
    },
    /** Draw all anew, in the room that there is. */
    async redraw() {
      const state = host.state();
      if (!state) return;
      const { width, slim } = widthFor({ wide: panel.clientWidth, high: place.clientHeight, large: panel.closest(".thw-large") !== null }, state, faces.length);
      panel.toggleAttribute("data-slim", slim);
      if (width) panel.style.setProperty("--thw-maps-width", `${width}px`);
      else panel.style.removeProperty("--thw-maps-width");
      await Promise.all(shownOf(state).map((shown, i) => faces[i]?.show(shown, faces.length > 1)));
    },
    destroy() {
      cancelAnimationFrame(frame);
      for (const face of faces) face.destroy();
    },
  };
}

/** @param {State} state @returns {import("../face/face.js").Shown[]} one a run */
const shownOf = ({ plan, picture, base, colours, cells, levels }) =>
  plan.runs.map((run, i) => ({ plan, run, picture, base, colours: colours[i], cells: { levels: levelsDrawn(levels), tile: cells[i].tile } }));

/**
 * How wide the maps are beside what they say, px; 0 where that is below; and whether that is a slim column.
 * @param {{wide: number, high: number, large: boolean}} room of the panel, and of the maps
 * @param {State} state
 * @param {number} many
 */
function widthFor({ wide, high, large }, { plan, base }, many) {
  if (wide < SLIM) return { width: 0, slim: false };
  const enlarged = large ? ENLARGED : 1;
  const slim = many > 1 && (wide - enlarged * PAIR) / many - FRAME < SMALL;
  const each = (high - FRAME) * (plan.kind === "basins" ? aspectOf(base) : SWEEP) + FRAME;
  return { width: Math.round(Math.min(wide - enlarged * (slim ? COLUMN : many > 1 ? PAIR : SIDE), each * many)), slim };
}
