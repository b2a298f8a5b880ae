// Flags on the curves: the step at which a criterion of convergence first holds, one letter in the run's colour.

import { classOf } from "../cards/criteria.js";

/**
 * @typedef {import("../flow/packet.js").Mark} Mark
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {import("../shared/plotly_internals.js").Frame} Frame
 * @typedef {{run: number, mark: Mark}} Flagged
 * @typedef {Flagged & {x: number, y: number, root: HTMLElement}} Flag
 */

const WIDTH = 17; // px that a flag takes, with its gap
const REACH = 10; // px from the pointer to a flag's middle

/**
 * Every flag of one curve, by step.
 * @param {Scene} scene
 * @param {string} curve
 * @returns {Flagged[]}
 */
function flagsOf(scene, curve) {
  const all = scene.runs.flatMap((run, i) => (scene.shown[i] ? run.marks.map((mark) => ({ run: i, mark })) : []));
  return all.filter(({ mark }) => mark.curve === curve && mark.step !== null).sort((a, b) => Number(a.mark.step) - Number(b.mark.step));
}

/**
 * The lowest lane for each place where it touches no other: near ones stand one above the other.
 * @param {number[]} places in px, in rising order
 */
function lanesOf(places) {
  /** @type {number[]} */
  const ends = []; // by lane, where the last flag in it ends
  return places.map((place) => {
    const free = ends.findIndex((end) => end <= place);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = place + WIDTH;
    return lane;
  });
}

/** @param {HTMLElement} veil over what is still to come: the flags lie beneath it */
export function createFlags(veil) {
  /** @type {Flag[]} */
  let flags = [];

  /**
   * @param {Flagged} flagged
   * @param {number} x
   * @param {number} lane
   * @param {Frame} frame
   * @param {string} color
   * @returns {Flag}
   */
  function flag({ run, mark }, x, lane, frame, color) {
    const root = document.createElement("i");
    root.className = `${classOf(mark)} thw-flag`;
    root.dataset.testid = `stage-flag-${run}-${mark.key}`;
    root.setAttribute("aria-hidden", "true"); // the cards say the same
    root.textContent = mark.letter;
    root.style.setProperty("--thw-run", color);
    const y = frame.height - 10 - lane * WIDTH;
    root.style.transform = `translate(${frame.left + x}px, ${frame.top + y}px)`;
    veil.before(root);
    return { run, mark, x, y, root };
  }

  return {
    /**
     * @param {Scene} scene
     * @param {string} curve
     * @param {Frame} frame
     */
    show(scene, curve, frame) {
      for (const { root } of flags) root.remove();
      const list = flagsOf(scene, curve);
      const places = list.map(({ mark }) => frame.x.offset + frame.x.scale * Number(mark.step)).filter((x) => x <= frame.width + 1);
      const lanes = lanesOf(places);
      flags = places.map((x, i) => flag(list[i], x, lanes[i], frame, scene.colors[list[i].run]));
    },
    /**
     * The flag at a place in the frame.
     * @param {number} x
     * @param {number} y
     */
    at: (x, y) => flags.find((one) => Math.abs(one.x - x) <= REACH && Math.abs(one.y - y) <= REACH) ?? null,
  };
}
