// "Inside the step": for each run a table of what its optimizer carries, and its update with the numbers of the step put in.

import { createReader } from "./inside_reader.js";
import { cellText, inFormula } from "./inside_text.js";
import { createBar } from "../shared/barred.js";
import { count } from "../shared/format.js";

/**
 * @typedef {import("../flow/packet.js").Packet} Packet
 * @typedef {import("./inside_reader.js").Source} Source
 * @typedef {import("./inside_reader.js").Token} Token
 * @typedef {import("./inside_reader.js").Inside} Inside
 * @typedef {(source: Source) => number[]} Read
 * @typedef {{root: HTMLElement, draw: (read: Read) => void}} Piece
 */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} name
 * @param {...(Node|string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
function make(tag, name, ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children);
  return element;
}

/**
 * @param {HTMLElement} node
 * @param {string} text
 */
function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const BARRED = "What is inside a step is drawn for two weights: here there are more.";

/**
 * @param {{host: HTMLElement, button: HTMLElement}} parts
 * @param {{onToggle: (open: boolean) => void}} events
 */
export function createInsidePanel({ host, button }, events) {
  const step = make("h2", "thw-inside-step");
  const note = make("p", "thw-inside-note");
  const runs = make("div", "thw-inside-runs");
  runs.tabIndex = 0; // one beside the other on a phone, which the keyboard scrolls, too
  runs.setAttribute("role", "group");
  runs.setAttribute("aria-label", "Runs inside the step");
  host.append(make("header", "thw-inside-head", step, note), runs);
  /** @type {Packet|null} */
  let packet = null;
  /** @type {boolean[]} */
  let shown = [];
  /** @type {Piece[]} */
  let pieces = [];
  let built = "";
  let time = 0;
  let open = false;

  const bar = createBar(button);
  let wanted = false; // it stays so where there is none for a while

  button.addEventListener("click", () => {
    if (packet?.plane) return;
    setOpen(!open);
    draw();
    events.onToggle(open);
  });

  /** @param {boolean} on */
  function setOpen(on) {
    wanted = on;
    open = on && !packet?.plane;
    host.hidden = !open;
    button.setAttribute("aria-pressed", String(open));
    button.setAttribute("aria-expanded", String(open));
  }

  /** @param {string[]} colors */
  function build(colors) {
    const inside = packet?.inside;
    if (!packet || !inside) return;
    const key = JSON.stringify([inside.runs, packet.runs.map((run) => run.name)]);
    if (key !== built) {
      built = key;
      pieces = inside.runs.map((one, i) => runPiece(/** @type {Packet} */ (packet).runs[i].name, one));
      runs.replaceChildren(...pieces.map((piece) => piece.root));
    }
    pieces.forEach((piece, i) => {
      piece.root.hidden = !shown[i];
      piece.root.style.setProperty("--thw-run", colors[i]);
    });
  }

  function draw() {
    if (!open || !packet) return;
    runs.hidden = !packet.inside || !packet.steps;
    if (packet.inside && !packet.steps) {
      say(step, "Inside the step");
      say(note, "No step was made.");
      return;
    }
    if (!packet.inside) {
      say(step, "Inside the step");
      say(note, "The numbers are on their way.");
      return;
    }
    const reader = createReader(packet);
    const update = reader.updateAt(time);
    say(step, `Step ${count(update + 1)} of ${count(packet.steps)}: from point ${count(update)} to point ${count(update + 1)}`);
    say(note, noteOf(reader.stride, packet.data?.weights ?? ["x", "y"]));
    pieces.forEach((piece, run) => shown[run] && piece.draw((source) => reader.read(run, source, update)));
  }

  return {
    get open() {
      return open;
    },
    setOpen,
    /** @param {import("../flow/picture.js").Picture} picture */
    show({ packet: next, scene }) {
      packet = next;
      bar(next.plane ? BARRED : "");
      setOpen(wanted);
      shown = scene.shown;
      build(scene.colors);
      draw();
    },
    /** @param {import("../flow/picture.js").Moment} moment */
    draw({ step: next }) {
      time = next;
      draw();
    },
  };
}

/** @param {number} stride @param {string[]} axes what they are called */
function noteOf(stride, axes) {
  const how = `Pairs are (${axes.join(", ")}); powers, roots and quotients work on each axis by itself.`;
  return stride === 1 ? how : `A long run: the numbers of every ${stride}th step are here. ${how}`;
}

/**
 * @param {string} name
 * @param {Inside} inside
 * @returns {Piece}
 */
function runPiece(name, inside) {
  const rows = inside.table.map(tableRow);
  const head = make("tr", "", make("td", ""), make("th", "", "before"), make("th", "", "after"));
  for (const cell of head.querySelectorAll("th")) cell.scope = "col";
  const table = make("table", "thw-inside-table", make("thead", "", head), make("tbody", "", ...rows.map((row) => row.root)));
  const lines = inside.lines.map(linePiece);
  const update = lines.length ? make("ol", "thw-inside-lines", ...lines.map((line) => line.root)) : make("p", "thw-inside-story", inside.story);
  const root = make("article", "thw-inside-run", make("h3", "", name), make("div", "thw-inside-body", table, update));
  root.setAttribute("aria-label", `Inside ${name}`);
  return { root, draw: (read) => [...rows, ...lines].forEach((piece) => piece.draw(read)) };
}

/**
 * @param {import("./inside_reader.js").TableRow} row
 * @returns {Piece}
 */
function tableRow(row) {
  const cells = [row.before, row.after].map((source) => ({ source, node: make("td", "thw-inside-value") }));
  const head = make("th", "", ...(row.symbol ? [make("i", "", row.symbol), " "] : []), make("span", "", row.name));
  head.scope = "row";
  return {
    root: make("tr", "", head, ...cells.map((cell) => cell.node)),
    draw(read) {
      for (const { source, node } of cells) if (source) say(node, cellText(row.kind, read(source), isPlain(source)));
    },
  };
}

/** Whether it is written with as many digits as it has: what was set, and what only counts. @param {Source} source */
const isPlain = (source) => Boolean(source.c ?? source.n ?? source.whole);

/**
 * One line of the update: in letters, with the numbers, and what it comes to.
 * @param {import("./inside_reader.js").Line} line
 * @returns {Piece}
 */
function linePiece(line) {
  const letters = make("span", "thw-inside-letters", make("i", "", line.symbol), " ← ");
  const numbers = make("span", "thw-inside-numbers");
  const result = make("b", "");
  /** @type {Array<(read: Read) => void>} */
  const updates = [];
  if (line.tokens.length) {
    letters.append(formula(line.tokens, (token) => make("i", "", token.s), "\u2005"));
    if (line.tokens.length > 1) numbers.append("= ", formula(line.tokens, valueOf, " · "), " ");
  } else {
    letters.append(line.words);
  }
  numbers.append("= ", result);

  /** @param {Source & {s: string}} token */
  function valueOf(token) {
    const node = make("span", "");
    updates.push((read) => say(node, inFormula(read(token), isPlain(token), Boolean(token.list))));
    return node;
  }

  const root = make("li", "", letters, numbers);
  return {
    root,
    draw(read) {
      root.hidden = line.holds !== null && read(line.holds)[0] === 0;
      if (root.hidden) return;
      for (const update of updates) update(read);
      say(result, cellText("number", read(line.result), isPlain(line.result)));
    },
  };
}

/**
 * Tokens as a line of text with raised exponents and roofed roots.
 * @param {Token[]} tokens
 * @param {(token: Source & {s: string}) => Node} name
 * @param {string} times
 * @returns {DocumentFragment}
 */
function formula(tokens, name, times) {
  const whole = document.createDocumentFragment();
  /** @type {Node[]} */
  const open = [whole];
  const last = () => open[open.length - 1];
  for (const token of tokens) {
    if (typeof token !== "string") last().appendChild(name(token));
    else if (token === "<sup>" || token === "<root>") open.push(last().appendChild(token === "<sup>" ? make("sup", "") : make("span", "thw-root")));
    else if (token === "</sup>" || token === "</root>") open.pop();
    else last().appendChild(document.createTextNode(token === "*" ? times : token));
  }
  return whole;
}
