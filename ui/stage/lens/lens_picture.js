// The lens on the map: the local quadratic around a point, drawn over whatever lies beneath.

import { number } from "../shared/format.js";
import { lensShapes } from "./lens_shapes.js";

/** @typedef {import("./lens_shapes.js").LensAnswer} LensAnswer */

const SPACE = "http://www.w3.org/2000/svg";

/** @param {HTMLElement} panel the map's */
export function createLensPicture(panel) {
  const svg = document.createElementNS(SPACE, "svg");
  svg.setAttribute("class", "thw-lens-picture");
  svg.setAttribute("aria-hidden", "true");
  panel.append(svg);

  return {
    /**
     * @param {LensAnswer|null} answer
     * @param {import("../shared/plotly_internals.js").Frame|null} frame
     */
    draw(answer, frame) {
      svg.replaceChildren();
      if (!answer || !frame) return;
      svg.style.cssText = `left:${frame.left}px;top:${frame.top}px;width:${frame.width}px;height:${frame.height}px`;
      const x = frame.x.offset + frame.x.scale * answer.point[0];
      const y = frame.y.offset + frame.y.scale * answer.point[1];
      const { lines, marks } = lensShapes(answer, frame.x.scale, frame.y.scale);
      const group = element("g", { transform: `translate(${x} ${y})` });
      const paths = lines.map((line) => ({ d: `M${line.pixels.map((pixel) => pixel.map((part) => part.toFixed(2)).join(" ")).join("L")}`, line }));
      group.append(
        ...paths.map(({ d }) => element("path", { d, class: "thw-lens-casing" })),
        ...paths.map(({ d, line }) => element("path", { d, class: `thw-lens-${line.part}${line.down ? " thw-lens-down" : ""}` })),
        element("circle", { r: "3.5", class: "thw-lens-centre" }),
        ...marks.map(({ at, value }) => text(at, number(value))),
      );
      svg.append(group);
    },
    destroy() {
      svg.remove();
    },
  };
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 */
function element(tag, attributes) {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/**
 * @param {[number, number]} at
 * @param {string} words
 */
function text([x, y], words) {
  const anchor = Math.abs(x) < 8 ? "middle" : x < 0 ? "end" : "start";
  const made = element("text", { x: String(x), y: String(y), "text-anchor": anchor, "dominant-baseline": "central" });
  made.textContent = words;
  return made;
}
