// The curves of what moves: lines on a canvas over the plot, on the axes that stand. Plotly's own are hidden meanwhile.

import { DASH, FAINT, thin } from "./curve_figure.js";
import { besideOf, valuesOf } from "./drawn_curve.js";
import { addCanvas, fitCanvas } from "../paths/canvases.js";

/**
 * @typedef {import("./drawn_curve.js").DrawnCurve} DrawnCurve
 * @typedef {import("../shared/plotly_internals.js").Frame} Frame
 */

const WIDTH = 1.75; // px, as Plotly draws them

/** @param {HTMLElement} plot */
export function createSketchedLines(plot) {
  const canvas = addCanvas(/** @type {HTMLElement} */ (plot.parentElement), "sketch");
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  canvas.hidden = true;

  /** @param {boolean} on */
  function setOn(on) {
    canvas.hidden = !on;
    plot.classList.toggle("thw-sketched", on);
  }

  return {
    /** @param {Frame} frame @param {DrawnCurve} drawn @param {DrawnCurve|null} pinned */
    draw(frame, drawn, pinned) {
      fitCanvas(pen, { ...frame, ratio: Math.min(2, window.devicePixelRatio || 1) }, 0);
      pen.lineWidth = WIDTH;
      pen.lineJoin = "round";
      if (pinned) inkAll(pen, frame, pinned, FAINT);
      inkAll(pen, frame, drawn, 1);
      setOn(true);
    },
    clear: () => setOn(false),
  };
}

/** @param {CanvasRenderingContext2D} pen @param {Frame} frame @param {DrawnCurve} drawn @param {number} alpha */
function inkAll(pen, frame, drawn, alpha) {
  const { scene, logarithmic } = drawn;
  pen.globalAlpha = alpha;
  scene.runs.forEach((run, i) => {
    if (!scene.shown[i]) return;
    pen.strokeStyle = scene.colors[i];
    ink(pen, frame, thin(valuesOf(drawn, run), logarithmic));
    const beside = besideOf(drawn, run);
    if (!beside) return;
    pen.setLineDash(DASH);
    ink(pen, frame, thin(beside, logarithmic));
    pen.setLineDash([]);
  });
  pen.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Frame} frame
 * @param {{x: number[], y: Array<number|null>}} line a gap where there is no value
 */
function ink(pen, { x, y }, line) {
  pen.beginPath();
  let down = false;
  line.y.forEach((value, i) => {
    if (value === null) {
      down = false;
      return;
    }
    const left = x.offset + x.scale * line.x[i];
    const top = y.offset + y.scale * (y.log ? Math.log10(value) : value);
    if (down) pen.lineTo(left, top);
    else pen.moveTo(left, top);
    down = true;
  });
  pen.stroke();
}
