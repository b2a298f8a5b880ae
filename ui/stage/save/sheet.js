// The sheet of a saved picture: plots, their title above, and below a line for each run and the marks, placed and written as SVG.

/**
 * @typedef {import("./told.js").Told} Told
 * @typedef {import("../shared/theme.js").Theme} Theme
 * @typedef {{x: number, y: number, width: number, height: number}} Box px
 * @typedef {Box & {svg?: string, image?: string}} Plot svg: its text; image: the address of its pixels
 * @typedef {{svg: string, text: string}} Mark svg: its sign, 14 px wide, in the current colour
 * @typedef {(text: string, size: number, weight: number) => number} Measure how wide a text is, in px
 * @typedef {{x: number, y: number, text: string, size: number, weight: number, color: string}} Words x, y: where their first line begins
 * @typedef {Object} Sheet
 * @property {number} width @property {number} height px
 * @property {Words[]} words
 * @property {Array<{x: number, y: number, color: string}>} discs the runs' colours
 * @property {Array<{x: number, y: number, svg: string}>} signs
 */

const EDGE = 16; // px around all
const HEAD = 46;
const LINE = 26;
const [TITLE, TEXT, SMALL] = [20, 15, 13]; // px
export const FONT = "Helvetica, Arial, sans-serif"; // the page's own does not travel with a picture
const COLUMN = 620; // px that a run's line needs: a wider sheet has more of them beside each other

/**
 * Where the words of a sheet stand.
 * @param {Told} told
 * @param {Mark[]} marks
 * @param {{width: number, plots: number}} size plots: how high they are
 * @param {Measure} measure
 * @param {Theme} theme
 * @returns {Sheet & {top: number}} top: where the plots begin
 */
export function sheetOf(told, marks, { width, plots }, measure, theme) {
  const room = width - 2 * EDGE;
  /** @type {Words[]} */
  const words = [];
  const step = told.step ? measure(told.step, TEXT, 400) + 20 : 0;
  words.push({ x: EDGE, y: EDGE + TITLE, text: fitted(told.title, room - step, TITLE, 650, measure), size: TITLE, weight: 650, color: theme.ink });
  if (told.step) words.push({ x: width - EDGE - step + 20, y: EDGE + TITLE, text: told.step, size: TEXT, weight: 400, color: theme.muted });
  const columns = Math.max(1, Math.min(told.runs.length, Math.floor(room / COLUMN)));
  const rows = Math.ceil(told.runs.length / columns);
  const below = HEAD + plots + 12;
  const discs = told.runs.map((run, i) => {
    const [x, y] = [EDGE + (room / columns) * Math.floor(i / rows), below + LINE * (i % rows) + LINE / 2];
    words.push(...runWords(run, { x: x + 22, y: y + 5, width: room / columns - 34 }, measure, theme));
    return { x: x + 7, y, color: run.color };
  });
  const signs = marksOf(marks, { x: EDGE, y: below + LINE * rows + (rows ? 6 : 0), room }, measure, theme);
  words.push(...signs.words);
  return { width, height: Math.ceil(signs.end + EDGE - 4), top: HEAD, words, discs, signs: signs.signs };
}

/**
 * A run's name, settings and verdict in one line.
 * @param {import("./told.js").RunLine} run
 * @param {{x: number, y: number, width: number}} place
 * @param {Measure} measure
 * @param {Theme} theme
 * @returns {Words[]}
 */
function runWords({ name, settings, verdict }, { x, y, width }, measure, theme) {
  const last = measure(verdict, TEXT, 600);
  const first = fitted(name, Math.max(60, width - last - 24), TEXT, 600, measure);
  const after = measure(first, TEXT, 600) + 10;
  const between = fitted(settings, width - after - last - 14, TEXT, 400, measure);
  const then = after + (between ? measure(between, TEXT, 400) + 14 : 4);
  const word = (/** @type {number} */ at, /** @type {string} */ text, /** @type {number} */ weight, /** @type {string} */ color) => ({ x: x + at, y, text, size: TEXT, weight, color });
  return [word(0, first, 600, theme.ink), ...(between ? [word(after, between, 400, theme.muted)] : []), word(then, verdict, 600, theme.ink)];
}

/**
 * The marks beside each other, in as many lines as they need.
 * @param {Mark[]} marks
 * @param {{x: number, y: number, room: number}} place
 * @param {Measure} measure
 * @param {Theme} theme
 */
function marksOf(marks, { x, y, room }, measure, theme) {
  let [left, line] = [0, 0];
  /** @type {Words[]} */
  const words = [];
  const signs = marks.map(({ svg, text }) => {
    const wide = 20 + measure(text, SMALL, 400) + 22;
    if (left && left + wide > room) [left, line] = [0, line + 1];
    const spot = { x: x + left, y: y + 22 * line };
    words.push({ x: spot.x + 20, y: spot.y + 12, text, size: SMALL, weight: 400, color: theme.muted });
    left += wide;
    return { ...spot, svg };
  });
  return { words, signs, end: y + (marks.length ? 22 * (line + 1) : 0) };
}

/**
 * As much of a text as there is room for; nothing where that is next to none.
 * @param {string} text
 * @param {number} room px
 * @param {number} size
 * @param {number} weight
 * @param {Measure} measure
 */
export function fitted(text, room, size, weight, measure) {
  if (measure(text, size, weight) <= room) return text;
  let end = text.length;
  while (end > 0 && measure(`${text.slice(0, end)}…`, size, weight) > room) end -= 1;
  return end > 2 ? `${text.slice(0, end).trimEnd()}…` : "";
}

/**
 * Where the plots of the whole stage stand: the map on the left, beside it the relief and below that the curves.
 * @param {number} width of the sheet, px
 * @param {(width: number) => number} mapHeight
 * @returns {{map: Box, relief: Box, curves: Box, height: number}} from the plots' top on
 */
export function stageBoxes(width, mapHeight) {
  const [room, gap] = [width - 2 * EDGE, 20];
  const left = Math.round((room - gap) * 0.56);
  const height = mapHeight(left);
  const right = room - gap - left;
  const upper = Math.round((height - gap) * 0.5);
  const x = EDGE + left + gap;
  return {
    map: { x: EDGE, y: 0, width: left, height },
    relief: { x, y: 0, width: right, height: upper },
    curves: { x, y: upper + gap, width: right, height: height - upper - gap },
    height,
  };
}

/** @param {string} text */
export const escaped = (text) => text.replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one] ?? one);

/**
 * The sheet as the text of an SVG.
 * @param {Sheet & {top: number}} sheet
 * @param {Plot[]} plots from the sheet's top on
 * @param {Theme} theme
 */
export function sheetText({ width, height, top, words, discs, signs }, plots, theme) {
  const parts = [
    ...plots.map(({ x, y, width: w, height: h, svg, image }) => (svg ? nested(svg, x, y + top, w, h) : `<image x="${x}" y="${y + top}" width="${w}" height="${h}" href="${escaped(image ?? "")}"/>`)),
    ...discs.map(({ x, y, color }) => `<circle cx="${x}" cy="${y}" r="6" fill="${escaped(color)}"/>`),
    ...signs.map(({ x, y, svg }) => `<g style="color:${escaped(theme.ink)}" transform="translate(${x} ${y})">${svg}</g>`),
    ...words.map(({ x, y, text, size, weight, color }) => `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${escaped(color)}">${escaped(text)}</text>`),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}"><rect width="${width}" height="${height}" fill="${escaped(theme.paper)}"/>${parts.join("")}</svg>`;
}

/**
 * A plot's SVG at its place in another one.
 * @param {string} svg
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function nested(svg, x, y, width, height) {
  const begin = svg.indexOf("<svg");
  return svg.slice(begin).replace(/^<svg/, `<svg x="${x}" y="${y}"`).replace(/^(<svg[^>]*?) width="[^"]*"/, `$1 width="${width}"`).replace(/^(<svg[^>]*?) height="[^"]*"/, `$1 height="${height}"`);
}
