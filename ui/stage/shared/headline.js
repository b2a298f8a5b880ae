// What is said of a run first, where there is room for one word: what became of it, unless what was not seen tells more.

/**
 * A fit that holds adds nothing; one that does not is what matters, wherever the training loss came to.
 * @param {import("../flow/packet.js").Run} run
 * @returns {{title: string, tone: import("../flow/packet.js").Tone}}
 */
export const headline = (run) => (run.fit && run.fit.kind !== "FITS" ? run.fit : run);
