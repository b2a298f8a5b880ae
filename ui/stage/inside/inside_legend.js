// What the marks of an optimizer's inside mean, in one line under the map.

/** @typedef {import("../flow/packet.js").Packet} Packet */

const GLYPHS = {
  step: '<path d="M2 8h12" stroke-width="3.4"/><path d="M21 8 12.5 3.4 15 8l-2.5 4.6z" fill="currentColor" stroke-width="1"/>',
  gradient: '<path d="M2 8h18M15.5 4 20.5 8l-5 4"/>',
  velocity: '<path d="M2 8h12"/><path d="M21 8l-8-3.8v7.6z" fill="currentColor" stroke-width="1"/>',
  dashes: '<path d="M2 8h20" stroke-dasharray="4 4"/>',
  spread: '<ellipse cx="12" cy="8" rx="10" ry="5" stroke-dasharray="1.5 2.5"/><path d="M2 8h20M12 3v10" stroke-dasharray="1.5 2.5"/>',
  simplex: '<path d="M4 13 20 11 11 3z"/>',
  ellipse: '<ellipse cx="12" cy="8" rx="9" ry="4.5" transform="rotate(-20 12 8)"/>',
  swarm: '<g fill="currentColor" stroke="none"><circle cx="5" cy="10" r="2.2"/><circle cx="12" cy="4.5" r="2.2"/><circle cx="18.5" cy="9.5" r="2.2"/></g>',
  point: '<path d="M17.5 8l-2.75 4.76h-5.5L6.5 8l2.75-4.76h5.5z"/>',
  way: '<path d="M1 8h5M18 8h5"/><path d="M17 8l-2.5 4.33h-5L7 8l2.5-4.33h5z"/>',
};

/**
 * @param {Packet} packet
 * @param {boolean[]} shown
 * @returns {Array<[keyof typeof GLYPHS, string]>}
 */
export function insideEntries(packet, shown) {
  const shapes = packet.shapes.flatMap((some, i) => (shown[i] ? some : []));
  const arrows = (packet.inside?.runs ?? []).flatMap((run, i) => (shown[i] ? run.arrows : []));
  const has = (/** @type {string} */ of) => arrows.some((arrow) => arrow.of === of);
  const directions = arrows.some((arrow) => arrow.of !== "step");
  const spread = (packet.inside?.runs ?? []).some((run, i) => shown[i] && run.spread);
  /** @type {Array<[keyof typeof GLYPHS, string, boolean]>} */
  const all = [
    ["step", "Step taken, true to scale", has("step")],
    ["gradient", "Downhill, −gradient × rate", has("gradient")],
    ["velocity", "What is carried along", has("velocity")],
    ["dashes", "Dashed: direction only", directions],
    ["spread", "Reach on each axis, shape only", spread],
  ];
  /** @type {Map<string, [keyof typeof GLYPHS, string]>} */
  const named = new Map();
  for (const shape of shapes) {
    const kind = shape.way ? "way" : /** @type {keyof typeof GLYPHS} */ (shape.kind);
    named.set(shape.name, [kind, shape.name.charAt(0).toUpperCase() + shape.name.slice(1)]);
  }
  return [...named.values(), ...all.filter(([, , present]) => present).map(([glyph, text]) => /** @type {[keyof typeof GLYPHS, string]} */ ([glyph, text]))];
}

/**
 * @param {HTMLElement} host
 * @param {Packet} packet
 * @param {boolean[]} shown
 */
export function showInsideLegend(host, packet, shown) {
  const entries = insideEntries(packet, shown);
  const key = JSON.stringify(entries);
  if (host.dataset.key === key) return;
  host.dataset.key = key;
  host.hidden = !entries.length;
  host.replaceChildren(
    ...entries.map(([glyph, text]) => {
      const item = document.createElement("li");
      item.dataset.mark = glyph;
      item.innerHTML = `<svg width="24" height="16" viewBox="0 0 24 16" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${GLYPHS[glyph]}</svg>`;
      item.append(text);
      return item;
    }),
  );
}
