// The stage's HTML and styles, which the browser fetches once and keeps.

const STYLE = "../styles.css"; // all of them: server/assets.py has the list

/** @param {string} name @returns {Promise<void>} */
function styled(name) {
  const { href } = new URL(name, import.meta.url);
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error("The styles could not be loaded."));
    };
    document.head.append(link);
  });
}

/** The stage as it begins, to be put on the page. @returns {Promise<() => HTMLElement>} */
export async function loadPage() {
  const [answer] = await Promise.all([fetch(new URL("../stage.html", import.meta.url)), styled(STYLE)]);
  if (!answer.ok) throw new Error("The stage could not be loaded.");
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return () => /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
}
