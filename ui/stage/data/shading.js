// What a model of two inputs says of every place: the probability of a class as a shade, strong where it is sure.

import { rgbOf } from "./data_marks.js";
import { predictionOf } from "./prediction.js";

const SIDE = 64;
const STRONGEST = 0.42; // how opaque a sure place is

/** @param {HTMLElement} host */
export function createShading(host) {
  const canvas = document.createElement("canvas");
  canvas.className = "thw-data-shade";
  canvas.width = canvas.height = SIDE;
  canvas.setAttribute("aria-hidden", "true");
  host.prepend(canvas);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = pen.createImageData(SIDE, SIDE);

  return {
    canvas,
    /**
     * @param {import("./data_axes.js").Axes} axes
     * @param {{model: string, settings: Record<string, number>}} told
     * @param {import("./prediction.js").Pair|null} weights none: nothing is shaded
     * @param {[string, string]} colors
     */
    draw({ box, window_: [[x0, x1], [y0, y1]] }, { model, settings }, weights, colors) {
      canvas.hidden = !weights;
      if (!weights) return;
      canvas.style.cssText = `left:${box.left}px;top:${box.top}px;width:${box.width}px;height:${box.height}px`;
      const predict = predictionOf(model);
      const [none, full] = colors.map(rgbOf);
      for (let row = 0, at = 0; row < SIDE; row++) {
        const y = y1 - ((row + 0.5) / SIDE) * (y1 - y0);
        for (let column = 0; column < SIDE; column++, at += 4) {
          const p = predict(weights, [x0 + ((column + 0.5) / SIDE) * (x1 - x0), y], settings);
          const color = p < 0.5 ? none : full;
          for (let k = 0; k < 3; k++) image.data[at + k] = color[k];
          image.data[at + 3] = Number.isFinite(p) ? Math.round(255 * STRONGEST * Math.abs(2 * p - 1)) : 0;
        }
      }
      pen.putImageData(image, 0, 0);
    },
  };
}
