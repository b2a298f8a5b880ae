// The step that is shown, over the curves: a line, a veil over what is still to come, and a dot on each curve, hollow on what is dashed. Moving it redraws nothing.

import { besideOf, valuesOf } from "./drawn_curve.js";

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
     * @param {boolean} doubled whether something is drawn with the curve of each
     */
    dress(frame, colors, doubled) {
      const box = `top:${frame.top}px;height:${frame.height}px;left:${frame.left}px;`;
      cursor.style.cssText = box;
      veil.style.cssText = `${box}width:${frame.width + 1}px`;
      const all = colors.length * (doubled ? 2 : 1);
      while (dots.length < all) {
        const dot = document.createElement("i");
        dot.className = "thw-dot";
        cursor.after(dot);
        dots.push(dot);
      }
      for (const dot of dots.splice(all)) dot.remove();
      dots.forEach((dot, i) => {
        const color = colors[i % colors.length];
        dot.style.background = i < colors.length ? color : "";
        dot.style.setProperty("--thw-run", color);
        dot.classList.toggle("thw-hollow", i >= colors.length);
      });
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
 * @param {number} i the run's, or as many later where what is drawn with its curve has a dot, too
 * @param {Frame} frame
 * @param {DrawnCurve} drawn
 * @param {number} time
 */
function placeDot(dot, i, frame, drawn, time) {
  const { runs, shown } = drawn.scene;
  const [place, run] = [i % runs.length, runs[i % runs.length]];
  const at = placeOf(frame, Math.min(time, run.steps));
  const values = i < runs.length ? valuesOf(drawn, run) : besideOf(drawn, run);
  const y = values ? frame.y.offset + frame.y.scale * valueAt(values, time, frame.y.log) : NaN;
  const seen = shown[place] && y >= -1 && y <= frame.height + 1;
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
