// What is drawn of a map, by its kind: cells of basins and sweeps, or the lines of all runs over one number.

import { createLineView } from "./lines/line_view.js";
import { createMapsView } from "./cells/maps_view.js";
import { saveMaps } from "./cells/save_map.js";
import { elementsOf } from "../shared/elements.js";

/**
 * @typedef {import("./shared/atlas.js").Atlas} Atlas
 * @typedef {import("./shared/plan_work.js").Plan} Plan
 * @typedef {import("./tiles/tile_lattice.js").Box} Box
 * @typedef {import("../flow/picture.js").Picture} Picture
 */

/**
 * @param {HTMLElement} root the stage
 * @param {import("./cells/maps_view.js").MapsViewHost & import("./lines/line_view.js").LineHost} host
 */
export function createMapsKinds(root, host) {
  const { byId } = elementsOf(root);
  const [view, line] = [createMapsView(root, host), createLineView(byId("maps-line-place"), host)];

  return {
    view,
    /** @param {Plan} plan @param {Atlas} atlas @param {Picture} picture @param {Box|null|undefined} seen the window to be seen of cells, null for all; nothing where it stays */
    show(plan, atlas, picture, seen) {
      if (atlas.kind === "line") {
        view.hide();
        line.show(plan, picture);
      } else {
        line.hide();
        view.show(plan, atlas, picture, seen);
      }
    },
    /** Nobody looks at any. */
    hide() {
      view.hide();
      line.hide();
    },
    /** What is shown as a picture to keep. @param {HTMLElement} panel */
    save: (panel) => (panel.dataset.kind === "line" ? line.save() : saveMaps(view.shown.faces, view.shown.state, panel)),
    resize() {
      line.resize();
      return view.resize();
    },
    destroy() {
      view.destroy();
      line.destroy();
    },
  };
}
