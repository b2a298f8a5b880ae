// The map: contours by Plotly, paths on a canvas over the same axes.

import { createEnds } from "../paths/ends.js";
import { createPathLayer } from "../paths/paths.js";
import { readFrame } from "../shared/plotly_internals.js";
import { axisStyle, baseLayout, coloured, CONFIG, inked, sizeOf } from "../shared/plot_style.js";
import { watchTaps } from "./taps.js";

/**
 * @typedef {import("../shared/theme.js").Theme} Theme
 * @typedef {import("../flow/surface.js").Surface} Surface
 * @typedef {import("../paths/paths.js").Scene} Scene
 * @typedef {[[number, number], [number, number]]} View
 *
 * @typedef {Object} MapEvents
 * @property {(x: number, y: number) => void} onClick
 * @property {() => void} onMoved the axes have changed
 */

const ZOOM = 1.5;
const ROAM = 2; // how many windows beyond the landscape's own one may pan or zoom out

/**
 * @param {HTMLElement} plot
 * @param {MapEvents} events
 */
export function createMapView(plot, events) {
  const ends = createEnds(/** @type {HTMLElement} */ (plot.parentElement));
  const panel = /** @type {HTMLElement} */ (plot.parentElement);
  const layer = createPathLayer(panel, { over: [...panel.querySelectorAll(".thw-tools, .thw-hint")].map((part) => /** @type {HTMLElement} */ (part)) });
  const touch = window.matchMedia("(pointer: coarse)");
  /** @type {any} */
  let plotly = null;
  /** @type {Surface|null} */
  let surface = null;
  /** @type {Theme|null} */
  let theme = null;
  /** @type {Scene|null} */
  let scene = null;
  /** @type {View} */
  let home = [[0, 1], [0, 1]];

  function ranges() {
    const frame = readFrame(plot);
    return frame ? [frame.x.range, frame.y.range] : home;
  }

  /** @param {View} window_ */
  function layout(window_) {
    const t = /** @type {Theme} */ (theme);
    const figure = /** @type {Surface} */ (surface).map.layout ?? {};
    const size = sizeOf(plot);
    const slim = size.width < 420;
    const axis = (/** @type {0|1} */ i) => {
      const roam = ROAM * (home[i][1] - home[i][0]);
      return {
        ...figure[i ? "yaxis" : "xaxis"], ...axisStyle(t, size.width), range: [...window_[i]], autorange: false, showgrid: false, automargin: false,
        minallowed: home[i][0] - roam, maxallowed: home[i][1] + roam, ticks: "outside", ticklen: 4, nticks: slim ? 6 : 9,
        scaleanchor: undefined, constrain: undefined, title: { text: "" }, fixedrange: false,
      };
    };
    return {
      ...figure, ...baseLayout(t, size), plot_bgcolor: t.faint,
      margin: { l: slim ? 34 : 46, r: 10, t: 10, b: 28, pad: 0 },
      xaxis: axis(0), yaxis: axis(1), dragmode: touch.matches ? false : "pan", hovermode: "closest", hoverdistance: 1,
    };
  }

  function traces() {
    const s = /** @type {Surface} */ (surface);
    const t = /** @type {Theme} */ (theme);
    const [contour, ...markers] = s.map.data;
    const lines = { ...contour.line, color: t.contour };
    return [{ ...coloured(contour, s, t), line: lines, hoverinfo: "none" }, ...markers.map((trace) => inked(trace, t))];
  }

  /**
   * Draw or redraw the landscape; keeps pan and zoom while the window is the same.
   * @param {any} lib
   * @param {Surface} nextSurface
   * @param {View} view
   * @param {Theme} nextTheme
   */
  async function show(lib, nextSurface, view, nextTheme) {
    const fresh = !plotly;
    const same = JSON.stringify(view) === JSON.stringify(home);
    const window_ = /** @type {View} */ (same && !fresh ? ranges() : view);
    plotly = lib;
    surface = nextSurface;
    theme = nextTheme;
    home = view;
    await plotly[fresh ? "newPlot" : "react"](plot, traces(), layout(window_), { ...CONFIG, scrollZoom: "cartesian" });
    if (fresh) listen();
    moved();
  }

  function listen() {
    const graph = /** @type {any} */ (plot);
    graph.on("plotly_relayouting", moved);
    graph.on("plotly_relayout", moved);
  }

  function moved() {
    repath();
    events.onMoved();
  }

  /** Paths anew for the current axes. */
  function repath() {
    const frame = readFrame(plot);
    if (!frame || !scene) return;
    const [x, y] = [frame.x, frame.y];
    ends.draw(frame, scene, (dataX, dataY) => ({ x: x.offset + x.scale * dataX, y: y.offset + y.scale * dataY }));
    layer.place(frame);
    const low = (/** @type {[number, number]} */ range) => Math.min(...range);
    const high = (/** @type {[number, number]} */ range) => Math.max(...range);
    layer.cutTo(scene, [low(x.range), high(x.range), low(y.range), high(y.range)]);
    layer.projectAll({
      to(dataX, dataY, _z, pixel) {
        pixel[0] = x.offset + x.scale * dataX;
        pixel[1] = y.offset + y.scale * dataY;
      },
    });
    layer.draw();
  }

  /** @param {View} window_ */
  function relayout(window_) {
    return plotly?.relayout(plot, { "xaxis.range": [...window_[0]], "yaxis.range": [...window_[1]] });
  }

  /** @param {number} factor above 1: closer */
  function zoom(factor) {
    const next = ranges().map(([from, to], i) => {
      const middle = (from + to) / 2;
      const half = Math.min((to - from) / 2 / factor, (home[i][1] - home[i][0]) * (ROAM + 0.5));
      return [middle - half, middle + half];
    });
    relayout(/** @type {View} */ (next));
  }

  function reset() {
    relayout(home);
  }

  /**
   * @param {number} clientX
   * @param {number} clientY
   * @returns {[number, number]|null}
   */
  function unproject(clientX, clientY) {
    const frame = readFrame(plot);
    if (!frame) return null;
    const box = plot.getBoundingClientRect();
    return [
      (clientX - box.left - frame.left - frame.x.offset) / frame.x.scale,
      (clientY - box.top - frame.top - frame.y.offset) / frame.y.scale,
    ];
  }

  /**
   * @param {number} x
   * @param {number} y
   * @returns {[number, number]|null} pixels within the plot's element
   */
  function place(x, y) {
    const frame = readFrame(plot);
    if (!frame) return null;
    return [frame.left + frame.x.offset + frame.x.scale * x, frame.top + frame.y.offset + frame.y.scale * y];
  }

  const deaf = watchTaps(/** @type {HTMLElement} */ (plot.parentElement), {
    onTap(clientX, clientY) {
      const spot = unproject(clientX, clientY);
      if (spot?.every(Number.isFinite)) events.onClick(spot[0], spot[1]);
    },
    onDoubleTap: reset,
  });

  return {
    show,
    ranges,
    zoomIn: () => zoom(ZOOM),
    zoomOut: () => zoom(1 / ZOOM),
    reset,
    unproject,
    place,
    /** @param {Scene} next */
    setScene(next) {
      scene = next;
      repath();
    },
    draw: layer.draw,
    hit: layer.hit,
    /** @param {number} run */
    iterate(run) {
      const spot = layer.ball(run);
      const frame = readFrame(plot);
      return spot && frame ? [(spot.x - frame.x.offset) / frame.x.scale, (spot.y - frame.y.offset) / frame.y.scale] : null;
    },
    /** Where the diamonds are, as data; null for a run without one. */
    diamonds() {
      const frame = readFrame(plot);
      return layer.diamonds().map((spot) => spot && frame && [(spot.x - frame.x.offset) / frame.x.scale, (spot.y - frame.y.offset) / frame.y.scale]);
    },
    frame: () => readFrame(plot),
    get ends() {
      return ends.counts;
    },
    async resize() {
      const size = sizeOf(plot);
      if (!plotly || !size.width || !surface) return;
      await plotly.relayout(plot, { width: size.width, height: size.height });
    },
    destroy() {
      deaf();
      if (plotly) plotly.purge(plot);
    },
  };
}
