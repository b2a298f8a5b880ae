// What is saved: the file's name, the words and plots on the sheet, the path as far as the player has come, and what may be opened.

import assert from "node:assert/strict";
import { test } from "node:test";

import { pictureOf } from "../../ui/stage/flow/picture.js";
import { bareSurface } from "../../ui/stage/flow/surface.js";
import { curvesFigure } from "../../ui/stage/save/curves_figure.js";
import { refusalOf } from "../../ui/stage/save/documents.js";
import { fileName } from "../../ui/stage/save/file_name.js";
import { isApart, mapFigure, mapHeight, MARGIN } from "../../ui/stage/save/map_figure.js";
import { uncrowded } from "../../ui/stage/save/crowd.js";
import { fitted, sheetOf, sheetText, stageBoxes } from "../../ui/stage/save/sheet.js";
import { sightOf, withRoom } from "../../ui/stage/save/sight.js";
import { shownPath } from "../../ui/stage/save/shown_path.js";
import { toldOf } from "../../ui/stage/save/told.js";
import { aPacket, aRun, aScene, floats, THEME } from "./made.js";

const BOX = /** @type {[number, number, number, number]} */ ([-1, 1, -1, 1]);
const WINDOW = /** @type {[[number, number], [number, number]]} */ ([[-1, 1], [-1, 1]]);
const SIZE = { width: 600, height: 500, large: true };
const measure = (/** @type {string} */ text, /** @type {number} */ size) => text.length * size * 0.55;

/** A run along these points. @param {Array<[number, number]>} points @param {object} [given] */
const along = (points, given = {}) => aRun({
  last: points.length - 1, steps: points.length - 1, series: { x: floats(...points.map(([x]) => x)), y: floats(...points.map(([, y]) => y)), z: floats(...points.map(() => 0)) }, ...given,
});

test("a file is called by its surface, its runs and what it shows", () => {
  assert.equal(fileName({ surface: "himmelblau", runs: ["Momentum", "Adam"], what: "map" }, "png"), "himmelblau-momentum-adam-map.png");
  assert.equal(fileName({ surface: "three_hump_camel", runs: [] }, "json"), "three-hump-camel.json");
});

test("a file's name has characters that every system takes, and an end", () => {
  const wild = fileName({ surface: "formula", runs: ["../../étude: <α> 50 %", "火", "CON|?*"], what: "stage" }, "svg");
  assert.equal(wild, "formula-etude-50-run-2-con-stage.svg");
  const long = fileName({ surface: "x".repeat(300), runs: Array(6).fill("A very long name of a run, indeed") , what: "curves" }, "png");
  assert.ok(long.length <= 84 && long.endsWith("-and-6-more-curves.png"), long);
  const six = fileName({ surface: "three_hump_camel", runs: ["Gradient descent, rate 0.02", "Momentum (heavy ball)", "Nesterov momentum", "Adam", "RMSprop", "Lion"], what: "map" }, "png");
  assert.equal(six, "three-hump-camel-gradient-descent-rate-0.02-momentum-and-4-more-map.png");
});

test("a path is drawn up to where the player stands, in the middle of a step too", () => {
  const run = along([[0, 0], [0.4, 0], [0.4, 0.8]]);
  const path = shownPath(run, 1.5, BOX);
  assert.deepEqual(path.x.map((x) => Number(x?.toFixed(6))), [0, 0.4, 0.4]);
  assert.deepEqual(path.y.map((y) => Number(y?.toFixed(6))), [0, 0, 0.4]);
  assert.deepEqual(path.iterates, [true, true, false]);
  assert.deepEqual(shownPath(run, 0, BOX).x, [0]);
  assert.deepEqual(shownPath(run, 9, BOX).iterates, [true, true, true]);
});

test("a path that leaves the window ends on its edge and says at which step; one that comes back has a gap", () => {
  const run = along([[0, 0], [2, 0], [2, 2], [0, 0.5]]);
  const out = shownPath(run, 1, BOX);
  assert.deepEqual([out.x, out.y, out.now, out.exit?.step], [[0, 1], [0, 0], null, 1]);
  const back = shownPath(run, 3, BOX);
  assert.equal(back.x.filter((x) => x === null).length, 1);
  assert.deepEqual([back.exit, back.now?.slice(0, 2)], [null, [0, 0.5]]);
});

/** @param {import("../../ui/stage/flow/packet.js").Run[]} runs @param {string[]} [hidden] @param {object} [given] */
function aPicture(runs, hidden = [], given = {}) {
  const packet = aPacket({ runs, steps: 2, title: "Himmelblau", json: '{"landscape": "himmelblau"}', palette: { light: ["#010101", "#020202"], dark: ["#a", "#b"] }, ...given });
  return pictureOf(packet, bareSurface(WINDOW), THEME, new Set(hidden));
}

const RUNS = [
  along([[0, 0], [0.5, 0.5], [0.2, 0.2]], { key: "one", name: "Adam", detail: "rate 0.3", title: "Global minimum", reached: 1, color: 0 }),
  along([[0, 0], [3, 0], [9, 0]], { key: "two", name: "Wild", detail: "rate 5", title: "Diverged at step 1", flag: "diverged at step 1", leaves: 1, color: 1 }),
];

test("the words say the runs that are shown, their settings and verdicts, and the step where it stands", () => {
  assert.deepEqual(toldOf(aPicture(RUNS), 2), {
    title: "Himmelblau", step: "", surface: "himmelblau", names: ["Adam", "Wild"],
    runs: [{ color: "#010101", name: "Adam", settings: "rate 0.3", verdict: "Global minimum" }, { color: "#020202", name: "Wild", settings: "rate 5", verdict: "Diverged at step 1" }],
  });
  const some = toldOf(aPicture(RUNS, ["one"]), 1.4);
  assert.deepEqual([some.names, some.step], [["Wild"], "step 1 of 2"]);
  assert.equal(toldOf(aPicture([], [], { json: '{"landscape": "formula", "formula": "x^2 + y"}' }), 2).title, "f(x, y) = x^2 + y");
});

/** The traces of a map that are in a colour. @param {any[]} data @param {string} color */
const inColor = (data, color) => data.filter((trace) => trace.line?.color === color || trace.marker?.color === color);

test("the map is saved with the surface as it stands, the window that is shown, and the paths of the runs that are not hidden", () => {
  const ground = [{ type: "contour", name: "Surface" }, { name: "Global minimum", marker: { symbol: "star", size: 15 } }];
  const window_ = /** @type {[[number, number], [number, number]]} */ ([[-0.5, 0.7], [-0.6, 0.6]]);
  const { data, layout } = mapFigure(aPicture(RUNS, ["two"]), { ground, window_, time: 2, size: SIZE });
  assert.equal(data[0].type, "contour");
  assert.deepEqual([layout.xaxis.range, layout.yaxis.range, layout.yaxis.scaleanchor], [...window_, "x"]);
  const [line, dots, diamond, ball] = inColor(data, "#010101");
  assert.deepEqual(line.x.map((/** @type {number} */ x) => x.toFixed(3)), ["0.000", "0.500", "0.200"]);
  assert.deepEqual(dots.x, [...floats(0.5, 0.2)]);
  assert.deepEqual([diamond.marker.symbol, diamond.x, ball.x], ["diamond", [0.5], [floats(0.2)[0]]]);
  assert.deepEqual(inColor(data, "#020202"), []);
  assert.deepEqual([data.at(-2).x, data.at(-2).y], [[0], [0]]); // the start
  assert.deepEqual([data.at(-1).marker.symbol, data.at(-1).x], ["star", []]);
});

test("what has not happened yet where the player stands is not in the picture", () => {
  const { data } = mapFigure(aPicture(RUNS), { ground: [], window_: WINDOW, time: 0.5, size: SIZE });
  assert.equal(data.filter((trace) => trace.marker?.symbol === "diamond").length, 0);
  assert.equal(data.flatMap((trace) => trace.text ?? []).join("").trim(), "leaves at 1"); // not yet that it diverged
});

test("runs that end in one place stay countable", () => {
  const same = [0, 1, 2].map((color) => along([[0, 0], [0.5, 0.5]], { key: String(color), color }));
  const sizes = (/** @type {string[]} */ hidden) => mapFigure(aPicture(same, hidden), { ground: [], window_: WINDOW, time: 2, size: SIZE }).data
    .filter((trace) => trace.marker?.symbol === "circle").map((trace) => trace.marker.size).slice(0, -1);
  assert.deepEqual(sizes([]), [29, 21, 13]); // the last lies on the others, whose rims show
  assert.deepEqual(sizes(["1"]), [21, 13]);
});

test("a minimum is seen over the balls that came there", () => {
  const surface = { ...bareSurface(WINDOW), landmarks: [{ symbol: "star", width: 0, points: /** @type {Array<[number, number]>} */ ([[0.2, 0.2], [-0.5, -0.5]]) }] };
  const { data } = mapFigure({ ...aPicture(RUNS), surface }, { ground: [], window_: WINDOW, time: 2, size: SIZE });
  assert.deepEqual([data.at(-1).x, data.at(-1).y], [[0.2], [0.2]]);
});

test("a pinned picture's paths are in the picture, faint and whole", () => {
  const before = aScene([along([[0, 0], [0.1, 0.9], [-0.3, 0.3]])], { colors: ["#abcdef"] });
  const { data } = mapFigure(aPicture(RUNS), { ground: [], window_: WINDOW, time: 0, size: SIZE, pinned: before });
  assert.deepEqual(inColor(data, "#abcdef").map((trace) => [trace.opacity, trace.x.length]), [[0.35, 3]]);
});

test("a run that left is an arrow with words", () => {
  const { data } = mapFigure(aPicture(RUNS), { ground: [], window_: WINDOW, time: 2, size: SIZE });
  const arrow = data.find((trace) => trace.marker?.angleref === "previous");
  assert.deepEqual([arrow.marker.symbol[1], arrow.x[1], arrow.text[1].trim()], ["arrow", 1, "diverged at step 1"]);
});

test("a window that is a strip has two scales, and says so", () => {
  const strip = /** @type {[[number, number], [number, number]]} */ ([[0, 9], [0, 1]]);
  assert.deepEqual([isApart(strip), isApart([[0, 8], [0, 1]])], [true, false]);
  const { layout } = mapFigure(aPicture([]), { ground: [], window_: strip, time: 2, size: SIZE });
  assert.deepEqual([layout.yaxis.scaleanchor, layout.annotations[0].text], [undefined, "axes to different scales"]);
  const width = 500;
  assert.equal(mapHeight([[0, 2], [0, 1]], width, [0, 9999]) - MARGIN.t - MARGIN.b, (width - MARGIN.l - MARGIN.r) / 2);
});

test("a noisy run of many steps is drawn without what would only ink the same places again", () => {
  const points = Array.from({ length: 20_000 }, (_, k) => /** @type {[number, number]} */ ([0.02 * Math.sin(k * k), 0.02 * Math.cos(7 * k)]));
  const full = shownPath(along([[-0.9, 0], ...points]), 99_999, BOX);
  const thin = uncrowded(full, BOX);
  assert.ok(full.x.length > 15_000 && thin.x.length < 3000, `${full.x.length} ${thin.x.length}`);
  const cells = (/** @type {typeof full} */ path) => new Set(path.x.map((x, k) => (x === null ? "" : `${Math.round(Number(x) * 100)} ${Math.round(Number(path.y[k]) * 100)}`)));
  assert.deepEqual([...cells(full)].filter((cell) => !cells(thin).has(cell)), []);
  assert.deepEqual([thin.now, thin.x[0]], [full.now, full.x[0]]);
  const short = shownPath(along([[0, 0], [0.1, 0], [0, 0]]), 9, BOX);
  assert.equal(uncrowded(short, BOX), short);
});

test("members that ended in one place are one disc, larger the more there are", () => {
  const many = /** @type {any} */ ({ x: floats(0.5, 0.5, 0.5, -0.5, NaN), y: floats(0, 0, 0, 0, 0), global: floats(1, 1, 1, 0, 0) });
  const { data } = mapFigure(aPicture([along([[0, 0], [0.5, 0]], { many })]), { ground: [], window_: WINDOW, time: 2, size: SIZE });
  const [open, filled] = [data[0], data[1]];
  assert.deepEqual([open.x, filled.x], [[-0.5], [0.5]]);
  assert.ok(filled.marker.size[0] > open.marker.size[0]);
});

test("a point of the relief that is moved towards the eye stays on the line of sight, and the room around it moves nothing", () => {
  const scene = {
    xaxis: { range: /** @type {[number, number]} */ ([0, 4]) }, yaxis: { range: /** @type {[number, number]} */ ([-1, 1]) }, zaxis: { range: /** @type {[number, number]} */ ([0, 10]) },
    aspectratio: { x: 1, y: 1, z: 0.5 }, camera: { eye: { x: 2, y: 0, z: 1 } },
  };
  assert.deepEqual(sightOf(scene)([1, 0.5, 2], 1), [10, 0, 25]); // the eye itself, in data: two boxes from the middle of x, two of z
  const halfway = sightOf(scene)([1, 0.5, 2], 0.5);
  assert.deepEqual(halfway, [5.5, 0.25, 13.5]);
  sightOf(withRoom(scene))([1, 0.5, 2], 0.5).forEach((value, i) => assert.ok(Math.abs(value - halfway[i]) < 1e-9));
});

test("of the curves what is still to come lies behind a veil", () => {
  const [data, layout] = [[{ x: [0, 1] }], { xaxis: { range: [0, 10] }, shapes: [{ type: "path" }], annotations: [{ text: "edge" }] }];
  const figure = curvesFigure({ data, layout }, aScene([]), { caption: "Loss", time: 4, size: SIZE });
  assert.equal(figure.data, data);
  assert.deepEqual(figure.layout.shapes.map((/** @type {any} */ one) => [one.type, one.x0 ?? null]), [["path", null], ["rect", 4], ["line", 4]]);
  assert.deepEqual(figure.layout.annotations.map((/** @type {any} */ one) => one.text), ["edge", "Loss"]);
  assert.equal(curvesFigure({ data, layout }, aScene([]), { caption: "", time: 10, size: SIZE }).layout.shapes.length, 1);
});

const LINES = Array.from({ length: 6 }, (_, i) => ({ color: "#123456", name: `Gradient descent with a long name ${i}`, settings: "Gradient descent, rate 0.000123, cosine, clip by norm, lookahead", verdict: "Not finite at step 12,345" }));
const MARKS = ["Global minimum", "Local minimum", "Saddle point", "Converged", "Lowest loss", "Leaves the view"].map((text) => ({ svg: "<svg/>", text }));

test("the runs' names stand at the ends of their curves, off one another", () => {
  const runs = ["Adam", "Lion", "Wild", "Hidden"].map((name) => aRun({ name }));
  const scene = aScene(runs, { shown: [true, true, true, false] });
  const data = [5, 5.1, 90, 5].map((last, i) => ({ name: runs[i].name, line: { color: scene.colors[i] }, y: [1, last, null] }));
  const { layout } = curvesFigure({ data, layout: { yaxis: { range: [0, 10] } } }, scene, { caption: "", time: 10, size: SIZE });
  assert.deepEqual(layout.annotations.map((/** @type {any} */ one) => one.text), ["Adam", "Lion"]); // the third left the picture
  const [adam, lion] = layout.annotations.map((/** @type {any} */ one) => one.y * (SIZE.height - layout.margin.t - layout.margin.b));
  assert.ok(lion - adam > 18);
});

test("on the sheet no words touch others or leave it, however many and long they are", () => {
  for (const width of [960, 1600]) {
    for (const count of [0, 1, 3, 6]) {
      const told = { title: "f(x, y) = " + "x^2 + ".repeat(40), step: "step 12,345 of 20,000", surface: "", names: [], runs: LINES.slice(0, count) };
      const sheet = sheetOf(told, MARKS, { width, plots: 400 }, measure, THEME);
      const boxes = sheet.words.map(({ x, y, text, size }) => ({ x, end: x + measure(text, size), top: y - size * 0.8, y, text }));
      for (const [i, one] of boxes.entries()) {
        assert.ok(one.x >= 0 && one.end <= width && one.y <= sheet.height, `${one.text} at ${one.x}`);
        for (const other of boxes.slice(i + 1)) assert.ok(one.end <= other.x || other.end <= one.x || one.y <= other.top || other.y <= one.top, `${one.text} / ${other.text}`);
        assert.ok(one.y <= sheet.top || one.top >= sheet.top + 400);
      }
      assert.equal(sheet.words.filter(({ text }) => text === LINES[0].verdict).length, count);
    }
  }
});

test("a text is cut where there is no room, and left out where there is next to none", () => {
  assert.equal(fitted("momentum", 1000, 10, 400, measure), "momentum");
  assert.equal(fitted("momentum", 33, 10, 400, measure), "momen…");
  assert.equal(fitted("momentum", 12, 10, 400, measure), "");
});

test("the sheet is one SVG in which nothing that was typed is markup", () => {
  const told = { title: "<script>", step: "", surface: "", names: [], runs: [{ ...LINES[0], name: 'a "b" & <i>' }] };
  const sheet = sheetOf(told, [], { width: 960, plots: 300 }, measure, THEME);
  const text = sheetText(sheet, [{ x: 16, y: 0, width: 900, height: 300, svg: '<svg class="main-svg" width="1" height="2" viewBox="0 0 1 2"><g/></svg>' }], THEME);
  assert.ok(!text.includes("<script>") && !text.includes("<i>"));
  assert.ok(text.includes("&lt;script&gt;") && text.includes("a &quot;b&quot; &amp; &lt;i&gt;"));
  assert.ok(text.includes(`<svg x="16" y="${sheet.top}" class="main-svg" width="900" height="300"`));
});

test("on the whole stage relief and curves stand beside the map, and end where it ends", () => {
  const { map, relief, curves, height } = stageBoxes(1600, (width) => width);
  assert.deepEqual([map.height, relief.x, relief.y], [height, curves.x, 0]);
  assert.ok(map.x + map.width < relief.x && relief.y + relief.height < curves.y);
  assert.equal(curves.y + curves.height, height);
  assert.equal(relief.x + relief.width, 1600 - 16);
});

test("what is no experiment's file is refused with what is allowed", () => {
  assert.equal(refusalOf({ name: "a.json", type: "", size: 900 }), "");
  assert.equal(refusalOf({ name: "a", type: "application/json", size: 900 }), "");
  const allowed = "an experiment is a .json file of at most 100 kB, as “Download as a file” makes it.";
  assert.equal(refusalOf({ name: "notes.txt", type: "text/plain", size: 5 }), `notes.txt was not opened: ${allowed}`);
  assert.equal(refusalOf({ name: "big.json", type: "", size: 2_340_000 }), `big.json was not opened: it has 2.3 MB, and ${allowed}`);
  assert.equal(refusalOf({ name: "none.json", type: "", size: 0 }), `none.json was not opened: it is empty, and ${allowed}`);
  assert.ok(refusalOf({ name: `${"x".repeat(200)}.txt`, type: "", size: 1 }).length < 160);
});
