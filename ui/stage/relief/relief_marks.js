// The surface's minima on the relief, in the map's own symbols: on a canvas, since marks in the 3D scene sink into the ground.

import { landmarks } from "../flow/surface.js";

/**
 * @typedef {import("../paths/ends.js").Box} Box
 * @typedef {import("../paths/ends.js").Place} Place
 * @typedef {import("../flow/surface.js").Surface} Surface
 * @typedef {import("../shared/theme.js").Theme} Theme
 * @typedef {(pen: CanvasRenderingContext2D, x: number, y: number, size: number) => void} Shape
 */

const CROWD = 40; // from here on marks are smaller
const SIZE = 7; // px, half a star
const HIDDEN = 0.3; // how opaque a mark behind a hill is
const CURVE_HIDDEN = 0.6; // a curve's: a valley's floor is seldom in sight
const LIFT = 0.03; // of all heights: a curve lies above the ground, which is drawn too coarsely to hold it
const TURN = Math.PI * 2;

/** @type {Record<string, {shape: Shape, filled: boolean}>} by Plotly's name */
const SHAPES = {
  star: {
    filled: true,
    shape(pen, x, y, size) {
      for (let i = 0; i < 10; i++) {
        const [radius, angle] = [i % 2 ? size * 0.45 : size, (TURN * i) / 10 - TURN / 4];
        pen.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
      }
    },
  },
  circle: { filled: true, shape: (pen, x, y, size) => pen.arc(x, y, size * 0.57, 0, TURN) },
  "triangle-down-open": {
    filled: false,
    shape(pen, x, y, size) {
      for (const [dx, dy] of [[-0.6, -0.5], [0.6, -0.5], [0, 0.6]]) pen.lineTo(x + dx * size, y + dy * size);
    },
  },
};

/**
 * @param {HTMLElement} host
 */
export function createReliefMarks(host) {
  const canvas = document.createElement("canvas");
  canvas.className = "thw-canvas thw-relief-marks";
  canvas.setAttribute("aria-hidden", "true");
  host.append(canvas);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let drawn = 0;

  return {
    /**
     * @param {Box} box
     * @param {Surface} surface
     * @param {Theme} theme
     * @param {Place} place
     */
    draw(box, surface, theme, place) {
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      canvas.width = Math.round(box.width * ratio);
      canvas.height = Math.round(box.height * ratio);
      canvas.style.cssText = `left:${box.left}px;top:${box.top}px;width:${box.width}px;height:${box.height}px`;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawn = 0;
      for (const { symbol, width, points } of landmarks(surface)) {
        if (symbol === "line-solid") {
          follow(pen, points.map(([x, y]) => (Number.isFinite(x) ? place(x, y, LIFT) : null)), width, theme);
          drawn += 1;
        }
        const kind = SHAPES[symbol];
        if (!kind) continue; // saddles and maxima would crowd it
        for (const [x, y] of points) {
          const spot = place(x, y);
          if (!spot) continue;
          paint(pen, kind, spot, points.length > CROWD ? SIZE * 0.6 : SIZE, theme);
          drawn += 1;
        }
      }
    },
    /** How many are drawn. */
    get count() {
      return drawn;
    },
  };
}

/**
 * A curve, ink between edges of paper; it is fainter behind a hill, and broken where there is no spot.
 * @param {CanvasRenderingContext2D} pen
 * @param {Array<{x: number, y: number, hidden?: boolean}|null>} spots
 * @param {number} width
 * @param {Theme} theme
 */
function follow(pen, spots, width, theme) {
  pen.lineJoin = pen.lineCap = "round";
  for (const [color, broad] of /** @type {Array<[string, number]>} */ ([[theme.paper, width + 2.5], [theme.ink, width]])) {
    pen.strokeStyle = color;
    pen.lineWidth = broad;
    for (const behind of [true, false]) {
      pen.globalAlpha = behind ? CURVE_HIDDEN : 1;
      pen.beginPath();
      for (let i = 1; i < spots.length; i++) {
        const [from, to] = [spots[i - 1], spots[i]];
        if (!from || !to || Boolean(from.hidden && to.hidden) !== behind) continue;
        pen.moveTo(from.x, from.y);
        pen.lineTo(to.x, to.y);
      }
      pen.stroke();
    }
  }
  pen.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {{shape: Shape, filled: boolean}} kind
 * @param {{x: number, y: number, hidden?: boolean}} spot
 * @param {number} size
 * @param {Theme} theme
 */
function paint(pen, { shape, filled }, { x, y, hidden }, size, theme) {
  pen.globalAlpha = hidden ? HIDDEN : 1;
  pen.beginPath();
  shape(pen, x, y, size);
  pen.closePath();
  pen.lineJoin = "round";
  pen.strokeStyle = theme.paper;
  pen.lineWidth = filled ? 2.5 : 4;
  pen.stroke();
  pen.fillStyle = pen.strokeStyle = theme.ink;
  pen.lineWidth = 1.75;
  if (filled) pen.fill();
  else pen.stroke();
  pen.globalAlpha = 1;
}
