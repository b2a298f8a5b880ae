// The path of examples: what the server has of it, and which of them a link shows.

import { route } from "../shared/routes.js";

/**
 * @typedef {Object} Example
 * @property {string} key
 * @property {string} group the part of the path
 * @property {string} title
 * @property {string} observe what to observe, in Markdown
 * @property {string} query its link
 */

const SURFACE = ["on", "formula"]; // a link's words that say which surface it is

/** Fetch the path; an empty one where it cannot be had: the page does without. @returns {Promise<Example[]>} */
export async function loadExamples() {
  try {
    const answer = await fetch(route("examples"));
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}

/** @param {string} query @param {string[]} but words that are left out */
function canonical(query, but = []) {
  return JSON.stringify([...new URLSearchParams(query)].filter(([key]) => !but.includes(key)).sort());
}

/** @param {string} query */
function surfaceOf(query) {
  const words = new URLSearchParams(query);
  return SURFACE.map((key) => (words.get(key) ?? "").split("~")[0]).join();
}

/** Whether two links are the same, but for the order of their words. @param {string} one @param {string} other */
export const same = (one, other) => canonical(one) === canonical(other);

/**
 * The example that a link belongs to: the one that it shows, perhaps from another start; else the one that was there
 * before, as long as its surface is.
 * @param {Example[]} examples
 * @param {string} query
 * @param {string|null} before the key of the one before
 * @returns {Example|null}
 */
export function exampleOf(examples, query, before) {
  const kept = examples.find((one) => one.key === before) ?? null;
  const exact = examples.find((one) => same(one.query, query));
  if (exact) return exact;
  if (kept) return surfaceOf(kept.query) === surfaceOf(query) ? kept : null;
  const start = ["start"];
  return examples.find((one) => canonical(one.query, start) === canonical(query, start)) ?? null;
}
