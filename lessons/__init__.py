"""Lesson texts and the experiments that they open: data in TOML files, read once."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from experiments import Experiment
from experiments.setup import limits


@dataclass(frozen=True, kw_only=True)
class Example:
    """A one-click experiment with one line on what to observe, and the part of the path that it stands in."""

    key: str
    group: str
    title: str
    observe: str
    experiment: Experiment


def _read(path: Path) -> tuple[Example, ...]:
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["example"]
    for entry in entries:  # a host may allow less than an example wants
        experiment = entry["experiment"]
        experiment["steps"] = min(experiment["steps"], limits.MAX_STEPS)
        experiment["runs"] = experiment["runs"][: limits.MAX_RUNS]
        experiment["repeats"] = min(experiment.get("repeats", 1), limits.MAX_REPEATS)
    return tuple(
        Example(
            key=entry["key"],
            group=entry["group"],
            title=entry["title"],
            observe=entry["observe"],
            experiment=Experiment.from_json(json.dumps({"format": 1, **entry["experiment"]})),
        )
        for entry in entries
    )


EXAMPLES = _read(Path(__file__).parent / "examples.toml")
OPENING = next(example for example in EXAMPLES if example.key == "trapped")  # what the lab opens with
