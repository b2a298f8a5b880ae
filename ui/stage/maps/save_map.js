// A map as a picture to keep: cells, axes and marks as they stand, twice as large as on the screen, what it is of above, its legend below.

import { svgOf } from "../save/drawing.js";
import { fileName } from "../save/file_name.js";
import { download } from "../save/handing_out.js";
import { toldOf } from "../save/told.js";

/**
 * @typedef {ReturnType<typeof import("./face.js").createFace>} Face
 * @typedef {import("./maps_view.js").State} State
 */

const SCALE = 2;
const [EDGE, HEAD, LINE, COLUMN] = [14, 56, 22, 260]; // px
const FONT = "Helvetica, Arial, sans-serif";
const WHAT = { basins: "Basins of attraction", sweep: "Over two numbers", line: "Over one number" };

/** @param {string} svg its text @returns {Promise<HTMLImageElement>} */
async function imageOf(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}

/**
 * @param {Face[]} faces
 * @param {State|null} state
 * @param {HTMLElement} panel whose legend is taken along
 */
export async function saveMaps(faces, state, panel) {
  if (!state || !faces.length) return;
  const { theme } = state.picture.scene;
  const rows = [...panel.querySelectorAll(".thw-maps-facts tbody tr")];
  const sizes = faces.map((face) => ({ width: face.layers().plot.clientWidth, height: face.layers().plot.clientHeight }));
  const wide = 2 * EDGE + sizes.reduce((sum, { width }) => sum + width, 0);
  const columns = Math.max(1, Math.floor((wide - 2 * EDGE) / COLUMN));
  const high = HEAD + Math.max(...sizes.map(({ height }) => height)) + LINE * Math.ceil(rows.length / columns) + 2 * EDGE;
  const canvas = Object.assign(document.createElement("canvas"), { width: wide * SCALE, height: high * SCALE });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(SCALE, SCALE);
  pen.fillStyle = theme.paper;
  pen.fillRect(0, 0, wide, high);
  write(pen, toldOf(state.picture, 0).title, [EDGE, EDGE + 15], `600 17px ${FONT}`, theme.ink);
  write(pen, `${WHAT[state.plan.kind]}: ${state.plan.runs.map(({ name }) => name).join(" | ")}`, [EDGE, EDGE + 36], `14px ${FONT}`, theme.muted);
  let left = EDGE;
  for (const [i, face] of faces.entries()) {
    await drawFace(pen, face, [left, HEAD]);
    left += sizes[i].width;
  }
  const top = HEAD + Math.max(...sizes.map(({ height }) => height)) + EDGE;
  rows.forEach((row, i) => drawLegend(pen, row, [EDGE + (i % columns) * COLUMN, top + LINE * Math.floor(i / columns)], theme));
  const blob = await new Promise((/** @type {(blob: Blob|null) => void} */ resolve) => canvas.toBlob(resolve, "image/png"));
  const { surface } = toldOf(state.picture, 0);
  if (blob) download(blob, fileName({ surface, runs: state.plan.runs.map(({ name }) => name), what: state.plan.kind }, "png"));
}

/** @param {CanvasRenderingContext2D} pen @param {Face} face @param {[number, number]} place */
async function drawFace(pen, face, [left, top]) {
  const { cells, lines, plot, box } = face.layers();
  pen.imageSmoothingEnabled = false;
  for (const layer of [cells, lines]) pen.drawImage(layer, left + box.left, top + box.top, box.width, box.height);
  const size = { width: plot.clientWidth, height: plot.clientHeight };
  const { data, layout } = /** @type {any} */ (plot);
  pen.drawImage(await imageOf(await svgOf({ data, layout }, size)), left, top, size.width, size.height);
}

/** @param {CanvasRenderingContext2D} pen @param {Element} row of the legend @param {[number, number]} place @param {import("../shared/theme.js").Theme} theme */
function drawLegend(pen, row, [left, top], theme) {
  const swatch = /** @type {HTMLElement|null} */ (row.querySelector("i"));
  const [name, ...numbers] = [...row.children].map((cell) => cell.textContent ?? "");
  if (swatch) {
    pen.fillStyle = getComputedStyle(swatch).backgroundColor;
    pen.fillRect(left, top + 3, 13, 13);
  }
  write(pen, `${name}  ${numbers.filter((_, i) => i % 2 === 0).join(" | ")}`, [left + (swatch ? 20 : 0), top + 14], `13px ${FONT}`, theme.ink);
}

/** @param {CanvasRenderingContext2D} pen @param {string} text @param {[number, number]} place @param {string} font @param {string} color */
function write(pen, text, [x, y], font, color) {
  pen.font = font;
  pen.fillStyle = color;
  pen.fillText(text, x, y);
}
