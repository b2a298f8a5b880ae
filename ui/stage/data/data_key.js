// One line that explains the marks of the data view, those that are there.

import { colorsOf } from "./data_marks.js";
import { partSaid } from "./data_words.js";
import { classesOf } from "./predictor.js";

/** @type {Record<string, string>} */
const GLYPHS = {
  disc: '<circle cx="8" cy="8" r="4.6" fill="currentColor" stroke="none"/>',
  triangle: '<path d="M8 2.4 13.6 13H2.4z" fill="currentColor" stroke="none"/>',
  square: '<rect x="3.6" y="3.6" width="8.8" height="8.8" fill="currentColor" stroke="none"/>',
  dotted_hollow: '<circle cx="8" cy="8" r="4.6"/><circle cx="8" cy="8" r="1.7" fill="currentColor" stroke="none"/>',
  hollow: '<circle cx="8" cy="8" r="4.6"/>',
  ring: '<circle cx="8" cy="8" r="6.4"/><circle cx="8" cy="8" r="3.4" fill="currentColor" stroke="none"/>',
  out: '<circle cx="8" cy="8" r="4"/><path d="M2 14 14 2"/>',
  crossed: '<circle cx="8" cy="8" r="3.6" fill="currentColor" stroke="none"/><path d="M2 2l12 12M2 14 14 2"/>',
  dotted: '<path d="M0.5 8h15" stroke-width="2.2" stroke-dasharray="0.1 3.6"/>',
  dashed: '<path d="M0 8h16" stroke-width="1.6" stroke-dasharray="4.5 3"/>',
};

/**
 * @param {import("./data_figure.js").View} view
 * @returns {Array<[string, string, string]>} glyph, perhaps none, words, colour
 */
function entriesOf({ shown: { told, left }, batch, mode, picture }) {
  const { theme } = picture.scene;
  const classes = classesOf(told);
  const [none, one, two] = colorsOf(picture);
  const held = (told.held ?? []).some((place) => !left.has(place));
  const part = mode === "fit" ? partSaid(told) : "";
  /** @type {Array<[string, string, string, boolean]>} */
  const every = [
    ["disc", "class 0", none, classes > 0],
    ["triangle", "class 1", one, classes > 0],
    ["square", "class 2", two, classes > 2],
    ["hollow", "held out", theme.ink, held],
    ["dotted_hollow", "leaked", theme.ink, (told.leaked ?? []).some((place) => !left.has(place))],
    ["ring", "this batch", theme.ink, batch.size > 0],
    ["out", "left out", theme.ink, left.size > 0],
    ["crossed", "outlier", theme.ink, told.moved.some((place) => !left.has(place))],
    ["dotted", "true curve", theme.ink, mode === "fit" && told.truth !== null],
    ["dashed", "fit of all", theme.ink, mode === "fit" && told.plain !== null],
    ["", part, theme.muted, part !== ""],
  ];
  return every.filter(([, , , there]) => there).map(([glyph, words, color]) => [glyph, words, color]);
}

/** @param {HTMLElement} host @param {import("./data_figure.js").View} view */
export function showDataKey(host, view) {
  const entries = view.mode === "confusion" ? [] : entriesOf(view); // the table says it all
  const key = JSON.stringify(entries);
  if (host.dataset.key === key) return;
  host.dataset.key = key;
  host.replaceChildren(...entries.map(([glyph, words, color]) => {
    const item = document.createElement("span");
    item.className = "thw-key-item";
    const holder = document.createElement("template");
    if (glyph) holder.innerHTML = `<svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" style="color:${color}" aria-hidden="true">${GLYPHS[glyph]}</svg>`;
    item.append(holder.content, words);
    return item;
  }));
  host.hidden = !entries.length;
}
