// The data view's drawing, SVG with colours of its own, so that it can be saved as it stands: axes, curves, rows, rings. A table instead where wanted.

import { spread } from "../curves/end_names.js";
import { namesShown } from "../shared/names.js";
import { typeOf } from "../shared/plot_style.js";
import { createConfusionTables } from "./confusion_table.js";
import { ticksOf } from "./data_axes.js";
import { colorsOf, marksOf, ringAt } from "./data_marks.js";
import { rowLabel } from "./data_words.js";
import { fitPath, stemsOf } from "./fits.js";
import { inputsOf, isClass } from "./rows.js";
import { createShading } from "./shading.js";

/**
 * @typedef {import("./data_axes.js").Axes} Axes
 * @typedef {import("./data_axes.js").Pair} Pair
 * @typedef {import("./fits.js").Fit} Fit
 * @typedef {import("./rows.js").Shown} Shown
 * @typedef {import("../flow/picture.js").Picture} Picture
 * @typedef {import("../shared/plot_style.js").Size} Size
 * @typedef {"fit"|"residuals"|"confusion"} Mode of the last nothing is drawn here: it is a table
 *
 * @typedef {Object} View what is drawn
 * @property {Picture} picture
 * @property {Shown} shown
 * @property {Axes} axes
 * @property {Size} size
 * @property {Mode} mode
 * @property {[string, string]} names of the axes
 * @property {number} chosen a row; -1: none
 * @property {Fit[]} fits
 * @property {Fit|null} first the one whose residuals are drawn, and whose probabilities are shaded
 * @property {Pair[]} places of the rows, in the axes' data
 * @property {ReadonlySet<number>} batch
 * @property {number} step
 *
 * @typedef {{root: SVGGElement, look: string, place: string}} DrawnRow look, place: as it is drawn
 */

const SVG = "http://www.w3.org/2000/svg";
const [REACH, RING] = [16, 11]; // px around a row: that a finger finds, and of the ring of the one that is chosen
const [LETTER, MOST, ROOMY] = [0.53, 0.33, 370]; // a letter's width as a share of the type; what names may take of a plot; px that it has then
const LEADING = 1.3;
const [MANY, SMALLEST] = [160, 0.5]; // rows, from which on they are drawn smaller; and how small at most

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string|number>} [attributes]
 * @returns {SVGElementTagNameMap[K]}
 */
function make(tag, attributes = {}) {
  const element = document.createElementNS(SVG, tag);
  set(element, attributes);
  return element;
}

/** @param {Element} element @param {Record<string, string|number>} attributes */
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/** What the runs' names take on the right, px. @param {Picture} picture @param {Size} size */
export function roomForFits({ packet: { data }, scene: { runs, shown } }, size) {
  const type = typeOf(size);
  const seen = runs.filter((_, i) => shown[i]);
  if (!data || inputsOf(data) > 1 || !namesShown() || size.width < ROOMY || seen.length * type * LEADING > size.height - 60) return 0;
  return Math.min(Math.max(0, ...seen.map(({ name }) => name.length)) * LETTER * type + 12, MOST * size.width);
}

/** @param {HTMLElement} host */
export function createFigure(host) {
  const shading = createShading(host);
  const svg = make("svg", { class: "thw-data-svg", "data-testid": "stage-data", role: "group" });
  const clip = make("rect");
  const clipping = make("clipPath", { id: "thw-data-clip" });
  clipping.append(clip);
  const [ground, inside, rowsAt, names] = [make("g"), make("g", { "clip-path": "url(#thw-data-clip)" }), make("g"), make("g")];
  const [truth, plain, stems, casings, fits, rings] = [make("path"), make("path"), make("path"), make("g"), make("g"), make("g")];
  inside.append(truth, plain, stems, casings, fits);
  svg.append(clipping, ground, inside, rings, rowsAt, names);
  const [casing, ring] = [make("path"), make("path", { class: "thw-data-rings" })];
  rings.append(casing, ring);
  host.append(svg);
  const tables = createConfusionTables(host);
  /** @type {DrawnRow[]} */
  let rows = [];
  let [laid, named] = ["", ""]; // what of the axes and the names is drawn

  /** @param {View} view */
  function drawGround({ axes, picture, size, names: [across, up], mode }) {
    const { theme } = picture.scene;
    const type = typeOf(size);
    const key = JSON.stringify([axes.box, axes.window_, theme.key, type, across, up, mode]);
    if (key === laid) return;
    laid = key;
    set(svg, { width: size.width, height: size.height, viewBox: `0 0 ${size.width} ${size.height}`, "font-family": theme.font, "font-size": type });
    set(clip, { x: axes.box.left, y: axes.box.top, width: axes.box.width, height: axes.box.height });
    ground.replaceChildren(...axisParts(axes, theme, type, [across, up], mode));
  }

  /** @param {View} view */
  function drawKnown({ axes, picture: { packet, scene }, shown: { told }, mode }) {
    const data = mode === "fit" ? packet.data : null;
    const pixels = (/** @type {Pair[]} */ points) => points.map(axes.pixel).map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    const [x, y] = data?.truth ?? [[], []];
    set(truth, { d: pixels(x.map((value, i) => [value, y[i]])), fill: "none", stroke: scene.theme.ink, "stroke-width": 2, "stroke-dasharray": "0.1 5", "stroke-linecap": "round" });
    const ends = data?.plain ? fitPath({ ...told, model: "line_fit" }, data.plain, axes).path : "";
    set(plain, { d: ends, fill: "none", stroke: scene.theme.ink, "stroke-width": 1.25, "stroke-dasharray": "6 4" });
  }

  /** @param {View} view */
  function drawFits({ axes, picture: { scene }, shown, mode, fits: all, first, batch, places }) {
    const there = mode === "fit" ? all : [];
    const drawn = there.map(({ run, weights }) => ({ run, ...fitPath(shown.told, weights, axes) }));
    for (const layer of [casings, fits]) {
      while (layer.childElementCount < drawn.length) layer.append(make("path", { fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round" }));
      while (layer.childElementCount > drawn.length) layer.lastElementChild?.remove();
    }
    drawn.forEach(({ run, path }, i) => {
      set(casings.children[i], { d: path, stroke: scene.theme.paper, "stroke-width": 5.25 });
      set(fits.children[i], { d: path, stroke: scene.colors[run], "stroke-width": 2.5, "data-run": run });
    });
    set(stems, { d: first && mode === "fit" ? stemsOf(shown, first.weights, axes) : "", fill: "none", stroke: first ? scene.colors[first.run] : "none", "stroke-width": 1, opacity: 0.55 });
    const ringed = [...batch].filter((i) => places[i]).map((i) => ringAt(axes.pixel(places[i]))).join("");
    set(casing, { d: ringed, fill: "none", stroke: scene.theme.paper, "stroke-width": 4.5 });
    set(ring, { d: ringed, fill: "none", stroke: scene.theme.ink, "stroke-width": 1.75, "data-rows": [...batch].join(" ") });
    return drawn;
  }

  /** @param {View} view @param {ReturnType<typeof drawFits>} drawn */
  function drawNames({ axes: { box }, picture: { scene }, shown: { told }, size }, drawn) {
    const type = typeOf(size);
    const line = Math.round(type * LEADING);
    const beside = size.width - box.left - box.width;
    const ends = (beside > line || inputsOf(told) > 1) && namesShown() ? drawn.filter(({ end }) => end) : [];
    const fitting = ends.length * line <= box.height ? ends : [];
    const heights = spread(fitting.map(({ end }) => /** @type {Pair} */ (end)[1] - box.top), line, box.height);
    const key = JSON.stringify([fitting, heights, box, beside, scene.colors, scene.theme.key, fitting.map(({ run }) => scene.runs[run].name)]);
    if (key === named) return;
    named = key;
    names.replaceChildren(...fitting.map(({ run, end }, k) => {
      const within = inputsOf(told) > 1;
      const x = within ? Math.min(/** @type {Pair} */ (end)[0], box.left + box.width) - 6 : box.left + box.width + 6;
      const label = make("text", {
        x, y: box.top + heights[k], "dominant-baseline": "central", "text-anchor": within ? "end" : "start", "font-weight": 600, "aria-hidden": "true",
        fill: scene.colors[run], stroke: scene.theme.paper, "stroke-width": 4, "paint-order": "stroke", "stroke-linejoin": "round",
      });
      label.textContent = shortened(scene.runs[run].name, within ? Infinity : (beside - 8) / (LETTER * type));
      return label;
    }));
  }

  /** @param {View} view */
  function drawRows({ picture, shown, chosen }) {
    while (rows.length < shown.rows.length) {
      const root = make("g", { class: "thw-row", role: "button", "data-row": rows.length });
      rows.push({ root, look: "", place: "nowhere" });
      rowsAt.append(root);
    }
    for (const row of rows.splice(shown.rows.length)) row.root.remove();
    rows.forEach((row, i) => {
      const marks = marksOf(shown, i, picture);
      const look = JSON.stringify(marks);
      if (look !== row.look) {
        row.look = look;
        row.root.replaceChildren(make("circle", { class: "thw-row-reach", r: REACH, fill: "none" }), make("circle", { class: "thw-row-ring", r: RING, fill: "none", stroke: "none" }), ...marks.map((mark) => make("path", mark)));
      }
      set(row.root, { tabindex: i === Math.max(0, chosen) ? 0 : -1, "aria-label": rowLabel(shown, i), "aria-pressed": String(shown.left.has(i)), "data-chosen": String(i === chosen) });
    });
  }

  return {
    svg,
    canvas: shading.canvas,
    /** All of it. @param {View} view */
    draw(view) {
      host.dataset.table = String(view.mode === "confusion");
      drawGround(view);
      drawKnown(view);
      drawRows(view);
      if (view.mode !== "residuals") placeRows(rows, view);
      this.move(view);
    },
    /** What another step changes. @param {View} view */
    move(view) {
      const { axes, picture, shown, first, mode } = view;
      if (mode === "confusion") return tables.draw(view);
      if (mode === "residuals") placeRows(rows, view);
      drawNames(view, drawFits(view));
      shading.draw(axes, shown.told, mode === "fit" && inputsOf(shown.told) === 2 && isClass(shown.told) ? (first?.weights ?? null) : null, colorsOf(picture));
      return undefined;
    },
    /** @param {number} place of a row */
    focus: (place) => rows[place]?.root.focus({ preventScroll: true }),
    /** Which row an element belongs to. @param {EventTarget|null} target */
    rowOf(target) {
      const root = target instanceof Element ? target.closest(".thw-row") : null;
      return root ? Number(root.getAttribute("data-row")) : -1;
    },
  };
}

/**
 * Put the rows where they stand, smaller where there are many. It is done at every step. @param {DrawnRow[]} rows @param {View} view
 */
function placeRows(rows, { axes, places }) {
  const size = Math.max(SMALLEST, Math.min(1, Math.sqrt(MANY / rows.length))).toFixed(2);
  rows.forEach((row, i) => {
    const [x, y] = axes.pixel(places[i]);
    const place = Number.isFinite(x) && Math.abs(y) < 1e5 ? `translate(${x.toFixed(2)} ${y.toFixed(2)})${size === "1.00" ? "" : ` scale(${size})`}` : "";
    if (place === row.place) return;
    row.place = place;
    set(row.root, { transform: place, visibility: place ? "visible" : "hidden" });
  });
}

/**
 * @param {Axes} axes
 * @param {import("../shared/theme.js").Theme} theme
 * @param {number} type px
 * @param {[string, string]} names
 * @param {Mode} mode
 */
function axisParts({ box, window_, pixel }, theme, type, [across, up], mode) {
  const { left, top, width, height } = box;
  const [right, bottom] = [left + width, top + height];
  /** @type {SVGElement[]} */
  const parts = [make("rect", { x: left, y: top, width, height, fill: theme.faint, "fill-opacity": 0.55, stroke: theme.grid })];
  const text = (/** @type {string} */ told, /** @type {Record<string, string|number>} */ attributes) => {
    const element = make("text", { fill: theme.muted, "aria-hidden": "true", ...attributes });
    element.textContent = told;
    return element;
  };
  const named = across.length * type * LETTER + 8;
  for (const { value, text: told } of ticksOf(window_[0], width / (type * 5))) {
    const [x] = pixel([value, 0]);
    parts.push(make("path", { d: `M${x} ${top}V${bottom}`, stroke: theme.grid }));
    if (x + told.length * type * 0.3 < right - named) parts.push(text(told, { x, y: bottom + type + 4, "text-anchor": "middle" }));
  }
  const [inside, between] = [up.length > 5, up === "class"]; // the axis of a class has room between its numbers
  const nameAt = between ? pixel([0, 0.75])[1] : top + type * 0.6;
  for (const { value, text: told } of ticksOf(window_[1], between ? 2 : height / (type * 2.6))) {
    const [, y] = pixel([0, value]);
    parts.push(make("path", { d: `M${left} ${y}H${right}`, stroke: mode === "residuals" && value === 0 ? theme.ink : theme.grid }));
    if (inside || between || y > top + type * 1.9) parts.push(text(told, { x: left - 6, y, "text-anchor": "end", "dominant-baseline": "central" }));
  }
  parts.push(text(across, { x: right, y: bottom + type + 4, "text-anchor": "end", "font-weight": 600 }));
  parts.push(text(up, inside ? { x: right - 8, y: top + type + 4, "text-anchor": "end", "font-weight": 600, stroke: theme.paper, "stroke-width": 4, "paint-order": "stroke", "stroke-linejoin": "round" } : { x: left - 6, y: nameAt, "text-anchor": "end", "dominant-baseline": "central", "font-weight": 600 }));
  return parts;
}

/** @param {string} text @param {number} letters */
const shortened = (text, letters) => (text.length <= letters ? text : `${text.slice(0, Math.max(1, Math.floor(letters) - 1))}…`);
