// The path of examples: numbered, in groups, with the way to the one before and the one after; a list where there is little room.

/**
 * @typedef {import("./examples.js").Example} Example
 * @typedef {{previous: HTMLButtonElement, next: HTMLButtonElement, groups: HTMLElement, list: HTMLSelectElement}} PathParts
 */

/** @param {Example[]} examples @returns {Array<{name: string, members: Array<{example: Example, place: number}>}>} */
function grouped(examples) {
  /** @type {Array<{name: string, members: Array<{example: Example, place: number}>}>} */
  const groups = [];
  examples.forEach((example, place) => {
    if (groups.at(-1)?.name !== example.group) groups.push({ name: example.group, members: [] });
    groups[groups.length - 1].members.push({ example, place });
  });
  return groups;
}

/**
 * @param {Example[]} examples
 * @param {PathParts} parts
 * @param {{onChoose: (example: Example) => void}} events
 */
export function createPath(examples, { previous, next, groups, list }, events) {
  /** @type {HTMLButtonElement[]} */
  const stops = [];
  let here = -1; // the place of the one that is shown; -1: none

  /** @param {number} place */
  function choose(place) {
    const example = examples[place];
    if (!example) return;
    mark(place);
    events.onChoose(example);
  }

  /** @param {number} place */
  function mark(place) {
    here = place;
    stops.forEach((stop, i) => {
      stop.setAttribute("aria-pressed", String(i === place));
      stop.classList.toggle("thw-here", i === place);
    });
    list.value = examples[place]?.key ?? "";
    previous.disabled = place <= 0;
    next.disabled = place >= examples.length - 1;
    previous.title = place > 0 ? `Previous: ${examples[place - 1].title}` : "";
    next.title = place < examples.length - 1 ? `Next: ${examples[place + 1].title}` : "";
  }

  /** @param {Example} example @param {number} place */
  function stop(example, place) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "thw-stop";
    button.title = example.title;
    button.setAttribute("aria-label", `${place + 1}: ${example.title}`);
    const number = document.createElement("b");
    number.textContent = String(place + 1);
    button.append(number);
    button.addEventListener("click", () => choose(place));
    stops.push(button);
    return button;
  }

  for (const { name, members } of grouped(examples)) {
    const group = document.createElement("div");
    group.className = "thw-group";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", name);
    const head = document.createElement("span");
    head.setAttribute("aria-hidden", "true");
    head.textContent = name;
    group.append(head, ...members.map(({ example, place }) => stop(example, place)));
    groups.append(group);
    const part = document.createElement("optgroup");
    part.label = name;
    part.append(...members.map(({ example, place }) => new Option(`${place + 1} · ${example.title}`, example.key)));
    list.append(part);
  }
  previous.addEventListener("click", () => choose(here < 0 ? 0 : here - 1));
  next.addEventListener("click", () => choose(here + 1));
  list.addEventListener("change", () => choose(examples.findIndex((one) => one.key === list.value)));
  mark(-1);

  return {
    /** @param {Example|null} example the one that is shown */
    show: (example) => mark(example ? examples.indexOf(example) : -1),
    previous: () => choose(Math.max(0, here - 1)),
    next: () => choose(Math.min(examples.length - 1, here + 1)),
  };
}
