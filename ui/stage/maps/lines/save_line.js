// The comparison over one number as a picture to keep: lines, dots and marks as they stand, whose colours and what they mean below.

import { createSheet, EDGE, HEAD, LINE } from "../shared/saved_sheet.js";

const GAP = 18; // px between two entries below

/**
 * @param {import("../../flow/picture.js").Picture} picture
 * @param {{plot: HTMLElement, canvas: HTMLCanvasElement, key: HTMLElement, runs: Array<{name: string, color: string}>}} layers from below; key: what its colours mean
 */
export async function saveLine(picture, { plot, canvas, key, runs }) {
  const { theme } = picture.scene;
  const [wide, high] = [plot.clientWidth, plot.clientHeight];
  const meanings = [...key.querySelectorAll("li")].map((item) => ({ name: item.textContent ?? "", color: getComputedStyle(item.querySelector(".thw-line-dot") ?? key).backgroundColor, dot: item.querySelector(".thw-line-dot") !== null }));
  const entries = [...runs.map((run) => ({ ...run, dot: false })), ...meanings.filter(({ dot }) => dot)];
  const columns = Math.max(1, Math.floor(wide / (Math.max(...entries.map(({ name }) => name.length)) * 7 + 20 + GAP)));
  const sheet = createSheet(picture, { width: wide + 2 * EDGE, height: HEAD + high + LINE * Math.ceil(entries.length / columns) + 2 * EDGE }, "line", runs.map(({ name }) => name));
  await sheet.plot(plot, [EDGE, HEAD]);
  sheet.pen.drawImage(canvas, EDGE, HEAD, wide, high);
  entries.forEach(({ name, color, dot }, i) => {
    const [left, top] = [EDGE + ((i % columns) * wide) / columns, HEAD + high + EDGE + LINE * Math.floor(i / columns)];
    sheet.pen.fillStyle = color;
    sheet.pen.beginPath();
    if (dot) sheet.pen.arc(left + 6, top + 9, 5, 0, 2 * Math.PI);
    else sheet.pen.rect(left, top + 7.5, 13, 3);
    sheet.pen.fill();
    sheet.write(name, [left + 20, top + 14], "13px", theme.ink);
  });
  await sheet.handOut();
}
