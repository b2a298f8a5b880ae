// Reads a tile: what each of its cells came to.

/**
 * @typedef {Object} Tile
 * @property {number} width cells
 * @property {number} height
 * @property {number} known how many minima are known on the surface; those that its runs found are numbered after them
 * @property {Array<[number, number]>} more the latter
 * @property {string[]} outcomes their names by code
 * @property {Float64Array} x the values of the columns
 * @property {Float64Array} y of the rows, the lowest first
 * @property {Uint8Array} code row by row
 * @property {Uint16Array} minimum which one, NO_MINIMUM where none
 * @property {Int16Array} steps NEVER where it was not reached
 * @property {Float32Array} loss at the end
 * @property {Uint8Array} [share] of 255: of several seeds those that came to what stands there
 * @property {Uint8Array} [success] and those that came to a global minimum
 */

export const NOT_ALLOWED = 255; // the code of cells whose values are not
export const NOT_JUDGED = 254; // that of cells of which only the loss is known
export const NO_MINIMUM = 65535;
export const NEVER = -1;
const VERSION = 1;
const HEAD = 8; // bytes before the header
const TYPES = { "<f8": Float64Array, "<f4": Float32Array, "<i2": Int16Array, "<u2": Uint16Array, u1: Uint8Array, "|u1": Uint8Array };

/** @param {ArrayBuffer} buffer @returns {Tile} */
export function readTile(buffer) {
  const [version, length] = new Uint32Array(buffer, 0, 2);
  if (version !== VERSION) throw new Error("The server is of another version than this page: load it again.");
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, HEAD, length)));
  const begin = Math.ceil((HEAD + length) / 8) * 8;
  const arrays = Object.fromEntries(
    header.arrays.map((/** @type {[string, keyof typeof TYPES, number, number]} */ [name, type, offset, count]) => [name, new TYPES[type](buffer, begin + offset, count)]),
  );
  const { width, height, known, more, outcomes } = header;
  return /** @type {Tile} */ ({ width, height, known, more, outcomes, ...arrays, minimum: widened(arrays.minimum) });
}

/** The numbers of minima in two bytes each, as they come where there are many. @param {Uint8Array|Uint16Array} numbers */
const widened = (numbers) => (numbers instanceof Uint16Array ? numbers : Uint16Array.from(numbers ?? [], (own) => (own === 255 ? NO_MINIMUM : own)));
