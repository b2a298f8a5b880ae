// What is said of all runs over one number: at one value, each at its best, and how wide the good ranges are.

import { nearestOf, onAxis, outcomeAt, shownOf, written } from "./line_figure.js";
import { count, number } from "../../shared/format.js";

/**
 * @typedef {import("./line_figure.js").DrawnLine} DrawnLine
 * @typedef {import("./line_work.js").Line} Line
 * @typedef {import("./line_work.js").LineRun} LineRun
 * @typedef {{place: number, name: string, color: string, value: number|null, isSet: boolean, cells: string[], why: string}} TableRow value: the best, null where there is none; isSet: whether that is what is set
 */

export const HEADS = ["Best", "Loss there", "Outcome", "Steps", "Good range", "Limit now"];
const NONE = "–";
const SAME = 1e-9; // of a value: what is set is the same after a link

/** As it stands within a sentence: "learning rate", "L2 penalty". @param {string} name */
const within = (name) => (/^[A-Z][a-z]/.test(name) ? name[0].toLowerCase() + name.slice(1) : name);

/** An outcome as people read it. @param {Line} line @param {LineRun} run @param {number} k */
const titleAt = (line, run, k) => line.titles[outcomeAt(line, run, k)] ?? (run.code[k] === null ? NONE : "Not judged");

/** @param {LineRun} run @param {number} k */
const lossAt = ({ loss, code }, k) => {
  const value = loss[k];
  return value !== null ? number(value) : code[k] === null ? NONE : "not finite";
};

/** @param {number|null|undefined} steps */
const stepsAt = (steps) => (steps === null || steps === undefined ? NONE : count(steps));

/**
 * How wide a good range is; one that goes on beyond the axis says so.
 * @param {Line} line
 * @param {LineRun} run
 * @returns {string} "0.01 to 0.08 (0.9 decades)"
 */
export function rangeWords(line, { good }) {
  if (!good) return NONE;
  const [low, high] = good.map((k) => line.values[k]);
  const [first, last] = [good[0] === 0, good[1] === line.values.length - 1];
  if (good[0] === good[1] && !first && !last) return `${written(line, low)} alone`;
  const ends = `${first ? "≤ " : ""}${written(line, low)} to ${last ? "≥ " : ""}${written(line, high)}`;
  if (line.scale !== "log") return ends;
  const width = widthOf(line, good);
  return `${ends} (${first || last ? "≥ " : ""}${width} decade${width === "1" ? "" : "s"})`;
}

/** In units of the axis. @param {Line} line @param {[number, number]} good */
function widthOf(line, [from, to]) {
  const width = onAxis(line, line.values[to]) - onAxis(line, line.values[from]);
  return number(width < 0.1 ? width : Number(width.toFixed(1)), width < 0.1 ? 1 : 2);
}

/** Each run at its best. @param {DrawnLine} drawn @param {string[]} whys by place: why a run has none @returns {TableRow[]} */
export function tableRows({ line, scene }, whys) {
  return line.runs.flatMap((run) => {
    const { place, best, limit, now } = run;
    if (!scene.runs[place]) return [];
    const value = best === null ? null : line.values[best];
    const told = best === null ? [NONE, NONE, NONE, NONE] : [written(line, line.values[best]), lossAt(run, best), titleAt(line, run, best), stepsAt(run.steps[best])];
    const isSet = value !== null && now !== null && Math.abs(value - now) <= SAME * Math.abs(value);
    return [{ place, name: scene.runs[place].name, color: scene.colors[place], value, isSet, cells: [...told, rangeWords(line, run), limit === null ? NONE : written(line, limit)], why: run.why || whys[place] || "" }];
  });
}

/** What is said under the pointer: every run that is shown, at one value. @param {DrawnLine} drawn @param {number} k */
export function lineTable(drawn, k) {
  const { line, scene } = drawn;
  const rows = shownOf(drawn).map((i) => {
    const run = line.runs[i];
    return { color: scene.colors[run.place], name: scene.runs[run.place].name, values: [lossAt(run, k), titleAt(line, run, k), stepsAt(run.steps[k])] };
  });
  return { title: `${line.name} ${written(line, line.values[k])}`, heads: ["Final loss", "Outcome", "Steps"], rows };
}

/** One run at one value, for ears. @param {DrawnLine} drawn @param {number} run its place in the comparison @param {number} k */
export function spokenAt({ line, scene }, run, k) {
  const ends = line.runs[run];
  const steps = ends.steps[k] === null || ends.steps[k] === undefined ? "" : `, ${count(Number(ends.steps[k]))} steps`;
  return `${scene.runs[ends.place].name} at ${within(line.name)} ${written(line, line.values[k])}: final loss ${lossAt(ends, k)}, ${titleAt(line, ends, k)}${steps}`;
}

/** The comparison in a sentence or two: each at its best, and whose good range is widest. @param {DrawnLine} drawn */
export function lineSpoken(drawn) {
  const { line, scene } = drawn;
  const name = (/** @type {LineRun} */ { place }) => scene.runs[place].name;
  const found = shownOf(drawn).map((i) => line.runs[i]).filter(({ best }) => best !== null);
  if (!found.length) return `No run has a value of the ${within(line.name)} at which it is not lost.`;
  const bests = found.map((run) => `${name(run)} ends at ${lossAt(run, Number(run.best))} with ${written(line, line.values[Number(run.best)])}`);
  const ranges = found.flatMap((run) => (run.good && run.good[1] > run.good[0] ? [{ run, width: onAxis(line, line.values[run.good[1]]) - onAxis(line, line.values[run.good[0]]) }] : []));
  const widest = ranges.sort((a, b) => b.width - a.width)[0];
  const told = widest && found.length > 1 ? ` The widest good range is that of ${name(widest.run)}: ${rangeWords(line, widest.run)}.` : "";
  return `Each at its best ${within(line.name)}: ${bests.join("; ")}.${told}`;
}

/** What the height says. @param {DrawnLine} drawn @param {import("./line_figure.js").Heights} heights */
export function captionOf({ color, line, scene }, { base }) {
  const after = line.address === "steps" ? "" : ` after ${count(scene.steps)} steps`;
  if (color === "steps") return "Steps until it has settled";
  return base === 0 ? `Loss${after}` : `Loss above the lowest known${after}`;
}

/** The places of the values at which a key of the keyboard leads on. @param {Line} line @param {number} k @param {string} key @param {boolean} far */
export function nextPlace(line, k, key, far) {
  const step = far ? 10 : 1;
  const to = { ArrowLeft: k - step, ArrowRight: k + step, Home: 0, End: line.values.length - 1 }[key];
  return to === undefined ? null : Math.min(Math.max(to, 0), line.values.length - 1);
}

/** Where the keyboard begins: at a run's best, else at what is set. @param {Line} line @param {number} run its place in the comparison */
export function firstPlace(line, run) {
  const { best, now } = line.runs[run];
  return best ?? (now === null ? 0 : Math.max(0, nearestOf(line, onAxis(line, now))));
}
