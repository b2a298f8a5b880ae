// The parts of the stage: where one fails, a sentence stands in its place and the others are drawn all the same.

/**
 * @param {{report: (name: string, error: unknown) => void}} events report: a kind of failure for the first time
 */
export function createStanding({ report }) {
  const told = new Set();

  /**
   * @param {string} name as a sentence begins with it, "The curves"
   * @param {HTMLElement|null} place where the sentence stands; none for what has no place of its own
   * @param {unknown} error
   */
  function fail(name, place, error) {
    const kind = `${name}: ${error instanceof Error ? error.message : error}`;
    if (!told.has(kind)) report(name, error);
    told.add(kind);
    if (place) say(place, `${name} could not be drawn: an error of this program. The rest stands.`);
  }

  return {
    /**
     * Do a part's work; what it returns is returned, and undefined where it fails.
     * @template T
     * @param {string} name
     * @param {HTMLElement|null} place
     * @param {() => T} work
     * @returns {T|undefined}
     */
    part(name, place, work) {
      try {
        const done = work();
        if (place) say(place, "");
        return done;
      } catch (error) {
        fail(name, place, error);
        return undefined;
      }
    },
    /**
     * The same for work that takes a while.
     * @param {string} name
     * @param {HTMLElement|null} place
     * @param {() => Promise<unknown>} work
     */
    async slowPart(name, place, work) {
      try {
        await work();
        if (place) say(place, "");
      } catch (error) {
        fail(name, place, error);
      }
    },
  };
}

/**
 * Say something over a panel; nothing: what was said is no longer so.
 * @param {HTMLElement} panel
 * @param {string} sentence
 */
export function say(panel, sentence) {
  let note = /** @type {HTMLElement|null} */ (panel.querySelector(":scope > .thw-failed"));
  if (!note && !sentence) return;
  if (!note) {
    note = document.createElement("p");
    note.className = "thw-failed";
    note.setAttribute("role", "status");
    panel.append(note);
  }
  note.textContent = sentence;
  note.hidden = !sentence;
}
