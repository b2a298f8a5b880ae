// A choice among a few words: a tab each where all of them have room in one row, else a list.

/**
 * @typedef {Object} Word
 * @property {string} key
 * @property {string} name
 * @property {string} short as a tab has it that has little room
 */

/**
 * @param {{row: HTMLElement, tabs: HTMLElement, list: HTMLSelectElement, beside: HTMLElement}} parts row: what tabs and list share with what stands beside
 * @param {{prefix: string, onChoose: (key: string) => void}} how prefix: of what tests know a tab by
 */
export function createWordChoice({ row, tabs, list, beside }, { prefix, onChoose }) {
  /** @type {Word[]} */
  let words = [];

  /** @param {Word} word */
  function tab({ key, name, short }) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.testid = `${prefix}-${key}`;
    button.dataset.key = key;
    button.setAttribute("aria-label", name);
    button.title = name;
    for (const [length, text] of [["thw-long", name], ["thw-short", short]]) {
      const span = document.createElement("span");
      span.className = length;
      span.textContent = text;
      button.append(span);
    }
    button.addEventListener("click", () => onChoose(key));
    return button;
  }

  /** The tabs are laid out even where the list stands for them, unseen: what they need is measured. */
  function fit() {
    const [all, needed, other] = [row, tabs, beside].map((one) => one.getBoundingClientRect().width);
    if (all) row.dataset.choice = needed + other + SPARE > all ? "list" : "tabs";
  }

  const watcher = new ResizeObserver(fit);
  for (const one of [row, tabs, beside]) watcher.observe(one);
  list.addEventListener("change", () => onChoose(list.value));

  return {
    /** @param {Word[]} next */
    show(next) {
      if (JSON.stringify(next) === JSON.stringify(words)) return;
      words = next;
      tabs.replaceChildren(...words.map(tab));
      list.replaceChildren(...words.map(({ key, name }) => new Option(name, key)));
      fit();
    },
    /** @param {string} key which one is chosen */
    mark(key) {
      for (const button of tabs.children) button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.key === key));
      list.value = key;
    },
    destroy: () => watcher.disconnect(),
  };
}

const SPARE = 32; // px of paddings and gaps in the row
