// The shapes of the marks on a path: rings, squares, diamonds, balls, broken ends and arrowheads, cased in paper.

import { EXIT, MOVE } from "./outline.js";

/** @typedef {import("./outline.js").Trace} Trace */

const TURN = Math.PI * 2;

/**
 * @typedef {{pen: CanvasRenderingContext2D, color: string, paper: string}} Art
 * @typedef {{x: number, y: number, hidden: boolean}|null} Spot
 */

/**
 * Fill or outline the current shape in the run's colour, cased in paper.
 * @param {Art} art
 * @param {Spot} spot
 * @param {(pen: CanvasRenderingContext2D, x: number, y: number) => void} shape
 * @param {boolean} filled
 * @param {number} casing
 */
function cased(art, spot, shape, filled, casing) {
  if (!spot) return;
  const { pen } = art;
  pen.globalAlpha = spot.hidden ? 0.4 : 1;
  pen.lineJoin = "round";
  pen.lineCap = "round";
  pen.beginPath();
  shape(pen, spot.x, spot.y);
  pen.strokeStyle = art.paper;
  pen.lineWidth = filled ? casing : casing + 2;
  pen.stroke();
  if (filled) {
    pen.fillStyle = art.color;
    pen.fill();
  } else {
    pen.strokeStyle = art.color;
    pen.lineWidth = 2;
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

/**
 * @param {Art} art
 * @param {Spot} spot
 * @param {number} radius
 */
export const ring = (art, spot, radius) => cased(art, spot, (pen, x, y) => pen.arc(x, y, radius, 0, TURN), false, 2.5);

/**
 * @param {Art} art
 * @param {Spot} spot
 * @param {number} radius
 */
export const ball = (art, spot, radius) => cased(art, spot, (pen, x, y) => pen.arc(x, y, radius, 0, TURN), true, 0.75 * radius);

/**
 * Balls in one place as one, of which each has its part.
 * @param {Art} art
 * @param {Spot} spot
 * @param {string[]} colors
 * @param {number} radius of one alone
 */
export function shares(art, spot, colors, radius) {
  if (colors.length === 1 || !spot) return ball({ ...art, color: colors[0] }, spot, radius);
  const { pen } = art;
  const size = radius * 1.5;
  ball({ ...art, color: art.paper }, spot, size);
  pen.globalAlpha = spot.hidden ? 0.4 : 1;
  colors.forEach((color, i) => {
    pen.beginPath();
    pen.moveTo(spot.x, spot.y);
    pen.arc(spot.x, spot.y, size, TURN * (i / colors.length - 0.25), TURN * ((i + 1) / colors.length - 0.25));
    pen.closePath();
    pen.fillStyle = color;
    pen.fill();
    pen.strokeStyle = art.paper;
    pen.lineWidth = 1;
    pen.stroke();
  });
  pen.globalAlpha = 1;
  return undefined;
}

/**
 * A global minimum's star, small enough to stand on a ball.
 * @param {Art} art
 * @param {Spot} spot
 */
export const star = (art, spot) =>
  cased(art, spot, (pen, x, y) => {
    for (let i = 0; i < 10; i++) {
      const [far, angle] = [i % 2 ? 2.2 : 5, (TURN * i) / 10 - TURN / 4];
      pen[i ? "lineTo" : "moveTo"](x + far * Math.cos(angle), y + far * Math.sin(angle));
    }
    pen.closePath();
  }, true, 2);

/**
 * @param {Art} art
 * @param {Spot} spot
 */
export const endSquare = (art, spot) => cased(art, spot, (pen, x, y) => pen.rect(x - 3.5, y - 3.5, 7, 7), false, 2.5);

/**
 * @param {Art} art
 * @param {Spot} spot
 */
export const diamond = (art, spot) => cased(art, spot, diamondShape, true, 3.5);

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 */
function diamondShape(pen, x, y) {
  pen.moveTo(x, y - 6.5);
  pen.lineTo(x + 5.5, y);
  pen.lineTo(x, y + 6.5);
  pen.lineTo(x - 5.5, y);
  pen.closePath();
}

/**
 * @param {Art} art
 * @param {Spot} spot
 */
export const brokenEnd = (art, spot) =>
  cased(art, spot, (pen, x, y) => {
    pen.arc(x, y, 7, 0, TURN);
    pen.moveTo(x - 2.8, y - 2.8);
    pen.lineTo(x + 2.8, y + 2.8);
    pen.moveTo(x + 2.8, y - 2.8);
    pen.lineTo(x - 2.8, y + 2.8);
  }, false, 3);

/**
 * @param {Art} art
 * @param {Trace} trace
 * @param {number} vertex an exit
 */
export function arrowhead(art, trace, vertex) {
  let before = vertex - 1;
  const x = trace.x[vertex];
  const y = trace.y[vertex];
  while (before > 0 && !(trace.flags[before] & (MOVE | EXIT)) && Math.hypot(x - trace.x[before], y - trace.y[before]) < 4) before--;
  const angle = Math.atan2(y - trace.y[before], x - trace.x[before]);
  const at = (/** @type {number} */ along, /** @type {number} */ across) =>
    /** @type {[number, number]} */ ([
      x + along * Math.cos(angle) - across * Math.sin(angle),
      y + along * Math.sin(angle) + across * Math.cos(angle),
    ]);
  cased(art, { x, y, hidden: false }, (pen) => {
    pen.moveTo(...at(-1, 0));
    pen.lineTo(...at(-13, 6));
    pen.lineTo(...at(-10, 0));
    pen.lineTo(...at(-13, -6));
    pen.closePath();
  }, true, 3.5);
}
