// How Plotly's figures take the page's theme: one place for fonts, hairlines, symbols and colour scales.

/** @typedef {import("./theme.js").Theme} Theme */

export const CONFIG = { displaylogo: false, showSendToCloud: false, displayModeBar: false, responsive: false, doubleClick: false, showTips: false };

/** @typedef {{width: number, height: number, large: boolean}} Size px; large: on a stage that is read from afar */

const [FAR, NEAR, SLIM] = [17, 14, 12]; // px of type: on a stage that is read from afar, on others, on a phone

/** The type's size in a plot. @param {Size} size */
export const typeOf = ({ width, large }) => (large ? FAR : width < 356 ? SLIM : NEAR);

/**
 * @param {Theme} theme
 * @param {Size} size
 */
export function baseLayout(theme, size) {
  return {
    width: Math.max(10, size.width),
    height: Math.max(10, size.height),
    autosize: false,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: theme.muted, family: theme.font, size: typeOf(size) },
    showlegend: false,
    hovermode: false,
    title: { text: "" },
  };
}

/**
 * @param {Theme} theme
 * @param {Size} size
 */
export function axisStyle(theme, size) {
  return {
    gridcolor: theme.grid, linecolor: theme.grid, tickcolor: theme.grid, zerolinecolor: theme.grid,
    tickfont: { color: theme.muted, size: typeOf(size), family: theme.font }, zeroline: false,
  };
}

/**
 * Symbols in ink with a paper edge, whatever the map beneath.
 * @param {any} trace
 * @param {Theme} theme
 */
export function inked(trace, theme) {
  if (trace.type === "contour") return { ...trace, hoverinfo: "skip", line: { ...trace.line, color: theme.muted } }; // a penalty's
  if (trace.mode === "lines") {
    // a curve is ink between two edges of paper, as the symbols are; the edge has no name of its own
    return { ...trace, hoverinfo: "skip", line: { ...trace.line, color: trace.name ? theme.ink : theme.paper } };
  }
  const thin = /-(open|thin)/.test(String(trace.marker?.symbol ?? ""));
  return {
    ...trace,
    hoverinfo: "skip",
    marker: {
      ...trace.marker,
      color: thin ? trace.marker?.color && theme.ink : theme.ink,
      line: { width: thin ? 2 : 1.25, color: thin ? theme.ink : theme.paper },
    },
  };
}

/**
 * The landscape's own trace in the theme's colours.
 * @param {any} trace
 * @param {import("../flow/surface.js").Surface} surface
 * @param {Theme} theme
 */
export function coloured(trace, surface, theme) {
  return { ...trace, colorscale: surface.colorscale[theme.dark ? "dark" : "light"], reversescale: false, showscale: false, hoverinfo: "skip" };
}

/**
 * @param {HTMLElement} element
 * @returns {Size}
 */
export function sizeOf(element) {
  return { width: element.clientWidth, height: element.clientHeight, large: element.closest(".thw-large") !== null };
}
