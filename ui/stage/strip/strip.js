// The strip of runs: one line each with colour, name, learning rate under the hand, and verdict.

import { createRunLine } from "./run_line.js";
import { make, onNumbers } from "../panel/edits.js";

/** @type {[number, number]} */
const ANY = [1e-9, 1e2]; // rates that may be set where it is not told
const FEW = 3; // lines that a phone shows at once

/**
 * @param {{list: HTMLElement, more: HTMLElement, none: HTMLElement}} parts none: says that there is no run
 * @param {{onToggle: (index: number) => void}} events
 */
export function createStrip({ list, more, none }, events) {
  /** @type {ReturnType<typeof createRunLine>[]} */
  let lines = [];
  let folded = true;

  /** @param {import("../panel/edits.js").Told} told */
  function follow({ values, defaults, limits = {} }) {
    lines.forEach((line, i) => {
      const address = addressOf(i);
      if (!(address in values)) return;
      const alike = lines.map((_, k) => addressOf(k)).filter((one) => defaults[one] === defaults[address]); // on one scale, to be compared
      line.tell(values[address], defaults[address], limits[address], alike.map((one) => values[one]));
    });
  }

  function fold() {
    list.classList.toggle("thw-folded", folded);
    more.setAttribute("aria-expanded", String(!folded));
    more.textContent = folded ? `${lines.length - FEW} more` : "Fewer";
    more.hidden = lines.length <= FEW;
  }

  more.addEventListener("click", () => {
    folded = !folded;
    fold();
  });
  const stop = onNumbers(follow);

  return {
    /** @param {import("../flow/picture.js").Picture} picture */
    show({ packet, scene: { runs, colors, shown } }) {
      while (lines.length < runs.length) {
        const place = lines.length;
        const address = addressOf(place);
        const rate = { address, place, range: packet.numbers.range ?? ANY };
        const line = createRunLine(rate, { onToggle: () => events.onToggle(place), onRate: (value, live) => make({ address, value, live }) });
        lines.push(line);
        list.append(line.root);
      }
      for (const line of lines.splice(runs.length)) line.root.remove();
      lines.forEach((line, i) => line.show(runs[i], colors[i], shown[i]));
      follow({ ...packet.numbers, rates: [] });
      list.dataset.count = String(runs.length);
      none.hidden = runs.length > 0;
      fold();
    },
    /** Some names tell the rate. @param {import("../flow/picture.js").Picture} picture */
    sketch: ({ scene: { runs } }) => lines.forEach((line, i) => line.name(runs[i].name)),
    destroy: stop,
  };
}

/** @param {number} index of a run */
const addressOf = (index) => `r${index + 1}.learning_rate`;
