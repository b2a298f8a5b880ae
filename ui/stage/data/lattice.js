// The scores of a model of two inputs on a lattice over the window, fast enough for every picture of an animation; and its shades.

import { logistic } from "./predictor.js";

/**
 * @typedef {import("./predictor.js").Told} Told
 * @typedef {import("./predictor.js").Weights} Weights
 * @typedef {[number, number]} Pair
 * @typedef {(x: Float64Array, y: Float64Array, into: Float64Array) => void} Fill row by row, one y each
 */

export const SIDE = 64; // places that are shaded, along each axis
export const ROW = SIDE + 2; // with one more beyond each edge of the window, so that lines reach it
const STRONGEST = 0.42; // how opaque a sure place is
const SAFE = 300; // the largest exponent of a factor: two of them are still a number

/** @param {Pair} range @param {boolean} down the highest first */
function centres([from, to], down) {
  const step = (to - from) / SIDE;
  return Float64Array.from({ length: ROW }, (_, i) => (down ? to - (i - 0.5) * step : from + (i - 0.5) * step));
}

/** @param {number} a @param {number} b @param {number} c @returns {Fill} of a x + b y + c */
const plane = (a, b, c) => (x, y, into) => {
  for (let row = 0, at = 0; row < ROW; row++) {
    const there = b * y[row] + c;
    for (let column = 0; column < ROW; column++) into[at++] = a * x[column] + there;
  }
};

/** The products' sum as one polynomial in x for every y. @param {number} degree @param {Weights} w @returns {Fill} */
const products = (degree, w) => (x, y, into) => {
  const factors = new Float64Array(degree + 1);
  for (let row = 0, at = 0; row < ROW; row++) {
    factors.fill(0);
    let k = 0;
    for (let total = 1; total <= degree; total++) for (let power = 0; power <= total; power++) factors[total - power] += w[k++] * y[row] ** power;
    factors[0] += w[k];
    for (let column = 0; column < ROW; column++) {
      let sum = 0;
      for (let power = degree; power >= 0; power--) sum = sum * x[column] + factors[power];
      into[at++] = sum;
    }
  }
};

/** @param {import("./predictor.js").ManyWeights} many @param {Weights} w @returns {Fill} */
const layer = ({ hidden, activation }, w) => (x, y, into) => {
  into.fill(w[4 * hidden]);
  for (let h = 0; h < hidden; h++) addUnit(x, y, into, { a: w[h], b: w[hidden + h], c: w[2 * hidden + h], out: w[3 * hidden + h], relu: activation === "relu" });
};

/**
 * One hidden unit more. tanh z = 1 - 2 / (1 + exp 2z), and exp 2z is a factor of x times one of y: no exponential for every place.
 * @param {Float64Array} x @param {Float64Array} y @param {Float64Array} into @param {{a: number, b: number, c: number, out: number, relu: boolean}} unit
 */
function addUnit(x, y, into, { a, b, c, out, relu }) {
  const across = x.map((value) => 2 * a * value);
  const up = y.map((value) => 2 * (b * value + c));
  const safe = across.every((value) => Math.abs(value) <= SAFE) && up.every((value) => Math.abs(value) <= SAFE);
  const [ex, ey] = safe && !relu ? [across.map(Math.exp), up.map(Math.exp)] : [across, up];
  for (let row = 0, at = 0; row < ROW; row++) {
    const there = ey[row];
    if (relu) for (let column = 0; column < ROW; column++) into[at++] += out * Math.max(0, (ex[column] + there) / 2);
    else if (safe) for (let column = 0; column < ROW; column++) into[at++] += out * (1 - 2 / (1 + ex[column] * there));
    else for (let column = 0; column < ROW; column++) into[at++] += out * Math.tanh((ex[column] + there) / 2);
  }
}

/** @param {Told} told @param {Weights} w @returns {Fill[]} one for class 1, or one for each class */
function fillsOf({ settings, many }, w) {
  if (!many) return [plane(w[0], w[1], settings.intercept)];
  if (many.kind === "features") return [products(many.degree, w)];
  if (many.kind === "network") return [layer(many, w)];
  const { classes } = many;
  return Array.from({ length: classes }, (_, k) => plane(w[k], w[classes + k], w[2 * classes + k]));
}

/**
 * The score of class 1, or of every class, in the middle of each place, the highest y first.
 * @param {Told} told of two inputs
 * @param {Weights} weights
 * @param {[Pair, Pair]} window_
 * @returns {Float64Array[]}
 */
export function scoresOn(told, weights, [across, up]) {
  const [x, y] = [centres(across, false), centres(up, true)];
  return fillsOf(told, weights).map((fill) => {
    const into = new Float64Array(ROW * ROW);
    fill(x, y, into);
    return into;
  });
}

/**
 * Colours of the likeliest class, strong where it is sure; nothing where a score is no number.
 * @param {Float64Array[]} scores
 * @param {Array<[number, number, number]>} colors of the classes
 * @param {Uint8ClampedArray} into red, green, blue and how opaque, for SIDE times SIDE places
 */
export function shade(scores, colors, into) {
  const least = 1 / Math.max(2, scores.length);
  for (let row = 0, at = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++, at += 4) {
      const place = (row + 1) * ROW + column + 1;
      const [winner, chance] = scores.length === 1 ? ofTwo(scores[0][place]) : ofMore(scores, place);
      const color = colors[winner];
      for (let k = 0; k < 3; k++) into[at + k] = color[k];
      into[at + 3] = Number.isFinite(chance) ? Math.round((255 * STRONGEST * (chance - least)) / (1 - least)) : 0;
    }
  }
}

/** @param {number} score of class 1 @returns {Pair} */
function ofTwo(score) {
  const chance = logistic(score);
  return chance > 0.5 ? [1, chance] : [0, 1 - chance];
}

/** @param {Float64Array[]} scores @param {number} place @returns {Pair} */
function ofMore(scores, place) {
  let winner = 0;
  for (let k = 1; k < scores.length; k++) if (scores[k][place] > scores[winner][place]) winner = k;
  const highest = scores[winner][place];
  let sum = 0;
  for (let k = 0; k < scores.length; k++) sum += scores[k][place] === highest ? 1 : Math.exp(scores[k][place] - highest);
  return [winner, 1 / sum];
}
