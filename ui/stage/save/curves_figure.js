// The curves as one figure of Plotly's, to be saved: as they stand on the screen, with what is still to come behind a veil.

/**
 * @param {{data: any[], layout: any}} graph what is on the screen
 * @param {import("../flow/picture.js").Scene} scene
 * @param {{caption: string, time: number, size: import("./map_figure.js").Size}} state
 * @returns {import("./map_figure.js").Figure}
 */
export function curvesFigure({ data, layout }, { steps, theme }, { caption, time, size }) {
  const line = { xref: "x", yref: "paper", y0: 0, y1: 1 };
  const shapes = time < steps ? [
    { ...line, type: "rect", x0: time, x1: steps, fillcolor: theme.paper, opacity: 0.76, line: { width: 0 }, layer: "above" },
    { ...line, type: "line", x0: time, x1: time, line: { color: theme.muted, width: 1.5 }, layer: "above" },
  ] : [];
  const words = { text: caption, x: 1, y: 1, xref: "paper", yref: "paper", xanchor: "right", yanchor: "bottom", yshift: 4, showarrow: false, font: { size: 13, color: theme.muted, family: theme.font } };
  return {
    data,
    layout: {
      ...layout, ...size, autosize: false, paper_bgcolor: theme.paper, plot_bgcolor: theme.paper, margin: { ...layout.margin, l: 58, r: 20, t: 28, b: 44 },
      yaxis: { ...layout.yaxis, tickfont: { ...layout.yaxis?.tickfont, size: 13 } },
      xaxis: { ...layout.xaxis, tickfont: { ...layout.xaxis?.tickfont, size: 13 }, title: { text: "step", font: { size: 13, color: theme.muted }, standoff: 6 } },
      shapes: [...(layout.shapes ?? []), ...shapes], annotations: [...(layout.annotations ?? []), ...(caption ? [words] : [])],
    },
  };
}
