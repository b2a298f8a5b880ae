// The race table under the cards: who is first, by the rule that is written with it; each column can be sorted by.

import { said } from "../shared/format.js";

/**
 * @typedef {[import("../shared/format.js").Said, number|null]} Cell its text, and what it is sorted by; null comes last, or is sorted as text
 *
 * @typedef {Object} Race
 * @property {string} rule
 * @property {Array<[string, string]>} columns key and name
 * @property {Cell[][]} rows one a run, in the runs' order
 * @property {string} winner a sentence, or nothing
 * @property {string} spoken
 */

/** @param {HTMLElement} host a details element */
export function createRaceTable(host) {
  const winner = /** @type {HTMLElement} */ (host.querySelector(".thw-race-winner"));
  const table = /** @type {HTMLTableElement} */ (host.querySelector("table"));
  const rule = /** @type {HTMLElement} */ (host.querySelector(".thw-race-rule"));
  /** @type {Race|null} */
  let race = null;
  /** @type {string[]} */
  let colors = [];
  let sorted = { key: "", down: false }; // by which column; the first where there is none of that key

  /** The place of the column that is sorted by. @param {Race} of */
  const sortedColumn = (of) => Math.max(0, of.columns.findIndex(([key]) => key === sorted.key));

  /** @param {number} column */
  function sortBy(column) {
    if (!race) return;
    sorted = { key: race.columns[column][0], down: sortedColumn(race) === column && !sorted.down };
    draw();
  }

  function draw() {
    if (!race) return;
    const { columns, rows } = race;
    const by = sortedColumn(race);
    columns.forEach(([, name], i) => showHead(name, i, by));
    for (const cell of [...(table.tHead?.rows[0].cells ?? [])].slice(columns.length)) cell.remove();
    const order = rows.map((_, i) => i).sort((a, b) => compare(rows[a][by], rows[b][by], sorted.down) || a - b);
    table.tBodies[0].replaceChildren(...order.map((i) => line(rows[i], colors[i], columns)));
  }

  /**
   * @param {string} name
   * @param {number} column
   * @param {number} by the column that is sorted by
   */
  function showHead(name, column, by) {
    const heads = /** @type {HTMLTableRowElement} */ (table.tHead?.rows[0]);
    const cell = heads.cells[column] ?? newHead(column);
    const button = /** @type {HTMLElement} */ (cell.firstElementChild);
    if (button.textContent !== name) button.textContent = name;
    if (!cell.isConnected) heads.append(cell); // one that is there stays, and so does the focus in it
    cell.setAttribute("aria-sort", column !== by ? "none" : sorted.down ? "descending" : "ascending");
  }

  /** @param {number} column */
  function newHead(column) {
    const cell = document.createElement("th");
    const button = document.createElement("button");
    cell.scope = "col";
    button.type = "button";
    button.addEventListener("click", () => sortBy(column));
    cell.append(button);
    return cell;
  }

  return {
    /** @param {import("../flow/picture.js").Picture} picture */
    show({ packet, scene }) {
      const next = packet.race;
      race = next;
      colors = scene.colors;
      winner.textContent = next.winner;
      rule.textContent = next.rule;
      host.hidden = !next.rows.length;
      draw();
    },
  };
}

/**
 * @param {Cell} a
 * @param {Cell} b
 * @param {boolean} down
 */
function compare([textA, a], [textB, b], down) {
  const way = down ? -1 : 1;
  if (a === null && b === null) return way * said(textA).localeCompare(said(textB));
  if (a === null || b === null) return a === null ? 1 : -1;
  return way * (a - b);
}

/**
 * @param {Cell[]} cells
 * @param {string} color
 * @param {Array<[string, string]>} columns
 */
function line(cells, color, columns) {
  const row = document.createElement("tr");
  cells.forEach(([text], i) => {
    const isRun = columns[i][0] === "run";
    const cell = document.createElement(isRun ? "th" : "td");
    cell.dataset.key = columns[i][0];
    if (isRun) {
      const dot = document.createElement("i");
      dot.style.background = color;
      cell.setAttribute("scope", "row");
      cell.append(dot);
    }
    cell.append(said(text));
    row.append(cell);
  });
  return row;
}
