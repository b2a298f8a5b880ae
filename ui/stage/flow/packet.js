// Reads one packet of the server: its version, a JSON header, then float32 arrays back to back.

import { readMany } from "./many.js";

/**
 * @typedef {"good"|"fair"|"bad"|"open"} Tone
 *
 * @typedef {Float32Array|Float64Array} Series numbers, in eight bytes each where one is too large for four
 *
 * @typedef {Object} SentRun what Python says of one run
 * @property {string} id the given name, else the optimizer's: it does not follow the values as the name does
 * @property {string} name
 * @property {string} detail
 * @property {number} color slot in the palette
 * @property {string} outcome
 * @property {Tone} tone
 * @property {string} title
 * @property {string} sentence
 * @property {Array<[string, import("../shared/format.js").Said]>} facts
 * @property {number|null} reached step at which convergence was reached
 * @property {number|null} limit the learning rate at which it is no longer stable on curvature 1; null where none is known
 * @property {number} best step with the lowest loss
 * @property {number} last index of the last finite iterate
 * @property {number} steps how many it made, fewer than others if it stopped early
 * @property {Array<[number, string]|null>} marks by criterion: the step and the note, null where it never holds
 * @property {number|null} leaves first step outside the view
 * @property {string|null} flag
 * @property {boolean} watches whether the losses change its learning rate
 * @property {Fit|null} [fit] what the held-out rows say of it, where there are some
 * @property {number[]|null} [frames] the steps at which all weights are told, where there are more than two
 *
 * @typedef {{name: string, last: number, steps: number, best: number, leaves: number|null, frames?: number[]|null}} SketchedRun what a sketch has of it
 *
 * @typedef {Object} Read what is read from elsewhere in the message
 * @property {string} key stable identity between packets: the name and which of that name it is
 * @property {Mark[]} marks where the criteria first hold, one a criterion
 * @property {import("./many.js").Many|null} many what came of its members, where it is run many times
 * @property {Object<string, Series>} series x, y, z, loss, gap, gradient, distance (T + 1) and step, rate (T); sharpness (T + 1) while it is asked for; heldout, accuracy (T + 1) where there are rows of data; all_weights, frame by frame, where there are more than two; under, how high the plane is drawn below each point
 *
 * @typedef {Omit<SentRun, "marks"> & Read} Run a run, with its arrays
 *
 * @typedef {{text: string, label: string, query: string}} Suggestion query: the link that it leads to
 * @typedef {{runs: Array<Suggestion[]|null>}} Advice a run's is null until it is worked out
 *
 * @typedef {Object} Criterion of convergence
 * @property {string} key
 * @property {string} name
 * @property {string} letter
 * @property {string} group who can know it
 * @property {string} curve the curve that it watches
 * @property {string} text the criterion with its numbers
 *
 * @typedef {Criterion & {step: number|null, note: string}} Mark what became of a criterion in one run: the first step at which it holds, and why that is no sign of a minimum, if it is none
 *
 * @typedef {Object} Curve
 * @property {string} key
 * @property {string} name
 * @property {string} short where there is little room
 * @property {string} column what a table calls it
 * @property {string} array
 * @property {string|null} [beside] the array that is drawn with it, dashed: losses on rows that are held out
 * @property {string|null} [beside_column] what a table calls that one
 * @property {string|null} [want] what must be asked for to get it
 * @property {string|null} [log_array]
 * @property {string} [log_name]
 * @property {string} [log_column]
 * @property {boolean} [log_default]
 * @property {string|null} [log_why]
 *
 * @typedef {Object} ManyWeights a model with more weights than two; data/predictor.js says how they are laid
 * @property {number} count
 * @property {"polynomial"|"features"|"softmax"|"network"} kind
 * @property {number} degree of a polynomial, and of features
 * @property {"monomial"|"legendre"|""} basis of a polynomial
 * @property {number} hidden units of a network
 * @property {"tanh"|"relu"|""} activation of them
 * @property {number} classes 0 where numbers are learnt
 * @property {number} inputs
 *
 * @typedef {Object} ToldRows the rows that a model learns from
 * @property {string} model its landscape's key, by which data/prediction.js knows it
 * @property {Record<string, number>} settings numbers that it predicts with besides its weights
 * @property {string[]} weights what x and y are called
 * @property {string[]} columns what a row's inputs and its target are called
 * @property {"number"|"class"} target
 * @property {number[][]} rows inputs first, the target last
 * @property {boolean} own whether they are a data set's, and not changed by hand
 * @property {string} set the data set's name
 * @property {number[]} flagged the numbers of rows that were left out by hand
 * @property {number[]} cleaned of those that cleaning leaves out
 * @property {number[]} moved of those that the set has made outliers
 * @property {number[]} [held] the numbers of rows that are held out: the loss does not see them
 * @property {number[]} [leaked] of the held-out ones those that it sees all the same, copied
 * @property {ManyWeights|null} [many] null for two weights
 * @property {number} most rows that may be changed by hand
 * @property {[[number, number], [number, number]]} window of the data view's axes
 * @property {[number[], number[]]|null} truth x and y of the data set's curve without noise
 * @property {[number, number]|null} plain slope and intercept that fit all rows by squares, where some are left out
 *
 * @typedef {Object} Batches what each step sees of them
 * @property {number} batch rows of a step; 0: all
 * @property {"deck"|"replacement"} batch_kind
 * @property {boolean} batches_drawn whether the rows of each step's batch are told
 *
 * @typedef {ToldRows & Batches} Data
 *
 * @typedef {Object} Fit a second verdict: what was learnt about rows that were not seen
 * @property {string} kind
 * @property {string} title
 * @property {Tone} tone
 * @property {string} sentence
 * @property {number} best the step at which their loss was lowest
 *
 * @typedef {Object} Plane what the map shows of many weights
 * @property {"weights"|"random"|"path"} kind
 * @property {string[]} names what its axes are called
 * @property {number} count of the weights
 * @property {Array<number|null>} shares by run: which share of its movement, in squares, lies along the plane
 * @property {string} told what it shows and what it leaves out
 *
 * @typedef {Object} Ground the surface while a hand moves it, coarser
 * @property {[[number, number], [number, number]]} view
 * @property {number} side of its lattice
 * @property {number} low the lowest drawn height
 * @property {number} high
 * @property {Array<[number, number]>|null} minima the global ones; null where they are not known without a search
 * @property {Array<[number, number]>|null} others
 *
 * @typedef {Ground & {heights?: Series}} MovingGround drawn heights, row by row, the lowest y first
 *
 * @typedef {Object} Header the JSON of a message
 * @property {string} hash
 * @property {string} title the surface's name
 * @property {string} surface the query of its address
 * @property {[[number, number], [number, number]]} view
 * @property {[number, number]} start
 * @property {number} steps
 * @property {string} hint
 * @property {string} about what the surface is like, in Markdown
 * @property {import("./surface.js").HeightRule} height
 * @property {{light: string[], dark: string[]}} palette
 * @property {SentRun[]} runs
 * @property {Criterion[]} criteria in the order of every run's marks
 * @property {Curve[]} curves
 * @property {import("../cards/race_table.js").Race} race
 * @property {import("../panel/edits.js").Numbers} numbers those in the panel
 * @property {string[]} wants what is here beyond the picture
 * @property {Plane|null} [plane] what the map shows where there are more than two weights
 * @property {Array<{address: string, name: string}>} studies the numbers over which all runs' ends on held-out rows are compared
 * @property {Data|null} data the rows that are learnt from, where something learns
 * @property {Array<[string, number, number] | [string, number, number, number]>} arrays name, offset and length in floats; 1 where two make a number of eight bytes
 * @property {import("../inside/inside_reader.js").Shape[][]} shapes what of each run's inside is drawn, perhaps nothing
 * @property {{stride: number, runs: import("../inside/inside_reader.js").Inside[]}} [inside] only while it is wanted
 * @property {import("./many.js").ManyHeader} [many] where each is run many times
 * @property {string} atlas which map is open, as maps/shared/atlas.js reads it; nothing for none
 * @property {string} query
 * @property {string} json
 *
 * @typedef {Omit<Header, "runs"|"arrays"> & {runs: Run[], arrays: Map<string, Series>, advice: Advice|null, ground?: MovingGround|null}} Packet all arrays by name; the surface's whole address; the advice, where it came; of a sketch the ground, where it moves
 */

const VERSION = 2; // of the packet's form: figures/packets/binary.py says the same
const HEAD = 8; // bytes before the header: the version and the header's length, little-endian as every browser's machine
const PLACES = ["x", "y", "z", "loss", "all_weights", "under"]; // beside the curves

/**
 * @param {any} data
 * @returns {Uint8Array|null}
 */
function asBytes(data) {
  if (data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return null;
}

/**
 * @param {Header} header
 * @param {Float32Array} floats
 * @returns {Map<string, Series>}
 */
function sliceArrays(header, floats) {
  const arrays = new Map();
  for (const [name, offset, length, wide] of header.arrays) {
    const part = floats.subarray(offset, offset + length);
    arrays.set(name, wide ? new Float64Array(part.slice().buffer) : part); // wide: numbers that are too large for four bytes
  }
  return arrays;
}

/**
 * @param {Header} header
 * @param {Map<string, Series>} arrays
 * @returns {Run[]}
 */
function attachSeries({ runs, many, criteria, curves }, arrays) {
  const seen = new Map();
  const names = new Set([...PLACES, ...curves.flatMap(({ array, beside, log_array }) => [array, log_array ?? array, beside ?? array])]);
  return runs.map((run, index) => {
    const nth = (seen.get(run.id) ?? 0) + 1;
    seen.set(run.id, nth);
    /** @type {Object<string, Series>} */
    const series = {};
    for (const name of names) series[name] = arrays.get(`${name}${index}`) ?? new Float32Array(0);
    const marks = criteria.map((criterion, i) => ({ ...criterion, step: run.marks[i]?.[0] ?? null, note: run.marks[i]?.[1] ?? "" }));
    return { ...run, key: `${run.id}#${nth}`, series, marks, many: readMany(many, arrays, index) };
  });
}

/**
 * The header and the arrays that came as bytes.
 * @param {Uint8Array} bytes
 * @returns {{header: any, arrays: Map<string, Series>}}
 */
export function read(bytes) {
  const [version, length] = new Uint32Array(bytes.slice(0, HEAD).buffer);
  if (version !== VERSION) throw new Error("The server is of another version than this page: load it again.");
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(HEAD, HEAD + length)));
  const begin = HEAD + Math.ceil(length / 4) * 4;
  const floats = new Float32Array(bytes.slice(begin, begin + Math.floor((bytes.byteLength - begin) / 4) * 4).buffer);
  return { header, arrays: sliceArrays(header, floats) };
}

/**
 * Decode a message; null when there is none yet.
 * @param {any} data
 * @returns {Packet|null}
 */
export function decodePacket(data) {
  const bytes = asBytes(data);
  if (!bytes || bytes.byteLength < HEAD) return null;
  const { header, arrays } = read(bytes);
  return { ...header, arrays, runs: attachSeries(header, arrays), advice: null };
}
