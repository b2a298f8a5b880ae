// Whether balls and curves have their names beside them: one button for all, remembered by the browser.

const KEPT = "thalweg.names";

/** @type {Set<() => void>} */
const followers = new Set();
let on = read();

function read() {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true; // a browser that keeps nothing
  }
}

export const namesShown = () => on;

/** Call back when it changes. @param {() => void} follow @returns {() => void} stop */
export function onNames(follow) {
  followers.add(follow);
  return () => followers.delete(follow);
}

/** @param {HTMLElement} button which shows and hides them */
export function watchNames(button) {
  const mark = () => button.setAttribute("aria-pressed", String(on));
  button.addEventListener("click", () => {
    on = !on;
    try {
      localStorage.setItem(KEPT, on ? "on" : "off");
    } catch {
      // it holds for as long as the page is open
    }
    mark();
    for (const follow of followers) follow();
  });
  mark();
}
