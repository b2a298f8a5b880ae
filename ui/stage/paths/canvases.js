// Canvases that lie over a plot.

/**
 * @param {HTMLElement} host
 * @param {string} name
 */
export function addCanvas(host, name) {
  const canvas = document.createElement("canvas");
  canvas.className = `thw-canvas thw-${name}`;
  canvas.setAttribute("aria-hidden", "true");
  host.append(canvas);
  return canvas;
}

/**
 * Lay a pen's canvas over a frame and so many pixels around it; the pen's origin is the frame's corner.
 * @param {CanvasRenderingContext2D} pen
 * @param {{left: number, top: number, width: number, height: number, ratio: number}} frame
 * @param {number} rim
 */
export function fitCanvas(pen, { left, top, width, height, ratio }, rim) {
  const [wide, high] = [width + 2 * rim, height + 2 * rim];
  pen.canvas.width = Math.round(wide * ratio);
  pen.canvas.height = Math.round(high * ratio);
  pen.canvas.style.cssText = `left:${left - rim}px;top:${top - rim}px;width:${wide}px;height:${high}px`;
  pen.setTransform(ratio, 0, 0, ratio, rim * ratio, rim * ratio);
}
