// A curve as Plotly draws it: a line a run, the band of its members, the edge of stability, and marks where something happened.

import { bandTraces } from "./bands.js";
import { bandOf, besideOf, bestBeside, hasEdge, valuesOf } from "./drawn_curve.js";
import { markedEvents, SYMBOLS } from "./rate_events.js";
import { bandLabels, bandTraces as edgeTraces } from "./stability_band.js";
import { linearTicks } from "./units.js";
import { number } from "../shared/format.js";
import { roomForNames } from "./end_names.js";
import { axisStyle, baseLayout, typeOf } from "../shared/plot_style.js";

/**
 * @typedef {import("./curve_axes.js").Axes} Axes
 * @typedef {import("./drawn_curve.js").DrawnCurve} DrawnCurve
 */

export const FAINT = 0.35; // how opaque a pinned curve is
const [ABOVE, BESIDE] = [22, 18]; // px over the plot and beside it
export const DASH = [5, 3]; // px: of what is held out
const COLUMNS = 700; // a line is thinned to the lowest and highest of this many stretches

const NARROW = 300; // px: there is room for few steps beneath the curves

/**
 * @param {DrawnCurve} drawn
 * @param {Axes} axes
 * @param {import("../shared/plot_style.js").Size} size
 */
export function curveLayout(drawn, { x, y: range }, size) {
  const { scene, logarithmic, unit } = drawn;
  const { theme } = scene;
  const { height } = size;
  return {
    ...baseLayout(theme, size),
    annotations: hasEdge(drawn) ? bandLabels(scene, range, logarithmic, height - ABOVE - 24) : [],
    margin: { l: size.large ? 58 : 50, r: Math.max(BESIDE, roomForNames(drawn, size, typeOf(size))), t: ABOVE, b: typeOf(size) + 12, pad: 0 },
    dragmode: false,
    xaxis: { ...axisStyle(theme, size), range: x, fixedrange: true, nticks: size.width < NARROW ? 4 : 7, tickangle: 0, tickformat: ",d", showgrid: false, ticks: "outside", ticklen: 3, showline: true },
    yaxis: valueAxis(theme, size, range, logarithmic, unit),
  };
}

/**
 * The axis of the values.
 * @param {import("../shared/theme.js").Theme} theme
 * @param {import("../shared/plot_style.js").Size} size
 * @param {[number, number]} range
 * @param {boolean} logarithmic
 * @param {number} unit
 */
export function valueAxis(theme, size, range, logarithmic, unit) {
  const small = size.height < 170;
  const count = small ? 4 : 6;
  return {
    ...axisStyle(theme, size), fixedrange: true, type: logarithmic ? "log" : "linear", range, showgrid: true,
    ...(logarithmic ? decades(range, small, unit) : (linearTicks(range, count, unit) ?? { nticks: count, exponentformat: "e", minexponent: 4, tickformat: undefined })),
  };
}

/**
 * @param {DrawnCurve} drawn
 * @param {Axes} axes
 * @param {DrawnCurve|null} [pinned] the same curve of a picture that is pinned
 */
export function curveTraces(drawn, { y: range }, pinned = null) {
  const { scene, logarithmic } = drawn;
  const lines = scene.runs.map((run, i) => ({
    type: "scatter", ...withMode(thin(valuesOf(drawn, run), logarithmic)), visible: scene.shown[i], hoverinfo: "skip",
    line: { color: scene.colors[i], width: bandOf(drawn, run) ? 1 : 1.75 }, marker: { color: scene.colors[i], size: 5 }, opacity: bandOf(drawn, run) ? 0.45 : 1, connectgaps: false, name: run.name,
  }));
  const bands = scene.runs.flatMap((run, i) => {
    const band = bandOf(drawn, run);
    return run.many && band && scene.shown[i] ? [bandTraces(run.many, band, scene.colors[i], range, logarithmic)] : [];
  });
  const edge = hasEdge(drawn) ? edgeTraces(scene, range, logarithmic, thin) : [];
  const beside = besideTraces(drawn, 1);
  return [...(pinned ? ghostsOf(pinned) : []), ...edge, ...bands.map(({ area }) => area), ...beside, ...lines, ...bands.map(({ line }) => line), ...bestTraces(drawn), eventTrace(drawn), convergedTrace(drawn)];
}

/**
 * What is drawn with the curve, dashed, of the runs that are shown.
 * @param {DrawnCurve} drawn
 * @param {number} opacity
 */
const besideTraces = (drawn, opacity) =>
  drawn.scene.runs.flatMap((run, i) => {
    const values = drawn.scene.shown[i] ? besideOf(drawn, run) : null;
    const line = { color: drawn.scene.colors[i], width: 1.5, dash: `${DASH[0]}px,${DASH[1]}px` };
    return values ? [{ type: "scatter", ...withMode(thin(values, drawn.logarithmic)), hoverinfo: "skip", opacity, line, connectgaps: false, name: `${run.name}, held out` }] : [];
  });

/** Where that was lowest: a ring in the run's colour. @param {DrawnCurve} drawn */
function bestTraces(drawn) {
  const { runs, shown, colors, theme } = drawn.scene;
  const spots = runs.flatMap((run, i) => {
    const values = shown[i] ? besideOf(drawn, run) : null;
    const step = values && bestBeside(run, values);
    return values && step !== null && Number.isFinite(values[step]) ? [{ step, value: values[step], color: colors[i] }] : [];
  });
  if (!spots.length) return [];
  return [{
    type: "scatter", mode: "markers", hoverinfo: "skip", cliponaxis: false, name: "lowest held out", x: spots.map(({ step }) => step), y: spots.map(({ value }) => value),
    marker: { symbol: "circle", size: 8, color: theme.paper, line: { color: spots.map(({ color }) => color), width: 2 } },
  }];
}

/** The lines of a pinned picture, faint. @param {DrawnCurve} pinned */
const ghostsOf = (pinned) => [
  ...besideTraces(pinned, FAINT),
  ...pinned.scene.runs.flatMap((run, i) =>
    pinned.scene.shown[i]
      ? [{ type: "scatter", ...withMode(thin(valuesOf(pinned, run), pinned.logarithmic)), hoverinfo: "skip", opacity: FAINT, line: { color: pinned.scene.colors[i], width: 1.75 }, connectgaps: false, name: `${run.name}, pinned` }]
      : [],
  ),
];

/** Where runs converged. @param {DrawnCurve} drawn */
function convergedTrace(drawn) {
  const { runs, shown, colors, theme } = drawn.scene;
  const reached = runs.map((run, i) => ({ run, i })).filter(({ run, i }) => run.reached !== null && shown[i]);
  const values = reached.map(({ run }) => valuesOf(drawn, run)[Math.min(/** @type {number} */ (run.reached), valuesOf(drawn, run).length - 1)]);
  return {
    type: "scatter", mode: "markers", hoverinfo: "skip", cliponaxis: false,
    x: reached.map(({ run }) => run.reached), y: values.map((value) => (Number.isFinite(value) ? value : null)),
    marker: { symbol: "diamond", size: 9, color: reached.map(({ i }) => colors[i]), line: { color: theme.paper, width: 1.5 } },
  };
}

/** Where the losses changed the rate. @param {DrawnCurve} drawn */
function eventTrace(drawn) {
  const { runs, shown, colors, steps, theme } = drawn.scene;
  const spots = runs.flatMap((run, i) => (shown[i] ? markedEvents(run, steps).map(({ step, rises }) => ({ step, rises, i })) : []));
  const values = spots.map(({ step, i }) => valuesOf(drawn, runs[i])[step]);
  return {
    type: "scatter", mode: "markers", hoverinfo: "skip", cliponaxis: false,
    x: spots.map(({ step }) => step), y: values.map((value) => (Number.isFinite(value) ? value : null)),
    marker: {
      symbol: spots.map(({ rises }) => (rises ? SYMBOLS.raised : SYMBOLS.cut)), size: 8,
      color: spots.map(({ i }) => colors[i]), line: { color: theme.paper, width: 1 },
    },
  };
}

/**
 * A line with at most two points a column, its extremes kept; nothing that is not a number (or, for logs, not positive).
 * @param {import("../flow/packet.js").Series} values
 * @param {boolean} logarithmic
 */
export function thin(values, logarithmic) {
  const x = [];
  const y = [];
  const good = (/** @type {number} */ value) => Number.isFinite(value) && (!logarithmic || value > 0);
  const stride = Math.max(1, Math.ceil(values.length / COLUMNS));
  for (let from = 0; from < values.length; from += stride) {
    const to = Math.min(values.length, from + stride);
    let low = -1;
    let high = -1;
    for (let j = from; j < to; j++) {
      if (!good(values[j])) continue;
      if (low < 0 || values[j] < values[low]) low = j;
      if (high < 0 || values[j] > values[high]) high = j;
    }
    if (low < 0) {
      x.push(from);
      y.push(null);
      continue;
    }
    for (const j of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      x.push(j);
      y.push(values[j]);
    }
  }
  return { x, y };
}

/**
 * A line with how it is drawn: one that has a single value, as where the first step was lost, is a point.
 * @param {{x: number[], y: Array<number|null>}} line
 */
function withMode(line) {
  return { ...line, mode: line.y.filter((value) => value !== null).length === 1 ? "markers" : "lines" };
}

/**
 * Tick marks at powers of ten, few enough to read; plain numbers where less than a decade is in sight.
 * @param {[number, number]} range
 * @param {boolean} small
 * @param {number} unit
 */
function decades([from, to], small, unit) {
  const shift = Math.round(Math.log10(unit));
  const every = Math.max(1, Math.ceil((to - from) / (small ? 4 : 6)));
  const powers = [];
  for (let e = Math.ceil(from / every) * every; e <= to; e += every) powers.push(e);
  if (powers.length < 2) return linearTicks([10 ** from, 10 ** to], 4, unit) ?? { nticks: 4, tickformat: "~r", exponentformat: "e", minexponent: 4 };
  return { tickvals: powers.map((e) => 10 ** e), ticktext: powers.map((e) => e - shift).map((e) => (Math.abs(e) < 3 ? number(10 ** e) : `10<sup>${e < 0 ? "−" : ""}${Math.abs(e)}</sup>`)) };
}
