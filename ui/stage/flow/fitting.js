// Fits the plots to the room that they have, at most once a frame.

/**
 * @param {HTMLElement[]} plots
 * @param {{ready: () => boolean, fit: (changed: Set<Element>) => void}} events ready: whether there is something to fit
 */
export function watchSizes(plots, { ready, fit }) {
  /** @type {Set<Element>} */
  let changed = new Set();
  let request = 0;
  const watcher = new ResizeObserver((entries) => {
    for (const entry of entries) changed.add(entry.target);
    cancelAnimationFrame(request);
    request = requestAnimationFrame(() => {
      if (!ready()) return;
      const all = changed;
      changed = new Set();
      fit(all);
    });
  });
  for (const plot of plots) watcher.observe(plot);
  return {
    destroy() {
      watcher.disconnect();
      cancelAnimationFrame(request);
    },
  };
}
