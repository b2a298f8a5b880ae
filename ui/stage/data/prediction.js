// What a model with two weights predicts, as landscapes/catalogue/data.py has it, and the lines and curves that this makes.

/**
 * @typedef {[number, number]} Pair
 * @typedef {Record<string, number>} Settings numbers that a model predicts with, besides its weights
 * @typedef {(weights: Pair, inputs: number[], settings: Settings) => number} Predict
 */

const [SAMPLES, BENDS] = [96, 6]; // places of a curve: over the window, and on each side of where it bends

/** 1 / (1 + exp(-z)), without overflow. @param {number} z */
function score(z) {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const part = Math.exp(z);
  return part / (1 + part);
}

/** @type {Predict} */
const line = ([a, b], [x]) => a * x + b;
/** @type {Predict} */
const oneInput = (weights, inputs, settings) => score(line(weights, inputs, settings));

/** @type {Record<string, Predict>} by the key of the landscape */
const MODELS = {
  line_fit: line,
  logistic_1d: oneInput,
  sigmoid_squared: oneInput,
  logistic_2d: ([a, b], [x1, x2], { intercept }) => score(a * x1 + b * x2 + intercept),
  neuron: ([a, b], [x]) => b * Math.tanh(a * x),
};

/**
 * The prediction of a model; of a class, its probability.
 * @param {string} model
 * @returns {Predict}
 */
export function predictionOf(model) {
  const predict = MODELS[model];
  if (!predict) throw new Error(`There is no model ${model}.`);
  return predict;
}

/**
 * The weights of a run at a time between its steps; its last finite ones after those. Null where they are none.
 * @param {Pick<import("../flow/packet.js").Run, "series"|"last">} run
 * @param {number} time
 * @returns {Pair|null}
 */
export function weightsAt({ series: { x, y }, last }, time) {
  const at = Math.max(0, Math.min(time, last));
  const before = Math.floor(at);
  const after = Math.min(before + 1, last);
  const mixed = (/** @type {ArrayLike<number>} */ values) => (at === before ? values[before] : values[before] + (at - before) * (values[after] - values[before]));
  const [a, b] = [mixed(x), mixed(y)];
  return Number.isFinite(a) && Number.isFinite(b) ? [a, b] : null;
}

/**
 * Places at which a curve over one input is drawn: evenly over the window, and closer where it bends.
 * @param {string} model
 * @param {Pair} weights
 * @param {Pair} window_ of the input
 * @returns {number[]}
 */
export function placesOf(model, [a, b], [from, to]) {
  if (model === "line_fit") return [from, to];
  const even = Array.from({ length: SAMPLES + 1 }, (_, i) => from + ((to - from) * i) / SAMPLES);
  const middle = model === "neuron" ? 0 : -b / a;
  const bends = Array.from({ length: 2 * BENDS + 1 }, (_, i) => middle + (i - BENDS) / Math.abs(a)).filter((x) => x > from && x < to);
  return [...even, ...bends].sort((one, other) => one - other);
}

/**
 * Where a model of two inputs is undecided: the line a x1 + b x2 + c = 0 within a window, or null where it misses it.
 * @param {Pair} weights
 * @param {number} c
 * @param {[Pair, Pair]} window_
 * @returns {[Pair, Pair]|null}
 */
export function undecided([a, b], c, [[x0, x1], [y0, y1]]) {
  const size = Math.hypot(a, b);
  if (!(size > 0)) return null;
  const [p, q] = [a / size, b / size];
  const middle = [(x0 + x1) / 2, (y0 + y1) / 2];
  const away = p * middle[0] + q * middle[1] + c / size;
  const far = Math.hypot(x1 - x0, y1 - y0);
  const foot = [middle[0] - away * p, middle[1] - away * q];
  return clipped([foot[0] - far * q, foot[1] + far * p], [foot[0] + far * q, foot[1] - far * p], [[x0, x1], [y0, y1]]);
}

/**
 * The part of a segment within a window; null where there is none.
 * @param {Pair} from
 * @param {Pair} to
 * @param {[Pair, Pair]} window_
 * @returns {[Pair, Pair]|null}
 */
export function clipped(from, to, window_) {
  let [first, last] = [0, 1];
  for (const axis of [0, 1]) {
    const [low, high] = window_[axis];
    const way = to[axis] - from[axis];
    if (way === 0) {
      if (from[axis] < low || from[axis] > high) return null;
      continue;
    }
    const [one, other] = [(low - from[axis]) / way, (high - from[axis]) / way];
    first = Math.max(first, Math.min(one, other));
    last = Math.min(last, Math.max(one, other));
  }
  if (!(first < last)) return null;
  const at = (/** @type {number} */ share) => /** @type {Pair} */ ([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
  return [at(first), at(last)];
}
