// All runs over one number, in the panel of maps: drawn as far as it is made; a click opens a run at a value in the lab.

import { readAtlas } from "../shared/atlas.js";
import { heightsOf, lineLayout, lineTraces, shownOf } from "./line_figure.js";
import { createLineHand } from "./line_hand.js";
import { createLineParts } from "./line_parts.js";
import { marksOf, xOf, yOf } from "./line_marks.js";
import { paint } from "./line_pen.js";
import { createLineTable } from "./line_table.js";
import { saveLine } from "./save_line.js";
import { captionOf, lineSpoken, tableRows } from "./line_words.js";
import { createLineWork, isMade } from "./line_work.js";
import { fitCanvas } from "../../paths/canvases.js";
import { CONFIG, sizeOf, typeOf } from "../../shared/plot_style.js";
import { loadedPlotly, readFrame } from "../../shared/plotly_internals.js";

/**
 * @typedef {import("./line_work.js").Made} Made
 * @typedef {import("./line_figure.js").DrawnLine} DrawnLine
 * @typedef {import("./line_figure.js").Heights} Heights
 * @typedef {import("./line_marks.js").Marks} Marks
 * @typedef {import("../../flow/picture.js").Picture} Picture
 * @typedef {{place: number, labs: string[], why?: string, now?: Array<number|null>}} PlannedRun labs: the addresses of the map's numbers in the whole experiment; now: their values
 * @typedef {{atlas: string, runs: PlannedRun[], minima: Array<{loss: number}>}} LinePlan what of a plan is needed here
 *
 * @typedef {Object} LineHost
 * @property {Pick<ReturnType<typeof import("../../shared/tooltip.js").createTooltip>, "show"|"table"|"hide">} tooltip
 * @property {() => boolean} busy something is still being moved or waited for
 * @property {(edits: import("../../flow/requests.js").Edits) => void} onOpen a run at a value is to be seen in the lab
 * @property {(edits: import("../../flow/requests.js").Edits) => void} onSet runs are to have other values, and the map stays
 */

const STILL = { ...CONFIG, staticPlot: true }; // Plotly would keep a click to itself
const OF_RUNS = /^r\d+\./; // the address of a number that each run has for itself
const FIXED = /^(learning_rate|parameters|schedule_parameters|wrappers|steps)(\.|$)/; // numbers that leave the surface as it is

/** The link without the map that is open, which is asked for beside it, and what its height says. @param {string} link @returns {{query: string, color: "loss"|"steps"}} */
function parted(link) {
  const words = new URLSearchParams(link);
  const atlas = readAtlas(words.get("atlas") ?? "");
  words.delete("atlas");
  return { query: words.toString(), color: atlas?.color === "steps" ? "steps" : "loss" };
}

/** The lowest loss that is known, where all values of the number have the same surface. @param {LinePlan} plan @param {import("./line_work.js").Line} line */
const lowestOf = ({ minima }, { address }) => (FIXED.test(address) && minima.length ? Math.min(...minima.map(({ loss }) => loss)) : null);

/**
 * A comparison with the values that are set by now: it is the same whatever they are, and may be of a moment ago.
 * @param {import("./line_work.js").Line} line
 * @param {LinePlan} plan
 * @returns {import("./line_work.js").Line}
 */
const withNow = (line, { runs }) => ({ ...line, runs: line.runs.map((run) => ({ ...run, now: runs.find(({ place }) => place === run.place)?.now?.[0] ?? run.now })) });

/** The runs that are drawn, and their colours. @param {DrawnLine} drawn */
const namesOf = (drawn) => shownOf(drawn).map((i) => ({ name: drawn.scene.runs[drawn.line.runs[i].place].name, color: drawn.scene.colors[drawn.line.runs[i].place] }));

/** @param {HTMLElement} host @param {LineHost} events */
export function createLineView(host, { tooltip, busy, onOpen, onSet }) {
  const parts = createLineParts(host, { onHalt: (on) => (work.halt(on), draw()) });
  const { plot, pen, tell, say } = parts;
  /** @type {{plan: LinePlan, picture: Picture}|null} */
  let asked = null;
  /** @type {Made|null} what came last */
  let made = null;
  /** @type {{drawn: DrawnLine, heights: Heights, marks: Marks|null}|null} marks: null until Plotly has drawn its axes */
  let shown = null;
  let drawnSize = [0, 0];

  const work = createLineWork({
    busy,
    onMade(next) {
      made = next;
      draw();
    },
    onNone: (why) => none(why),
  });
  const table = createLineTable(parts.table, { onSet: set });
  const hand = createLineHand(plot, { tooltip, shown: () => shown, onPoint: mark, onOpen: open, onSpeak: parts.speak });

  const watcher = new ResizeObserver(() => {
    const { width, height } = sizeOf(plot);
    if (width !== drawnSize[0] || height !== drawnSize[1]) draw();
  });
  watcher.observe(plot);

  /** The edits that give a run a value. @param {number} place of the run @param {number} value @returns {import("../../flow/requests.js").Edits} */
  const editsOf = (place, value) => Object.fromEntries((asked?.plan.runs ?? []).filter((run) => run.place === place).map(({ labs }) => [labs[0], value]));

  /** @param {number[]} chosen places of runs that get their best */
  function set(chosen) {
    const bests = shown?.drawn.line.runs.filter(({ place, best }) => chosen.includes(place) && best !== null) ?? [];
    const edits = Object.assign({}, ...bests.map(({ place, best }) => editsOf(place, Number(shown?.drawn.line.values[Number(best)]))));
    if (Object.keys(edits).length) onSet(edits);
  }

  /** To the lab, with a run at a value. @param {import("./line_hand.js").Spot} at */
  function open({ k, run }) {
    if (!shown || run < 0) return;
    const { line } = shown.drawn;
    onOpen(editsOf(line.runs[run].place, line.values[k]));
  }

  /** There is nothing to draw. @param {string} why */
  function none(why) {
    made = shown = null;
    const plotly = loadedPlotly();
    if (/** @type {any} */ (plot)._fullLayout) plotly?.purge(plot);
    pen.clearRect(0, 0, plot.clientWidth, plot.clientHeight);
    table.show([], "", true);
    tell({ why });
  }

  function draw() {
    const plotly = loadedPlotly();
    if (!asked || !plotly) return;
    const { plan, picture } = asked;
    if (!made || made.line.runs.some(({ place }) => !picture.scene.runs[place])) return void tell({ progress: null });
    const [line, { progress }] = [withNow(made.line, plan), made];
    const { query, color } = parted(picture.packet.query);
    const stale = made.query !== query || made.atlas !== plan.atlas;
    const drawn = { line, scene: picture.scene, color, lowest: lowestOf(plan, line), stale };
    const heights = heightsOf(drawn);
    shown = { drawn, heights, marks: null };
    const whole = !stale && isMade({ progress });
    tell({ progress: stale ? null : progress, halted: work.halted, caption: captionOf(drawn, heights), drawn, made: whole });
    table.show(tableRows(drawn, plan.runs.reduce((all, { place, why }) => Object.assign(all, { [place]: why ?? "" }), [])), line.name, !plan.runs.some(({ labs }) => OF_RUNS.test(labs[0] ?? "")));
    say(whole ? lineSpoken(drawn) : "", line.name);
    const size = sizeOf(plot); // what is said around it has its room
    if (!size.width) return;
    drawnSize = [size.width, size.height];
    plotly[/** @type {any} */ (plot)._fullLayout ? "react" : "newPlot"](plot, lineTraces(drawn, heights), lineLayout(drawn, heights, size), STILL);
    const frame = readFrame(plot);
    shown.marks = frame && marksOf(drawn, heights, frame);
    fitCanvas(pen, { left: 0, top: 0, ...size, ratio: Math.min(2, window.devicePixelRatio || 1) }, 0);
    mark();
  }

  /** The marks over the lines. */
  function mark() {
    const frame = readFrame(plot);
    if (!frame || !shown?.marks) return;
    const { drawn, heights } = shown;
    const spot = hand.spot;
    paintOn(pen, drawn.scene.theme, spot && { x: xOf(drawn, frame, drawn.line.values[spot.k]), y: spot.run < 0 ? null : yOf(drawn, heights, frame, spot.run, spot.k) });
  }

  /** @param {CanvasRenderingContext2D} on @param {import("../../shared/theme.js").Theme} theme @param {import("./line_pen.js").Focus|null} focus */
  function paintOn(on, theme, focus) {
    const size = sizeOf(plot);
    if (shown?.marks) paint({ pen: on, theme, ...size, type: typeOf(size), lost: shown.drawn.color === "steps" ? "never" : "lost" }, shown.marks, { stale: shown.drawn.stale, focus });
  }

  return {
    /** @param {LinePlan} plan @param {Picture} picture */
    show(plan, picture) {
      asked = { plan, picture };
      parts.root.hidden = false;
      made = work.look({ query: parted(picture.packet.query).query, atlas: plan.atlas }) ?? made;
      draw();
    },
    /** Another map is looked at, or none. */
    hide() {
      parts.root.hidden = true;
      work.stop();
      hand.leave();
      asked = null;
    },
    /** As a picture to keep. */
    async save() {
      if (!shown || !asked) return;
      const { drawn, heights } = shown;
      await saveLine(asked.picture, {
        plot, key: parts.key, runs: namesOf(drawn), caption: captionOf(drawn, heights), paint: (on, font) => paintOn(on, { ...drawn.scene.theme, font }, null),
      });
    },
    resize: draw,
    destroy() {
      watcher.disconnect();
      work.stop();
      if (/** @type {any} */ (plot)._fullLayout) loadedPlotly()?.purge(plot);
      parts.root.remove();
    },
  };
}
