// Copying the link and the JSON, also where the page has no right to the clipboard; and the word that says so.

import { elementsOf } from "./elements.js";

/**
 * @param {HTMLElement} root the stage
 * @param {{link: () => string, json: () => string, toast: (text: string) => void}} texts
 */
export function createCopying(root, { link, json, toast }) {
  const { onClick } = elementsOf(root);
  const copy = async (/** @type {string} */ text, /** @type {string} */ done) => toast((await copyText(text)) ? done : "Copying is not allowed here");
  onClick("stage-copy-link", () => copy(link(), "Link copied"));
  onClick("stage-copy-json", () => copy(json(), "JSON copied"));
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it was copied
 */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.style.cssText = "position:fixed;top:0;left:0;opacity:0";
  const home = document.fullscreenElement ?? document.body;
  const focused = document.activeElement;
  home.append(area);
  area.select();
  let copied;
  try {
    copied = document.execCommand("copy");
  } catch {
    copied = false;
  }
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return copied;
}

const SHOWN = 1600; // ms, and for what is long so many a letter
const READ = 65;

/**
 * @param {HTMLElement} element an aria-live region
 * @returns {(text: string) => void}
 */
export function createToast(element) {
  let timer = 0;
  return (text) => {
    element.textContent = text;
    element.classList.toggle("thw-on", text !== "");
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      element.classList.remove("thw-on");
      element.textContent = "";
    }, Math.max(SHOWN, READ * text.length));
  };
}
