// The lines of paths on a canvas: a casing of paper, the colour of the run, and dots where the iterates lie apart.

import { COVERED, MOVE, positionAt, vertexBefore } from "./outline.js";

/** @typedef {import("./outline.js").Trace} Trace */

export const LINE = 2.25; // px
const CASING = 5.25;
const DOT_SPACING = 7;
const DOTS = 200; // first steps of a run; beyond that they are noise
const PIECES = 32; // segments a stroke
const TURN = Math.PI * 2;

/**
 * Add the part of a path between two steps, as a coloured line with its casing beneath everything drawn so far.
 * @param {CanvasRenderingContext2D} pen
 * @param {Trace} trace
 * @param {string} color
 * @param {string} paper
 * @param {number} from
 * @param {number} to
 */
export function extend(pen, trace, color, paper, from, to) {
  inkPath(pen, trace, from, to, 1, { color, width: LINE * 0.8, alpha: 0.3 });
  if (!inkPath(pen, trace, from, to, 0, { color, width: LINE, alpha: 1 })) return;
  dots(pen, trace, color, from, to);
  pen.globalCompositeOperation = "destination-over";
  inkPath(pen, trace, from, to, 0, { color: paper, width: CASING, alpha: 1 });
  pen.globalCompositeOperation = "source-over";
}

/**
 * Stroke the path between two steps; only the vertices in sight (0) or behind the relief (1).
 * In short pieces: one long stroke that crosses itself thousands of times takes seconds to rasterize.
 * @param {CanvasRenderingContext2D} pen
 * @param {Trace} trace
 * @param {number} from
 * @param {number} to
 * @param {0|1} hidden
 * @param {{color: string, width: number, alpha: number}} style
 * @returns {boolean} whether anything was drawn
 */
export function inkPath(pen, trace, from, to, hidden, style) {
  pen.lineJoin = "round";
  pen.lineCap = "round";
  pen.lineWidth = style.width;
  pen.strokeStyle = style.color;
  pen.globalAlpha = style.alpha;
  const end = Math.min(to, trace.last);
  let i = vertexBefore(trace, from);
  let [x, y] = i >= 0 ? between(trace, i, from) : [NaN, NaN];
  let pieces = 0;
  let any = false;
  const flush = () => {
    if (pieces) pen.stroke();
    pieces = 0;
  };
  for (i += 1; i < trace.count; i++) {
    const lifts = trace.flags[i] & (MOVE | COVERED);
    if (trace.step[i] > end && (trace.flags[i] & MOVE || trace.step[i - 1] >= end)) break;
    const [nextX, nextY] = trace.step[i] > end ? between(trace, i - 1, end) : [trace.x[i], trace.y[i]];
    if (lifts || trace.hidden[i] !== hidden) {
      flush();
    } else {
      if (!pieces) {
        pen.beginPath();
        pen.moveTo(x, y);
      }
      pen.lineTo(nextX, nextY);
      any = true;
      pieces += 1;
      if (pieces >= PIECES) flush();
    }
    [x, y] = [nextX, nextY];
  }
  flush();
  pen.globalAlpha = 1;
  return any;
}

/**
 * The point on the segment after a vertex.
 * @param {Trace} trace
 * @param {number} i
 * @param {number} time
 * @returns {[number, number]}
 */
function between(trace, i, time) {
  if (i + 1 >= trace.count || trace.flags[i + 1] & MOVE) return [trace.x[i], trace.y[i]];
  const t = Math.max(0, Math.min(1, (time - trace.step[i]) / (trace.step[i + 1] - trace.step[i])));
  return [trace.x[i] + t * (trace.x[i + 1] - trace.x[i]), trace.y[i] + t * (trace.y[i + 1] - trace.y[i])];
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Trace} trace
 * @param {string} color
 * @param {number} from
 * @param {number} to
 */
function dots(pen, trace, color, from, to) {
  pen.fillStyle = color;
  const end = Math.min(Math.floor(to), trace.last, DOTS);
  for (let j = Math.max(1, Math.ceil(from)); j <= end; j++) {
    const x = trace.iterateX[j];
    const y = trace.iterateY[j];
    if (!(Math.hypot(x - trace.iterateX[j - 1], y - trace.iterateY[j - 1]) > DOT_SPACING) || positionAt(trace, j)?.hidden) continue;
    pen.beginPath();
    pen.arc(x, y, 2.3, 0, TURN);
    pen.fill();
  }
}
