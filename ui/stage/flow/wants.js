// What somebody looks at beyond the picture: it is fetched while it is wanted.

import { memory } from "./memory.js";

const OF_PICTURE = new Set(["curvature", "inside"]); // as figures/packets/wants.py has them

/** @param {() => void} onChange */
export function createWants(onChange) {
  const wanted = new Set(memory.wants);

  /**
   * Ask for something, or say that nobody looks at it any more.
   * @param {string} name
   * @param {boolean} on
   */
  function want(name, on) {
    if (on === wanted.has(name)) return;
    if (on) wanted.add(name);
    else wanted.delete(name);
    memory.wants = [...wanted].filter((one) => one === "inside"); // the curves begin with the first
    onChange();
  }

  return {
    want,
    /** @param {Record<string, boolean>} wanted */
    wantAll(wanted) {
      for (const [name, on] of Object.entries(wanted)) want(name, on);
    },
    /** @param {string} name */
    has: (name) => wanted.has(name),
    /** Of those that a picture can have. */
    ofPicture: () => [...wanted].filter((name) => OF_PICTURE.has(name)).sort(),
  };
}
