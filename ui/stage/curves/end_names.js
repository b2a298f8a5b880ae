// The runs' names where their curves end, off one another; at rest with what became of them where there is room.

import { valuesOf } from "./drawn_curve.js";
import { namesShown } from "../shared/names.js";

/**
 * @typedef {import("./drawn_curve.js").DrawnCurve} DrawnCurve
 * @typedef {import("../shared/plotly_internals.js").Frame} Frame
 * @typedef {{x: number, y: number}} Spot px in the frame
 */

const ROOMY = 420; // px: a plot as wide as that has room for verdicts
const [LEADING, BORDERS] = [1.3, 40]; // lines of type that a name is high; px of a plot over and under its frame
const [LETTER, MOST] = [0.52, 0.39]; // a letter's width as a share of the type; what names may take of a plot's width

/**
 * The heights of labels in a column, as near to what they belong to as may be without touching: those that would touch are one
 * block around their middle.
 * @param {number[]} wanted the middle of each, px
 * @param {number} height of one
 * @param {number} most the column's height
 * @returns {number[]}
 */
export function spread(wanted, height, most) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
  /** @type {Array<{members: number[], middle: number}>} */
  const blocks = [];
  const half = (/** @type {{members: number[]}} */ { members }) => (members.length * height) / 2;
  const within = (/** @type {{members: number[], middle: number}} */ block) => Math.min(Math.max(block.middle, half(block)), most - half(block));
  for (const i of order) {
    let block = { members: [i], middle: wanted[i] };
    block.middle = within(block);
    for (let last = blocks.at(-1); last && last.middle + half(last) > block.middle - half(block); last = blocks.at(-1)) {
      blocks.pop();
      const members = [...last.members, ...block.members];
      block = { members, middle: members.reduce((sum, one) => sum + wanted[one], 0) / members.length };
      block.middle = within(block);
    }
    blocks.push(block);
  }
  /** @type {number[]} */
  const found = [];
  for (const block of blocks) block.members.forEach((one, k) => (found[one] = block.middle - half(block) + (k + 0.5) * height));
  return found;
}

/**
 * Where a curve is seen last.
 * @param {Frame} frame
 * @param {ArrayLike<number>} values
 * @returns {Spot|null}
 */
function endOf({ x, y, width, height }, values) {
  for (let j = values.length - 1; j >= 0; j--) {
    const spot = { x: x.offset + x.scale * j, y: y.offset + y.scale * (y.log ? Math.log10(values[j]) : values[j]) };
    if (Number.isFinite(spot.y) && spot.y >= -1 && spot.y <= height + 1 && spot.x <= width + 1) return spot;
  }
  return null;
}

/**
 * What the names take beside the plot, px; nothing where there are none.
 * @param {DrawnCurve} drawn
 * @param {{width: number, height: number}} size
 * @param {number} type px
 */
export function roomForNames({ scene: { runs, shown } }, { width, height }, type) {
  if (shown.filter(Boolean).length * type * LEADING > height - BORDERS) return 0; // no room for all
  const letters = Math.max(0, ...runs.map((run, i) => (shown[i] ? Math.max(run.name.length, run.title.length) : 0)));
  return namesShown() ? Math.min(letters * LETTER * type + 10, MOST * width) : 0;
}

/**
 * A run's name as there is room for it: whole, else without what stands in brackets, else its first part, or its second one where
 * another run has the same first part; where even that has no room, the end is cut.
 * @param {string} name
 * @param {(text: string) => boolean} fits
 * @param {string[]} [all] the names of all runs
 */
export function shortened(name, fits, all = []) {
  const bareOf = (/** @type {string} */ whole) => whole.replace(/ \([^)]*\)/g, "");
  const firstOf = (/** @type {string} */ whole) => bareOf(whole).replace(/, .*$/s, "");
  const bare = bareOf(name);
  const first = firstOf(name);
  const alike = all.filter((one) => firstOf(one) === first).length > 1;
  const forms = [name, bare, alike ? bare.slice(first.length + 2) || bare : first];
  return forms.find(fits) ?? forms[2];
}

const pen = /** @type {CanvasRenderingContext2D|null} */ (globalThis.document?.createElement("canvas").getContext("2d"));

/** @param {string} text */
function verdict(text) {
  const part = document.createElement("span");
  part.className = "thw-end-verdict";
  part.textContent = text;
  return part;
}

/** @param {HTMLElement} veil the names lie beneath it */
export function createEndNames(veil) {
  /** @type {HTMLElement[]} */
  let labels = [];

  const clear = () => {
    for (const label of labels) label.remove();
    labels = [];
  };

  return {
    clear,
    /** @param {Frame} frame @param {DrawnCurve} drawn @param {number} type px @param {number} beside what is free beside the frame, px */
    show(frame, drawn, type, beside) {
      clear();
      if (!namesShown()) return;
      const line = Math.round(type * LEADING);
      const { runs, colors, shown } = drawn.scene;
      const ends = runs.flatMap((run, i) => {
        const spot = shown[i] ? endOf(frame, valuesOf(drawn, run)) : null;
        return spot ? [{ ...spot, i }] : [];
      });
      const told = frame.width >= ROOMY && 2 * ends.length * line <= frame.height; // the verdicts, too
      const height = told ? 2 * line : line;
      if (ends.length * height > frame.height + line) return; // no room for all
      if (pen) pen.font = `600 ${type}px ${drawn.scene.theme.font}`;
      const fits = (/** @type {string} */ text) => !pen || pen.measureText(text).width <= beside;
      const heights = spread(ends.map(({ y }) => y), height, Math.max(frame.height, ends.length * height));
      labels = ends.map(({ i }, k) => {
        const label = document.createElement("span");
        label.className = "thw-end";
        label.setAttribute("aria-hidden", "true"); // the strip says the same
        label.textContent = shortened(runs[i].name, fits, runs.map(({ name }) => name));
        if (told) label.append(document.createElement("br"), verdict(runs[i].title));
        label.style.cssText = `color:${colors[i]};left:${frame.width + 6}px;top:${heights[k]}px;max-width:${beside}px`;
        return label;
      });
      const box = document.createElement("div");
      box.className = "thw-ends-box";
      box.style.cssText = `left:${frame.left}px;top:${frame.top}px;width:${frame.width}px;height:${frame.height}px`;
      box.append(...labels);
      labels = [box];
      veil.before(box);
    },
  };
}
