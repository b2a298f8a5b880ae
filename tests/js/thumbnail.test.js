// Small pictures of surfaces: colours in between, the lowest row at the bottom, nothing where there is no number.

import assert from "node:assert/strict";
import { test } from "node:test";

import { colorTable, drawThumbnail } from "../../ui/stage/gallery/thumbnail.js";

/** @param {number[]} heights @param {number} side @param {number} size @param {Uint8ClampedArray} colors */
function drawn(heights, side, size, colors) {
  /** @type {Uint8ClampedArray|null} */
  let data = null;
  const context = { createImageData: () => ({ data: new Uint8ClampedArray(4 * size * size) }), putImageData: (/** @type {any} */ image) => (data = image.data) };
  drawThumbnail(/** @type {any} */ ({ width: size, getContext: () => context }), Uint8Array.from(heights), side, colors);
  return /** @type {Uint8ClampedArray} */ (/** @type {unknown} */ (data));
}

test("a colour scale has its own colours at its stops and mixtures between them", () => {
  const table = colorTable([[0, "#000000"], [0.5, "#ff0000"], [1, "#ffffff"]]);
  const at = (/** @type {number} */ height) => [...table.subarray(3 * height, 3 * height + 3)];
  assert.deepEqual([0, 127, 254].map(at), [[0, 0, 0], [255, 0, 0], [255, 255, 255]]);
  assert.deepEqual(at(63), [126, 0, 0]);
});

test("the lowest row of the heights is the lowest of the picture, and between heights it is linear", () => {
  const grey = Uint8ClampedArray.from({ length: 768 }, (_, i) => Math.floor(i / 3));
  const data = drawn([0, 20, 4, 24], 2, 3, grey);
  const rows = [0, 1, 2].map((j) => [0, 1, 2].map((i) => data[4 * (3 * j + i)]));
  assert.deepEqual(rows, [[4, 14, 24], [2, 12, 22], [0, 10, 20]]);
});

test("where there is no number the picture is clear", () => {
  const data = drawn([0, 0, 255, 0, 0, 0, 0, 0, 0], 3, 5, new Uint8ClampedArray(768));
  const clear = [...data].filter((_, i) => i % 4 === 3).map((alpha) => alpha === 0);
  assert.ok(clear.at(-1) && !clear[0]);
  for (let corner = 0; corner < 4; corner++) {
    const heights = [0, 0, 0, 0].map((height, i) => (i === corner ? 255 : height));
    assert.ok(drawn(heights, 2, 3, new Uint8ClampedArray(768)).every((part) => part === 0));
  }
});

test("a contour line is drawn where a band of height ends", () => {
  const white = new Uint8ClampedArray(768).fill(200);
  const data = drawn([0, 100, 0, 100], 2, 21, white);
  const row = Array.from({ length: 21 }, (_, i) => data[4 * i]);
  assert.deepEqual(row.map((value, i) => (value < 200 ? i : -1)).filter((i) => i >= 0), [6, 11, 16]); // 25.5, 51 and 76.5
});
