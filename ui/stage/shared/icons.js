// Line icons, drawn for this stage on a 20 by 20 grid.

const SHAPES = {
  play: '<path d="M6.5 4.2v11.6L16 10z" fill="currentColor"/>',
  pause: '<path d="M6.8 4.5v11M13.2 4.5v11" stroke-width="2.6"/>',
  first: '<path d="M5 4.5v11M15.2 5 8.6 10l6.6 5z"/>',
  last: '<path d="M15 4.5v11M4.8 5l6.6 5-6.6 5z"/>',
  back: '<path d="M12.4 4.6 6.6 10l5.8 5.4"/>',
  forward: '<path d="M7.6 4.6 13.4 10l-5.8 5.4"/>',
  loop: '<path d="M4 9.2A5.2 5.2 0 0 1 9 5h6M13 2.8 15.4 5 13 7.2M16 10.8A5.2 5.2 0 0 1 11 15H5M7 17.2 4.6 15 7 12.8"/>',
  expand: '<path d="M8 3.5H3.5V8M12 3.5h4.5V8M8 16.5H3.5V12M12 16.5h4.5V12"/>',
  link: '<path d="M8.4 11.6a3.2 3.2 0 0 0 4.6 0l2.9-2.9a3.2 3.2 0 0 0-4.6-4.6L10 5.4M11.6 8.4a3.2 3.2 0 0 0-4.6 0l-2.9 2.9a3.2 3.2 0 0 0 4.6 4.6L10 14.6"/>',
  save: '<path d="M10 3.4v9.2M6.2 8.9 10 12.7l3.8-3.8M3.8 13.4v3.1h12.4v-3.1"/>',
  braces: '<path d="M7.6 3.6H7A1.8 1.8 0 0 0 5.2 5.4v2.2c0 1.3-.8 2.1-2 2.4 1.2.3 2 1.1 2 2.4v2.2A1.8 1.8 0 0 0 7 16.4h.6M12.4 3.6h.6a1.8 1.8 0 0 1 1.8 1.8v2.2c0 1.3.8 2.1 2 2.4-1.2.3-2 1.1-2 2.4v2.2a1.8 1.8 0 0 1-1.8 1.8h-.6"/>',
  inside: '<circle cx="4.8" cy="15.2" r="1.9" fill="currentColor"/><path d="M6.4 13.6 14 4M14 4l-4.4 1.4M14 4l.2 4.6M7.2 15.2h9.3M16.5 15.2l-3-2.6M16.5 15.2l-3 2.6"/>',
  maps: '<path d="M3.4 4.2h13.2v11.6H3.4z"/><path d="M3.4 12.4c3-.4 3.6-2.6 3.2-4.6-.3-1.6.6-3 1.8-3.6M10 15.8c-.8-2.2.6-3.8 2.6-4 1.9-.2 3.2-.8 4-2.2"/><circle cx="13" cy="7.4" r="1" fill="currentColor"/>',
  close: '<path d="m5.2 5.2 9.6 9.6M14.8 5.2l-9.6 9.6"/>',
  swap: '<path d="M4 7.2h11.4M12.4 4.2l3 3-3 3M16 12.8H4.6M7.6 9.8l-3 3 3 3"/>',
  strike: '<circle cx="10" cy="10" r="5.4"/><path d="M3.4 16.6 16.6 3.4"/>',
  bin: '<path d="M4 5.8h12M8 5.8V3.8h4v2M5.4 5.8l.8 10.6h7.6l.8-10.6M8.4 8.8v4.6M11.6 8.8v4.6"/>',
  plus: '<path d="M10 4.5v11M4.5 10h11"/>',
  minus: '<path d="M4.5 10h11"/>',
  pin: '<path d="M7.2 3.5h5.6l-.6 5 2.3 2.7H5.5l2.3-2.7zM10 11.2v5.6"/>',
  undo: '<path d="M7.4 4.2 3.8 7.8l3.6 3.6M4.2 7.8h7.4a4.4 4.4 0 0 1 0 8.8H8"/>',
  redo: '<path d="m12.6 4.2 3.6 3.6-3.6 3.6M15.8 7.8H8.4a4.4 4.4 0 0 0 0 8.8H12"/>',
  present: '<path d="M3 4h14M4.2 4v8.4h11.6V4M10 12.4v4M7 16.6h6"/><path d="m8.8 6.4 3 1.8-3 1.8z" fill="currentColor"/>',
  names: '<path d="M3.5 6.2h9.2l4 3.8-4 3.8H3.5z"/><path d="M6.2 10h4.2"/>',
  lens: '<ellipse cx="10" cy="10" rx="7.6" ry="4" transform="rotate(-32 10 10)"/><path d="M3.6 14 16.4 6M7.9 6.6l4.2 6.8"/>',
  dice: '<rect x="3.5" y="3.5" width="13" height="13" rx="2.5"/><path d="M7 7h.01M13 13h.01M13 7h.01M7 13h.01M10 10h.01" stroke-width="2.3"/>',
  home: '<path d="M4.2 8.6V4.2h4.4M4.4 4.4a8 8 0 1 1-1.9 6.6" />',
  eye: '<path d="M2.2 10S5 4.8 10 4.8 17.8 10 17.8 10 15 15.2 10 15.2 2.2 10 2.2 10z"/><circle cx="10" cy="10" r="2.4"/>',
  closed: '<path d="M2.6 8.2c1.4 2.1 4 4 7.4 4s6-1.9 7.4-4M5.4 11.2l-1.5 2.3M14.6 11.2l1.5 2.3M10 12.4v2.9"/>',
  good: '<circle cx="10" cy="10" r="7"/><path d="M6.6 10.3 9 12.7l4.5-5.2"/>',
  fair: '<circle cx="10" cy="10" r="7"/><path d="M6.5 10h7"/>',
  bad: '<path d="M10 3.2 17.4 16H2.6z"/><path d="M10 8.2v3.6M10 13.7v.3"/>',
  open: '<circle cx="10" cy="10" r="7" stroke-dasharray="3.6 2"/><path d="M7 10h.1M10 10h.1M13 10h.1" stroke-width="2.2"/>',
};

/** @typedef {keyof typeof SHAPES} Icon */

/**
 * @param {Icon} name
 * @param {number} [size]
 */
export function icon(name, size = 20) {
  const holder = document.createElement("template");
  holder.innerHTML =
    `<svg width="${size}" height="${size}" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" ` +
    `stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${SHAPES[name]}</svg>`;
  return /** @type {SVGElement} */ (holder.content.firstElementChild);
}

/**
 * @param {Element} button
 * @param {Icon} name
 */
export function setIcon(button, name) {
  if (button.getAttribute("data-icon") === name && button.firstElementChild) return;
  button.setAttribute("data-icon", name);
  button.replaceChildren(icon(name));
}

/** Fill every empty `data-icon` below an element. @param {Element} root */
export function placeIcons(root) {
  for (const button of root.querySelectorAll("[data-icon]")) {
    button.replaceChildren(icon(/** @type {Icon} */ (button.getAttribute("data-icon"))));
  }
}
