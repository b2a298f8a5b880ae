// Which map is open, as a link says it (experiments/setup/atlas.py has the grammar): read from its text, and written.

/**
 * @typedef {"basins"|"line"|"sweep"} Kind
 * @typedef {"linear"|"log"|"whole"} Scale
 * @typedef {{address: string, low: number, high: number, scale: Scale}} AtlasAxis
 * @typedef {[[number, number], [number, number]]} Window what is seen, in units of the axes: decades on a logarithmic one
 *
 * @typedef {Object} Atlas
 * @property {Kind} kind
 * @property {number[]} runs counted from 0
 * @property {AtlasAxis[]} axes
 * @property {Window|null} window null for all
 * @property {string} color
 * @property {number} seeds
 */

/** What a map can be coloured by, the usual first. @type {Record<Kind, string[]>} */
export const COLORS = { basins: ["basin", "loss", "steps"], line: ["loss", "steps"], sweep: ["outcome", "loss", "steps"] };
const LONGEST = 12; // characters of a number that is written plainly
const COUNTS = new Map([["x", 4], ["y", 4], ["window", 4], ["color", 1], ["seeds", 1]]);

/** @param {string} word */
export function numberOf(word) {
  if (word.length !== LONGEST || !word.startsWith("_")) return Number(word);
  const bytes = Uint8Array.from(atob(word.slice(1).replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  return new DataView(bytes.buffer).getFloat64(0, true);
}

/** @param {number} value */
export function wordOf(value) {
  const plain = String(value);
  if (plain.length <= LONGEST) return plain;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  const text = btoa(String.fromCharCode(...new Uint8Array(view.buffer)));
  return `_${text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/**
 * @param {string} text as a link has it
 * @returns {Atlas|null} null for none
 */
export function readAtlas(text) {
  const [kind, ...words] = text.split("~");
  if (!(kind in COLORS)) return null;
  const atlas = /** @type {Atlas} */ ({ kind, runs: [], axes: [], window: null, color: COLORS[/** @type {Kind} */ (kind)][0], seeds: 1 });
  while (words.length && /^[1-9]\d?$/.test(words[0])) atlas.runs.push(Number(words.shift()) - 1);
  while (words.length) {
    const name = String(words.shift());
    const given = words.splice(0, COUNTS.get(name) ?? words.length);
    if (name === "window") atlas.window = windowOf(given.map(numberOf));
    else if (name === "color") atlas.color = given[0];
    else if (name === "seeds") atlas.seeds = Number(given[0]);
    else if (name === "x" || name === "y") atlas.axes.push({ address: given[0], low: numberOf(given[1]), high: numberOf(given[2]), scale: /** @type {Scale} */ (given[3]) });
  }
  return atlas;
}

/** @param {number[]} edges @returns {Window} */
const windowOf = ([x0, x1, y0, y1]) => [[x0, x1], [y0, y1]];

/** @param {Atlas} atlas */
export function atlasText({ kind, runs, axes, window: seen, color, seeds }) {
  const words = [kind, ...runs.map((run) => String(run + 1))];
  axes.forEach(({ address, low, high, scale }, i) => words.push("xy"[i], address, wordOf(low), wordOf(high), scale));
  if (seen) words.push("window", ...seen.flat().map(wordOf));
  if (color !== COLORS[kind][0]) words.push("color", color);
  if (seeds !== 1) words.push("seeds", String(seeds));
  return words.join("~");
}

/** Whether two texts say the same map, however their numbers are written. @param {string} one @param {string} other */
export const isSame = (one, other) => one === other || JSON.stringify(readAtlas(one)) === JSON.stringify(readAtlas(other));

/**
 * A window with edges that are no longer than a pixel's hundredth deserves, so that links stay short.
 * @param {Window} seen
 * @returns {Window}
 */
export function shortened(seen) {
  const [x, y] = seen.map(([from, to]) => {
    const unit = 10 ** Math.floor(Math.log10((to - from) / 2e4));
    const cut = (/** @type {number} */ edge) => Number((Math.round(edge / unit) * unit).toPrecision(15));
    return /** @type {[number, number]} */ ([cut(from), cut(to)]);
  });
  return [x, y];
}
