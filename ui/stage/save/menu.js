// A menu under a button: by mouse, finger and keys; Escape and a press elsewhere close it.

/**
 * @param {HTMLElement} button
 * @param {HTMLElement} menu its elements with the role of a menu's item are the items
 */
export function createMenu(button, menu) {
  const items = () => /** @type {HTMLElement[]} */ ([...menu.querySelectorAll('[role="menuitem"]:not([hidden])')]);
  const isOpen = () => !menu.hidden;

  /** @param {number} [at] the item that has the focus then; from the end where it is less than 0 */
  function open(at = 0) {
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    place();
    items().at(at)?.focus({ preventScroll: true });
  }

  function close() {
    if (!isOpen()) return;
    const inside = menu.contains(document.activeElement);
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (inside) button.focus({ preventScroll: true });
  }

  /** Above the button or below it, where there is more room, and within the window. */
  function place() {
    menu.style.cssText = "";
    const [box, own] = [button.getBoundingClientRect(), menu.getBoundingClientRect()];
    const [above, below] = [box.top - 8, window.innerHeight - box.bottom - 8];
    const up = own.height > below && above > below;
    const width = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(box.right - own.width, width - own.width - 8));
    const parent = /** @type {HTMLElement} */ (menu.offsetParent ?? document.body);
    const home = parent.getBoundingClientRect();
    const most = Math.max(120, up ? above : below);
    const high = Math.min(own.height, most);
    menu.style.cssText = `left:${left - home.left}px;top:${(up ? box.top - high - 4 : box.bottom + 4) - home.top + parent.scrollTop}px;max-height:${most}px`;
  }

  /** @type {Record<string, (at: number, all: HTMLElement[]) => number>} where the focus goes */
  const ways = {
    ArrowDown: (at, all) => (at + 1) % all.length,
    ArrowRight: (at, all) => (at + 1) % all.length,
    ArrowUp: (at, all) => (at - 1 + all.length) % all.length,
    ArrowLeft: (at, all) => (at - 1 + all.length) % all.length,
    Home: () => 0,
    End: (_, all) => all.length - 1,
  };

  /** The keys are the menu's own while it is open. @param {KeyboardEvent} event */
  function onKey(event) {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      close();
    } else if (ways[event.key]) {
      event.preventDefault();
      const all = items();
      all[ways[event.key](all.indexOf(/** @type {HTMLElement} */ (document.activeElement)), all)]?.focus();
    }
  }

  /** @param {KeyboardEvent} event */
  function onButtonKey(event) {
    if (event.key === "Escape") close();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    event.stopPropagation();
    open(event.key === "ArrowDown" ? 0 : -1);
  }

  /** @param {PointerEvent} event */
  function onPress({ target }) {
    if (!menu.contains(/** @type {Node} */ (target)) && !button.contains(/** @type {Node} */ (target))) close();
  }

  button.addEventListener("click", () => (isOpen() ? close() : open()));
  button.addEventListener("keydown", onButtonKey);
  menu.addEventListener("keydown", onKey);
  menu.addEventListener("click", (event) => {
    if (/** @type {Element} */ (event.target).closest('[role="menuitem"]')) close();
  });
  document.addEventListener("pointerdown", onPress, true);
  window.addEventListener("resize", close);

  return {
    close,
    destroy() {
      document.removeEventListener("pointerdown", onPress, true);
      window.removeEventListener("resize", close);
    },
  };
}
