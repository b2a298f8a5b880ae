// One map on the screen: its cells on a canvas, contour lines and marks over them, Plotly's axes around, and what a hand points at on top.

import { drawLines } from "./ground_lines.js";
import { watchHand } from "./hand.js";
import { drawCursor, drawPath, drawPresent } from "./face_ink.js";
import { ticksOf } from "../shared/map_ticks.js";
import { drawCells } from "./tile_ink.js";
import { frameOf, unitOf } from "./views.js";
import { bordersOf, marginsOf } from "../../map/axes.js";
import { addCanvas, fitCanvas } from "../../paths/canvases.js";
import { loadedPlotly } from "../../shared/plotly_internals.js";
import { axisStyle, baseLayout, CONFIG, inked, sizeOf, typeOf } from "../../shared/plot_style.js";

/**
 * @typedef {import("../tiles/tile_lattice.js").Box} Box
 * @typedef {import("../shared/plan_work.js").Plan} Plan
 * @typedef {import("../shared/plan_work.js").PlanRun} PlanRun
 * @typedef {import("../../flow/picture.js").Picture} Picture
 * @typedef {import("../../shared/plotly_internals.js").Frame} Frame
 *
 * @typedef {Object} FaceEvents
 * @property {() => Box} seen
 * @property {(next: Box) => void} onMove
 * @property {(place: [number, number], event: PointerEvent) => void} onPoint a place in units of the axes
 * @property {(place: [number, number], byFinger: boolean, event: PointerEvent) => void} onTap
 * @property {() => void} onLeave
 * @property {(across: number, up: number, far: boolean) => void} onArrow
 * @property {() => void} onEnter
 * @property {(factor: number) => void} onZoom
 * @property {() => void} onReset
 *
 * @typedef {Object} Shown
 * @property {Plan} plan
 * @property {PlanRun} run
 * @property {Picture} picture
 * @property {Box} base
 * @property {ReturnType<typeof import("../colours/colours.js").createColours>} colours
 * @property {import("./tile_ink.js").Cells} cells
 */

const [TITLED, HEADED] = [22, 24]; // px that an axis' name takes, and the name of the run above
const KEYS = "Arrows move a cursor, plus and minus zoom, 0 shows the whole map, Enter opens the run in the lab.";

/**
 * @param {HTMLElement} host
 * @param {FaceEvents} events
 */
export function createFace(host, events) {
  const { root, title, sheet, hatch, plot, hand, why, pens } = partsIn(host);
  const [cellPen, linePen, topPen] = pens;
  /** @type {Shown|null} */
  let shown = null;
  /** @type {any} Plotly, where it has drawn the axes */
  let plotly = null;
  let drawn = ""; // what the axes were drawn for
  let box = { left: 0, top: 0, width: 0, height: 0 };
  let request = 0;
  /** @type {import("./face_ink.js").Pointed} */
  const pointed = { place: null, cell: null, path: null };

  const logs = () => /** @type {[boolean, boolean]} */ ([shown?.plan.x.scale === "log", shown?.plan.y?.scale === "log"]);
  const frame = () => frameOf(events.seen(), box, logs());
  /** @param {number} x @param {number} y @returns {[number, number]} */
  const placeOf = (x, y) => {
    const of = frame();
    return [(x - of.x.offset) / of.x.scale, (y - of.y.offset) / of.y.scale];
  };

  watchHand(hand, {
    seen: events.seen, onMove: events.onMove, onLeave: events.onLeave, onArrow: events.onArrow, onEnter: events.onEnter, onZoom: events.onZoom, onReset: events.onReset,
    onPoint: (x, y, event) => events.onPoint(placeOf(x, y), event),
    onTap: (x, y, byFinger, event) => events.onTap(placeOf(x, y), byFinger, event),
  });

  /** Lay all layers over the picture's box. */
  function lay() {
    if (!shown) return;
    box = boxOf(shown, sizeOf(sheet), title.hidden ? 0 : HEADED);
    title.style.cssText = `left:${box.left}px;top:${box.top - HEADED}px;width:${box.width}px`;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    for (const pen of pens) fitCanvas(pen, { ...box, ratio }, 0);
    for (const part of [hatch, hand]) part.style.cssText = `left:${box.left}px;top:${box.top}px;width:${box.width}px;height:${box.height}px`;
  }

  /** Draw cells and lines for what is seen. */
  function paint() {
    if (!shown) return;
    const of = frame();
    drawCells(cellPen, of, shown.cells, shown.base, shown.colours);
    linePen.clearRect(0, 0, of.width, of.height);
    if (shown.plan.kind === "basins") drawLines(linePen, of, shown.picture.surface, inkOf(shown.picture.scene.theme));
    point();
  }

  /** Draw what is pointed at. */
  function point() {
    if (!shown) return;
    const of = frame();
    const { theme } = shown.picture.scene;
    topPen.clearRect(0, 0, of.width, of.height);
    if (pointed.path && shown.plan.kind === "basins") drawPath(topPen, of, pointed.path, theme.ink, theme);
    const now = shown.run.now ?? shown.plan.now;
    if (now?.every((value) => value !== null)) drawPresent(topPen, of, now.map((value, i) => unitOf(Number(value), i ? (shown?.plan.y?.scale ?? "") : (shown?.plan.x.scale ?? ""))));
    drawCursor(topPen, of, pointed, theme);
  }

  /** Axes, marks and limits by Plotly. */
  async function drawAxes() {
    if (!shown || !box.width) return;
    const size = sizeOf(sheet);
    const library = loadedPlotly();
    const fresh = !plotly;
    plotly = library;
    await library[fresh ? "newPlot" : "react"](plot, tracesOf(shown), layoutOf(shown, events.seen(), size, box), { ...CONFIG, staticPlot: true });
  }

  function moveAxes() {
    cancelAnimationFrame(request);
    request = requestAnimationFrame(() => {
      if (!shown) return;
      const { plan } = shown;
      const moved = events.seen().map((range, i) => {
        const { tickvals, ticktext } = /** @type {any} */ (marksOf(plan, range, box, i));
        const name = i ? "yaxis" : "xaxis";
        return { [`${name}.range`]: [...range], ...(tickvals ? { [`${name}.tickvals`]: tickvals, [`${name}.ticktext`]: ticktext } : {}) };
      });
      plotly?.relayout(plot, Object.assign({}, ...moved));
    });
  }

  return {
    root,
    get box() {
      return box;
    },
    frame,
    /** @param {Shown} next @param {boolean} titled whether another map is beside it */
    async show(next, titled) {
      shown = next;
      title.textContent = next.run.name;
      title.hidden = !titled;
      why.textContent = next.run.why;
      why.hidden = !next.run.why;
      hand.setAttribute("aria-label", `${next.plan.kind === "basins" ? "Map of basins" : "Map over two numbers"} of ${next.run.name}. ${KEYS}`);
      lay();
      paint();
      const key = [next.plan.atlas, next.run.place, next.picture.packet.surface, next.picture.scene.theme.key, sheet.clientWidth, sheet.clientHeight].join(" ");
      if (key === drawn) moveAxes();
      else {
        drawn = key;
        await drawAxes();
      }
    },
    /** Another window, more cells, or other colours. @param {Shown} next @param {boolean} moved */
    paint(next, moved) {
      shown = next;
      paint();
      if (moved) moveAxes();
    },
    /** @param {Partial<import("./face_ink.js").Pointed>} next */
    point(next) {
      Object.assign(pointed, next);
      point();
    },
    /** A place in the window's pixels. @param {[number, number]} place */
    toClient([x, y]) {
      const of = frame();
      const home = hand.getBoundingClientRect();
      return { clientX: home.left + of.x.offset + of.x.scale * x, clientY: home.top + of.y.offset + of.y.scale * y };
    },
    /** The layers of the picture, from below. */
    layers: () => ({ cells: cellPen.canvas, lines: linePen.canvas, plot, box }),
    destroy() {
      cancelAnimationFrame(request);
      if (plotly) plotly.purge(plot);
      root.remove();
    },
  };
}

/** The elements of a map, from below. @param {HTMLElement} host */
function partsIn(host) {
  const made = (/** @type {string} */ tag, /** @type {string} */ name) => Object.assign(document.createElement(tag), { className: name });
  const [root, title, sheet, hatch, plot, hand, why] = [["div", "face"], ["p", "title"], ["div", "sheet"], ["div", "hatch"], ["div", "axes thw-plot"], ["div", "hand"], ["p", "why"]].map(([tag, name]) => made(tag, `thw-maps-${name}`));
  sheet.append(hatch);
  const below = ["cells", "lines"].map((name) => addCanvas(sheet, `maps-${name}`));
  sheet.append(plot);
  const pens = [...below, addCanvas(sheet, "maps-top")].map((canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")));
  hand.tabIndex = 0;
  hand.setAttribute("role", "application");
  hand.setAttribute("aria-roledescription", "map");
  hand.dataset.testid = "maps-hand";
  why.hidden = true;
  sheet.append(title, hand, why);
  root.append(sheet);
  host.append(root);
  return { root, title, sheet, hatch, plot, hand, why, pens };
}

/** Where the picture lies, px. @param {Shown} shown @param {import("../../shared/plot_style.js").Size} size @param {number} head what stands above takes */
function boxOf({ plan, base }, { width, height, large }, head) {
  const size = { width, height: height - head, large };
  const room = plan.kind === "basins" ? 0 : TITLED; // of the axes' names
  const { l, r, t, b } = plan.kind === "basins" ? marginsOf(size, base) : bordersOf(size.width, size.large);
  return { left: l + room, top: t + head, width: Math.max(1, size.width - l - r - room), height: Math.max(1, size.height - t - b - room) };
}

/** The marks of an axis, as many as have room. @param {Plan} plan @param {import("../tiles/tile_lattice.js").Range} range @param {{width: number, height: number}} box @param {number} i 0 across, 1 upwards */
function marksOf(plan, range, { width, height }, i) {
  const marks = ticksOf((i ? plan.y : plan.x)?.scale ?? "", range, i ? height : width, i ? 44 : 64);
  return i && "close" in marks ? { ...marks, tickangle: -90 } : marks; // as there is no more room beside the map
}

/** Whether the axes have names that are to be read. @param {Plan} plan */
const isNamed = ({ x, y }) => x.name !== "x" || y?.name !== "y";

/** @param {import("../../shared/theme.js").Theme} theme */
const inkOf = ({ dark }) => (dark ? "rgba(228, 235, 240, 0.3)" : "rgba(20, 32, 40, 0.34)");

/**
 * The marks of the surface, or the limits that theory has.
 * @param {Shown} shown
 */
function tracesOf({ plan, run, picture: { surface, scene: { theme } } }) {
  if (plan.kind === "basins") return surface.map.data.slice(1).filter(({ type }) => type !== "heatmap" && type !== "contour").map((trace) => inked(trace, theme));
  return limitsOf({ plan, run }).flatMap(({ points }) => {
    const line = { type: "scatter", mode: "lines", x: points.map(([x]) => x), y: points.map(([, y]) => y), hoverinfo: "skip" };
    return [{ ...line, line: { color: theme.paper, width: 4 } }, { ...line, line: { color: theme.ink, width: 1.75, dash: "dash" } }];
  });
}

/** The limits that theory has of a run. @param {Pick<Shown, "plan"|"run">} shown */
const limitsOf = ({ plan, run }) => plan.limits.filter((limit) => limit.run === run.place);

/** What they are called, in the middle of each. @param {Shown} shown @param {number} size px of type */
function limitNames({ plan, run, picture: { scene: { theme } } }, size) {
  return limitsOf({ plan, run }).flatMap(({ label, points }) => {
    const middle = points[Math.floor(points.length / 2)];
    if (!middle) return [];
    const [x, y] = middle.map((value, i) => unitOf(value, i ? (plan.y?.scale ?? "") : plan.x.scale));
    return [{ x, y, text: label, showarrow: false, xanchor: "right", xshift: -6, bgcolor: theme.paper, opacity: 0.9, borderpad: 2, font: { color: theme.ink, size } }];
  });
}

/**
 * @param {Shown} shown
 * @param {Box} seen
 * @param {import("../../shared/plot_style.js").Size} size
 * @param {{left: number, top: number, width: number, height: number}} box
 */
function layoutOf(shown, seen, size, box) {
  const { plan, picture: { scene: { theme } } } = shown;
  const named = plan.kind === "sweep" || isNamed(plan);
  const axis = (/** @type {0|1} */ i) => {
    const of = i ? plan.y : plan.x;
    return {
      ...axisStyle(theme, size), type: of?.scale === "log" ? "log" : "linear", range: [...seen[i]], autorange: false, showgrid: false, automargin: false, ticks: "outside", ticklen: 4,
      ...marksOf(plan, seen[i], box, i), fixedrange: true, title: { text: named && plan.kind === "sweep" ? (of?.name ?? "") : "", standoff: 6, font: { size: typeOf(size), color: theme.ink } },
    };
  };
  return {
    ...baseLayout(theme, size), margin: { l: box.left, t: box.top, r: size.width - box.left - box.width, b: size.height - box.top - box.height, pad: 0 },
    xaxis: axis(0), yaxis: axis(1), dragmode: false, annotations: limitNames(shown, typeOf(size)),
  };
}
