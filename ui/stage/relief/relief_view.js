// The relief: the surface in 3D by Plotly, paths laid over it on a canvas that follows the camera.

import { createEnds } from "../paths/ends.js";
import { createPathLayer } from "../paths/paths.js";
import { cameraNow, loadedPlotly, onSceneDrawn, readCamera } from "../shared/plotly_internals.js";
import { axisStyle, baseLayout, coloured, CONFIG, sizeOf, typeOf } from "../shared/plot_style.js";
import { createReliefMarks } from "./relief_marks.js";
import { createStems } from "./stems.js";
import { heightAt } from "../flow/surface.js";

/**
 * @typedef {import("../shared/theme.js").Theme} Theme
 * @typedef {import("../flow/surface.js").Surface} Surface
 * @typedef {import("../flow/surface.js").Grid} Grid
 * @typedef {import("../shared/plotly_internals.js").Camera} Camera
 * @typedef {import("../flow/picture.js").Picture} Picture
 * @typedef {import("../flow/picture.js").Scene} Scene
 */

const FITS = 1.5; // width over height of a panel in which the whole surface is seen from HOME
const HOME = { eye: { x: 0.97, y: -1.54, z: 1.43 }, center: { x: 0, y: 0, z: -0.33 }, up: { x: 0, y: 0, z: 1 } };
const MARCH = 36; // samples of the sight line from a point to the camera

/**
 * @param {HTMLElement} plot
 * @param {{onMoved: () => void, onFailure: () => void}} events onMoved: the camera has moved, or the ground has changed
 */
export function createReliefView(plot, events) {
  const landmarks = createReliefMarks(/** @type {HTMLElement} */ (plot.parentElement));
  const ends = createEnds(/** @type {HTMLElement} */ (plot.parentElement));
  const stems = createStems(/** @type {HTMLElement} */ (plot.parentElement), sightNow); // the balls stand on them
  const layer = createPathLayer(/** @type {HTMLElement} */ (plot.parentElement), { startRing: () => true, labels: false });
  /** @type {any} */
  let plotly = null;
  /** @type {Surface|null} */
  let surface = null;
  /** @type {Theme|null} */
  let theme = null;
  /** @type {Scene|null} */
  let scene = null;
  /** @type {Picture|null} the newest, whose ground may not be drawn yet */
  let picture = null;
  /** @type {Promise<void>} one drawing of the ground after the other */
  let work = Promise.resolve();
  let home = "";
  let homed = homeCamera({ width: FITS, height: 1 }); // where the camera was put last
  let lastView = "";
  let unhook = () => {};

  /** Whether the ground of a picture is to be drawn, and there is room for it. @param {Picture|null} of */
  const groundless = (of) => of !== null && (of.surface !== surface || of.scene.theme !== theme) && plot.clientWidth > 0;

  function showGround() {
    work = work.then(async () => {
      if (picture && groundless(picture)) await drawGround(picture);
    }).catch(events.onFailure);
    return work;
  }

  /**
   * Draw or redraw the surface; keeps the camera while the window is the same.
   * @param {Picture} on
   */
  async function drawGround(on) {
    const fresh = !plotly;
    const window_ = JSON.stringify(on.packet.view);
    const kept = home === window_ && cameraNow(plot);
    if (!kept) homed = homeCamera(sizeOf(plot));
    const camera = kept || homed;
    plotly = loadedPlotly();
    surface = on.surface;
    theme = on.scene.theme;
    home = window_;
    const figure = reliefLayout(surface.relief.layout ?? {}, { camera, home, size: sizeOf(plot) }, theme);
    await plotly[fresh ? "newPlot" : "react"](plot, reliefTraces(surface, theme), figure, { ...CONFIG, scrollZoom: "gl3d" });
    unhook();
    unhook = onSceneDrawn(plot, reproject);
    recut();
  }

  /** Paths anew for the current data. */
  function recut() {
    if (!scene || !surface) return;
    const grid = surface.grid;
    layer.cutTo(scene, [grid.x0, grid.x1, grid.y0, grid.y1], (x, y) => heightAt(grid, x, y));
    lastView = "";
    reproject();
  }

  /** Paths anew for the current camera. */
  function reproject() {
    const camera = readCamera(plot);
    if (!camera || !surface || !scene) return;
    const view = `${camera.width} ${camera.height} ${camera.left} ${camera.top} ${camera.matrix.join(" ")}`;
    if (view === lastView) return;
    lastView = view;
    const place = onGround(camera, surface.grid);
    if (theme) landmarks.draw(camera, surface, theme, place);
    ends.draw(camera, scene, place);
    layer.place(camera);
    layer.projectAll({ to: projector(camera), veiled: sightLine(camera, surface.grid) });
    layer.draw();
    stems.draw(scene);
    events.onMoved();
  }

  function sightNow() {
    const camera = readCamera(plot);
    return camera && surface && sightOf(camera, surface.grid);
  }

  return {
    /** @param {Picture} next */
    show(next) {
      picture = next;
      scene = next.scene;
      if (groundless(next)) return showGround();
      recut();
      return undefined;
    },
    /** @param {Picture} next */
    sketch(next) {
      if (next.packet.ground) return; // the relief stands, and paths on another ground would hang in the air
      scene = next.scene;
      recut();
    },
    late: groundless,
    /** Where the picture is, and what puts a point of the ground on it; null until it is drawn. */
    frame() {
      const camera = readCamera(plot);
      return camera && surface && { left: camera.left, top: camera.top, width: camera.width, height: camera.height, place: onGround(camera, surface.grid) };
    },
    get ends() {
      return ends.counts;
    },
    get landmarks() {
      return landmarks.count;
    },
    get stems() {
      return stems.count;
    },
    camera: () => cameraNow(plot),
    /** @param {import("../flow/picture.js").Moment} moment */
    draw(moment) {
      layer.draw(moment);
      stems.draw(scene, moment.time);
    },
    hit: layer.hit,
    /** Where the diamonds are, in pixels; null for a run without one. */
    diamonds: () => layer.diamonds().map((spot) => spot && [spot.x, spot.y]),
    /**
     * Where a point of the scene is, in the same pixels.
     * @param {number} x
     * @param {number} y
     * @param {number} z
     */
    project: (x, y, z) => sightNow()?.project(x, y, z) ?? null,
    reset() {
      homed = homeCamera(sizeOf(plot));
      plotly?.relayout(plot, { "scene.camera": homed });
    },
    async resize() {
      const size = sizeOf(plot);
      if (groundless(picture)) return showGround();
      if (!plotly || !size.width) return undefined;
      const moved = !isAt(cameraNow(plot), homed);
      if (!moved) homed = homeCamera(size); // nobody has turned it: the whole surface is to be seen in the new room, too
      await plotly.relayout(plot, { width: size.width, height: size.height, ...(moved ? {} : { "scene.camera": homed }) });
      return reproject();
    },
    destroy() {
      unhook();
      if (plotly) plotly.purge(plot);
    },
  };
}

/**
 * The first camera, further away where the panel is narrow.
 * @param {{width: number, height: number}} size
 */
export function homeCamera({ width, height }) {
  const far = Math.min(2, Math.max(1, FITS / (width / Math.max(height, 1))) ** 0.8);
  const { x, y, z } = HOME.eye;
  return { ...HOME, eye: { x: far * x, y: far * y, z: far * z } };
}

/** @param {any} camera @param {{eye: {x: number, y: number, z: number}}} place */
const isAt = (camera, { eye: { x, y, z } }) => camera !== null && Math.hypot(camera.eye.x - x, camera.eye.y - y, camera.eye.z - z) < 1e-6;

/**
 * @param {any} figure what Python sent of it
 * @param {{camera: any, home: string, size: import("../shared/plot_style.js").Size}} state home: for what the camera is kept
 * @param {Theme} t
 */
export function reliefLayout(figure, { camera, home, size }, t) {
  const axis = (/** @type {string} */ name) => ({
    ...figure.scene?.[name], ...axisStyle(t, size), backgroundcolor: "rgba(0,0,0,0)", showbackground: false, showspikes: false,
    title: { text: "" }, nticks: 5, tickfont: { color: t.muted, size: Math.min(14, typeOf(size)), family: t.font }, tickangle: 0, showline: false,
  });
  return {
    ...figure, ...baseLayout(t, size), margin: { l: 0, r: 0, t: 0, b: 0 }, uirevision: home,
    scene: {
      aspectmode: "manual", aspectratio: { x: 1, y: 1, z: 0.55 }, ...figure.scene, camera, uirevision: home, dragmode: "turntable", hovermode: false,
      bgcolor: "rgba(0,0,0,0)", xaxis: axis("xaxis"), yaxis: axis("yaxis"), zaxis: { ...axis("zaxis"), showticklabels: false },
    },
  };
}

/**
 * @param {Surface} s
 * @param {Theme} t
 */
export function reliefTraces(s, t) {
  const [ground] = s.relief.data;
  if (!(s.grid.low <= s.grid.high)) return [nothing(s.grid)];
  const contours = { ...ground.contours, x: { ...ground.contours?.x, highlight: false }, y: { ...ground.contours?.y, highlight: false }, z: { ...ground.contours?.z, highlight: false } };
  return [{ ...coloured(ground, s, t), contours, hidesurface: false }];
}

/**
 * A trace that draws nothing, for a surface that is nowhere a finite number: WebGL cannot take one.
 * @param {Grid} grid
 */
function nothing({ x0, x1, y0, y1 }) {
  return { type: "surface", x: [x0, x1], y: [y0, y1], z: [[0, 0], [0, 0]], hidesurface: true, showscale: false, hoverinfo: "skip" };
}

/**
 * @param {Camera} camera
 * @returns {(x: number, y: number, z: number, pixel: Float64Array) => void}
 */
function projector({ matrix: m, width, height }) {
  return (x, y, z, pixel) => {
    const w = m[3] * x + m[7] * y + m[11] * z + m[15];
    pixel[0] = ((m[0] * x + m[4] * y + m[8] * z + m[12]) / w + 1) * 0.5 * width;
    pixel[1] = (1 - (m[1] * x + m[5] * y + m[9] * z + m[13]) / w) * 0.5 * height;
  };
}

/**
 * What points are put on the picture by.
 * @param {Camera} camera
 * @param {Grid} grid
 * @returns {import("./stems.js").Sight}
 */
function sightOf(camera, grid) {
  const to = projector(camera);
  return {
    frame: camera,
    project(x, y, z) {
      const pixel = new Float64Array(2);
      to(x, y, z, pixel);
      return [pixel[0], pixel[1]];
    },
    veiled: sightLine(camera, grid),
    within: (x, y) => x >= grid.x0 && x <= grid.x1 && y >= grid.y0 && y <= grid.y1,
  };
}

/**
 * Puts points of the ground on the picture.
 * @param {Camera} camera
 * @param {Grid} grid
 * @returns {import("../paths/ends.js").Place}
 */
function onGround(camera, grid) {
  const to = projector(camera);
  const veiled = sightLine(camera, grid);
  const pixel = new Float64Array(2);
  return (x, y, lift = 0) => {
    const height = heightAt(grid, x, y) + lift * (grid.high - grid.low);
    if (!Number.isFinite(height)) return null;
    to(x, y, height, pixel);
    return { x: pixel[0], y: pixel[1], hidden: veiled(x, y, height) };
  };
}

/**
 * Whether the ground lies between a point and the camera: samples along the sight line, denser near the point.
 * @param {Camera} camera
 * @param {Grid} grid
 * @returns {(x: number, y: number, z: number) => boolean}
 */
function sightLine({ eye }, grid) {
  const margin = (grid.high - grid.low) * 0.012;
  const span = Math.hypot(grid.x1 - grid.x0, grid.y1 - grid.y0);
  return (x, y, z) => {
    const [dx, dy, dz] = [eye[0] - x, eye[1] - y, eye[2] - z];
    const far = Math.min(1, span / Math.hypot(dx, dy));
    for (let i = 1; i <= MARCH; i++) {
      const t = far * (0.012 + 0.988 * (i / MARCH) ** 1.6);
      const height = z + t * dz;
      if (height > grid.high) return false;
      const ground = heightAt(grid, x + t * dx, y + t * dy);
      if (Number.isNaN(ground)) return false;
      if (ground > height + margin) return true;
    }
    return false;
  };
}
