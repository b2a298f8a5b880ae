// The edge of stability on the sharpness curve: the most curvature that each run's learning rate can bear, and the band above.

/**
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {import("../flow/picture.js").Scene} Scene
 */

const REACH = { linear: 3, log: 30 }; // how far above the sharpness a limit may lie and still be taken into the picture
const APART = 15; // px between two labels

/**
 * The curvature at which the run's optimizer is no longer stable, a step; infinite where the learning rate is 0.
 * @param {Run} run
 * @returns {import("../flow/packet.js").Series|null} null where no limit is known
 */
export function curvatureLimits(run) {
  if (run.limit === null) return null;
  const { limit } = run;
  return run.series.rate.map((rate) => (rate > 0 ? limit / rate : Infinity));
}

/**
 * The y range, in axis units, made taller so that the limits are in it where they are not far off.
 * @param {[number, number]} range
 * @param {Array<import("../flow/packet.js").Series|null>} limits of the runs shown
 * @param {boolean} logarithmic
 * @returns {[number, number]}
 */
export function roomForLimits([low, high], limits, logarithmic) {
  const finite = limits.flatMap((values) => (values ? [...values].filter(Number.isFinite) : []));
  const most = logarithmic ? 10 ** high * REACH.log : Math.max(high * REACH.linear, 0);
  const least = logarithmic ? 10 ** low / REACH.log : -Infinity;
  let [from, to] = [low, high];
  for (const value of finite) {
    if (value > most || value < least) continue;
    const at = logarithmic ? Math.log10(value) : value;
    if (at < from) from = at;
    if (at > to) to = at;
  }
  const pad = (to - from) * 0.1;
  return [from < low ? from - pad : low, to > high ? to + pad : high];
}

/**
 * @param {Scene} scene
 * @param {[number, number]} range of the y axis, in axis units
 * @param {boolean} logarithmic
 * @param {(values: import("../flow/packet.js").Series, logarithmic: boolean) => {x: number[], y: Array<number|null>}} thin
 */
export function bandTraces(scene, range, logarithmic, thin) {
  const top = logarithmic ? 10 ** (range[1] + 1) : range[1] + (range[1] - range[0]);
  return scene.runs.flatMap((run, i) => {
    const limits = scene.shown[i] ? curvatureLimits(run) : null;
    if (!limits) return [];
    const { x, y } = thin(limits, logarithmic);
    const color = scene.colors[i];
    const common = { type: "scatter", mode: "lines", hoverinfo: "skip" };
    return [
      { ...common, name: `${run.name}: unstable above`, x, y, connectgaps: false, line: { color, width: 1.5, dash: "6px,4px" } },
      { ...common, x, y: y.map((value) => Math.min(value ?? top, top)), line: { width: 0 } },
      { ...common, x, y: x.map(() => top), line: { width: 0 }, fill: "tonexty", fillcolor: faint(color) },
    ];
  });
}

/**
 * "above: unstable" just over each line where it begins, where there is room.
 * @param {Scene} scene
 * @param {[number, number]} range
 * @param {boolean} logarithmic
 * @param {number} height of the plot, px
 */
export function bandLabels(scene, range, logarithmic, height) {
  /** @type {number[]} */
  const taken = [];
  return scene.runs.flatMap((run, i) => {
    const limits = scene.shown[i] ? curvatureLimits(run) : null;
    const first = limits?.find(Number.isFinite);
    if (first === undefined) return [];
    const y = logarithmic ? Math.log10(first) : first;
    const pixel = ((range[1] - y) / (range[1] - range[0])) * height;
    if (!(pixel > APART && pixel < height) || taken.some((other) => Math.abs(other - pixel) < APART)) return [];
    taken.push(pixel);
    return [{ x: 0, xref: "x", y, yref: "y", text: "above: unstable", showarrow: false, xanchor: "left", yanchor: "bottom", xshift: 4, bgcolor: scene.theme.paper, borderpad: 0, font: { color: scene.colors[i], size: 11 } }];
  });
}

/** @param {string} color "#RRGGBB" */
function faint(color) {
  const [r, g, b] = [1, 3, 5].map((from) => Number.parseInt(color.slice(from, from + 2), 16));
  return `rgba(${r}, ${g}, ${b}, 0.09)`;
}
