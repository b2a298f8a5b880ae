// The curves as one figure of Plotly's, to be saved: as they stand on the screen, the runs' names at their ends, and what is still
// to come behind a veil.

import { spread } from "../curves/end_names.js";

const MARGIN = { l: 64, t: 28, b: 46, pad: 0 };
const [TYPE, LINE, LETTER] = [14, 19, 8.2]; // px: of the names, a line of them, a letter
const [LEAST, MOST] = [20, 0.3]; // px, and of the width: what is kept for names

/**
 * @param {{data: any[], layout: any}} graph what is on the screen
 * @param {import("../flow/picture.js").Scene} scene
 * @param {{caption: string, time: number, size: import("./map_figure.js").Size}} state
 * @returns {import("./map_figure.js").Figure}
 */
export function curvesFigure({ data, layout }, scene, { caption, time, size }) {
  const { steps, theme } = scene;
  /** @type {string|undefined} */
  const across = layout.meta?.across; // a number that runs are compared over: there are no steps
  const told = across && caption ? `${caption}; dashed: held out, \u25cb lowest` : caption;
  const line = { xref: "x", yref: "paper", y0: 0, y1: 1 };
  const shapes = time < steps && !across ? [
    { ...line, type: "rect", x0: time, x1: steps, fillcolor: theme.paper, opacity: 0.76, line: { width: 0 }, layer: "above" },
    { ...line, type: "line", x0: time, x1: time, line: { color: theme.muted, width: 1.5 }, layer: "above" },
  ] : [];
  const words = { text: told, x: 1, y: 1, xref: "paper", yref: "paper", xanchor: "right", yanchor: "bottom", yshift: 4, showarrow: false, font: { size: TYPE, color: theme.muted, family: theme.font } };
  const ends = endsOf(data, layout, scene, size.height - MARGIN.t - MARGIN.b, Math.floor((MOST * size.width - LEAST) / LETTER));
  const room = Math.max(0, ...ends.map(({ text }) => text.length * LETTER));
  const margin = { ...MARGIN, r: Math.min(MOST * size.width, room + LEAST) };
  const standing = (layout.annotations ?? []).map((/** @type {any} */ one) => ({ ...one, font: { ...one.font, size: TYPE, family: theme.font } }));
  const ticks = (/** @type {any} */ axis) => ({ ...axis, tickfont: { ...axis?.tickfont, size: TYPE, family: theme.font } });
  return {
    data,
    layout: {
      ...layout, width: size.width, height: size.height, autosize: false, paper_bgcolor: theme.paper, plot_bgcolor: theme.paper, margin,
      xaxis: { ...ticks(layout.xaxis), title: { text: across ?? "step", font: { size: TYPE, color: theme.muted, family: theme.font }, standoff: 6 } },
      yaxis: ticks(layout.yaxis),
      shapes: [...(layout.shapes ?? []), ...shapes], annotations: [...standing, ...(caption ? [words] : []), ...ends],
    },
  };
}

/**
 * The runs' names where their lines end, off one another; none where there is no room for all.
 * @param {any[]} data
 * @param {any} layout
 * @param {import("../flow/picture.js").Scene} scene
 * @param {number} height of the plot, px
 * @param {number} letters of a name, at most
 */
function endsOf(data, { yaxis = {} }, { runs, colors, shown, theme }, height, letters) {
  const [low, high] = yaxis.range ?? [0, 1];
  const found = runs.flatMap((run, i) => {
    const trace = shown[i] ? data.find((one) => one.name === run.name && one.line?.color === colors[i]) : null;
    const value = Array.from(trace?.y ?? []).findLast((y) => Number.isFinite(y));
    const at = yaxis.type === "log" ? Math.log10(value) : value;
    return at >= low && at <= high ? [{ name: run.name, color: colors[i], at: ((at - low) / (high - low)) * height }] : [];
  });
  if (found.length * LINE > height) return [];
  const heights = spread(found.map(({ at }) => at), LINE, height);
  return found.map(({ name, color }, k) => ({
    text: (name.length > letters ? `${name.slice(0, letters - 1)}…` : name).replaceAll("<", "&lt;"), x: 1, y: heights[k] / height, xref: "paper", yref: "paper", xanchor: "left", yanchor: "middle", xshift: 7, showarrow: false,
    font: { size: TYPE, color, family: theme.font },
  }));
}
