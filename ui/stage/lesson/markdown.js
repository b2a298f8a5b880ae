// A sentence in the little Markdown that texts of ours have: **bold**, *slanted*, and a backslash before a sign that is meant.

const MARKS = /\\([\\`*_{}[\]()#+\-.!|~$<>&:])|\*\*((?:[^*\\]|\\.)+)\*\*|\*((?:[^*\\]|\\.)+)\*/g;

/** @param {string} text without its backslashes */
const plain = (text) => text.replace(/\\(.)/g, "$1");

/**
 * The pieces of a text, in order.
 * @param {string} text
 * @returns {Array<{text: string, tag: ""|"strong"|"em"}>}
 */
export function pieces(text) {
  /** @type {Array<{text: string, tag: ""|"strong"|"em"}>} */
  const found = [];
  let from = 0;
  /** @param {string} piece @param {""|"strong"|"em"} tag */
  const add = (piece, tag) => {
    const last = found.at(-1);
    if (!piece) return;
    if (last && !tag && !last.tag) last.text += piece;
    else found.push({ text: piece, tag });
  };
  for (const match of text.matchAll(MARKS)) {
    add(text.slice(from, match.index), "");
    const [whole, sign, bold, slanted] = match;
    if (sign) add(sign, "");
    else add(plain(bold ?? slanted), bold ? "strong" : "em");
    from = match.index + whole.length;
  }
  add(text.slice(from), "");
  return found;
}

/** @param {string} text @returns {Node[]} */
export function written(text) {
  return pieces(text).map(({ text: piece, tag }) => {
    if (!tag) return document.createTextNode(piece);
    const element = document.createElement(tag);
    element.textContent = piece;
    return element;
  });
}
