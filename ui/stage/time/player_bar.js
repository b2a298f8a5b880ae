// The bar under the pictures: buttons, the scrub line, speed; and the keys that do the same.

import { epochOf } from "../data/rows.js";
import { momentsOf } from "./pace.js";
import { setIcon } from "../shared/icons.js";
import { count } from "../shared/format.js";
import { TYPING } from "../shared/typing.js";

const MANY = 1000; // epochs: of more no part is told

/**
 * @typedef {typeof import("./player.js").createPlayer} CreatePlayer
 * @typedef {ReturnType<CreatePlayer>} Player
 */

/**
 * @param {HTMLElement} root the stage
 * @param {Player} player
 * @param {{onScrubbing: () => void}} events
 */
export function createPlayerBar(root, player, events) {
  const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (root.querySelector(`[data-testid="${id}"]`));
  const play = find("stage-play");
  const scrub = /** @type {HTMLInputElement} */ (find("stage-scrub"));
  const text = find("stage-step");
  const ticks = /** @type {HTMLElement} */ (root.querySelector(".thw-ticks"));
  const speed = /** @type {HTMLSelectElement} */ (find("stage-speed"));
  const loop = find("stage-loop");
  let shown = "";
  /** @type {import("../flow/packet.js").Data|null} */
  let data = null;

  /** The step, and where there are batches the epoch, a line each. @param {number} step */
  function labelOf(step) {
    const epoch = epochOf(data, step);
    const told = epoch === null ? [] : [`epoch ${epoch >= MANY ? count(Math.floor(epoch)) : epoch.toFixed(1)}`];
    return [`step ${count(step)} / ${count(player.steps)}`, ...told];
  }

  play.addEventListener("click", () => player.toggle());
  find("stage-first").addEventListener("click", () => player.scrub(0));
  find("stage-last").addEventListener("click", () => player.scrub(player.steps));
  find("stage-back").addEventListener("click", () => player.stepBy(-1));
  find("stage-forward").addEventListener("click", () => player.stepBy(1));
  scrub.addEventListener("input", () => {
    events.onScrubbing();
    player.scrub(Number(scrub.value));
  });
  speed.addEventListener("change", () => player.setSpeed(Number(speed.value)));
  loop.addEventListener("click", () => {
    const on = loop.getAttribute("aria-pressed") !== "true";
    loop.setAttribute("aria-pressed", String(on));
    player.setLoop(on);
  });

  /** @type {Object<string, () => void>} */
  const keys = {
    " ": () => player.toggle(),
    ArrowLeft: () => player.stepBy(-1),
    ArrowRight: () => player.stepBy(1),
    Home: () => player.scrub(0),
    End: () => player.scrub(player.steps),
  };

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const target = event.target instanceof Element ? event.target : document.body;
    const ours = target === document.body || root.contains(target);
    if (!ours || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    if (target.matches(TYPING) || hasOwnUse(target, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  }

  /**
   * @param {Element} target
   * @param {string} key
   */
  function hasOwnUse(target, key) {
    if (target.matches("input[type=range]")) return key !== " ";
    if (target.matches('[role="slider"]')) return key !== " ";
    return target.matches("button, a") && key === " ";
  }

  /** A button that is also the slider would be clicked when the space bar is let go. @param {KeyboardEvent} event */
  function onKeyUp(event) {
    if (event.key === " " && event.target instanceof Element && event.target.matches('[role="slider"]')) event.preventDefault();
  }

  document.addEventListener("keydown", onKey);
  root.addEventListener("keyup", onKeyUp);

  return {
    /** @param {import("../flow/picture.js").Moment} moment */
    draw({ time, step }) {
      const label = labelOf(step).join("\n");
      scrub.value = String(step);
      scrub.style.setProperty("--thw-ratio", (time / player.steps).toFixed(4));
      if (label === shown) return;
      shown = label;
      text.textContent = label;
    },
    /** @param {boolean} playing */
    setPlaying(playing) {
      const word = playing ? "Pause" : "Play";
      root.dataset.playing = String(playing);
      setIcon(play, playing ? "pause" : "play");
      play.setAttribute("aria-label", word);
      play.title = `${word} (space)`;
    },
    /** @param {import("../flow/picture.js").Picture} picture */
    show({ packet, scene: { runs, colors, shown: seen, steps } }) {
      data = packet.data;
      player.setMoments(momentsOf(runs));
      scrub.max = String(steps);
      text.style.setProperty("--thw-step-width", `${labelOf(steps)[0].length * 0.95}ch`);
      ticks.replaceChildren(...runs.flatMap(({ reached }, i) => (reached === null || !seen[i] ? [] : [tick(reached, colors[i], steps)])));
      root.dataset.steps = String(steps);
    },
    destroy() {
      document.removeEventListener("keydown", onKey);
      root.removeEventListener("keyup", onKeyUp);
    },
  };
}

/**
 * Where a run has converged.
 * @param {number} step
 * @param {string} color
 * @param {number} steps
 */
function tick(step, color, steps) {
  const mark = document.createElement("i");
  mark.style.left = `${(100 * step) / steps}%`;
  mark.style.background = color;
  return mark;
}
