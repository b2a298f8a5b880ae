"""What optimizers carry inside, for the stage: shapes that are always drawn, and every number where it is asked for.

Shapes (a triangle, a cloud, a swarm, a second point beside the iterate) go with every packet, as long as all of them
together stay under SHAPES floats; in longer runs those that have no room are there while the panel is open. The
panel's arrays are sent only while somebody looks at it: for every step where they have room in PANEL floats, else for
every second, third, ... step.
"""

from functools import partial
from math import ceil
from typing import Any

import numpy as np

from experiments import Experiment
from experiments.results.inside import State, Worked, Workings, inside_of, states_of
from experiments.setup.failures import sentence, standing
from figures.packets.worked_text import Token, tokens
from optimizers import OPTIMIZERS, WRAPPERS
from optimizers.shared.notation import symbol, words

SHAPES = 8_192  # floats: 32 KB
INSIDE = "The inside of a step"
PANEL = 262_144  # floats: 1 MB

_DRAWN = ("simplex", "ellipse", "point", "swarm")  # as long as there is room, in this order
_NOT_TABLED = ("swarm",)
_AGAINST = ("velocity", "first_moment", "gradient_sum")  # states against which an optimizer moves

Arrays = list[tuple[str, np.ndarray]]
Source = dict[str, Any]


def inside_parts(experiment: Experiment, is_wanted: bool) -> tuple[dict[str, Any], Arrays]:
    """Return what goes into the header, and the arrays: shapes always, the panel's numbers where they are wanted.

    An array that is carried from step to step has rows (T+1, ...), the first before any step; one that belongs to a
    step (T, ...). Where only every stride-th step is sent, carried arrays have two rows for each: before and after.
    """
    make = partial(_panel if is_wanted else _shapes, experiment)
    return standing(INSIDE, make, partial(_nothing, experiment, is_wanted))


def _nothing(experiment: Experiment, is_wanted: bool) -> tuple[dict[str, Any], Arrays]:
    """Return what stands where nothing could be worked out."""
    runs = [_untold() for _ in experiment.runs]
    return {"shapes": [[] for _ in runs], **({"inside": {"stride": 1, "runs": runs}} if is_wanted else {})}, []


def _untold() -> dict[str, Any]:
    """Return what the panel says of a run whose inside could not be worked out."""
    return {"table": [], "lines": [], "story": sentence(INSIDE), "arrows": [], "spread": None}


def _shapes(experiment: Experiment) -> tuple[dict[str, Any], Arrays]:
    found: list[list[dict[str, Any]]] = [[] for _ in experiment.runs]
    waiting = [
        (_DRAWN.index(state.kind), place, state)
        for place in range(len(experiment.runs))
        if _has_shapes(experiment, place)
        for state in states_of(experiment, place)
        if state.kind in _DRAWN
    ]
    room = SHAPES
    arrays: Arrays = []
    for _, place, state in sorted(waiting, key=lambda one: one[:2]):
        room -= state.rows.size
        if room < 0:
            break
        found[place].append(_shape(experiment, place, state))
        arrays.append((_carried(state, place), state.rows))
    return {"shapes": found}, arrays


def _has_shapes(experiment: Experiment, place: int) -> bool:
    run = experiment.runs[place]
    observed = [OPTIMIZERS[run.optimizer].inside.observes, *(WRAPPERS[w.key].inside.observes for w in run.wrappers)]
    return any(kind in _DRAWN for kinds in observed for kind in kinds.values())


def _shape(experiment: Experiment, place: int, state: State) -> dict[str, Any]:
    return {
        "kind": state.kind,
        "name": words(state.name.split(".")[-1]),
        "symbol": _symbol(experiment, place, state.name),
        "array": _carried(state, place),
        "next": state.of_next,
        "way": state.way,
    }


def _carried(state: State, place: int) -> str:
    return f"{state.name}@{place}"


def _symbol(experiment: Experiment, place: int, name: str, scope: str = "") -> str:
    """Return a name's letter, as the rule of the optimizer or of the wrapper has it."""
    prefix, _, short = name.rpartition(".")
    unit = WRAPPERS[prefix or scope] if prefix or scope else OPTIMIZERS[experiment.runs[place].optimizer]
    return unit.inside.symbols.get(short, symbol(short))


def _panel(experiment: Experiment) -> tuple[dict[str, Any], Arrays]:
    told = [standing(INSIDE, partial(_told, experiment, place), lambda: None) for place in range(len(experiment.runs))]
    shapes = [[] if one is None else one[1] for one in told]
    runs = [_untold() if one is None else one[2] for one in told]
    ledgers = [one[0] for one in told if one is not None]
    size = sum(ledger.size for ledger in ledgers)
    stride = 1 if size <= PANEL else ceil(2 * size / PANEL)  # pairs take up to twice the room
    header = {"shapes": shapes, "inside": {"stride": stride, "runs": runs}}
    return header, [array for ledger in ledgers for array in ledger.arrays(stride)]


def _told(experiment: Experiment, place: int) -> "tuple[_Ledger, list[dict[str, Any]], dict[str, Any]]":
    """Return one run's arrays, its shapes and what the panel says of it."""
    ledger = _Ledger(place, inside_of(experiment, place))
    shapes = _all_shapes(experiment, ledger)
    return ledger, shapes, _run(experiment, ledger)


class _Ledger:
    """The arrays that one run's panel reads from, each known by what it was made as and sent once."""

    def __init__(self, place: int, inside: Workings) -> None:
        self.place = place
        self.inside = inside
        self._carried: dict[str, np.ndarray] = {}
        self._made: dict[str, np.ndarray] = {}
        self._known: dict[int, Source] = {}
        self._keeps: list[Any] = []  # so that no id is used again
        self._know(inside.point.before, {"w": 0})
        self._know(inside.point.after, {"w": 1})
        for state in inside.states:
            self._know(state.before, {"a": _carried(state, place), "at": 0})
            self._know(state.after, {"a": _carried(state, place), "at": 1})

    def _know(self, value: np.ndarray, source: Source) -> None:
        self._known[id(value)] = source
        self._keeps.append(value)

    def carried(self, state: State, at: int) -> Source:
        """Return the source of a state before (0) or after (1) the step."""
        self._carried[_carried(state, self.place)] = state.rows
        return {"a": _carried(state, self.place), "at": at, **_whole(state.rows)}

    def source(self, name: str, value: Any) -> Source:
        """Return where a name's value is read from: {"c": numbers}, {"n": 1}, {"w": before or after} or an array.

        "list": 1, where they are a row of numbers and not pairs; "whole": 1, where they only count.
        """
        if name == "n":
            return {"n": 1}
        if not isinstance(value, np.ndarray):
            return {"c": [value]}
        if id(value) in self._known:
            known = self._known[id(value)]
            state = next((s for s in self.inside.states if _carried(s, self.place) == known.get("a")), None)
            return known if state is None else self.carried(state, known["at"])
        if len(value) and (value == value[0]).all() and np.isfinite(value[0]).all():
            constants = {"c": [float(x) for x in np.ravel(value[0])]}
            return constants | ({"list": 1} if value.ndim == 2 and value.shape[1] > 2 else {})
        source = {"a": f"{name}.{len(self._made)}@{self.place}", **_whole(value)}
        self._made[source["a"]] = value
        self._know(value, source)
        return source

    @property
    def size(self) -> int:
        """How many floats all of it takes."""
        return sum(rows.size for rows in [*self._carried.values(), *self._made.values()])

    def arrays(self, stride: int) -> Arrays:
        """Return the arrays, thinned out to every stride-th step."""
        if stride == 1:
            return [*self._carried.items(), *self._made.items()]
        kept = np.arange(0, self.inside.trajectory.steps, stride)
        pairs = np.stack([kept, kept + 1], axis=1).ravel()
        carried = [(name, rows[pairs]) for name, rows in self._carried.items()]
        return carried + [(name, rows[kept]) for name, rows in self._made.items()]


def _whole(values: np.ndarray) -> Source:
    return {"whole": 1} if (values == np.rint(values)).all() else {}


def _run(experiment: Experiment, ledger: _Ledger) -> dict[str, Any]:
    place, inside = ledger.place, ledger.inside
    optimizer = OPTIMIZERS[experiment.runs[place].optimizer]
    sees = optimizer.cost[1] > 0
    return {
        "table": _table(experiment, ledger, sees),
        "lines": [_line(experiment, ledger, line) for line in inside.lines],
        "story": optimizer.notes.split(". ")[0].rstrip(".") + ".",
        "arrows": _arrows(experiment, ledger, sees),
        "spread": None if inside.spread is None else ledger.source("spread", inside.spread),
    }


def _all_shapes(experiment: Experiment, ledger: _Ledger) -> list[dict[str, Any]]:
    drawn = [state for state in ledger.inside.states if state.kind in _DRAWN]
    for state in drawn:
        ledger.carried(state, 1)
    return [_shape(experiment, ledger.place, state) for state in drawn]


def _table(experiment: Experiment, ledger: _Ledger, sees: bool) -> list[dict[str, Any]]:
    """Return the table's rows: letter, words, kind, and where it is read from before the step and after it."""
    inside, place = ledger.inside, ledger.place
    rows: list[dict[str, Any]] = []

    def add(letter: str, name: str, kind: str, after: Source | None, before: Source | None = None) -> None:
        rows.append({"symbol": letter, "name": name, "kind": kind, "before": before, "after": after})

    if sees:
        add(
            "g",
            "gradient of the batch" if experiment.batched else "gradient",
            "vector",
            None,
            ledger.source("g", inside.gradients),
        )
        if experiment.batched:
            of_all = inside.trajectory.gradients[: inside.trajectory.steps]
            add("∇f", "gradient of all rows", "vector", None, ledger.source("full", of_all))
    for state in inside.states:
        if state.kind not in _NOT_TABLED and not state.passing:
            keeps = state.kind in ("vector", "scale", "number") or state.of_next or state.way
            before = ledger.carried(state, 0) if keeps and state.name != "sam.gradient" else None
            name = words(state.name.split(".")[-1])
            add(_symbol(experiment, place, state.name), name, state.kind, ledger.carried(state, 1), before)
    for line in inside.lines:
        if line.line.target == "axis_rate":
            add(symbol("axis_rate"), words("axis_rate"), "scale", ledger.source("axis_rate", line.result))
    add("η", "learning rate", "number", ledger.source("eta", inside.rates))
    add("Δw", "step", "vector", ledger.source("step", inside.trajectory.updates))
    add("w", "point", "point", {"w": 1}, {"w": 0})
    return rows


def _line(experiment: Experiment, ledger: _Ledger, worked: Worked) -> dict[str, Any]:
    place, scope = ledger.place, worked.scope

    def named(name: str) -> Token:
        return {"s": _symbol(experiment, place, name, scope), **ledger.source(name, worked.inputs[name])}

    expression, target = worked.line.expression, worked.line.target
    return {
        "symbol": _symbol(experiment, place, target, scope),
        "tokens": [] if expression is None else tokens(expression, named),
        "words": worked.line.words,
        "result": ledger.source(target, worked.result),
        "holds": None if worked.holds.all() else ledger.source("holds", worked.holds.astype(float)[:, None]),
    }


def _arrows(experiment: Experiment, ledger: _Ledger, sees: bool) -> list[dict[str, Any]]:
    """Return the arrows: what they are of, where they are read from, and by what they are multiplied.

    times: "-rate", "-1" or "1". true: whether that is a way in the plane; else only its direction is drawn.
    """
    inside = ledger.inside
    optimizer = OPTIMIZERS[experiment.runs[ledger.place].optimizer]
    arrows = []

    def add(of: str, letter: str, source: Source, times: str, true: bool) -> None:
        arrows.append({"of": of, "symbol": letter, "source": source, "times": times, "true": true})

    if sees:
        own = optimizer.rate_class == "curvature"
        add("gradient", "−g", ledger.source("g", inside.gradients), "-rate" if own else "-1", own)
    vectors = [state for state in inside.states if state.own and state.name in (*_AGAINST, "direction")]
    letter = _symbol(experiment, ledger.place, vectors[0].name) if vectors else ""
    if inside.arrow is not None:
        add("velocity", letter, ledger.source("arrow", inside.arrow), "1", True)
    elif vectors:
        add("velocity", f"−{letter}", ledger.carried(vectors[0], 1), "-1", False)
    add("step", "Δw", ledger.source("step", inside.trajectory.updates), "1", True)
    return arrows
