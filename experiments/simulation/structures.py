"""What one compiled run depends on, and what it does not: its structure, without its numbers."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from experiments.objective.form import FADING, Form
from experiments.setup.experiment import Experiment
from experiments.setup.run import Run
from experiments.simulation.buffers import ROWS
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS

_NUMBERS = 2_000_000  # that the record of a step's weights may take: with many of them fewer steps are made


@dataclass(frozen=True)
class Part:
    """An optimizer, a wrapper or a schedule without its numbers: its key and its structural parameters."""

    key: str
    fixed: tuple[tuple[str, Any], ...]
    free: tuple[str, ...]

    def parameters(self, numbers: Any, first: int) -> dict[str, Any]:
        """Return all parameters, its numbers being those of a run from this place on."""
        return dict(self.fixed) | {key: numbers[first + i] for i, key in enumerate(self.free)}


@dataclass(frozen=True)
class Structure:
    """What one compiled run depends on. noisy: noise is added to the gradients that the optimizer sees.

    batch: how many rows of data, padded, each step sees; 0 for all. schedule: one that watches the loss, and so is part
    of the loop; all others are data.
    """

    form: Form
    optimizer: Part
    wrappers: tuple[Part, ...]
    noisy: bool = False
    batch: int = 0
    schedule: Part | None = None

    @property
    def weights(self) -> int:
        """How many weights a point has."""
        return self.form.weights

    @property
    def head(self) -> int:
        """How many numbers stand before the objective's: steps and start."""
        return 1 + self.weights

    @property
    def rows(self) -> int:
        """How many rows the record has: one a step and one for the last point."""
        return min(ROWS, _NUMBERS // self.weights)

    @property
    def firsts(self) -> tuple[int, ...]:
        """Where in a run's numbers those of each part begin: optimizer, each wrapper, schedule if it is one, noise."""
        parts = [self.optimizer, *self.wrappers, *([] if self.schedule is None else [self.schedule])]
        return tuple(accumulate((len(part.free) for part in parts), initial=self.head + self.form.count))

    @property
    def fades(self) -> bool:
        """Whether sigma changes from step to step."""
        return FADING in self.form.modifiers

    @property
    def applied(self) -> bool:
        """Whether the gradient that the optimizer sees is another than that of the final surface."""
        return self.noisy or self.fades or self.batch > 0 or self.proximal

    @property
    def proximal(self) -> bool:
        """Whether a wrapper takes care of the L1 penalty, which the gradient is then without."""
        return "l1" in self.form.modifiers and any(WRAPPERS[part.key].proximal for part in self.wrappers)


_names: dict[str, tuple[str, ...]] = {}


def structural(registry: Any, key: str) -> tuple[str, ...]:
    """Return the names of the structural parameters of an optimizer, a wrapper or a schedule (no key is in two)."""
    if key not in _names:
        _names[key] = tuple(p.key for p in registry[key].parameters if p.structural)
    return _names[key]


def structure_of(experiment: Experiment, run: Run, form: Form, batch: int) -> Structure:
    """Return the structure of a run that descends a form by batches of so many rows."""
    watching = SCHEDULES[run.schedule]
    return Structure(
        form=form,
        optimizer=_part(run.optimizer, OPTIMIZERS[run.optimizer].parameters, run.parameters),
        wrappers=tuple(_part(w.key, WRAPPERS[w.key].parameters, w.parameters) for w in run.wrappers),
        noisy=experiment.noise > 0,
        batch=batch,
        schedule=_part(run.schedule, watching.parameters, run.schedule_parameters) if watching.watches_loss else None,
    )


def _part(key: str, parameters: Any, values: Any) -> Part:
    return Part(
        key=key,
        fixed=tuple((p.key, values[p.key]) for p in parameters if p.structural),
        free=tuple(p.key for p in parameters if not p.structural),
    )
