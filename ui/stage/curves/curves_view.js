// The curves: one quantity over the steps, one line a run, with a cursor that moves without redrawing.

import { bandTraces } from "./bands.js";
import { createFlags } from "./flags.js";
import { number } from "../shared/format.js";
import { readFrame } from "../shared/plotly_internals.js";
import { axisStyle, baseLayout, CONFIG, sizeOf } from "../shared/plot_style.js";
import { markedEvents, SYMBOLS } from "./rate_events.js";
import { bandLabels, bandTraces as edgeTraces, curvatureLimits, roomForLimits } from "./stability_band.js";

/**
 * @typedef {import("../flow/packet.js").Curve} Curve
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {import("../shared/theme.js").Theme} Theme
 * @typedef {import("../paths/paths.js").Scene} Scene
 *
 * @typedef {Object} CurvesParts
 * @property {HTMLElement} plot
 * @property {HTMLElement} tabs
 * @property {HTMLElement} log
 * @property {HTMLElement} hold
 * @property {HTMLElement} veil
 * @property {HTMLElement} cursor
 * @property {HTMLElement} caption
 *
 * @typedef {Object} CurvesEvents
 * @property {(step: number) => void} onScrub
 * @property {(event: PointerEvent, step: number, key: string, runs: number[]) => void} onHover key: of the series that is drawn
 * @property {(wishes: Record<string, boolean>) => void} onWishes which of what curves need asking for is looked at
 * @property {(event: PointerEvent, run: number, mark: import("../flow/packet.js").Mark) => void} onMark
 * @property {() => void} onLeave
 */

/** @type {Object<string, string>} */
const SHORT = { loss: "Loss", gradient: "Gradient", step: "Step", distance: "Distance", rate: "Rate", sharpness: "Sharpness" };
const ABOVE = 20; // px over the plot: what the curve is, clear of the lines
const COLUMNS = 700; // a line is thinned to the lowest and highest of this many stretches
const HEADROOM = { linear: 3, log: 30 }; // how far above the first values a diverging run may stretch the picture
const DEPTH = 1e-20; // of the top: nothing below this is shown

/**
 * @param {CurvesParts} parts
 * @param {CurvesEvents} events
 */
export function createCurvesView(parts, events) {
  const { plot, tabs, log, hold, veil, cursor, caption } = parts;
  /** @type {any} */
  let plotly = null;
  /** @type {Scene|null} */
  let scene = null;
  /** @type {Curve[]} */
  let curves = [];
  let active = "";
  /** @type {Map<string, boolean>} */
  const logs = new Map();
  let time = 0;
  /** @type {HTMLElement[]} */
  let dots = [];
  const flags = createFlags(veil);
  let scrubbing = false;
  let held = false;
  /** @type {Map<string, {x: [number, number], y: [number, number]}>} the axes last drawn, by quantity and scale */
  const axes = new Map();

  const curve = () => curves.find((one) => one.key === active) ?? curves[0];

  /** @param {Curve} one */
  const isLog = (one) => Boolean(one.log_array) && (logs.get(one.key) ?? one.log_default ?? false);

  /** @param {Curve} one */
  const seriesOf = (one) => (isLog(one) && one.log_array) || one.array;

  /** @param {Run} run */
  const valuesOf = (run) => run.series[seriesOf(curve())] ?? new Float32Array(0);

  /** Whether the edge of stability is drawn with the curve. */
  const hasEdge = () => curve().key === "sharpness";

  function wish() {
    const wishes = Object.fromEntries(curves.flatMap((one) => (one.wish ? [[one.wish, false]] : [])));
    const { wish: active } = curve();
    events.onWishes(active ? { ...wishes, [active]: true } : wishes);
  }

  /** The band over the run's members, where there is one. @param {Run} run */
  function bandOf(run) {
    const one = curve();
    return run.many?.bands[(isLog(one) && one.log_array) || one.array];
  }

  /** @param {Curve[]} next */
  function setCurves(next) {
    const same = JSON.stringify(next) === JSON.stringify(curves);
    curves = next;
    if (!curves.some((one) => one.key === active)) active = curves[0]?.key ?? "";
    if (!same) tabs.replaceChildren(...curves.map(tab));
    showState();
  }

  /** @param {Curve} one */
  function tab(one) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.testid = `stage-curve-${one.key}`;
    button.dataset.key = one.key;
    button.setAttribute("aria-label", one.name);
    button.title = one.name;
    const long = document.createElement("span");
    long.className = "thw-long";
    long.textContent = one.name;
    const short = document.createElement("span");
    short.className = "thw-short";
    short.textContent = SHORT[one.key] ?? one.name;
    button.append(long, short);
    button.addEventListener("click", () => {
      active = one.key;
      showState();
      replot();
      wish();
    });
    return button;
  }

  function showState() {
    const one = curve();
    if (!one) return;
    for (const button of tabs.children) button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.key === one.key));
    const able = Boolean(one.log_array);
    log.setAttribute("aria-pressed", String(isLog(one)));
    log.setAttribute("aria-disabled", String(!able));
    log.title = able ? "Logarithmic scale" : (one.log_why ?? "No logarithmic scale here");
    caption.textContent = captionOf(one);
  }

  /** @param {Curve} one */
  function captionOf(one) {
    const name = isLog(one) ? (one.log_name ?? one.name) : one.name;
    if (one.key !== "sharpness" || !scene) return name;
    return scene.runs.some((run, i) => run.limit !== null && scene?.shown[i]) ? "Largest curvature; dashed: the limit" : "Largest curvature; no known limit";
  }

  log.addEventListener("click", () => {
    const one = curve();
    if (!one?.log_array) return;
    logs.set(one.key, !isLog(one));
    showState();
    replot();
  });

  hold.addEventListener("click", () => {
    held = !held;
    hold.setAttribute("aria-pressed", String(held));
    if (!held) replot();
  });

  /** The axes to draw: those that fit, or, while they are held, those that were there before. */
  function frameAxes() {
    const s = /** @type {Scene} */ (scene);
    const name = `${curve().key} ${isLog(curve())}`;
    const before = axes.get(name);
    if (held && before) return before;
    const shown = s.runs.filter((_, i) => s.shown[i]);
    /** @type {import("../flow/packet.js").Series[]} */
    const near = shown.map((run) => valuesOf(run).map((value, j) => (isNear(run, j, s.view) ? value : NaN)));
    for (const band of shown.map(bandOf)) if (band) near.push(band.low, band.middle, band.high);
    const found = rangeOf(near, isLog(curve())) ?? rangeOf(shown.map(valuesOf), isLog(curve()));
    const y = found ?? /** @type {[number, number]} */ (isLog(curve()) ? [-1, 1] : [0, 1]);
    const fitting = { x: /** @type {[number, number]} */ ([0, s.steps]), y: hasEdge() ? roomForLimits(y, shown.map(curvatureLimits), isLog(curve())) : y };
    if (found) axes.set(name, fitting);
    return fitting;
  }

  /** @param {Theme} theme */
  function layout(theme) {
    const logarithmic = isLog(curve());
    const { x, y: range } = frameAxes();
    const { width, height } = sizeOf(plot);
    const small = height < 170;
    return {
      ...baseLayout(theme, { width, height }),
      annotations: hasEdge() ? bandLabels(/** @type {Scene} */ (scene), range, logarithmic, height - ABOVE - 24) : [],
      margin: { l: 48, r: 18, t: ABOVE, b: small ? 22 : 24, pad: 0 },
      dragmode: false,
      xaxis: { ...axisStyle(theme, width), range: x, fixedrange: true, nticks: 7, tickformat: ",d", showgrid: false, ticks: "outside", ticklen: 3, showline: true },
      yaxis: {
        ...axisStyle(theme, width), fixedrange: true, type: logarithmic ? "log" : "linear", range, showgrid: true,
        ...(logarithmic ? decades(range, small) : { nticks: small ? 4 : 6, exponentformat: "e", tickformat: undefined }),
      },
    };
  }

  /** @param {Theme} theme */
  function traces(theme) {
    const s = /** @type {Scene} */ (scene);
    const logarithmic = isLog(curve());
    const lines = s.runs.map((run, i) => ({
      type: "scatter", mode: "lines", ...thin(valuesOf(run), logarithmic), visible: s.shown[i], hoverinfo: "skip",
      line: { color: s.colors[i], width: bandOf(run) ? 1 : 1.75 }, opacity: bandOf(run) ? 0.45 : 1, connectgaps: false, name: run.name,
    }));
    const bands = s.runs.flatMap((run, i) => {
      const band = bandOf(run);
      return run.many && band && s.shown[i] ? [bandTraces(run.many, band, s.colors[i], frameAxes().y, logarithmic)] : [];
    });
    const reached = s.runs.map((run, i) => ({ run, i })).filter(({ run, i }) => run.reached !== null && s.shown[i]);
    const values = reached.map(({ run }) => valuesOf(run)[Math.min(/** @type {number} */ (run.reached), valuesOf(run).length - 1)]);
    const marks = {
      type: "scatter", mode: "markers", hoverinfo: "skip", cliponaxis: false,
      x: reached.map(({ run }) => run.reached), y: values.map((value) => (Number.isFinite(value) ? value : null)),
      marker: { symbol: "diamond", size: 9, color: reached.map(({ i }) => s.colors[i]), line: { color: theme.paper, width: 1.5 } },
    };
    const edge = hasEdge() ? edgeTraces(s, frameAxes().y, logarithmic, thin) : [];
    return [...edge, ...bands.map(({ area }) => area), ...lines, ...bands.map(({ line }) => line), eventTrace(s, theme), marks];
  }

  /** Where the losses changed the rate. @param {Scene} s @param {Theme} theme */
  function eventTrace(s, theme) {
    const spots = s.runs.flatMap((run, i) => (s.shown[i] ? markedEvents(run, s.steps).map(({ step, rises }) => ({ step, rises, i })) : []));
    const values = spots.map(({ step, i }) => valuesOf(s.runs[i])[step]);
    return {
      type: "scatter", mode: "markers", hoverinfo: "skip", cliponaxis: false,
      x: spots.map(({ step }) => step), y: values.map((value) => (Number.isFinite(value) ? value : null)),
      marker: {
        symbol: spots.map(({ rises }) => (rises ? SYMBOLS.raised : SYMBOLS.cut)), size: 8,
        color: spots.map(({ i }) => s.colors[i]), line: { color: theme.paper, width: 1 },
      },
    };
  }

  async function replot() {
    if (!plotly || !scene || !curves.length || !sizeOf(plot).width) return;
    const method = /** @type {any} */ (plot)._fullLayout ? "react" : "newPlot";
    await plotly[method](plot, traces(scene.theme), layout(scene.theme), CONFIG);
    dress();
    moveCursor();
  }

  /** Cursor, veil and dots take the plot's frame and the runs' colours. */
  function dress() {
    const frame = readFrame(plot);
    if (!frame || !scene) return;
    const box = `top:${frame.top}px;height:${frame.height}px;left:${frame.left}px;`;
    cursor.style.cssText = box;
    veil.style.cssText = `${box}width:${frame.width + 1}px`;
    while (dots.length < scene.runs.length) {
      const dot = document.createElement("i");
      dot.className = "thw-dot";
      cursor.after(dot);
      dots.push(dot);
    }
    for (const dot of dots.splice(scene.runs.length)) dot.remove();
    dots.forEach((dot, i) => (dot.style.background = /** @type {Scene} */ (scene).colors[i]));
    flags.show(scene, curve().key, frame);
  }

  function moveCursor() {
    const frame = readFrame(plot);
    if (!frame || !scene) return;
    const at = Math.max(0, Math.min(frame.width, frame.x.offset + frame.x.scale * time));
    cursor.style.transform = `translateX(${at}px)`;
    veil.style.clipPath = `inset(0 0 0 ${at}px)`;
    dots.forEach((dot, i) => placeDot(dot, i, frame));
  }

  /**
   * @param {HTMLElement} dot
   * @param {number} i
   * @param {import("../shared/plotly_internals.js").Frame} frame
   */
  function placeDot(dot, i, frame) {
    const s = /** @type {Scene} */ (scene);
    const at = Math.max(0, Math.min(frame.width, frame.x.offset + frame.x.scale * Math.min(time, s.runs[i].steps)));
    const value = sample(valuesOf(s.runs[i]), time, frame.y.log);
    const y = frame.y.offset + frame.y.scale * value;
    const seen = s.shown[i] && y >= -1 && y <= frame.height + 1;
    dot.style.visibility = seen ? "visible" : "hidden";
    if (seen) dot.style.transform = `translate(${frame.left + at}px, ${frame.top + y}px)`;
  }

  /** @param {PointerEvent} event */
  function stepAt(event) {
    const frame = readFrame(plot);
    if (!frame || !scene) return null;
    const x = event.clientX - plot.getBoundingClientRect().left - frame.left;
    return Math.max(0, Math.min(scene.steps, Math.round((x - frame.x.offset) / frame.x.scale)));
  }

  /** @param {PointerEvent} event */
  function flagAt(event) {
    const frame = readFrame(plot);
    if (!frame || event.pointerType !== "mouse" || scrubbing) return null;
    const box = plot.getBoundingClientRect();
    return flags.at(event.clientX - box.left - frame.left, event.clientY - box.top - frame.top);
  }

  /** @param {PointerEvent} event */
  function hover(event) {
    const step = stepAt(event);
    if (step === null || !scene) return;
    if (scrubbing) events.onScrub(step);
    const flag = flagAt(event);
    if (flag) {
      events.onMark(event, flag.run, flag.mark);
      return;
    }
    const shown = scene.runs.map((_, i) => i).filter((i) => scene?.shown[i]);
    if (event.pointerType === "mouse") events.onHover(event, step, seriesOf(curve()), shown);
  }

  plot.addEventListener("pointerdown", (event) => {
    const step = stepAt(event);
    if (step === null || event.button !== 0) return;
    scrubbing = true;
    plot.setPointerCapture(event.pointerId);
    events.onScrub(step);
  });
  plot.addEventListener("pointermove", hover);
  for (const end of ["pointerup", "pointercancel"]) plot.addEventListener(end, () => (scrubbing = false));
  plot.addEventListener("pointerleave", () => events.onLeave());

  return {
    /**
     * @param {any} lib
     * @param {Scene} next
     * @param {Curve[]} list
     */
    show(lib, next, list) {
      plotly = lib;
      scene = next;
      setCurves(list);
      return replot();
    },
    /** @param {number} next */
    draw(next) {
      time = next;
      moveCursor();
    },
    replot,
    get scrubbing() {
      return scrubbing;
    },
    destroy() {
      if (plotly) plotly.purge(plot);
    },
  };
}

/**
 * The value under the cursor, in axis units; NaN where there is none.
 * @param {import("../flow/packet.js").Series} values
 * @param {number} time
 * @param {boolean} logarithmic
 */
function sample(values, time, logarithmic) {
  const j = Math.min(Math.floor(time), values.length - 1);
  const scale = (/** @type {number} */ value) => (logarithmic ? (value > 0 ? Math.log10(value) : NaN) : value);
  const here = scale(values[j]);
  const next = scale(values[Math.min(j + 1, values.length - 1)]);
  const mixed = here + (time - j) * (next - here);
  return time > j && j + 1 < values.length && Number.isFinite(mixed) ? mixed : here;
}

/**
 * A line with at most two points a column, its extremes kept; nothing that is not a number (or, for logs, not positive).
 * @param {import("../flow/packet.js").Series} values
 * @param {boolean} logarithmic
 */
function thin(values, logarithmic) {
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
 * Whether a run is in the view at a step, or within half its width around it: what happens farther out does not set the axes.
 * @param {Run} run
 * @param {number} j
 * @param {[number, number, number, number]} view
 */
function isNear(run, j, [x0, x1, y0, y1]) {
  const [x, y] = [run.series.x[j], run.series.y[j]];
  const [dx, dy] = [(x1 - x0) / 2, (y1 - y0) / 2];
  return x >= x0 - dx && x <= x1 + dx && y >= y0 - dy && y <= y1 + dy;
}

/**
 * The y range, in axis units: all values, but a diverging run may not flatten the others; null without a value.
 * @param {import("../flow/packet.js").Series[]} series
 * @param {boolean} logarithmic
 * @returns {[number, number]|null}
 */
function rangeOf(series, logarithmic) {
  let low = Infinity;
  let high = -Infinity;
  let first = -Infinity;
  for (const values of series) {
    for (let j = 0; j < values.length; j++) {
      const value = values[j];
      if (!Number.isFinite(value) || (logarithmic && value <= 0)) continue;
      if (j === 0) first = Math.max(first, value);
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!(high >= low)) return null;
  return logarithmic ? logRange(low, high, first) : linearRange(low, high, first);
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number} first
 * @returns {[number, number]}
 */
function logRange(low, high, first) {
  const top = Number.isFinite(first) && first > 0 ? Math.min(high, first * HEADROOM.log) : high;
  const from = Math.log10(Math.max(low, top * DEPTH));
  const to = Math.log10(top);
  const pad = Math.max(0.1, (to - from) * 0.06);
  return [from - pad, to + pad];
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number} first
 * @returns {[number, number]}
 */
function linearRange(low, high, first) {
  const top = Number.isFinite(first) && first > low ? Math.min(high, low + (first - low) * HEADROOM.linear) : high;
  const pad = (top - low || Math.abs(top) || 1) * 0.06;
  return [low >= 0 && low < top * 0.3 ? -pad * 0.5 : low - pad, top + pad];
}

/**
 * Tick marks at powers of ten, few enough to read; plain numbers where less than a decade is in sight.
 * @param {[number, number]} range
 * @param {boolean} small
 */
function decades([from, to], small) {
  const every = Math.max(1, Math.ceil((to - from) / (small ? 4 : 6)));
  const powers = [];
  for (let e = Math.ceil(from / every) * every; e <= to; e += every) powers.push(e);
  if (powers.length < 2) return { nticks: 4, tickformat: "~r", exponentformat: "e" };
  return { tickvals: powers.map((e) => 10 ** e), ticktext: powers.map((e) => (Math.abs(e) < 3 ? number(10 ** e) : `10<sup>${e < 0 ? "−" : ""}${Math.abs(e)}</sup>`)) };
}
