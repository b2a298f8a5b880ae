// A button that does nothing for a while and says why, when it is pointed at: a disabled one could not.

/**
 * @param {HTMLElement} button with a title of its own
 * @returns {(reason: string) => void} the reason, nothing where it works
 */
export function createBar(button) {
  const title = button.title; // read before the page takes the titles over
  return (reason) => {
    if ((button.getAttribute("aria-disabled") === "true") === Boolean(reason)) return;
    button.setAttribute("aria-disabled", String(Boolean(reason)));
    button.title = reason || title;
  };
}
