// Draws the marks over the lines of all runs on a canvas: hundreds of dots, which as elements of the page would be slow.

import { spread } from "./line_marks.js";
import { apart, placesAround } from "../../paths/labels.js";

/**
 * @typedef {import("./line_marks.js").Marks} Marks
 * @typedef {import("./line_marks.js").Dot} Dot
 * @typedef {import("../../shared/theme.js").Theme} Theme
 * @typedef {import("../../paths/labels.js").Rectangle} Rectangle
 * @typedef {{x: number, y: number|null}} Focus the value that is pointed at, and the run there
 *
 * @typedef {Object} Sheet
 * @property {CanvasRenderingContext2D} pen
 * @property {Theme} theme
 * @property {number} width px
 * @property {number} height px
 * @property {number} type px
 * @property {string} lost what stands beside the line of lost values
 */

const TURN = Math.PI * 2;
const FAINT = 0.3;
const [RING, BAR, TICK] = [7, 4.5, 5]; // px: a best's radius; a good range's height; how large the mark of what is set is
const DASH = [5, 4]; // px of a limit
const NEAR = [2, 4, 5, 0, 1, 3, 10, 12, 13, 6, 7]; // places around a ring where its label is looked for, first above: beside it are other dots, and farther off it would be anyone's
const NARROW = 480; // px: there labels are the values alone

/**
 * @param {Sheet} sheet
 * @param {Marks} marks
 * @param {{stale: boolean, focus: Focus|null}} now
 */
export function paint(sheet, marks, { stale, focus }) {
  const { pen, width, height } = sheet;
  pen.clearRect(0, 0, width, height);
  pen.globalAlpha = stale ? FAINT : 1;
  bands(sheet, marks);
  for (const limit of marks.limits) stroke(pen, limit.edge, 1.5, DASH, [[limit.x, marks.box.lane - 2], [limit.x, marks.box.bottom]]);
  limitLabels(sheet, marks);
  if (focus) stroke(pen, sheet.theme.muted, 1, [], [[focus.x, marks.box.lane], [focus.x, marks.box.rows]]);
  for (const dot of marks.dots) circle(pen, dot.x, dot.y, dot.radius, dot.fill ?? sheet.theme.paper, dot.edge, dot.radius < 2.5 ? 0.75 : 1.25);
  for (const { x, y, edge } of marks.bests) {
    circle(pen, x, y, RING, "", sheet.theme.paper, 4);
    circle(pen, x, y, RING, "", edge, 2);
  }
  for (const row of marks.rows) range(sheet, row, marks.box);
  if (focus && focus.y !== null) circle(pen, focus.x, focus.y, RING + 2, "", sheet.theme.ink, 2);
  bestLabels(sheet, marks);
  pen.globalAlpha = 1;
}

/** The ground of the lost values and of the good ranges, and what they are called. @param {Sheet} sheet @param {Marks} marks */
function bands({ pen, theme, lost, type }, { box, rows }) {
  const high = box.top - box.lane; // none where nothing is lost
  pen.fillStyle = theme.faint;
  if (high) pen.fillRect(box.left, box.lane, box.right - box.left, high - 2);
  stroke(pen, theme.grid, 1, [], [[box.left, box.bottom + 0.5], [box.right, box.bottom + 0.5]]);
  for (const { y } of rows) stroke(pen, theme.grid, 1, [], [[box.left, y], [box.right, y]]);
  pen.fillStyle = theme.muted;
  pen.font = `${type}px ${theme.font}`;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  if (high) pen.fillText(lost, box.left - 6, (box.lane + box.top) / 2 - 1);
  if (rows.length) pen.fillText("good", box.left - 6, (box.bottom + box.rows) / 2);
  pen.textAlign = "left";
}

/** The limits' values, as many as have room. @param {Sheet} sheet @param {Marks} marks */
function limitLabels({ pen, theme, type }, { limits, box }) {
  pen.font = `${type}px ${theme.font}`;
  pen.textBaseline = "alphabetic";
  const sorted = [...limits].sort((a, b) => a.x - b.x);
  const lefts = spread(sorted.map(({ x, text }) => ({ x, wide: pen.measureText(text).width + 12 })), box);
  sorted.forEach(({ edge, text }, i) => {
    const left = lefts[i];
    if (left === null) return;
    circle(pen, left + 4, box.lane - 9, 3.5, edge, edge, 1);
    pen.fillStyle = theme.ink;
    pen.fillText(text, left + 11, box.lane - 5);
  });
}

/** A run's good range, its best in it, and a tick at what is set. @param {Sheet} sheet @param {import("./line_marks.js").Row} row @param {Marks["box"]} box */
function range({ pen, theme }, { from, to, y, edge, best, now, off }, box) {
  if (Number.isFinite(from)) {
    const [left, right] = [Math.max(from, box.left), Math.min(to, box.right)];
    pen.fillStyle = edge;
    pen.beginPath();
    pen.roundRect(left, y - BAR / 2, Math.max(2, right - left), BAR, BAR / 2);
    pen.fill();
  }
  if (best !== null) circle(pen, best, y, 3, theme.paper, edge, 2);
  if (now === null) return;
  pen.beginPath();
  if (off) {
    pen.moveTo(now, y);
    pen.lineTo(now - off * TICK, y - TICK);
    pen.lineTo(now - off * TICK, y + TICK);
  } else {
    pen.moveTo(now, y + 1);
    pen.lineTo(now - TICK + 1, y - TICK);
    pen.lineTo(now + TICK - 1, y - TICK);
  }
  pen.closePath();
  pen.fillStyle = theme.ink;
  pen.strokeStyle = theme.paper;
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.fill();
}

/** The bests' values, close to their rings, those that have room there. @param {Sheet} sheet @param {Marks} marks */
function bestLabels({ pen, theme, type, width }, { bests, box }) {
  pen.font = `600 ${type}px ${theme.font}`;
  pen.textBaseline = "middle";
  const high = type + 8;
  /** @type {Rectangle[]} */
  const taken = bests.map(({ x, y }) => [x - RING, y - RING, 2 * RING, 2 * RING]);
  const free = (/** @type {Rectangle} */ one) => one[0] >= box.left && one[1] >= box.lane && one[0] + one[2] <= width - 2 && one[1] + one[3] <= box.bottom && taken.every((other) => apart(one, other));
  for (const { x, y, edge, text } of bests) {
    const told = width < NARROW ? text.replace("best ", "") : text;
    const places = placesAround(x, y, pen.measureText(told).width + 22, high, RING);
    const place = NEAR.map((nth) => places[nth]).find(free);
    if (!place) continue;
    taken.push(place);
    const [left, top, wide] = place;
    pen.fillStyle = theme.paper;
    pen.strokeStyle = theme.grid;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.roundRect(left, top, wide, high, 6);
    pen.fill();
    pen.stroke();
    circle(pen, left + 9, top + high / 2, 3.5, edge, edge, 1);
    pen.fillStyle = theme.ink;
    pen.fillText(told, left + 16, top + high / 2 + 0.5);
  }
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius @param {string} fill none: empty @param {string} edge @param {number} width */
function circle(pen, x, y, radius, fill, edge, width) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, TURN);
  if (fill) {
    pen.fillStyle = fill;
    pen.fill();
  }
  pen.strokeStyle = edge;
  pen.lineWidth = width;
  pen.stroke();
}

/** @param {CanvasRenderingContext2D} pen @param {string} color @param {number} width @param {number[]} dash @param {Array<[number, number]>} points */
function stroke(pen, color, width, dash, points) {
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
  pen.setLineDash([]);
}
