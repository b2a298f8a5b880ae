// Every run at its best value, with how wide its good range is, and a button that sets it: the fair comparison.

import { HEADS } from "./line_words.js";

/**
 * @typedef {import("./line_words.js").TableRow} TableRow
 *
 * @param {HTMLElement} host
 * @param {{onSet: (places: number[]) => void}} events places of runs that are to have their best
 */
export function createLineTable(host, { onSet }) {
  const table = document.createElement("table");
  const [head, body] = [table.createTHead(), table.createTBody()];
  const all = button("Set all", () => onSet(last.filter(canSet).map(({ place }) => place)));
  host.append(table);
  /** @type {TableRow[]} */
  let last = [];
  let drawn = "";

  const canSet = (/** @type {TableRow} */ { value, isSet }) => value !== null && !isSet;

  /** @param {TableRow} row */
  function line(row) {
    const element = document.createElement("tr");
    const name = document.createElement("th");
    const dot = document.createElement("i");
    dot.style.background = row.color;
    name.scope = "row";
    name.append(dot, row.name);
    element.append(name);
    if (row.why) {
      const cell = element.insertCell();
      [cell.colSpan, cell.textContent] = [HEADS.length + 1, row.why];
      return element;
    }
    row.cells.forEach((text, i) => {
      const cell = element.insertCell();
      [cell.textContent, cell.dataset.head] = [text, HEADS[i]];
    });
    const act = element.insertCell(2); // beside the value that it sets
    act.className = "thw-line-act";
    if (row.value === null) return element;
    const set = button(row.isSet ? "Is set" : "Set", () => onSet([row.place]));
    set.disabled = row.isSet;
    set.setAttribute("aria-label", row.isSet ? `${row.name} has its best value` : `Set ${row.name} to ${row.cells[0]}`);
    act.append(set);
    return element;
  }

  return {
    /** @param {TableRow[]} rows @param {string} number its name @param {boolean} shared whether all runs have the same number: then there is no setting all */
    show(rows, number, shared) {
      const next = JSON.stringify([rows, number, shared]);
      if (next === drawn) return; // a button that has the focus keeps it
      [last, drawn] = [rows, next];
      host.hidden = !rows.length;
      const focused = body.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).closest("tr")?.rowIndex : undefined;
      head.replaceChildren(headings(number, shared || rows.length < 2 ? null : all));
      all.disabled = !rows.some(canSet);
      body.replaceChildren(...rows.map(line));
      if (focused !== undefined) /** @type {HTMLElement|null} */ (table.rows[focused]?.querySelector("button"))?.focus();
    },
  };
}

/** @param {string} number @param {HTMLButtonElement|null} all */
function headings(number, all) {
  const row = document.createElement("tr");
  for (const text of ["Run", ...HEADS]) {
    const cell = document.createElement("th");
    [cell.scope, cell.textContent] = ["col", text === "Best" ? `Best ${/^[A-Z][a-z]/.test(number) ? number.toLowerCase() : number}` : text];
    row.append(cell);
  }
  const act = row.insertCell(2);
  act.className = "thw-line-act";
  if (all) act.append(all);
  return row;
}

/** @param {string} text @param {() => void} act */
function button(text, act) {
  const element = document.createElement("button");
  [element.type, element.textContent] = ["button", text];
  element.addEventListener("click", act);
  return element;
}
