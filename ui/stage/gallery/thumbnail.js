// A small picture of a surface, drawn from heights in the page's own colours.

const BANDS = 10; // contour lines

/** @typedef {Array<[number, string]>} Scale colours at shares of the height */

/**
 * The colours of 256 heights as red, green, blue.
 * @param {Scale} scale
 */
export function colorTable(scale) {
  const stops = scale.map(([share, color]) => ({ share, rgb: [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16)) }));
  const table = new Uint8ClampedArray(256 * 3);
  for (let height = 0; height < 256; height++) {
    const share = Math.min(height / 254, 1);
    const next = Math.max(1, stops.findIndex((stop) => stop.share >= share));
    const [a, b] = [stops[next - 1], stops[next]];
    const t = (share - a.share) / (b.share - a.share || 1);
    for (let i = 0; i < 3; i++) table[3 * height + i] = a.rgb[i] + t * (b.rgb[i] - a.rgb[i]);
  }
  return table;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} heights side by side, the lowest row first; 255 is no number
 * @param {number} side
 * @param {Uint8ClampedArray} colors
 */
export function drawThumbnail(canvas, heights, side, colors) {
  const context = canvas.getContext("2d");
  const size = canvas.width;
  if (!context || !size) return;
  const image = context.createImageData(size, size);
  const scale = (side - 1) / (size - 1);
  const row = new Float32Array(size); // the heights of the row above, for the contour lines
  for (let j = 0; j < size; j++) {
    const v = (size - 1 - j) * scale;
    const y = Math.min(Math.floor(v), side - 2);
    let left = NaN;
    for (let i = 0; i < size; i++) {
      const u = i * scale;
      const x = Math.min(Math.floor(u), side - 2);
      const [fx, fy, at] = [u - x, v - y, y * side + x];
      const [a, b, c, d] = [heights[at], heights[at + 1], heights[at + side], heights[at + side + 1]];
      const to = 4 * (j * size + i);
      if (a === 255 || b === 255 || c === 255 || d === 255) {
        left = row[i] = NaN;
        continue; // left transparent: there is no number
      }
      const height = (1 - fy) * ((1 - fx) * a + fx * b) + fy * ((1 - fx) * c + fx * d);
      const band = Math.floor((height * BANDS) / 255);
      const line = (left === left && Math.floor((left * BANDS) / 255) !== band) || (j > 0 && row[i] === row[i] && Math.floor((row[i] * BANDS) / 255) !== band);
      const shade = line ? 0.86 : 1;
      const from = 3 * Math.round(height);
      for (let k = 0; k < 3; k++) image.data[to + k] = colors[from + k] * shade;
      image.data[to + 3] = 255;
      left = row[i] = height;
    }
  }
  context.putImageData(image, 0, 0);
}
