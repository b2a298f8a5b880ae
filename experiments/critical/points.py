"""The critical points of an objective within a view: where its gradient vanishes, and of what kind each is."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from scipy.spatial import cKDTree

from experiments.critical.curve import CriticalCurve
from experiments.critical.curve_search import on_curves
from experiments.critical.drawn_features import drawn_features
from experiments.critical.edge_curves import edge_curves
from experiments.critical.edges import creases, edge_minima
from experiments.critical.flat_bowls import without_flat_bowls
from experiments.critical.flat_ground import is_hollow
from experiments.critical.kink_search import kink_minima
from experiments.critical.level_areas import (
    lowest_areas,
    lowest_beside,
    on_level_areas,
    on_level_lines,
    rise_all_around,
)
from experiments.critical.point import CriticalPoint, stacked
from experiments.critical.resolution import is_one_height
from experiments.critical.smooth_search import FEWER, SEEDS, smooth_points
from experiments.critical.valley_search import valley_curves
from experiments.critical.value_edges import value_edge_minima
from experiments.objective.derivatives import eigenvalues
from experiments.objective.heights import Surface, surface_at
from experiments.objective.objective import Objective, objective_of
from experiments.objective.penalties import weighed
from experiments.setup.allowed import Box
from experiments.setup.experiment import Experiment
from experiments.setup.turns import once
from experiments.setup.weights import known_lowest_of_many
from landscapes import Landscape

_ZERO = 1e-15  # of the spread of heights: a smaller value of a curve is rounding
_ONE_BOWL = 1e-3  # of the view's diagonal: a middle so near a known point is that one's
_ALIKE = 1e-12  # of a height: so near, the level ground of a picture is a minimum's that is lost beside its height
_LEVELS = 4  # heights of level ground that are looked at closely
_FEW = 64  # lowest points of a grid that are followed
CLEAR = 0.05  # spreads of height over a domain's diagonal: a slope that a person would see


@dataclass(frozen=True)
class CriticalPoints:
    """All critical points found in the view, and the landscape's listed minima wherever they are; lowest first.

    points: those that stand alone. curves: level curves of critical points, lowest first. lowest: the value at the
    domain's global minima, in view or not, None where there is none. verified: the landscape's own facts hold;
    otherwise it is the lowest found. complete: False when the list was cut (minima last), or a level valley was left.
    areas: the heights of level areas of minima, and of lines that were not followed, lowest first: none of their points
    is one of points.
    """

    points: tuple[CriticalPoint, ...]
    lowest: float | None
    verified: bool
    complete: bool
    curves: tuple[CriticalCurve, ...] = ()
    areas: tuple[float, ...] = ()

    @cached_property
    def all_minima(self) -> tuple[CriticalPoint, ...]:
        """Every minimum, lowest first."""
        return tuple(p for p in self.points if p.kind == "minimum")

    @cached_property
    def minima(self) -> np.ndarray:
        """Every minimum that stands alone, (n, 2), lowest first."""
        return stacked(self.all_minima)

    @cached_property
    def curves_of_minima(self) -> tuple[CriticalCurve, ...]:
        """The curves of minima, lowest first."""
        return tuple(c for c in self.curves if c.kind == "minimum")

    @cached_property
    def places(self) -> np.ndarray:
        """Every point that stands alone, (n, 2)."""
        return stacked(self.points)

    @property
    def has_minima(self) -> bool:
        """Whether there are minima, alone or on curves, and none on areas: then distances to the nearest are known."""
        return bool(self.all_minima or self.curves_of_minima) and not self.areas

    def distances(self, places: np.ndarray) -> np.ndarray:
        """Return each place's (n, 2) distance to the nearest minimum, alone or on a curve, (n,).

        NaN where there is none or the place is not finite, and where minima fill an area: how far its edge is, is not
        known.
        """
        found = np.full(len(places), np.nan)
        finite = np.isfinite(places).all(axis=1)
        if not finite.any() or not self.has_minima:
            return found
        at = places[finite]
        least = self._tree.query(at)[0] if self.all_minima else np.full(len(at), np.inf)
        for curve in self.curves_of_minima:
            least = np.minimum(least, np.hypot(*(curve.nearest(at) - at).T))
        found[finite] = least
        return found

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.minima)

    def around(self, place: np.ndarray, distance: float) -> list[CriticalPoint]:
        """Return the critical points no farther than this from a place (2,), the nearest first; of a curve one."""
        gaps = np.hypot(*(self.places - place).T)
        near = [self.points[i] for i in np.flatnonzero(gaps <= distance)]
        near += [curve.point_near(place) for curve in self.curves]
        near = [p for p in near if np.hypot(*np.subtract(p.point, place)) <= distance]
        return sorted(near, key=lambda p: float(np.hypot(*np.subtract(p.point, place))))

    def nearest_minimum(self, place: np.ndarray, only_global: bool = False) -> CriticalPoint | None:
        """Return the minimum nearest to a place (2,), alone or on a curve."""
        alone = [p for p in self.all_minima if p.is_global or not only_global]
        near = [alone[int(np.argmin(np.hypot(*(stacked(alone) - place).T)))]] if alone else []
        near += [c.point_near(place) for c in self.curves_of_minima if c.is_global or not only_global]
        return min(near, key=lambda p: float(np.hypot(*np.subtract(p.point, place))), default=None)

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

    Newton's method from a 96 by 96 grid of starts and from what the picture shows, deduplicated, classified by the
    Hessian's eigenvalues (or, where they vanish, by the heights around); curves of them followed, also from the
    picture's level valleys and ridges; minima at kinks by a search without derivatives, on the axes under an L1 penalty
    by its subgradients; minima that only the domain's edge makes. At most 6,000, minima before all others. Of a loss on
    data that is known in closed form, all that there are, wherever they lie.
    """
    return critical_points_at(experiment, experiment.window)


def critical_points_at(experiment: Experiment, window: Box) -> CriticalPoints:
    """Return the critical points of the experiment's objective within this window, cached.

    Of many weights none is told: those of a plane are none of the loss. But the lowest value is, where it is known.
    """
    if experiment.has_many_weights:
        return CriticalPoints(points=(), lowest=known_lowest_of_many(experiment), verified=True, complete=True)
    objective = objective_of(experiment)
    if objective.facts is not None and objective.facts.complete:
        return _all_known(objective.facts, objective)
    return _critical_points(objective, window)


@once(128)
@np.errstate(all="ignore")  # numbers too large are infinite, and looked at as such
def _critical_points(objective: Objective, window: Box) -> CriticalPoints:
    facts = objective.facts
    (x0, x1), (y0, y1) = window
    size = float(np.hypot(x1 - x0, y1 - y0))
    surface = surface_at(objective, window)
    features = drawn_features(surface)
    found, curves, complete = smooth_points(objective, window, size, surface, features)
    if "l1" in objective.form.modifiers:
        on = weighed(objective.form.landscape)
        found = [p for p in found if _off_axes(p.point, on) > 1e-9 * size] + creases(objective, window)
    if not objective.form.is_smoothed:  # which rounds every kink but those that the penalty adds
        valleys, all_followed = valley_curves(objective, window, surface, found, curves)
        at_edge = edge_curves(objective, window, size, surface)
        curves, complete = curves + valleys + at_edge, complete and all_followed
        kinks, creases_found = kink_minima(objective, window, size, surface, features, found, curves)
        along = on_curves(
            [*valleys, *at_edge, *creases_found],
            stacked(found),
            np.array([p.value for p in found]),
            size,
            surface.spread,
        )
        found = [p for p, is_on in zip(found, along.tolist(), strict=True) if not is_on] + kinks
        curves = curves + creases_found
        alone, all_alone = value_edge_minima(objective, window, size, surface, found, at_edge)
        found, complete = found + alone, complete and all_alone
    bowls = list[CriticalPoint]()
    if not objective.form.is_smoothed:
        curves, bowls = without_flat_bowls(curves, objective, window, size)
        bowls = [p for p in bowls if not (np.hypot(*(stacked(found) - p.point).T) <= _ONE_BOWL * size).any()]
    areas = list[float]()
    if facts is None and not objective.form.is_smoothed:
        found, curves, areas = _without_areas(found, curves, objective, size, surface)
    found = found + bowls
    if facts is not None:
        found = _with_facts(found, facts, objective, size)
    if facts is None or facts.lowest is not None:
        found += _edges(found, objective, window, surface)
    found.sort(key=lambda p: (p.value, p.point))
    curves = [(replace(c, value=0.0) if abs(c.value) <= _ZERO * surface.spread else c).cut_by(window) for c in curves]
    curves.sort(key=lambda c: (c.value, c.points[0]))
    lowest = facts.lowest if facts is not None else _lowest_found(found, curves, areas, objective, window)
    marked = tuple(_marked(p, lowest, objective, surface.spread) for p in found)
    return CriticalPoints(
        points=marked,
        lowest=lowest,
        verified=facts is not None,
        complete=complete,
        curves=tuple(_marked_curve(c, lowest, objective, surface.spread) for c in curves),
        areas=tuple(areas),
    )


def _off_axes(place: tuple[float, float], on: tuple[bool, bool]) -> float:
    """Return how far a place is from the creases of an L1 penalty on those coordinates."""
    return min(abs(value) for value, acts in zip(place, on, strict=True) if acts)


@lru_cache(maxsize=256)
def _all_known(facts: Landscape, objective: Objective) -> CriticalPoints:
    """Return what is known of a loss on data, all of which is listed: nothing is searched for."""
    listed = [(place, "minimum", True) for place in facts.minima]
    listed += [(place, "minimum", False) for place in facts.other_minima]
    listed += [(place, "saddle", False) for place in facts.saddle_points]
    heights, _, hessians = objective.derivatives(np.array([place for place, *_ in listed]).reshape(-1, 2))
    small, large = (part.tolist() for part in eigenvalues(hessians))
    kinks = set(facts.kinks)
    points = [
        CriticalPoint(
            point=place,
            value=float(facts.lowest if is_global and facts.lowest is not None else height),
            kind=kind,
            eigenvalues=(np.nan, np.nan) if place in kinks else (a, b),
            kink=place in kinks,
            is_global=is_global,
        )
        for (place, kind, is_global), height, a, b in zip(listed, heights, small, large, strict=True)
    ]
    points.sort(key=lambda p: (p.value, p.point))
    return CriticalPoints(points=tuple(points), lowest=facts.lowest, verified=True, complete=True)


def _without_areas(
    found: list[CriticalPoint],
    curves: list[CriticalCurve],
    objective: Objective,
    size: float,
    surface: Surface,
) -> tuple[list[CriticalPoint], list[CriticalCurve], list[float]]:
    """Return the points and curves that are not of level areas or lines, and the heights of those of minima."""
    areas = lowest_areas(surface)
    vague = [p for p in found if p.degenerate or p.kink]
    on_area = on_level_areas(vague, objective, size, surface.spread)
    on_line = on_level_lines(vague, objective, size) & np.array([p.kind == "minimum" for p in vague], dtype=bool)
    rising = rise_all_around(vague, objective, size)
    flat = [p for p, is_on in zip(vague, ((on_area | on_line) & ~rising).tolist(), strict=True) if is_on]
    middles = [CriticalPoint(point=c.points[len(c.points) // 2], value=c.value, kind=c.kind) for c in curves]
    edges = on_level_areas(middles, objective, size, surface.spread).tolist()
    flat += [p for p, is_edge in zip(middles, edges, strict=True) if is_edge]
    for place, height in lowest_beside(flat, objective, size)[:_LEVELS]:  # narrower ones than the picture's cells
        if height not in areas and is_hollow(objective, place, height, surface):
            areas = sorted([*areas, height])
    areas = [height for height in areas if not _is_of_a_minimum(height, found, objective, size)]
    gone = {id(p) for p in flat}
    kept = [c for c, is_edge in zip(curves, edges, strict=True) if not is_edge]
    return [p for p in found if id(p) not in gone], kept, areas


def _is_of_a_minimum(height: float, found: list[CriticalPoint], objective: Objective, size: float) -> bool:
    """Tell whether ground that is level in the picture is that around a minimum, lost beside its height."""
    alike = [p for p in found if p.kind == "minimum" and abs(height - p.value) <= _ALIKE * abs(height)][:_LEVELS]
    return bool(alike) and bool(rise_all_around(alike, objective, size).any())


def _edges(
    found: list[CriticalPoint],
    objective: Objective,
    window: Box,
    surface: Surface,
) -> list[CriticalPoint]:
    """Return the minima at the domain's edge that are not found yet; on a listed surface, where it clearly falls on."""
    (x0, x1), (y0, y1) = objective.domain
    size = float(np.hypot(x1 - x0, y1 - y0))
    known = stacked(tuple(p for p in found if p.kind == "minimum"))
    least = (1e-6 if objective.facts is None else CLEAR) * surface.spread / size
    at_edge = edge_minima(objective, window, least)
    return [p for p in at_edge if not (np.hypot(*(known - p.point).T) <= 1e-4 * surface.size).any()]


def _lowest_found(
    found: list[CriticalPoint],
    curves: list[CriticalCurve],
    areas: list[float],
    objective: Objective,
    window: Box,
) -> float | None:
    """Return the value of the lowest minimum found in the domain; None if the domain has lower ground than that.

    areas: heights of the window's level areas of minima.
    """
    frame, domain = objective.frame, objective.domain
    box = frame.box(domain)
    surface = surface_at(objective, box)
    if window != box and objective.form.is_smoothed:
        found = [*found, *_lowest_hollows(objective, surface)]
    elif window != box:
        known = _critical_points(objective, box)
        found, curves, areas = [*found, *known.points], [*curves, *known.curves], list(known.areas)
    (x0, x1), (y0, y1) = domain
    low, high = np.array([x0, y0]), np.array([x1, y1])
    slack = 1e-9 * (high - low)

    def inside(points: np.ndarray) -> np.ndarray:
        places = frame.back(points)
        found: np.ndarray = ((places >= low - slack) & (places <= high + slack)).all(-1)
        return found

    minima = [p for p in found if p.kind == "minimum"]
    within = inside(stacked(tuple(minima)))
    values = [p.value for p, is_in in zip(minima, within, strict=True) if is_in]
    values += [c.value for c in curves if c.kind == "minimum" and inside(c.places).any()]
    lowest = min([*values, *areas], default=np.inf)
    z = surface.z[inside(np.stack(np.meshgrid(surface.x, surface.y), -1)) & np.isfinite(surface.z)]
    ground = float(z.min()) if z.size else np.inf
    return float(lowest) if lowest < np.inf and lowest <= ground + 1e-6 * surface.spread else None


def _lowest_hollows(objective: Objective, surface: Surface) -> list[CriticalPoint]:
    """Return the minima that Newton's steps lead to from the lowest points of a grid over a smoothed surface."""
    lowest = np.argsort(surface.z, axis=None)[:_FEW]  # what is not finite comes last
    rows, columns = np.unravel_index(lowest, surface.z.shape)
    starts = np.stack([surface.x[columns], surface.y[rows]], -1)
    ends = objective.newton(starts, surface.size / SEEDS, FEWER)
    heights, slopes, hessians = objective.derivatives(ends)
    small, _ = eigenvalues(hessians)
    at_rest = (np.hypot(*slopes.T) * surface.size <= 1e-6 * surface.spread) & (small > 0)
    return [
        CriticalPoint(point=(float(x), float(y)), value=float(z), kind="minimum")
        for (x, y), z in zip(ends[at_rest], heights[at_rest], strict=True)
    ]


def _marked(point: CriticalPoint, lowest: float | None, objective: Objective, spread: float) -> CriticalPoint:
    """Return the point with is_global set; what lies lower still is outside the domain, where nothing counts."""
    if lowest is None or point.kind != "minimum":
        return point
    return replace(point, is_global=is_one_height(objective, point.point, point.value, lowest, spread))


def _marked_curve(curve: CriticalCurve, lowest: float | None, objective: Objective, spread: float) -> CriticalCurve:
    if lowest is None or curve.kind != "minimum":
        return curve
    place = curve.points[len(curve.points) // 2]
    return curve.marked(is_one_height(objective, place, curve.value, lowest, spread))


def _with_facts(
    found: list[CriticalPoint],
    landscape: Landscape,
    objective: Objective,
    size: float,
) -> list[CriticalPoint]:
    """Put in the landscape's verified minima: exact digits, kinks and boundary points that Newton cannot find."""
    listed = [*landscape.minima, *landscape.other_minima]
    if not listed:
        return found
    places = objective.frame.out(listed)
    heights, _, hessians = objective.derivatives(places)
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
