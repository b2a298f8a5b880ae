// The picture: one message on its surface, in the page's theme, without the runs that are hidden. All views draw it.

/**
 * @typedef {import("./packet.js").Packet} Packet
 * @typedef {import("./packet.js").Run} Run
 * @typedef {import("./surface.js").Surface} Surface
 * @typedef {import("../shared/theme.js").Theme} Theme
 *
 * @typedef {Object} Scene what is drawn of the runs
 * @property {Run[]} runs
 * @property {string[]} colors one a run
 * @property {boolean[]} shown one a run
 * @property {number} steps
 * @property {[number, number, number, number]} view the data's own window, from x to x and from y to y; only what leaves this is said to leave
 * @property {Theme} theme
 *
 * @typedef {Object} Picture
 * @property {Packet} packet
 * @property {Surface} surface another object where it is another surface
 * @property {Scene} scene
 *
 * @typedef {Object} Moment a place in the run
 * @property {number} time fractional step
 * @property {number} step the last whole one
 * @property {boolean} moving playing: only the past is drawn
 */

/**
 * @param {Packet} packet
 * @param {Surface} surface
 * @param {Theme} theme
 * @param {ReadonlySet<string>} hidden keys of runs
 * @returns {Picture}
 */
export function pictureOf(packet, surface, theme, hidden) {
  const palette = packet.palette[theme.dark ? "dark" : "light"];
  const [[x0, x1], [y0, y1]] = packet.view;
  const colors = packet.runs.map((run) => palette[run.color % palette.length]);
  const shown = packet.runs.map((run) => !hidden.has(run.key));
  return { packet, surface, scene: { runs: packet.runs, colors, shown, steps: packet.steps, view: [x0, x1, y0, y1], theme } };
}

/**
 * Where the runs start on the map; on the plane of their paths that is not the start's own two numbers.
 * @param {Pick<Packet, "start"|"runs"|"plane">} packet
 * @returns {[number, number]}
 */
export function startOf({ start, runs, plane }) {
  const [x, y] = [runs[0]?.series.x[0], runs[0]?.series.y[0]];
  return plane?.kind === "path" && x !== undefined && y !== undefined ? [x, y] : start;
}

/** The address of a picture's surface; nothing where it could not be had. @param {Picture} picture */
export const groundOf = ({ packet, surface }) => (surface.trouble ? "" : packet.surface);
