// Drawing a picture that is to be saved: Plotly draws the plots, the sheet goes around them, and the browser makes pixels of it.

import { loadedPlotly } from "../shared/plotly_internals.js";
import { FONT } from "./sheet.js";

/** @typedef {import("./map_figure.js").Figure} Figure @typedef {{width: number, height: number}} Size */

const SCALE = 2; // pixels of a PNG for one of the sheet

/** A plot as SVG. @param {Figure} figure @param {Size} size @returns {Promise<string>} its text */
export async function svgOf(figure, size) {
  return loadedPlotly().toImage(figure, { format: "svg", ...size, imageDataOnly: true });
}

/** A plot as pixels: WebGL has no other form. @param {Figure} figure @param {Size} size @returns {Promise<string>} an address that holds them */
export async function pixelsOf(figure, size) {
  return loadedPlotly().toImage(figure, { format: "png", ...size, scale: SCALE });
}

/** @returns {import("./sheet.js").Measure} */
export function measuring() {
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  return (text, size, weight) => {
    pen.font = `${weight} ${size}px ${FONT}`;
    return pen.measureText(text).width;
  };
}

/** @param {string} svg its text */
export const svgBlob = (svg) => new Blob([svg], { type: "image/svg+xml" });

/**
 * The same as pixels, twice as many as it is wide and high.
 * @param {string} svg
 * @param {Size} size
 * @returns {Promise<Blob>}
 */
export async function pngBlob(svg, { width, height }) {
  const address = URL.createObjectURL(svgBlob(svg));
  try {
    const image = new Image(width, height);
    image.src = address;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: SCALE * width, height: SCALE * height });
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((/** @type {(made: Blob|null) => void} */ resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) throw new Error("the picture is too large for this browser");
    return blob;
  } finally {
    URL.revokeObjectURL(address);
  }
}
