// What the map's axes are called where they are a model's weights: on the map, and beside the start's numbers.

const PLAIN = ["x", "y"];

/** @param {HTMLElement} root */
export function createAxisNames(root) {
  const onMap = [...root.querySelectorAll(".thw-axis")];
  const fields = [...root.querySelectorAll(".thw-fields label")];

  return {
    /** @param {import("../flow/picture.js").Picture} picture */
    show({ packet }) {
      const names = packet.data?.weights ?? PLAIN;
      for (const [place, element] of onMap.entries()) {
        /** @type {HTMLElement} */ (element).hidden = names === PLAIN;
        element.textContent = names[place];
      }
      for (const [place, label] of fields.entries()) {
        const [name, box] = [/** @type {HTMLElement} */ (label.querySelector("span")), /** @type {HTMLElement} */ (label.querySelector("input"))];
        name.textContent = names[place];
        box.setAttribute("aria-label", `Start ${names[place]}`);
      }
    },
  };
}
