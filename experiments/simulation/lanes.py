"""Many starts of one run at once, a lane each: where they end, and what is watched on the way; nothing is recorded.

A lane makes the very steps of simulate, but a compiler may round them otherwise. How much that can matter is measured:
beside each lane a twin is pushed a little now and then, its point and all that its optimizer carries, by hundreds of
times what is rounded, and how far it gets away is part of what is watched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments.objective.compiled import program, traced
from experiments.setup import attention
from experiments.setup.experiment import Experiment
from experiments.simulation.buffers import ROWS, host
from experiments.simulation.draws import draws
from experiments.simulation.ending import ending
from experiments.simulation.lane_settings import Settings
from experiments.simulation.moves import Moves
from experiments.simulation.plans import data_of, plan_of
from experiments.simulation.settling import settling
from experiments.simulation.structures import Structure
from experiments.simulation.watching import watching
from optimizers import SCHEDULES

BLOCK = 2_048  # starts of which the ends are found in one call, and of which it is seen whether they settle
WATCHED = 1_024  # starts that are watched in one call
_OPTIONS = {  # of XLA: the numbers are the same, lane by lane
    "xla_cpu_prefer_vector_width": 512,  # bits that are worked on at once, where the processor can
    "xla_cpu_copy_insertion_use_region_analysis": True,  # leaves out copies of what a step replaces
}
_PUSH = 2.0**-41  # of a point's and the view's size: 256 times what coordinates of that size are rounded meanwhile


@dataclass(frozen=True)
class _Kind:
    """A program: lanes that its loop makes side by side, how many times at most, their twins not counted.

    told: the names of what it tells; of both: of twins, too.
    """

    make: Callable[..., Callable[..., dict[str, jax.Array]]]
    lanes: int
    block: int
    twins: bool
    of_both: bool
    told: tuple[str, ...]


_SETTLING = "x y loss unlike since reach apart"
_WATCHING = (
    "end_x end_y loss finite since_surely since_perhaps reach surely perhaps out apart relative length x y x_first "
    "y_first stride least halfway fell unlike"
)
_KINDS = {
    "ends": _Kind(ending, 512, BLOCK, False, False, ("x", "y")),
    "settling": _Kind(settling, 256, BLOCK, True, False, tuple(_SETTLING.split())),
    "lanes": _Kind(watching, 128, WATCHED, True, True, tuple(_WATCHING.split())),
}


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What lanes are watched for: lengths on the surface as it is drawn.

    size: of the view, tolerance: within it a target is reached. last: how many of the last steps tell of a rest.
    centre, far: from where and beyond what distance a lane is far away. highest, spread: it has climbed where its loss
    is above highest or the start's, by more than the spread.
    """

    size: float
    tolerance: float
    last: int
    centre: tuple[float, float]
    far: float
    highest: float
    spread: float

    @property
    def vector(self) -> np.ndarray:
        """All of them as one vector."""
        return np.array(
            [self.size, self.tolerance, self.last, *self.centre, self.far, self.highest, self.spread], dtype=np.float64
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Watched:
    """What was seen of n lanes and of their twins; each (2, n), or (2, n, 2): the lanes', then their twins'.

    ends, losses: the last. finite: the last step up to which all numbers are finite. since: the step from which on the
    target is within the tolerance, -1 where it is too close to tell. reach: how far the last steps lie from the place
    that was given for the end, at most. climbed: the first step far away and higher than all; -1 for none, -2 where it
    is too close to tell. out: whether it was far away at the last finite step. apart: (n,) how far the twins got from
    one another, at most, while both were finite, and relative: where they were ever far away, the same beside how
    far out they were.

    Of the last steps: length, of their path, and moved, how far they got, stride, the very last one. Of the losses:
    least of all, halfway, that in the middle of the steps, fell, by how much they fell from there on at every step at
    least, and unlike, (n,), how far they were from the twin's at most.
    """

    ends: np.ndarray
    losses: np.ndarray
    finite: np.ndarray
    since: np.ndarray
    reach: np.ndarray
    climbed: np.ndarray
    out: np.ndarray
    apart: np.ndarray
    relative: np.ndarray
    length: np.ndarray
    moved: np.ndarray
    stride: np.ndarray
    least: np.ndarray
    halfway: np.ndarray
    fell: np.ndarray
    unlike: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class Settling:
    """What was seen of n lanes that settle, if they do; each (n,), but for the ends (n, 2).

    losses: at the ends. unlike: how far the twin's is from that. since: the step from which on the target is within the
    tolerance, -1 where it is too close to tell. reach: how far the last steps lie from the place that was given for the
    end, at most. apart: how far the twins got from one another, at most; no number where anything was none.
    """

    ends: np.ndarray
    losses: np.ndarray
    unlike: np.ndarray
    since: np.ndarray
    reach: np.ndarray
    apart: np.ndarray


class Lanes:
    """The run at this place of an experiment, of two weights, from any starts.

    Its numbers and rates may be others in each lane: settings, where they are given, say so of as many as starts.
    """

    def __init__(self, experiment: Experiment, place: int, marks: Marks) -> None:
        run = experiment.runs[place]
        plan = plan_of(experiment, run)
        self._structure, self._steps = plan.structure, experiment.steps
        times = np.arange(experiment.steps, dtype=np.float64)
        rates = np.zeros(ROWS)
        rates[: experiment.steps] = SCHEDULES[run.schedule].rates(
            run.learning_rate, times, experiment.steps, **run.schedule_parameters
        )
        self._fixed = [jax.device_put(array, host()) for array in (plan.numbers(experiment, run), marks.vector)]
        self._rates = jax.device_put(rates, host())
        self._data = data_of(experiment, plan.structure, draws)
        changes = np.flatnonzero(np.diff(rates[: experiment.steps]))
        even = int(changes[-1]) + 1 if changes.size else 0
        self._even = ROWS if self._data else even  # the step from which on all steps follow the same rule

    def ends(self, starts: np.ndarray, settings: Settings | None = None) -> np.ndarray:
        """Return where the lanes from starts (n, 2) end, (n, 2); n is BLOCK at most."""
        found = self._made("ends", starts, (), settings)
        return np.stack([found["x"][0], found["y"][0]], axis=-1)

    def settling(
        self, starts: np.ndarray, targets: np.ndarray, ends: np.ndarray, settings: Settings | None = None
    ) -> Settling:
        """Return what tells whether the lanes from starts (n, 2) settle at targets (n, 2); n is BLOCK at most.

        ends: (n, 2), where they were found to end.
        """
        found = {name: array[0] for name, array in self._made("settling", starts, (targets, ends), settings).items()}
        with np.errstate(invalid="ignore"):
            reach, apart = np.sqrt(found["reach"]), np.sqrt(found["apart"])
        return Settling(
            ends=np.stack([found["x"], found["y"]], axis=-1),
            losses=found["loss"],
            unlike=found["unlike"],
            since=found["since"].astype(np.int64),
            reach=reach,
            apart=apart,
        )

    @np.errstate(invalid="ignore")
    def watched(
        self, starts: np.ndarray, targets: np.ndarray, ends: np.ndarray, settings: Settings | None = None
    ) -> Watched:
        """Return what is seen of the lanes from starts (n, 2), and of their twins, on the way to the targets (n, 2).

        ends: (n, 2), where they were found to end. n is WATCHED at most.
        """
        found = self._made("lanes", starts, (targets, ends), settings)
        since, climbed = (found[name].astype(np.int64) for name in ("since_surely", "surely"))
        return Watched(
            ends=np.stack([found["end_x"], found["end_y"]], axis=-1),
            losses=found["loss"],
            finite=found["finite"].astype(np.int64),
            since=np.where(since == found["since_perhaps"], since, -1),
            reach=np.sqrt(found["reach"]),
            climbed=np.where(climbed == found["perhaps"], climbed, -2),
            out=found["out"] > 0,
            apart=np.sqrt(found["apart"][0]),
            relative=np.sqrt(found["relative"][0]),
            length=found["length"],
            moved=np.hypot(found["x"] - found["x_first"], found["y"] - found["y_first"]),
            stride=found["stride"],
            least=found["least"],
            halfway=found["halfway"],
            fell=found["fell"],
            unlike=found["unlike"][0],
        )

    def _made(
        self, name: str, starts: np.ndarray, more: Sequence[np.ndarray], settings: Settings | None
    ) -> dict[str, np.ndarray]:
        """Return what a program makes of starts (n, 2) and more such points, each (1, n), or (2, n) with twins."""
        attention.go_on()
        kind, columns = _KINDS[name], () if settings is None else settings.columns
        own_rates = None if settings is None else settings.rates
        key = name, self._structure, columns, own_rates is not None
        compiled = program(key, lambda: _compile(name, self._structure, columns, own_rates is not None))
        points = np.stack([_chunks(row, kind) for array in (starts, *more) for row in array.T], axis=1)
        own = np.zeros((kind.block // kind.lanes, 0, kind.lanes))
        rates, even = self._rates, self._even
        if settings is not None:
            own = np.stack([_chunks(row, kind) for row in settings.numbers.T], axis=1) if columns else own
            if own_rates is not None:
                rates = np.stack([_chunks(row, kind) for row in _padded(own_rates).T], axis=1)
                even = 0 if own_rates.shape[1] == 1 and not self._data else ROWS
        count = np.int32(-(-len(starts) // kind.lanes))
        made = np.asarray(compiled(count, np.int32(even), *self._fixed, rates, own, points, *self._data))
        told = made.reshape(len(points), len(kind.told), -1, kind.lanes).transpose(1, 2, 0, 3)
        told = told.reshape(len(kind.told), -1, kind.block)[..., : len(starts)]
        return dict(zip(kind.told, told, strict=True))


def _chunks(row: np.ndarray, kind: _Kind) -> np.ndarray:
    """Return numbers (n,) chunk by chunk, the last one repeated: one size, so that it compiles once."""
    if len(row) < kind.block:
        row = np.concatenate([row, np.full(kind.block - len(row), row[-1])])
    return row.reshape(-1, kind.lanes)


def _padded(rates: np.ndarray) -> np.ndarray:
    """Return rates (n, T) with T a power of two, for the same reason."""
    steps = rates.shape[1]
    more = (1 << (steps - 1).bit_length()) - steps
    return np.pad(rates, ((0, 0), (0, more))) if more else rates


def _compile(name: str, structure: Structure, columns: tuple[int, ...], own_rates: bool) -> Callable[..., Any]:
    kind = _KINDS[name]

    def run(
        count: jax.Array,
        even: jax.Array,
        numbers: jax.Array,
        marks: jax.Array,
        rates: jax.Array,
        own: jax.Array,
        points: jax.Array,
        *data: jax.Array,
    ) -> jax.Array:
        traced(name)
        steps = numbers[0].astype(jnp.int32)
        lanes = 2 * kind.lanes if kind.twins else kind.lanes

        def chunk(place: jax.Array, found: jax.Array) -> jax.Array:
            rows = {column: _twice(own[place, i], lanes) for i, column in enumerate(columns)}
            moves = Moves(structure, lanes, numbers, rates[place] if own_rates else rates, data, rows)
            pairs = [tuple(pair) for pair in points[place].reshape(-1, 2, kind.lanes)]
            if not kind.twins:
                made = kind.make(steps, even, moves)(*pairs)
            else:
                starts = tuple(_twice(row, lanes) for row in pairs[0])
                push = jnp.where(jnp.arange(lanes) < kind.lanes, 0.0, _PUSH)
                made = kind.make(steps, marks, moves)(starts, *pairs[1:], push)
            return found.at[place].set(jnp.stack([made[key].astype(jnp.float64) for key in kind.told]))

        none = jnp.zeros((len(points), len(kind.told), kind.lanes * (2 if kind.of_both else 1)))
        found: jax.Array = jax.lax.fori_loop(jnp.int32(0), count, chunk, none)
        return found

    return jax.jit(run, compiler_options=_OPTIONS)


def _twice(row: jax.Array, lanes: int) -> jax.Array:
    """Return numbers of lanes (n,) with those of their twins, if there are to be so many."""
    return row if len(row) == lanes else jnp.concatenate([row, row])
