// Before and after: one picture is pinned, and its paths and curves stay as ghosts under those that follow, on the same surface.

/** @typedef {import("../flow/picture.js").Picture} Picture */

/** @type {Set<() => void>} */
const followers = new Set();
/** @type {Picture|null} */
let pinned = null;

/** The pinned picture, where it is of this picture's surface and not this one itself. @param {Picture|null} picture */
export const pinnedFor = (picture) =>
  pinned && picture && pinned.packet.surface === picture.packet.surface && pinned.packet !== picture.packet ? pinned : null;

/** Call back when another picture is pinned, or none. @param {() => void} follow @returns {() => void} stop */
export function onPin(follow) {
  followers.add(follow);
  return () => followers.delete(follow);
}

/**
 * @param {HTMLElement} button which pins what is shown, and lets it go
 * @param {() => Picture|null} picture
 */
export function watchPin(button, picture) {
  button.addEventListener("click", () => {
    pinned = pinned ? null : picture();
    button.setAttribute("aria-pressed", String(pinned !== null));
    button.title = pinned ? "Let the pinned picture go" : "Pin this picture: it stays as a ghost under the next ones";
    for (const follow of followers) follow();
  });
}
