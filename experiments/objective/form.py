"""What an objective is made of: its form, on which compiled programs depend, and its numbers, which are data."""

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import numpy as np

from experiments.objective import frame
from experiments.setup.experiment import Experiment
from experiments.setup.points import points_of
from landscapes import LANDSCAPES, formula
from landscapes.data.sample import bucket, packed
from parameter import Parameter

FADING = "fading"  # smoothing whose sigma may fall to 0
WIDTHS = {"rotation": 2, "shift": 2, "smoothing": 1, FADING: 1, "l2": 1, "l1": 1}  # numbers a modifier takes


@dataclass(frozen=True)
class Form:
    """What an objective's compiled program depends on: everything but the numbers. Hashable.

    fixed: the landscape's structural parameters. modifiers: those that are on, in the order in which they act.
    skeleton: a typed formula's tree as text, which stands for the tree itself when forms are compared. names: its
    parameters; its constants go before them in the numbers. rows: of data, padded, which go after the parameters in
    the numbers; 0 where nothing is learnt from data.
    """

    landscape: str
    fixed: tuple[tuple[str, Any], ...]
    modifiers: tuple[str, ...] = ()
    skeleton: str = ""
    tree: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    constants: int = field(default=0, compare=False)
    names: tuple[str, ...] = field(default=(), compare=False)
    rows: int = 0

    @property
    def free(self) -> int:
        """How many numbers the surface itself takes."""
        return self.constants + len(self.names) if self.tree else len(free_of(self.landscape)) + self.rows * self._wide

    @property
    def _wide(self) -> int:
        """How many numbers a row of data takes: inputs, target, share."""
        model = LANDSCAPES[self.landscape].model
        return 0 if model is None else model.inputs + 2

    @property
    def count(self) -> int:
        """How many numbers the objective takes: the landscape's, then the modifiers'."""
        return self.free + sum(WIDTHS[name] for name in self.modifiers)

    @property
    def is_smoothed(self) -> bool:
        """Whether each value is a mean over many points."""
        return "smoothing" in self.modifiers

    def place(self, modifier: str) -> int:
        """Return the index of the modifier's first number."""
        before = self.modifiers[: self.modifiers.index(modifier)]
        return self.free + sum(WIDTHS[name] for name in before)


def form_of(experiment: Experiment) -> Form:
    """Return the structure of the experiment's objective, as it is drawn and judged: at the end of the run."""
    return _form_of(experiment, "smoothing")


def descended_form_of(experiment: Experiment) -> Form:
    """Return the structure of what the runs descend: smoothed, too, where that fades over the run."""
    name = "smoothing" if experiment.smoothing_schedule == "constant" else FADING
    return _form_of(experiment, name)


def plain_numbers(experiment: Experiment, form: Form) -> list[float]:
    """Return the numbers of the objective, or of what the runs descend, in the form's order."""
    parameters = experiment.landscape_parameters
    if experiment.formula:
        values = [*formula.parse(experiment.formula).constants, *(parameters[key] for key in form.names)]
    else:
        values = [parameters[key] for key in free_of(form.landscape)]
        if form.rows:
            values += _block(points_of(experiment).kept, form.rows)
    for name in form.modifiers:
        if name == "rotation":
            values += frame.rotor(experiment.rotation)
        elif name == "shift":
            values += experiment.shift
        else:
            values.append(getattr(experiment, "smoothing" if name == FADING else name))
    return values


def _form_of(experiment: Experiment, smoothing: str) -> Form:
    present = _present(experiment, smoothing)
    if experiment.formula:
        return _typed_form(experiment.formula, present)
    return _form(experiment.landscape, _fixed(experiment), present, _rows(experiment))


@lru_cache(maxsize=256)
def _typed_form(text: str, present: tuple[str, ...]) -> Form:
    read = formula.parse(text)
    return Form(
        landscape=formula.KEY,
        fixed=(),
        modifiers=present,
        skeleton=read.skeleton,
        tree=read.tree,
        constants=len(read.constants),
        names=read.names,
    )


@lru_cache(maxsize=1024)
def _form(landscape: str, fixed: tuple[Any, ...], present: tuple[str, ...], rows: int) -> Form:
    named = tuple(zip(_structural(landscape), fixed, strict=True))
    return Form(landscape=landscape, fixed=named, modifiers=present, rows=rows)


def _rows(experiment: Experiment) -> int:
    """Return how many rows of data the experiment's programs take; 0 where nothing is learnt from data."""
    return bucket(len(points_of(experiment).kept)) if LANDSCAPES[experiment.landscape].model is not None else 0


@lru_cache(maxsize=256)
def _block(rows: tuple[tuple[float, ...], ...], size: int) -> tuple[float, ...]:
    return packed(np.array(rows), size)


def _fixed(experiment: Experiment) -> tuple[Any, ...]:
    return tuple([experiment.landscape_parameters[key] for key in _structural(experiment.landscape)])


def _present(experiment: Experiment, smoothing: str) -> tuple[str, ...]:
    if experiment.unmodified:
        return ()
    on = {
        "rotation": experiment.rotation,
        "shift": experiment.shift != (0.0, 0.0),
        smoothing: experiment.smoothing and (smoothing == FADING or experiment.smoothing_schedule == "constant"),
        "l2": experiment.l2,
        "l1": experiment.l1,
    }
    return tuple(name for name, value in on.items() if value)


@cache
def _structural(landscape: str) -> tuple[str, ...]:
    return tuple(p.key for p in _of_function(landscape) if p.structural)


@cache
def free_of(landscape: str) -> tuple[str, ...]:
    """Return the keys of a landscape's numbers that are no part of its form."""
    return tuple(p.key for p in _of_function(landscape) if not p.structural)


def _of_function(landscape: str) -> list[Parameter]:
    """Return the parameters that the surface's function takes; others say which rows of data there are."""
    unit = LANDSCAPES[landscape]
    return [p for p in unit.parameters if unit.model is None or p.key in unit.model.settings]
