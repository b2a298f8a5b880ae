// The pictures that can be saved: the map, the relief, the curves, and the whole stage, each on its sheet.

import { dataPicture } from "../data/data_picture.js";
import { homeCamera } from "../relief/relief_view.js";
import { pinnedFor } from "../shared/pin.js";
import { curvesFigure } from "./curves_figure.js";
import { measuring, pixelsOf, svgOf } from "./drawing.js";
import { mapFigure, mapHeight } from "./map_figure.js";
import { reliefFigure } from "./relief_figure.js";
import { FONT, sheetOf, sheetText, stageBoxes } from "./sheet.js";
import { toldOf } from "./told.js";

/**
 * @typedef {"map"|"relief"|"curves"|"stage"} What
 * @typedef {import("./sheet.js").Box} Box
 * @typedef {{svg: string, width: number, height: number}} Drawn
 *
 * @typedef {Object} Shown what is on the screen
 * @property {import("../flow/picture.js").Picture} picture
 * @property {number} time where the player stands
 * @property {import("./map_figure.js").View} window_ of the map, as it is panned and zoomed
 * @property {any} camera of the relief, as the person left it; null where it was never drawn
 * @property {{map: HTMLElement, relief: HTMLElement, curves: HTMLElement}} graphs Plotly's
 * @property {string} caption what the curves are
 * @property {import("./sheet.js").Mark[]} marks what the marks on the map mean
 * @property {import("./sheet.js").Mark[]} rowMarks and those among the rows of data
 */

const [WIDE, WHOLE] = [960, 1600]; // px: the sheet of one plot, and that of the whole stage
const EDGE = 16;
const FLAT = /^(saddle|maximum|lowest|level|minimum without)/i; // marks that the map alone has
const PINNED = { svg: '<svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="2.4" opacity="0.5"><path d="M1.5 10.5C5 3.5 11 12.5 14.5 5.5"/></svg>', text: "Faint: the pinned picture" };
const BOUNDS = /** @type {[number, number]} */ ([320, 900]); // px of a map's height
const STAGE_BOUNDS = /** @type {[number, number]} */ ([560, 980]);

/**
 * @param {What} what
 * @param {Shown} onScreen
 * @returns {Promise<Drawn>}
 */
export async function draw(what, onScreen) {
  const { scene } = onScreen.picture;
  const theme = { ...scene.theme, font: FONT };
  const shown = { ...onScreen, picture: { ...onScreen.picture, scene: { ...scene, theme } } };
  const [width, boxes] = boxesOf(what, shown);
  const told = toldOf(shown.picture, shown.time);
  const height = Math.max(...Object.values(boxes).map((box) => box.y + box.height));
  const own = what === "curves" ? [] : shown.marks.filter(({ text }) => what !== "relief" || !FLAT.test(text));
  const pinned = what !== "relief" && pinnedFor(onScreen.picture) ? [PINNED] : [];
  const marks = [...own, ...pinned, ...("data" in boxes ? shown.rowMarks : [])];
  const sheet = sheetOf(told, marks, { width, plots: height }, measuring(), theme);
  const plots = [];
  for (const [name, box] of Object.entries(boxes)) plots.push({ ...box, ...(await PLOTS[/** @type {keyof typeof PLOTS} */ (name)](shown, box)) });
  return { svg: sheetText(sheet, plots, theme), width: sheet.width, height: sheet.height };
}

/** How wide the sheet is, and where on it the plots stand. @param {What} what @param {Shown} shown @returns {[number, Record<string, Box>]} */
function boxesOf(what, { picture, window_, graphs }) {
  if (what === "stage") {
    const { map, relief, curves } = stageBoxes(WHOLE, (width) => mapHeight(window_, width, STAGE_BOUNDS));
    return [WHOLE, picture.packet.data ? { map, data: relief, curves } : { map, relief, curves }];
  }
  const width = WIDE - 2 * EDGE;
  const { clientWidth, clientHeight } = graphs.relief;
  const asSeen = clientWidth ? Math.min(1.1, Math.max(0.5, clientHeight / clientWidth)) : 0.75;
  const height = { map: mapHeight(window_, width, BOUNDS), relief: Math.round(width * asSeen), curves: 480 }[what];
  return [WIDE, { [what]: { x: EDGE, y: 0, width, height } }];
}

/** @type {Record<"map"|"relief"|"data"|"curves", (shown: Shown, box: Box) => Promise<{svg?: string, image?: string}>>} */
const PLOTS = {
  async map({ picture, window_, time, graphs }, { width, height }) {
    const size = { width, height, large: true };
    const pinned = pinnedFor(picture)?.scene;
    return { svg: await svgOf(mapFigure(picture, { ground: graphOf(graphs.map, "map").data, window_, time, size, pinned }), size) };
  },
  async relief({ picture, time, camera }, { width, height }) {
    const size = { width, height, large: true };
    return { image: await pixelsOf(reliefFigure(picture, { camera: camera ?? homeCamera(size), time, size }), size) };
  },
  async data({ picture, time }, { width, height }) {
    return { svg: dataPicture(picture, time, { width, height, large: true }) };
  },
  async curves({ picture: { scene }, time, graphs, caption }, { width, height }) {
    const size = { width, height, large: true };
    return { svg: await svgOf(curvesFigure(graphOf(graphs.curves, "curves"), scene, { caption, time, size }), size) };
  },
};

/** What Plotly has drawn. @param {any} element @param {string} name @returns {{data: any[], layout: any}} */
function graphOf(element, name) {
  if (!element.data) throw new Error(`the ${name} is not drawn yet`);
  return { data: element.data, layout: element.layout };
}
