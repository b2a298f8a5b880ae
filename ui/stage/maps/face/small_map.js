// A small contour map beside a map over two numbers: there the run of the cell under the pointer is drawn.

import { drawPath } from "./face_ink.js";
import { drawLines } from "./ground_lines.js";
import { frameOf } from "./views.js";
import { aspectOf } from "../../flow/room.js";
import { landmarks } from "../../flow/surface.js";
import { addCanvas, fitCanvas } from "../../paths/canvases.js";

/**
 * @typedef {import("../../flow/picture.js").Picture} Picture
 * @typedef {import("./hovered.js").Path} Path
 */

const EDGE = 6; // px

/** @param {HTMLElement} host */
export function createSmallMap(host) {
  const pen = /** @type {CanvasRenderingContext2D} */ (addCanvas(host, "maps-small-canvas").getContext("2d"));
  const words = Object.assign(document.createElement("p"), { textContent: "Point at a cell: its run is drawn here." });
  host.append(words);
  /** @type {Picture|null} */
  let picture = null;
  /** @type {Map<number, Path>} by the place of the run */
  const paths = new Map();

  function draw() {
    const [across, down] = [host.clientWidth - 2 * EDGE, host.clientHeight - 2 * EDGE];
    if (!picture || host.hidden || across < 20 || down < 20) return;
    const { packet: { view }, surface, scene: { theme, colors } } = picture;
    const aspect = aspectOf(view);
    const [width, height] = [Math.min(across, down * aspect), Math.min(down, across / aspect)];
    const box = { left: EDGE + (across - width) / 2, top: EDGE + (down - height) / 2, width, height };
    fitCanvas(pen, { ...box, ratio: Math.min(2, window.devicePixelRatio || 1) }, 0);
    const frame = frameOf(view, box, [false, false]);
    pen.fillStyle = theme.faint;
    pen.fillRect(0, 0, width, height);
    drawLines(pen, frame, surface, theme.dark ? "rgba(228, 235, 240, 0.3)" : "rgba(20, 32, 40, 0.3)");
    pen.fillStyle = theme.ink;
    for (const [x, y] of landmarks(surface).filter(({ symbol }) => symbol === "star").flatMap(({ points }) => points)) {
      pen.fillRect(frame.x.offset + frame.x.scale * x - 2, frame.y.offset + frame.y.scale * y - 2, 4, 4);
    }
    for (const [place, path] of paths) drawPath(pen, frame, path, colors[place] ?? theme.ink, theme);
  }

  return {
    /** @param {Picture} next @param {boolean} seen whether this map has one */
    show(next, seen) {
      if (next.surface !== picture?.surface) paths.clear();
      picture = next;
      host.hidden = !seen;
      words.hidden = paths.size > 0;
      draw();
    },
    /** @param {number} place of the run @param {Path} path */
    put(place, path) {
      paths.set(place, path);
      words.hidden = true;
      draw();
    },
    draw,
  };
}
