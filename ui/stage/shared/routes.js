// Where this build's answers are: beside the modules that are being run.

/**
 * @param {string} name of a route, "picture"
 * @param {string} [query]
 */
export function route(name, query = "") {
  const url = new URL(`../../${name}`, import.meta.url);
  url.search = query;
  return url;
}

/** Ask a route by POST. @param {string} name @param {object} question @param {AbortSignal} [signal] */
export const post = (name, question, signal) =>
  fetch(route(name), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(question), signal });
