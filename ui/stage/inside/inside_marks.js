// Draws what optimizers carry inside over the map and the relief: arrows at the current step, and shapes that always belong to the picture.

import { createReader } from "./inside_reader.js";
import { paintMark, writeLetters } from "./inside_ink.js";

/**
 * @typedef {import("../flow/packet.js").Packet} Packet
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {ReturnType<typeof createReader>} Reader
 * @typedef {[number, number]} Point
 *
 * @typedef {Object} Mark something to be drawn, in data coordinates
 * @property {number} run
 * @property {"gradient"|"velocity"|"step"|"spread"|"simplex"|"ellipse"|"swarm"|"point"|"way"} kind
 * @property {string} name
 * @property {string} symbol
 * @property {Point} from where the ball is
 * @property {Point[]} points an arrow's end, corners, places, a way
 * @property {Point[]} [axes] half axes of an ellipse
 * @property {boolean} [exact] as long as it really is
 */

/**
 * All marks of a packet at a time; nothing of what is not finite.
 * @param {Packet} packet
 * @param {Scene} scene
 * @param {Reader} reader
 * @param {number} time
 * @returns {Mark[]}
 */
export function marksAt(packet, scene, reader, time) {
  /** @type {Mark[]} */
  const marks = [];
  packet.runs.forEach((run, index) => {
    if (!scene.shown[index]) return;
    const { x, y } = run.series;
    const here = Math.min(Math.floor(time), packet.steps);
    for (const shape of packet.shapes[index] ?? []) {
      marks.push(...shapeMarks(shape, reader, time, { run: index, name: shape.name, symbol: shape.symbol, from: [x[here], y[here]] }));
    }
    const inside = packet.inside?.runs[index];
    if (inside) marks.push(...arrowMarks(inside, reader, packet, index, time));
  });
  return marks.filter((mark) => [mark.from, ...mark.points, ...(mark.axes ?? [])].every((point) => point.every(Number.isFinite)));
}

/**
 * @param {import("./inside_reader.js").Shape} shape
 * @param {Reader} reader
 * @param {number} time
 * @param {{run: number, name: string, symbol: string, from: Point}} base
 * @returns {Mark[]}
 */
function shapeMarks(shape, reader, time, base) {
  const row = reader.shapeAt(shape, time);
  const points = pairs(row);
  if (shape.kind === "ellipse") return [{ ...base, kind: "ellipse", points: [points[0]], axes: halfAxes(row[2], row[3], row[5]) }];
  if (shape.kind === "point") {
    /** @type {Mark[]} */
    const way = shape.way ? [{ ...base, kind: "way", points: /** @type {Point[]} */ (reader.wayTo(shape, time)) }] : [];
    return [...way, { ...base, kind: "point", points }];
  }
  return [{ ...base, kind: /** @type {"simplex"|"swarm"} */ (shape.kind), points }];
}

/**
 * @param {import("./inside_reader.js").Inside} inside
 * @param {Reader} reader
 * @param {Packet} packet
 * @param {number} run
 * @param {number} time
 * @returns {Mark[]}
 */
function arrowMarks(inside, reader, packet, run, time) {
  const update = reader.updateAt(time);
  const { x, y, rate } = packet.runs[run].series;
  /** @type {Point} */
  const from = [x[update], y[update]];
  /** @type {Mark[]} */
  const marks = inside.arrows.map((arrow) => {
    const factor = arrow.times === "-rate" ? -rate[update] : Number(arrow.times);
    const [dx, dy] = reader.read(run, arrow.source, update);
    return { run, kind: arrow.of, name: arrow.of, symbol: arrow.symbol, from, points: [[from[0] + factor * dx, from[1] + factor * dy]], exact: arrow.true };
  });
  if (!inside.spread) return marks;
  const spread = reader.read(run, inside.spread, update);
  const [a, b] = spread.length > 1 ? spread : [spread[0], spread[0]];
  return [{ run, kind: "spread", name: "reach on each axis", symbol: "", from, points: [from], axes: [[a, 0], [0, b]] }, ...marks];
}

/** @param {number[]} row */
const pairs = (row) => Array.from({ length: row.length / 2 }, (_, i) => /** @type {Point} */ ([row[2 * i], row[2 * i + 1]]));

/**
 * The half axes of one standard deviation of a covariance matrix [[a, b], [b, c]].
 * @param {number} a
 * @param {number} b
 * @param {number} c
 * @returns {Point[]}
 */
function halfAxes(a, b, c) {
  const middle = (a + c) / 2;
  const radius = Math.hypot((a - c) / 2, b);
  const angle = Math.atan2(2 * b, a - c) / 2;
  const [long, short] = [Math.sqrt(Math.max(0, middle + radius)), Math.sqrt(Math.max(0, middle - radius))];
  return [[long * Math.cos(angle), long * Math.sin(angle)], [-short * Math.sin(angle), short * Math.cos(angle)]];
}

/**
 * @typedef {Object} View where marks are drawn
 * @property {{left: number, top: number, width: number, height: number}} box the picture inside its panel
 * @property {(point: Point) => Point} to from data to its pixels, NaN where there is no ground
 * @property {boolean} letters whether there is room for letters
 * @property {(point: Point) => boolean} [veiled] whether a point lies behind the ground
 * @property {(mark: Mark) => Mark|null} [fit] a mark as it can be drawn here; null where it can not
 */

/**
 * @param {HTMLElement} host the panel
 * @param {(scene: Scene) => View|null} viewOf
 */
export function createInsideMarks(host, viewOf) {
  const canvas = document.createElement("canvas");
  canvas.className = "thw-canvas thw-inside-marks";
  canvas.setAttribute("aria-hidden", "true");
  host.insertBefore(canvas, host.querySelector(".thw-top")); // beneath the balls and their names
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {{packet: Packet, scene: Scene, reader: Reader}|null} */
  let shown = null;
  let time = 0;
  let placed = "";
  let painted = 0;

  /** @param {{left: number, top: number, width: number, height: number}} frame */
  function place(frame) {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const key = [frame.left, frame.top, frame.width, frame.height, ratio].join();
    if (key === placed) return;
    placed = key;
    canvas.width = Math.round(frame.width * ratio);
    canvas.height = Math.round(frame.height * ratio);
    canvas.style.cssText = `left:${frame.left}px;top:${frame.top}px;width:${frame.width}px;height:${frame.height}px`;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  const marks = () => (shown ? marksAt(shown.packet, shown.scene, shown.reader, time) : []);

  function paint() {
    const now = marks();
    if (!shown || (!now.length && !painted)) return;
    const view = viewOf(shown.scene);
    if (!view) return;
    const { width, height } = view.box;
    place(view.box);
    pen.clearRect(0, 0, width, height);
    painted = 0;
    const { scene } = shown;
    const labels = view.letters && scene.shown.filter(Boolean).length <= 3;
    const art = { pen, theme: scene.theme, labels, size: /** @type {Point} */ ([width, height]), letters: [], to: view.to, veiled: view.veiled };
    for (const mark of now) {
      const fitting = view.fit ? view.fit(mark) : mark;
      if (!fitting) continue;
      paintMark(art, fitting, scene.colors[mark.run]);
      painted += 1;
    }
    writeLetters(art);
  }

  return {
    /** @param {import("../flow/picture.js").Picture} picture */
    show({ packet, scene }) {
      shown = { packet, scene, reader: createReader(packet) };
      paint();
    },
    /** @param {import("../flow/picture.js").Moment} moment */
    draw(moment) {
      time = moment.time;
      paint();
    },
    repaint: paint,
    /** Whether there may be marks at any step. */
    get any() {
      return shown !== null && (Boolean(shown.packet.inside) || shown.packet.shapes.some((shapes) => shapes?.length));
    },
    /** What is drawn, in data coordinates. */
    marks,
    /** How many of them have a place in this view. */
    get painted() {
      return painted;
    },
  };
}
