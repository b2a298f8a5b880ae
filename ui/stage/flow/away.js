// Says in words which part of the server does not answer, and what becomes of what is done meanwhile.

const SAID = {
  pictures: "The server sends no pictures: they are asked for again and again. What you do is kept.",
  session: "The server does not answer for the panel: it is told what you do again and again. The picture goes on.",
  both: "The server does not answer. What you do is kept, and is carried out as soon as it does.",
};

/** @param {HTMLElement} place */
export function createAway(place) {
  /** @type {Set<"session"|"pictures">} */
  const gone = new Set();
  return {
    /** @param {"session"|"pictures"} what @param {boolean} away */
    tell(what, away) {
      if (away) gone.add(what);
      else gone.delete(what);
      const said = gone.size === 2 ? SAID.both : gone.size ? SAID[[...gone][0]] : "";
      if (place.textContent !== said) place.textContent = said;
      place.hidden = !said;
    },
  };
}
