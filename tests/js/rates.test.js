// The rate's slider: where a drag leads, coarse and fine, and the decades that its scale shows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { travelled } from "../../ui/stage/panel/fine_slider.js";
import { rateScale } from "../../ui/stage/panel/rate_scale.js";

const ALLOWED = { low: 1e-9, high: 1e3 };

/** From where to where a scale goes, in powers of ten. @param {{suits: number, value: number, limit?: number}} rate */
function decades(rate) {
  const { min, max } = rateScale({ ...ALLOWED, ...rate });
  return [min / 1000, max / 1000];
}

test("a rate's slider goes three decades around what suits the surface", () => {
  assert.deepEqual(decades({ suits: 0.1, value: 0.2 }), [-2.5, 0.5]);
  assert.deepEqual(decades({ suits: 1e-4, value: 1e-4 }), [-5.5, -2.5]);
});

test("it is widened by whole decades for what is set, and for a limit that is no more than a decade away", () => {
  assert.deepEqual(decades({ suits: 0.1, value: 4 }), [-2.5, 1.5]);
  assert.deepEqual(decades({ suits: 0.1, value: 2e-5 }), [-5.5, 0.5]);
  assert.deepEqual(decades({ suits: 0.1, value: 0.1, limit: 20 }), [-2.5, 1.5]);
  assert.deepEqual(decades({ suits: 0.1, value: 0.1, limit: 0.001 }), [-3.5, 0.5]);
  assert.deepEqual(decades({ suits: 0.1, value: 0.1, limit: 40 }), [-2.5, 0.5]);
});

test("it never goes beyond what is allowed, and ends at it exactly", () => {
  const scale = rateScale({ ...ALLOWED, suits: 500, value: 1e3 });
  assert.deepEqual([scale.max, scale.value(scale.max)], [3000, 1e3]);
  const low = rateScale({ ...ALLOWED, suits: 1e-8, value: 1e-9 });
  assert.deepEqual([low.min, low.value(low.min)], [-9000, 1e-9]);
});

test("whatever is set lies on the slider", () => {
  for (let power = -9; power <= 3; power += 0.037) {
    const value = 10 ** power;
    const scale = rateScale({ ...ALLOWED, suits: 0.003, value });
    const back = scale.value(scale.position(value), true);
    assert.ok(Math.abs(back / value - 1) < 2e-3, `${value} became ${back}`);
  }
});

test("a coarse hand sets three digits and a fine one four, rising all the way", () => {
  const scale = rateScale({ ...ALLOWED, suits: 0.1, value: 0.2 });
  const at = scale.position(0.2) + 1;
  assert.deepEqual([scale.value(at), scale.value(at, true)], [0.2, 0.2004]); // 10^(-698/1000) = 0.200447
  for (let place = scale.min + 1; place <= scale.max; place++) assert.ok(scale.value(place, true) > scale.value(place - 1, true));
  for (const near of [0.19, 0.2, 0.21]) assert.equal(scale.value(scale.position(near)), near);
});

test("the tick stands at the limit and says so, and is not there beyond the ends", () => {
  const scale = rateScale({ ...ALLOWED, suits: 0.1, value: 0.1, limit: 0.2 });
  const tick = scale.tick(0.2);
  assert.equal(tick?.text, "stable below 0.2");
  assert.ok(Math.abs((tick?.share ?? 0) - (Math.log10(0.2) + 2.5) / 3) < 1e-12);
  assert.deepEqual([scale.tick(40), scale.tick(0.0001), scale.tick(undefined), scale.tick(NaN)], [null, null, null, null]);
});

const ENDS = /** @type {[number, number]} */ ([0, 1000]);

test("a coarse drag keeps the slider's distance from the pointer, also after it was beyond an end", () => {
  let travel = { position: 500, at: 505, offset: -5 };
  travel = travelled(travel, 605, false, ENDS);
  assert.equal(travel.position, 600);
  travel = travelled(travel, 1200, false, ENDS);
  assert.equal(travel.position, 1000);
  assert.equal(travelled(travel, 805, false, ENDS).position, 800);
});

test("a fine drag goes a tenth of the way from where the slider is, and neither begins nor ends with a jump", () => {
  let travel = { position: 500, at: 500, offset: 0 };
  travel = travelled(travel, 600, false, ENDS);
  travel = travelled(travel, 600, true, ENDS);
  assert.equal(travel.position, 600);
  travel = travelled(travel, 650, true, ENDS);
  assert.equal(travel.position, 605);
  travel = travelled(travel, 650, false, ENDS);
  assert.equal(travel.position, 605);
  assert.equal(travelled(travel, 660, false, ENDS).position, 615);
});

test("a fine drag at an end turns back at once", () => {
  let travel = { position: 990, at: 990, offset: 0 };
  travel = travelled(travel, 1500, true, ENDS);
  assert.equal(travel.position, 1000);
  assert.equal(travelled(travel, 1400, true, ENDS).position, 990);
});
