// What a saved file is called: surface, runs and what it shows, in characters that every system takes.

const LONGEST = 80; // characters before the ending
const NAME = 24; // of them for one run, at most

/**
 * A text as part of a file's name: small Latin letters, digits and single hyphens; perhaps nothing.
 * @param {string} text
 */
export function safe(text) {
  const plain = text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
}

/** At most so many characters, without half a hyphen at the end. @param {string} text @param {number} most */
const cut = (text, most) => text.slice(0, most).replace(/-+$/, "");

/**
 * @param {{surface: string, runs: string[], what?: string}} told surface: its key; what: "map"; none for the experiment itself
 * @param {string} ending "png"
 * @returns {string} "himmelblau-momentum-adam-map.png"
 */
export function fileName({ surface, runs, what = "" }, ending) {
  const names = runs.map((name, i) => cut(safe(name), NAME) || `run-${i + 1}`);
  const tail = what ? `-${safe(what)}` : "";
  const head = [cut(safe(surface), NAME + NAME) || "surface", ...names].join("-");
  return `${cut(head, LONGEST - tail.length)}${tail}.${ending}`;
}
