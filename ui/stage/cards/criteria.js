// The criteria of convergence on a card: a folded table of the step at which each first holds, by who can know it.

import { count } from "../shared/format.js";

/** @typedef {import("../flow/packet.js").Mark} Mark */

/**
 * How a criterion is marked, here and on the curves: in the run's colour where it holds, a mere rim where it does falsely.
 * @param {Mark} mark
 */
export function classOf(mark) {
  if (mark.step === null) return "thw-mark thw-unmet";
  return mark.note ? "thw-mark thw-false" : "thw-mark";
}

/**
 * @param {Mark} mark
 * @returns {HTMLElement[]}
 */
function rows(mark) {
  const line = document.createElement("div");
  const name = document.createElement("dt");
  const value = document.createElement("dd");
  const letter = document.createElement("span");
  letter.className = `${classOf(mark)} thw-letter`;
  letter.textContent = mark.letter;
  letter.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.textContent = mark.text;
  name.append(letter, words);
  value.textContent = mark.step === null ? "never" : `step ${count(mark.step)}`;
  line.append(name, value);
  if (mark.step === null || !mark.note) return [line];
  const note = document.createElement("p");
  note.textContent = `${mark.note[0].toUpperCase()}${mark.note.slice(1)}.`;
  const remark = document.createElement("div");
  remark.className = "thw-remark";
  remark.append(note);
  return [line, remark];
}

/**
 * @param {string} name
 * @param {Mark[]} marks
 * @returns {HTMLElement[]}
 */
function group(name, marks) {
  const head = document.createElement("p");
  head.className = "thw-group";
  head.textContent = name;
  const list = document.createElement("dl");
  list.append(...marks.flatMap(rows));
  return [head, list];
}

export function createCriteria() {
  const root = document.createElement("details");
  root.className = "thw-criteria";
  const summary = document.createElement("summary");
  root.append(summary);
  let shown = "";

  return {
    root,
    /** @param {Mark[]} marks */
    show(marks) {
      const text = JSON.stringify(marks);
      if (text === shown) return;
      shown = text;
      const met = marks.filter((mark) => mark.step !== null);
      const wrong = met.filter((mark) => mark.note).length;
      summary.textContent = `Criteria met: ${met.length} of ${marks.length}${wrong ? `, ${wrong} falsely` : ""}`;
      const names = [...new Set(marks.map((mark) => mark.group))];
      root.replaceChildren(summary, ...names.flatMap((name) => group(name, marks.filter((mark) => mark.group === name))));
    },
  };
}
