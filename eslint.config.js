// What eslint asks of the stage's modules and of their units. Types are tsc's matter.

import js from "@eslint/js";
import globals from "globals";

const LONGEST = 120; // lines of a function, without blank ones and comments
const LONGER = { // files with one that was longer when the cap came, and how long: the list only ever gets shorter
  "curves_view.js": 241,
  "drawing.js": 224,
  "gallery.js": 125,
  "map_view.js": 151,
  "number_row.js": 125,
  "paths.js": 164,
  "stage.js": 560,
};

/** @param {number} max */
const cap = (max) => ({ "max-lines-per-function": ["error", { max, skipBlankLines: true, skipComments: true }] });
const NO_GLOBAL = {
  selector: "AssignmentExpression > MemberExpression.left[object.name=/^(window|self|globalThis)$/]",
  message: "A module keeps what it has to itself and exports what others need.",
};

export default [
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: { eqeqeq: "error", "no-unused-vars": ["error", { caughtErrors: "all" }], "no-var": "error", ...cap(LONGEST) },
  },
  { files: ["ui/stage/**"], languageOptions: { globals: globals.browser }, rules: { "no-restricted-syntax": ["error", NO_GLOBAL] } },
  ...Object.entries(LONGER).map(([name, lines]) => ({ files: [`ui/stage/**/${name}`], rules: cap(lines) })),
  { files: ["benchmarks/page.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/js/**"], languageOptions: { globals: globals.node } },
  { ignores: [".venv", "build"] },
];
