// The relief as one figure of Plotly's, to be saved: the surface from where the person looks at it, and the paths up to a step.

import { heightAt, landmarks } from "../flow/surface.js";
import { reliefLayout, reliefTraces } from "../relief/relief_view.js";
import { endWords } from "./run_words.js";
import { shownPath } from "./shown_path.js";

/** @typedef {import("./map_figure.js").Figure} Figure */

const LIFT = 0.012; // of all heights: a line would sink into the ground, which is drawn coarsely
const CROWD = 40; // marks of a kind from which on they are smaller
/** @type {Record<string, string>} what a scene has of the map's symbols */
const SYMBOLS = { star: "diamond", circle: "circle", "triangle-down-open": "circle-open" };

/**
 * @param {import("../flow/picture.js").Picture} picture
 * @param {{camera: any, time: number, size: import("./map_figure.js").Size}} state
 * @returns {Figure}
 */
export function reliefFigure({ packet, surface, scene }, { camera, time, size }) {
  const { grid } = surface;
  const lift = grid.high > grid.low ? LIFT * (grid.high - grid.low) : 0;
  const heights = (/** @type {number} */ x, /** @type {number} */ y) => heightAt(grid, x, y);
  const runs = scene.runs.flatMap((run, i) => {
    if (!scene.shown[i]) return [];
    return pathTraces(run, shownPath(run, time, [grid.x0, grid.x1, grid.y0, grid.y1], heights), { color: scene.colors[i], scene, time, lift });
  });
  const layout = reliefLayout(surface.relief.layout ?? {}, { camera, home: "saved", size }, scene.theme);
  const first = /** @type {[number, number, number]} */ ([...packet.start, heights(...packet.start) + lift]);
  const start = Number.isFinite(first[2]) ? [points([first], { symbol: "circle", size: 6, color: scene.theme.ink, line: { color: scene.theme.paper, width: 2 } })] : [];
  return { data: [...reliefTraces(surface, scene.theme), ...markTraces(surface, scene, heights, lift), ...runs, ...start], layout: { ...layout, paper_bgcolor: scene.theme.paper } };
}

/**
 * @param {import("../flow/packet.js").Run} run
 * @param {import("./shown_path.js").ShownPath} path
 * @param {{color: string, scene: import("../flow/picture.js").Scene, time: number, lift: number}} state
 */
function pathTraces(run, path, { color, scene: { theme }, time, lift }) {
  const z = path.z.map((height) => (height === null || !Number.isFinite(height) ? null : height + lift));
  const made = /** @type {any[]} */ ([{ type: "scatter3d", mode: "lines", x: path.x, y: path.y, z, connectgaps: false, hoverinfo: "skip", line: { color, width: 6 } }]);
  const words = endWords(run, path, time);
  const end = path.exit?.to ?? path.now;
  const mark = (/** @type {import("./shown_path.js").Spot} */ [x, y, height], /** @type {any} */ marker) => points([[x, y, height + lift]], { color, line: { color: theme.paper, width: 1.5 }, ...marker });
  const reached = run.reached !== null && time >= run.reached ? run.reached : null;
  if (reached !== null) made.push(mark([run.series.x[reached], run.series.y[reached], run.series.z[reached]], { symbol: "diamond", size: 6 }));
  if (end) made.push({ ...mark(end, { symbol: words && !path.exit ? "x" : "circle", size: 6 }), mode: "markers+text", text: [words], textfont: { color: theme.ink, size: 13 }, textposition: "top center" });
  return made.filter((trace) => trace.mode === "lines" || Number.isFinite(trace.z[0]));
}

/**
 * The surface's minima.
 * @param {import("../flow/surface.js").Surface} surface
 * @param {import("../flow/picture.js").Scene} scene
 * @param {(x: number, y: number) => number} heights
 * @param {number} lift
 */
function markTraces(surface, { theme }, heights, lift) {
  return landmarks(surface).flatMap(({ symbol, points: places }) => {
    const known = SYMBOLS[symbol];
    const spots = places.map(([x, y]) => /** @type {[number, number, number]} */ ([x, y, heights(x, y) + lift])).filter((spot) => spot.every(Number.isFinite));
    const size = spots.length > CROWD ? 3 : symbol === "star" ? 6 : 4;
    return known && spots.length ? [points(spots, { symbol: known, size, color: theme.ink, line: { color: theme.paper, width: 1.5 } })] : [];
  });
}

/** @param {Array<[number, number, number]>} spots @param {any} marker @returns {any} */
const points = (spots, marker) => ({
  type: "scatter3d", mode: "markers", hoverinfo: "skip", x: spots.map(([x]) => x), y: spots.map(([, y]) => y), z: spots.map(([, , z]) => z), marker,
});
