// How Plotly's figures take the page's theme: one place for fonts, hairlines, symbols and colour scales.

/** @typedef {import("./theme.js").Theme} Theme */

export const CONFIG = { displaylogo: false, showSendToCloud: false, displayModeBar: false, responsive: false, doubleClick: false, showTips: false };

export const WIDE = 600; // px: a plot as wide as that is on a projector or a large screen, and read from afar

/**
 * @param {Theme} theme
 * @param {{width: number, height: number}} size
 */
export function baseLayout(theme, size) {
  return {
    width: Math.max(10, size.width),
    height: Math.max(10, size.height),
    autosize: false,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: theme.muted, family: theme.font, size: 11 },
    showlegend: false,
    hovermode: false,
    title: { text: "" },
  };
}

/**
 * @param {Theme} theme
 * @param {number} [width] of the plot, px
 */
export function axisStyle(theme, width = 0) {
  return {
    gridcolor: theme.grid, linecolor: theme.grid, tickcolor: theme.grid, zerolinecolor: theme.grid,
    tickfont: { color: theme.muted, size: width >= WIDE ? 14 : 11, family: theme.font }, zeroline: false,
  };
}

/**
 * Symbols in ink with a paper edge, whatever the map beneath.
 * @param {any} trace
 * @param {Theme} theme
 */
export function inked(trace, theme) {
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
 * @returns {{width: number, height: number}}
 */
export function sizeOf(element) {
  return { width: element.clientWidth, height: element.clientHeight };
}
