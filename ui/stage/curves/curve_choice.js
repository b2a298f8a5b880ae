// Which curve is looked at, and on which scale: a word a curve, and a button for the logarithm.

import { captionOf } from "./drawn_curve.js";
import { studyCaption } from "./unseen_figure.js";
import { createWordChoice } from "./word_choice.js";

/**
 * @typedef {import("./unseen_figure.js").Choice} Choice
 * @typedef {import("../flow/picture.js").Scene} Scene
 */

/**
 * @param {{row: HTMLElement, tabs: HTMLElement, list: HTMLSelectElement, beside: HTMLElement, log: HTMLElement, caption: HTMLElement}} parts row: of the choice and what stands beside it
 * @param {{onChange: () => void, onWants: (wants: Record<string, boolean>) => void}} events
 */
export function createCurveChoice({ log, caption, ...parts }, events) {
  /** @type {Choice[]} */
  let curves = [];
  /** @type {Scene|null} */
  let scene = null;
  let active = "";
  /** @type {Map<string, boolean>} */
  const logs = new Map();

  const curve = () => curves.find((one) => one.key === active) ?? curves[0];

  /** @param {Choice} one */
  const isLog = (one) => Boolean(one.log_array) && (logs.get(one.key) ?? one.log_default ?? false);

  /** Which of what curves need asking for is looked at now. */
  function want() {
    const wants = Object.fromEntries(curves.flatMap((one) => (one.want ? [[one.want, false]] : [])));
    const { want: wanted } = curve();
    events.onWants(wanted ? { ...wants, [wanted]: true } : wants);
  }

  /** @param {string} key of the curve to look at */
  function choose(key) {
    active = key;
    showState();
    events.onChange();
    want();
  }

  const choice = createWordChoice(parts, { prefix: "stage-curve", onChoose: choose });

  function showState() {
    const one = curve();
    if (!one || !scene) return;
    choice.mark(one.key);
    const able = Boolean(one.log_array);
    log.setAttribute("aria-pressed", String(isLog(one)));
    log.setAttribute("aria-disabled", String(!able));
    log.title = able ? "Logarithmic scale" : (one.log_why ?? "No logarithmic scale here");
    caption.textContent = one.study ? studyCaption(one.study) : captionOf({ scene, curve: one, logarithmic: isLog(one) });
  }

  log.addEventListener("click", () => {
    const one = curve();
    if (!one?.log_array) return;
    logs.set(one.key, !isLog(one));
    showState();
    events.onChange();
  });

  return {
    /**
     * @param {Scene} next
     * @param {Choice[]} list curves, and the comparisons after them
     */
    show(next, list) {
      scene = next;
      curves = list;
      if (!curves.some((one) => one.key === active)) active = curves[0]?.key ?? "";
      choice.show(curves.map(({ key, name, short }) => ({ key, name, short })));
      showState();
    },
    destroy: choice.destroy,
    /** What is chosen; null while there is none. @returns {{scene: Scene, curve: Choice, logarithmic: boolean}|null} */
    get chosen() {
      const one = curve();
      return scene && one ? { scene, curve: one, logarithmic: isLog(one) } : null;
    },
  };
}
