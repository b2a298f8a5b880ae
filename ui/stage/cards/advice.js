// A card's advice: why a run ended as it did, and buttons that try what would end better. A reason that several have is said once.

/** @typedef {import("../flow/packet.js").Suggestion} Suggestion */

let named = 0; // for ids that nothing else on the page has

/**
 * The reason that each begins with, where another has the same; the rest is its own, a sentence where the reason stands farther up.
 * @param {Suggestion[]} suggestions
 * @returns {Array<{reason: string, text: string}>} reason: as the first of several has it; the others of them have none
 */
export function parted(suggestions) {
  const parts = suggestions.map(({ text }) => /^(.+?: )(.+)$/s.exec(text)?.slice(1) ?? ["", text]);
  return parts.map(([reason, rest], i) => {
    const said = parts.findIndex(([one]) => one === reason);
    if (!reason || !parts.some(([one], k) => k !== i && one === reason)) return { reason: "", text: suggestions[i].text };
    if (said === i) return { reason: reason.trim(), text: rest };
    return { reason: "", text: parts[i - 1][0] === reason ? rest : rest.charAt(0).toUpperCase() + rest.slice(1) };
  });
}

/**
 * One reason and its button. The parts stay while their words change, so that the keyboard's place is kept.
 * @param {() => void} onTake
 */
function createItem(onTake) {
  const root = document.createElement("li");
  const [reason, text] = [document.createElement("p"), document.createElement("p")];
  const button = document.createElement("button");
  button.type = "button";
  text.id = `thw-advice-${(named += 1)}`;
  button.setAttribute("aria-describedby", text.id);
  button.addEventListener("click", onTake);
  root.append(reason, text, button);
  return {
    root,
    button,
    /** @param {{reason: string, text: string}} words @param {Suggestion} suggestion */
    show(words, suggestion) {
      reason.textContent = words.reason;
      reason.hidden = !words.reason;
      text.textContent = words.text;
      button.textContent = suggestion.label;
      button.hidden = !suggestion.label; // what says only that there is none leads nowhere
    },
  };
}

/** @param {{onTake: (index: number) => void}} events */
export function createAdvice(events) {
  const root = document.createElement("section");
  root.className = "thw-advice";
  root.hidden = true;
  const list = document.createElement("ul");
  root.append(list);
  /** @type {ReturnType<typeof createItem>[]} */
  let items = [];
  let stale = false;

  /** @param {boolean} old */
  function fade(old) {
    stale = old;
    root.classList.toggle("thw-stale", old);
    for (const { button } of items) button.setAttribute("aria-disabled", String(old));
  }

  return {
    root,
    /** @param {string} name the run's */
    name(name) {
      root.setAttribute("aria-label", `Advice for ${name}`);
    },
    /** Null: none is known yet; what was said of the last picture fades, and keeps its room. @param {Suggestion[]|null} suggestions */
    show(suggestions) {
      if (!suggestions) {
        fade(true);
        return;
      }
      while (items.length < suggestions.length) {
        const index = items.length;
        items.push(createItem(() => !stale && events.onTake(index)));
        list.append(items[index].root);
      }
      for (const item of items.splice(suggestions.length)) item.root.remove();
      const words = parted(suggestions);
      items.forEach((item, i) => item.show(words[i], suggestions[i]));
      root.hidden = !items.length;
      fade(false);
    },
  };
}
