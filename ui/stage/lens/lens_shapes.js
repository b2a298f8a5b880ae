// The local quadratic as lines on the screen: its level lines and axes, true to the map's own scales.

/**
 * @typedef {"BOWL"|"DOME"|"SADDLE"|"TROUGH"|"RIDGE"|"STRAIGHT"|"KINK"|"UNKNOWN"} Shape
 *
 * @typedef {Object} LensAnswer one point's numbers; null for what is not finite
 * @property {[number, number]} point
 * @property {number|null} value
 * @property {[number|null, number|null]} gradient
 * @property {[[number|null, number|null], [number|null, number|null]]} hessian
 * @property {[number|null, number|null]} eigenvalues smaller first
 * @property {[[number, number], [number, number]]|[[null, null], [null, null]]} vectors their unit eigenvectors
 * @property {Shape} shape
 * @property {boolean} level whether the gradient vanishes, but for rounding
 * @property {string} title
 * @property {string} curves how the surface curves, in words
 * @property {number|null} condition
 * @property {number|null} best_rate
 * @property {number|null} contraction
 *
 * @typedef {[number, number]} Pixel relative to the point, y downwards
 * @typedef {{pixels: Pixel[], down: boolean, part: "level"|"axis"|"slope"}} Line down: where the surface curves down
 * @typedef {{at: Pixel, value: number}} Mark an eigenvalue at the end of its axis
 */

const MEAN = 32; // px: the geometric mean of the two half axes
const LONGEST = 120; // px: of a half axis
const STRAIGHT = 70; // px: half a line along which nothing curves
const ARROW = 34; // px
const TURNS = 96;
const OPEN = 1.25; // how far along its branches a hyperbola is drawn

/** @type {Object<string, [number, number]>} signs of the eigenvalues, smaller first */
const SIGNS = { BOWL: [1, 1], DOME: [-1, -1], SADDLE: [-1, 1], TROUGH: [0, 1], RIDGE: [-1, 0], STRAIGHT: [0, 0] };

/**
 * @param {LensAnswer} answer
 * @param {number} scaleX px a unit
 * @param {number} scaleY px a unit, negative where y grows upwards
 * @returns {{lines: Line[], marks: Mark[]}}
 */
export function lensShapes(answer, scaleX, scaleY) {
  const signs = SIGNS[answer.shape];
  if (!signs) return { lines: [], marks: [] };
  const toScreen = (/** @type {[number, number]} */ [x, y]) => /** @type {Pixel} */ ([x * scaleX, y * scaleY]);
  const halves = halfAxes(answer, signs, toScreen);
  const curved = [0, 1].filter((i) => signs[i] !== 0);
  const axes = curved.map((i) => line([times(halves[i], -1), halves[i]], signs[i] < 0, "axis"));
  const marks = curved.map((i) => ({ at: outward(halves[i]), value: Number(answer.eigenvalues[i]) }));
  return { lines: [...levelLines(signs, halves), ...axes, ...slope(answer, toScreen)], marks };
}

/**
 * The half axes on the screen, along the eigenvectors, their lengths in proportion to 1 / sqrt|eigenvalue|.
 * @param {LensAnswer} answer
 * @param {[number, number]} signs
 * @param {(vector: [number, number]) => Pixel} toScreen
 * @returns {[Pixel, Pixel]}
 */
function halfAxes(answer, signs, toScreen) {
  const ways = /** @type {[number, number][]} */ (answer.vectors).map(toScreen); // what is drawn has them
  const bare = ways.map((way, i) => (signs[i] === 0 ? way : times(way, 1 / Math.sqrt(Math.abs(Number(answer.eigenvalues[i]))))));
  const lengths = bare.map(lengthOf).filter((_, i) => signs[i] !== 0);
  const mean = lengths.length ? lengths.reduce((product, length) => product * length, 1) ** (1 / lengths.length) : 1;
  const factor = Math.min(MEAN / mean, LONGEST / Math.max(...lengths, 0));
  return /** @type {[Pixel, Pixel]} */ (bare.map((half, i) => (signs[i] === 0 ? times(half, STRAIGHT / lengthOf(half)) : times(half, factor))));
}

/**
 * Where the quadratic is as far above or below the point as it is at the ends of the axes.
 * @param {[number, number]} signs
 * @param {[Pixel, Pixel]} halves
 * @returns {Line[]}
 */
function levelLines([first, second], [a, b]) {
  if (first * second > 0) {
    const around = Array.from({ length: TURNS + 1 }, (_, i) => (i / TURNS) * 2 * Math.PI);
    return [line(around.map((t) => mix(a, Math.cos(t), b, Math.sin(t))), first < 0, "level")];
  }
  if (first * second < 0) {
    const along = Array.from({ length: TURNS / 2 + 1 }, (_, i) => (i / (TURNS / 4) - 1) * OPEN);
    const branch = (/** @type {Pixel} */ out, /** @type {Pixel} */ side, /** @type {number} */ way) => along.map((t) => mix(out, way * Math.cosh(t), side, Math.sinh(t)));
    return [line(branch(b, a, 1), false, "level"), line(branch(b, a, -1), false, "level"), line(branch(a, b, 1), true, "level"), line(branch(a, b, -1), true, "level")];
  }
  if (first === 0 && second === 0) return [];
  const [half, straight] = first === 0 ? [b, a] : [a, b];
  return [1, -1].map((way) => line([mix(half, way, straight, -1), mix(half, way, straight, 1)], first < 0, "level"));
}

/**
 * An arrow downhill, the way that gradient descent goes.
 * @param {LensAnswer} answer
 * @param {(vector: [number, number]) => Pixel} toScreen
 * @returns {Line[]}
 */
function slope(answer, toScreen) {
  const [gx, gy] = answer.gradient;
  if (gx === null || gy === null || answer.level) return [];
  const way = toScreen([-gx, -gy]);
  if (!(lengthOf(way) > 0)) return [];
  const tip = times(way, ARROW / lengthOf(way));
  const side = /** @type {Pixel} */ ([-tip[1] / ARROW, tip[0] / ARROW]);
  const barb = (/** @type {number} */ hand) => mix(tip, 1 - 9 / ARROW, side, hand * 4.5);
  return [line([[0, 0], tip], false, "slope"), line([barb(1), tip, barb(-1)], false, "slope")];
}

/** @param {Pixel[]} pixels @param {boolean} down @param {Line["part"]} part @returns {Line} */
const line = (pixels, down, part) => ({ pixels, down, part });

/** @param {Pixel} vector */
const lengthOf = ([x, y]) => Math.hypot(x, y);

/** @param {Pixel} vector @param {number} by @returns {Pixel} */
const times = ([x, y], by) => [x * by, y * by];

/** @param {Pixel} a @param {number} s @param {Pixel} b @param {number} t @returns {Pixel} */
const mix = (a, s, b, t) => [a[0] * s + b[0] * t, a[1] * s + b[1] * t];

/** A little beyond the end of a half axis. @param {Pixel} half @returns {Pixel} */
const outward = (half) => times(half, 1 + 12 / Math.max(lengthOf(half), 1));
