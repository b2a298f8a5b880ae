// What eslint asks of the stage's modules and of their units. Types are tsc's matter.

import js from "@eslint/js";
import globals from "globals";

const LONGEST = 120; // lines of a function, without blank ones and comments
const CAP = { "max-lines-per-function": ["error", { max: LONGEST, skipBlankLines: true, skipComments: true }] };
const NO_GLOBAL = {
  selector: "AssignmentExpression > MemberExpression.left[object.name=/^(window|self|globalThis)$/]",
  message: "A module keeps what it has to itself and exports what others need.",
};

export default [
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: { eqeqeq: "error", "no-unused-vars": ["error", { caughtErrors: "all" }], "no-var": "error", ...CAP },
  },
  { files: ["ui/stage/**"], languageOptions: { globals: globals.browser }, rules: { "no-restricted-syntax": ["error", NO_GLOBAL] } },
  { files: ["benchmarks/page.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/js/**"], languageOptions: { globals: globals.node } },
  { ignores: [".venv", "build"] },
];
