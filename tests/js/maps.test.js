// Maps: which tiles are seen, how fine and in which order, what is kept, coloured, counted and said, and which text says which map.

import assert from "node:assert/strict";
import { test } from "node:test";

import { atlasText, isSame, numberOf, readAtlas, shortened, wordOf } from "../../ui/stage/maps/shared/atlas.js";
import { BARRED, classOf, createColours, endsOf, FIRST_MINIMUM, shareOf, UNJUDGED } from "../../ui/stage/maps/colours/colours.js";
import { factsOf, intervalOf, medianOf } from "../../ui/stage/maps/colours/facts.js";
import { createFoundMinima } from "../../ui/stage/maps/tiles/found_minima.js";
import { firstOf } from "../../ui/stage/maps/maps_head.js";
import { cellRows, className, digitsOf, mapSentence, percent, progressWords, shortName, successWords } from "../../ui/stage/maps/cells/map_words.js";
import { oklch } from "../../ui/stage/maps/colours/oklch.js";
import { planQuery } from "../../ui/stage/maps/shared/plan_work.js";
import { readTile } from "../../ui/stage/maps/tiles/tile.js";
import { cellAt, cellOf, levelFor, levelsDrawn, levelsTo, nameOf, placeOf, sideAt, tilesIn } from "../../ui/stage/maps/tiles/tile_lattice.js";
import { createTileStore } from "../../ui/stage/maps/tiles/tile_store.js";
import { ticksOf } from "../../ui/stage/maps/shared/map_ticks.js";
import { whyNot, zoomed, zoomedAt } from "../../ui/stage/maps/face/views.js";

/** @typedef {import("../../ui/stage/maps/tiles/tile.js").Tile} Tile @typedef {import("../../ui/stage/maps/tiles/tile_lattice.js").Box} Box */

const OUTCOMES = ["GLOBAL_MINIMUM", "LOCAL_MINIMUM", "SADDLE_POINT", "PLATEAU", "AT_BOUNDARY", "LEFT_DOMAIN", "OSCILLATING", "NOISE_FLOOR", "DIVERGED", "NON_FINITE", "STILL_DESCENDING"];
/** @type {Box} */
const BASE = [[-5, 5], [0, 1]];

/** @param {Partial<Tile>} given @param {number} [side] @returns {Tile} */
function aTile(given, side = 16) {
  const many = side * side;
  return {
    width: side, height: side, known: 2, more: [], outcomes: OUTCOMES, x: new Float64Array(side), y: new Float64Array(side), code: new Uint8Array(many),
    minimum: new Uint16Array(many), steps: new Int16Array(many).fill(10), loss: new Float32Array(many), ...given,
  };
}

test("a map's text is read and written as Python does, long numbers too", () => {
  for (const text of ["basins~1", "basins~1~2~window~-5~5~-5~5~color~steps~seeds~16", "line~x~learning_rate~0.001~1~log~color~steps", "sweep~1~x~learning_rate~0.001~1~log~y~parameters.beta~0~0.99~linear"]) {
    assert.equal(atlasText(/** @type {any} */ (readAtlas(text))), text);
  }
  assert.equal(readAtlas(""), null);
  assert.equal(wordOf(0.1 + 0.2), "_NDMzMzMz0z8"); // base64.urlsafe_b64encode(struct.pack("<d", 0.1 + 0.2))
  for (const value of [0.1 + 0.2, -1.2345678901234e-200, 1 / 3]) assert.equal(numberOf(wordOf(value)), value);
  assert.ok(isSame("basins~1~window~0~1~0~1e-1", "basins~1~window~0~1~0~0.1"));
  assert.ok(!isSame("basins~1", "basins~2"));
});

test("a window's edges have the digits that a pixel deserves", () => {
  const [[from, to]] = shortened([[-1.23456789012, 3.98765432109], [0.5, 0.5 + 1e-9]]);
  assert.ok(String(from).length <= 8 && Math.abs(from + 1.23456789012) < 3e-4 && Math.abs(to - 3.98765432109) < 3e-4);
  const [, [low, high]] = shortened([[0, 1], [0.5, 0.5 + 1e-9]]);
  assert.ok(Math.abs(high - low - 1e-9) < 1e-12);
});

test("the plan of a map is asked for without what it does not depend on", () => {
  const plain = planQuery("v=1&atlas=basins~1&steps=5");
  assert.equal(planQuery("v=1&atlas=basins~1~window~0~1~0~1~color~steps&steps=5"), plain);
  assert.notEqual(planQuery("v=1&atlas=basins~1~seeds~16&steps=5"), plain);
});

test("levels share their corners, and tiles have at most 128 cells a side", () => {
  assert.deepEqual([-3, 0, 1, 3, 9].map(sideAt), [16, 16, 32, 128, 128]);
  for (const level of [-2, 0, 4, 20]) assert.equal(placeOf(BASE[0], level, cellOf(BASE[0], level, 2.5)), 2.5);
  assert.equal(cellOf([0, 1], 0, 0.5), 8);
  const { column, row, at } = cellAt(BASE, 4, [-4.99, 0.999]); // cells of 10 / 256 by 1 / 256
  assert.deepEqual([column, row, at], [0, 1, (255 - 128) * 128]);
  assert.deepEqual(cellAt(BASE, 0, [-5.1, -0.01]), { level: 0, column: -1, row: -1, at: 15 * 16 + 15 });
});

test("a cell is one to two pixels wide, however far one has zoomed", () => {
  for (const share of [8, 1, 0.3, 1e-6]) {
    const seen = /** @type {Box} */ (BASE.map(([from, to]) => [from, from + share * (to - from)]));
    for (const pixels of [300, 431, 700]) {
      const level = levelFor(seen, BASE, [pixels, pixels]);
      const width = pixels / (16 * 2 ** level * share);
      assert.ok(width >= 1 && width < 2, `${share} ${pixels} ${level} ${width}`);
    }
  }
  assert.equal(levelFor(BASE, BASE, [430, 430], 2), 2); // nothing is finer there
});

test("coarse cells come first, of a map that is about whole its coarsest, and the finest is drawn on top", () => {
  assert.deepEqual(levelsTo(4), [0, 2, 4]);
  assert.deepEqual(levelsTo(6), [0, 4, 6]);
  assert.deepEqual(levelsTo(12), [8, 10, 12]);
  assert.deepEqual(levelsTo(-2), [-6, -4, -2]);
  const drawn = levelsDrawn([0, 2, 4]);
  assert.equal(drawn.at(-1), 4);
  assert.ok(drawn.indexOf(0) < drawn.indexOf(2) && drawn.includes(6) && new Set(drawn).size === drawn.length);
});

test("only what is seen is asked for, the middle first", () => {
  assert.deepEqual(tilesIn(BASE, BASE, 0), [{ level: 0, column: 0, row: 0 }]);
  assert.deepEqual(tilesIn(BASE, BASE, 4).map(nameOf).sort(), ["4/0/0", "4/0/1", "4/1/0", "4/1/1"]);
  const seen = /** @type {Box} */ ([[-7, 1], [0.2, 0.3]]);
  const tiles = tilesIn(seen, BASE, 5); // cells of 10 / 512: tiles are 2.5 by 0.25
  assert.deepEqual([...new Set(tiles.map(({ row }) => row))].sort(), [0, 1]);
  assert.deepEqual([...new Set(tiles.map(({ column }) => column))].sort((one, other) => one - other), [-1, 0, 1, 2]);
  assert.ok([0, 1].includes(tiles[0].column) && tiles[0].row === 0);
});

test("tiles are kept within a bound, those that were looked at last", () => {
  const store = createTileStore(3 * 256);
  for (const name of ["a", "b", "c"]) store.put(name, aTile({}));
  store.get("a");
  store.put("d", aTile({}));
  assert.deepEqual(["a", "b", "c", "d"].map((name) => store.has(name)), [true, false, true, true]);
  store.put("d", aTile({})); // once more the same
  assert.equal(store.cells, 3 * 256);
});

test("a tile is read as the server packs it", () => {
  const header = new TextEncoder().encode(JSON.stringify({ width: 2, height: 1, known: 1, more: [[1, 2]], outcomes: OUTCOMES, arrays: [["x", "<f8", 0, 2], ["code", "u1", 16, 2], ["steps", "<i2", 24, 2], ["minimum", "u1", 32, 2]] }));
  const begin = Math.ceil((8 + header.length) / 8) * 8;
  const bytes = new Uint8Array(begin + 40);
  bytes.set(new Uint8Array(Uint32Array.of(1, header.length).buffer));
  bytes.set(header, 8);
  bytes.set(new Uint8Array(Float64Array.of(0.1, 0.2).buffer), begin);
  bytes.set([8, 255], begin + 16);
  bytes.set(new Uint8Array(Int16Array.of(7, -1).buffer), begin + 24);
  bytes.set([3, 255], begin + 32);
  const tile = readTile(bytes.buffer);
  assert.deepEqual([...tile.minimum], [3, 65535]);
  assert.deepEqual([[...tile.x], [...tile.code], [...tile.steps], tile.more], [[0.1, 0.2], [8, 255], [7, -1], [[1, 2]]]);
  bytes[0] = 2;
  assert.throws(() => readTile(bytes.buffer), /another version/);
});

test("minima that runs found have one number in all tiles", () => {
  const found = createFoundMinima([{ x: 0, y: 0 }], 10);
  const tiles = [[[3, 3]], [[4, 4], [3.001, 3]]].map((more) => found.renumbered(aTile({ known: 1, more: /** @type {any} */ (more), minimum: Uint16Array.of(0, 1, 2, 65535) })));
  assert.deepEqual(tiles.map(({ minimum }) => [...minimum]), [[0, 1, 65535, 65535], [0, 2, 1, 65535]]);
  assert.deepEqual(found.places[2], [4, 4]);
});

/** @param {Partial<import("../../ui/stage/maps/colours/colours.js").Scheme>} given */
const coloursOf = (given) => createColours({ color: "basin", dark: false, outcomes: OUTCOMES, globals: [false, true], steps: [10, 1000], loss: [1e-3, 10], lowest: 0, only: null, seeds: 1, ...given });

/** @param {ReturnType<typeof coloursOf>} colours @param {Partial<Tile>} tile one cell */
function pixelOf(colours, tile) {
  const pixels = new Uint32Array(1);
  colours.paint(aTile(tile, 1), pixels);
  return [pixels[0] & 255, (pixels[0] >> 8) & 255, (pixels[0] >> 16) & 255];
}

const brightness = (/** @type {number[]} */ [r, g, b]) => 0.3 * r + 0.6 * g + 0.1 * b;

test("each minimum has a hue, the global one teal, and fast is light", () => {
  for (const dark of [false, true]) {
    const colours = coloursOf({ dark });
    const at = (/** @type {number} */ minimum, /** @type {number} */ steps) => pixelOf(colours, { minimum: Uint16Array.of(minimum), steps: Int16Array.of(steps) });
    const [red, green, blue] = at(1, 100);
    assert.ok(blue > red + 40 && green > red + 40, String(at(1, 100)));
    assert.notDeepEqual(at(0, 100), at(1, 100));
    assert.ok(brightness(at(1, 12)) > brightness(at(1, 100)) + 20 && brightness(at(1, 100)) > brightness(at(1, 900)) + 20);
  }
});

test("with several seeds a cell is as full as they agree, whatever its steps", () => {
  for (const dark of [false, true]) {
    const colours = coloursOf({ dark, seeds: 16 });
    const at = (/** @type {number} */ agree, steps = 100) => pixelOf(colours, { minimum: Uint16Array.of(1), steps: Int16Array.of(steps), share: Uint8Array.of(Math.round((255 * agree) / 16)) });
    const fullness = [4, 8, 12, 16].map((agree) => Math.max(...at(agree)) - Math.min(...at(agree)));
    fullness.slice(1).forEach((next, i) => assert.ok(next > fullness[i] + 10, String(fullness)));
    assert.deepEqual(at(12, 12), at(12, 900));
    assert.deepEqual(at(16), coloursOf({ dark, seeds: 16 }).swatch(FIRST_MINIMUM + 1).match(/\d+/g)?.map(Number));
  }
});

test("outcomes are told apart by class, what is not allowed is no outcome, and losses have a scale of their own", () => {
  const tile = aTile({ code: Uint8Array.of(0, 8, 255), minimum: Uint16Array.of(1, 65535, 65535) }, 1);
  assert.deepEqual([0, 1, 2].map((at) => classOf(tile, at, true)), [FIRST_MINIMUM + 1, 8, BARRED]);
  assert.equal(classOf(tile, 0, false), 0);
  const by = (/** @type {string} */ color, /** @type {Partial<Tile>} */ cell) => pixelOf(coloursOf({ color }), cell);
  const diverged = by("outcome", { code: Uint8Array.of(8), minimum: Uint16Array.of(65535), steps: Int16Array.of(-1) });
  assert.notDeepEqual(diverged, by("outcome", { code: Uint8Array.of(9), minimum: Uint16Array.of(65535), steps: Int16Array.of(-1) }));
  const [low, high, none] = [0.001, 9, NaN].map((loss) => by("loss", { loss: Float32Array.of(loss) }));
  assert.ok(brightness(high) > brightness(low) + 60);
  assert.notDeepEqual(none, high);
});

test("what does not stand out fades", () => {
  const cell = { minimum: Uint16Array.of(0), steps: Int16Array.of(800) };
  const [plain, faded, held] = [null, FIRST_MINIMUM + 1, FIRST_MINIMUM].map((only) => pixelOf(coloursOf({ only }), cell));
  assert.deepEqual(held, plain);
  assert.ok(brightness(faded) > brightness(plain) + 20);
});

test("scales are logarithmic and leave the outermost out", () => {
  assert.deepEqual([10, 100, 1000, 1, 1e9].map((value) => shareOf(value, [10, 1000])), [0, 0.5, 1, 0, 1]);
  const [low, high] = endsOf([...Array.from({ length: 100 }, (_, i) => 10 + i), NaN, Infinity, -1], 1);
  assert.ok(low > 10 && low < 14 && high > 104 && high < 109);
  for (const hue of [0, 120, 240]) assert.ok(oklch(0.6, 0.4, hue).every((part) => part >= 0 && part <= 255)); // no screen has so much chroma
});

test("shares are counted among what is seen, on the finest level that is all here", () => {
  const half = Uint8Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? 0 : 8)); // the left one settles, the right one diverges
  const tile = aTile({ code: half, minimum: Uint16Array.from(half, (code) => (code ? 65535 : 1)), steps: Int16Array.from(half, (code, i) => (code ? -1 : i % 16)) });
  const facts = (/** @type {Box} */ seen) => factsOf({ seen, base: BASE, levels: [0, 2], tile: (name) => (name === "0/0/0" ? tile : undefined), byMinimum: true, global: [false, true] });
  const whole = facts(BASE);
  assert.deepEqual([whole?.level, whole?.all, whole?.success], [0, 256, 128]);
  assert.deepEqual(whole?.classes.map(({ kind, count, steps }) => [kind, count, steps]), [[FIRST_MINIMUM + 1, 128, 3.5], [8, 128, null]]);
  assert.deepEqual(facts([[-5, 0], [0, 1]])?.classes.map(({ kind, count }) => [kind, count]), [[FIRST_MINIMUM + 1, 128]]);
});

test("a run that noise keeps from settling succeeds where it hovers around a global minimum", () => {
  const minimum = Uint16Array.from({ length: 256 }, (_, i) => [0, 1, 65535, 2][i % 4]); // of the last one nobody knew before
  const tile = aTile({ code: new Uint8Array(256).fill(OUTCOMES.indexOf("NOISE_FLOOR")), minimum });
  const facts = factsOf({ seen: BASE, base: BASE, levels: [0], tile: () => tile, byMinimum: true, global: [false, true] });
  assert.deepEqual([facts?.all, facts?.success], [256, 64]);
});

test("the interval of a share is Wilson's", () => {
  const [low, high] = intervalOf(8, 10); // statsmodels.stats.proportion.proportion_confint(8, 10, method="wilson")
  assert.ok(Math.abs(low - 0.49016247) < 1e-8 && Math.abs(high - 0.94331785) < 1e-8);
  assert.deepEqual([intervalOf(0, 5)[0], intervalOf(5, 5)[1]], [0, 1]);
  assert.equal(medianOf(new Map([[3, 1], [1, 1], [8, 2]])), 5.5);
  assert.equal(medianOf(new Map()), null);
});

test("a map is zoomed around what is pointed at, without end but that of numbers", () => {
  const size = { width: 200, height: 100 };
  const seen = zoomedAt(BASE, size, { x: 50, y: 25 }, 2, { x: 50, y: 25 });
  assert.deepEqual(seen, [[-3.75, 1.25], [0.375, 0.875]]);
  assert.deepEqual(zoomedAt(BASE, size, { x: 0, y: 0 }, 1, { x: 20, y: -25 }), [[-6, 4], [-0.25, 0.75]]);
  assert.deepEqual(zoomed(BASE, 0.5), [[-10, 10], [-0.5, 1.5]]);
});

test("a window that cannot be drawn is told why", () => {
  const why = (/** @type {any} */ seen, /** @type {[boolean, boolean]} */ logs = [false, false]) => whyNot(seen, BASE, logs);
  assert.equal(why(zoomed(BASE, 1e12)), "");
  assert.equal(why(zoomed(BASE, 1e-3)), "");
  assert.match(why([[4, 4 + 1e-15], [0, 1]]), /nothing is finer/);
  for (const seen of [zoomed(BASE, 1e-4), [[-1e9, 1e9], [-1e9, 1e9]], [[-1e300, 1e300], [-1, 1]], [[-Infinity, 1], [0, 1]], [[4e5, 4e5 + 1], [0, 1]]]) {
    assert.match(why(seen), /No map goes farther out/);
  }
  assert.match(why([[100, 101], [0, 1]], [true, false]), /No map goes farther out/);
  assert.equal(whyNot([[1e6, 1e6 + 5], [0, 1]], [[1e6, 1e6 + 10], [0, 1]], [false, false]), ""); // on the map itself
});

test("the first map over two numbers is of the rate and the optimizer's own", () => {
  const number = (/** @type {string} */ address, /** @type {number[]} */ places) => /** @type {any} */ ({ address, name: address, low: 0, high: 1, scale: "linear", now: 0.5, places });
  const numbers = [number("steps", [0, 1]), number("learning_rate", [0, 1]), number("parameters.beta", [1])];
  assert.deepEqual(firstOf("sweep", 1, numbers)?.axes.map(({ address }) => address), ["learning_rate", "parameters.beta"]);
  assert.deepEqual(firstOf("sweep", 0, numbers)?.axes.map(({ address }) => address), ["learning_rate", "steps"]);
  assert.equal(firstOf("sweep", 0, numbers.slice(0, 1)), null);
});

test("classes and progress are told in words", () => {
  const plan = /** @type {any} */ ({ minima: [{ x: 3, y: 2, global: true, curve: false }], titles: { DIVERGED: "Diverged" } });
  const name = (/** @type {number} */ kind) => className(kind, { plan, places: [[3, 2], [-1, 4]], outcomes: OUTCOMES });
  assert.deepEqual([FIRST_MINIMUM, FIRST_MINIMUM + 1, 8, BARRED].map(name), ["Global minimum (3, 2)", "Minimum (−1, 4)", "Diverged", "Not allowed"]);
  assert.deepEqual([FIRST_MINIMUM, FIRST_MINIMUM + 1, 8].map((kind) => shortName(name(kind))), [["★", "(3, 2)"], ["●", "(−1, 4)"], ["", "Diverged"]]);
  assert.equal(progressWords({ done: 1230, all: 4096, left: 2.6, state: "going" }), "1,230 of 4,096 cells, 3 s left");
  assert.equal(progressWords({ done: 0, all: 4096, left: null, state: "waiting" }), "0 of 4,096 cells, the server is busy");
  assert.deepEqual([0, 0.0004, 0.2512, 0.9996, 1].map(percent), ["0 %", "< 0.1 %", "25.1 %", "> 99.9 %", "100 %"]);
});

test("of cells that nobody judged only the loss is told", () => {
  const tile = aTile({ code: Uint8Array.of(254), minimum: Uint16Array.of(65535), steps: Int16Array.of(-1), loss: Float32Array.of(0.5) }, 1);
  for (const byMinimum of [true, false]) assert.equal(classOf(tile, 0, byMinimum), UNJUDGED);
  const nameOf = (/** @type {number} */ kind) => className(kind, /** @type {any} */ ({ plan: { minima: [], titles: {} }, places: [], outcomes: OUTCOMES }));
  assert.deepEqual(cellRows(tile, 0, nameOf, 1), [["Outcome", "Not lost; no more is judged"], ["Final loss", "0.5"]]);
  const facts = factsOf({ seen: [[0, 1], [0, 1]], base: [[0, 16], [0, 16]], levels: [0], tile: () => aTile({ code: new Uint8Array(256).fill(254), steps: new Int16Array(256).fill(-1) }), byMinimum: true, global: [] });
  assert.equal(mapSentence("Adam", /** @type {any} */ (facts), nameOf, { judged: false, basins: true }), "Adam: Not lost; no more is judged 100 %.");
});

test("places are told with as many digits as those beside them need", () => {
  assert.deepEqual(digitsOf([[-5, 5], [-0.5, 0.5]]), [3, 3]);
  assert.deepEqual(digitsOf([[2.99, 3.01], [0.18849, 0.1885]]), [5, 7]);
  assert.deepEqual(digitsOf([[3, 3 + 1e-15], [0, 1]]), [17, 3]);
});

test("marks that are very close are told by how far they are from the first", () => {
  const { tickvals, ticktext } = /** @type {any} */ (ticksOf("linear", [0.188524590163915, 0.188524590163945], 300, 90));
  assert.equal(ticktext[0], "0.1885…");
  assert.deepEqual(ticktext.slice(1), ["+1e−14", "+2e−14"]);
  assert.equal(new Set(tickvals).size, 3);
  const onEdge = /** @type {any} */ (ticksOf("linear", [2.967213, 2.967213000001], 300, 44));
  assert.ok(onEdge.ticktext[0] === "2.967…" && onEdge.tickvals[0] > 2.967213);
  assert.ok(tickvals.every((/** @type {number} */ value) => value >= 0.188524590163915 && value <= 0.188524590163945));
});

test("a map says aloud what its legend says: of starts how many succeed, of settings how many reach a global minimum", () => {
  const facts = { level: 0, all: 100, success: 25, classes: [{ kind: 0, count: 100, steps: null }] };
  const said = (/** @type {boolean} */ basins) => mapSentence("Adam", facts, () => "All", { judged: true, basins });
  assert.match(said(true), /A random start succeeds: 25 % \(/);
  assert.match(said(false), /Reaches a global minimum: 25 % \(/);
});

test("a share that is sure to its last digit has no interval", () => {
  const words = (/** @type {number} */ success, /** @type {number} */ all) => successWords({ level: 0, all, success, classes: [] });
  assert.deepEqual(words(65536, 65536), ["100 %", ""]);
  assert.deepEqual(words(0, 65536), ["0 %", ""]);
  assert.deepEqual(words(8, 10), ["80 %", "(49 to 94.3)"]);
});
