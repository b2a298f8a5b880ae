// How a slider's whole positions stand for values: evenly, in factors of ten, or in factors of ten above a zero.

/**
 * @typedef {{low: number, high: number, log: boolean, whole: boolean}} Range
 *
 * @typedef {Object} Scale
 * @property {number} min the first position
 * @property {number} max the last one
 * @property {number} stride positions of an arrow key
 * @property {(value: number) => number} position nearest to a value
 * @property {(position: number, fine?: boolean) => number} value with one digit more where it is set finely
 * @property {(value: number, by: number) => number} nudged a value changed by a small step, up or down
 */

const STRIDE = 10; // positions of an arrow key; one by one only a fine hand sets them
const POSITIONS = 4000; // of a linear slider
const WIDE = 100; // a range from 0 to more than this has a slider that starts at 0 and goes on in factors of ten
const DECADES = 6; // of such a slider
const DECADE = 1000; // positions of a logarithmic slider in a factor of ten

/**
 * @param {Range} range
 * @returns {Scale}
 */
export function scaleOf(range) {
  const { low, high, log, whole } = range;
  if (log) return ofFactors(range);
  return low === 0 && high >= WIDE && !whole ? ofFactorsAboveZero(range) : evenly(range);
}

/** @param {Range} range @param {number} value */
const within = ({ low, high, whole }, value) => Math.min(Math.max(whole ? Math.round(value) : value, low), high);

/** @param {Range} range @param {number} value @param {boolean} fine */
const rounded = (range, value, fine) => within(range, Number(value.toPrecision(fine ? 4 : 3)));

/** A tenth of the factor of ten that a value lies in. @param {number} value */
const tenth = (value) => 10 ** (Math.floor(Math.log10(value) + 1e-9) - 1);

/** @param {Range} range @returns {Scale} */
function ofFactors(range) {
  const { low, high, whole } = range;
  const [min, max] = [Math.round(Math.log10(low) * DECADE), Math.round(Math.log10(high) * DECADE)];
  return {
    min,
    max,
    stride: STRIDE,
    position: (value) => Math.min(Math.max(Math.round(Math.log10(value) * DECADE), min), max),
    value: (position, fine = false) => (position <= min ? low : position >= max ? high : rounded(range, 10 ** (position / DECADE), fine)),
    nudged: (value, by) => within(range, Number((value + by * (whole ? Math.max(1, tenth(value)) : tenth(value))).toPrecision(6))),
  };
}

/** @param {Range} range @returns {Scale} */
function ofFactorsAboveZero(range) {
  const { high } = range;
  return {
    min: 0,
    max: DECADES * DECADE,
    stride: STRIDE,
    position: (value) => (value > 0 ? Math.max(1, Math.round((Math.log10(value / high) + DECADES) * DECADE)) : 0),
    value: (position, fine = false) => (position > 0 ? rounded(range, high * 10 ** (position / DECADE - DECADES), fine) : 0),
    nudged: (value, by) => within(range, Number((value + by * (value > 0 ? tenth(value) : high / 10 ** DECADES)).toPrecision(6))),
  };
}

/** @param {Range} range @returns {Scale} */
function evenly(range) {
  const { low, high, whole } = range;
  const steps = whole ? high - low : POSITIONS;
  const step = (high - low) / steps;
  const unit = whole ? 1 : 10 ** (Math.floor(Math.log10(high - low)) - 2);
  return {
    min: 0,
    max: steps,
    stride: whole ? 1 : STRIDE,
    position: (value) => Math.round((value - low) / step),
    value: (position, fine = false) => (position >= steps ? high : rounded(range, low + position * step, fine)),
    nudged: (value, by) => within(range, Number((value + by * unit).toPrecision(9))),
  };
}
