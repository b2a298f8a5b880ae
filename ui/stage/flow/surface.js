// The landscape itself: two Plotly figures and a height grid, fetched once per address.

/**
 * @typedef {{kind: "linear"|"log"|"rank", lowest: number|null, unit: number, knots: number[], levels: number[], factor: number, base: number}} HeightRule
 *
 * @typedef {Object} Grid heights on a regular lattice, row by row
 * @property {number} x0 @property {number} x1 @property {number} nx
 * @property {number} y0 @property {number} y1 @property {number} ny
 * @property {ArrayLike<number>} z
 * @property {number} low @property {number} high
 *
 * @typedef {{symbol: string, width: number, points: Array<[number, number]>}} Landmarks
 *
 * @typedef {Object} Surface
 * @property {{data: any[], layout: any}} map
 * @property {{data: any[], layout: any}} relief
 * @property {{light: any[], dark: any[]}} colorscale
 * @property {Grid} grid
 * @property {Landmarks[]} [landmarks]
 * @property {string} [trouble] why there is none, in a sentence
 */

/** @type {Map<string, Surface>} */
const ready = new Map();
/** @type {Map<string, Promise<Surface>>} */
const coming = new Map();
const KEPT = 12;
const LATEST = 4_000; // ms from one try to the next; then a server that has too much to do is left alone

const TYPES = {
  f8: Float64Array, f4: Float32Array, i4: Int32Array, u4: Uint32Array,
  i2: Int16Array, u2: Uint16Array, i1: Int8Array, u1: Uint8Array,
};

/**
 * Plotly's {dtype, bdata, shape}, or a plain array, as flat numbers with a shape.
 * @param {any} source
 * @returns {{values: ArrayLike<number>, shape: number[]}}
 */
function numbers(source) {
  if (source?.bdata !== undefined) {
    const Type = TYPES[/** @type {keyof typeof TYPES} */ (source.dtype)] ?? Float64Array;
    const bytes = Uint8Array.from(atob(source.bdata), (c) => c.charCodeAt(0));
    const values = new Type(bytes.buffer);
    const shape = source.shape ? String(source.shape).split(",").map(Number) : [values.length];
    return { values, shape };
  }
  const rows = Array.isArray(source?.[0]);
  return rows ? { values: source.flat(), shape: [source.length, source[0].length] } : { values: source, shape: [source.length] };
}

/**
 * @param {any} trace
 * @returns {Grid}
 */
function readGrid(trace) {
  const x = numbers(trace.x).values;
  const y = numbers(trace.y).values;
  const z = numbers(trace.z).values;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < z.length; i++) {
    if (z[i] < low) low = z[i];
    if (z[i] > high) high = z[i];
  }
  return { x0: x[0], x1: x[x.length - 1], nx: x.length, y0: y[0], y1: y[y.length - 1], ny: y.length, z, low, high };
}

/**
 * @param {string} url
 * @returns {Surface|undefined} at once, where it was fetched before
 */
export const knownSurface = (url) => ready.get(url);

/**
 * @param {string} url
 * @returns {Promise<Surface>}
 */
export function loadSurface(url) {
  const old = coming.get(url);
  if (old) return old;
  const fresh = fetchSurface(url);
  coming.set(url, fresh);
  fresh.catch(() => coming.delete(url));
  return fresh;
}

/** @param {string} url */
async function fetchSurface(url) {
  let answer = await fetch(url);
  for (let wait = 500; answer.status === 503 && wait <= LATEST; wait *= 2) { // too much is asked of the server just now
    await new Promise((resolve) => setTimeout(resolve, wait));
    answer = await fetch(url);
  }
  if (!answer.ok) throw new Error(answer.status === 500 || answer.status === 400 ? await answer.text() : `The surface could not be loaded (${answer.status}).`);
  const figures = await answer.json();
  const surface = { ...figures, grid: readGrid(figures.map.data[0]) };
  ready.set(url, surface);
  forgetOldest();
  return surface;
}

/**
 * What stands where the surface could not be had: its window, and nothing in it.
 * @param {[[number, number], [number, number]]} view
 * @returns {Surface}
 */
export function bareSurface([[x0, x1], [y0, y1]]) {
  const corners = { x: [x0, x1], y: [y0, y1], z: [[null, null], [null, null]], showscale: false, hoverinfo: "skip" };
  const plain = [[0, "#888888"], [1, "#888888"]];
  return {
    map: { data: [{ ...corners, type: "contour" }], layout: {} },
    relief: { data: [{ ...corners, type: "surface" }], layout: {} },
    colorscale: { light: plain, dark: plain },
    grid: { x0, x1, nx: 2, y0, y1, ny: 2, z: [NaN, NaN, NaN, NaN], low: Infinity, high: -Infinity },
  };
}

function forgetOldest() {
  for (const url of ready.keys()) {
    if (ready.size <= KEPT) return;
    ready.delete(url);
    coming.delete(url);
  }
}

/**
 * A trace's symbol by Plotly's name, or the kind of its line.
 * @param {any} trace
 */
export const symbolOf = (trace) =>
  trace.mode === "lines" ? `line-${trace.line?.dash ?? "solid"}` : String(trace.marker?.symbol ?? "circle");

/**
 * What is marked on the map: points with one symbol each, and lines, whose parts are told from each other by gaps.
 * @param {Surface} surface
 * @returns {Landmarks[]}
 */
export function landmarks(surface) {
  surface.landmarks ??= surface.map.data.slice(1).flatMap((trace) => {
    if (trace.x === undefined || trace.visible === false || !trace.name || trace.z !== undefined) return []; // a ground is no mark
    const [x, y] = [numbers(trace.x).values, numbers(trace.y).values];
    const points = Array.from(x, (value, i) => /** @type {[number, number]} */ ([value, y[i]]));
    return [{ symbol: symbolOf(trace), width: trace.line?.width ?? 0, points }];
  });
  return surface.landmarks;
}

/**
 * The points that are marked on the map.
 * @param {Surface} surface
 */
export const markedPoints = (surface) =>
  landmarks(surface).flatMap(({ points }) => points.filter((point) => point.every(Number.isFinite)));

/**
 * Drawn height at a point, bilinear; NaN outside the grid.
 * @param {Grid} grid
 * @param {number} x
 * @param {number} y
 */
export function heightAt(grid, x, y) {
  const u = ((x - grid.x0) / (grid.x1 - grid.x0)) * (grid.nx - 1);
  const v = ((y - grid.y0) / (grid.y1 - grid.y0)) * (grid.ny - 1);
  if (!(u >= -1e-6 && v >= -1e-6 && u <= grid.nx - 1 + 1e-6 && v <= grid.ny - 1 + 1e-6)) return NaN;
  const i = Math.max(0, Math.min(grid.nx - 2, Math.floor(u)));
  const j = Math.max(0, Math.min(grid.ny - 2, Math.floor(v)));
  const s = u - i;
  const t = v - j;
  const row = j * grid.nx + i;
  const z = grid.z;
  return (1 - t) * ((1 - s) * z[row] + s * z[row + 1]) + t * ((1 - s) * z[row + grid.nx] + s * z[row + grid.nx + 1]);
}

/**
 * The function's value that a drawn height stands for.
 * @param {HeightRule} rule
 * @param {number} height
 */
export function valueOf(rule, height) {
  if (rule.kind === "rank") return valueOfRank(rule, height);
  if (rule.kind === "linear") return rule.base + height * rule.factor;
  // by halves: the way up from the lowest of the largest numbers is longer than a number can be
  return 2 * ((rule.lowest ?? NaN) / 2 + (rule.unit / 2) * (height >= 0 ? 10 ** height - 1 : height * Math.LN10));
}

/**
 * The value at a height that is the share of the picture below it: linear between the knots, and on beyond them.
 * @param {HeightRule} rule
 * @param {number} height
 */
function valueOfRank({ knots, levels }, height) {
  const last = knots.length - 1;
  const slope = (knots[last] - knots[0]) / (levels[last] - levels[0]);
  if (height <= levels[0]) return knots[0] + (height - levels[0]) * slope;
  if (height >= levels[last]) return knots[last] + (height - levels[last]) * slope;
  let i = 1;
  while (levels[i] < height) i += 1;
  const share = (height - levels[i - 1]) / (levels[i] - levels[i - 1]);
  return knots[i - 1] + share * (knots[i] - knots[i - 1]);
}
