"""What the README says works as it says."""

import re
from pathlib import Path

import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_its_python_runs_and_says_what_happened(capsys: pytest.CaptureFixture[str]) -> None:
    code = "\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL))
    exec(compile(code, "README.md", "exec"), {})
    assert "global minimum" in capsys.readouterr().out


def test_its_counts_are_those_of_the_catalogue() -> None:
    counts = f"**{len(LANDSCAPES)} surfaces** with verified minima, **{len(OPTIMIZERS)} optimizers**, "
    assert counts + f"**{len(SCHEDULES)} schedules**" in README.replace("\n  ", " ")


def test_its_pictures_and_files_are_there() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (Path(__file__).parent.parent / target).exists(), target
