// What is said under the pointer over the data: every run's prediction there, and over a row what this is away from it.

import { predictionRows, rowLabel, valuesOf } from "./data_words.js";
import { inputsOf } from "./rows.js";

/** Whether a pixel is within the axes. @param {import("./data_axes.js").Box} box @param {[number, number]} pixel */
const isWithin = ({ left, top, width, height }, [x, y]) => x >= left && x <= left + width && y >= top && y <= top + height;

/**
 * @param {Pick<ReturnType<typeof import("../shared/tooltip.js").createTooltip>, "table"|"hide">} tooltip
 * @param {import("./data_figure.js").View} view
 * @param {{clientX: number, clientY: number}} event
 * @param {[number, number]} pixel
 * @param {number} place of the row there; -1: none
 */
export function sayPrediction(tooltip, { axes, shown, fits, mode, picture }, { clientX, clientY }, pixel, place) {
  if (!isWithin(axes.box, pixel) || (place < 0 && mode !== "fit")) return tooltip.hide();
  const { told, rows } = shown;
  const row = place >= 0 ? rows[place] : null;
  if (!row && inputsOf(told) > 2) return tooltip.hide(); // the model sees more than a place of the axes says
  const spot = axes.data(...pixel);
  const inputs = row ? row.slice(0, -1) : spot.slice(0, inputsOf(told));
  const title = row ? rowLabel(shown, place) : valuesOf({ columns: told.columns.slice(0, -1) }, inputs);
  const { heads, rows: said } = predictionRows(told, fits, inputs, row ? (row.at(-1) ?? null) : null, picture.scene);
  return tooltip.table(clientX, clientY, title, heads, said);
}

