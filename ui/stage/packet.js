// Reads one message from Python: a JSON header, then float32 arrays back to back.

/**
 * @typedef {"good"|"fair"|"bad"|"open"} Tone
 *
 * @typedef {Object} Run one optimizer's journey, with its arrays
 * @property {string} key stable identity between packets: the name and which of that name it is
 * @property {string} name
 * @property {string} detail
 * @property {number} color slot in the palette
 * @property {string} outcome
 * @property {Tone} tone
 * @property {string} title
 * @property {string} sentence
 * @property {Array<[string, string]>} facts
 * @property {number|null} reached step at which convergence was reached
 * @property {number|null} limit the learning rate at which it is no longer stable on curvature 1; null where none is known
 * @property {number} best step with the lowest loss
 * @property {number} last index of the last finite iterate
 * @property {number|null} leaves first step outside the view
 * @property {string|null} flag
 * @property {Object<string, Float32Array>} series x, y, z, loss, gap, gradient, distance (T + 1) and step, rate (T); sharpness (T + 1) while it is asked for
 *
 * @typedef {Object} Curve
 * @property {string} key
 * @property {string} name
 * @property {string} array
 * @property {string|null} [wish] what must be asked for to get it
 * @property {string|null} [log_array]
 * @property {string} [log_name]
 * @property {boolean} [log_default]
 * @property {string} [log_why]
 *
 * @typedef {Object} Packet
 * @property {string} hash
 * @property {number|null} seq
 * @property {string} plotly
 * @property {string} surface
 * @property {[[number, number], [number, number]]} view
 * @property {[number, number]} start
 * @property {number} steps
 * @property {string} play
 * @property {string} hint
 * @property {import("./surface.js").HeightRule} height
 * @property {{light: string[], dark: string[]}} palette
 * @property {Run[]} runs
 * @property {Curve[]} curves
 * @property {import("./race_table.js").Race} race
 * @property {import("./edits.js").Numbers} numbers those in the panel
 * @property {string[]} wants what is here beyond the picture
 * @property {string} query
 * @property {string} json
 */

const RUN_SERIES = ["x", "y", "z", "loss", "gap", "gradient", "distance", "step", "rate", "sharpness"];

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
 * @param {any} header
 * @param {Float32Array} floats
 * @returns {Map<string, Float32Array>}
 */
function sliceArrays(header, floats) {
  const arrays = new Map();
  for (const [name, offset, length] of header.arrays) arrays.set(name, floats.subarray(offset, offset + length));
  return arrays;
}

/**
 * @param {any[]} runs
 * @param {Map<string, Float32Array>} arrays
 * @returns {Run[]}
 */
function attachSeries(runs, arrays) {
  const seen = new Map();
  return runs.map((run, index) => {
    const nth = (seen.get(run.name) ?? 0) + 1;
    seen.set(run.name, nth);
    /** @type {Object<string, Float32Array>} */
    const series = {};
    for (const name of RUN_SERIES) series[name] = arrays.get(`${name}${index}`) ?? new Float32Array(0);
    return { ...run, key: `${run.name}#${nth}`, series };
  });
}

/**
 * Decode a message; null when there is none yet.
 * @param {any} data
 * @returns {Packet|null}
 */
export function decodePacket(data) {
  const bytes = asBytes(data);
  if (!bytes || bytes.byteLength < 4) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const begin = Math.ceil((4 + length) / 4) * 4;
  const floats = new Float32Array(bytes.slice(begin, begin + Math.floor((bytes.byteLength - begin) / 4) * 4).buffer);
  return { ...header, runs: attachSeries(header.runs, sliceArrays(header, floats)) };
}
