"""The experiment: the small frozen value that the link, a JSON file and the Python API all carry."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from experiments.setup import atlas, document, limits, link, modifiers
from experiments.setup.allowed import Box, Point, assign, box, known_of, mapping, number, point
from experiments.setup.cost import check_cost
from experiments.setup.criteria import NEVER, checked
from experiments.setup.fields import PARAMETERS
from experiments.setup.frozen import FrozenMap
from experiments.setup.length import REPEATS, SEED, SPREAD, STEPS
from experiments.setup.points import (
    BATCH,
    BATCH_KIND,
    HELD_OUT,
    check_held_out,
    given_flags,
    given_rows,
    points_of,
    row_count,
)
from experiments.setup.repair import repair
from experiments.setup.run import Run, Wrapper
from experiments.setup.weights import (
    FIRST_TWO,
    MOST_NUMBERS,
    PLANE,
    PLANE_SEED,
    base_of,
    count_of,
    given_places,
    given_weights,
    named_settings,
    start_plane,
)
from landscapes import LANDSCAPES, UNITS, Landscape, formula
from landscapes.data.learned import learned
from landscapes.data.projection import Plane
from landscapes.data.sliced import PATH_VIEW, on_plane
from optimizers import OPTIMIZERS
from parameter import Refusal, fill, shown

SCALES = ("linear", "log", "rank", "gradient", "curvature")  # of heights, or what colours them instead


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A landscape, a start and up to six runs on it.

    landscape: a key of LANDSCAPES, or "formula" for the surface that the text in formula says (landscapes.formula);
    its view, ((-5, 5), (-5, 5)) if none is given, is its domain too. start: (x, y); view: ((xmin, xmax), (ymin, ymax))
    or None for the landscape's own; scale: how heights are coloured, one of SCALES or "" for the landscape's own;
    steps: 1 to 20,000; seed: 0 to 2^32 - 1. Parameters that are left out take their defaults. Raises ValueError naming
    the field, the value and what is allowed.

    Modifiers, each with a default that changes nothing (modifiers.MODIFIERS has their ranges): rotation
    (degrees, counter-clockwise, about the middle of the landscape's own view) and shift (dx, dy) turn and move the
    surface: f(R^T (w - middle - shift) + middle). smoothing (sigma) takes the mean over a normal cloud;
    smoothing_schedule ("constant", "linear", "exponential") lets sigma fall to 0 over the run, and the true surface is
    then the one that is drawn and judged. l2 adds l2 (x² + y²), l1 adds l1 (|x| + |y|), unturned and unsmoothed. noise
    is the standard deviation of what is added to each coordinate of every gradient that an optimizer sees.

    stop_at: "none", or the criterion (of criteria.KINDS) at which a run ends early. criteria: when a run is
    said to have converged, the tolerances and patiences of criteria.CRITERIA.
    repeats: how many times each run is made, 1 to 200, the first as it is, the others with seeds of their own and from
    starts within the distance spread of the start (experiments.studies.ensemble).

    A landscape with a model learns from rows of data: those that its parameters draw, or data: rows of inputs and then
    the target (0 or 1 for a class), up to 200. flagged: numbers of rows, from 0, that are left out of the loss. batch:
    how many rows each step's gradient is the mean of, 0 for all; batch_kind: "deck" (shuffled, each row once before any
    comes again) or "replacement". On such a landscape the weights x and y have no frame to turn, move or smooth, and
    penalties leave an intercept out. held_out: the share of the rows that nothing learns from, 0 to 0.9; or
    data_held_out: these rows themselves, numbered after the others.

    A model with many weights (a key of LEARNERS) starts from start_weights, one number for all or one each (its own
    draws, or 0, where nothing is given), of which the two coordinates on the plane that is shown are those of start.
    plane: "weights" (plane_weights, the places of two of them), "random" (two directions drawn from plane_seed) or
    "path" (along which the runs moved most; it only shows, and start is two weights under it, too).
    atlas: which map is open on it (experiments.setup.atlas), "" for none.
    """

    landscape: str
    landscape_parameters: Mapping[str, Any] = field(default_factory=FrozenMap)
    formula: str = ""
    view: Box | None = None
    scale: str = ""
    start: Point = None  # type: ignore[assignment]  # the landscape's first suggested start
    steps: int = STEPS.default
    seed: int = SEED.default
    runs: tuple[Run, ...] = ()
    rotation: float = 0.0
    shift: Point = (0.0, 0.0)
    smoothing: float = 0.0
    smoothing_schedule: str = "constant"
    l2: float = 0.0
    l1: float = 0.0
    noise: float = 0.0
    stop_at: str = NEVER
    criteria: Mapping[str, Any] = field(default_factory=FrozenMap)
    repeats: int = REPEATS.default
    spread: float = SPREAD.default
    data: Sequence[Sequence[float]] = ()
    flagged: Sequence[int] = ()
    batch: int = BATCH.default
    batch_kind: str = BATCH_KIND.default
    held_out: float = HELD_OUT.default
    data_held_out: Sequence[Sequence[float]] = ()
    start_weights: Sequence[float] | float = ()
    plane: str = PLANE.default
    plane_weights: tuple[int, int] = FIRST_TWO
    plane_seed: int = PLANE_SEED.default
    atlas: str = ""

    def __post_init__(self) -> None:
        view = None if self.view is None else box(self.view)
        text = _formula(self.landscape, self.formula)
        if text:
            landscape = formula.landscape(text, view or formula.VIEW)
        else:
            landscape = known_of(self.landscape, UNITS, "landscape", "landscape")
        given = mapping(self.landscape_parameters, "landscape_parameters")
        if not isinstance(self.runs, tuple | list) or not all(isinstance(r, Run) for r in self.runs):
            raise Refusal(f"runs: {shown(self.runs)} is not allowed; give a tuple of Run")
        if len(self.runs) > limits.MAX_RUNS:
            raise Refusal(f"runs: {len(self.runs)} are not allowed; give at most {limits.MAX_RUNS}")
        parameters = FrozenMap(fill(landscape.parameters, given, "landscape_parameters"))
        data = given_rows(self.landscape, self.data)
        held = given_rows(self.landscape, self.data_held_out, "data_held_out")
        rows = row_count(self.landscape, parameters, data) + len(held)
        learner = landscape.learner
        assign(
            self,
            landscape_parameters=parameters,
            data=data,
            data_held_out=held,
            flagged=given_flags(self.landscape, self.flagged, rows),
            start_weights=given_weights(learner, parameters, self.start_weights),
            plane_weights=given_places(learner, parameters, self.plane_weights),
            formula=text,
            view=view,
            scale=_scale(self.scale),
            runs=tuple(self.runs),
            shift=_shift(self.shift),
            atlas=atlas.checked(self.atlas),
            criteria=checked(mapping(self.criteria, "criteria")),
            **{key: _no_minus_zero(known.validate(getattr(self, key))) for key, known in PARAMETERS.items()},
        )
        check_held_out(self.landscape, self.held_out, held)
        if landscape.learns is not None:
            _check_learner(self)
            landscape = landscape_of(self)
        elif self.batch:
            raise Refusal(f"batch: {self.batch} is not allowed; {self.landscape} has no rows of data to draw from")
        assign(self, start=point(landscape.starts[0] if self.start is None else self.start))
        room = limits.FARTHEST - max(map(abs, self.start))  # so that every start is one that an experiment may have
        assign(self, spread=number(self.spread, "spread", 0.0, room))
        check_cost(self)

    def replace(self, **changes: Any) -> "Experiment":
        """Return a copy with these fields changed, validated anew."""
        return replace(self, **changes)

    @property
    def window(self) -> Box:
        """The view that is shown: the given one, else the landscape's."""
        return self.view or landscape_of(self).view

    @property
    def at_defaults(self) -> bool:
        """Whether the surface is as the catalogue lists it: nothing changes it."""
        still = self.rotation == 0 and self.shift == (0.0, 0.0)
        rows = self.data or self.flagged or self.held_out or self.data_held_out
        return still and self._is_listed and not rows and self.many_at_defaults

    @property
    def many_at_defaults(self) -> bool:
        """Whether the plane through many weights is the one that the catalogue lists."""
        return not self.start_weights and (self.plane, self.plane_weights) == (PLANE.default, FIRST_TWO)

    @property
    def has_many_weights(self) -> bool:
        """Whether x and y are places on a plane through many weights."""
        return not self.formula and UNITS[self.landscape].learner is not None

    @property
    def only_moved(self) -> bool:
        """Whether the surface is the one of the listed facts, or that turned and moved."""
        if not self.formula and UNITS[self.landscape].learns is not None:
            return False  # its facts follow its rows (landscape_of)
        return self._is_listed

    @property
    def _is_listed(self) -> bool:
        smooth = self.smoothing != 0 and self.smoothing_schedule == "constant"
        plain = self.l1 == 0 and self.l2 == 0 and not smooth and not self.formula
        return plain and dict(self.landscape_parameters) == UNITS[self.landscape].defaults

    @property
    def batched(self) -> bool:
        """Whether a step sees some of the rows of data and not all of them."""
        return bool(self.batch) and self.batch < len(points_of(self).kept)

    @property
    def is_noisy(self) -> bool:
        """Whether the gradients that an optimizer sees are left to chance: by noise, or by batches."""
        return self.noise > 0 or self.batched

    @property
    def unmodified(self) -> bool:
        """Whether every modifier of the surface is off, at every step of the run."""
        off = self.rotation == 0 and self.smoothing == 0 and self.l1 == 0 and self.l2 == 0
        return off and self.shift == (0.0, 0.0)

    @property
    def stopping_criteria(self) -> Mapping[str, Any]:
        """The criteria where one of them stops the runs, else none: then they change no result."""
        return self.criteria if self.stop_at != NEVER else {}

    @property
    def fades(self) -> bool:
        """Whether the runs descend a smoothed surface that becomes the true one over the run."""
        return self.smoothing != 0 and self.smoothing_schedule != "constant"

    def to_json(self) -> str:
        """Return the experiment as JSON text, every value written out."""
        return json.dumps(document.plain(self), indent=1, allow_nan=False)

    @staticmethod
    def from_json(text: str | bytes) -> "Experiment":
        """Return the experiment that to_json wrote. Raises ValueError naming the field on anything else."""
        return _from_plain(document.read(text))

    def to_query(self) -> dict[str, str]:
        """Return the experiment as the fields of a link's query, every value written out."""
        return link.write(document.plain(self))

    @staticmethod
    def from_query(mapping: Mapping[str, Any]) -> "Experiment":
        """Return the experiment that to_query wrote. Raises ValueError naming the field on anything else."""
        return _from_plain(link.read(mapping))

    @staticmethod
    def repair(mapping: Any, fallback: "Experiment | None" = None) -> tuple["Experiment", tuple[str, ...]]:
        """Return the nearest valid experiment and what was ignored, in sentences; never fails.

        fallback gives what the mapping does not say (without one, the first landscape with no runs).
        """
        return repair(mapping, fallback or Experiment(landscape=next(iter(LANDSCAPES))), _changed)


def _changed(changes: Mapping[str, Any], fallback: Experiment) -> Experiment:
    """Return the fallback with these fields changed; on another landscape an experiment of its steps alone."""
    if "landscape" in changes:
        fields: dict[str, Any] = {"steps": fallback.steps, "runs": (), **changes}
        return Experiment(**fields)
    return fallback.replace(**changes)


def _from_plain(plain: dict[str, Any]) -> Experiment:
    """Build an experiment from plain data of the right shape; errors name the run they are in."""
    fields = {key: value for key, value in plain.items() if key not in ("format", "runs")}
    runs = []
    for place, run in enumerate(plain["runs"]):
        try:
            wrappers = tuple(Wrapper(**wrapper) for wrapper in run["wrappers"])
            runs.append(Run(**{**run, "wrappers": wrappers}))
        except Refusal as error:
            raise Refusal(f"runs[{place}].{error}") from None
    return Experiment(**fields, runs=tuple(runs))


def landscape_of(experiment: Experiment) -> Landscape:
    """Return the landscape that the experiment descends; that of a formula has the experiment's window for domain.

    One that learns is on the experiment's rows of data and with its penalties: view, starts and minima follow them.
    """
    if experiment.formula:
        return formula.landscape(experiment.formula, experiment.view or formula.VIEW)
    unit = UNITS[experiment.landscape]
    if unit.learner is not None:
        found = landscape_on(experiment, start_plane(experiment))
        return replace(found, view=PATH_VIEW) if experiment.plane == "path" else found
    if unit.model is None:
        return unit
    values = experiment.landscape_parameters
    settings = tuple((key, values[key]) for key in unit.model.settings)
    return learned(unit, points_of(experiment).kept, settings, experiment.l2, experiment.l1)


def landscape_on(experiment: Experiment, plane: Plane) -> Landscape:
    """Return what a plane shows of the loss of the experiment's model with many weights."""
    penalties = experiment.l2, experiment.l1
    base = tuple(base_of(experiment).tolist())
    rows = points_of(experiment).kept
    return _on_plane(experiment.landscape, plane, rows, named_settings(experiment), penalties, base)


@lru_cache(maxsize=64)
def _on_plane(
    key: str, plane: Plane, rows: Any, settings: Any, penalties: tuple[float, float], base: tuple[float, ...]
) -> Landscape:
    return on_plane(UNITS[key], plane, rows, settings, penalties, base)


def _check_learner(experiment: Experiment) -> None:
    """Raise Refusal for what cannot be done to a loss on data."""
    name = f"{experiment.landscape} is a loss on data: its axes are weights"
    if experiment.rotation or experiment.shift != (0.0, 0.0):
        raise Refusal(f"{'rotation' if experiment.rotation else 'shift'}: {name}, which cannot be turned or moved")
    if experiment.smoothing:
        raise Refusal(f"smoothing: {name}, over which it is not smoothed; batches and noise blur it as in training")
    points_of(experiment)
    if experiment.has_many_weights:
        _check_many(experiment)


def _check_many(experiment: Experiment) -> None:
    """Raise Refusal for what cannot be done with many weights."""
    for place, run in enumerate(experiment.runs):
        if OPTIMIZERS[run.optimizer].two_only:
            fitting = "it is made for two coordinates; choose another for a model with many weights"
            raise Refusal(
                f"runs[{place}].optimizer: {run.optimizer} is not allowed on {experiment.landscape}: {fitting}"
            )
    count = count_of(experiment)
    if experiment.steps * count > MOST_NUMBERS:
        most = MOST_NUMBERS // count
        raise Refusal(
            f"steps: {experiment.steps:,} steps of {count} weights are too many; give at most {most:,} steps here"
        )


def _formula(landscape: Any, text: Any) -> str:
    """Return the typed formula with single spaces; "" where the landscape is another."""
    if landscape != formula.KEY:
        if text != "":
            raise Refusal(f"formula: {shown(text)} is not allowed unless landscape is {formula.KEY!r}")
        return ""
    try:
        formula.parse(text)
    except formula.FormulaError as error:
        raise Refusal(f"formula: {error}") from None
    return " ".join(text.split())


def _shift(value: Any) -> Point:
    try:
        dx, dy = value
    except (TypeError, ValueError):
        raise Refusal(f"shift: {shown(value)} is not allowed; give two numbers (dx, dy)") from None
    x, y = modifiers.BY_KEY["shift_x"].validate(dx, "shift x"), modifiers.BY_KEY["shift_y"].validate(dy, "shift y")
    return x + 0.0, y + 0.0


def _no_minus_zero(value: Any) -> Any:
    return value + 0.0 if isinstance(value, float) else value


def _scale(value: Any) -> str:
    if isinstance(value, str) and value in ("", *SCALES):
        return value
    raise Refusal(f"scale: {shown(value)} is not allowed; give one of {', '.join(SCALES)}, or nothing")
