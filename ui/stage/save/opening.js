// Opening an experiment: a file that is chosen, or dropped anywhere on the page. What cannot be opened is said, and changes nothing.

import { queryOf } from "./documents.js";

const OWN = "[role=dialog], [data-testid=stFileUploader]"; // there a dropped file is meant for something else

/** @param {DragEvent} event */
const isFile = ({ dataTransfer }) => Boolean(dataTransfer?.types.includes("Files"));

/**
 * @param {HTMLElement} zone shown while a file is held over the page
 * @param {{onQuery: (query: string) => void, say: (sentence: string) => void}} events
 */
export function createOpening(zone, events) {
  const chooser = Object.assign(document.createElement("input"), { type: "file", accept: ".json,application/json" });

  /** @param {FileList|undefined|null} files */
  async function open(files) {
    if (!files?.length) return;
    if (files.length > 1) {
      events.say(`${files.length} files were not opened: choose one experiment.`);
      return;
    }
    try {
      events.onQuery(await queryOf(files[0]));
      events.say(`${files[0].name} opened`);
    } catch (error) {
      events.say(error instanceof Error ? error.message : String(error));
    }
  }

  const elsewhere = (/** @type {DragEvent} */ { target }) => target instanceof Element && target.closest(OWN) !== null;

  /** @param {DragEvent} event */
  function over(event) {
    if (!isFile(event) || elsewhere(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    zone.hidden = false;
  }

  /** @param {DragEvent} event */
  function leave(event) {
    if (event.relatedTarget === null) zone.hidden = true;
  }

  /** @param {DragEvent} event */
  function drop(event) {
    zone.hidden = true;
    if (!isFile(event) || elsewhere(event)) return;
    event.preventDefault(); // else the browser goes to the file, and the page is gone
    open(event.dataTransfer?.files);
  }

  chooser.addEventListener("change", async () => {
    await open(chooser.files);
    chooser.value = "";
  });
  window.addEventListener("dragover", over);
  window.addEventListener("dragleave", leave);
  window.addEventListener("drop", drop);

  return {
    choose: () => chooser.click(),
    destroy() {
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    },
  };
}
