// The result cards: what became of each run. They are the legend too.

import { createAdvice } from "./advice.js";
import { createCriteria } from "./criteria.js";
import { number, said } from "../shared/format.js";
import { icon, setIcon } from "../shared/icons.js";

/** @typedef {import("../flow/packet.js").Run} Run */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} name
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[K]}
 */
function make(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

/**
 * @param {HTMLElement} host
 * @param {{onToggle: (index: number) => void, onAdvice: (index: number, suggestion: number) => void}} events
 */
export function createCards(host, events) {
  /** @type {ReturnType<typeof createCard>[]} */
  let cards = [];

  /** @param {import("../flow/packet.js").Advice|null} advice null: not known yet */
  function advise(advice) {
    cards.forEach((card, i) => card.advice.show(advice?.runs[i] ?? null));
  }

  return {
    /** @param {import("../flow/picture.js").Picture} picture */
    show({ packet, scene: { runs, colors, shown } }) {
      while (cards.length < runs.length) {
        const index = cards.length;
        const card = createCard(index, () => events.onToggle(index), (suggestion) => events.onAdvice(index, suggestion));
        cards.push(card);
        host.append(card.root);
      }
      for (const card of cards.splice(runs.length)) card.root.remove();
      host.style.setProperty("--thw-count", String(runs.length));
      host.classList.toggle("thw-crowded", runs.length > 3);
      cards.forEach((card, i) => card.show(runs[i], colors[i], shown[i]));
      advise(packet.advice);
    },
    advise,
    /** @param {import("../flow/picture.js").Moment} moment */
    draw({ step }) {
      for (const card of cards) card.draw(step);
    },
  };
}

/**
 * @param {number} index
 * @param {() => void} onToggle
 * @param {(suggestion: number) => void} onAdvice
 */
function createCard(index, onToggle, onAdvice) {
  const root = make("article", "thw-card");
  root.dataset.testid = `stage-card-${index}`;
  const head = make("header", "thw-card-head");
  const swatch = make("span", "thw-swatch");
  const name = make("strong", "thw-name");
  const detail = make("span", "thw-detail");
  const eye = make("button", "thw-icon thw-eye");
  eye.type = "button";
  eye.addEventListener("click", onToggle);
  const names = make("div", "thw-names");
  names.append(name, detail);
  head.append(swatch, names, eye);
  const verdict = make("p", "thw-verdict");
  const sentence = make("p", "thw-sentence");
  const fit = createFit();
  const many = make("p", "thw-sentence thw-often");
  const facts = make("dl", "thw-facts");
  const now = make("dd", "thw-now");
  const advice = createAdvice({ onTake: onAdvice });
  const criteria = createCriteria();
  const fold = make("button", "thw-card-fold", "Details");
  fold.type = "button";
  fold.setAttribute("aria-expanded", "false");
  fold.addEventListener("click", () => fold.setAttribute("aria-expanded", String(root.classList.toggle("thw-unfolded"))));
  root.append(head, verdict, sentence, fit.root, many, facts, criteria.root, advice.root, fold);
  /** @type {Run|null} */
  let run = null;
  let shownFacts = "";

  /** @param {Run["facts"]} list */
  function showFacts(list) {
    const text = JSON.stringify(list);
    if (text === shownFacts) return;
    shownFacts = text;
    facts.replaceChildren(...list.map(([label, value]) => fact(label, make("dd", "", said(value)))), fact("Loss now", now));
  }

  return {
    root,
    advice,
    /**
     * @param {Run} next
     * @param {string} color
     * @param {boolean} shown
     */
    show(next, color, shown) {
      run = next;
      root.style.setProperty("--thw-run", color);
      root.classList.toggle("thw-off", !shown);
      name.textContent = next.name;
      root.setAttribute("aria-label", next.name);
      advice.name(next.name);
      detail.textContent = next.detail;
      verdict.dataset.tone = next.tone;
      verdict.replaceChildren(icon(next.tone, 18), next.title);
      sentence.textContent = next.sentence;
      fit.show(next.fit ?? null);
      many.hidden = !next.many;
      many.textContent = next.many?.said ?? "";
      setIcon(eye, shown ? "eye" : "closed");
      eye.setAttribute("aria-pressed", String(shown));
      eye.setAttribute("aria-label", `Show ${next.name}`);
      eye.title = shown ? `Hide ${next.name}` : `Show ${next.name}`;
      showFacts(next.facts);
      criteria.show(next.marks);
    },
    /** @param {number} step */
    draw(step) {
      if (!run) return;
      const values = run.series.loss;
      const value = values[Math.min(step, values.length - 1)];
      const text = number(value);
      if (now.textContent !== text) now.textContent = text;
    },
  };
}

/** The second verdict: what the held-out rows say. */
function createFit() {
  const root = make("div", "thw-fit");
  const [title, sentence] = [make("p", "thw-verdict"), make("p", "thw-sentence")];
  root.append(title, sentence);
  return {
    root,
    /** @param {import("../flow/packet.js").Fit|null} fit */
    show(fit) {
      root.hidden = !fit;
      if (!fit) return;
      title.dataset.tone = fit.tone;
      title.replaceChildren(icon(fit.tone, 18), fit.title);
      sentence.textContent = fit.sentence;
    },
  };
}

/**
 * @param {string} label
 * @param {HTMLElement} value
 */
function fact(label, value) {
  const row = make("div", "");
  row.append(make("dt", "", label), value);
  return row;
}
