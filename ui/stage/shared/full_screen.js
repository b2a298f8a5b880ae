// The stage over the whole screen, or where the browser does not let it, over the whole page.

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} button
 */
export function createFullScreen(root, button) {
  async function flip() {
    if (document.fullscreenElement === root) await document.exitFullscreen();
    else if (root.requestFullscreen) await root.requestFullscreen().catch(() => root.classList.toggle("thw-full"));
    else root.classList.toggle("thw-full");
    mark();
  }

  function mark() {
    const on = document.fullscreenElement === root || root.classList.contains("thw-full");
    button.setAttribute("aria-pressed", String(on));
  }

  button.addEventListener("click", flip);
  document.addEventListener("fullscreenchange", mark);
  return {
    flip,
    destroy() {
      document.removeEventListener("fullscreenchange", mark);
    },
  };
}
