// The step that is shown, over the curves: a line, a veil over what is still to come, and a dot on each curve. Moving it redraws nothing.

import { valuesOf } from "./drawn_curve.js";

/**
 * @typedef {import("./drawn_curve.js").DrawnCurve} DrawnCurve
 * @typedef {import("../shared/plotly_internals.js").Frame} Frame
 */

/** @param {{cursor: HTMLElement, veil: HTMLElement}} parts */
export function createCursor({ cursor, veil }) {
  /** @type {HTMLElement[]} */
  let dots = [];

  return {
    /**
     * Take a plot's frame and the runs' colours.
     * @param {Frame} frame
     * @param {string[]} colors one a run
     */
    dress(frame, colors) {
      const box = `top:${frame.top}px;height:${frame.height}px;left:${frame.left}px;`;
      cursor.style.cssText = box;
      veil.style.cssText = `${box}width:${frame.width + 1}px`;
      while (dots.length < colors.length) {
        const dot = document.createElement("i");
        dot.className = "thw-dot";
        cursor.after(dot);
        dots.push(dot);
      }
      for (const dot of dots.splice(colors.length)) dot.remove();
      dots.forEach((dot, i) => (dot.style.background = colors[i]));
    },
    /**
     * @param {Frame} frame
     * @param {DrawnCurve} drawn
     * @param {number} time
     */
    move(frame, drawn, time) {
      const at = placeOf(frame, time);
      cursor.style.transform = `translateX(${at}px)`;
      veil.style.clipPath = `inset(0 0 0 ${at}px)`;
      dots.forEach((dot, i) => placeDot(dot, i, frame, drawn, time));
    },
  };
}

/** @param {Frame} frame @param {number} time */
const placeOf = (frame, time) => Math.max(0, Math.min(frame.width, frame.x.offset + frame.x.scale * time));

/**
 * @param {HTMLElement} dot
 * @param {number} i
 * @param {Frame} frame
 * @param {DrawnCurve} drawn
 * @param {number} time
 */
function placeDot(dot, i, frame, drawn, time) {
  const { runs, shown } = drawn.scene;
  const at = placeOf(frame, Math.min(time, runs[i].steps));
  const y = frame.y.offset + frame.y.scale * valueAt(valuesOf(drawn, runs[i]), time, frame.y.log);
  const seen = shown[i] && y >= -1 && y <= frame.height + 1;
  dot.style.visibility = seen ? "visible" : "hidden";
  if (seen) dot.style.transform = `translate(${frame.left + at}px, ${frame.top + y}px)`;
}

/**
 * The value under the cursor, in axis units; NaN where there is none.
 * @param {import("../flow/packet.js").Series} values
 * @param {number} time
 * @param {boolean} logarithmic
 */
export function valueAt(values, time, logarithmic) {
  const j = Math.min(Math.floor(time), values.length - 1);
  const scale = (/** @type {number} */ value) => (logarithmic ? (value > 0 ? Math.log10(value) : NaN) : value);
  const here = scale(values[j]);
  const next = scale(values[Math.min(j + 1, values.length - 1)]);
  const mixed = here + (time - j) * (next - here);
  return time > j && j + 1 < values.length && Number.isFinite(mixed) ? mixed : here;
}
