// The path of examples: which of them a link belongs to, and sentences with a little Markdown.

import assert from "node:assert/strict";
import { test } from "node:test";

import { exampleOf, same } from "../../ui/stage/lesson/examples.js";
import { pieces } from "../../ui/stage/lesson/markdown.js";

/** @param {string} key @param {string} query */
const example = (key, query) => ({ key, group: "", title: "", observe: "", query });
const PATH = [example("a", "on=camel&start=1~1&r1=adam~0.1"), example("b", "on=camel&start=1~1&r1=adam~0.2"), example("c", "on=formula&formula=x&start=0~0")];

/** @param {string} query @param {string|null} [before] */
const found = (query, before = null) => exampleOf(PATH, query, before)?.key ?? null;

test("a link is the example that it shows, whatever was there before and in whatever order its words are", () => {
  assert.equal(found("r1=adam~0.2&start=1~1&on=camel", "a"), "b");
  assert.ok(same("a=1&b=2", "b=2&a=1") && !same("a=1", "a=1&b=2"));
});

test("a changed example stays the lesson as long as the surface is its own", () => {
  assert.equal(found("on=camel~k~2&start=3~3&r1=lion~9", "a"), "a");
  assert.equal(found("on=bowl&start=1~1&r1=adam~0.1", "a"), null);
  assert.equal(found("on=formula&formula=y&start=0~0", "c"), null);
});

test("a link that differs only in its start opens the example, another one none", () => {
  assert.equal(found("on=camel&start=9~9&r1=adam~0.2"), "b");
  assert.equal(found("on=camel&start=1~1&r1=adam~0.3"), null);
});

test("bold, slanted and meant signs are told from each other, and nothing is lost", () => {
  assert.deepEqual(pieces("**One ball.** It *rolls* 2\\*3, a*b"), [
    { text: "One ball.", tag: "strong" }, { text: " It ", tag: "" }, { text: "rolls", tag: "em" }, { text: " 2*3, a*b", tag: "" },
  ]);
  assert.deepEqual(pieces("<img src=x>"), [{ text: "<img src=x>", tag: "" }]);
  assert.deepEqual(pieces(""), []);
});
