// A map as a picture to keep: cells, axes and marks as they stand, twice as large as on the screen, what it is of above, its legend below.

import { createSheet, EDGE, HEAD, LINE } from "../shared/saved_sheet.js";

/**
 * @typedef {ReturnType<typeof import("../face/face.js").createFace>} Face
 * @typedef {import("./maps_view.js").State} State
 * @typedef {ReturnType<typeof createSheet>} Sheet
 */

const COLUMN = 260; // px

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
  const sheet = createSheet(state.picture, { width: wide, height: high }, state.plan.kind, state.plan.runs.map(({ name }) => name));
  let left = EDGE;
  for (const [i, face] of faces.entries()) {
    await drawFace(sheet, face, [left, HEAD]);
    left += sizes[i].width;
  }
  const top = HEAD + Math.max(...sizes.map(({ height }) => height)) + EDGE;
  rows.forEach((row, i) => drawLegend(sheet, row, [EDGE + (i % columns) * COLUMN, top + LINE * Math.floor(i / columns)], theme));
  await sheet.handOut();
}

/** @param {Sheet} sheet @param {Face} face @param {[number, number]} place */
async function drawFace(sheet, face, [left, top]) {
  const { pen } = sheet;
  const { cells, lines, plot, box } = face.layers();
  pen.imageSmoothingEnabled = false;
  for (const layer of [cells, lines]) pen.drawImage(layer, left + box.left, top + box.top, box.width, box.height);
  await sheet.plot(plot, [left, top]);
}

/** @param {Sheet} sheet @param {Element} row of the legend @param {[number, number]} place @param {import("../../shared/theme.js").Theme} theme */
function drawLegend({ pen, write }, row, [left, top], theme) {
  const swatch = /** @type {HTMLElement|null} */ (row.querySelector("i"));
  const [name, ...numbers] = [...row.children].map((cell) => cell.textContent ?? "");
  if (swatch) {
    pen.fillStyle = getComputedStyle(swatch).backgroundColor;
    pen.fillRect(left, top + 3, 13, 13);
  }
  write(`${name}  ${numbers.filter((_, i) => i % 2 === 0).join(" | ")}`, [left + (swatch ? 20 : 0), top + 14], "13px", theme.ink);
}
