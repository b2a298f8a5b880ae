// What somebody looks at beyond the picture: Python sends it while it is wanted.

const KEPT = new Set(["inside", "ensemble"]); // of those of figures/packets/wants.py: what a stage that was left shows when it comes back

/** @param {(names: string[]) => void} ask for all that is wanted now */
export function createWants(ask) {
  /** @type {Set<string>} */
  const wanted = new Set();
  const send = () => ask([...wanted]);

  /**
   * Ask for something, or say that nobody looks at it any more.
   * @param {string} name one of figures/packets/wants.py
   * @param {boolean} on
   */
  function want(name, on) {
    if (on === wanted.has(name)) return;
    if (on) wanted.add(name);
    else wanted.delete(name);
    send();
  }

  return {
    want,
    /** @param {Record<string, boolean>} wanted */
    wantAll(wanted) {
      for (const [name, on] of Object.entries(wanted)) want(name, on);
    },
    /** Ask for something though it was asked for before: it takes more than one answer. @param {string} name */
    again(name) {
      wanted.add(name);
      send();
    },
    /** @param {string} name */
    has: (name) => wanted.has(name),
    /** Want again what was shown before the person went to another page. @param {string[]} sent */
    takeUp(sent) {
      for (const name of sent) if (KEPT.has(name)) wanted.add(name);
    },
    /** Have no more sent of what a stage before this one has asked for and nobody sees now. @param {string[]} sent */
    drop(sent) {
      if (sent.some((name) => !wanted.has(name))) send();
    },
  };
}
