// Experiments as files: what may be opened, and the link that a document leads to.

import { route } from "../shared/routes.js";

const LARGEST = 100_000; // bytes: experiments/setup/document.py says the same
const ALLOWED = "an experiment is a .json file of at most 100 kB, as \u201cDownload as a file\u201d makes it";

/** @param {number} bytes */
const sizeWords = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** A name as a sentence has it. @param {string} name */
const short = (name) => (name.length > 40 ? `${name.slice(0, 24)}…${name.slice(-14)}` : name);

/**
 * Why a file cannot be an experiment; nothing where it may be one.
 * @param {{name: string, type: string, size: number}} file
 */
export function refusalOf({ name, type, size }) {
  if (!/\.json$/i.test(name) && type !== "application/json") return `${short(name)} was not opened: ${ALLOWED}.`;
  if (size > LARGEST) return `${short(name)} was not opened: it has ${sizeWords(size)}, and ${ALLOWED}.`;
  return size ? "" : `${short(name)} was not opened: it is empty, and ${ALLOWED}.`;
}

/**
 * The link that a document leads to. Throws an error that says in a sentence why there is none.
 * @param {File} file
 * @returns {Promise<string>} its query
 */
export async function queryOf(file) {
  const refusal = refusalOf(file);
  if (refusal) throw new Error(refusal);
  let answer;
  try {
    answer = await fetch(route("document"), { method: "POST", headers: { "Content-Type": "application/json" }, body: await file.text() });
  } catch {
    throw new Error(`${short(file.name)} was not opened: the server does not answer. Try again.`);
  }
  if (answer.status === 400) throw new Error(`${short(file.name)} is not an experiment: ${await answer.text()}`);
  if (answer.status === 409) throw new Error("The server is of another version than this page: load it again.");
  if (!answer.ok) throw new Error(`${short(file.name)} was not opened: the server could not look at it (${answer.status}). Try again.`);
  return (await answer.json()).query;
}
