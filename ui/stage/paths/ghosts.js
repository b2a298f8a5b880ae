// The paths of a pinned picture, faint under those of the one that is shown.

import { addCanvas, fitCanvas } from "./canvases.js";
import { newOutline, newTrace, outline, project } from "./outline.js";
import { inkPath, LINE } from "./strokes.js";

/** @param {HTMLElement} host whose later canvases lie over this one */
export function createGhosts(host) {
  const canvas = addCanvas(host, "pinned");
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  canvas.hidden = true;

  return {
    /**
     * @param {import("../shared/plotly_internals.js").Frame} frame
     * @param {import("../flow/picture.js").Scene|null} scene
     * @param {import("./outline.js").Box} box
     * @param {import("./outline.js").Projection} projection
     */
    draw(frame, scene, box, projection) {
      canvas.hidden = !scene;
      if (!scene) return;
      fitCanvas(pen, { ...frame, ratio: Math.min(2, window.devicePixelRatio || 1) }, 0);
      scene.runs.forEach((run, i) => {
        if (!scene.shown[i]) return;
        const [way, trace] = [newOutline(), newTrace()];
        const { x, y, z } = run.series;
        outline({ x, y, z, last: run.last }, box, way);
        project(way, projection, x.length, run.last, trace);
        inkPath(pen, trace, 0, trace.last, 0, { color: scene.colors[i], width: LINE, alpha: 1 });
      });
    },
  };
}
