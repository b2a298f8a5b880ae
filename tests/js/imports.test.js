// The stage's modules import each other without a circle, and none is there for nobody.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const IMPORT = /^(?:import|export)\b[^;]*?\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm;

/** What a module needs when it runs: types in comments are no imports. @param {string} path */
function importsOf(path) {
  const code = readFileSync(path, "utf8").replace(/\/\*[^]*?\*\//g, "");
  return [...code.matchAll(IMPORT)].map(([, ...names]) => join(dirname(path), String(names.find(Boolean))));
}

const files = readdirSync(join(ROOT, "ui/stage"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
const modules = new Map(files.map((name) => [join(ROOT, "ui/stage", name), importsOf(join(ROOT, "ui/stage", name))]));

/**
 * The first circle met on the way down from a module or a folder.
 * @param {Map<string, string[]>} imports by where they stand
 * @param {string} from
 * @param {string[]} way
 * @param {Set<string>} done
 * @returns {string|undefined}
 */
function circleFrom(imports, from, way, done) {
  if (way.includes(from)) return [...way.slice(way.indexOf(from)), from].map((one) => relative(ROOT, one)).join(" > ");
  if (done.has(from)) return undefined;
  for (const next of imports.get(from) ?? []) {
    const circle = circleFrom(imports, next, [...way, from], done);
    if (circle) return circle;
  }
  done.add(from);
  return undefined;
}

/** @param {Map<string, string[]>} imports */
function circleIn(imports) {
  const done = /** @type {Set<string>} */ (new Set());
  return [...imports.keys()].map((from) => circleFrom(imports, from, [], done)).find(Boolean);
}

test("no modules import each other in a circle", () => {
  assert.equal(circleIn(modules), undefined);
});

test("no folders need each other in a circle", () => {
  const folders = /** @type {Map<string, string[]>} */ (new Map());
  for (const [path, imports] of modules) {
    const here = dirname(path);
    folders.set(here, [...(folders.get(here) ?? []), ...imports.map(dirname).filter((folder) => folder !== here)]);
  }
  assert.ok(folders.size > 10);
  assert.equal(circleIn(folders), undefined);
});

test("every import is of a module of the stage", () => {
  assert.ok([...modules.values()].flat().length > files.length); // they are found at all
  for (const [path, imports] of modules) for (const one of imports) assert.ok(modules.has(one), `${relative(ROOT, path)} imports ${one}`);
});

test("every module is imported by another, or opened by the page", () => {
  const python = readdirSync(join(ROOT, "server"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".py"));
  const opened = python.map((name) => readFileSync(join(ROOT, "server", name), "utf8")).join("\n");
  const imported = new Set([...modules.values()].flat());
  const unused = [...modules.keys()].filter((path) => !imported.has(path)).map((path) => relative(join(ROOT, "ui"), path));
  assert.deepEqual(unused.filter((name) => !opened.includes(`"${name.replace("stage/", "")}"`)), []);
  assert.ok(unused.includes("stage/stage.js"));
});
