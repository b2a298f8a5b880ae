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
  /** @param {Picture|null} next */
  function pin(next) {
    pinned = next;
    const label = pinned ? "Let the pinned picture go" : "Pin this picture";
    button.setAttribute("aria-pressed", String(pinned !== null));
    button.setAttribute("aria-label", label);
    button.title = pinned ? label : `${label}: it stays as a ghost under the next ones`;
    for (const follow of followers) follow();
  }

  button.addEventListener("click", () => pin(pinned ? null : picture()));
  return {
    /** On another surface it says nothing. @param {Picture} next */
    show: (next) => void (pinned && pinned.packet.surface !== next.packet.surface && pin(null)),
  };
}
