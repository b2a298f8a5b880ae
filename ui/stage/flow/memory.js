// What of this page outlives its stage: a person goes to the reference and comes back, and a session is lost with its server.

/** @typedef {{count: number, edits: import("./requests.js").Edits}} Told */

export const memory = {
  page: Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join(""), // its name; two tabs have two
  count: 0, // of what the session was told
  /** @type {Told[]} that it has not heard yet */
  told: [],
  /** @type {string|null} the link that was shown last */
  base: null,
  play: "",
  revision: "", // of the session's last change of its own that was heard of, and of the last that began anew
  generation: "",
  /** @type {string|null} the key of the example that is shown, changed or not */
  lesson: null,
  farthest: 0, // the place of the last entry of ours in the browser's history, to which redo leads
  /** @type {string[]} what was wanted beyond the picture */
  wants: [],
};
