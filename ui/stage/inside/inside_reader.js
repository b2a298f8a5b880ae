// What is inside a step, read from the packet's arrays: which row belongs to which step.

/**
 * @typedef {import("../flow/packet.js").Packet} Packet
 *
 * @typedef {Object} Source where a value is read from: one of c, n, w and a
 * @property {number[]} [c] the same at every step
 * @property {1} [list] they are a list, not pairs
 * @property {1} [whole] whole numbers at every step
 * @property {1} [n] the number of the step, from 1
 * @property {0|1} [w] the point before or after the step
 * @property {string} [a] an array of the packet
 * @property {0|1} [at] of an array that is carried from step to step: before or after
 *
 * @typedef {"vector"|"scale"|"point"|"number"|"matrix"|"simplex"|"ellipse"|"swarm"} StateKind
 *
 * @typedef {Object} Shape what is drawn of an optimizer's or a wrapper's inside
 * @property {StateKind} kind
 * @property {string} name
 * @property {string} symbol
 * @property {string} array
 * @property {boolean} next it belongs to the point after the update
 * @property {boolean} way its way is drawn too
 *
 * @typedef {Object} ArrowSource
 * @property {"gradient"|"velocity"|"step"} of
 * @property {string} symbol
 * @property {Source} source
 * @property {"-rate"|"-1"|"1"} times
 * @property {boolean} true drawn as long as it is, not only its direction
 *
 * @typedef {{symbol: string, name: string, kind: StateKind, before: Source|null, after: Source|null}} TableRow
 * @typedef {string|(Source & {s: string})} Token
 * @typedef {{symbol: string, tokens: Token[], words: string, result: Source, holds: Source|null}} Line
 *
 * @typedef {Object} Inside one run
 * @property {TableRow[]} table
 * @property {Line[]} lines
 * @property {string} story
 * @property {ArrowSource[]} arrows
 * @property {Source|null} spread
 */

/**
 * @param {Packet} packet
 */
export function createReader(packet) {
  const stride = packet.inside?.stride ?? 1;
  const steps = packet.steps;
  const kept = Math.ceil(steps / stride);

  /** The update that is shown at a time, from 0: the one that starts there, or the last one. @param {number} time */
  const updateAt = (time) => stride * Math.max(0, Math.min(kept - 1, Math.floor(Math.min(Math.floor(time), steps - 1) / stride)));

  /**
   * @param {string} name
   * @param {number} rows
   * @param {number} row
   */
  function rowOf(name, rows, row) {
    const array = packet.arrays.get(name) ?? new Float32Array(0);
    const width = array.length / rows;
    return Array.from(array.subarray(row * width, (row + 1) * width));
  }

  return {
    stride,
    updateAt,
    /**
     * @param {number} run
     * @param {Source} source
     * @param {number} update one that updateAt has given
     * @returns {number[]}
     */
    read(run, source, update) {
      if (source.c) return source.c;
      if (source.n) return [update + 1];
      const { x, y } = packet.runs[run].series;
      if (source.w !== undefined) return [x[update + source.w], y[update + source.w]];
      const name = /** @type {string} */ (source.a);
      if (source.at === undefined) return rowOf(name, kept, update / stride);
      return stride === 1 ? rowOf(name, steps + 1, update + source.at) : rowOf(name, 2 * kept, (2 * update) / stride + source.at);
    },
    /**
     * A shape as it belongs to the point shown at a time; of a step that is not here, that of the one before.
     * @param {Shape} shape
     * @param {number} time
     */
    shapeAt(shape, time) {
      if (stride > 1) return rowOf(shape.array, 2 * kept, (2 * updateAt(time)) / stride + (shape.next ? 0 : 1));
      return rowOf(shape.array, steps + 1, Math.min(steps, Math.floor(time) + (shape.next ? 0 : 1)));
    },
    /**
     * The way of a point up to a time.
     * @param {Shape} shape
     * @param {number} time
     * @returns {number[][]}
     */
    wayTo(shape, time) {
      const array = packet.arrays.get(shape.array) ?? new Float32Array(0);
      const found = [];
      const first = stride === 1 && !shape.next ? 1 : 0;
      const end = stride === 1 ? Math.min(steps, Math.floor(time) + first) : (2 * updateAt(time)) / stride + 1;
      for (let row = first; row <= end; row++) found.push([array[2 * row], array[2 * row + 1]]);
      return found;
    },
  };
}
