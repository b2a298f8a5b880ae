// The relief's panel: the relief, and over it the marks of what is inside a step, which follow its camera.

import { createReliefView } from "./relief_view.js";
import { createInsideMarks } from "../inside/inside_marks.js";
import { reliefView } from "../inside/inside_views.js";
import { elementsOf } from "../shared/elements.js";

/**
 * @param {HTMLElement} root the stage
 * @param {{pointing: ReturnType<typeof import("../pointing.js").createPointing>}} host
 */
export function createReliefPanel(root, { pointing }) {
  const { find, byId, onClick } = elementsOf(root);
  const panel = find(".thw-relief");
  const plot = byId("stage-relief");
  const note = find(".thw-note");
  const view = createReliefView(plot, {
    onMoved: () => marks.repaint(),
    onFailure() {
      note.textContent = "The 3D relief needs WebGL, which this browser does not offer.";
      note.hidden = false;
    },
  });
  const marks = createInsideMarks(panel, ({ view: [from, to] }) => reliefView(view.frame(), to - from));

  onClick("stage-reset", view.reset);
  pointing.watchRelief(panel, view);
  return { plot, view, marks };
}
