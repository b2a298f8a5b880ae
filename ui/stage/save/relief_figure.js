// The relief as one figure of Plotly's, to be saved: the surface from where the person looks at it, and the paths up to a step.

import { startOf } from "../flow/picture.js";
import { heightAt, landmarks } from "../flow/surface.js";
import { reliefLayout, reliefTraces } from "../relief/relief_view.js";
import { uncrowded } from "./crowd.js";
import { endWords } from "./run_words.js";
import { shownPath } from "./shown_path.js";
import { sightOf, withRoom } from "./sight.js";

/**
 * @typedef {import("./map_figure.js").Figure} Figure
 * @typedef {import("./shown_path.js").Spot} Spot
 * @typedef {(spot: Spot, share: number) => Spot} Sight
 */

const [NEAR, NEARER] = [0.012, 0.035]; // of the way to the eye: lines, and marks, over the ground that would cut them
const CROWD = 40; // marks of a kind from which on they are smaller
/** @type {Record<string, string>} the map's symbols of which a scene has none, as letters */
const LETTERS = { star: "\u2605", "triangle-down-open": "\u25bd" };

/**
 * @param {import("../flow/picture.js").Picture} picture
 * @param {{camera: any, time: number, size: import("./map_figure.js").Size}} state
 * @returns {Figure}
 */
export function reliefFigure({ packet, surface, scene }, { camera, time, size }) {
  const { grid } = surface;
  const { theme } = scene;
  const heights = (/** @type {number} */ x, /** @type {number} */ y) => heightAt(grid, x, y);
  const layout = reliefLayout(surface.relief.layout ?? {}, { camera, home: "saved", size }, theme);
  const known = ["xaxis", "yaxis", "zaxis"].every((name) => layout.scene[name].range);
  const sight = known ? sightOf(layout.scene) : (/** @type {Spot} */ spot) => spot;
  const box = /** @type {import("../paths/outline.js").Box} */ ([grid.x0, grid.x1, grid.y0, grid.y1]);
  const shown = scene.runs.map((run, i) => ({ run, color: scene.colors[i] })).filter((_, i) => scene.shown[i]);
  const runs = shown.flatMap(({ run, color }) => pathTraces(run, uncrowded(shownPath(run, time, box, heights), box), { color, theme, time, sight }));
  const place = startOf(packet);
  const first = /** @type {Spot} */ ([...place, heights(...place)]);
  const start = Number.isFinite(first[2]) ? [marks([first], sight, { symbol: "circle", size: 7, color: theme.ink, line: { color: theme.paper, width: 2 } })] : [];
  return {
    data: [...reliefTraces(surface, theme), ...markTraces(surface, theme, heights, sight), ...runs, ...start],
    layout: { ...layout, paper_bgcolor: theme.paper, scene: known ? withRoom(layout.scene) : layout.scene },
  };
}

/**
 * @param {import("../flow/packet.js").Run} run
 * @param {import("./shown_path.js").ShownPath} path
 * @param {{color: string, theme: import("../shared/theme.js").Theme, time: number, sight: Sight}} state
 */
function pathTraces(run, path, { color, theme, time, sight }) {
  const spots = path.x.map((x, i) => {
    const spot = /** @type {Spot} */ ([x, path.y[i], path.z[i]]);
    return x !== null && spot.every(Number.isFinite) ? sight(spot, NEAR) : [null, null, null];
  });
  const line = { type: "scatter3d", mode: "lines", x: spots.map(([x]) => x), y: spots.map(([, y]) => y), z: spots.map(([, , z]) => z), connectgaps: false, hoverinfo: "skip", line: { color, width: 6 } };
  const words = endWords(run, path, time);
  const end = path.exit?.to ?? path.now;
  const look = { color, line: { color: theme.paper, width: 1.5 } };
  const made = /** @type {any[]} */ ([line]);
  const { reached } = run;
  if (reached !== null && time >= reached) made.push(marks([[run.series.x[reached], run.series.y[reached], run.series.z[reached]]], sight, { ...look, symbol: "diamond", size: 6 }));
  if (end) made.push({ ...marks([end], sight, { ...look, symbol: words && !path.exit ? "x" : "circle", size: 7 }), mode: "markers+text", text: [words], textfont: { color: theme.ink, size: 14, family: theme.font }, textposition: "top center" });
  return made.filter((trace) => trace.mode === "lines" || Number.isFinite(trace.z[0]));
}

/**
 * The surface's minima.
 * @param {import("../flow/surface.js").Surface} surface
 * @param {import("../shared/theme.js").Theme} theme
 * @param {(x: number, y: number) => number} heights
 * @param {Sight} sight
 */
function markTraces(surface, theme, heights, sight) {
  return landmarks(surface).flatMap(({ symbol, points }) => {
    const letter = LETTERS[symbol];
    const spots = points.map(([x, y]) => /** @type {Spot} */ ([x, y, heights(x, y)])).filter((spot) => spot.every(Number.isFinite));
    const small = spots.length > CROWD;
    if (!spots.length || !(letter || symbol === "circle")) return []; // saddles and maxima would crowd it
    const dots = marks(spots, sight, { symbol: "circle", size: small ? 3 : 4.5, color: theme.ink, line: { color: theme.paper, width: 1.5 } });
    return [letter ? { ...dots, mode: "text", text: spots.map(() => letter), textfont: { color: theme.ink, size: small ? 12 : 22 }, textposition: "middle center" } : dots];
  });
}

/** @param {Spot[]} spots @param {Sight} sight @param {any} marker @returns {any} */
function marks(spots, sight, marker) {
  const moved = spots.map((spot) => sight(spot, NEARER));
  return { type: "scatter3d", mode: "markers", hoverinfo: "skip", x: moved.map(([x]) => x), y: moved.map(([, y]) => y), z: moved.map(([, , z]) => z), marker };
}
