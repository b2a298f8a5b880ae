// Says in words what is waited for: a part of the server that does not answer, and what becomes of what is done meanwhile.

const SAID = {
  pictures: "The server sends no pictures: they are asked for again and again. What you do is kept.",
  session: "The server does not answer for the panel: it is told what you do again and again. The picture goes on.",
  maps: "The server does not answer for the maps: they go on when it does.",
  preparing: "This surface and these optimizers are being prepared.",
  both: "The server does not answer. What you do is kept, and is carried out as soon as it does.",
};

/** @typedef {"session"|"pictures"|"maps"|"preparing"} Waited preparing: a picture that takes long */

/** @param {HTMLElement} place */
export function createAway(place) {
  /** @type {Set<Waited>} */
  const gone = new Set();
  const first = () => (["pictures", "session", "maps", "preparing"]).find((what) => gone.has(/** @type {Waited} */ (what)));
  return {
    /** @param {Waited} what @param {boolean} away */
    tell(what, away) {
      if (away) gone.add(what);
      else gone.delete(what);
      const which = gone.has("pictures") && gone.has("session") ? "both" : first();
      const said = which ? SAID[/** @type {keyof typeof SAID} */ (which)] : "";
      if (place.textContent !== said) place.textContent = said;
      place.hidden = !said;
    },
  };
}
