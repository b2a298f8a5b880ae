// Flags on the curves: a tick on the axis at the step where a criterion of convergence first holds, in the run's colour, and what
// the ticks mean in words below.

/**
 * @typedef {import("../flow/packet.js").Mark} Mark
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {import("../shared/plotly_internals.js").Frame} Frame
 * @typedef {{run: number, mark: Mark}} Flagged
 * @typedef {Flagged & {x: number, y: number, root: HTMLElement}} Flag
 */

const WIDTH = 13; // px that a tick takes, with its gap
const REACH = 10; // px from the pointer to a tick's middle
const SHAPES = ["M6 1.2 11 10.8H1z", "M6 1a5 5 0 1 1 0 10 5 5 0 0 1 0-10z", "M1.5 1.5h9v9h-9z"]; // by the criterion's place

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
 * The criteria that have a place on a curve, each once, whether they hold or not.
 * @param {Scene} scene
 * @param {string} curve
 */
function criteriaOf(scene, curve) {
  const marks = scene.runs.flatMap((run) => run.marks).filter((mark) => mark.curve === curve);
  return [...new Map(marks.map((mark) => [mark.key, mark])).values()];
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

/** @param {number} place of the criterion on its curve @param {boolean} hollow */
const glyph = (place, hollow) =>
  `<svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><path d="${SHAPES[place % SHAPES.length]}" ` +
  `fill="${hollow ? "none" : "currentColor"}" stroke="currentColor" stroke-width="1.5" ${hollow ? 'stroke-dasharray="2 1.4"' : ""}/></svg>`;

/** What a criterion's tick looks like, and the criterion in words. @param {Mark} mark @param {number} place */
function item({ name, text }, place) {
  const root = document.createElement("span");
  root.className = "thw-key-item";
  root.title = text;
  root.innerHTML = `${glyph(place, false)}<span class="thw-key-long"></span><span class="thw-key-short"></span>`;
  const [long, short] = root.querySelectorAll("span");
  [long.textContent, short.textContent] = [text, name];
  return root;
}

/** @param {{veil: HTMLElement, key: HTMLElement}} parts veil: over what is still to come, the flags lie beneath it; key: where the ticks are told in words */
export function createFlags({ veil, key }) {
  /** @type {Flag[]} */
  let flags = [];

  /**
   * @param {Flagged} flagged
   * @param {{x: number, y: number}} spot in the frame
   * @param {Frame} frame
   * @param {string} color
   * @param {number} place
   * @returns {Flag}
   */
  function flag({ run, mark }, { x, y }, frame, color, place) {
    const root = document.createElement("i");
    root.className = `thw-flag${mark.note ? " thw-false" : ""}`;
    root.dataset.testid = `stage-flag-${run}-${mark.key}`;
    root.setAttribute("aria-hidden", "true"); // the cards say the same
    root.innerHTML = glyph(place, Boolean(mark.note));
    root.style.color = color;
    root.style.transform = `translate(${frame.left + x}px, ${frame.top + y}px)`;
    veil.before(root);
    return { run, mark, x, y, root };
  }

  return {
    /**
     * Say what the ticks of a curve mean; before the plot is drawn, which gets what room is left.
     * @param {Scene} scene
     * @param {string} curve
     */
    explain(scene, curve) {
      const items = criteriaOf(scene, curve);
      const told = JSON.stringify(items.map(({ name, text }) => [name, text]));
      if (key.dataset.told !== told) key.replaceChildren(...items.map(item));
      key.dataset.told = told;
      key.hidden = !items.length;
    },
    /**
     * @param {Scene} scene
     * @param {string} curve
     * @param {Frame} frame
     */
    show(scene, curve, frame) {
      for (const { root } of flags) root.remove();
      const order = criteriaOf(scene, curve).map((mark) => mark.key);
      const list = flagsOf(scene, curve);
      const places = list.map(({ mark }) => frame.x.offset + frame.x.scale * Number(mark.step)).filter((x) => x <= frame.width + 1);
      const lanes = lanesOf(places);
      flags = places.map((x, i) =>
        flag(list[i], { x, y: frame.height - 7 - lanes[i] * WIDTH }, frame, scene.colors[list[i].run], order.indexOf(list[i].mark.key)),
      );
    },
    /**
     * The flag at a place in the frame.
     * @param {number} x
     * @param {number} y
     */
    at: (x, y) => flags.find((one) => Math.abs(one.x - x) <= REACH && Math.abs(one.y - y) <= REACH) ?? null,
  };
}
