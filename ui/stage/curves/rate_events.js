// Where the losses changed a run's learning rate, under a schedule that watches them: found in the rates, marked on the curves.

import { count, number } from "../shared/format.js";

/**
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {{step: number, rises: boolean}} RateEvent step: the first update made with the new rate
 */

export const SYMBOLS = { cut: "arrow-down", raised: "arrow-up" };
const NAMES = { cut: "Rate cut", raised: "Rate raised" };
const PLACES = 24; // marks of one run and kind over the width; those closer together are drawn as one

/** @type {WeakMap<import("../flow/packet.js").Series, RateEvent[]>} */
const found = new WeakMap();

/**
 * Every change of the rate, in order; none where the rate only follows the steps.
 * @param {Run} run
 * @returns {RateEvent[]}
 */
export function rateEvents(run) {
  if (!run.watches) return [];
  const rates = run.series.rate;
  let events = found.get(rates);
  if (!events) {
    events = [];
    for (let t = 1; t < rates.length; t++) if (rates[t] !== rates[t - 1]) events.push({ step: t, rises: rates[t] > rates[t - 1] });
    found.set(rates, events);
  }
  return events;
}

/**
 * The events to mark: of a stretch of changes that go the same way, step by step, the first; and no two in one place.
 * @param {Run} run
 * @param {number} steps of the whole axis
 * @returns {RateEvent[]}
 */
export function markedEvents(run, steps) {
  const apart = steps / PLACES;
  const last = { true: -Infinity, false: -Infinity };
  return rateEvents(run).filter((event, i, all) => {
    const before = all[i - 1];
    const goesOn = before?.step === event.step - 1 && before.rises === event.rises;
    const side = /** @type {"true"|"false"} */ (String(event.rises));
    if (goesOn || event.step - last[side] < apart || event.step > run.last) return false;
    last[side] = event.step;
    return true;
  });
}

/**
 * The event at a step, or the nearest one close by, in words; null where there is none.
 * @param {Run} run
 * @param {number} step
 * @param {number} steps of the whole axis
 * @returns {{label: string, value: string}|null}
 */
export function eventWords(run, step, steps) {
  const reach = steps / 100;
  const away = (/** @type {RateEvent} */ event) => Math.abs(event.step - step);
  const near = rateEvents(run).reduce((best, event) => (away(event) <= reach && (!best || away(event) < away(best)) ? event : best), /** @type {RateEvent|null} */ (null));
  if (!near) return null;
  const [before, after] = [run.series.rate[near.step - 1], run.series.rate[near.step]];
  return { label: `${near.rises ? "rate raised" : "rate cut"} at step ${count(near.step)}`, value: `${number(before)} → ${number(after)}` };
}

/**
 * What the legend says of them.
 * @param {Run[]} runs
 * @returns {Array<[string, string, boolean]>} symbol, text, whether there are any
 */
export function eventMarks(runs) {
  const any = (/** @type {boolean} */ rises) => runs.some((run) => rateEvents(run).some((event) => event.rises === rises));
  return [
    [SYMBOLS.cut, NAMES.cut, any(false)],
    [SYMBOLS.raised, NAMES.raised, any(true)],
  ];
}
