// Saving and opening: the menu's items, what each does, and what is said of it.

import { memory } from "../flow/memory.js";
import { createCopying, createToast } from "../shared/clipboard.js";
import { elementsOf } from "../shared/elements.js";
import { pngBlob, svgBlob } from "./drawing.js";
import { fileName } from "./file_name.js";
import { canCopy, copy, download, print } from "./handing_out.js";
import { createMenu } from "./menu.js";
import { createOpening } from "./opening.js";
import { draw } from "./pictures.js";
import { toldOf } from "./told.js";

/**
 * @typedef {import("./pictures.js").What} What
 * @typedef {import("./pictures.js").Shown} Shown
 *
 * @typedef {Object} SaveHost
 * @property {() => import("../flow/picture.js").Picture|null} picture that is shown
 * @property {{view: {ranges: () => import("./map_figure.js").View}}} map
 * @property {{view: {camera: () => any}}} relief
 * @property {{readonly time: number}} player
 * @property {() => string} link that leads to what is shown
 * @property {(query: string) => void} onOpen an experiment was opened
 */

const LONG = 500; // ms after which it is said that a picture is being drawn

/** Why something failed, as the end of a sentence. @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  return error.name === "NotAllowedError" ? "copying is not allowed here" : error.message;
}

/**
 * @param {HTMLElement} root the stage
 * @param {SaveHost} host
 */
export function createSave(root, { picture, map, relief, player, link, onOpen }) {
  const { find, byId, onClick } = elementsOf(root);
  const button = byId("stage-save");
  const say = createToast(find(".thw-toast"));
  const menu = createMenu(button, byId("stage-save-menu"));
  const opening = createOpening(byId("stage-drop"), { onQuery: opened, say });
  let busy = false;

  /** @param {string} query */
  function opened(query) {
    memory.lesson = null; // it is nobody's change of the example that was there before
    onOpen(query);
  }

  /** @returns {Shown} */
  function now() {
    const found = picture();
    if (!found) throw new Error("there is none yet");
    const told = (/** @type {string} */ selector) => [...root.querySelectorAll(selector)].map((item) => ({ svg: item.querySelector("svg")?.outerHTML ?? "", text: item.textContent ?? "" }));
    const [marks, rowMarks] = [".thw-below .thw-legend:not(.thw-inside-legend) li", ".thw-data-key > span"].map(told);
    const graphs = { map: byId("stage-map"), relief: byId("stage-relief"), curves: byId("stage-curves") };
    return {
      picture: found, time: player.time, window_: map.view.ranges(), camera: relief.view.camera(),
      graphs, caption: find(".thw-caption").textContent ?? "", marks, rowMarks,
    };
  }

  /**
   * Do what takes a while, one at a time; what fails is said.
   * @param {() => Promise<string>} work what is said once it is done
   */
  async function doing(work) {
    if (busy) return;
    busy = true;
    const mark = setTimeout(() => {
      button.setAttribute("aria-busy", "true");
      say("Drawing the picture…");
    }, LONG);
    try {
      say(await work());
    } catch (error) {
      say(`The picture could not be saved: ${reasonOf(error)}`);
    } finally {
      clearTimeout(mark);
      button.removeAttribute("aria-busy");
      busy = false;
    }
  }

  /** @param {What} what @param {string} ending */
  const name = (what, ending) => {
    const { surface, names } = toldOf(now().picture, 0);
    return fileName({ surface, runs: names, what }, ending);
  };

  /** @param {What} what @param {string} form */
  async function save(what, form) {
    const file = name(what, form);
    const drawn = await draw(what, now());
    download(form === "svg" ? svgBlob(drawn.svg) : await pngBlob(drawn.svg, drawn), file);
    return `Saved as ${file}`;
  }

  /** @param {What} what */
  async function copied(what) {
    await copy(draw(what, now()).then((drawn) => pngBlob(drawn.svg, drawn)));
    return "Picture copied";
  }

  async function printed() {
    const { svg } = await draw("stage", now());
    const { title, runs } = toldOf(now().picture, 0);
    await print(svg, [title, ...runs.map((run) => `${run.name}: ${run.verdict}`)].join(". "));
    return "";
  }

  function saveDocument() {
    const found = picture();
    if (!found) return;
    const { surface, names } = toldOf(found, 0);
    const file = fileName({ surface, runs: names }, "json");
    download(new Blob([found.packet.json], { type: "application/json" }), file);
    say(`Saved as ${file}`);
  }

  for (const item of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-save]"))) {
    const [what, form] = /** @type {[What, string]} */ ((item.dataset.save ?? "").split(" "));
    if (form === "copy") item.hidden = !canCopy();
    item.addEventListener("click", () => doing(() => (form === "copy" ? copied(what) : save(what, form))));
  }
  createCopying(root, { link, json: () => picture()?.packet.json ?? "", toast: say });
  byId("stage-no-copy").hidden = canCopy();
  onClick("stage-print", () => doing(printed));
  onClick("stage-download", saveDocument);
  onClick("stage-open", opening.choose);

  return {
    destroy() {
      menu.destroy();
      opening.destroy();
    },
  };
}
