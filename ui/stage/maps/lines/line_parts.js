// The elements of the comparison over one number: what is said above it, the plot with its canvas, what its colours mean, the table.

import { outcomeAt, shownOf } from "./line_figure.js";
import { outcomeColors } from "../colours/outcome_colors.js";
import { addCanvas } from "../../paths/canvases.js";
import { count } from "../../shared/format.js";

/**
 * @typedef {Object} Told
 * @property {string} [why] there is none, in a sentence
 * @property {import("../../flow/many.js").Progress|null} [progress] null while nothing of it is here
 * @property {boolean} [halted]
 * @property {string} [caption]
 * @property {boolean} [made] whether all is there
 * @property {import("./line_figure.js").DrawnLine} [drawn]
 */

const MARKS = /** @type {Array<[string, string]>} */ ([["best", "its best"], ["good", "same minimum as the best"], ["limit", "limit where it ends now"], ["now", "set now"]]);

/** @param {string} tag @param {string} name of its class @param {string} [text] */
function element(tag, name, text = "") {
  const made = document.createElement(tag);
  [made.className, made.textContent] = [name, text];
  return made;
}

/** @param {HTMLElement} host @param {{onHalt: (on: boolean) => void}} events */
export function createLineParts(host, { onHalt }) {
  const root = element("div", "thw-line-view");
  const [caption, progress, plot, key, why, table, spoken, said] = [
    element("span", "thw-line-caption"), element("span", "thw-line-progress"), element("div", "thw-plot thw-line-plot"),
    element("ul", "thw-legend thw-line-key"), element("p", "thw-line-why"), element("div", "thw-line-table"), element("p", "thw-unseen"), element("p", "thw-unseen"),
  ];
  const [head, frame, words, bar] = [element("div", "thw-line-head"), element("div", "thw-line-frame"), element("span", ""), document.createElement("progress")];
  const halt = /** @type {HTMLButtonElement} */ (element("button", "", "Stop"));
  halt.type = "button";
  halt.addEventListener("click", () => onHalt(halt.dataset.halted !== "true"));
  bar.setAttribute("aria-label", "Runs made");
  progress.append(words, bar, halt);
  head.append(caption, progress);
  frame.append(plot);
  const pen = /** @type {CanvasRenderingContext2D} */ (addCanvas(frame, "line-marks").getContext("2d"));
  for (const [name, part] of Object.entries({ plot, progress: words, halt, table, said, spoken, why, key })) part.dataset.testid = `stage-line-${name}`;
  for (const one of [said, spoken]) one.setAttribute("aria-live", "polite");
  table.setAttribute("role", "region");
  table.setAttribute("aria-label", "Each run at its best");
  table.tabIndex = 0;
  plot.tabIndex = 0;
  plot.setAttribute("role", "application");
  plot.setAttribute("aria-roledescription", "chart");
  root.append(head, why, frame, key, table, spoken, said);
  host.append(root);

  /** What the dots' colours mean, of those that are there, and the other marks. @param {import("./line_figure.js").DrawnLine} drawn */
  function explain({ line, scene, ...rest }) {
    const colorOf = outcomeColors(line.outcomes, scene.theme.dark);
    const seen = new Set(shownOf({ line, scene, ...rest }).flatMap((i) => line.values.map((_, k) => outcomeAt(line, line.runs[i], k))));
    const outcomes = line.outcomes.filter((name) => seen.has(name)).map((name) => {
      const [item, dot] = [element("li", "", line.titles[name] ?? name), element("i", "thw-line-dot")];
      dot.style.background = colorOf(name) ?? "";
      item.prepend(dot);
      return item;
    });
    const marks = MARKS.filter(([name]) => name !== "limit" || line.runs.some(({ limit }) => limit !== null)).map(([name, text]) => {
      const [item, sample] = [element("li", "", text), element("i", `thw-line-${name}`)];
      item.prepend(sample);
      return item;
    });
    key.replaceChildren(...outcomes, ...marks);
  }

  return {
    root, plot, pen, table, key,
    /** How far it is, and what is seen. @param {Told} told */
    tell({ why: sentence = "", progress: far, halted = false, caption: text = "", made = false, drawn }) {
      root.dataset.made = String(made);
      [why.textContent, why.hidden, frame.hidden, key.hidden] = [sentence, !sentence, Boolean(sentence), Boolean(sentence)];
      if (text) caption.textContent = text;
      progress.hidden = made || Boolean(sentence);
      words.textContent = far ? `${count(far.done)} of ${count(far.all)}` : "…";
      bar.value = far ? far.done / Math.max(1, far.all) : 0;
      [halt.textContent, halt.dataset.halted, halt.hidden] = [halted ? "Go on" : "Stop", String(halted), !far];
      if (drawn) explain(drawn);
    },
    /** What it comes to, once all is made. @param {string} sentence @param {string} name of the number */
    say(sentence, name) {
      plot.setAttribute("aria-label", `All runs over the ${name}. ${sentence} Arrow keys move along the values and from run to run.`.replace("  ", " "));
      if (sentence && said.textContent !== sentence) said.textContent = sentence;
    },
    /** What is pointed at by keys. @param {string} sentence */
    speak(sentence) {
      spoken.textContent = sentence;
    },
  };
}
