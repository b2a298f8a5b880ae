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
from experiments.simulation.simulate import Structure, data_of, each_step, plan_of, state_at, step_of
from optimizers import SCHEDULES

LANES, CHUNKS = 512, 4  # that a loop makes side by side, and how many times in one call
BLOCK = LANES * CHUNKS  # starts of which the ends are found in one call; half as many are watched, beside their twins
_EVERY = 8  # steps, after which a twin is pushed
_PUSH = 2.0**-41  # of a point's and the view's size: 256 times what coordinates of that size are rounded meanwhile
_TURN = 2.399963229728653  # radians from one push to the next, which so go all ways
_BLUR = 8.0  # times the distance to the twin: nearer to a border it is left open on which side a lane is
_ROUNDED = 1e-13  # of the view's size: the same without any distance
_CLEARLY = 1e-6  # relative: the same for heights and for how far a lane is out


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


class Lanes:
    """The run at this place of an experiment, of two weights, from any starts."""

    def __init__(self, experiment: Experiment, place: int, marks: Marks) -> None:
        run = experiment.runs[place]
        plan = plan_of(experiment, run)
        self._ends = program(("ends", plan.structure), lambda: _compile_ends(plan.structure))
        self._watch = program(("lanes", plan.structure), lambda: _compile(plan.structure))
        rates = np.zeros(ROWS)
        steps = np.arange(experiment.steps, dtype=np.float64)
        rates[: experiment.steps] = SCHEDULES[run.schedule].rates(
            run.learning_rate, steps, experiment.steps, **run.schedule_parameters
        )
        fixed = (plan.numbers(experiment, run), marks.vector, rates)
        self._fixed = tuple(jax.device_put(array, host()) for array in fixed)
        self._data = data_of(experiment, plan.structure, draws)

    def ends(self, starts: np.ndarray) -> np.ndarray:
        """Return where the lanes from starts (n, 2) end, (n, 2); n is BLOCK at most."""
        attention.go_on()
        numbers, _, rates = self._fixed
        lanes = _filled(starts, BLOCK).reshape(CHUNKS, LANES, 2)
        return np.asarray(self._ends(numbers, rates, lanes, *self._data)).reshape(-1, 2)[: len(starts)]

    def watched(self, starts: np.ndarray, targets: np.ndarray, ends: np.ndarray) -> Watched:
        """Return what is seen of the lanes from starts (n, 2), and of their twins, on the way to the targets (n, 2).

        ends: (n, 2), where they were found to end. n is half of BLOCK at most.
        """
        count, half = len(starts), LANES // 2

        def paired(points: np.ndarray) -> np.ndarray:
            chunks = _filled(points, BLOCK // 2).reshape(CHUNKS, half, 2)
            return np.concatenate([chunks, chunks], axis=1)

        push = np.zeros((CHUNKS, LANES))
        push[:, half:] = _PUSH
        attention.go_on()
        made = self._watch(*self._fixed, paired(starts), paired(targets), paired(ends), push, *self._data)
        found = {name: np.asarray(array) for name, array in made.items()}

        def told(name: str) -> np.ndarray:
            array = found[name]
            both = array.reshape(CHUNKS, 2, half, *array.shape[2:]).swapaxes(0, 1)
            return both.reshape(2, BLOCK // 2, *array.shape[2:])[:, :count]

        since, climbed = told("since_surely"), told("surely")
        return Watched(
            ends=told("end"),
            losses=told("loss"),
            finite=told("finite"),
            since=np.where(since == told("since_perhaps"), since, -1),
            reach=np.sqrt(told("reach")),
            climbed=np.where(climbed == told("perhaps"), climbed, -2),
            out=told("out"),
            apart=np.sqrt(told("apart")[0]),
            relative=np.sqrt(told("relative")[0]),
            length=told("length"),
            moved=np.hypot(told("x") - told("x_first"), told("y") - told("y_first")),
            stride=told("stride"),
            least=told("least"),
            halfway=told("halfway"),
            fell=told("fell"),
            unlike=told("unlike")[0],
        )


def _filled(points: np.ndarray, count: int) -> np.ndarray:
    """Return points (n, 2) with the last one repeated until there are so many: one size, so that it compiles once."""
    return np.concatenate([points, np.broadcast_to(points[-1], (count - len(points), 2))])


def _compile_ends(structure: Structure) -> Callable[..., Any]:
    def ends(numbers: jax.Array, rates: jax.Array, starts: jax.Array, *data: jax.Array) -> jax.Array:
        traced("ends")
        begin, moves, _ = _moves(structure, numbers, rates, data)

        def loop(starts: jax.Array) -> jax.Array:
            def body(t: jax.Array, carry: Any) -> Any:
                return moves(t, *carry)[2:]

            end: jax.Array = jax.lax.fori_loop(
                jnp.int32(0), numbers[0].astype(jnp.int32), body, (starts, begin(starts))
            )[0]
            return end

        found: jax.Array = jax.lax.map(loop, starts)
        return found

    return jax.jit(ends)


def _compile(structure: Structure) -> Callable[..., Any]:
    def watch(
        numbers: jax.Array,
        marks: jax.Array,
        rates: jax.Array,
        starts: jax.Array,
        targets: jax.Array,
        ends: jax.Array,
        push: jax.Array,
        *data: jax.Array,
    ) -> dict[str, jax.Array]:
        traced("lanes")
        loop = _loop(numbers[0].astype(jnp.int32), marks, *_moves(structure, numbers, rates, data))
        found: dict[str, jax.Array] = jax.lax.map(lambda given: loop(*given), (starts, targets, ends, push))
        return found

    return jax.jit(watch)


def _moves(
    structure: Structure, numbers: jax.Array, rates: jax.Array, data: Sequence[jax.Array]
) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Return begin(points (n, 2)) -> leaves, moves(t, points, leaves) -> (losses, fine, points, leaves), and a push.

    Which is push_state(t, push (n,), leaves) -> leaves, as an optimizer may look at nothing but its state. leaves: the
    state's arrays; those that are the same in every lane are there once. Traceable.
    """
    step, now = step_of(structure, numbers), each_step(structure, data)
    first = jnp.zeros(2)
    begun, tree = jax.tree.flatten(state_at(structure, numbers, rates[0], first))

    def start(point: jax.Array) -> list[jax.Array]:
        return jax.tree.leaves(state_at(structure, numbers, rates[0], point))

    def move(t: jax.Array, point: jax.Array, leaves: list[jax.Array]) -> Any:
        made, moved, state = step(point, jax.tree.unflatten(tree, leaves), rates[t], *now(t))
        fine = 0 * made["loss"] + (0 * made["gradient"]).sum() + (0 * point).sum() == 0  # else it is NaN
        return made["loss"], fine, moved, jax.tree.leaves(state)

    own = _own(start, lambda point, leaves: move(jnp.int32(0), point, leaves)[2:], first, begun)
    axes = [0 if is_own else None for is_own in own]

    def begin(points: jax.Array) -> list[jax.Array]:
        leaves = jax.vmap(start)(points)
        return [leaf if is_own else leaf[0] for leaf, is_own in zip(leaves, own, strict=True)]

    def push_state(t: jax.Array, push: jax.Array, leaves: list[jax.Array]) -> list[jax.Array]:
        pushed = [is_own and jnp.issubdtype(leaf.dtype, jnp.floating) for leaf, is_own in zip(leaves, own, strict=True)]
        return [
            _pushed(t, push, leaf, jnp.abs(leaf).reshape(len(push), -1).max(-1)).astype(leaf.dtype) if by else leaf
            for leaf, by in zip(leaves, pushed, strict=True)
        ]

    return begin, jax.vmap(move, in_axes=(None, 0, axes), out_axes=(0, 0, 0, axes)), push_state


def _loop(
    steps: jax.Array,
    marks: jax.Array,
    begin: Callable[..., Any],
    moves: Callable[..., Any],
    push_state: Callable[..., Any],
) -> Callable[..., dict[str, jax.Array]]:
    """Return loop(starts, targets, ends (n, 2), push (n,)) -> what is seen of n lanes. Traceable."""
    size, tolerance, window = marks[0], marks[1], marks[2].astype(jnp.int32)
    centre, far, highest, spread = marks[3:5], marks[5], marks[6], marks[7]

    def loop(starts: jax.Array, targets: jax.Array, ends: jax.Array, push: jax.Array) -> dict[str, jax.Array]:
        (x1, y1), (x2, y2) = targets.T, ends.T
        half, last = steps // 2, steps - window
        none = jnp.zeros(len(starts), jnp.int32) - 1
        small = jnp.zeros(len(starts))

        def pushed(t: jax.Array, point: jax.Array, leaves: list[jax.Array]) -> Any:
            reach = size + jnp.abs(point - centre).max(-1)
            return _pushed(t, push, point, reach), push_state(t, push, leaves)

        def body(t: jax.Array, carry: Any) -> Any:
            point, leaves, seen = carry
            x, y = point[:, 0], point[:, 1]
            loss, fine, moved, leaves = moves(t, point, leaves)
            fine = fine & (seen["finite"] == t - 1)
            apart = _square(_twins(x), _twins(y))
            both = (apart < jnp.inf) & fine
            widest = jnp.where(both, jnp.maximum(seen["apart"], apart), seen["apart"])
            distance = _square(x - x1, y - y1)
            blur = _BLUR * jnp.sqrt(widest) + _ROUNDED * size
            near = tolerance - blur
            out = _square(x - centre[0], y - centre[1])
            ceiling = jnp.where(t == 0, jnp.maximum(loss, highest) + spread, seen["ceiling"])
            away = seen["away"] | (out > (far * (1 - _CLEARLY)) ** 2)

            def climbing(climb: dict[str, jax.Array]) -> dict[str, jax.Array]:
                height = _CLEARLY * jnp.abs(ceiling)
                surely = (out > (far * (1 + _CLEARLY)) ** 2) & (loss > ceiling + height)
                perhaps = (out > (far * (1 - _CLEARLY)) ** 2) & (loss > ceiling - height)
                before = jnp.where(seen["away"], 0.0, seen["apart"] / size**2)
                share = jnp.maximum(before, apart / (size**2 + out))
                return {
                    "surely": jnp.where(surely & (climb["surely"] < 0), t, climb["surely"]),
                    "perhaps": jnp.where(perhaps & (climb["perhaps"] < 0), t, climb["perhaps"]),
                    "out": jnp.where(fine, out > (2 * far) ** 2, climb["out"]),
                    "relative": jnp.where(both & away, jnp.maximum(climb["relative"], share), climb["relative"]),
                }

            climb = jax.lax.cond(away.any(), climbing, lambda climb: climb, seen["climb"])

            def ending(tail: dict[str, jax.Array]) -> dict[str, jax.Array]:
                stride = jnp.sqrt(_square(x - tail["x"], y - tail["y"]))
                fell = jnp.where(t > half, tail["before"] - loss, jnp.inf)
                return {
                    "reach": jnp.where(t >= last, jnp.maximum(tail["reach"], _square(x - x2, y - y2)), tail["reach"]),
                    "length": jnp.where(t > last, tail["length"] + stride, tail["length"]),
                    "stride": stride,
                    "x_first": jnp.where(t == last, x, tail["x_first"]),
                    "y_first": jnp.where(t == last, y, tail["y_first"]),
                    "halfway": jnp.where(t == half, loss, tail["halfway"]),
                    "fell": jnp.minimum(tail["fell"], fell),
                    "unlike": jnp.maximum(tail["unlike"], jnp.abs(_twins(loss))),
                    "x": x,
                    "y": y,
                    "before": loss,
                }

            tail = jax.lax.cond(t >= jnp.minimum(half, last), ending, lambda tail: tail, seen["tail"])
            seen = {
                "end": point,
                "loss": loss,
                "finite": jnp.where(fine, t, seen["finite"]),
                "since_surely": jnp.where(distance <= (tolerance + blur) ** 2, seen["since_surely"], t + 1),
                "since_perhaps": jnp.where(distance <= near * jnp.abs(near), seen["since_perhaps"], t + 1),
                "least": jnp.minimum(seen["least"], loss),
                "apart": widest,
                "away": away,
                "ceiling": ceiling,
                "climb": climb,
                "tail": tail,
            }
            return *jax.lax.cond(t % _EVERY == 0, pushed, lambda t, *same: same, t, moved, leaves), seen

        climb = {"surely": none, "perhaps": none, "out": none > 0, "relative": small}
        seen = {
            "end": starts,
            "loss": small,
            "finite": none,
            "since_surely": none + 1,
            "since_perhaps": none + 1,
            "least": small + jnp.inf,
            "apart": small,
            "away": none > 0,
            "ceiling": small,
            "climb": climb,
            "tail": dict.fromkeys(
                ("reach", "length", "stride", "x_first", "y_first", "halfway", "unlike", "x", "y", "before"), small
            )
            | {"fell": small + jnp.inf},
        }
        found: dict[str, Any] = jax.lax.fori_loop(jnp.int32(0), steps + 1, body, (starts, begin(starts), seen))[2]
        parts: dict[str, jax.Array] = found.pop("climb") | found.pop("tail")
        return found | parts

    return loop


def _pushed(t: jax.Array, push: jax.Array, array: jax.Array, size: jax.Array) -> jax.Array:
    """Return an array (n, ...) with the lanes' numbers pushed by a share of a size (n,), another way at each step."""
    ways = jnp.cos(_TURN * (t + 0.5 * jnp.arange(array[0].size))).reshape(array.shape[1:])
    by = (push * size).reshape(-1, *[1] * (array.ndim - 1))
    return jnp.where((by > 0) & (by < jnp.inf), array + by * ways, array)


def _square(x: jax.Array, y: jax.Array) -> jax.Array:
    """Return the square of the length of each way, (n,); infinite where it is too large for a number."""
    return x**2 + y**2


def _twins(places: jax.Array) -> jax.Array:
    """Return the way from each of places (n,) to its twin's, which is half of them farther on, (n,)."""
    half = len(places) // 2
    apart = places[:half] - places[half:]
    return jnp.concatenate([apart, apart])


def _own(start: Any, move: Any, point: jax.Array, leaves: list[jax.Array]) -> list[bool]:
    """Return which arrays of a run's state are each lane's own; the others, as a count of steps, are the same in all.

    start(point) -> leaves, move(point, leaves) -> (point, leaves). What cannot be told apart counts as a lane's own.
    """
    own = _depends(start, (point,), [True])
    while True:
        after = _depends(move, (point, leaves), [True, *own])[1:]
        after = [is_own or was for is_own, was in zip(after, own, strict=True)]
        if after == own:
            return own
        own = after


def _depends(function: Any, given: tuple[Any, ...], on: list[bool]) -> list[bool]:
    """Return which results of a function depend on those of its arguments; both flat."""
    jaxpr = jax.make_jaxpr(function)(*given).jaxpr
    known = dict(zip(jaxpr.invars, on, strict=True))

    def is_known(atom: Any) -> bool:
        return not hasattr(atom, "val") and known.get(atom, False)

    for equation in jaxpr.eqns:
        for made in equation.outvars:
            known[made] = any(map(is_known, equation.invars))
    return [is_known(atom) for atom in jaxpr.outvars]
