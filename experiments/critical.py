"""The critical points of an objective within a view: where its gradient vanishes, and of what kind each is."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from experiments import objective
from experiments.critical_point import CriticalPoint, stacked
from experiments.derivatives import derivatives, eigenvalues, newton_search
from experiments.edges import creases, edge_minima
from experiments.experiment import Box, Experiment, landscape_of
from experiments.kink_search import kink_minima
from experiments.modifiers import Frame, frame_of
from experiments.resolution import is_one_height
from experiments.smooth_search import FEWER, SEEDS, smooth_points
from experiments.surface import Surface, surface_at
from experiments.value_edges import value_edge_minima
from landscapes import Landscape

_FEW = 64  # lowest points of a grid that are followed
CLEAR = 0.05  # spreads of height over a domain's diagonal: a slope that a person would see


@dataclass(frozen=True)
class CriticalPoints:
    """All critical points found in the view, and the landscape's listed minima wherever they are; lowest first.

    lowest: the value at the domain's global minima, in view or not, None where there is none. verified: the
    landscape's own facts hold; otherwise it is the lowest found. complete: False when the cap cut the list.
    """

    points: tuple[CriticalPoint, ...]
    lowest: float | None
    verified: bool
    complete: bool

    @cached_property
    def all_minima(self) -> tuple[CriticalPoint, ...]:
        """Every minimum, lowest first."""
        return tuple(p for p in self.points if p.kind == "minimum")

    @property
    def minima(self) -> np.ndarray:
        """Every minimum, (n, 2), lowest first."""
        return stacked(self.all_minima)

    @property
    def global_minima(self) -> np.ndarray:
        """The minima than which nothing lower is known, (n, 2)."""
        return stacked(tuple(p for p in self.all_minima if p.is_global))

    @property
    def local_minima(self) -> np.ndarray:
        """The other minima, (n, 2)."""
        return stacked(tuple(p for p in self.all_minima if not p.is_global))

    @property
    def saddles(self) -> np.ndarray:
        """The saddle points, (n, 2)."""
        return stacked(tuple(p for p in self.points if p.kind == "saddle"))

    @property
    def maxima(self) -> np.ndarray:
        """The maxima, (n, 2)."""
        return stacked(tuple(p for p in self.points if p.kind == "maximum"))


def critical_points(experiment: Experiment) -> CriticalPoints:
    """Return the critical points of the experiment's objective within its view, cached.

    Newton's method from a 96 by 96 grid of starts, deduplicated, classified by the Hessian's eigenvalues (or, where
    they vanish, by the heights around); minima at kinks by a search without derivatives, on the axes under an L1
    penalty by its subgradients; minima that only the domain's edge makes. At most 2,000.
    """
    return critical_points_at(experiment, experiment.window)


def critical_points_at(experiment: Experiment, window: Box) -> CriticalPoints:
    """Return the critical points of the experiment's objective within this window, cached."""
    numbers = tuple(objective.numbers_of(experiment).tolist())
    landscape = landscape_of(experiment)
    frame = frame_of(experiment, landscape)
    facts = landscape if experiment.only_moved else None
    return _critical_points(objective.form_of(experiment), numbers, window, facts, frame, landscape.domain)


@lru_cache(maxsize=128)
def _critical_points(
    form: objective.Form, numbers: tuple[float, ...], window: Box, facts: Landscape | None, frame: Frame, domain: Box
) -> CriticalPoints:
    """facts: the landscape whose listed minima hold, but for the frame. domain: in the landscape's own coordinates."""
    vector = np.asarray(numbers)
    (x0, x1), (y0, y1) = window
    size = float(np.hypot(x1 - x0, y1 - y0))
    surface = surface_at(form, numbers, window)
    found, complete = smooth_points(form, vector, window, size, surface)
    if "l1" in form.modifiers:
        found = [p for p in found if min(map(abs, p.point)) > 1e-9 * size] + creases(form, vector, window)
    if not form.is_smoothed:  # which rounds every kink but those that the penalty adds
        found += kink_minima(form, vector, window, size, surface, found)
        found += value_edge_minima(form, vector, window, size, surface, found)
    if facts is not None:
        found = _with_facts(found, facts, frame, form, vector, size)
    if facts is None or facts.lowest is not None:
        found += _edges(found, form, vector, window, domain, frame, facts is not None, surface)
    found.sort(key=lambda p: (p.value, p.point))
    lowest = facts.lowest if facts is not None else _lowest_found(found, form, numbers, window, frame, domain)
    marked = tuple(_marked(p, lowest, form, vector, surface.spread) for p in found)
    return CriticalPoints(points=marked, lowest=lowest, verified=facts is not None, complete=complete)


def _edges(
    found: list[CriticalPoint],
    form: objective.Form,
    numbers: np.ndarray,
    window: Box,
    domain: Box,
    frame: Frame,
    listed: bool,
    surface: Surface,
) -> list[CriticalPoint]:
    """Return the minima at the domain's edge that are not found yet; on a listed surface, where it clearly falls on."""
    (x0, x1), (y0, y1) = domain
    size = float(np.hypot(x1 - x0, y1 - y0))
    known = stacked(tuple(p for p in found if p.kind == "minimum"))
    least = (CLEAR if listed else 1e-6) * surface.spread / size
    at_edge = edge_minima(form, numbers, window, domain, frame, least)
    return [p for p in at_edge if not (np.hypot(*(known - p.point).T) <= 1e-4 * surface.size).any()]


def _lowest_found(
    found: list[CriticalPoint],
    form: objective.Form,
    numbers: tuple[float, ...],
    window: Box,
    frame: Frame,
    domain: Box,
) -> float | None:
    """Return the value of the lowest minimum found in the domain; None if the domain has lower ground than that."""
    box = frame.box(domain)
    surface = surface_at(form, numbers, box)
    if window != box and form.is_smoothed:
        found = [*found, *_lowest_hollows(form, np.asarray(numbers), surface)]
    elif window != box:
        found = [*found, *_critical_points(form, numbers, box, None, frame, domain).points]
    (x0, x1), (y0, y1) = domain
    low, high = np.array([x0, y0]), np.array([x1, y1])
    slack = 1e-9 * (high - low)

    def inside(points: np.ndarray) -> np.ndarray:
        places = frame.back(points)
        return ((places >= low - slack) & (places <= high + slack)).all(-1)

    minima = [p for p in found if p.kind == "minimum"]
    within = inside(stacked(tuple(minima)))
    lowest = min((p.value for p, is_in in zip(minima, within, strict=True) if is_in), default=np.inf)
    z = surface.z[inside(np.stack(np.meshgrid(surface.x, surface.y), -1)) & np.isfinite(surface.z)]
    ground = float(z.min()) if z.size else np.inf
    return float(lowest) if lowest < np.inf and lowest <= ground + 1e-6 * surface.spread else None


def _lowest_hollows(form: objective.Form, numbers: np.ndarray, surface: Surface) -> list[CriticalPoint]:
    """Return the minima that Newton's steps lead to from the lowest points of a grid over a smoothed surface."""
    lowest = np.argsort(surface.z, axis=None)[:_FEW]  # what is not finite comes last
    rows, columns = np.unravel_index(lowest, surface.z.shape)
    starts = np.stack([surface.x[columns], surface.y[rows]], -1)
    ends = newton_search(form, numbers, starts, surface.size / SEEDS, FEWER)
    heights, slopes, hessians = derivatives(form, numbers, ends)
    small, _ = eigenvalues(hessians)
    at_rest = (np.hypot(*slopes.T) * surface.size <= 1e-6 * surface.spread) & (small > 0)
    return [
        CriticalPoint(point=(float(x), float(y)), value=float(z), kind="minimum")
        for (x, y), z in zip(ends[at_rest], heights[at_rest], strict=True)
    ]


def _marked(
    point: CriticalPoint, lowest: float | None, form: objective.Form, numbers: np.ndarray, spread: float
) -> CriticalPoint:
    """Return the point with is_global set; what lies lower still is outside the domain, where nothing counts."""
    if lowest is None or point.kind != "minimum":
        return point
    return replace(point, is_global=is_one_height(form, numbers, point.point, point.value, lowest, spread))


def _with_facts(
    found: list[CriticalPoint],
    landscape: Landscape,
    frame: Frame,
    form: objective.Form,
    numbers: np.ndarray,
    size: float,
) -> list[CriticalPoint]:
    """Put in the landscape's verified minima: exact digits, kinks and boundary points that Newton cannot find."""
    listed = [*landscape.minima, *landscape.other_minima]
    if not listed:
        return found
    places = frame.out(listed)
    heights, _, hessians = derivatives(form, numbers, places)
    small, large = (part.tolist() for part in eigenvalues(hessians))
    kinks, boundary = set(landscape.kinks), set(landscape.boundary)
    result = []
    for fact, (x, y), height, *curvatures in zip(listed, places.tolist(), heights, small, large, strict=True):
        near = [p for p in found if np.hypot(p.point[0] - x, p.point[1] - y) <= 1e-4 * size]
        same = [p for p in near if p.kind == "minimum"]
        found = [p for p in found if p not in same]
        base = (
            same[0]
            if same
            else CriticalPoint(
                point=(x, y), value=float(height), kind="minimum", eigenvalues=(curvatures[0], curvatures[1])
            )
        )
        result.append(
            CriticalPoint(
                **{
                    **base.__dict__,
                    "point": (x, y),
                    "value": float(height),
                    "kink": fact in kinks,
                    "boundary": fact in boundary,
                }
            )
        )
    return found + result
