// Where what is said at the pointer may lie: over the maps themselves, clear of the controls around them and of those in their corner.

import { elementsOf } from "../shared/elements.js";

/** @param {HTMLElement} root the stage @returns {Pick<DOMRect, "left"|"top"|"right"|"bottom">} the window's pixels */
export function tipArea(root) {
  const { byId, find } = elementsOf(root);
  if (byId("stage-maps-panel").dataset.kind === "line") return find(".thw-line-frame").getBoundingClientRect();
  const [{ left, right, bottom }, tools] = [byId("maps-faces"), find(".thw-maps-faces > .thw-tools")].map((part) => part.getBoundingClientRect());
  return { left, right, bottom, top: tools.bottom };
}
