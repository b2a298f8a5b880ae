// The comparison over one number as a picture to keep: lines, dots and marks as they stand, whose colours and what they mean below.

import { createSheet, EDGE, HEAD, LINE } from "../shared/saved_sheet.js";
import { FONT } from "../../save/sheet.js";

const GAP = 18; // px between two entries below
const SIGN = 26; // px of an entry's sign
const SCALE = 2; // marks are drawn as fine as the sheet
const KIND = /thw-line-(\w+)/;

/**
 * @typedef {{name: string, color: string, kind: string}} Entry kind: of the sign before it
 *
 * @param {import("../../flow/picture.js").Picture} picture
 * @param {{plot: HTMLElement, paint: (pen: CanvasRenderingContext2D, font: string) => void, key: HTMLElement, runs: Array<{name: string, color: string}>, caption: string}} layers from below; key: what its colours and marks mean
 */
export async function saveLine(picture, { plot, paint, key, runs, caption }) {
  const { theme } = picture.scene;
  const [wide, high] = [plot.clientWidth, plot.clientHeight];
  const entries = [...runs.map((run) => ({ ...run, kind: "run" })), ...[...key.querySelectorAll("li")].map((item) => entryOf(item, theme.ink))];
  const columns = Math.max(1, Math.floor(wide / (Math.max(...entries.map(({ name }) => name.length)) * 7 + SIGN + GAP)));
  const told = caption.charAt(0).toLowerCase() + caption.slice(1);
  const sheet = createSheet(picture, { width: wide + 2 * EDGE, height: HEAD + high + LINE * Math.ceil(entries.length / columns) + 2 * EDGE }, "line", runs.map(({ name }) => name), told);
  await sheet.plot(plot, [EDGE, HEAD]);
  const marks = Object.assign(document.createElement("canvas"), { width: SCALE * wide, height: SCALE * high });
  const pen = /** @type {CanvasRenderingContext2D} */ (marks.getContext("2d"));
  pen.scale(SCALE, SCALE);
  paint(pen, FONT);
  sheet.pen.drawImage(marks, EDGE, HEAD, wide, high);
  entries.forEach(({ name, color, kind }, i) => {
    const [left, top] = [EDGE + ((i % columns) * wide) / columns, HEAD + high + EDGE + LINE * Math.floor(i / columns)];
    drawSign(sheet.pen, kind, color, [left + 8, top + 9]);
    sheet.write(name, [left + SIGN, top + 14], "13px", theme.ink);
  });
  await sheet.handOut();
}

/** @param {HTMLLIElement} item of the key @param {string} ink @returns {Entry} */
function entryOf(item, ink) {
  const sign = item.querySelector("i");
  const kind = KIND.exec(sign?.className ?? "")?.[1] ?? "";
  return { name: item.textContent ?? "", color: sign && kind === "dot" ? getComputedStyle(sign).backgroundColor : ink, kind };
}

/** @param {CanvasRenderingContext2D} pen @param {string} kind @param {string} color @param {[number, number]} middle */
function drawSign(pen, kind, color, [x, y]) {
  Object.assign(pen, { fillStyle: color, strokeStyle: color, lineWidth: 2 });
  pen.beginPath();
  if (kind === "dot" || kind === "best") pen.arc(x, y, 4.5, 0, 2 * Math.PI);
  else if (kind === "run") pen.rect(x - 8, y - 1.5, 16, 3);
  else if (kind === "good") pen.rect(x - 8, y - 2.5, 16, 5);
  else if (kind === "limit") for (const at of [-7, -1, 5]) pen.rect(x - 1, y + at, 2, 4);
  else [[-5, -4], [5, -4], [0, 4]].forEach(([across, down]) => pen.lineTo(x + across, y + down));
  if (kind === "best") pen.stroke();
  else pen.fill();
}
