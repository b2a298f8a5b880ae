// The lens in numbers: what the surface is like at the point, and which learning rates are stable there.

import { number } from "../shared/format.js";

/**
 * @typedef {import("./lens_shapes.js").LensAnswer} LensAnswer
 * @typedef {import("../flow/packet.js").Run} Run
 */

const EQUAL = 1e-6; // rates that differ by less are the same: they come in single precision

/** @param {HTMLElement} panel */
export function createLensPanel(panel) {
  return {
    /**
     * @param {LensAnswer|null} answer
     * @param {Run[]} runs
     * @param {string[]} colors
     * @param {number} step whose learning rates are compared
     */
    show(answer, runs, colors, step) {
      if (!answer) panel.replaceChildren(make("p", "thw-lens-wait", "Point at the map."));
      else panel.replaceChildren(placeOf(answer), curvatureOf(answer), limitsOf(answer, runs, colors, step));
    },
    /** @param {string} text */
    complain(text) {
      panel.replaceChildren(make("p", "thw-lens-wait", text));
    },
  };
}

/**
 * All of it in one sentence, for those who hear the page.
 * @param {LensAnswer} answer
 */
export function lensInWords(answer) {
  const [small, large] = answer.eigenvalues;
  const parts = [`x ${told(answer.point[0])}, y ${told(answer.point[1])}`, answer.title, `value ${told(answer.value)}`];
  if (large !== null) parts.push(`curvatures ${told(large)} and ${told(small)}`);
  if (answer.condition !== null) parts.push(`condition number ${told(answer.condition)}`);
  return parts.join(". ");
}

/** @param {LensAnswer} answer */
function placeOf(answer) {
  return column(
    answer.title,
    row("Point", `(${told(answer.point[0])}, ${told(answer.point[1])})`),
    row("Value", told(answer.value)),
    ...slopeOf(answer),
  );
}

/** @param {LensAnswer} answer */
function slopeOf({ gradient: [gx, gy], level }) {
  if (gx === null || gy === null) return [];
  if (level) return [row("Gradient", "0")];
  return [row("Gradient", `(${told(gx)}, ${told(gy)})`), row("Its length", told(Math.hypot(gx, gy)))];
}

/** @param {LensAnswer} answer */
function curvatureOf(answer) {
  const [small, large] = answer.eigenvalues;
  if (small === null || large === null) return column("Curvature", make("p", "", answer.curves));
  const along = (/** @type {0|1} */ i) => `${told(answer.eigenvalues[i])} along (${/** @type {number[]} */ (answer.vectors[i]).map(short).join(", ")})`;
  return column(
    answer.title === answer.curves ? "Curvature" : answer.curves,
    row("Largest", along(1)),
    row("Smallest", along(0)),
    row("Condition number", answer.condition === null ? "none" : told(answer.condition)),
  );
}

/**
 * @param {LensAnswer} answer
 * @param {Run[]} runs
 * @param {string[]} colors
 * @param {number} step
 */
function limitsOf(answer, runs, colors, step) {
  const steepest = answer.eigenvalues[1];
  const known = runs.map((run, i) => ({ run, color: colors[i] })).filter(({ run }) => run.limit !== null);
  const bowl = answer.best_rate !== null && answer.contraction !== null;
  const best = row("Best for gradient descent", bowl ? `${told(answer.best_rate)}, distance × ${told(answer.contraction)}` : "none");
  best.title = "The constant rate at which gradient descent comes nearer fastest here, and what a step leaves of the distance.";
  if (!known.length) return column("Learning rate here", make("p", "", "No run has a known limit."), best);
  const table = document.createElement("table");
  table.createTHead().append(cells("th", ["Learning rate here", "rate", "limit", "it is"]));
  const limits = known.map(({ run }) => (steepest === null ? NaN : curvesUp(answer) ? Number(run.limit) / steepest : Infinity));
  table.createTBody().append(...known.map(({ run, color }, i) => limitRow(run, color, limits[i], step)));
  const made = make("div", "thw-lens-column");
  made.append(table, best);
  return made;
}

/** @param {LensAnswer} answer */
const curvesUp = (answer) => ["BOWL", "SADDLE", "TROUGH"].includes(answer.shape);

/**
 * @param {Run} run
 * @param {string} color
 * @param {number} limit infinite where nothing curves up, NaN where the curvature is no number
 * @param {number} step
 */
function limitRow(run, color, limit, step) {
  const rates = run.series.rate;
  const rate = rates[Math.min(step, rates.length - 1)];
  const over = !Number.isFinite(limit) ? "" : Math.abs(rate / limit - 1) <= EQUAL ? "at it" : rate > limit ? "above" : "below";
  const made = cells("td", [run.name, told(rate), Number.isFinite(limit) ? told(limit) : Number.isNaN(limit) ? "–" : "none", over]);
  made.dataset.over = over;
  const dot = document.createElement("i");
  dot.style.background = color;
  made.firstElementChild?.prepend(dot);
  return made;
}

/**
 * @param {"th"|"td"} tag
 * @param {string[]} texts
 */
function cells(tag, texts) {
  const made = document.createElement("tr");
  for (const text of texts) made.append(make(tag, "", text));
  return made;
}

/** @param {number|null} value */
const told = (value) => number(value ?? NaN);

/** @param {number} value */
const short = (value) => number(Number(value.toFixed(2)));

/**
 * @param {string} title
 * @param {...HTMLElement} rows
 */
function column(title, ...rows) {
  const made = make("div", "thw-lens-column");
  made.append(make("strong", "", title), ...rows);
  return made;
}

/**
 * @param {string} label
 * @param {string} value
 */
function row(label, value) {
  const made = make("p", "thw-lens-row");
  made.append(make("span", "", label), make("b", "", value));
  return made;
}

/**
 * @param {string} tag
 * @param {string} name
 * @param {string} [text]
 */
function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}
