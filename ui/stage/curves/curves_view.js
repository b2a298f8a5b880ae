// The curves: one quantity over the steps, one line a run, with a cursor that moves without redrawing.

import { createCursor } from "./cursor.js";
import { fittingAxes } from "./curve_axes.js";
import { createCurveChoice } from "./curve_choice.js";
import { curveLayout, curveTraces } from "./curve_figure.js";
import { drawnOf, seriesOf } from "./drawn_curve.js";
import { createEndNames } from "./end_names.js";
import { createFlags } from "./flags.js";
import { createHeldAxes } from "./held_axes.js";
import { createSketchedLines } from "./sketched_lines.js";
import { studyChoices } from "./unseen_figure.js";
import { createUnseenView } from "./unseen_view.js";
import { elementsOf } from "../shared/elements.js";
import { onNames } from "../shared/names.js";
import { onPin, pinnedFor } from "../shared/pin.js";
import { CONFIG, sizeOf, typeOf } from "../shared/plot_style.js";
import { loadedPlotly, readFrame } from "../shared/plotly_internals.js";

/**
 * @typedef {Object} CurvesEvents
 * @property {(step: number) => void} onScrub
 * @property {(event: PointerEvent, step: number, key: string) => void} onHover key: of the series that is drawn
 * @property {(wants: Record<string, boolean>) => void} onWants which of what curves need asking for is looked at
 * @property {(event: PointerEvent, run: number, mark: import("../flow/packet.js").Mark) => void} onMark
 * @property {() => void} onLeave
 * @property {() => boolean} busy something is still being moved or waited for
 * @property {import("./unseen_view.js").UnseenHost["onEdits"]} onEdits
 * @property {import("./unseen_view.js").UnseenHost["tooltip"]} tooltip
 */

/**
 * @param {HTMLElement} root the stage
 * @param {CurvesEvents} events
 */
export function createCurvesView(root, events) {
  const { find, byId } = elementsOf(root);
  const [plot, veil, caption] = [byId("stage-curves"), find(".thw-veil"), find(".thw-caption")];
  const choice = createCurveChoice(
    { row: find(".thw-curves-head"), tabs: find(".thw-tabs"), list: /** @type {HTMLSelectElement} */ (byId("stage-curve-list")), beside: find(".thw-scales"), log: byId("stage-log"), caption },
    { onChange: replot, onWants: events.onWants },
  );
  const cursor = createCursor({ cursor: find(".thw-cursor"), veil });
  const flags = createFlags({ veil, key: find(".thw-key") });
  const names = createEndNames(veil);
  const sketch = createSketchedLines(plot);
  const axesOf = createHeldAxes(byId("stage-hold"), replot);
  const unseen = createUnseenView({ plot, panel: find(".thw-curves"), key: byId("stage-against"), said: byId("stage-against-said") }, { ...events, axesOf });
  let time = 0;
  let scrubbing = false;
  /** @type {import("../flow/picture.js").Picture|null} */
  let shown = null;
  /** @type {import("./drawn_curve.js").DrawnCurve|null} */
  let drawn = null;

  /** The same curve of the picture that is pinned. @returns {import("./drawn_curve.js").DrawnCurve|null} */
  function ghost() {
    const pinned = pinnedFor(shown);
    return drawn && pinned && { ...drawn, scene: pinned.scene };
  }

  async function replot() {
    const [plotly, { chosen }] = [loadedPlotly(), choice];
    if (chosen?.curve.study && shown) return compare(shown, chosen);
    unseen.stop();
    drawn = chosen && drawnOf(chosen);
    if (!plotly || !drawn || !sizeOf(plot).width) return;
    flags.explain(drawn.scene, drawn.curve.key);
    const now = axesOf(`${drawn.curve.key} ${drawn.logarithmic} ${drawn.unit}`, fittingAxes(drawn));
    const method = /** @type {any} */ (plot)._fullLayout ? "react" : "newPlot";
    await plotly[method](plot, curveTraces(drawn, now, ghost()), curveLayout(drawn, now, sizeOf(plot)), CONFIG);
    sketch.clear();
    dress();
    moveCursor();
  }

  /**
   * A comparison over a number in place of a curve over the steps.
   * @param {import("../flow/picture.js").Picture} picture
   * @param {{curve: import("./unseen_figure.js").Choice, logarithmic: boolean}} chosen
   */
  async function compare(picture, { curve, logarithmic }) {
    drawn = null;
    flags.explain(picture.scene, curve.key);
    names.clear();
    sketch.clear();
    caption.style.right = "";
    await unseen.show(picture, curve, logarithmic);
  }

  /** Cursor and flags take the plot's frame and the runs' colours. */
  function dress() {
    const frame = readFrame(plot);
    if (!frame || !drawn) return;
    cursor.dress(frame, drawn.scene.colors, Boolean(drawn.curve.beside));
    flags.show(drawn.scene, drawn.curve.key, frame);
    const size = sizeOf(plot);
    caption.style.right = `${size.width - frame.left - frame.width + 8}px`;
    names.show(frame, drawn, typeOf(size), size.width - frame.left - frame.width - 8);
  }

  function moveCursor() {
    const frame = readFrame(plot);
    if (frame && drawn) cursor.move(frame, drawn, time);
  }

  /** @param {PointerEvent} event */
  function stepAt(event) {
    const frame = readFrame(plot);
    if (!frame || !drawn) return null;
    const x = event.clientX - plot.getBoundingClientRect().left - frame.left;
    return Math.max(0, Math.min(drawn.scene.steps, Math.round((x - frame.x.offset) / frame.x.scale)));
  }

  /** @param {PointerEvent} event */
  function flagAt(event) {
    const frame = readFrame(plot);
    if (!frame || event.pointerType !== "mouse" || scrubbing) return null;
    const box = plot.getBoundingClientRect();
    return flags.at(event.clientX - box.left - frame.left, event.clientY - box.top - frame.top);
  }

  /** @param {PointerEvent} event */
  function hover(event) {
    const step = stepAt(event);
    if (step === null || !drawn) return;
    if (scrubbing) events.onScrub(step);
    const flag = flagAt(event);
    if (flag) events.onMark(event, flag.run, flag.mark);
    else if (event.pointerType === "mouse") events.onHover(event, step, seriesOf(drawn));
  }

  plot.addEventListener("pointerdown", (event) => {
    const step = stepAt(event);
    if (step === null || event.button !== 0) return;
    scrubbing = true;
    plot.setPointerCapture(event.pointerId);
    events.onScrub(step);
  });
  plot.addEventListener("pointermove", hover);
  for (const end of ["pointerup", "pointercancel"]) plot.addEventListener(end, () => (scrubbing = false));
  plot.addEventListener("pointerleave", () => events.onLeave());

  const stops = [onNames(replot), onPin(replot)];

  return {
    /** @param {import("../flow/picture.js").Picture} picture */
    show(picture) {
      shown = picture;
      const { packet, scene } = picture;
      choice.show(scene, [...packet.curves, ...studyChoices(packet)]);
      return replot();
    },
    /** On the axes that stand; Plotly draws all anew at rest. @param {import("../flow/picture.js").Picture} picture */
    sketch(picture) {
      const { scene } = picture;
      shown = picture;
      if (unseen.on) unseen.pause();
      const frame = readFrame(plot);
      if (!frame || !drawn) return;
      drawn = { ...drawn, scene };
      names.clear();
      sketch.draw(frame, drawn, ghost());
    },
    /** Plotly draws them anew for every picture: the paths go first. */
    late: () => true,
    /** @param {import("../flow/picture.js").Moment} moment */
    draw(moment) {
      time = moment.time;
      moveCursor();
    },
    resize: replot,
    destroy() {
      for (const stop of [...stops, choice.destroy, unseen.stop]) stop();
      if (/** @type {any} */ (plot)._fullLayout) loadedPlotly().purge(plot);
    },
  };
}
