// The address bar: one history entry for every change that has settled, so that Back is undo.

import { memory } from "./memory.js";

const SETTLED = 700; // ms
const OURS = /^(?!embed)/; // Streamlit's embed keys are not part of an experiment

/**
 * @param {string} query
 * @param {string} search the page's current one, for the keys that are not ours
 */
function merged(query, search) {
  const foreign = new URLSearchParams([...new URLSearchParams(search)].filter(([key]) => !OURS.test(key))).toString();
  return [query, foreign].filter(Boolean).join("&");
}

/** @param {string} search */
const canonical = (search) => JSON.stringify([...new URLSearchParams(search)].sort());

/** Where the entry that is shown stands among those of ours. */
const placeOf = () => Number(history.state?.thalweg ?? 0);

/**
 * @param {{onNavigate: (query: string) => void, busy: () => boolean, onPlace?: (undo: boolean, redo: boolean) => void}} events onPlace: whether there is an entry of ours before and after the one that is shown
 */
export function createHistory(events) {
  /** @type {string|null} */
  let query = null;
  let timer = 0;
  let unsettled = false; // whether what is shown is not in the address yet
  let replace = true; // the first address, the one that answers Back, and what has its entry already, are not new entries
  let begun = false; // whether what is waited for has its entry already

  function write() {
    if (query === null) return;
    if (events.busy()) {
      wait();
      return;
    }
    unsettled = begun = false;
    const replacing = replace;
    replace = false;
    if (isWritten()) return;
    const url = address();
    if (replacing) history.replaceState({ ...history.state, thalweg: placeOf() }, "", url);
    else history.pushState({ ...history.state, thalweg: placeOf() + 1 }, "", url);
    if (!replacing) memory.farthest = placeOf();
    tell();
  }

  function tell() {
    events.onPlace?.(placeOf() > 0, placeOf() < memory.farthest);
  }

  const isWritten = () => canonical(merged(query ?? "", location.search)) === canonical(location.search);

  function wait() {
    unsettled = true;
    clearTimeout(timer);
    timer = window.setTimeout(write, SETTLED);
  }

  function address() {
    const search = merged(query ?? "", location.search);
    return `${location.pathname}${search ? `?${search}` : ""}${location.hash}`;
  }

  function back() {
    clearTimeout(timer);
    unsettled = begun = false; // what is shown is being left
    replace = !isWritten(); // where it is what is shown nothing will answer
    tell();
    events.onNavigate(location.search.replace(/^\?/, ""));
  }

  window.addEventListener("popstate", back);
  tell();

  return {
    /** Write what has not settled yet: somebody may be about to leave. */
    write() {
      clearTimeout(timer);
      if (unsettled) write();
    },
    /** What is asked for next has its entry from now on, so that Back right after it leads to what is shown now. */
    begin() {
      clearTimeout(timer);
      if (unsettled) write();
      if (unsettled || query === null) return;
      history.pushState({ ...history.state, thalweg: placeOf() + 1 }, "", address());
      memory.farthest = placeOf();
      [replace, begun] = [true, true];
      tell();
    },
    /** @param {string} next */
    update(next) {
      if (next === query) return;
      const first = query === null;
      query = next;
      if (first || begun || isWritten()) write(); // what Back led to is there: what comes after it is an entry of its own
      else wait();
    },
    /** What was changed last is taken back; what has not settled yet, too. */
    undo() {
      clearTimeout(timer);
      if (unsettled) write();
      history.back();
    },
    redo: () => history.forward(),
    link: () => new URL(address(), location.href).href,
    destroy() {
      clearTimeout(timer);
      window.removeEventListener("popstate", back);
    },
  };
}
