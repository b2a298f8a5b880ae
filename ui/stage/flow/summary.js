// What became of the runs, for ears: said once nothing has changed for a while.

import { rowsCounted } from "./kept.js";

const REST = 1200; // ms

/** @typedef {import("./packet.js").Packet} Packet */

/** @param {Pick<Packet, "runs"|"race"|"advice"> & {data?: Packet["data"]}} packet */
export function spoken({ runs, race, advice, data }) {
  const more = runs.flatMap((run, i) => {
    const said = [run.many?.said, advice?.runs[i]?.[0]?.text].filter(Boolean);
    return said.length ? [`${run.name}: ${said.join(" ")}`] : [];
  });
  return [race.spoken, ...more, ...(data?.held?.length ? [`${rowsCounted(data)}.`] : [])].join(" ");
}

/** @param {HTMLElement} place */
export function createSummary(place) {
  let timer = 0;

  /** @param {Packet} packet */
  function speak(packet) {
    const text = spoken(packet);
    if (place.textContent !== text) place.textContent = text;
  }

  return {
    /** @param {import("./picture.js").Picture} picture */
    show({ packet }) {
      clearTimeout(timer);
      timer = window.setTimeout(() => speak(packet), REST);
    },
    destroy() {
      clearTimeout(timer);
    },
  };
}
