// Numbers as they are written on the page and typed into it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { coordinate, count, number, said, steady, typed } from "../../ui/stage/shared/format.js";
import { cellText, inFormula, written } from "../../ui/stage/inside/inside_text.js";
import { readNumber } from "../../ui/stage/panel/number_text.js";

/** @param {(value: number) => string} write @param {Array<[number, string]>} table */
const says = (write, table) => table.forEach(([value, text]) => assert.equal(write(value), text));

test("a number has at most four significant digits and a typeset minus", () => {
  says(number, [[0.012345, "0.01235"], [12.3, "12.3"], [-2.5, "−2.5"], [99994, "99990"], [99999, "1e5"], [123456, "1.235e5"], [1.2344e-8, "1.234e−8"], [0.001, "0.001"], [-0.00099, "−9.9e−4"]]);
});

test("what is no number is not finite, and no zero has a sign", () => {
  for (const write of [number, steady, typed]) says(write, [[NaN, "not finite"], [Infinity, "not finite"], [-Infinity, "not finite"], [0, "0"], [-0, "0"]]);
});

test("what is written reads back within half of its last digit", () => {
  for (let exponent = -12; exponent <= 12; exponent++) {
    for (const mantissa of [1, 1.00049, 2.71828, 9.9994, -3.14159]) {
      const value = mantissa * 10 ** exponent;
      const back = Number(typed(value, 4));
      assert.ok(Math.abs(back - value) <= 0.5e-3 * 10 ** exponent * (1 + 1e-9), `${value} as ${number(value)}`);
      assert.equal(readNumber(number(value)), back);
    }
  }
});

test("a coordinate has the decimals that the window's width asks for", () => {
  assert.equal(coordinate(1.23456, 4), "1.235");
  assert.equal(coordinate(-1.23456, 40), "−1.23");
  assert.equal(coordinate(1.23456, 0.004), "1.234560");
  assert.equal(coordinate(512.4, 1000), "512");
  assert.equal(coordinate(1, 1e-12), "1.00000000");
  assert.equal(coordinate(-1e-9, 4), "0.000");
});

test("the values of a step keep their width", () => {
  says(steady, [[1.39, "1.390"], [-0.04, "−0.04000"], [3.1e-5, "3.100e−5"], [-3.1e-5, "−3.100e−5"], [12345, "12350"], [98764, "98760"], [123456, "1.235e5"], [0, "0"], [9999.4, "9999"], [9999.6, "10000"], [99996, "1.000e5"], [-9.9999e-4, "−0.001000"]]);
});

test("pairs, points and matrices are written as such", () => {
  assert.equal(written([1.5]), "1.500");
  assert.equal(written([1, 2]), "(1.000,\u00a02.000)");
  assert.equal(written([1, 2, 3, 4, 5, 6]), "(1.000,\u00a02.000)\n(3.000,\u00a04.000)\n(5.000,\u00a06.000)");
  assert.equal(written([1, 0, 0, 2]), "[1.000,\u00a00; 0,\u00a02.000]");
  assert.equal(cellText("matrix", [1, 0, 0, 2], false), "[1.000,\u00a00;\n0,\u00a02.000]");
  assert.equal(cellText("ellipse", [3, 4, 1, 0, 0, 2], false), "(3.000,\u00a04.000)\n[1.000,\u00a00;\n0,\u00a02.000]");
  assert.equal(cellText("vector", [3, 4], false), "(3.000,\u00a04.000)");
});

test("in a formula a negative number stands in parentheses, a setting as it was set", () => {
  assert.equal(inFormula([-0.5], false, false), "(−0.5000)");
  assert.equal(inFormula([0.9], true, false), "0.9");
  assert.equal(inFormula([-1, 2], true, false), "(−1,\u00a02)");
  assert.equal(inFormula([1, 2, 3], true, true), "(1, 2, 3)");
});

test("typed numbers may have a comma, a typeset minus, a sign and an exponent", () => {
  for (const [text, value] of /** @type {Array<[string, number]>} */ ([["1,5", 1.5], [" −2 ", -2], ["+3.", 3], [".5", 0.5], ["1e-3", 0.001], ["-1.5E+2", -150], ["−3.1e−5", -3.1e-5]])) assert.equal(readNumber(text), value);
});

test("what is no number is not taken for one", () => {
  for (const text of ["", " ", ".", "e5", "1,000,5", "1 2", "0x10", "Infinity", "NaN", "1e", "--1", "12a"]) assert.ok(Number.isNaN(readNumber(text)), text);
});

test("a box shows no trailing zeros, and the keyboard's minus", () => {
  says(typed, [[0.1 + 0.2, "0.3"], [1200, "1200"], [-2.5, "-2.5"], [-1e-7, "-1e-7"]]);
  assert.equal(typed(1.23456, 3), "1.23");
});

test("a count has a comma between thousands and all its digits", () => {
  says(count, [[0, "0"], [999, "999"], [1000, "1,000"], [20000, "20,000"], [1234567, "1,234,567"], [117.5, "117.5"]]);
});

test("numbers within a text are written where they stand", () => {
  assert.equal(said([{ real: 0.123456 }, " at step ", { count: 1200 }]), "0.1235 at step 1,200");
  assert.equal(said(["(", { real: -1.5 }, ", ", { real: null }, ")"]), "(−1.5, not finite)");
});

test("in a formula what was set and what counts keep their digits", () => {
  assert.equal(inFormula([0.99999], true, false), "0.99999");
  assert.equal(inFormula([12345], true, false), "12345");
  assert.equal(inFormula([1e-8], true, false), "1e−8");
});
