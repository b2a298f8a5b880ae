// A map as a picture to keep: cells, axes and marks as they stand, twice as large as on the screen, what it is of above, its scale and legend below.

import { createSheet, EDGE, HEAD, LINE } from "../shared/saved_sheet.js";
import { measuring } from "../../save/drawing.js";

/**
 * @typedef {ReturnType<typeof import("../face/face.js").createFace>} Face
 * @typedef {import("./maps_view.js").State} State
 * @typedef {ReturnType<typeof createSheet>} Sheet
 * @typedef {import("../../shared/theme.js").Theme} Theme
 * @typedef {{text: string, color: string}} Line of the legend; color: empty where it has none
 */

const [SIGN, GAP] = [20, 24]; // px of an entry's colour; between two columns
const [ABOVE, BELOW] = [8, 50]; // px of a map's picture: what is beyond is empty, but for its marks and the name of its axis
const TITLE = 22; // px of a run's name above its map
const BAR = { width: 220, height: 10 }; // px of the scale

/**
 * @param {Face[]} faces
 * @param {State|null} state
 * @param {HTMLElement} panel whose legend is taken along
 */
export async function saveMaps(faces, state, panel) {
  if (!state || !faces.length) return;
  const { theme } = state.picture.scene;
  const names = state.plan.runs.map(({ name }) => name);
  const [classes, success] = [classesIn(panel), successIn(panel)];
  const scale = /** @type {HTMLElement} */ (panel.querySelector(".thw-maps-scale"));
  const sizes = faces.map((face) => ({ width: face.layers().plot.clientWidth, high: face.layers().box.height }));
  const wide = 2 * EDGE + sizes.reduce((sum, { width }) => sum + width, 0);
  const column = Math.max(0, ...classes.map(({ text }) => measuring()(text, 13, 400))) + SIGN + GAP;
  const columns = Math.max(1, Math.floor((wide - 2 * EDGE) / column));
  const first = HEAD + ABOVE + (faces.length > 1 ? TITLE : 0); // the maps' upper edge
  const below = first + Math.max(...sizes.map(({ high }) => high)) + BELOW;
  const bars = scale.hidden ? 0 : 2 * LINE + 8 + LINE * Math.max(0, scale.querySelectorAll("em").length - 1);
  const last = below + bars + LINE * Math.ceil(classes.length / columns);
  const sheet = createSheet(state.picture, { width: wide, height: last + (success ? LINE : 0) + EDGE }, state.plan.kind, names);
  let left = EDGE;
  for (const [i, face] of faces.entries()) {
    const { box } = face.layers();
    if (faces.length > 1) sheet.write(names[i], [left + box.left, first - 8], "600 13px", theme.ink);
    await drawFace(sheet, face, [left, first - box.top]);
    left += sizes[i].width;
  }
  if (bars) drawScale(sheet, scale, [EDGE, below], theme);
  classes.forEach((line, i) => drawLine(sheet, line, [EDGE + (i % columns) * column, below + bars + LINE * Math.floor(i / columns)], theme));
  sheet.write(success, [EDGE, last + 14], "13px", theme.ink);
  await sheet.handOut();
}

/** What a cell of the legend says. @param {Element} cell */
const said = (cell) => (cell.querySelector("button")?.getAttribute("aria-label") ?? cell.textContent ?? "").trim();

/** A line for each class. @param {HTMLElement} panel @returns {Line[]} */
function classesIn(panel) {
  return [...panel.querySelectorAll(".thw-maps-facts tbody tr")].map((row) => {
    const [name, ...numbers] = [...row.children].map(said);
    const swatch = row.querySelector("i");
    return { text: `${name}  ${numbers.filter((_, i) => i % 2 === 0).join(" | ")}`, color: swatch ? getComputedStyle(swatch).backgroundColor : "" };
  });
}

/** How often a start succeeds; empty where that is not known. @param {HTMLElement} panel */
function successIn(panel) {
  const shares = [...panel.querySelectorAll(".thw-maps-facts tfoot tr")].filter(({ children }) => children.length > 1).map(({ lastElementChild: share }) => share && said(share));
  const of = panel.querySelector(".thw-maps-facts tfoot th");
  return of && shares.length ? `${said(of)}  ${shares.join(" | ")}` : "";
}

/** @param {Sheet} sheet @param {Face} face @param {[number, number]} place of its plot */
async function drawFace(sheet, face, [left, top]) {
  const { pen } = sheet;
  const { cells, lines, plot, box } = face.layers();
  pen.imageSmoothingEnabled = false;
  for (const layer of [cells, lines]) pen.drawImage(layer, left + box.left, top + box.top, box.width, box.height);
  await sheet.plot(plot, [left, top]);
}

/** What lightness or fullness tells. @param {Sheet} sheet @param {HTMLElement} scale @param {[number, number]} place @param {Theme} theme */
function drawScale({ pen, write }, scale, [left, top], theme) {
  const [named, bar] = [scale.querySelector("span"), scale.querySelector("i")].map((part) => /** @type {HTMLElement} */ (part));
  write(named.textContent ?? "", [left, top + 12], "13px", theme.muted);
  const colors = getComputedStyle(bar).backgroundImage.match(/rgba?\([^)]*\)/g) ?? [];
  const ramp = pen.createLinearGradient(left, 0, left + BAR.width, 0);
  colors.forEach((color, i) => ramp.addColorStop(i / Math.max(1, colors.length - 1), color));
  pen.fillStyle = ramp;
  pen.fillRect(left, top + LINE - 2, BAR.width, BAR.height);
  const [names, numbers] = ["em", "b"].map((tag) => [...scale.querySelectorAll(tag)].map(({ textContent }) => textContent ?? ""));
  const measure = measuring();
  numbers.forEach((text, i) => {
    const across = ((i % 3) / 2) * (BAR.width - measure(text, 13, 400));
    write(text, [left + across, top + 2 * LINE + LINE * Math.floor(i / 3)], "13px", theme.ink);
  });
  names.forEach((name, i) => write(name, [left + BAR.width + 14, top + 2 * LINE + LINE * i], "13px", theme.muted));
}

/** @param {Sheet} sheet @param {Line} line @param {[number, number]} place @param {Theme} theme */
function drawLine({ pen, write }, { text, color }, [left, top], theme) {
  if (color) {
    pen.fillStyle = color;
    pen.fillRect(left, top + 3, 13, 13);
  }
  write(text, [left + (color ? SIGN : 0), top + 14], "13px", theme.ink);
}
