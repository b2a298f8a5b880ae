// The plan of a map: which runs, axes, limits and numbers it has. Fetched once for a map, whatever is seen of it and in which colours.

import { atlasText, COLORS, readAtlas } from "./atlas.js";
import { renew } from "../../flow/renewal.js";
import { route } from "../../shared/routes.js";

/**
 * @typedef {import("./atlas.js").Scale} Scale
 *
 * @typedef {Object} PlanRun
 * @property {number} place in the experiment
 * @property {string} name
 * @property {number|null} color slot in the palette
 * @property {string} query of the address of its tiles
 * @property {string} link of the run alone
 * @property {string} why there is no such map of it; nothing where there is one
 * @property {string[]} labs the addresses of the axes' numbers in the whole experiment
 * @property {Array<number|null>} [now] its present values
 *
 * @typedef {{address: string, edit: string, name: string, low: number, high: number, scale: Scale}} PlanAxis edit: its address in the experiment of one run alone
 *
 * @typedef {Object} PlanNumber what may be an axis
 * @property {string} address
 * @property {string} name
 * @property {number} low @property {number} high what suits it
 * @property {Scale} scale
 * @property {number|null} now
 * @property {number[]} places of the runs that have it
 *
 * @typedef {Object} Plan
 * @property {string} atlas the map's text
 * @property {import("./atlas.js").Kind} kind
 * @property {string} note why it is another map than was asked for
 * @property {PlanRun[]} runs those that are mapped
 * @property {Array<{place: number, name: string}>} all_runs
 * @property {PlanAxis} x
 * @property {PlanAxis|null} y
 * @property {Array<{x: number, y: number, loss: number, global: boolean, curve: boolean}>} minima in the order in which tiles number them
 * @property {Record<string, string>} titles of outcomes by their names
 * @property {boolean} judged whether it is known what all runs came to
 * @property {Array<number|null>} now the present values
 * @property {Array<{run: number, label: string, points: Array<[number, number]>}>} limits
 * @property {PlanNumber[]} numbers
 * @property {number} steps
 * @property {boolean} noisy whether seeds make a difference
 * @property {number} seeds
 */

const KEPT = 12; // plans
const [SOON, LATE] = [500, 8000]; // ms until one that did not come is asked for again; then twice as long each time

/** The link of a map without what its plan does not depend on. @param {string} query */
export function planQuery(query) {
  const words = new URLSearchParams(query);
  const atlas = readAtlas(words.get("atlas") ?? "");
  if (atlas) words.set("atlas", atlasText({ ...atlas, window: null, color: COLORS[atlas.kind][0] }));
  return words.toString();
}

/**
 * @param {{onPlan: (plan: Plan, query: string) => void, onRefused: (sentence: string) => void, onAway: (away: boolean) => void}} events
 */
export function createPlanWork(events) {
  /** @type {Map<string, Plan>} by their links, those that were looked at last at the end */
  const kept = new Map();
  let asked = "";
  let controller = new AbortController();
  let timer = 0;

  /** @param {string} query @param {number} wait ms */
  async function ask(query, wait) {
    const { signal } = (controller = new AbortController());
    const again = (/** @type {number} */ ms) => (timer = window.setTimeout(() => ask(query, Math.min(2 * wait, LATE)), ms));
    try {
      const answer = await fetch(route("atlas", query), { signal });
      if (answer.status === 404 || answer.status === 409) await renew(location.search.slice(1), {});
      else if (answer.ok) {
        /** @type {Plan} */
        const plan = await answer.json();
        if (signal.aborted) return;
        asked = "";
        kept.set(query, plan);
        for (const oldest of [...kept.keys()].slice(0, -KEPT)) kept.delete(oldest);
        events.onAway(false);
        events.onPlan(plan, query);
      } else if (answer.status === 400 || answer.status === 500) {
        const sentence = await answer.text();
        if (!signal.aborted) events.onRefused(sentence);
      } else again(1000 * Number(answer.headers.get("retry-after")) || wait);
    } catch {
      if (signal.aborted) return;
      events.onAway(true);
      again(wait);
    }
  }

  function stop() {
    asked = "";
    clearTimeout(timer);
    controller.abort();
  }

  return {
    /** Have the plan of a link's map; told at once where it is here. @param {string} link */
    look(link) {
      const query = planQuery(link);
      const plan = kept.get(query);
      if (plan) {
        stop();
        kept.delete(query);
        kept.set(query, plan);
        events.onPlan(plan, query);
      } else if (query !== asked) {
        stop();
        asked = query;
        ask(query, SOON);
      }
    },
    stop,
  };
}
