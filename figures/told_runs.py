"""The runs of an experiment as a figure tells of them: name, settings, what became of them, and their colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from experiments import Experiment, Trajectory, Verdict, landscape_of
from experiments.edits.runs import color_of
from experiments.results.judged_runs import Result, results_with, standing_results
from experiments.setup.titles import titles_of
from figures.packets import wording
from figures.style import PALETTE

_LONGEST_FORMULA = 70  # characters in a title


@dataclass(frozen=True, kw_only=True, eq=False)
class ToldRun:
    """name: as the lab calls it. label: with its rate and its verdict, "Adam, rate 0.05: global minimum"."""

    name: str
    label: str
    color: str
    result: Result


def told_runs(
    experiment: Experiment,
    trajectories: Sequence[Trajectory] | None,
    verdicts: Sequence[Verdict] | None,
    theme: str,
) -> list[ToldRun]:
    """Return the runs of an experiment in order, or those that these trajectories are of.

    Raises ValueError where verdicts come without trajectories, or not one for each.
    """
    if trajectories is None and verdicts is not None:
        raise ValueError("verdicts: give the trajectories that they are of, too")
    made = standing_results(experiment) if trajectories is None else results_with(experiment, trajectories, verdicts)
    names, palette = titles_of(experiment), PALETTE[theme]
    told = []
    for result in made:
        place = result.trajectory.run
        run, name = experiment.runs[place], names[place]
        settings = wording.detail(run, name)
        label = f"{name}, {settings}" if settings else name
        title, _ = wording.title(result.verdict)
        color = palette[color_of(experiment, place) % len(palette)]
        told.append(ToldRun(name=plain(name), label=plain(f"{label}: {title.lower()}"), color=color, result=result))
    return told


def heading(experiment: Experiment) -> str:
    """Return what a figure is of: the surface's name, and what was typed."""
    name, formula = landscape_of(experiment).name, experiment.formula
    shown = formula if len(formula) <= _LONGEST_FORMULA else f"{formula[: _LONGEST_FORMULA - 1]}…"
    return plain(f"{name}: {shown}" if formula else name)


def plain(text: str) -> str:
    """Return a text in which Plotly finds nothing to carry out."""
    return escape(text, quote=False)
