// What the data view draws of a picture at a moment: its axes, where the rows stand on them, and the fits.

import { axesOf, roundedUp, ticksOf } from "./data_axes.js";
import { roomForFits } from "./data_figure.js";
import { firstOf, fitsAt, isMissing, residualsOf, underResiduals } from "./fits.js";
import { axisNames, batchAt, inputsOf, placeOf } from "./rows.js";
import { typeOf } from "../shared/plot_style.js";

/**
 * @typedef {import("./data_axes.js").Pair} Pair
 * @typedef {import("./data_figure.js").View} View
 * @typedef {import("../flow/picture.js").Picture} Picture
 *
 * @typedef {Object} State
 * @property {Picture|null} picture
 * @property {import("./rows.js").Shown|null} shown
 * @property {[Pair, Pair]|null} window_ of the axes, which stand while a row is carried
 * @property {import("../flow/picture.js").Moment} moment
 * @property {import("./data_figure.js").Mode} mode
 * @property {number} chosen a row; -1: none
 * @property {boolean} adding whether a click adds a row
 * @property {number} kind the class of those that are added
 */

const [TOP, SIDE] = [10, 10]; // px beside the axes
const [LABELS, LINE, LETTER] = [3.2, 2, 0.56]; // what the numbers take on the left and below, at least, in heights of the type; a letter's width
const ROOM = 1.06; // times the largest residual
/** @type {Pair} */
const PROBABILITY = [-0.04, 1.04];
/** @type {Pair} */
const MISSING = [-0.04, 1.25]; // with room for what it is called

/** @param {State} state @param {import("../shared/plot_style.js").Size} size @returns {View|null} */
export function viewOf({ picture, shown, window_, moment, mode, chosen }, size) {
  if (!picture?.packet.data || !shown || !window_ || !size.width || !size.height) return null;
  const fits = fitsAt(picture.scene, moment.time, shown.told.many);
  const type = typeOf(size);
  const beside = Math.max(SIDE, mode === "fit" ? roomForFits(picture, size) : 0);
  const height = Math.max(20, size.height - TOP - type * LINE);
  /** @param {[Pair, Pair]} window */
  const axes = (window) => {
    const letters = Math.max(...ticksOf(window[1], height / (type * 2.6)).map(({ text }) => text.length));
    const left = type * Math.max(LABELS, LETTER * letters + 0.8);
    return axesOf(window, { left, top: TOP, width: Math.max(20, size.width - left - beside), height });
  };
  const first = firstOf(fits, picture.scene);
  const batch = batchAt(picture.packet, picture.packet.data, moment.step);
  const both = { picture, shown, size, mode, chosen, fits, first, batch, step: moment.step };
  const names = axisNames(shown.told);
  if (mode !== "residuals") return { ...both, axes: axes(window_), names, places: shown.rows.map(placeOf) };
  const weights = first?.weights ?? new Float64Array(shown.told.many?.count ?? 2).fill(NaN);
  const [across, residuals] = [underResiduals(shown, weights), residualsOf(shown, weights)];
  const high = roundedUp(ROOM * residuals.reduce((most, one) => (Number.isFinite(one) ? Math.max(most, Math.abs(one)) : most), 0));
  const missing = isMissing(shown.told);
  const two = inputsOf(shown.told) > 1 && !missing;
  const what = missing ? "1 \u2212 p of its class" : "residual";
  return {
    ...both, axes: axes([two ? PROBABILITY : window_[0], missing ? MISSING : [-high, high]]),
    names: [two ? "prediction" : names[0], first ? `${what}${missing ? ", " : " of "}${picture.scene.runs[first.run].name}` : what],
    places: across.map((x, i) => [x, residuals[i]]),
  };
}
