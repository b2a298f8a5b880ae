// What is said beside the maps: the legend with its numbers, and all in a sentence once it is made.

import { factsOf } from "../colours/facts.js";
import { mapSentence } from "./map_words.js";
import { createMapsLegend } from "./maps_legend.js";
import { elementsOf } from "../../shared/elements.js";

/**
 * @typedef {import("./maps_view.js").State} State
 */

const WAIT = 200; // ms between two countings

/**
 * @param {HTMLElement} root the stage
 * @param {{state: () => State|null, scales: () => import("./colouring.js").Scales, done: () => boolean, onOnly: (kind: number|null) => void}} host
 */
export function createMapsTelling(root, { state: stateNow, scales, done, onOnly }) {
  const { byId } = elementsOf(root);
  const said = byId("maps-said");
  const legend = createMapsLegend(byId("maps-facts"), { onOnly });
  let timer = 0;

  function tell() {
    stop();
    const state = stateNow();
    if (!state) return;
    const { seen, base, levels, plan, atlas, colours, cells, nameOf } = state;
    const global = plan.minima.map((one) => one.global);
    const runs = plan.runs.map(({ name }, i) => ({ name, facts: factsOf({ seen, base, levels, tile: cells[i].tile, byMinimum: colours[i].byMinimum, global }) }));
    const { steps, loss } = scales();
    legend.show({ runs, nameOf, colours, color: atlas.color, steps, loss, basins: plan.kind === "basins", judged: plan.judged, seeds: plan.seeds });
    if (!done() || said.dataset.held) return;
    const sentence = runs.map(({ name, facts }) => (facts ? mapSentence(name, facts, nameOf, { judged: plan.judged, basins: plan.kind === "basins" }) : "")).join(" ");
    if (said.textContent !== sentence) said.textContent = sentence;
  }

  function stop() {
    clearTimeout(timer);
    timer = 0;
  }

  return {
    now: tell,
    /** In a while, with what comes until then. */
    soon() {
      if (!timer) timer = window.setTimeout(tell, WAIT);
    },
    release: legend.release,
    stop,
  };
}
