// The map: contours by Plotly, paths on a canvas over the same axes.

import { createEnds } from "../paths/ends.js";
import { createGhosts } from "../paths/ghosts.js";
import { createPathLayer } from "../paths/paths.js";
import { loadedPlotly, readFrame } from "../shared/plotly_internals.js";
import { namesShown, onNames } from "../shared/names.js";
import { onPin, pinnedFor } from "../shared/pin.js";
import { axisStyle, baseLayout, coloured, CONFIG, inked, sizeOf, typeOf } from "../shared/plot_style.js";
import { createMovingGround } from "./moving_ground.js";
import { inShape, marginsOf, reachOf, zoomed } from "./axes.js";
import { hasStart } from "./plane_note.js";
import { watchTaps } from "./taps.js";
import { landmarks } from "../flow/surface.js";

/**
 * @typedef {import("../shared/theme.js").Theme} Theme
 * @typedef {import("../flow/surface.js").Surface} Surface
 * @typedef {import("../flow/picture.js").Picture} Picture
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {[[number, number], [number, number]]} View
 *
 * @typedef {Object} MapEvents
 * @property {(x: number, y: number) => void} onPress a mouse's button, which may become a click
 * @property {(x: number, y: number) => void} onClick
 * @property {() => void} onMoved the axes have changed
 * @property {() => boolean} marked whether marks of what is inside a step are drawn around the balls
 */

const ZOOM = 1.5;
const UNEVEN = 1e-6; // share: sides of a window that are as much out of shape are mended

/**
 * @param {HTMLElement} plot
 * @param {MapEvents} events
 */
export function createMapView(plot, events) {
  const { place, unproject } = placesOn(plot);
  const panel = /** @type {HTMLElement} */ (plot.parentElement);
  const [ends, moving, ghosts] = [createEnds(panel), createMovingGround(panel), createGhosts(panel)];
  const stars = () => starsOn(plot, moving.shown?.minima ?? (moving.shown ? [] : globalMinima(surface)));
  const layer = createPathLayer(panel, { startRing: () => shown !== null && !hasStart(shown.packet), over: coveringOf(panel), named: namesShown, marked: events.marked, stars });
  const touch = window.matchMedia("(pointer: coarse)");
  /** @type {any} */
  let plotly = null;
  /** @type {Surface|null} */
  let surface = null;
  /** @type {Theme|null} */
  let theme = null;
  /** @type {Picture|null} */
  let shown = null;
  /** @type {View} */
  let home = [[0, 1], [0, 1]];

  /** @returns {View} of the axes in sight */
  function ranges() {
    const frame = readFrame(plot);
    return frame ? [frame.x.range, frame.y.range] : home;
  }

  /**
   * Draw or redraw the landscape; keeps pan and zoom while the window is the same.
   * @param {Picture} picture
   */
  async function showGround(picture) {
    const { view } = picture.packet;
    const fresh = !plotly;
    const same = JSON.stringify(view) === JSON.stringify(home);
    const window_ = same && !fresh ? ranges() : view;
    plotly = loadedPlotly();
    surface = picture.surface;
    theme = picture.scene.theme;
    home = view;
    const figure = layout(surface.map.layout ?? {}, { window_, home, size: sizeOf(plot), pans: !touch.matches }, theme);
    noted(panel, figure.margin);
    await plotly[fresh ? "newPlot" : "react"](plot, traces(surface, theme), figure, { ...CONFIG, scrollZoom: "cartesian" });
    if (fresh) listen();
    moving.clear();
    moved();
  }

  function listen() {
    const graph = /** @type {any} */ (plot);
    graph.on("plotly_relayouting", moved);
    graph.on("plotly_relayout", () => {
      mend();
      moved();
    });
  }

  /** Where one side met the end of its reach, the other is cut to the same scale. */
  function mend() {
    const now = ranges();
    const [wide, high] = now.map(([from, to], i) => (to - from) / (home[i][1] - home[i][0]));
    if (Math.abs(wide - high) > UNEVEN * wide) relayout(inShape(now, home));
  }

  function moved() {
    repath();
    events.onMoved();
  }

  /** Paths anew for the current axes. */
  function repath() {
    const frame = readFrame(plot);
    if (!frame || !shown) return;
    if (shown.packet.ground) moving.draw(frame, shown);
    drawPaths(frame, shown, { ends, ghosts, layer });
  }

  /** @param {Picture} picture */
  function draw(picture) {
    shown = picture;
    repath();
  }

  /** @param {Picture} picture */
  function sketch(picture) {
    if (!picture.packet.ground) moving.clear();
    draw(picture);
  }

  /** @param {View} window_ */
  function relayout(window_) {
    return plotly?.relayout(plot, { "xaxis.range": [...window_[0]], "yaxis.range": [...window_[1]] });
  }

  /** @param {number} factor above 1: closer */
  const zoom = (factor) => relayout(zoomed(ranges(), home, factor));
  const reset = () => relayout(home);

  /** Tell of a place in the window's pixels, where there is one of data. @param {(x: number, y: number) => void} told */
  const within = (told) => (/** @type {number} */ clientX, /** @type {number} */ clientY) => {
    const spot = unproject(clientX, clientY);
    if (spot?.every(Number.isFinite)) told(spot[0], spot[1]);
  };
  const stops = [onNames(() => layer.draw()), onPin(repath)];
  const deaf = watchTaps(/** @type {HTMLElement} */ (plot.parentElement), {
    onPress: within(events.onPress), onTap: within(events.onClick), onDoubleTap: reset,
  });

  return {
    /** Paths at once; the landscape where it is another one or has other colours. @param {Picture} picture */
    show(picture) {
      const stands = picture.surface === surface && picture.scene.theme === theme;
      if (stands) moving.clear();
      draw(picture);
      return stands ? undefined : showGround(picture);
    },
    sketch,
    ranges,
    zoomIn: () => zoom(ZOOM),
    zoomOut: () => zoom(1 / ZOOM),
    reset,
    unproject,
    place,
    draw: layer.draw,
    hit: layer.hit,
    /** Where the ball of a run is. @param {number} run @returns {[number, number]|null} */
    iterate(run) {
      const spot = layer.ball(run);
      const frame = readFrame(plot);
      return spot && frame ? toData(frame, spot.x, spot.y) : null;
    },
    /** Where the diamonds are, as data; null for a run without one. */
    diamonds() {
      const frame = readFrame(plot);
      return layer.diamonds().map((spot) => spot && frame && toData(frame, spot.x, spot.y));
    },
    frame: () => readFrame(plot),
    get ends() {
      return ends.counts;
    },
    /** The ground that moves under a hand, if one does. */
    get moving() {
      return moving.shown;
    },
    async resize() {
      const size = sizeOf(plot);
      if (!plotly || !size.width || !surface) return;
      const type = { "xaxis.tickfont.size": typeOf(size), "yaxis.tickfont.size": typeOf(size) };
      await plotly.relayout(plot, { width: size.width, height: size.height, margin: noted(panel, marginsOf(size, home)), ...type });
    },
    destroy() {
      for (const stop of [deaf, ...stops]) stop();
      if (plotly) plotly.purge(plot);
    },
  };
}

/**
 * @param {import("../shared/plotly_internals.js").Frame} frame
 * @param {Picture} picture
 * @param {{ends: ReturnType<typeof createEnds>, ghosts: ReturnType<typeof createGhosts>, layer: ReturnType<typeof createPathLayer>}} layers
 */
function drawPaths(frame, picture, { ends, ghosts, layer }) {
  const { scene } = picture;
  const [x, y] = [frame.x, frame.y];
  ends.draw(frame, scene, (dataX, dataY) => ({ x: x.offset + x.scale * dataX, y: y.offset + y.scale * dataY }));
  layer.place(frame);
  const low = (/** @type {[number, number]} */ range) => Math.min(...range);
  const high = (/** @type {[number, number]} */ range) => Math.max(...range);
  /** @type {import("../paths/outline.js").Box} */
  const box = [low(x.range), high(x.range), low(y.range), high(y.range)];
  const projection = projectionOn(frame);
  ghosts.draw(frame, pinnedFor(picture)?.scene ?? null, box, projection);
  layer.cutTo(scene, box);
  layer.projectAll(projection);
  layer.draw();
}

/** From data to a frame's pixels. @param {import("../shared/plotly_internals.js").Frame} frame @returns {import("../paths/outline.js").Projection} */
const projectionOn = ({ x, y }) => ({
  to(dataX, dataY, _z, pixel) {
    pixel[0] = x.offset + x.scale * dataX;
    pixel[1] = y.offset + y.scale * dataY;
  },
});

/** What lies over the map. @param {HTMLElement} panel @returns {HTMLElement[]} */
const coveringOf = (panel) => [...panel.querySelectorAll(".thw-tools, .thw-hint, .thw-plane, .thw-start"), ...(panel.parentElement?.querySelectorAll(".thw-switch") ?? [])].map(
  (part) => /** @type {HTMLElement} */ (part),
);

/** @param {Surface|null} surface @returns {Array<[number, number]>} */
const globalMinima = (surface) => (surface ? landmarks(surface).filter(({ symbol }) => symbol === "star").flatMap(({ points }) => points) : []);

/** Where places are in the picture's pixels. @param {HTMLElement} plot @param {Array<[number, number]>} minima @returns {Array<[number, number]>} */
function starsOn(plot, minima) {
  const frame = readFrame(plot);
  if (!frame) return [];
  return minima.map(([x, y]) => [frame.x.offset + frame.x.scale * x, frame.y.offset + frame.y.scale * y]);
}

/** From pixels to data on a map and back. @param {HTMLElement} plot */
function placesOn(plot) {
  return {
    /** @param {number} clientX @param {number} clientY pixels of the window @returns {[number, number]|null} */
    unproject(clientX, clientY) {
      const frame = readFrame(plot);
      if (!frame) return null;
      const box = plot.getBoundingClientRect();
      return toData(frame, clientX - box.left - frame.left, clientY - box.top - frame.top);
    },
    /** @param {number} x @param {number} y @returns {[number, number]|null} pixels within the plot's element */
    place(x, y) {
      const frame = readFrame(plot);
      return frame && [frame.left + frame.x.offset + frame.x.scale * x, frame.top + frame.y.offset + frame.y.scale * y];
    },
  };
}

/**
 * @param {import("../shared/plotly_internals.js").Frame} frame
 * @param {number} left pixels within it
 * @param {number} top
 * @returns {[number, number]}
 */
const toData = ({ x, y }, left, top) => [(left - x.offset) / x.scale, (top - y.offset) / y.scale];

/** The margins, known to the style sheet as well. @param {HTMLElement} panel @param {import("./axes.js").Margin & {pad: number}} margins */
function noted(panel, margins) {
  for (const [name, side] of /** @type {Array<["l"|"r"|"b", string]>} */ ([["l", "beside"], ["r", "after"], ["b", "below"]])) {
    panel.style.setProperty(`--thw-axis-${side}`, `${margins[name]}px`);
  }
  return margins;
}

/**
 * @param {any} figure what Python sent of it
 * @param {{window_: View, home: View, size: import("../shared/plot_style.js").Size, pans: boolean}} state the axes' ranges, the landscape's own, and whether a drag pans
 * @param {Theme} t
 */
function layout(figure, { window_, home, size, pans }, t) {
  const axis = (/** @type {0|1} */ i) => ({
    ...figure[i ? "yaxis" : "xaxis"], ...axisStyle(t, size), range: [...window_[i]], autorange: false, showgrid: false, automargin: false,
    ...reachOf(home[i]), ticks: "outside", ticklen: 4, nticks: size.width < 420 ? 6 : 9,
    scaleanchor: undefined, constrain: undefined, title: { text: "" }, fixedrange: false,
  });
  return {
    ...figure, ...baseLayout(t, size), plot_bgcolor: t.faint,
    margin: marginsOf(size, home),
    xaxis: axis(0), yaxis: axis(1), dragmode: pans ? "pan" : false, hovermode: "closest", hoverdistance: 1,
  };
}

/**
 * @param {Surface} s
 * @param {Theme} t
 */
function traces(s, t) {
  const [contour, ...others] = s.map.data;
  const lines = { ...contour.line, color: t.contour };
  return [{ ...coloured(contour, s, t), line: lines, hoverinfo: "none" }, ...others.map((trace) => (trace.type === "heatmap" ? coloured(trace, s, t) : inked(trace, t)))];
}
