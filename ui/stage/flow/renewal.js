// The server is of another build than this page: the page is loaded anew, once, with all that was done on it in its address.

import { read } from "./packet.js";
import { route } from "../shared/routes.js";

const DONE = "thalweg.renewed"; // in the tab's own storage: for which build it was

/**
 * @param {string} query
 * @param {import("./requests.js").Edits} edits
 */
export async function renew(query, edits) {
  const build = await newBuild();
  if (!build || sessionStorage.getItem(DONE) === build) throw new Error("The server is of another version than this page.");
  sessionStorage.setItem(DONE, build);
  const whole = Object.keys(edits).length ? await askedOf(build, query, edits) : query;
  location.replace(`${location.pathname}?${whole}${location.hash}`);
}

async function newBuild() {
  const url = route("../health");
  const answer = await fetch(url, { cache: "no-store" });
  return answer.ok ? /** @type {string} */ ((await answer.json()).build) : "";
}

/** The link of what was done, as the other build writes it; without that where it cannot tell. @param {string} build @param {string} query @param {object} edits */
async function askedOf(build, query, edits) {
  const url = route(`../${build}/picture`);
  const answer = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ query, edits }) });
  return answer.ok ? /** @type {string} */ (read(new Uint8Array(await answer.arrayBuffer())).header.query) : query;
}
