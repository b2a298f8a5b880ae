// How a picture or a document leaves the page: as a file, by the clipboard, or on paper.

const LONG = 60_000; // ms until a file's address is given up

/** @param {Blob} blob @param {string} name of the file */
export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), LONG);
}

/** Whether this browser lets a page put pictures on the clipboard: over plain http none does. */
export const canCopy = () => typeof ClipboardItem !== "undefined" && typeof navigator.clipboard?.write === "function";

/** The promise, not the picture: else the press that asked for it is forgotten before it is drawn. @param {Promise<Blob>} png */
export const copy = (png) => navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);

/**
 * Put a picture on paper: the page shows it alone while it is printed.
 * @param {string} svg its text
 * @param {string} words that say what it is
 */
export async function print(svg, words) {
  const image = new Image();
  image.className = "thw-paper";
  image.alt = words;
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  const sheet = Object.assign(document.createElement("style"), { textContent: "@page { size: landscape; margin: 9mm; }" }); // browsers pass over a name of a page
  document.body.append(sheet, image);
  document.documentElement.dataset.thwPaper = "true";
  try {
    window.print();
  } finally {
    delete document.documentElement.dataset.thwPaper;
    image.remove();
    sheet.remove();
  }
}
