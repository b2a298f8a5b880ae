// A table a run: how often each class is taken for which, at the moment shown.

import { confusionOf } from "./confusion.js";
import { count } from "../shared/format.js";

/** @typedef {import("./confusion.js").Confusion} Confusion */

/** Which rows are counted, and when. @param {boolean} held @param {number} step @param {number} steps */
export const countedOf = (held, step, steps) => `${held ? "Held-out points" : "Points to train on"} ${step >= steps ? "at the end" : `at step ${count(step)}`}`;

/** How much of a table is right. @param {Confusion} confusion */
export const rightOf = ({ right, all }) => (all ? `${count(right)} of ${count(all)} right` : "no prediction is a number");

/** @param {HTMLElement} body */
export function createConfusionTables(body) {
  const host = document.createElement("div");
  host.className = "thw-confusions";
  host.dataset.testid = "stage-data-confusions";
  host.tabIndex = 0; // what does not fit is scrolled to, also by keys
  host.setAttribute("role", "group");
  host.setAttribute("aria-label", "How often each class is taken for which");
  body.append(host);
  let said = "";

  return {
    /** @param {import("./data_figure.js").View} view */
    draw({ mode, shown, fits, picture: { scene }, step }) {
      if (mode !== "confusion") return;
      const tables = fits.map(({ run, weights }) => ({ name: scene.runs[run].name, color: scene.colors[run], confusion: confusionOf(shown, weights) }));
      const counted = countedOf(tables[0]?.confusion.held ?? false, step, scene.steps);
      const key = JSON.stringify([counted, tables]);
      if (key === said) return;
      said = key;
      const line = make("p", {}, tables.length ? `${counted}. Rows: true class; columns: predicted.` : "No run is shown.");
      host.replaceChildren(line, make("div", {}, ...tables.map((table) => tableOf(table, counted))));
    },
  };
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string>} attributes
 * @param {...(string|Node)} within
 */
function make(tag, attributes, ...within) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...within);
  return element;
}

const unseen = (/** @type {string} */ text) => make("span", { class: "thw-unseen" }, text);

/** @param {{name: string, color: string, confusion: Confusion}} told @param {string} counted */
function tableOf({ name, color, confusion }, counted) {
  const { counts } = confusion;
  const caption = make("caption", {}, make("i", { style: `background:${color}` }), make("b", {}, name), make("span", {}, rightOf(confusion)), unseen(`, ${counted.toLowerCase()}`));
  const heads = counts.map((_, k) => make("th", { scope: "col" }, unseen("predicted "), `as ${k}`));
  const rows = counts.map((row, truth) => {
    const all = row.reduce((sum, times) => sum + times, 0);
    const cells = row.map((times, guess) => make("td", { "data-right": String(truth === guess), style: `--thw-share:${all ? times / all : 0}` }, count(times)));
    return make("tr", {}, make("th", { scope: "row" }, unseen("true "), `class ${truth}`), ...cells);
  });
  return make("table", {}, caption, make("thead", {}, make("tr", {}, make("td", {}), ...heads)), make("tbody", {}, ...rows));
}
