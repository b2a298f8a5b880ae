// Pictures in words: where runs went and what became of them, without those that are hidden.

import assert from "node:assert/strict";
import { test } from "node:test";

import { described } from "../../ui/stage/flow/descriptions.js";
import { aPacket, aRun, aScene, floats } from "./made.js";

const run = aRun({ name: "Adam", title: "Global minimum", last: 1, series: { x: floats(-2, 0.5), y: floats(1, 0), loss: floats(4, 0.25) } });
const packet = aPacket({ about: "**Himmelblau.** Four minima.", view: [[-5, 5], [0, 4]], steps: 1200 });

test("a picture says its surface, its window and each run's way and end", () => {
  const said = described({ packet, surface: /** @type {any} */ ({}), scene: aScene([run]) });
  assert.equal(said.map, "Contour map of Himmelblau, x from −5 to 5, y from 0 to 4. Adam goes from (−2, 1) to (0.5, 0): global minimum.");
  assert.equal(said.curves, "Curves over 1,200 steps. Loss: Adam from 4 to 0.25.");
  assert.ok(said.relief.startsWith("Himmelblau as a relief"));
});

test("hidden runs are not told, and where there is none that is said", () => {
  const said = described({ packet, surface: /** @type {any} */ ({}), scene: aScene([run], { shown: [false] }) });
  assert.ok(said.map.endsWith("No run is shown.") && said.curves.endsWith("no run is shown."));
});
