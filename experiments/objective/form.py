"""What an objective is made of: its form, on which compiled programs depend, and its numbers, which are data."""

from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

import numpy as np

from experiments.objective import frame, many
from experiments.setup.experiment import Experiment
from experiments.setup.points import points_of
from experiments.setup.weights import count_of
from landscapes import UNITS, formula
from landscapes.data.learner import Learner
from landscapes.data.projection import Plane
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
    the numbers; 0 where nothing is learnt from data. weights: of a point that the program takes; sliced: whether that
    is a point (2,) of a plane through more of them, which goes after the rows.
    """

    landscape: str
    fixed: tuple[tuple[str, Any], ...]
    modifiers: tuple[str, ...] = ()
    skeleton: str = ""
    tree: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    constants: int = field(default=0, compare=False)
    names: tuple[str, ...] = field(default=(), compare=False)
    rows: int = 0
    weights: int = 2
    sliced: bool = False

    @property
    def learner(self) -> Learner | None:
        """The model with many weights, None where there are two."""
        return None if self.tree else UNITS[self.landscape].learner

    @property
    def free(self) -> int:
        """How many numbers the surface itself takes."""
        learner = self.learner
        if learner is not None:
            size = self.weights if not self.sliced else learner.width(dict(self.fixed))
            return many.numbers_count(learner, dict(self.fixed), self.rows, size) + (3 * size if self.sliced else 0)
        return self.constants + len(self.names) if self.tree else len(free_of(self.landscape)) + self.rows * self._wide

    @property
    def _wide(self) -> int:
        """How many numbers a row of data takes: inputs, target, share."""
        model = UNITS[self.landscape].model
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


def drawn_form_of(experiment: Experiment) -> Form:
    """Return the structure of what pictures show: of many weights, a plane through them."""
    form = form_of(experiment)
    return form if form.learner is None else replace(form, weights=2, sliced=True)


def descended_form_of(experiment: Experiment, exactly: bool = False) -> Form:
    """Return the structure of what the runs descend: smoothed, too, where that fades over the run.

    exactly: with as many weights as there are, none that only pad, for rules that count them.
    """
    if exactly and experiment.has_many_weights:
        return replace(form_of(experiment), weights=count_of(experiment))
    name = "smoothing" if experiment.smoothing_schedule == "constant" else FADING
    return _form_of(experiment, name)


def plain_numbers(experiment: Experiment, form: Form, plane: Plane | None = None) -> list[float]:
    """Return the numbers of the objective, or of what the runs descend, in the form's order.

    plane: of a form that is sliced.
    """
    parameters = experiment.landscape_parameters
    if form.learner is not None:
        size = form.learner.width(dict(form.fixed)) if form.sliced else form.weights
        values: list[float] = many.table_numbers(experiment, form.rows, size).tolist()
    elif experiment.formula:
        values = [*formula.parse(experiment.formula).constants, *(parameters[key] for key in form.names)]
    else:
        values = [parameters[key] for key in free_of(form.landscape)]
        if form.rows:
            values += _block(points_of(experiment).kept, form.rows)
    if plane is not None:
        values += many.plane_numbers(plane)
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
    learner = UNITS[experiment.landscape].learner
    if learner is not None:
        shape = tuple((key, experiment.landscape_parameters[key]) for key in learner.shaping)
        return _many_form(experiment.landscape, shape, present, many.rows_of_program(experiment))
    return _form(experiment.landscape, _fixed(experiment), present, _rows(experiment))


@lru_cache(maxsize=256)
def _many_form(landscape: str, shape: tuple[tuple[str, Any], ...], present: tuple[str, ...], rows: int) -> Form:
    learner = UNITS[landscape].learner
    assert learner is not None
    return Form(landscape=landscape, fixed=shape, modifiers=present, rows=rows, weights=learner.width(dict(shape)))


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
    return bucket(len(points_of(experiment).kept)) if UNITS[experiment.landscape].model is not None else 0


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
    unit = UNITS[landscape]
    return [p for p in unit.parameters if unit.model is None or p.key in unit.model.settings]
