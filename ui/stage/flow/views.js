// The views of a picture: one interface for all, and the loops over them.

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./picture.js").Moment} Moment
 *
 * @typedef {Object} View what shows some of the picture; a member that a view has no use for is left out
 * @property {(picture: Picture) => unknown} [show] a promise where it takes a while; colours are part of a picture, so another theme comes this way, too
 * @property {(picture: Picture) => void} [sketch] paths and curves of a moment ago, on the same ground: while a hand moves something
 * @property {(picture: Picture) => boolean} [late] whether the others are shown before it
 * @property {(moment: Moment) => void} [draw] another step of the picture that is shown
 * @property {() => unknown} [resize] its plot has another size
 * @property {() => void} [destroy]
 *
 * @typedef {Object} Part a view on the stage
 * @property {string} name as a sentence begins with it, "The curves"
 * @property {View} view
 * @property {HTMLElement} [place] where it is said that it could not be shown
 * @property {HTMLElement} [plot] whose size it follows
 * @property {boolean} [words] while something moves they cannot be read, and are drawn less often
 */

const READABLE = 80; // ms between two drawings of words

/**
 * Where one view fails, it is said, and the others go on.
 * @param {Part[]} parts in the order in which they are shown and drawn
 * @param {ReturnType<typeof import("./standing.js").createStanding>} standing
 */
export function createViews(parts, standing) {
  let read = -READABLE;
  /** @type {Part[]} those that the picture that is shown has left for later */
  let left = [];

  /** What takes no time is done when this returns. @param {Part} part @param {Picture} picture */
  function showOne({ name, view, place }, picture) {
    const work = standing.part(name, place ?? null, () => view.show?.(picture));
    return work instanceof Promise ? standing.slowPart(name, place ?? null, () => work) : null;
  }

  const isLate = (/** @type {Part} */ { view }, /** @type {Picture} */ picture) => Boolean(view.late?.(picture));

  return {
    /** Show a picture in all views but those that are late. @param {Picture} picture */
    async show(picture) {
      left = [];
      for (const part of parts) {
        const late = isLate(part, picture); // asked in its turn: those before it may have taken its room
        if (late) left.push(part);
        const work = late ? null : showOne(part, picture);
        if (work) await work;
      }
    },
    /** Show it in those as well, the last first, with a frame between them for what moves. @param {Picture} picture */
    async showLate(picture) {
      const late = parts.filter((one) => left.includes(one) || isLate(one, picture)).reverse(); // room may have been taken from one meanwhile
      left = [];
      for (const part of late) {
        if (late.length > 1) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        await showOne(part, picture);
      }
    },
    /** What moves, in those that show it. @param {Picture} picture */
    sketch(picture) {
      for (const { name, view, place = null } of parts) if (view.sketch) standing.part(name, place, () => view.sketch?.(picture));
    },
    /** @param {Moment} moment */
    draw(moment) {
      const now = performance.now();
      const readable = !moment.moving || now - read >= READABLE;
      if (readable) read = now;
      for (const { name, view, words } of parts) {
        if (view.draw && (readable || !words)) standing.part(name, null, () => view.draw?.(moment));
      }
    },
    /** What is to be watched for its size. */
    plots: parts.flatMap(({ plot }) => (plot ? [plot] : [])),
    /** @param {Set<Element>} changed plots */
    async resize(changed) {
      for (const { name, view, plot } of parts) {
        if (plot && changed.has(plot)) await standing.slowPart(name, null, async () => view.resize?.());
      }
    },
    destroy() {
      for (const { view } of parts) view.destroy?.();
    },
  };
}
