// Stems on the relief: from a ball, which stands at its own loss, to the plane's ground there, where many weights are shown on a plane.

import { addCanvas, fitCanvas } from "../paths/canvases.js";

/**
 * @typedef {import("../flow/picture.js").Scene} Scene
 * @typedef {import("../flow/packet.js").Run} Run
 * @typedef {[number, number]} Pixel
 * @typedef {{from: Pixel, to: Pixel, color: string, hidden: boolean}} Stem from the ball to the ground; hidden: the ground there lies behind a hill
 * @typedef {{frame: import("../paths/ends.js").Box, project: (x: number, y: number, z: number) => Pixel, veiled: (x: number, y: number, z: number) => boolean, within: (x: number, y: number) => boolean}} Sight within: whether there is ground
 */

const SHORT = 9; // px: what is shorter lies under the ball
const [FOOT, WIDTH, BEHIND] = [3, 1.5, 0.45]; // px, px, and how opaque what is hidden is

/**
 * A value between two steps, the last where there is none so late; NaN where there is none.
 * @param {import("../flow/packet.js").Series|undefined} values
 * @param {number} time
 */
export function between(values, time) {
  if (!values?.length) return NaN;
  const j = Math.min(Math.floor(time), values.length - 1);
  const share = j + 1 < values.length ? time - j : 0;
  return share ? values[j] + share * (values[j + 1] - values[j]) : values[j];
}

/**
 * The stems of a moment, of the runs that are shown and have a ball.
 * @param {Pick<Scene, "runs"|"colors"|"shown">} scene
 * @param {number} time
 * @param {Omit<Sight, "frame">} sight
 * @returns {Stem[]}
 */
export function stemsAt({ runs, colors, shown }, time, { project, veiled, within }) {
  return runs.flatMap((run, i) => {
    const [x, y, z, under] = ["x", "y", "z", "under"].map((name) => between(run.series[name], Math.min(time, run.last)));
    if (!shown[i] || ![x, y, z, under].every(Number.isFinite) || !within(x, y)) return [];
    const [from, to] = [project(x, y, z), project(x, y, under)];
    if (!(Math.hypot(from[0] - to[0], from[1] - to[1]) > SHORT)) return [];
    return [{ from, to, color: colors[i], hidden: veiled(x, y, under) }];
  });
}

/**
 * @param {HTMLElement} host
 * @param {() => Sight|null} sightNow null while there is no ground
 */
export function createStems(host, sightNow) {
  const pen = /** @type {CanvasRenderingContext2D} */ (addCanvas(host, "stems").getContext("2d"));
  let drawn = 0;
  let last = 0; // when it was drawn, in steps

  /** @param {Stem} stem @param {string} paper */
  function ink({ from, to, color, hidden }, paper) {
    pen.globalAlpha = hidden ? BEHIND : 1;
    for (const [style, wider] of /** @type {Array<[string, number]>} */ ([[paper, 2], [color, 0]])) {
      pen.strokeStyle = pen.fillStyle = style;
      pen.lineWidth = WIDTH + wider;
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
      pen.beginPath();
      pen.ellipse(...to, FOOT + wider / 2 + 1, (FOOT + wider) / 2, 0, 0, 2 * Math.PI);
      pen.fill();
    }
    pen.globalAlpha = 1;
  }

  return {
    /** @param {Scene|null} scene @param {number} [time] without one, the same again */
    draw(scene, time = last) {
      last = time;
      const sight = scene && (drawn || scene.runs.some((run) => run.series.under?.length)) ? sightNow() : null;
      if (!scene || !sight) return;
      const stems = stemsAt(scene, time, sight);
      fitCanvas(pen, { ...sight.frame, ratio: Math.min(2, window.devicePixelRatio || 1) }, 0);
      for (const stem of stems) ink(stem, scene.theme.paper);
      drawn = stems.length;
    },
    /** How many are drawn. */
    get count() {
      return drawn;
    },
  };
}
