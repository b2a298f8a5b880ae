// Draws what optimizers carry inside over the map: arrows at the current step, and shapes that always belong to the picture.

import { createReader } from "./inside_reader.js";
import { paintMark } from "./inside_ink.js";

/**
 * @typedef {import("./packet.js").Packet} Packet
 * @typedef {import("./paths.js").Scene} Scene
 * @typedef {ReturnType<createReader>} Reader
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
 * @param {HTMLElement} host the map's panel
 * @param {() => ReturnType<import("./plotly_internals.js").readFrame>} frameOf
 */
export function createInsideMarks(host, frameOf) {
  const canvas = document.createElement("canvas");
  canvas.className = "thw-canvas thw-inside-marks";
  canvas.setAttribute("aria-hidden", "true");
  host.append(canvas);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {{packet: Packet, scene: Scene, reader: Reader}|null} */
  let shown = null;
  let time = 0;
  let placed = "";
  let blank = true;

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
    const frame = frameOf();
    if (!frame || !shown) return;
    place(frame);
    const now = marks();
    if (!now.length && blank) return;
    pen.clearRect(0, 0, frame.width, frame.height);
    blank = !now.length;
    const { scene } = shown;
    const art = {
      pen, theme: scene.theme, labels: scene.shown.filter(Boolean).length <= 3,
      size: /** @type {Point} */ ([frame.width, frame.height]),
      to: (/** @type {Point} */ [x, y]) => /** @type {Point} */ ([frame.x.offset + frame.x.scale * x, frame.y.offset + frame.y.scale * y]),
    };
    for (const mark of now) paintMark(art, mark, scene.colors[mark.run]);
  }

  return {
    /**
     * @param {Packet} packet
     * @param {Scene} scene
     */
    show(packet, scene) {
      shown = { packet, scene, reader: createReader(packet) };
      paint();
    },
    /** @param {number} next */
    draw(next) {
      time = next;
      paint();
    },
    repaint: paint,
    /** What is drawn, in data coordinates. */
    marks,
  };
}
