"""What a host sets wrongly ends the start with one sentence, which names the setting, its value and what is allowed."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import numerics
import settings
from tests.app_server import HOST, ROOT, free_port

NAME = "THALWEG_ANYTHING"


@pytest.mark.parametrize(("text", "value"), [("1", 1), ("20000", 20_000), (" 7\n", 7), ("007", 7), ("", 5), (" ", 5)])
def test_whole_number_within_its_range_is_taken(monkeypatch: pytest.MonkeyPatch, text: str, value: int) -> None:
    monkeypatch.setenv(NAME, text)
    assert settings.whole(NAME, 5, 20_000) == value


@pytest.mark.parametrize(
    "text",
    ["many", "0", "000", "-1", "+1", "2.5", "1e3", "20001", "0x10", "1_000", "1 000", "1,000", "٣", "²", "nan",
     "1\n2", "'3'", '"', ";", "9" * 5_000, "\udcff"],
)  # fmt: skip
def test_what_is_no_such_number_is_told_in_one_short_line(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(settings.NotAllowed) as refused:
        settings.whole(NAME, 5, 20_000)
    said = str(refused.value)
    assert said.startswith(f"{NAME}: ")
    assert said.endswith(" is not allowed; give a whole number in [1, 20000]")
    assert len(said) < 200 and said.isprintable() and said.isascii()
    assert ascii(text[:80]) in said


def test_switch_is_on_or_off_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for text, value in (("0", False), ("1", True), ("", True), (" 0 ", False)):
        monkeypatch.setenv(NAME, text)
        assert settings.switch(NAME, True) is value
    for text in ("no", "false", "off", "2", "00", "01", "0;1"):
        monkeypatch.setenv(NAME, text)
        with pytest.raises(settings.NotAllowed, match=f"^{NAME}: '{text}' is not allowed; give 0 or 1$"):
            settings.switch(NAME, True)


@pytest.mark.parametrize(
    ("command", "name", "value", "allowed"),
    [
        ("server", "THALWEG_FRAME_ANCESTORS", "'self'\n\"a;b\"", "'self', 'none' or addresses such as"),
        ("server", "THALWEG_MAX_SESSIONS", "100001", "a whole number in [1, 100000]"),
        ("server", "THALWEG_PRECOMPILE", "no", "0 or 1"),
        ("program", "THALWEG_MAX_STEPS", "many", "a whole number in [1, 20000]"),
    ],
)
def test_start_ends_with_the_sentence_alone(command: str, name: str, value: str, allowed: str) -> None:
    arguments = ["experiments", "run", "no such file"]
    if command == "server":
        arguments = ["streamlit", "run", "app.py", f"--server.address={HOST}", f"--server.port={free_port()}"]
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"{name}: {value!a} is not allowed; give {allowed}")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stdout


def test_every_setting_that_the_documentation_lists_is_read_and_the_other_way_round() -> None:
    written = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
    listed = {line.split("`")[1] for line in written.splitlines() if line.startswith("| `THALWEG_")}
    sources = [path for part in ("ui", "server", "experiments") for path in (ROOT / part).rglob("*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in [*sources, *Path(ROOT).glob("*.py")])
    read = {word for word in code.split('"') if word.startswith("THALWEG_") and word.replace("_", "").isalpha()}
    assert read == listed


@pytest.mark.parametrize(
    ("name", "value", "highest"),
    [("QUEUE", "10001", 10_000), ("SECONDS", "forever", 86_400), ("MEMORY", "-1", 100_000), ("THREADS", "2.5", 256)],
)
def test_settings_of_maps_are_whole_numbers(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, highest: int
) -> None:
    monkeypatch.setenv(f"THALWEG_MAP_{name}", value)
    with pytest.raises(settings.NotAllowed) as refused:
        runpy.run_path(str(ROOT / "server" / "tiles.py"))
    said = f"THALWEG_MAP_{name}: {value!a} is not allowed; give a whole number in [1, {highest}]"
    assert str(refused.value) == said


def test_folder_whose_name_is_no_text_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for given, used in ((tmp_path / "good", tmp_path / "good"), (tmp_path / "\udcff", tmp_path / "thalweg" / "jax")):
        monkeypatch.setenv("THALWEG_CACHE", str(given))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert numerics._cache_folder() == str(used)
