// The map as one figure of Plotly's, to be saved: the surface as it stands on the screen, and the paths up to a step.

import { startOf } from "../flow/picture.js";
import { landmarks } from "../flow/surface.js";
import { axisStyle, baseLayout } from "../shared/plot_style.js";
import { uncrowded } from "./crowd.js";
import { endWords } from "./run_words.js";
import { shownPath } from "./shown_path.js";

/**
 * @typedef {import("../flow/picture.js").Picture} Picture
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {[[number, number], [number, number]]} View
 * @typedef {import("../shared/plot_style.js").Size} Size
 * @typedef {{data: any[], layout: any}} Figure
 */

export const MARGIN = { l: 52, r: 14, t: 10, b: 30, pad: 0 };
const APART = 8; // times: a window one side of which is longer than that has two scales
const APARTNESS = 0.014; // of the window: iterates as far from each other have a dot each
const [BALL, RING] = [13, 8]; // px, across: of a ball, and of what a ball beneath it shows of itself
const [MEMBER, SMALL, MOST] = [7, 7, 46]; // px across: the end of one member, a ball among them, however many members
const STAR = 8; // px: a global minimum, seen over the balls that came there
const LINE = 2.5; // px
const FAINT = 0.35; // how opaque what is pinned is
const CASING = 5.5;

/** Whether a window's sides are too different for one scale. @param {View} window_ */
export function isApart(window_) {
  const [width, height] = window_.map(([from, to]) => Math.abs(to - from));
  return Math.max(width, height) > APART * Math.min(width, height);
}

/**
 * How high a map of this width is, so that both axes have one scale.
 * @param {View} window_
 * @param {number} width px
 * @param {[number, number]} bounds px
 */
export function mapHeight(window_, width, [least, most]) {
  const [across, up] = window_.map(([from, to]) => Math.abs(to - from));
  const plot = (width - MARGIN.l - MARGIN.r) * (isApart(window_) ? 0.7 : up / across);
  return Math.round(Math.min(most, Math.max(least, plot + MARGIN.t + MARGIN.b)));
}

/**
 * @param {Picture} picture
 * @param {{ground: any[], window_: View, time: number, size: Size, pinned?: Scene|null}} state ground: the traces of the surface and its marks, as they stand; pinned: runs of before, faint
 * @returns {Figure}
 */
export function mapFigure({ packet, surface, scene }, { ground, window_, time, size, pinned = null }) {
  const { theme } = scene;
  const [[x0, x1], [y0, y1]] = window_;
  const box = /** @type {import("../paths/outline.js").Box} */ ([Math.min(x0, x1), Math.max(x0, x1), Math.min(y0, y1), Math.max(y0, y1)]);
  const paths = scene.runs.map((run) => uncrowded(shownPath(run, time, box), box));
  const each = (/** @type {(run: Run, i: number) => any[]} */ made) => scene.runs.flatMap((run, i) => (scene.shown[i] ? made(run, i) : []));
  const apart = isApart(window_);
  const above = (/** @type {number} */ i) => paths.slice(i + 1).filter((path, k) => scene.shown[i + 1 + k] && isNear(path.now, paths[i].now, window_)).length;
  const axis = (/** @type {0|1} */ i) => ({
    ...axisStyle(theme, size), range: [...window_[i]], autorange: false, showgrid: false, ticks: "outside", ticklen: 4, nticks: 9, constrain: "domain", exponentformat: "e",
  });
  return {
    data: [
      ...ground.map((trace) => ({ ...trace, visible: trace.visible ?? true })),
      ...(pinned ? ghosts(pinned, box) : []),
      ...each((run, i) => membersOf(run, scene.colors[i], scene, window_)),
      ...each((_, i) => lines(paths[i], scene.colors[i], theme.paper, window_)),
      ...each((run, i) => marks(run, paths[i], { color: scene.colors[i], scene, time, window_, above: above(i) })),
      start(startOf(packet)),
      stars(surface, paths.filter((_, i) => scene.shown[i]), scene, window_),
    ],
    layout: {
      ...baseLayout(theme, size), paper_bgcolor: theme.paper, plot_bgcolor: theme.faint, margin: MARGIN, xaxis: axis(0), yaxis: { ...axis(1), ...(apart ? {} : { scaleanchor: "x", scaleratio: 1 }) },
      annotations: apart ? [{ text: "axes to different scales", x: 1, y: 1, xref: "paper", yref: "paper", xanchor: "right", yanchor: "top", showarrow: false, bgcolor: theme.paper, font: { size: 15, color: theme.ink } }] : [],
    },
  };
}

/** The paths of a pinned picture. @param {Scene} scene @param {import("../paths/outline.js").Box} box */
const ghosts = ({ runs, colors, shown }, box) =>
  runs.flatMap((run, i) => {
    const { x, y } = uncrowded(shownPath(run, run.last, box), box);
    return shown[i] ? [{ type: "scatter", mode: "lines", x, y, connectgaps: false, hoverinfo: "skip", opacity: FAINT, line: { color: colors[i], width: LINE } }] : [];
  });

/**
 * A path's line over a casing of paper.
 * @param {import("./shown_path.js").ShownPath} path
 * @param {string} color
 * @param {string} paper
 * @param {View} window_
 */
function lines({ x, y, iterates }, color, paper, window_) {
  const line = { type: "scatter", x, y, connectgaps: false, hoverinfo: "skip" };
  const dots = x.map((_, k) => k).filter((k) => k > 0 && iterates[k] && x[k - 1] !== null && !isNear([x[k], y[k]], [x[k - 1], y[k - 1]], window_));
  return [
    { ...line, mode: "lines", line: { color: paper, width: CASING } },
    { ...line, mode: "lines", line: { color, width: LINE } },
    { ...line, mode: "markers", x: dots.map((k) => x[k]), y: dots.map((k) => y[k]), marker: { color, size: 5.5 } },
  ];
}

/** Whether two places are so near that marks there would lie on each other. @param {Array<number|null>|null} one @param {Array<number|null>|null} other @param {View} window_ */
function isNear(one, other, window_) {
  return one !== null && other !== null && window_.every(([from, to], i) => Math.abs(Number(one[i]) - Number(other[i])) < APARTNESS * Math.abs(to - from));
}

/**
 * Where the members of a run ended, filled at a global minimum; those in one place are one disc, whose area grows with their number.
 * @param {Run} run
 * @param {string} color
 * @param {Scene} scene
 * @param {View} window_
 */
function membersOf({ many }, color, { theme }, window_) {
  /** @type {Array<{x: number, y: number, full: boolean, count: number}>} */
  const heaps = [];
  for (let k = 0; many && k < many.x.length; k++) {
    const [place, full] = [[many.x[k], many.y[k]], many.global[k] === 1];
    const heap = heaps.find((one) => one.full === full && isNear([one.x, one.y], place, window_));
    if (heap) heap.count += 1;
    else if (place.every(Number.isFinite)) heaps.push({ x: place[0], y: place[1], full, count: 1 });
  }
  return [false, true].filter((full) => heaps.some((heap) => heap.full === full)).map((full) => {
    const own = heaps.filter((heap) => heap.full === full);
    return {
      type: "scatter", mode: "markers", x: own.map(({ x }) => x), y: own.map(({ y }) => y), hoverinfo: "skip",
      marker: {
        symbol: full ? "circle" : "circle-open", color, size: own.map(({ count }) => Math.min(MOST, MEMBER * Math.sqrt(1 + (count - 1) / 5))), sizemode: "diameter",
        line: { color: full ? theme.paper : color, width: full ? 1.5 : 2 },
      },
    };
  });
}

/**
 * Where a run converged, where it is or broke off, and where it has left.
 * @param {Run} run
 * @param {import("./shown_path.js").ShownPath} path
 * @param {{color: string, scene: Scene, time: number, window_: View, above: number}} state above: how many balls lie on this one's
 */
function marks(run, path, { color, scene: { theme }, time, window_, above }) {
  const cased = { color, line: { color: theme.paper, width: 2 } };
  const mark = (/** @type {number[]} */ x, /** @type {number[]} */ y, /** @type {any} */ marker) => ({ type: "scatter", mode: "markers", hoverinfo: "skip", cliponaxis: false, x, y, marker: { ...cased, ...marker } });
  const made = [];
  if (run.reached !== null && time >= run.reached) made.push(mark([run.series.x[run.reached]], [run.series.y[run.reached]], { symbol: "diamond", size: 12 }));
  const { best } = run;
  const atEnd = time >= run.steps && best > 0 && best < run.last;
  if (atEnd) made.push(mark([run.series.x[best]], [run.series.y[best]], { symbol: "circle", size: 9, color: theme.paper, line: { color, width: 2 } }));
  const words = endWords(run, path, time);
  const text = (/** @type {[number, number]} */ [x, y]) => ({ mode: "markers+text", text: ["", `\u2002${words}\u2002`], textposition: textAt([x, y], window_), textfont: { color: theme.ink, size: 13, family: theme.font } });
  if (path.exit) {
    const { from, to } = path.exit;
    made.push({ ...mark([from[0], to[0]], [from[1], to[1]], { symbol: ["circle", "arrow"], size: [0, 17], angleref: "previous" }), ...text([to[0], to[1]]) });
  } else if (path.now) {
    const [x, y] = path.now;
    made.push(words ? { ...mark([x, x], [y, y], { symbol: ["circle", "circle-x"], size: [0, 14] }), ...text([x, y]) } : mark([x], [y], { symbol: "circle", size: run.many?.x.length ? SMALL : BALL + RING * above }));
  }
  return made;
}

/** On which side of a place words have room. @param {[number, number]} place @param {View} window_ */
function textAt([x, y], [[x0, x1], [y0, y1]]) {
  const [across, up] = [(x - x0) / (x1 - x0), (y - y0) / (y1 - y0)];
  const row = up > 0.9 ? "bottom" : up < 0.1 ? "top" : "middle";
  return `${row} ${across > 0.5 ? "left" : "right"}`;
}

/**
 * The global minima on which balls lie, once more over them.
 * @param {import("../flow/surface.js").Surface} surface
 * @param {import("./shown_path.js").ShownPath[]} paths
 * @param {Scene} scene
 * @param {View} window_
 */
function stars(surface, paths, { theme }, window_) {
  const all = landmarks(surface).flatMap(({ symbol, points }) => (symbol === "star" ? points : []));
  const under = all.filter((point) => paths.some(({ now }) => isNear(now, point, window_)));
  return { type: "scatter", mode: "markers", hoverinfo: "skip", x: under.map(([x]) => x), y: under.map(([, y]) => y), marker: { symbol: "star", size: STAR, color: theme.ink, line: { color: theme.paper, width: 0.75 } } };
}

/** The ball that was dropped. @param {[number, number]} place */
const start = ([x, y]) => ({
  type: "scatter", mode: "markers", hoverinfo: "skip", x: [x], y: [y], marker: { symbol: "circle", size: 13, color: "#1d2430", line: { color: "#fff", width: 3.5 } },
});
