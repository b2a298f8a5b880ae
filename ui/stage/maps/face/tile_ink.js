// Draws the cells that are here: coarse ones under finer ones, each as a whole number of its own, never smoothed.

import { cellOf, nameOf, sideAt, tilesIn } from "../tiles/tile_lattice.js";

/**
 * @typedef {import("../tiles/tile.js").Tile} Tile
 * @typedef {import("../tiles/tile_lattice.js").Box} Box
 * @typedef {ReturnType<typeof import("../colours/colours.js").createColours>} Colours
 *
 * @typedef {Object} Cells
 * @property {number[]} levels to be drawn, the last on top
 * @property {(name: string) => Tile|undefined} tile
 */

/** @type {WeakMap<Tile, {key: string, canvas: HTMLCanvasElement}>} */
const painted = new WeakMap();

/** A tile in colours, one pixel a cell. @param {Tile} tile @param {Colours} colours */
function pictureOf(tile, colours) {
  const old = painted.get(tile);
  if (old?.key === colours.key) return old.canvas;
  const canvas = old?.canvas ?? Object.assign(document.createElement("canvas"), { width: tile.width, height: tile.height });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = pen.createImageData(tile.width, tile.height);
  colours.paint(tile, new Uint32Array(image.data.buffer));
  pen.putImageData(image, 0, 0);
  painted.set(tile, { key: colours.key, canvas });
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} pen whose origin is the frame's corner
 * @param {import("../../shared/plotly_internals.js").Frame} frame
 * @param {Cells} cells
 * @param {Box} base
 * @param {Colours} colours
 */
export function drawCells(pen, { x, y, width, height }, { levels, tile }, base, colours) {
  pen.clearRect(0, 0, width, height);
  pen.imageSmoothingEnabled = false;
  const ratio = pen.canvas.width / width;
  for (const level of levels) {
    const side = sideAt(level);
    const [left, bottom] = [pixelsOf(base[0], level, x, width, ratio), pixelsOf(base[1], level, y, height, ratio)];
    for (const place of tilesIn([x.range, y.range], base, level)) {
      const one = tile(nameOf(place));
      if (!one) continue;
      const [fromX, toX] = [left(place.column * side), left((place.column + 1) * side)];
      const [fromY, toY] = [bottom(place.row * side), bottom((place.row + 1) * side)];
      pen.drawImage(pictureOf(one, colours), fromX, toY, toX - fromX, fromY - toY);
    }
  }
}

/**
 * From a cell's number to pixels, those of the screen, so that tiles meet; exact also where what is seen is far from the map's corner.
 * @param {[number, number]} base
 * @param {number} level
 * @param {{scale: number, range: [number, number]}} axis
 * @param {number} length px
 * @param {number} ratio pixels of the screen a px
 */
function pixelsOf(base, level, { scale, range: [from, to] }, length, ratio) {
  const [first, last] = [cellOf(base, level, from), cellOf(base, level, to)];
  const across = length / (last - first);
  return (/** @type {number} */ cell) => Math.round((scale > 0 ? (cell - first) * across : length - (cell - first) * across) * ratio) / ratio;
}
