// The small card beside the pointer.

/**
 * @typedef {{color?: string, label: string, value: string}} Row
 */

/**
 * @param {HTMLElement} tip
 * @param {HTMLElement} root positions are relative to it
 * @param {() => Pick<DOMRect, "left"|"top"|"right"|"bottom">} [areaOf] what it keeps to, all of the root where nothing is said
 */
export function createTooltip(tip, root, areaOf = () => root.getBoundingClientRect()) {
  /**
   * @param {Row} row
   */
  function line(row) {
    const element = document.createElement("div");
    const label = document.createElement("span");
    const value = document.createElement("b");
    if (row.color) {
      const dot = document.createElement("i");
      dot.style.background = row.color;
      label.append(dot);
    }
    label.append(row.label);
    value.textContent = row.value;
    element.append(label, value);
    return element;
  }

  /**
   * @param {number} clientX
   * @param {number} clientY
   */
  function place(clientX, clientY) {
    const [home, area] = [root.getBoundingClientRect(), areaOf()];
    const { offsetWidth: w, offsetHeight: h } = tip;
    const left = Math.max(area.left + 4, area.right - clientX < w + 24 ? clientX - w - 14 : clientX + 14);
    const above = Math.max(area.top + 4, Math.min(area.bottom - h - 4, clientY - h - 10));
    const covers = left <= clientX && clientX <= left + w && above + h > clientY - 8;
    const top = covers ? Math.min(area.bottom - h - 4, clientY + 14) : above;
    tip.style.transform = `translate(${left - home.left}px, ${top - home.top + root.scrollTop}px)`;
  }

  return {
    /**
     * @param {number} clientX
     * @param {number} clientY
     * @param {string} title
     * @param {Row[]} rows
     * @param {string} [color]
     */
    show(clientX, clientY, title, rows, color) {
      const head = document.createElement("strong");
      if (color) {
        const dot = document.createElement("i");
        dot.style.background = color;
        head.append(dot);
      }
      head.append(title);
      tip.replaceChildren(head, ...rows.map(line));
      tip.hidden = false;
      place(clientX, clientY);
    },
    /**
     * Several runs at one step.
     * @param {number} clientX
     * @param {number} clientY
     * @param {string} title
     * @param {string[]} heads
     * @param {Array<{color: string, name: string, values: string[]}>} rows
     * @param {Row[]} [notes] below
     */
    table(clientX, clientY, title, heads, rows, notes = []) {
      const table = document.createElement("table");
      table.append(cells("th", ["", ...heads]), ...rows.map(({ color, name, values }) => cells("td", [name, ...values], color)));
      const head = document.createElement("strong");
      head.append(title);
      tip.replaceChildren(head, table, ...notes.map(line));
      tip.hidden = false;
      place(clientX, clientY);
    },
    hide() {
      tip.hidden = true;
    },
  };
}

/**
 * @param {"th"|"td"} tag
 * @param {string[]} texts
 * @param {string} [color] of a dot before the first
 */
function cells(tag, texts, color) {
  const row = document.createElement("tr");
  for (const text of texts) {
    const cell = document.createElement(tag);
    cell.textContent = text;
    row.append(cell);
  }
  if (color) {
    const dot = document.createElement("i");
    dot.style.background = color;
    row.firstElementChild?.prepend(dot);
  }
  return row;
}
