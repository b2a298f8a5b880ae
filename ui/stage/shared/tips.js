// Tooltips: one at a time for the whole page, in the look of those that Streamlit has for its own controls.

const GAP = 8; // pixels between a tip and what it is of
const EDGE = 8; // and between it and the window's edge
const AFTER = 300; // ms under a mouse: so long Streamlit's own stay when the pointer has left

/** @type {WeakMap<Element, string>} */
const texts = new WeakMap();
/** @type {HTMLElement|null} */
let tip = null;
/** @type {Element|null} what it is shown for */
let shown = null;
let coming = 0;

/**
 * Give a control a tooltip, another one, or none by an empty text. It shows under a mouse and with the keyboard's focus.
 * @param {Element} element
 * @param {string} text
 */
export function setTip(element, text) {
  if (!texts.has(element)) watch(element);
  texts.set(element, text);
  if (shown === element) show(element);
}

/** @param {Element} element */
function watch(element) {
  element.addEventListener("pointerenter", (event) => /** @type {PointerEvent} */ (event).pointerType !== "touch" && soon(element));
  element.addEventListener("pointerleave", () => hide(element));
  element.addEventListener("focus", () => element.matches(":focus-visible") && show(element));
  element.addEventListener("blur", () => hide(element));
  element.addEventListener("pointerdown", () => hide(element));
  element.addEventListener("click", () => hide(element));
}

/** @param {Element} element */
function soon(element) {
  clearTimeout(coming);
  coming = window.setTimeout(() => show(element), AFTER);
}

/** @param {Element} element */
function show(element) {
  const text = texts.get(element);
  if (!text || !element.isConnected) return hide();
  const box = tip ?? made();
  box.textContent = text;
  dress(box, element);
  const home = document.fullscreenElement ?? document.body; // nothing else is to be seen there
  if (box.parentElement !== home) home.append(box);
  shown = element;
  place(box, element.getBoundingClientRect());
  return undefined;
}

/** @param {Element} [element] only where it is this one's */
function hide(element) {
  clearTimeout(coming);
  if (element && shown !== element) return;
  tip?.remove();
  shown = null;
}

function made() {
  tip = document.createElement("div");
  tip.className = "thw-panel-tip"; // page.css has its style
  tip.setAttribute("role", "tooltip");
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide(), true);
  for (const end of ["scroll", "wheel"]) document.addEventListener(end, () => hide(), { capture: true, passive: true });
  return tip;
}

/** The page's colours are known within its parts alone. @param {HTMLElement} box @param {Element} element */
function dress(box, element) {
  const style = getComputedStyle(element);
  for (const name of ["--st-text-color", "--st-background-color", "--st-border-color", "--st-font"]) {
    box.style.setProperty(name, style.getPropertyValue(name));
  }
}

/** Above what it is of, or below where there is no room. @param {HTMLElement} box @param {DOMRect} of */
function place(box, of) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = Math.min(Math.max(of.left + of.width / 2 - width / 2, EDGE), window.innerWidth - width - EDGE);
  const above = of.top - height - GAP;
  box.style.left = `${left}px`;
  box.style.top = `${above >= EDGE ? above : of.bottom + GAP}px`;
}
