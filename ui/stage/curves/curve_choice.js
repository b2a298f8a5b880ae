// Which curve is looked at, and on which scale: a tab a curve, and a button for the logarithm.

import { captionOf } from "./drawn_curve.js";

/**
 * @typedef {import("../flow/packet.js").Curve} Curve
 * @typedef {import("../flow/picture.js").Scene} Scene
 */

/**
 * @param {{tabs: HTMLElement, log: HTMLElement, caption: HTMLElement}} parts
 * @param {{onChange: () => void, onWants: (wants: Record<string, boolean>) => void}} events
 */
export function createCurveChoice({ tabs, log, caption }, events) {
  /** @type {Curve[]} */
  let curves = [];
  /** @type {Scene|null} */
  let scene = null;
  let active = "";
  /** @type {Map<string, boolean>} */
  const logs = new Map();

  const curve = () => curves.find((one) => one.key === active) ?? curves[0];

  /** @param {Curve} one */
  const isLog = (one) => Boolean(one.log_array) && (logs.get(one.key) ?? one.log_default ?? false);

  /** Which of what curves need asking for is looked at now. */
  function want() {
    const wants = Object.fromEntries(curves.flatMap((one) => (one.want ? [[one.want, false]] : [])));
    const { want: wanted } = curve();
    events.onWants(wanted ? { ...wants, [wanted]: true } : wants);
  }

  /** @param {Curve} one */
  function tab(one) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.testid = `stage-curve-${one.key}`;
    button.dataset.key = one.key;
    button.setAttribute("aria-label", one.name);
    button.title = one.name;
    for (const [name, text] of [["thw-long", one.name], ["thw-short", one.short]]) {
      const span = document.createElement("span");
      span.className = name;
      span.textContent = text;
      button.append(span);
    }
    button.addEventListener("click", () => {
      active = one.key;
      showState();
      events.onChange();
      want();
    });
    return button;
  }

  function showState() {
    const one = curve();
    if (!one || !scene) return;
    for (const button of tabs.children) button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.key === one.key));
    const able = Boolean(one.log_array);
    log.setAttribute("aria-pressed", String(isLog(one)));
    log.setAttribute("aria-disabled", String(!able));
    log.title = able ? "Logarithmic scale" : (one.log_why ?? "No logarithmic scale here");
    caption.textContent = captionOf({ scene, curve: one, logarithmic: isLog(one) });
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
     * @param {Curve[]} list
     */
    show(next, list) {
      const same = JSON.stringify(list) === JSON.stringify(curves);
      scene = next;
      curves = list;
      if (!curves.some((one) => one.key === active)) active = curves[0]?.key ?? "";
      if (!same) tabs.replaceChildren(...curves.map(tab));
      showState();
    },
    /** What is chosen; null while there is none. @returns {import("./drawn_curve.js").ChosenCurve|null} */
    get chosen() {
      const one = curve();
      return scene && one ? { scene, curve: one, logarithmic: isLog(one) } : null;
    },
  };
}
