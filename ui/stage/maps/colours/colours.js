// The colours of a map's cells: a hue for each minimum, muted ones for other outcomes, light where it went fast; with several seeds full where they agree; or one scale for losses or steps.

import { css, mixed, oklch } from "./oklch.js";
import { NEVER, NO_MINIMUM, NOT_ALLOWED, NOT_JUDGED } from "../tiles/tile.js";

/**
 * @typedef {import("../tiles/tile.js").Tile} Tile
 * @typedef {import("./oklch.js").Rgb} Rgb
 * @typedef {[number, number]} Ends
 * @typedef {[number, number, number]} Ink lightness beside the others, chroma, hue
 *
 * @typedef {Object} Scheme what colours depend on
 * @property {string} color basin, outcome, loss or steps
 * @property {boolean} dark
 * @property {string[]} outcomes their names by code
 * @property {boolean[]} globals of the known minima: which are global
 * @property {Ends} steps from which number to which, the fastest to the slowest
 * @property {Ends} loss above the lowest, likewise
 * @property {number} lowest loss
 * @property {number|null} only the class that stands out
 * @property {number} seeds of each cell
 */

export const FIRST_MINIMUM = 16; // classes below it are outcomes by their codes, from it on minima by their numbers
export const BARRED = -1; // the class of cells whose values are not allowed
export const UNJUDGED = -2; // that of cells of which nobody says what they came to
const SHADES = 48;
const [MIDDLE, FULL] = [0.45, 0.5]; // the shade of a legend's swatch and of what has no number; that of a cell whose seeds all agree
const SEALED = ["GLOBAL_MINIMUM", "LOCAL_MINIMUM"]; // their colours are the lab's own marks' where minima are not told apart
/** Teal first: it is the global minimum's; told apart by colour-blind eyes, too. @type {Ink[]} */
const HUES = [[0.02, 0.1, 210], [0.06, 0.14, 95], [-0.06, 0.15, 275], [-0.04, 0.15, 40], [0.04, 0.1, 345], [0, 0.13, 145], [-0.08, 0.07, 65], [0.05, 0.1, 310]];
const [TURN, BESIDE_TEAL, AROUND_TEAL] = [137.5, 40, 280]; // degrees: hues of further minima, which keep away from teal
/** @type {Record<string, Ink>} */
const OUTCOMES = {
  GLOBAL_MINIMUM: HUES[0], LOCAL_MINIMUM: HUES[1], SADDLE_POINT: [-0.04, 0.05, 120], PLATEAU: [0, 0.03, 75], AT_BOUNDARY: [-0.02, 0.05, 245],
  LEFT_DOMAIN: [0.02, 0.05, 330], OSCILLATING: [-0.02, 0.09, 320], NOISE_FLOOR: [0.05, 0.06, 180], DIVERGED: [-0.2, 0.06, 20], NON_FINITE: [-0.28, 0.04, 300],
  STILL_DESCENDING: [0.08, 0.01, 260],
};
/** @type {Ink} */
const OTHER = [0, 0, 0];
export const FEW = 0.25; // of a cell's seeds: fewer than these are as pale
const FADED = 0.16; // how much is left of what does not stand out

/** @param {number} place @param {boolean[]} globals @returns {Ink} */
function hueOf(place, globals) {
  const first = globals.indexOf(true);
  const order = first < 0 ? place + 1 : place === first ? 0 : place < first ? place + 1 : place;
  if (order < HUES.length) return HUES[order];
  const hue = 210 + BESIDE_TEAL + ((order * TURN) % AROUND_TEAL);
  return [((order % 3) - 1) * 0.05, order % 2 ? 0.12 : 0.07, hue % 360];
}

/** Which class a cell is of. @param {Tile} tile @param {number} at @param {boolean} byMinimum */
export function classOf(tile, at, byMinimum) {
  if (tile.code[at] === NOT_ALLOWED) return BARRED;
  if (tile.code[at] === NOT_JUDGED) return UNJUDGED;
  return byMinimum && tile.minimum[at] !== NO_MINIMUM ? FIRST_MINIMUM + tile.minimum[at] : tile.code[at];
}

/** Where a number lies on a logarithmic scale, from 0 to 1. @param {number} value @param {Ends} ends */
export function shareOf(value, [from, to]) {
  if (!(to > from)) return 0.5;
  return Math.max(0, Math.min(1, Math.log(value / from) / Math.log(to / from)));
}

/** The lightness of a shade: fast is light. @param {number} share from 0 to 1 @param {boolean} dark */
const lightnessOf = (share, dark) => (dark ? 0.8 - 0.3 * share : 0.92 - 0.32 * share); // the darkest still has a hue, and lines on it are seen

/** How full a class's colour is where this share of a cell's seeds came to it: a quarter, as four minima have at least, is pale. @param {number} share */
const fullnessOf = (share) => 0.22 + 0.78 * Math.max(0, (share - FEW) / (1 - FEW));

/** A scale whose lightness tells the number: low is deep teal on paper and light by night. @param {number} share @param {boolean} dark @returns {Rgb} */
function scaleAt(share, dark) {
  const hue = 235 - 150 * share;
  const lightness = dark ? 0.9 - 0.66 * share : 0.36 + 0.59 * share;
  return oklch(lightness, 0.075 + 0.045 * Math.sin(Math.PI * share), hue);
}

/** @param {Rgb} rgb one word of a picture's pixels, little-endian */
const word = ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r;

/** @param {Scheme} scheme */
export function createColours(scheme) {
  const { color, dark, outcomes, globals, steps, loss, lowest, only, seeds } = scheme;
  /** @type {Rgb} */
  const paper = dark ? [12, 20, 28] : [252, 252, 250];
  const byMinimum = color !== "outcome";
  /** @type {Map<number, Uint32Array>} of each class its shades, the last that of no steps */
  const tables = new Map();
  const byClass = color === "basin" || color === "outcome";
  const byChance = byClass && seeds > 1;
  const scale = Uint32Array.from({ length: SHADES }, (_, i) => word(scaleAt(i / (SHADES - 1), dark)));
  const never = oklch(dark ? 0.32 : 0.84, 0.008, 250);
  const [plain, stroke, dot] = [oklch(dark ? 0.24 : 0.93, 0.004, 250), oklch(dark ? 0.4 : 0.72, 0.004, 250), oklch(dark ? 0.34 : 0.82, 0.004, 250)];

  /** @param {number} kind @returns {Ink} */
  const inkOf = (kind) => (kind >= FIRST_MINIMUM ? hueOf(kind - FIRST_MINIMUM, globals) : (OUTCOMES[outcomes[kind]] ?? OTHER));

  /** @param {number} kind @param {number} share @returns {Rgb} */
  function shade(kind, share) {
    const [lighter, chroma, hue] = inkOf(kind);
    const settles = kind >= FIRST_MINIMUM || SEALED.includes(outcomes[kind]);
    const way = settles ? share : 0.35 + 0.4 * share; // what is no minimum has fewer shades
    return oklch(Math.max(0.14, Math.min(0.96, lightnessOf(way, dark) + lighter)), chroma, hue);
  }

  /** @param {number} kind */
  function tableOf(kind) {
    let table = tables.get(kind);
    if (table) return table;
    const kept = only === null || only === kind ? 1 : FADED;
    const toned = (/** @type {number} */ share) => (byChance ? mixed(shade(kind, FULL), paper, fullnessOf(share)) : shade(kind, share));
    table = Uint32Array.from({ length: SHADES + 1 }, (_, i) => word(mixed(i === SHADES ? shade(kind, MIDDLE) : toned(i / (SHADES - 1)), paper, kept)));
    tables.set(kind, table);
    return table;
  }

  /** @param {number} kind @param {Rgb} rgb */
  const faded = (kind, rgb) => word(only === null || only === kind ? rgb : mixed(rgb, paper, FADED));
  const at = (/** @type {number} */ share) => Math.min(SHADES - 1, Math.floor(share * SHADES));

  /** @param {Tile} tile @param {number} i @param {number} kind */
  function scaled(tile, i, kind) {
    const value = color === "steps" ? tile.steps[i] : tile.loss[i] - lowest;
    const known = color === "steps" ? value !== NEVER : Number.isFinite(value);
    if (!known) return faded(kind, never);
    const share = value <= 0 ? 0 : shareOf(color === "steps" ? Math.max(1, value) : value, color === "steps" ? steps : loss);
    if (only === null || only === kind) return scale[at(share)];
    return faded(kind, scaleAt(share, dark));
  }

  return {
    key: JSON.stringify(scheme),
    byMinimum,
    /** The pixels of a tile, one a cell, the highest row first. @param {Tile} tile @param {Uint32Array} pixels */
    paint(tile, pixels) {
      const { width, height } = tile;
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const i = row * width + column;
          const kind = classOf(tile, i, byMinimum);
          const to = (height - 1 - row) * width + column;
          if (kind === BARRED) pixels[to] = word(((row + column) & 3) === 0 ? stroke : plain);
          else if (byClass && kind === UNJUDGED) pixels[to] = faded(kind, (row & 3) === 0 && (column & 3) === 0 ? dot : plain);
          else if (!byClass) pixels[to] = scaled(tile, i, kind);
          else if (byChance && tile.share) pixels[to] = tableOf(kind)[at(tile.share[i] / 255)];
          else pixels[to] = tableOf(kind)[tile.steps[i] === NEVER ? SHADES : at(shareOf(Math.max(1, tile.steps[i]), steps))];
        }
      }
    },
    /** A class's colour in a legend. @param {number} kind */
    swatch(kind) {
      if (kind === BARRED) return `repeating-linear-gradient(135deg, ${css(stroke)} 0 1.5px, transparent 1.5px 5px)`;
      return kind === UNJUDGED ? `radial-gradient(${css(stroke)} 1px, transparent 1.5px) 0 0 / 5px 5px ${css(plain)}` : css(shade(kind, byChance ? FULL : MIDDLE));
    },
    /** The scale of what lightness tells, as a style's background. */
    bar() {
      const stops = Array.from({ length: 9 }, (_, i) => i / 8);
      const grey = oklch(lightnessOf(FULL, dark), 0.012, 210);
      const ramp = byChance ? stops.map((share) => css(mixed(grey, paper, fullnessOf(FEW + (1 - FEW) * share)))) : byClass ? stops.map((share) => css(oklch(lightnessOf(share, dark) + 0.02, 0.012, 210))) : stops.map((share) => css(scaleAt(share, dark)));
      return `linear-gradient(to right, ${ramp.join(", ")})`;
    },
  };
}

/**
 * From which number to which colours are to tell them: all but the outermost hundredths of those that there are.
 * @param {number[]} values
 * @param {number} least
 * @returns {Ends}
 */
export function endsOf(values, least) {
  const found = values.filter((value) => Number.isFinite(value) && value > 0).sort((one, other) => one - other);
  if (!found.length) return [least, least];
  const at = (/** @type {number} */ share) => found[Math.round(share * (found.length - 1))];
  const [low, high] = [Math.max(least, at(0.02)), at(0.98)];
  return [low, Math.max(low, high)];
}
