// What the stage's controls say of themselves (title) is shown as the page's tooltips are: the browser's own would be a second kind.

import { setTip } from "./tips.js";

/** @param {Element} element */
function take(element) {
  const text = element.getAttribute("title");
  if (text === null) return;
  setTip(element, text);
  if (text && text !== element.getAttribute("aria-label")) element.setAttribute("aria-description", text);
  element.removeAttribute("title");
}

/** @param {Node} node */
function takeAll(node) {
  if (!(node instanceof Element)) return;
  take(node);
  for (const below of node.querySelectorAll("[title]")) take(below);
}

/**
 * Take over the titles below an element, now and whenever one is set.
 * @param {HTMLElement} root
 * @returns {{destroy: () => void}}
 */
export function watchTitles(root) {
  takeAll(root);
  const watcher = new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === "attributes") take(/** @type {Element} */ (target));
      for (const node of addedNodes) takeAll(node);
    }
  });
  watcher.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["title"] });
  return { destroy: () => watcher.disconnect() };
}
