// What a saved picture says in words: the surface, the step, and a line for each run that is shown.

import { planeWords } from "../map/plane_note.js";
import { count } from "../shared/format.js";

/**
 * @typedef {import("../flow/picture.js").Picture} Picture
 * @typedef {{color: string, name: string, settings: string, verdict: string}} RunLine
 * @typedef {{title: string, step: string, surface: string, names: string[], runs: RunLine[]}} Told surface: its key; names: of the runs that are shown
 */

const LONGEST = 90; // characters of a formula

/**
 * @param {Picture} picture
 * @param {number} time where the player stands
 * @returns {Told}
 */
export function toldOf({ packet, scene }, time) {
  const { landscape = "", formula = "" } = documentOf(packet.json);
  const shown = packet.runs.map((run, i) => ({ run, color: scene.colors[i] })).filter((_, i) => scene.shown[i]);
  const typed = formula.length > LONGEST ? `${formula.slice(0, LONGEST - 1)}…` : formula;
  return {
    title: typed ? `f(x, y) = ${typed}` : [packet.title, packet.plane && planeWords(packet.plane)].filter(Boolean).join(" · "),
    step: time < scene.steps ? `step ${count(Math.floor(time))} of ${count(scene.steps)}` : "",
    surface: landscape,
    names: shown.map(({ run }) => run.name),
    runs: shown.map(({ run, color }) => ({ color, name: run.name, settings: run.detail, verdict: [run.title, run.fit?.title].filter(Boolean).join(" \u00b7 ") })),
  };
}

/** @param {string} json @returns {{landscape?: string, formula?: string}} */
function documentOf(json) {
  try {
    return JSON.parse(json) ?? {};
  } catch {
    return {};
  }
}
