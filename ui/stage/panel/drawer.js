// The drawer of a narrow page: the button that opens it reads "Controls" (page.css), and is called so by what reads pages aloud.

const BUTTON = '[data-testid="stExpandSidebarButton"]';
const NAME = "Controls";

/** @type {Element|null} */
let watched = null;

/** Call the button so whenever it comes; Streamlit makes it anew each time that the drawer closes. */
export function nameDrawer() {
  const header = document.querySelector('[data-testid="stHeader"]');
  if (!header || header === watched) return;
  watched = header;
  const name = () => header.querySelector(BUTTON)?.setAttribute("aria-label", NAME);
  new MutationObserver(name).observe(header, { childList: true, subtree: true });
  name();
}
