// A comparison of all runs over one number, in place of the curves: drawn as far as it is made; a click sets the number.

import { nearestOf, studyAxes, studyCaption, studyLayout, studySpoken, studyTable, studyTraces } from "./unseen_figure.js";
import { createUnseenWork } from "./unseen_work.js";
import { count } from "../shared/format.js";
import { CONFIG, sizeOf } from "../shared/plot_style.js";
import { loadedPlotly, readFrame } from "../shared/plotly_internals.js";

/**
 * @typedef {import("./unseen_work.js").Made} Made
 * @typedef {import("./unseen_figure.js").DrawnStudy} DrawnStudy
 * @typedef {import("../flow/picture.js").Picture} Picture
 *
 * @typedef {Object} UnseenParts
 * @property {HTMLElement} plot
 * @property {HTMLElement} panel around it
 * @property {HTMLElement} key what the lines are, and how far they are made
 * @property {HTMLElement} said for ears
 *
 * @typedef {Object} UnseenHost
 * @property {Pick<ReturnType<typeof import("../shared/tooltip.js").createTooltip>, "table"|"hide">} tooltip
 * @property {() => boolean} busy something is still being moved or waited for
 * @property {(edits: import("../flow/requests.js").Edits, live: boolean) => void} onEdits
 * @property {(name: string, axes: import("./curve_axes.js").Axes & {empty: boolean}) => import("./curve_axes.js").Axes} axesOf those to draw, perhaps held
 */

const SLIP = 6; // px that a click may move

/** @param {UnseenParts} parts @param {UnseenHost} host */
export function createUnseenView({ plot, panel, key, said }, host) {
  const [, progress] = key.children;
  /** @type {{picture: Picture, choice: import("./unseen_figure.js").Choice, logarithmic: boolean}|null} */
  let asked = null;
  /** @type {Made|null} what was drawn last */
  let made = null;
  /** @type {DrawnStudy|null} */
  let drawn = null;
  let [label, before] = ["", ""]; // the plot's own words, and those of the curves
  /** @type {[number, number]|null} where a button went down */
  let down = null;

  const work = createUnseenWork({
    busy: host.busy,
    onMade(next) {
      made = next;
      draw();
    },
    onNone: (why) => tell(why),
  });

  /** Say how far it is, or why there is none. @param {string} words */
  function tell(words) {
    progress.textContent = words;
    panel.dataset.made = "false";
  }

  function draw() {
    const plotly = loadedPlotly();
    if (!asked || !plotly || !sizeOf(plot).width) return;
    const { picture: { packet, scene }, choice: { study: looked }, logarithmic } = asked;
    if (!looked) return;
    const there = made && made.study.address === looked.address && made.study.runs.length === scene.runs.length ? made : null;
    const stale = there?.query !== packet.query;
    const study = there?.study ?? { ...looked, log: false, now: 0, values: [], runs: [] };
    drawn = { scene, study, now: Number(packet.numbers.values[looked.address] ?? study.now), logarithmic, stale };
    const whole = there !== null && !stale && there.progress.done === there.progress.all;
    tell(whole ? "" : there && !stale ? `${count(there.progress.done)} of ${count(there.progress.all)}` : "…");
    panel.dataset.made = String(whole);
    describe(whole ? studySpoken(drawn) : "");
    if (!study.values.length) return void clear(plotly);
    const axes = host.axesOf(`${looked.address} ${logarithmic}`, studyAxes(drawn));
    const method = /** @type {any} */ (plot)._fullLayout ? "react" : "newPlot";
    return plotly[method](plot, studyTraces(drawn), studyLayout(drawn, axes, sizeOf(plot)), CONFIG);
  }

  /** Nothing is known yet, and the curve that was looked at before is not it. @param {any} plotly */
  function clear(plotly) {
    if (/** @type {any} */ (plot)._fullLayout) plotly.purge(plot);
  }

  /** @param {string} sentence once all is made */
  function describe(sentence) {
    if (!asked?.choice.study) return;
    const now = plot.getAttribute("aria-label") ?? "";
    if (now !== label) before = now;
    label = `${studyCaption(asked.choice.study)}. ${sentence}`.trim();
    plot.setAttribute("aria-label", label);
    if (sentence && said.textContent !== sentence) said.textContent = sentence;
  }

  /** The place of the value under the pointer; −1 where there is none. @param {PointerEvent} event */
  function placeAt(event) {
    const frame = readFrame(plot);
    if (!frame || !drawn?.study.values.length) return -1;
    const x = event.clientX - plot.getBoundingClientRect().left - frame.left;
    return nearestOf(drawn.study, (x - frame.x.offset) / frame.x.scale);
  }

  /** @param {PointerEvent} event */
  function hover(event) {
    const place = placeAt(event);
    if (place < 0 || !drawn || event.pointerType !== "mouse") return;
    const { title, heads, rows } = studyTable(drawn, place);
    host.tooltip.table(event.clientX, event.clientY, title, heads, rows);
  }

  /** A click sets the number. @param {PointerEvent} event */
  function release(event) {
    const place = down && Math.hypot(event.clientX - down[0], event.clientY - down[1]) <= SLIP ? placeAt(event) : -1;
    down = null;
    if (place < 0 || !drawn) return;
    const { address, values } = drawn.study;
    if (values[place] !== drawn.now) host.onEdits({ [address]: values[place] }, false);
  }

  plot.addEventListener("pointerdown", (event) => (down = event.button === 0 ? [event.clientX, event.clientY] : null));
  plot.addEventListener("pointermove", hover);
  plot.addEventListener("pointerup", release);
  plot.addEventListener("pointercancel", () => (down = null));

  return {
    /** Whether it is looked at. */
    get on() {
      return asked !== null;
    },
    /** @param {Picture} picture @param {import("./unseen_figure.js").Choice} choice @param {boolean} logarithmic */
    show(picture, choice, logarithmic) {
      asked = { picture, choice, logarithmic };
      panel.dataset.against = "true";
      key.hidden = false;
      if (sizeOf(plot).width && choice.study) made = work.look(picture.packet.query, choice.study.address) ?? made;
      return draw();
    },
    /** Something moves. */
    pause: () => work.pause(),
    /** Another curve is looked at. */
    stop() {
      if (!asked) return;
      work.stop();
      [asked, made, drawn, down] = [null, null, null, null];
      delete panel.dataset.against;
      delete panel.dataset.made;
      key.hidden = true;
      said.textContent = "";
      if (plot.getAttribute("aria-label") === label) plot.setAttribute("aria-label", before);
    },
  };
}
