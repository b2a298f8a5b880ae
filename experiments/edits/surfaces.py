"""Another surface under the same runs: its start, and numbers that suit it."""

from typing import Any

from experiments.critical.defaults import suited
from experiments.setup import atlas
from experiments.setup.experiment import Experiment, landscape_of
from experiments.setup.points import DRAWING, model_of
from experiments.setup.run import Run
from experiments.setup.weights import MOST_NUMBERS, learner_of
from landscapes import UNITS, formula
from landscapes.data.learner import Learner
from landscapes.data.model import Model
from optimizers import OPTIMIZERS
from parameter import Refusal

FIRST_FORMULA = "(x^2 + a*y^2)/4 + 3*cos(2*x)*sin(y)"  # what a first look at typed formulas shows
HELD_OUT_AT_FIRST = 0.5  # of the rows, where a model with many weights is chosen
_KIN = {"newton": "bfgs", "damped_newton": "bfgs", "saddle_free_newton": "bfgs"}
_KEPT = ("steps", "seed", "criteria", "stop_at", "repeats")


def with_surface(experiment: Experiment, key: str) -> Experiment:
    """Return the experiment on another surface: its first start, and the same optimizers at numbers that suit it."""
    kept = {name: getattr(experiment, name) for name in _KEPT} | _same_rows(experiment, key)
    if learner_of(key) is not None:
        kept |= _for_many(experiment, key, kept)
    kept["atlas"] = atlas.elsewhere(experiment.atlas, has_starts=learner_of(key) is None)
    fresh = _first_allowed(key, kept)
    fresh = fresh.replace(spread=spread_like(experiment, fresh))
    if _same_weights(experiment, key):  # another loss of the same model: what was compared stays alike
        return fresh.replace(start=experiment.start, view=experiment.view, runs=experiment.runs)
    return fresh.replace(runs=tuple(suited(_fitting(run, fresh), fresh) for run in experiment.runs))


def _first_allowed(key: str, kept: dict[str, Any]) -> Experiment:
    """Return the experiment on a surface with what is kept; where its model can't learn from so few rows, with less.

    Then no rows are held out, and else they are those of the surface itself.
    """
    text = FIRST_FORMULA if key == formula.KEY else ""
    rows = ("data", "data_held_out", "flagged", "landscape_parameters", "held_out")
    for left in ({}, {"held_out": 0.0}, dict.fromkeys(rows)):
        fields = {name: value for name, value in {**kept, **left}.items() if value is not None}
        try:
            return Experiment(landscape=key, formula=text, **fields)
        except Refusal:
            if left and None in left.values():
                raise
    raise AssertionError("the last of them returns or raises")


def _for_many(experiment: Experiment, key: str, kept: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that suit a model with many weights: rows held out, and no more steps than are allowed."""
    learner = learner_of(key)
    assert learner is not None
    values = UNITS[key].defaults | kept.get("landscape_parameters", {})
    found: dict[str, Any] = {"steps": min(experiment.steps, MOST_NUMBERS // learner.count(values))}
    if not kept.get("held_out") and not kept.get("data_held_out"):
        before = learner_of(experiment.landscape)
        found["held_out"] = HELD_OUT_AT_FIRST if before is None else experiment.held_out
    return found


def _fitting(run: Run, fresh: Experiment) -> Run:
    """Return the run with a rule that works on as many weights as there are: of those made for two the nearest kin."""
    if not fresh.has_many_weights or not OPTIMIZERS[run.optimizer].two_only:
        return run
    return Run(optimizer=_KIN.get(run.optimizer, "adam"), learning_rate=run.learning_rate, color=run.color)


def _same_weights(experiment: Experiment, key: str) -> bool:
    """Tell whether the other surface is a loss of the same model, whose weights mean the same."""
    before, after = model_of(experiment.landscape), model_of(key)
    if not isinstance(before, Model) or not isinstance(after, Model):
        return False
    return before.weights == after.weights


def _same_rows(experiment: Experiment, key: str) -> dict[str, Any]:
    """Return the fields that say the rows of data, where the other surface's model can learn from the same ones."""
    before, after = model_of(experiment.landscape), model_of(key)
    if before is None or after is None or _rows_of(before) != _rows_of(after):
        return {}
    taken = {p.key: p for p in UNITS[key].parameters if p.key in DRAWING}
    values = {name: value for name, value in experiment.landscape_parameters.items() if name in taken}
    found: dict[str, Any] = {"landscape_parameters": values, "flagged": experiment.flagged}
    if values["data_set"] not in taken["data_set"].choices:
        del values["data_set"]
        found["flagged"] = experiment.flagged if experiment.data else ()  # of drawn rows, that are others then
    held = ("held_out", "data_held_out") if isinstance(after, Learner) else ()
    if not held and experiment.data and experiment.data_held_out:  # they are numbered after the others
        found["data"] = (*experiment.data, *experiment.data_held_out)
    for name in ("data", "batch", "batch_kind", *held):
        found.setdefault(name, getattr(experiment, name))
    return found


def _rows_of(model: Model | Learner) -> tuple[int, str, int]:
    """Return what rows a model learns from are like."""
    return model.inputs, model.target, model.classes


def with_formula(experiment: Experiment, text: str) -> Experiment:
    """Return the experiment on another typed formula; its numbers keep their values where the names stay.

    Raises FormulaError, a ValueError, where the text cannot be read.
    """
    names = formula.parse(text).names
    held = experiment.landscape_parameters if experiment.formula else {}
    kept = {key: value for key, value in held.items() if key in names}
    fields = {"landscape": formula.KEY} if experiment.landscape != formula.KEY else {}
    return _suited(experiment.replace(formula=text, landscape_parameters=kept, runs=(), **fields), experiment)


def with_view(experiment: Experiment, view: object) -> Experiment:
    """Return the experiment in another window, which is a typed formula's domain. Raises Refusal for a bad one."""
    if not experiment.formula:
        return experiment.replace(view=view)
    return _suited(experiment.replace(view=view, runs=()), experiment)


def _suited(fresh: Experiment, before: Experiment) -> Experiment:
    """Return the changed surface with the same runs at numbers that suit it, and the start where it was if it can.

    Else the first that the surface suggests.
    """
    runs = tuple(suited(run, fresh) for run in before.runs)
    (x0, x1), (y0, y1) = fresh.window
    x, y = fresh.start
    there = x0 <= x <= x1 and y0 <= y <= y1 and formula.has_height(fresh.formula, x, y, fresh.landscape_parameters)
    return fresh.replace(runs=runs, start=fresh.start if there else landscape_of(fresh).starts[0])


def spread_like(before: Experiment, after: Experiment) -> float:
    """Return the spread that is as much of the one surface's view as before's is of its own."""
    return float(f"{before.spread / reach(before) * reach(after):.3g}")


def reach(experiment: Experiment) -> float:
    """Return how far it is from the middle of the landscape's view to its nearest side."""
    (x0, x1), (y0, y1) = landscape_of(experiment).view
    return min(x1 - x0, y1 - y0) / 2
