// The map's panel: the map, and over it the start, the lens and the marks of what is inside a step, which follow its axes.

import { createMapView } from "./map_view.js";
import { hasStart } from "./plane_note.js";
import { createStart } from "./start.js";
import { createInsideMarks } from "../inside/inside_marks.js";
import { mapView } from "../inside/inside_views.js";
import { createLens } from "../lens/lens.js";
import { elementsOf } from "../shared/elements.js";
import { watchNames } from "../shared/names.js";
import { watchPin } from "../shared/pin.js";

/**
 * @typedef {Object} MapPanelHost
 * @property {ReturnType<typeof import("../pointing.js").createPointing>} pointing
 * @property {() => import("../flow/picture.js").Picture|null} picture
 * @property {(request: import("../flow/requests.js").Request) => void} onRequest
 * @property {(request: import("../flow/requests.js").Request) => void} onForeseen a request that may come
 * @property {() => boolean} ahead whether the ball stands where Python does not know of yet
 * @property {() => void} onGrab the ball is taken up
 * @property {() => void} onLens the lens is taken up or put away
 * @property {(sentence: string) => void} onRefused a start cannot be set here
 */

/**
 * @param {HTMLElement} root the stage
 * @param {MapPanelHost} host
 */
export function createMapPanel(root, { pointing, picture, onRequest, onForeseen, ahead, onGrab, onLens, onRefused }) {
  const { find, byId, field, onClick } = elementsOf(root);
  const panel = find(".thw-map");
  const plot = byId("stage-map");
  const view = createMapView(plot, {
    marked: () => marks.any,
    onPress: (x, y) => canStart() && start.foresee(x, y),
    onClick: take,
    onMoved() {
      start.follow();
      marks.repaint();
      lens.follow();
    },
  });
  const marks = createInsideMarks(panel, () => mapView(view.frame()));
  const lens = createLens(
    { toggle: byId("stage-lens"), handle: byId("stage-lens-at"), panel: byId("stage-lens-panel"), map: panel, root },
    { place: view.place, unproject: view.unproject, frame: view.frame, ranges: view.ranges, home: firstBall, onSwitch: onLens },
  );
  const start = createStart(
    {
      plot, ball: byId("stage-start"), over: [find(".thw-tools"), find(".thw-hint"), find(".thw-plane")], rows: find(".thw-fields"),
      x: field("stage-start-x"), y: field("stage-start-y"), random: byId("stage-random"), home: byId("stage-suggested"),
    },
    view,
    { onRequest, onForeseen, ahead, onGrab },
  );

  /** A finger holds the lens, where it is out, and else, as the mouse does, drops the ball. @param {number} x @param {number} y */
  function take(x, y) {
    if (lens.on && pointing.byFinger) lens.lookAt([x, y]);
    else if (canStart()) start.drop(x, y);
    else onRefused(picture()?.packet.hint ?? "");
  }

  /** Whether a click sets a start. */
  function canStart() {
    const packet = picture()?.packet;
    return !packet || hasStart(packet);
  }

  /** Where the first ball is that can be seen. */
  function firstBall() {
    const place = picture()?.scene.shown.findIndex((shown, i) => shown && view.iterate(i)) ?? -1;
    return place < 0 ? null : view.iterate(place);
  }

  watchNames(byId("stage-names"));
  const pin = watchPin(byId("stage-pin"), picture);
  onClick("stage-zoom-in", view.zoomIn);
  onClick("stage-zoom-out", view.zoomOut);
  onClick("stage-reset", view.reset);
  pointing.watchMap(panel, view, () => lens.on);
  return { panel, plot, view, marks, lens, start, pin };
}
