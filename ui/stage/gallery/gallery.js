// The gallery of surfaces. Streamlit calls the default export at every change of data or theme.

import { readTheme } from "../shared/theme.js";
import { colorTable, drawThumbnail } from "./thumbnail.js";

/**
 * @typedef {{key: string, name: string, family: string, tags: string[], words: string}} Entry words: that find it
 * @typedef {{thumbnails: string, side: number, colorscale: {light: any, dark: any}, essentials: string[], surfaces: Entry[], filters: string[], chosen: string}} Data
 * @typedef {{parentElement: HTMLElement, data: Data, setTriggerValue: (name: string, value: any) => void}} Component
 */

const EDGE = 112; // pixels a side
/** @type {WeakMap<Element, ReturnType<typeof createGallery>>} */
const galleries = new WeakMap();
/** @type {Map<string, Promise<Uint8Array>>} */
const fetched = new Map();

/**
 * @param {Component} component
 * @returns {() => void} cleanup
 */
export default function mount(component) {
  const root = /** @type {HTMLElement|null} */ (component.parentElement.querySelector(".thw-gallery"));
  if (!root) return () => {};
  const gallery = galleries.get(root) ?? createGallery(root);
  galleries.set(root, gallery);
  gallery.receive(component);
  return () => galleries.delete(root);
}

/** @param {string} url */
function heightsOf(url) {
  const known = fetched.get(url);
  if (known) return known;
  const coming = fetch(new URL(url, window.location.origin)).then(async (answer) => {
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  });
  coming.catch(() => fetched.delete(url));
  fetched.set(url, coming);
  return coming;
}

/** Without case, accents and punctuation. @param {string} text */
const plain = (text) => text.toLowerCase().replace(/ö/g, "oe").normalize("NFD").replace(/[^a-z0-9]+/g, " ").trim();

/** @param {HTMLElement} root */
function createGallery(root) {
  /** @type {Component|null} */
  let component = null;
  /** @type {Array<{entry: Entry, card: HTMLButtonElement, canvas: HTMLCanvasElement, name: string, words: string}>} words: each after a blank */
  let cards = [];
  /** @type {Set<string>} */
  const wanted = new Set();
  let drawn = "";

  root.innerHTML = `
    <div class="thw-gallery-head">
      <input type="search" placeholder="Search: a name, ravine, many holes" aria-label="Search surfaces by name or by what they are like" autocomplete="off" spellcheck="false" />
      <div class="thw-gallery-filters" role="group" aria-label="Show only"></div>
    </div>
    <div class="thw-gallery-body"></div>
    <p class="thw-gallery-count" role="status"></p>`;
  const search = /** @type {HTMLInputElement} */ (root.querySelector("input"));
  const filters = /** @type {HTMLElement} */ (root.querySelector(".thw-gallery-filters"));
  const body = /** @type {HTMLElement} */ (root.querySelector(".thw-gallery-body"));
  const count = /** @type {HTMLElement} */ (root.querySelector(".thw-gallery-count"));

  /** @param {Component} next */
  function receive(next) {
    const first = component === null;
    component = next;
    if (first) build(next.data);
    for (const { entry, card } of cards) card.setAttribute("aria-current", String(entry.key === next.data.chosen));
    paint(next.data);
  }

  /** @param {Data} data */
  function build(data) {
    filters.append(...data.filters.map((name) => chip(name, wanted, sift)));
    const essential = data.essentials.flatMap((key) => data.surfaces.filter((entry) => entry.key === key));
    section("Essentials", essential);
    for (const family of new Set(data.surfaces.map((entry) => entry.family))) {
      section(family, data.surfaces.filter((entry) => entry.family === family));
    }
    sift();
    if (!window.matchMedia("(pointer: coarse)").matches) search.focus({ preventScroll: true }); // a finger would get its keyboard over the pictures
  }

  /**
   * @param {string} title
   * @param {Entry[]} entries
   */
  function section(title, entries) {
    const part = document.createElement("section");
    const heading = document.createElement("h3");
    heading.textContent = title;
    const grid = document.createElement("div");
    grid.className = "thw-gallery-grid";
    for (const entry of entries) grid.append(cardOf(entry));
    part.append(heading, grid);
    body.append(part);
  }

  /** @param {Entry} entry */
  function cardOf(entry) {
    const card = document.createElement("button");
    card.type = "button";
    card.className = "thw-gallery-card";
    card.dataset.key = entry.key;
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    const name = document.createElement("span");
    name.textContent = entry.name;
    card.append(canvas, name);
    card.addEventListener("click", () => component?.setTriggerValue("choose", entry.key));
    cards.push({ entry, card, canvas, name: plain(`${entry.name} ${entry.key} ${entry.family}`), words: ` ${plain(`${entry.words} ${entry.tags.join(" ")}`)}` });
    return card;
  }

  /** Show what the search and the filters leave. */
  function sift() {
    const words = plain(search.value).split(" ").filter(Boolean);
    const found = new Set();
    for (const { entry, card, name, words: others } of cards) {
      const fits = words.every((word) => name.includes(word) || others.includes(` ${word}`)) && [...wanted].every((tag) => entry.tags.includes(tag));
      card.hidden = !fits;
      if (fits) found.add(entry.key);
    }
    for (const part of body.children) {
      /** @type {HTMLElement} */ (part).hidden = !part.querySelector(".thw-gallery-card:not([hidden])");
    }
    const sifting = words.length > 0 || wanted.size > 0;
    /** @type {HTMLElement} */ (body.firstElementChild).hidden ||= sifting; // each surface once
    count.textContent = found.size ? `${found.size} surface${found.size === 1 ? "" : "s"}` : "No surface fits. Try fewer letters or filters.";
  }

  /** @param {Data} data */
  async function paint(data) {
    const dark = readTheme(root).dark;
    const pixels = Math.round(EDGE * Math.min(window.devicePixelRatio || 1, 2));
    const state = `${data.thumbnails} ${dark} ${pixels}`;
    if (state === drawn) return;
    drawn = state;
    root.dataset.theme = dark ? "dark" : "light";
    try {
      const heights = await heightsOf(data.thumbnails);
      paintAll(cards, data, heights, dark ? "dark" : "light", pixels);
      root.dataset.ready = "true";
    } catch {
      drawn = "";
      count.textContent = "The pictures could not be fetched; the names work all the same.";
    }
  }

  /** Arrow keys go from card to card; Escape empties the search, then closes the dialog. @param {KeyboardEvent} event */
  function walk(event) {
    const leaves = event.key === "Escape" && !(document.activeElement === search && search.value);
    if (!leaves) event.stopPropagation();
    const shown = cards.map(({ card }) => card).filter((card) => card.offsetParent !== null);
    const at = shown.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (at < 0) {
      if (event.key === "ArrowDown" && document.activeElement === search) shown[0]?.focus();
      if (event.key === "Enter" && document.activeElement === search && shown.length === 1) shown[0].click();
      return;
    }
    const next = neighbour(shown, at, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  search.addEventListener("input", sift);
  root.addEventListener("keydown", walk);
  return { receive };
}

/**
 * @param {Array<{entry: Entry, canvas: HTMLCanvasElement}>} cards
 * @param {Data} data
 * @param {Uint8Array} heights of all surfaces
 * @param {"light"|"dark"} theme
 * @param {number} pixels a side
 */
function paintAll(cards, data, heights, theme, pixels) {
  const colors = colorTable(data.colorscale[theme]);
  const place = new Map(data.surfaces.map((entry, i) => [entry.key, i]));
  const size = data.side * data.side;
  for (const { entry, canvas } of cards) {
    canvas.width = canvas.height = pixels;
    const i = place.get(entry.key) ?? 0;
    drawThumbnail(canvas, heights.subarray(i * size, (i + 1) * size), data.side, colors);
  }
}

/**
 * A button that wants a tag, or wants it no more.
 * @param {string} name
 * @param {Set<string>} wanted
 * @param {() => void} onChange
 */
function chip(name, wanted, onChange) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    if (!wanted.delete(name)) wanted.add(name);
    button.setAttribute("aria-pressed", String(wanted.has(name)));
    onChange();
  });
  return button;
}

/**
 * @param {HTMLButtonElement[]} shown
 * @param {number} at
 * @param {string} key
 * @returns {HTMLButtonElement|undefined}
 */
function neighbour(shown, at, key) {
  if (key === "ArrowRight") return shown[at + 1];
  if (key === "ArrowLeft") return shown[at - 1];
  if (key === "Home") return shown[0];
  if (key === "End") return shown[shown.length - 1];
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const here = shown[at].getBoundingClientRect();
  const beyond = key === "ArrowDown" ? shown.slice(at + 1) : shown.slice(0, at).reverse();
  const line = beyond.filter((card) => Math.abs(card.getBoundingClientRect().top - here.top) > 8);
  const top = line[0]?.getBoundingClientRect().top;
  const row = line.filter((card) => Math.abs(card.getBoundingClientRect().top - (top ?? 0)) <= 8);
  const apart = (/** @type {Element} */ card) => Math.abs(card.getBoundingClientRect().left - here.left);
  return row.sort((a, b) => apart(a) - apart(b))[0];
}
