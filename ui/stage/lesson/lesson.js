// What is said above the picture: the path of examples, and what to observe in the one that is shown, or what the surface does.

import { exampleOf, same } from "./examples.js";
import { written } from "./markdown.js";
import { createPath } from "./path.js";
import { memory } from "../flow/memory.js";
import { elementsOf } from "../shared/elements.js";

/** @typedef {import("./examples.js").Example} Example */

/**
 * @param {HTMLElement} root the stage
 * @param {Example[]} examples
 * @param {{onChoose: (query: string) => void}} events
 */
export function createLesson(root, examples, events) {
  const { find, byId } = elementsOf(root);
  const [title, sentence, back] = [find(".thw-title"), find(".thw-say span"), byId("stage-example-back")];
  const path = createPath(
    examples,
    {
      previous: /** @type {HTMLButtonElement} */ (byId("stage-example-previous")), next: /** @type {HTMLButtonElement} */ (byId("stage-example-next")),
      groups: find(".thw-groups"), list: /** @type {HTMLSelectElement} */ (byId("stage-example-list")),
    },
    { onChoose: choose },
  );
  /** @type {Example|null} */
  let lesson = null;
  find(".thw-path").hidden = !examples.length;

  /** @param {Example} example */
  function choose(example) {
    memory.lesson = example.key;
    events.onChoose(example.query);
    root.focus({ preventScroll: true }); // so that the keys are the player's
  }

  /** @param {string} text */
  function say(text) {
    if (sentence.dataset.said === text) return;
    sentence.dataset.said = text;
    sentence.replaceChildren(...written(text));
  }

  back.addEventListener("click", () => lesson && choose(lesson));

  return {
    path,
    /** @param {import("../flow/picture.js").Picture} picture */
    show({ packet: { query, about } }) {
      lesson = exampleOf(examples, query, memory.lesson);
      memory.lesson = lesson?.key ?? null;
      path.show(lesson);
      title.textContent = lesson?.title ?? "";
      title.hidden = !lesson;
      say(lesson ? lesson.observe : about);
      back.hidden = !lesson || same(lesson.query, query);
    },
  };
}
