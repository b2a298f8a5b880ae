// What the data view draws of a picture at a moment: its axes, where the rows stand on them, and the fits.

import { axesOf, roundedUp } from "./data_axes.js";
import { roomForFits } from "./data_figure.js";
import { fitsAt, residualsOf, underResiduals } from "./fits.js";
import { batchAt, inputsOf, placeOf } from "./rows.js";
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
 * @property {0|1} kind the class of those that are added
 */

const [TOP, SIDE] = [10, 10]; // px beside the axes
const [LABELS, LINE] = [3.2, 2]; // what the numbers take on the left and below, in heights of the type
const ROOM = 1.06; // times the largest residual
/** @type {Pair} */
const PROBABILITY = [-0.04, 1.04];

/** @param {State} state @param {import("../shared/plot_style.js").Size} size @returns {View|null} */
export function viewOf({ picture, shown, window_, moment, mode, chosen }, size) {
  if (!picture?.packet.data || !shown || !window_ || !size.width || !size.height) return null;
  const fits = fitsAt(picture.scene, moment.time);
  const type = typeOf(size);
  const left = type * LABELS;
  const beside = Math.max(SIDE, mode === "fit" ? roomForFits(picture, size) : 0);
  const box = { left, top: TOP, width: Math.max(20, size.width - left - beside), height: Math.max(20, size.height - TOP - type * LINE) };
  const batch = batchAt(picture.packet, picture.packet.data, moment.step);
  const both = { picture, shown, size, mode, chosen, fits, batch };
  const { columns } = shown.told;
  if (mode === "fit") return { ...both, axes: axesOf(window_, box), names: [columns[0], columns[1]], places: shown.rows.map(placeOf) };
  const first = fits[0]?.weights ?? [NaN, NaN];
  const [across, residuals] = [underResiduals(shown, first), residualsOf(shown, first)];
  const high = roundedUp(ROOM * residuals.reduce((most, one) => (Number.isFinite(one) ? Math.max(most, Math.abs(one)) : most), 0));
  const two = inputsOf(shown.told) > 1;
  return {
    ...both, axes: axesOf([two ? PROBABILITY : window_[0], [-high, high]], box), names: [two ? "prediction" : columns[0], "residual"],
    places: across.map((x, i) => [x, residuals[i]]),
  };
}
