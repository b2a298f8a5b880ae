"""Challenges with known answers: as it opens each is lost, with its solution it is won, and not by a hair."""

import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments import Experiment, Run, Trajectory, Verdict, judge, simulate

CHALLENGES = {
    one["key"]: one
    for one in tomllib.loads((Path(__file__).parent / "facts" / "challenges.toml").read_text())["challenge"]
}
SHOWN_ONLY = {"name", "color", "view", "scale"}  # what a person may change without changing any result
HAIR = 1e-9


def with_changes(experiment: Experiment, changes: dict[str, Any]) -> Experiment:
    """The experiment with values put at addresses like r1.learning_rate, criteria.step_tolerance or smoothing."""
    for address, value in changes.items():
        match address.split("."):
            case [run, field] if run.startswith("r") and run[1:].isdigit():
                place = int(run[1:]) - 1
                new = {field: value}
                if field == "optimizer":
                    new["parameters"] = {}
                if field == "schedule":
                    new["schedule_parameters"] = {}
                runs = list(experiment.runs)
                runs[place] = replace(runs[place], **new)
                experiment = experiment.replace(runs=tuple(runs))
            case ["criteria", key]:
                experiment = experiment.replace(criteria={**experiment.criteria, key: value})
            case [field]:
                experiment = experiment.replace(**{field: value})
            case _:
                raise AssertionError(f"{address}: no such address")
    return experiment


def changes_between(before: Experiment, after: Experiment) -> int:
    """How much was changed: an optimizer with its rate and parameters counts once, so does a schedule with its own."""

    def of_run(one: Run, other: Run) -> int:
        moved = {f.name for f in fields(Run) if getattr(one, f.name) != getattr(other, f.name)} - SHOWN_ONLY
        if "optimizer" in moved:
            moved -= {"learning_rate", "parameters"}
        if "schedule" in moved:
            moved -= {"schedule_parameters"}
        return len(moved)

    moved = {f.name for f in fields(Experiment) if getattr(before, f.name) != getattr(after, f.name)} - SHOWN_ONLY
    paired = sum(of_run(*pair) for pair in zip(before.runs, after.runs, strict=True))
    return len(moved - {"runs"}) + paired


def measured(quantity: str, wanted, run: Trajectory, verdict: Verdict, moved: int):
    """What a goal looks at, None where the run does not have it."""
    match quantity:
        case "outcome":
            return verdict.outcome.name
        case "arrival":
            return verdict.step if "MINIMUM" in verdict.outcome.name else None
        case "steps_made":
            return run.steps
        case "final_loss":
            return run.final_loss
        case "tail_loss":
            return float(np.mean(run.losses[-wanted["last"] :]))
        case "evaluations":
            return None if verdict.step is None else int(run.costs[: verdict.step].sum())
        case "final_rate":
            return float(run.learning_rates[-1])
        case "changes":
            return moved
    raise AssertionError(f"{quantity}: no such goal")


def failures(goals: list[dict[str, Any]], experiment: Experiment, opened: Experiment) -> list[str]:
    """Each part of a goal that is not met, in words; nothing where the challenge is won."""
    runs = simulate(experiment)
    verdicts = [judge(experiment, run) for run in runs]
    moved = changes_between(opened, experiment)
    missed = []
    for goal in goals:
        place = goal.get("run", 1) - 1
        for quantity, wanted in goal.items():
            if quantity == "run":
                continue
            value = measured(quantity, wanted, runs[place], verdicts[place], moved)
            if isinstance(wanted, list):
                met = value in wanted
            else:
                met = value is not None and wanted.get("least", -np.inf) <= value <= wanted.get("most", np.inf)
            if not met:
                missed.append(f"run {place + 1}: {quantity} is {value}, wanted {wanted}")
    return missed


@pytest.mark.parametrize("name", CHALLENGES)
def test_a_challenge_is_lost_as_it_opens_and_won_by_its_solution(name):
    challenge = CHALLENGES[name]
    opened = Experiment.from_query(dict(part.split("=", 1) for part in challenge["opens"].split("&")))
    assert failures(challenge["goal"], opened, opened), f"{name}: its opening no longer loses"
    solved = with_changes(opened, challenge["solution"])
    assert not (missed := failures(challenge["goal"], solved, opened)), f"{name}: its solution no longer wins: {missed}"
    for moved in ((HAIR, HAIR), (-HAIR, -HAIR)):  # else it is a lottery
        start = tuple(np.add(solved.start, moved))
        missed = failures([g for g in challenge["goal"] if "changes" not in g], solved.replace(start=start), opened)
        assert not missed, f"{name}: its solution is lost again from a start moved by {moved}: {missed}"
