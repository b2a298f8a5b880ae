// The address bar: one history entry for every change that has settled, so that Back is undo.

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

/**
 * @param {{onNavigate: (query: string) => void, busy: () => boolean}} events
 */
export function createHistory(events) {
  /** @type {string|null} */
  let query = null;
  let timer = 0;
  let replace = true; // the first address, and the one that answers Back, are not new entries

  function write() {
    if (query === null) return;
    if (events.busy()) {
      wait();
      return;
    }
    const replacing = replace;
    replace = false;
    if (canonical(merged(query, location.search)) === canonical(location.search)) return;
    const url = address();
    if (replacing) history.replaceState(history.state, "", url);
    else history.pushState(history.state, "", url);
  }

  function wait() {
    clearTimeout(timer);
    timer = window.setTimeout(write, SETTLED);
  }

  function address() {
    const search = merged(query ?? "", location.search);
    return `${location.pathname}${search ? `?${search}` : ""}${location.hash}`;
  }

  function back() {
    clearTimeout(timer);
    replace = true;
    events.onNavigate(location.search.replace(/^\?/, ""));
  }

  window.addEventListener("popstate", back);

  return {
    /** Write what has not settled yet: somebody may be about to leave. */
    write() {
      clearTimeout(timer);
      write();
    },
    /** @param {string} next */
    update(next) {
      if (next === query) return;
      const first = query === null;
      query = next;
      if (first) write();
      else wait();
    },
    link: () => new URL(address(), location.href).href,
    destroy() {
      clearTimeout(timer);
      window.removeEventListener("popstate", back);
    },
  };
}
