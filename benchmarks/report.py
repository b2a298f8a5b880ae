"""RESULTS.md: one section a benchmark, each headed by the machine, the versions, the date and the command."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from math import floor, isfinite, log10
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
_TITLE = "# Results\n\n`python -m benchmarks` writes this file; README.md says what is measured and how.\n"
_HEADING = "\n## "


def short(number: float) -> str:
    """Return a number with three significant digits, with separators and without an exponent."""
    if not isfinite(number):
        return "-"
    if number == 0:
        return "0"
    decimals = 2 - floor(log10(abs(number)))
    rounded = round(number, decimals)
    return f"{rounded:,.{max(0, decimals)}f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others stand on the right."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def load() -> float:
    """Return how many processes wanted to run over the last minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def write(name: str, title: str, body: str, packages: Sequence[str], busy: float) -> None:
    """Print a benchmark's section and put it into RESULTS.md, in place of its last one; busy: load() at the start."""
    section = f"{title}\n\n{_conditions(name, packages, busy)}\n\n{body.strip()}\n"
    print(f"{_HEADING}{section}", flush=True)
    old = RESULTS.read_text(encoding="utf-8").split(_HEADING)[1:] if RESULTS.exists() else []
    sections = {text.split("\n", 1)[0]: text.strip() + "\n" for text in old} | {title: section}
    text = "".join(_HEADING + sections[key] for key in sorted(sections))
    RESULTS.write_text(_TITLE + text, encoding="utf-8")


def _conditions(name: str, packages: Sequence[str], busy: float) -> str:
    now = datetime.now(UTC)
    versions = ", ".join([f"Python {platform.python_version()}"] + [_package(key) for key in packages])
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    memory = _memory()
    if memory:
        machine += f", {short(memory)} GB of memory"
    machine += f"; load average at the start {short(busy)}"
    return f"{now:%Y-%m-%d} · `python -m benchmarks {name}` · {machine} · {versions}"


def _package(key: str) -> str:
    try:
        return f"{key} {version(key)}"
    except PackageNotFoundError:
        return f"{key} not installed"


def _memory() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, OSError, ValueError):
        return None
