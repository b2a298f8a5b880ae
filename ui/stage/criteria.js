// The criteria of convergence on a card: a folded table of the step at which each first holds.

/** @typedef {import("./packet.js").Mark} Mark */

/**
 * @param {Mark} mark
 * @returns {HTMLElement[]}
 */
function rows(mark) {
  const line = document.createElement("div");
  const name = document.createElement("dt");
  const value = document.createElement("dd");
  const letter = document.createElement("span");
  letter.className = "thw-letter";
  letter.textContent = mark.letter;
  letter.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.textContent = mark.text;
  name.append(letter, words);
  value.textContent = mark.step === null ? "never" : `step ${mark.step}`;
  line.append(name, value);
  if (mark.step === null || !mark.note) return [line];
  const note = document.createElement("p");
  note.textContent = `${mark.note[0].toUpperCase()}${mark.note.slice(1)}.`;
  const remark = document.createElement("div");
  remark.className = "thw-remark";
  remark.append(note);
  return [line, remark];
}

export function createCriteria() {
  const root = document.createElement("details");
  root.className = "thw-criteria";
  const summary = document.createElement("summary");
  const list = document.createElement("dl");
  root.append(summary, list);
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
      list.replaceChildren(...marks.flatMap(rows));
    },
  };
}
