// One line that explains the markers: the landscape's own, and those that this result has.

import { eventMarks } from "./rate_events.js";
import { symbolOf } from "../flow/surface.js";

/**
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {import("../flow/surface.js").Surface} Surface
 */

/** @type {Object<string, string>} */
const GLYPHS = {
  "line-solid": '<path d="M1.5 10.5C5 3.5 11 12.5 14.5 5.5" stroke-width="2.6"/>',
  "line-dot": '<path d="M1.5 10.5C5 3.5 11 12.5 14.5 5.5" stroke-width="2.2" stroke-dasharray="0.1 3.6"/>',
  "line-dash": '<path d="M1.5 10.5C5 3.5 11 12.5 14.5 5.5" stroke-width="2" stroke-dasharray="4 3"/>',
  star: '<path d="M8 1.6l1.9 4.3 4.6.4-3.5 3.1 1 4.6L8 11.6 4 14l1-4.6L1.5 6.3l4.6-.4z" fill="currentColor" stroke="none"/>',
  circle: '<circle cx="8" cy="8" r="4" fill="currentColor" stroke="none"/>',
  x: '<path d="M4 4l8 8M12 4l-8 8" stroke-width="2.4"/>',
  cross: '<path d="M8 3v10M3 8h10" stroke-width="2.4"/>',
  diamond: '<path d="M8 2l5 6-5 6-5-6z" fill="currentColor" stroke="none"/>',
  square: '<path d="M4 4h8v8H4z" fill="currentColor" stroke="none"/>',
  "triangle-up": '<path d="M8 2.5 14 13H2z" fill="currentColor" stroke="none"/>',
  "triangle-down": '<path d="M8 13.5 2 3h12z" fill="currentColor" stroke="none"/>',
  disc: '<path d="M8.7 7.3V1.8a5.6 5.6 0 0 1 5.5 5.5zM7.3 7.3H1.8a5.6 5.6 0 0 1 5.5-5.5zM8 8.7h6.2a6.2 6.2 0 0 1-12.4 0z" fill="currentColor" stroke="none"/>',
  "disc-open": '<circle cx="8" cy="8" r="5.2" stroke-dasharray="9.5 1.4" stroke-linecap="butt" transform="rotate(-90 8 8)"/>',
  ring: '<circle cx="8" cy="8" r="4"/>',
  "triangle-up-open": '<path d="M8 3.5 13 12.5H3z"/>',
  "triangle-down-open": '<path d="M8 12.5 3 3.5h10z"/>',
  "square-open": '<path d="M4 4h8v8H4z"/>',
  stop: '<circle cx="8" cy="8" r="6"/><path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4"/>',
  "arrow-down": '<path d="M8 13.5 3 3.5h10z" fill="currentColor" stroke="none"/>',
  "arrow-up": '<path d="M8 2.5 13 12.5H3z" fill="currentColor" stroke="none"/>',
  arrow: '<path d="M14 8 4 3.5 6.5 8 4 12.5z" fill="currentColor" stroke="none"/>',
};

/**
 * @param {string} symbol a Plotly marker symbol, or one of ours
 */
function glyph(symbol) {
  const plain = symbol.replace(/-(open|dot|thin)/g, "");
  const shape = GLYPHS[symbol] ?? GLYPHS[plain === "circle" && symbol !== "circle" ? "ring" : plain] ?? GLYPHS.circle;
  const holder = document.createElement("template");
  holder.innerHTML = `<svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" aria-hidden="true">${shape}</svg>`;
  return /** @type {SVGElement} */ (holder.content.firstElementChild);
}

/**
 * @param {Surface} surface
 * @returns {Array<[string, string]>}
 */
function landmarks(surface) {
  const tints = surface.map.data.filter((trace) => trace.type === "heatmap").map((trace) => /** @type {[string, string]} */ (["square", `Colour: ${trace.meta.toLowerCase()}`]));
  return tints.concat(marksOf(surface));
}

/** @param {Surface} surface @returns {Array<[string, string]>} */
function marksOf(surface) {
  return surface.map.data
    .slice(1)
    .filter((trace) => trace.visible !== false && trace.name && lengthOf(trace.x) > 0)
    .map((trace) => [trace.type === "contour" ? "line-dot" : symbolOf(trace), sentenceCase(trace.name) + (trace.meta ? ` (${trace.meta})` : "")]);
}

/** @param {any} values */
const lengthOf = (values) => values?.bdata?.length ?? values?.length ?? 0;

/** @param {string} name */
const sentenceCase = (name) => name.charAt(0).toUpperCase() + name.slice(1);

/**
 * @param {Run[]} runs
 * @returns {Array<[string, string]>}
 */
function runMarks(runs) {
  /** @type {Array<[string, string, boolean]>} */
  const all = [
    ["diamond", "Converged", runs.some((run) => run.reached !== null)],
    ["ring", "Lowest loss", runs.some((run) => run.best > 0 && run.best < run.last)],
    ["disc", "Repeat at a global minimum", runs.some((run) => run.many?.global.includes(1))],
    ["disc-open", "Repeat elsewhere", runs.some((run) => run.many?.global.includes(0))],
    ["arrow", "Leaves the view", runs.some((run) => run.leaves !== null)],
    ["stop", "Stops: no number", runs.some((run) => run.last < run.steps && run.leaves === null)],
    ...eventMarks(runs),
  ];
  return all.filter(([, , present]) => present).map(([symbol, text]) => [symbol, text]);
}

/**
 * @param {HTMLElement} host
 * @param {Surface} surface
 * @param {Run[]} runs
 */
export function showLegend(host, surface, runs) {
  const entries = [...landmarks(surface), ...runMarks(runs)];
  const key = JSON.stringify(entries);
  if (host.dataset.key === key) return;
  host.dataset.key = key;
  host.replaceChildren(
    ...entries.map(([symbol, text]) => {
      const item = document.createElement("li");
      item.append(glyph(symbol), text);
      return item;
    }),
  );
}
