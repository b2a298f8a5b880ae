// A table of numbers in the panel. Streamlit calls the default export at every change of data; what is changed here goes to the
// stage, whose answer is the only thing that is drawn again.

import { isWaiting, lastTold, make, onNumbers } from "./edits.js";
import { createRow } from "./number_row.js";

/**
 * @typedef {import("./number_row.js").RowData} RowData
 * @typedef {ReturnType<typeof createRow>} NumberRow
 * @typedef {{parentElement: HTMLElement, data: {rows: RowData[], color: string}}} Component color: of the sliders, as Streamlit names it
 */

/** @type {WeakMap<Element, ReturnType<typeof createTable>>} */
const tables = new WeakMap();

/**
 * @param {Component} component
 * @returns {() => void} cleanup
 */
export default function mount(component) {
  const root = component.parentElement.querySelector(".thw-numbers");
  if (!root) return () => {};
  const table = tables.get(root) ?? createTable(/** @type {HTMLElement} */ (root));
  tables.set(root, table);
  table.receive(component.data);
  return () => {
    table.destroy();
    tables.delete(root);
  };
}

/** @param {HTMLElement} root */
function createTable(root) {
  /** @type {Array<ReturnType<typeof createRow>>} */
  let rows = [];
  let shape = "";

  /** @param {string} address @param {number|null} value @param {boolean} live */
  function change(address, value, live) {
    hideNeedless();
    make({ address, value, live });
  }

  function hideNeedless() {
    const values = new Map(rows.map((row) => [row.data.address, row.value]));
    for (const { data, root: line } of rows) {
      line.hidden = data.needs !== null && (values.get(data.needs[0]) ?? Infinity) < data.needs[1];
    }
  }

  /** @param {Component["data"]} data */
  function receive({ rows: next, color }) {
    root.style.setProperty("--thw-slider", color ? `var(--st-${color}-color, var(--thw-accent))` : "var(--thw-accent)");
    const nextShape = JSON.stringify(next.map((row) => ({ ...row, value: 0, default: 0 })));
    if (nextShape !== shape) {
      shape = nextShape;
      rows = next.map((data) => createRow(data, change));
      root.replaceChildren(...rows.map((row) => row.root));
    }
    const limits = lastTold()?.limits;
    next.forEach((data, i) => show(rows[i], data.value, data.default, limits?.[data.address]));
    hideNeedless();
  }

  /** @param {NumberRow} shown @param {number} value @param {number} [standard] @param {number} [limit] of what is stable */
  function show(shown, value, standard, limit) {
    if (!shown.held && !isWaiting(shown.data.address)) shown.tell(value, standard, limit);
  }

  const stop = onNumbers(({ values, defaults, limits }) => {
    for (const row of rows) {
      const address = row.data.address;
      if (address in values) show(row, values[address], defaults[address], limits?.[address]);
    }
    hideNeedless();
  });

  return { receive, destroy: stop };
}
