"""The stage's JavaScript in Node: its units, and that what checks it names no registry."""

import json
import re

import pytest

from tests.node import HAS_NODE, ROOT, node


@pytest.mark.skipif(not HAS_NODE, reason="there is no Node for this kind of machine")
def test_the_units_of_the_stage() -> None:
    said = node("--test", "--test-reporter=tap", "tests/js/*.test.js")
    passed = re.search(r"^# pass (\d+)$", said.stdout, re.MULTILINE)
    assert said.returncode == 0, said.stdout
    assert passed and int(passed[1]) >= len(list((ROOT / "tests" / "js").glob("*.test.js")))


def test_what_checks_the_javascript_is_locked_and_comes_from_whatever_registry_there_is() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert "dependencies" not in wanted, "the app runs without any"
    for name, version in wanted["devDependencies"].items():
        assert packages[f"node_modules/{name}"]["version"] == version
    for path, package in packages.items():
        assert not path or (package["integrity"].startswith("sha512-") and "resolved" not in package), path
