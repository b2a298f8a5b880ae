// How all runs end over one number, as Plotly draws it: training losses solid, held-out losses dashed, the lowest with a ring.

import { DASH, FAINT, valueAxis } from "./curve_figure.js";
import { rangeOf } from "./curve_axes.js";
import { count, number } from "../shared/format.js";
import { axisStyle, baseLayout, typeOf } from "../shared/plot_style.js";

/**
 * @typedef {import("./unseen_work.js").Study} Study
 * @typedef {import("../flow/packet.js").Curve} Curve
 * @typedef {import("../flow/packet.js").Packet} Packet
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {import("./curve_axes.js").Axes} Axes
 * @typedef {Pick<Study, "address"|"name">} Looked the number that is looked at
 * @typedef {Curve & {study?: Looked}} Choice a curve over the steps, or a comparison over a number
 *
 * @typedef {Object} DrawnStudy
 * @property {Scene} scene
 * @property {Study} study
 * @property {number} now the value of its number in the experiment that is shown
 * @property {boolean} logarithmic whether losses are on a logarithmic scale
 * @property {boolean} stale whether it is of the experiment before, and faint
 */

const [ABOVE, LEFT, LARGE_LEFT, BESIDE] = [22, 50, 58, 18]; // px around the plot
const TICK = 40; // px that a label below needs
const DECADES = 2; // an axis over more than these has its marks at powers of ten
const [PAD, FAR] = [0.04, 0.35]; // of the values' span: room at both ends; how far off the value now may be and still be on the axis
const ROOM = 0.12; // of the losses' span: for what is said of the value now, above the lines
const NOUNS = /** @type {Record<string, (value: string) => string>} */ ({ l2: (value) => `a penalty of ${value}`, degree: (value) => `degree ${value}`, samples: (value) => `${value} points` });

const keyOf = (/** @type {string} */ address) => address.split(".").at(-1) ?? address;

/** As it stands within a sentence: "L2 penalty", "degree". @param {string} name */
const within = (name) => (/^[A-Z][a-z]/.test(name) ? name[0].toLowerCase() + name.slice(1) : name);

/**
 * What may be chosen after the curves.
 * @param {Pick<Packet, "curves"|"studies">} packet
 * @returns {Choice[]}
 */
export function studyChoices({ curves, studies }) {
  const loss = curves.find(({ beside }) => beside);
  if (!loss) return [];
  return studies.map((study) => ({ ...loss, key: `against-${keyOf(study.address)}`, name: `Against ${within(study.name)}`, short: `Against ${within(study.name.split(" ")[0])}`, want: null, study }));
}

/** @param {Looked} study */
export const studyCaption = ({ name }) => `Loss at the end against ${within(name)}`;

/** A value in words. @param {Looked} study @param {number} value */
const written = ({ address }, value) => (address === "l2" ? number(value) : count(value));

/** In units of the axis. @param {Pick<Study, "log">} study @param {number} value */
const onAxis = ({ log }, value) => (log ? Math.log10(value) : value);

/**
 * The axes that fit the runs that are shown; the value now is on the axis unless it is far off.
 * @param {DrawnStudy} drawn
 * @returns {Axes & {empty: boolean}} empty: there was no loss to fit them to
 */
export function studyAxes({ scene, study, now, logarithmic }) {
  const series = study.runs.flatMap(({ train, heldout }, i) => (scene.shown[i] ? [train, heldout] : []));
  const found = rangeOf(series.map((losses) => Float64Array.of(NaN, ...losses.map((one) => one ?? NaN))), logarithmic); // no first loss: all are in sight
  const places = study.values.map((value) => onAxis(study, value));
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const [span, here] = [high - low || 1, onAxis(study, now)];
  const near = here >= low - FAR * span && here <= high + FAR * span;
  const [from, to] = near ? [Math.min(low, here), Math.max(high, here)] : [low, high];
  const [bottom, top] = found ?? (logarithmic ? [-1, 1] : [0, 1]);
  return { x: [from - PAD * span, to + PAD * span], y: [bottom, top + ROOM * (top - bottom)], empty: !found };
}

/**
 * @param {DrawnStudy} drawn
 * @param {Axes} axes
 * @param {import("../shared/plot_style.js").Size} size
 */
export function studyLayout(drawn, { x, y }, size) {
  const { scene: { theme }, study, logarithmic } = drawn;
  const left = size.large ? LARGE_LEFT : LEFT;
  return {
    ...baseLayout(theme, size),
    ...nowMark(drawn, x),
    meta: { across: study.name }, // what a saved picture calls the axis
    margin: { l: left, r: BESIDE, t: ABOVE, b: typeOf(size) + 12, pad: 0 },
    dragmode: false,
    xaxis: {
      ...axisStyle(theme, size), type: study.log ? "log" : "linear", range: x, fixedrange: true, tickangle: 0, showgrid: false, ticks: "outside", ticklen: 3, showline: true,
      ...studyTicks(study, x, size.width - left - BESIDE),
    },
    yaxis: valueAxis(theme, size, y, logarithmic, 1),
  };
}

/**
 * Tick marks at the values themselves, or at powers of ten; as many as have room.
 * @param {Study} study
 * @param {[number, number]} range
 * @param {number} width px
 */
export function studyTicks(study, [from, to], width) {
  const powers = study.log && to - from > DECADES ? Array.from({ length: Math.floor(to) - Math.ceil(from) + 1 }, (_, k) => 10 ** (Math.ceil(from) + k)) : study.values;
  const every = Math.max(1, Math.ceil((powers.length * TICK) / width));
  const tickvals = powers.filter((_, k) => k % every === 0);
  return { tickvals, ticktext: tickvals.map((value) => written(study, value)) };
}

/** A line at the value now; where that is not on the axis, its side and the value. @param {DrawnStudy} drawn @param {[number, number]} range */
function nowMark({ study, now, scene: { theme } }, [from, to]) {
  const here = onAxis(study, now);
  const label = { xref: "x", yref: "paper", y: 1, yanchor: "top", showarrow: false, bgcolor: theme.paper, borderpad: 1, font: { color: theme.muted, size: 12, family: theme.font } };
  if (here < from || here > to) {
    const below = here < from;
    return { shapes: [], annotations: [{ ...label, x: below ? from : to, xanchor: below ? "left" : "right", text: below ? `← now: ${written(study, now)}` : `now: ${written(study, now)} →` }] };
  }
  const onRight = here > (from + to) / 2;
  return {
    shapes: [{ type: "line", xref: "x", yref: "paper", x0: now, x1: now, y0: 0, y1: 1, line: { color: theme.muted, width: 1.5, dash: "dot" }, layer: "below" }],
    annotations: [{ ...label, x: here, xanchor: onRight ? "right" : "left", xshift: onRight ? -3 : 3, text: "now" }],
  };
}

/** @param {DrawnStudy} drawn */
export function studyTraces({ scene, study, logarithmic, stale }) {
  const { theme } = scene;
  const plotted = (/** @type {Array<number|null>} */ losses) => losses.map((loss) => (loss !== null && (!logarithmic || loss > 0) ? loss : null));
  const common = { type: "scatter", mode: "lines+markers", hoverinfo: "skip", connectgaps: false, cliponaxis: false, x: study.values, opacity: stale ? FAINT : 1 };
  const seen = study.runs.flatMap((ends, i) => (scene.shown[i] && scene.runs[i] ? [{ ends, name: scene.runs[i].name, color: scene.colors[i] }] : []));
  const dashed = seen.map(({ ends, name, color }) => ({
    ...common, y: plotted(ends.heldout), name: `${name}, held out`, line: { color, width: 1.5, dash: `${DASH[0]}px,${DASH[1]}px` }, marker: { symbol: "circle", size: 6, color: theme.paper, line: { color, width: 1.5 } },
  }));
  const solid = seen.map(({ ends, name, color }) => ({ ...common, y: plotted(ends.train), name, line: { color, width: 1.75 }, marker: { symbol: "circle", size: 4, color } }));
  const rings = seen.flatMap(({ ends, color }) => {
    const place = lowestOf(ends.heldout);
    return place < 0 ? [] : [{ at: study.values[place], loss: ends.heldout[place], color }];
  });
  const ring = { ...common, mode: "markers", name: "lowest held out", x: rings.map(({ at }) => at), y: rings.map(({ loss }) => loss), marker: { symbol: "circle-open", size: 14, color: rings.map(({ color }) => color), line: { width: 2 } } };
  return [...dashed, ...solid, ...(rings.length ? [ring] : [])];
}

/** The place of the lowest loss, the first of several; −1 where there is none. @param {Array<number|null>} losses */
export function lowestOf(losses) {
  let best = -1;
  losses.forEach((loss, k) => {
    if (loss !== null && (best < 0 || loss < Number(losses[best]))) best = k;
  });
  return best;
}

/** The place of the value that is nearest on the axis. @param {Pick<Study, "log"|"values">} study @param {number} at in units of the axis */
export function nearestOf(study, at) {
  const away = study.values.map((value) => Math.abs(onAxis(study, value) - at));
  return away.indexOf(Math.min(...away));
}

/** What is said under the pointer: both losses of every run that is shown, at one value. @param {DrawnStudy} drawn @param {number} place */
export function studyTable({ scene, study }, place) {
  const told = (/** @type {number|null} */ loss) => (loss === null ? "–" : number(loss));
  const rows = scene.runs.flatMap(({ name }, i) => {
    const ends = study.runs[i];
    return scene.shown[i] && ends ? [{ color: scene.colors[i], name, values: [told(ends.train[place]), told(ends.heldout[place])] }] : [];
  });
  return { title: `${study.name} ${written(study, study.values[place])}`, heads: ["Training", "Held out"], rows };
}

/** Where the held-out loss of each run is lowest, in a sentence. @param {Pick<DrawnStudy, "scene"|"study">} drawn */
export function studySpoken({ scene, study }) {
  const noun = NOUNS[keyOf(study.address)] ?? ((value) => `${within(study.name)} ${value}`);
  /** @type {Map<string, string[]>} the runs by where */
  const places = new Map();
  scene.runs.forEach(({ name }, i) => {
    const place = scene.shown[i] && study.runs[i] ? lowestOf(study.runs[i].heldout) : -1;
    if (place < 0) return;
    const where = noun(written(study, study.values[place]));
    places.set(where, [...(places.get(where) ?? []), name]);
  });
  const all = [...places].map(([where, names]) => `at ${where} for ${names.join(" and ")}`);
  return all.length ? `Held-out loss is lowest ${all.join(", ")}.` : "No run has a held-out loss.";
}
