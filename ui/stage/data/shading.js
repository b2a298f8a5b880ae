// What a model of two inputs says of every place: the colour of the likeliest class, strong where it is sure.

import { rgbOf } from "./data_marks.js";
import { scoresOn, shade, SIDE } from "./lattice.js";

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
     * @param {import("./predictor.js").Told} told
     * @param {import("./predictor.js").Weights|null} weights none: nothing is shaded
     * @param {string[]} colors of the classes
     */
    draw({ box, window_ }, told, weights, colors) {
      canvas.hidden = !weights;
      if (!weights) return;
      canvas.style.cssText = `left:${box.left}px;top:${box.top}px;width:${box.width}px;height:${box.height}px`;
      shade(scoresOn(told, weights, window_), colors.map(rgbOf), image.data);
      pen.putImageData(image, 0, 0);
    },
  };
}
