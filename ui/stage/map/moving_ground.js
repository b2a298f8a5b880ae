// The map's ground while a hand moves it: colours, contour lines and known minima on a canvas, over Plotly's and under the paths.

import { addCanvas, fitCanvas } from "../paths/canvases.js";
import { levelsOf, linesAt } from "./contours.js";

/**
 * @typedef {import("../flow/packet.js").MovingGround} MovingGround
 * @typedef {import("../flow/picture.js").Picture} Picture
 * @typedef {import("../shared/plotly_internals.js").Frame} Frame
 */

const SHADES = 256;
const [STAR, DISC] = [7.5, 4.5]; // px: radii of a global minimum's and of another's mark
const TURN = Math.PI * 2;

/** @type {Map<string, Uint8ClampedArray>} */
const ramps = new Map();

/**
 * A colour scale in so many shades, each red, green and blue.
 * @param {Array<[number, string]>} scale
 */
function rampOf(scale) {
  const key = JSON.stringify(scale);
  const known = ramps.get(key);
  if (known) return known;
  const pen = /** @type {CanvasRenderingContext2D} */ (Object.assign(document.createElement("canvas"), { width: SHADES, height: 1 }).getContext("2d"));
  const gradient = pen.createLinearGradient(0, 0, SHADES, 0);
  for (const [at, color] of scale) gradient.addColorStop(at, color);
  pen.fillStyle = gradient;
  pen.fillRect(0, 0, SHADES, 1);
  const made = pen.getImageData(0, 0, SHADES, 1).data;
  ramps.set(key, made);
  return made;
}

/** @param {HTMLElement} panel the map's */
export function createMovingGround(panel) {
  const canvas = addCanvas(panel, "ground");
  canvas.hidden = true;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const cells = document.createElement("canvas");
  const cellPen = /** @type {CanvasRenderingContext2D} */ (cells.getContext("2d"));
  let laid = "";
  /** @type {MovingGround|null} */
  let now = null;

  /** @param {MovingGround} ground @param {Array<[number, string]>} scale */
  function paintCells({ side, low, high, heights }, scale) {
    if (cells.width !== side) cells.width = cells.height = side;
    const ramp = rampOf(scale);
    const image = cellPen.createImageData(side, side);
    const span = high - low || 1;
    for (let row = 0, at = 0; row < side; row++) {
      for (let column = 0, from = (side - 1 - row) * side; column < side; column++, at += 4) {
        const height = heights?.[from + column] ?? NaN;
        const shade = 4 * Math.round((SHADES - 1) * Math.max(0, Math.min(1, (height - low) / span)));
        for (let k = 0; k < 3; k++) image.data[at + k] = ramp[shade + k];
        image.data[at + 3] = Number.isFinite(height) ? 255 : 0;
      }
    }
    cellPen.putImageData(image, 0, 0);
  }

  /** @param {Array<[number, number]>|null} places @param {Frame} frame @param {import("../shared/theme.js").Theme} theme @param {(x: number, y: number) => void} shape */
  function mark(places, { x, y }, theme, shape) {
    for (const place of places ?? []) {
      pen.beginPath();
      shape(x.offset + x.scale * place[0], y.offset + y.scale * place[1]);
      pen.strokeStyle = theme.paper;
      pen.lineWidth = 2.5;
      pen.lineJoin = "round";
      pen.stroke();
      pen.fillStyle = theme.ink;
      pen.fill();
    }
  }

  const star = (/** @type {number} */ x, /** @type {number} */ y) => {
    for (let i = 0; i < 10; i++) {
      const [far, angle] = [i % 2 ? STAR * 0.42 : STAR, (TURN * i) / 10 - TURN / 4];
      pen[i ? "lineTo" : "moveTo"](x + far * Math.cos(angle), y + far * Math.sin(angle));
    }
    pen.closePath();
  };

  return {
    /** The one that is drawn, if one is. */
    get shown() {
      return now;
    },
    clear() {
      now = null;
      canvas.hidden = true;
    },
    /** @param {Frame} frame @param {Picture} picture whose packet has a ground */
    draw(frame, { packet: { ground }, surface, scene: { theme } }) {
      now = ground ?? null;
      if (!ground?.heights) return;
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const place = JSON.stringify([frame.left, frame.top, frame.width, frame.height, ratio]);
      if (place !== laid) fitCanvas(pen, { ...frame, ratio }, 0);
      laid = place;
      canvas.hidden = false;
      paintCells(ground, surface.colorscale[theme.dark ? "dark" : "light"]);
      const { x, y } = frame;
      const [[x0, x1], [y0, y1]] = ground.view;
      const [left, right] = [x.offset + x.scale * x0, x.offset + x.scale * x1];
      const [bottom, top] = [y.offset + y.scale * y0, y.offset + y.scale * y1];
      pen.fillStyle = theme.faint;
      pen.fillRect(0, 0, frame.width, frame.height);
      pen.imageSmoothingEnabled = true;
      pen.imageSmoothingQuality = "low"; // between cells: a better one takes eight times as long, and looks the same
      const last = ground.side - 1; // a cell's colour is its middle's: half a cell on each side lies beyond the window
      pen.drawImage(cells, 0.5, 0.5, last, last, left, top, right - left, bottom - top);
      const across = (right - left) / last;
      const up = (top - bottom) / last;
      pen.strokeStyle = theme.contour;
      pen.lineWidth = 0.9;
      pen.beginPath();
      linesAt(ground.heights, ground.side, levelsOf(ground, surface.map.data[0]), (fromX, fromY, toX, toY) => {
        pen.moveTo(left + fromX * across, bottom + fromY * up);
        pen.lineTo(left + toX * across, bottom + toY * up);
      });
      pen.stroke();
      mark(ground.others, frame, theme, (px, py) => pen.arc(px, py, DISC, 0, TURN));
      mark(ground.minima, frame, theme, star);
    },
  };
}
