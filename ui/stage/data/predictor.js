// What any model predicts: two weights by prediction.js; more of them as landscapes/catalogue has them, in the order given here.

import { predictionOf } from "./prediction.js";

/**
 * @typedef {ArrayLike<number>} Weights two, or, in this order:
 *   polynomial: of phi_0 to phi_degree; features: of x1, x2, x1^2, x1 x2, x2^2, ..., the intercept last; softmax: of every
 *   input one a class, the intercepts last; network: of every input one a hidden unit, their intercepts, one a unit of the
 *   output, its intercept
 * @typedef {import("../flow/packet.js").ManyWeights} ManyWeights
 * @typedef {Pick<import("../flow/packet.js").ToldRows, "model"|"settings"|"target"|"many">} Told
 * @typedef {(inputs: number[]) => number} Predictor
 */

/** How many classes there are; 0 for numbers. @param {Pick<Told, "target"|"many">} told */
export const classesOf = ({ target, many }) => (target === "class" ? Math.max(2, many?.classes ?? 2) : 0);

/** 1 / (1 + exp(-z)), without overflow. @param {number} z */
export function logistic(z) {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const part = Math.exp(z);
  return part / (1 + part);
}

/** The sum of w_k phi_k(x). @param {ManyWeights} many @param {Weights} w @param {number} x */
export function polynomial({ degree, basis }, w, x) {
  let sum = 0;
  if (basis === "monomial") {
    for (let k = degree; k >= 0; k--) sum = sum * x + w[k];
    return sum;
  }
  let [before, one] = [0, 1]; // P of k - 1 and of k
  for (let k = 0; k <= degree; k++) {
    sum += w[k] * Math.sqrt(2 * k + 1) * one;
    [before, one] = [one, ((2 * k + 1) * x * one - k * before) / (k + 1)];
  }
  return sum;
}

/** The score of class 1 by all products of both inputs. @param {ManyWeights} many @param {Weights} w @param {number} x @param {number} y */
function ofFeatures({ degree }, w, x, y) {
  let [sum, at] = [0, 0];
  for (let total = 1; total <= degree; total++) for (let power = 0; power <= total; power++) sum += w[at++] * x ** (total - power) * y ** power;
  return sum + w[at];
}

/** The score of class 1 by a hidden layer. @param {ManyWeights} many @param {Weights} w @param {ArrayLike<number>} inputs */
function ofNetwork({ hidden, activation, inputs: count }, w, inputs) {
  const [biases, out] = [count * hidden, (count + 1) * hidden];
  let sum = w[out + hidden];
  for (let h = 0; h < hidden; h++) {
    let z = w[biases + h];
    for (let i = 0; i < count; i++) z += inputs[i] * w[i * hidden + h];
    sum += w[out + h] * (activation === "relu" ? Math.max(0, z) : Math.tanh(z));
  }
  return sum;
}

/** @param {ManyWeights} many @param {Weights} w @param {ArrayLike<number>} inputs */
function ofSoftmax({ classes, inputs: count }, w, inputs) {
  return Array.from({ length: classes }, (_, c) => {
    let sum = w[count * classes + c];
    for (let i = 0; i < count; i++) sum += inputs[i] * w[i * classes + c];
    return sum;
  });
}

/** Probabilities of scores, without overflow. @param {number[]} scores */
export function softmax(scores) {
  const highest = Math.max(...scores);
  const parts = scores.map((score) => (score === highest ? 1 : Math.exp(score - highest)));
  const sum = parts.reduce((all, part) => all + part, 0);
  return parts.map((part) => part / sum);
}

/**
 * The prediction of a model with these weights: a number, or the probability of class 1.
 * @param {Told} told
 * @param {Weights} weights
 * @returns {Predictor}
 */
export function predictor({ model, settings, many }, weights) {
  if (!many) {
    const [predict, pair] = [predictionOf(model), /** @type {[number, number]} */ ([weights[0], weights[1]])];
    return (inputs) => predict(pair, inputs, settings);
  }
  switch (many.kind) {
    case "polynomial": return (inputs) => polynomial(many, weights, inputs[0]);
    case "features": return (inputs) => logistic(ofFeatures(many, weights, inputs[0], inputs[1]));
    case "network": return (inputs) => logistic(ofNetwork(many, weights, inputs));
    case "softmax": return (inputs) => softmax(ofSoftmax(many, weights, inputs))[1];
    default: throw new Error(`There is no kind ${many.kind} of model.`);
  }
}

/**
 * The probabilities of all classes.
 * @param {Told} told
 * @param {Weights} weights
 * @returns {(inputs: number[]) => number[]}
 */
export function chancesOf(told, weights) {
  const { many } = told;
  if (many?.kind === "softmax") return (inputs) => softmax(ofSoftmax(many, weights, inputs));
  const predict = predictor(told, weights);
  return (inputs) => {
    const one = predict(inputs);
    return [1 - one, one];
  };
}

/** The most probable class, of those that are even the first, as Python has it; -1 where the probabilities are no numbers. @param {number[]} chances */
export function likeliest(chances) {
  return chances.every(Number.isFinite) ? chances.indexOf(Math.max(...chances)) : -1;
}

/**
 * All weights of a run at a time, between the two steps nearest of those at which they are told; null where they are none.
 * @param {Pick<import("../flow/packet.js").Run, "series"|"frames">} run
 * @param {number} time
 * @param {number} count
 * @returns {Float64Array|null}
 */
export function allWeightsAt({ series: { all_weights: weights }, frames }, time, count) {
  if (!frames?.length || !weights || weights.length < frames.length * count) return null;
  const at = Math.max(frames[0], Math.min(time, frames[frames.length - 1]));
  let [low, high] = [0, frames.length - 1]; // the frames around it
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (frames[middle] <= at) low = middle;
    else high = middle;
  }
  if (at >= frames[high]) low = high;
  const share = low === high ? 0 : (at - frames[low]) / (frames[high] - frames[low]);
  const found = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const before = weights[low * count + k];
    found[k] = share ? before + share * (weights[high * count + k] - before) : before;
    if (!Number.isFinite(found[k])) return null;
  }
  return found;
}
