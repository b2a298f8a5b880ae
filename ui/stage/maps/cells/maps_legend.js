// The legend of a map: every class of cells with its colour, its share of what is seen and how fast it is; pointing at one lets it stand out.

import { BARRED, FEW } from "../colours/colours.js";
import { percent, shortName, successName, successWords } from "./map_words.js";
import { count, number } from "../../shared/format.js";

/**
 * @typedef {import("../colours/facts.js").Facts} Facts
 *
 * @typedef {Object} LegendState
 * @property {Array<{name: string, facts: Facts|null}>} runs
 * @property {(kind: number) => string} nameOf
 * @property {ReturnType<typeof import("../colours/colours.js").createColours>[]} colours one a run
 * @property {string} color what colours say
 * @property {import("../colours/colours.js").Ends[]} steps one a run
 * @property {import("../colours/colours.js").Ends} loss
 * @property {boolean} basins
 * @property {boolean} judged whether it is known what all runs came to
 * @property {number} seeds of each cell
 */

const MOST = 12; // classes; the others are one line

/**
 * @param {HTMLElement} host
 * @param {{onOnly: (kind: number|null) => void}} events
 */
export function createMapsLegend(host, events) {
  const table = document.createElement("table");
  const scale = Object.assign(document.createElement("div"), { className: "thw-maps-scale" });
  host.append(scale, table);
  let built = "";
  let held = /** @type {number|null} */ (null); // the class that a click holds

  /** @param {number} kind @param {HTMLElement} button */
  function watch(kind, button) {
    button.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && events.onOnly(kind));
    button.addEventListener("pointerleave", () => events.onOnly(held));
    button.addEventListener("focus", () => button.matches(":focus-visible") && events.onOnly(kind));
    button.addEventListener("blur", () => events.onOnly(held));
    button.addEventListener("click", () => {
      held = held === kind ? null : kind;
      for (const one of table.querySelectorAll("button")) one.setAttribute("aria-pressed", String(one === button && held !== null));
      events.onOnly(held);
    });
  }

  /** @param {LegendState} state */
  function scaleOf(state) {
    const { named, rows } = scaleWords(state);
    const made = (/** @type {string} */ tag, /** @type {string} */ text) => Object.assign(document.createElement(tag), { textContent: text });
    scale.replaceChildren(
      made("span", named),
      Object.assign(document.createElement("i"), { style: `background:${state.colours[0].bar()}` }),
      ...rows.flatMap(({ name, words }) => [...(name ? [made("em", name)] : []), ...words.map((text) => made("b", text))]),
    );
    scale.hidden = !rows.length;
  }

  return {
    /** @param {LegendState} state */
    show(state) {
      const known = state.runs.map(({ facts }) => facts);
      scaleOf(state);
      const byClass = state.color === "basin" || state.color === "outcome";
      const totals = known.map((facts) => facts?.classes.reduce((sum, one) => sum + one.count, 0) ?? 0);
      /** @type {Map<number, number>} the largest share of each class */
      const shares = new Map();
      known.forEach((facts, i) => facts?.classes.forEach(({ kind, count: cells }) => shares.set(kind, Math.max(shares.get(kind) ?? 0, cells / totals[i]))));
      const kinds = [...shares].sort(([one, a], [other, b]) => Number(one === BARRED) - Number(other === BARRED) || b - a).map(([kind]) => kind);
      const lines = kinds.slice(0, MOST).map((kind) => ({
        kind, name: state.nameOf(kind), swatch: byClass || kind === BARRED ? state.colours[0].swatch(kind) : "",
        cells: known.map((facts, i) => {
          const fact = facts?.classes.find((one) => one.kind === kind);
          return [fact ? percent(fact.count / totals[i]) : facts ? "–" : "", fact && fact.steps !== null ? count(fact.steps) : "–"];
        }),
      }));
      const rest = kinds.slice(MOST);
      const success = known.map((facts) => (facts?.all && state.judged ? successWords(facts) : ["", ""]));
      const key = JSON.stringify([lines, rest.length, success, state.runs.map(({ name }) => name), state.basins]);
      if (key === built) return;
      built = key;
      const focused = table.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.kind : undefined;
      table.replaceChildren(headOf(state), bodyOf(lines, rest.length), footOf(success, state));
      for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (table.querySelectorAll("button[data-kind]"))) {
        watch(Number(button.dataset.kind), button);
        button.setAttribute("aria-pressed", String(held === Number(button.dataset.kind)));
        if (button.dataset.kind === focused) button.focus({ preventScroll: true });
      }
    },
    /** Nothing stands out any more: another map. */
    release() {
      held = null;
    },
  };
}

/**
 * What a map's scale says, and the numbers below it: a row for all runs, or for each.
 * @param {LegendState} state
 * @returns {{named: string, rows: Array<{name: string, words: string[]}>}}
 */
function scaleWords({ runs, color, steps, loss, seeds }) {
  const byClass = color === "basin" || color === "outcome";
  if (byClass && seeds > 1) return { named: "Seeds that agree, faint to full", rows: [{ name: "", words: seedWords(seeds) }] };
  const all = color === "loss" ? [loss] : byClass ? steps : steps.slice(0, 1);
  const word = (/** @type {number} */ value) => (color === "loss" ? number(value, 2) : count(Math.round(value)));
  const rows = all.map((ends, i) => ({ name: all.length > 1 ? runs[i].name : "", words: numbersOf(ends).map(word) }));
  const named = color === "loss" ? "Loss above the lowest" : byClass ? "Steps, light to dark" : "Steps";
  return { named, rows: all.some(([from, to]) => to > from) ? rows : [] };
}

/** From as few of the seeds as are told apart to all of them. @param {number} seeds */
function seedWords(seeds) {
  const few = Math.floor(FEW * seeds);
  return [few > 1 ? `≤ ${count(few)}` : "1", count(Math.round((Math.max(1, few) + seeds) / 2)), count(seeds)];
}

/** What stands below a scale: its ends, and what is in the middle of them. @param {import("../colours/colours.js").Ends} ends */
const numbersOf = ([from, to]) => [from, Math.sqrt(from * to), to];

/** @param {string} tag @param {string} text @param {Record<string, any>} [more] */
const cell = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });

/** @param {LegendState} state */
function headOf({ runs, basins }) {
  const head = document.createElement("thead");
  if (runs.length > 1) {
    const names = document.createElement("tr");
    names.append(cell("td", ""), ...runs.map(({ name }) => cell("th", name, { colSpan: 2, scope: "colgroup", title: name })));
    head.append(names);
  }
  const row = document.createElement("tr");
  row.append(cell("td", ""), ...runs.flatMap(() => [cell("th", basins ? "Starts" : "Cells", { scope: "col" }), cell("th", "Steps", { scope: "col", title: "The median of those that have some" })]));
  head.append(row);
  return head;
}

/** @param {Array<{kind: number, name: string, swatch: string, cells: string[][]}>} lines @param {number} rest */
function bodyOf(lines, rest) {
  const body = document.createElement("tbody");
  for (const { kind, name, swatch, cells } of lines) {
    const row = document.createElement("tr");
    const head = cell("th", "", { scope: "row" });
    const button = cell("button", "", { type: "button" });
    button.dataset.kind = String(kind);
    const [mark, words] = shortName(name);
    if (swatch) button.append(Object.assign(document.createElement("i"), { style: `background:${swatch}`, textContent: mark }));
    button.append(swatch || !mark ? words : `${mark} ${words}`);
    button.setAttribute("aria-label", name);
    head.append(button);
    row.append(head, ...cells.flat().map((text) => cell("td", text)));
    body.append(row);
  }
  if (rest) {
    const row = document.createElement("tr");
    row.append(cell("td", `and ${count(rest)} more`));
    body.append(row);
  }
  return body;
}

/** @param {string[][]} success @param {LegendState} state */
function footOf(success, { basins, runs }) {
  const foot = document.createElement("tfoot");
  if (!success.some(([share]) => share)) return foot;
  const said = successName(basins);
  const pair = runs.length > 1;
  if (pair) foot.append(rowOf(cell("th", said, { colSpan: 1 + 2 * runs.length, scope: "rowgroup" })));
  success.forEach(([share, between], i) => {
    const box = cell("td", `${share} `, { colSpan: 2 * runs.length });
    box.append(cell("span", between));
    foot.append(rowOf(cell("th", pair ? runs[i].name : said, { scope: "row" }), box));
  });
  return foot;
}

/** @param {...HTMLElement} cells */
function rowOf(...cells) {
  const row = document.createElement("tr");
  row.append(...cells);
  return row;
}
