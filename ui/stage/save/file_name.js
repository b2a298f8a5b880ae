// What a saved file is called: surface, runs and what it shows, in characters that every system takes.

const LONGEST = 80; // characters before the ending
const NAME = 28; // of them for one run, at most
const MORE = "-and-6-more";

/**
 * A text as part of a file's name: small Latin letters, digits, single hyphens, and points within numbers; perhaps nothing.
 * @param {string} text
 */
export function safe(text) {
  const plain = text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  return plain.replace(/(?<!\d)\.|\.(?!\d)|[^a-z0-9.]+/g, "-").replace(/-{2,}/g, "-").replace(/^-+|-+$/g, "");
}

/** The words of a text for which there is room, at least some of the first. @param {string} text @param {number} most */
const whole = (text, most) => (text.length <= most ? text : text.slice(0, most + 1).replace(/-[^-]*$/, "").slice(0, most));

/**
 * @param {{surface: string, runs: string[], what?: string}} told surface: its key; what: "map"; none for the experiment itself
 * @param {string} ending "png"
 * @returns {string} "himmelblau-momentum-adam-map.png"
 */
export function fileName({ surface, runs, what = "" }, ending) {
  const names = runs.map((name, i) => whole(safe(name.replace(/\([^)]*\)/g, "")), NAME) || `run-${i + 1}`);
  const tail = what ? `-${safe(what)}` : "";
  const kept = [whole(safe(surface), 40) || "surface"];
  for (const [i, name] of names.entries()) {
    const more = i < names.length - 1 ? MORE.length : 0;
    if ([...kept, name].join("-").length + more + tail.length > LONGEST) {
      kept.push(`and-${names.length - i}-more`);
      break;
    }
    kept.push(name);
  }
  return `${kept.join("-")}${tail}.${ending}`;
}
