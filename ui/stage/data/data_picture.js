// The data view as a picture that is saved: the same drawing at another size, as the text of an SVG.

import { createFigure } from "./data_figure.js";
import { viewOf } from "./data_layout.js";
import { shownRows, windowOf } from "./rows.js";

/**
 * Nothing where nothing learns.
 * @param {import("../flow/picture.js").Picture} picture
 * @param {number} time
 * @param {import("../shared/plot_style.js").Size} size
 */
export function dataPicture(picture, time, size) {
  const told = picture.packet.data;
  if (!told) return "";
  const figure = createFigure(document.createElement("div"));
  const moment = { time, step: Math.floor(time), moving: false };
  const view = viewOf({ picture, shown: shownRows(told, new Map()), window_: windowOf(told), moment, mode: "fit", chosen: -1, adding: false, kind: 1 }, size);
  if (!view) return "";
  figure.draw(view);
  figure.svg.querySelectorAll(".thw-row > circle").forEach((reach) => reach.remove());
  for (const row of figure.svg.querySelectorAll(".thw-row")) for (const name of ["role", "tabindex", "aria-label", "aria-pressed"]) row.removeAttribute(name);
  if (!figure.canvas.hidden) {
    const { left, top, width, height } = view.axes.box;
    const shade = document.createElementNS("http://www.w3.org/2000/svg", "image");
    const attributes = { x: left, y: top, width, height, preserveAspectRatio: "none", href: figure.canvas.toDataURL() };
    for (const [name, value] of Object.entries(attributes)) shade.setAttribute(name, String(value));
    figure.svg.children[0].after(shade);
  }
  return figure.svg.outerHTML;
}
