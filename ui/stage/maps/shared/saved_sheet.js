// The sheet that a map is saved on: paper, what it is of above, and the way out as a PNG, twice as large as on the screen.

import { fileName } from "../../save/file_name.js";
import { download } from "../../save/handing_out.js";
import { measuring, svgOf } from "../../save/drawing.js";
import { fitted, FONT } from "../../save/sheet.js";
import { toldOf } from "../../save/told.js";

/**
 * @typedef {import("../../flow/picture.js").Picture} Picture
 * @typedef {import("../../save/drawing.js").Size} Size
 */

const SCALE = 2;
export const EDGE = 14; // px
export const HEAD = 56;
export const LINE = 22;
const WHAT = { basins: "Basins of attraction", sweep: "Over two numbers", line: "Over one number" };

/** A figure in the letters of a saved picture: the page's own do not travel with it. @param {{data: object[], layout: object}} plot @returns {any} */
const written = ({ data, layout }) => ({ data, layout: JSON.parse(JSON.stringify(layout, (key, value) => (key === "family" ? FONT : value))) });

/**
 * @param {Picture} picture
 * @param {Size} size px
 * @param {import("./atlas.js").Kind} kind
 * @param {string[]} runs their names
 * @param {string} [told] what is seen, their names where nothing else is said
 */
export function createSheet(picture, { width, height }, kind, runs, told = runs.join(" | ")) {
  const { theme } = picture.scene;
  const canvas = Object.assign(document.createElement("canvas"), { width: width * SCALE, height: height * SCALE });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(SCALE, SCALE);
  pen.fillStyle = theme.paper;
  pen.fillRect(0, 0, width, height);

  /** @param {string} text @param {[number, number]} place @param {string} font @param {string} color */
  function write(text, [x, y], font, color) {
    pen.font = `${font} ${FONT}`;
    pen.fillStyle = color;
    pen.fillText(text, x, y);
  }

  const { title, surface } = toldOf(picture, 0);
  write(title, [EDGE, EDGE + 15], "600 17px", theme.ink);
  write(fitted(`${WHAT[kind]}: ${told}`, width - 2 * EDGE, 14, 400, measuring()), [EDGE, EDGE + 36], "14px", theme.muted);

  return {
    pen, write,
    /** A plot, as Plotly has it. @param {HTMLElement} plot @param {[number, number]} place */
    async plot(plot, [left, top]) {
      const size = { width: plot.clientWidth, height: plot.clientHeight };
      const { data, layout } = written(/** @type {any} */ (plot));
      const image = new Image();
      image.src = `data:image/svg+xml,${encodeURIComponent(await svgOf({ data, layout }, size))}`;
      await image.decode();
      pen.drawImage(image, left, top, size.width, size.height);
    },
    async handOut() {
      const blob = await new Promise((/** @type {(blob: Blob|null) => void} */ resolve) => canvas.toBlob(resolve, "image/png"));
      if (blob) download(blob, fileName({ surface, runs, what: kind }, "png"));
    },
  };
}
