// The elements of the stage that are there from the beginning, all of stage.html.

/** @param {HTMLElement} root */
export function elementsOf(root) {
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const byId = (/** @type {string} */ id) => find(`[data-testid="${id}"]`);
  return {
    /** By a selector. */
    find,
    /** By the name that tests use, too. */
    byId,
    /** @param {string} id of a field */
    field: (id) => /** @type {HTMLInputElement} */ (byId(id)),
    /** @param {string} id @param {() => void} act */
    onClick: (id, act) => byId(id).addEventListener("click", act),
  };
}
