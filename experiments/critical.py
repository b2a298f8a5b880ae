"""The critical points of an objective within a view: where its gradient vanishes, and of what kind each is."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from experiments import objective
from experiments.blur import blurred
from experiments.critical_point import CriticalPoint
from experiments.derivatives import derivatives, eigenvalues, newton_search, newton_steps, values
from experiments.edges import creases, edge_minima
from experiments.experiment import Box, Experiment, landscape_of
from experiments.modifiers import Frame, frame_of
from experiments.resolution import is_one_height
from experiments.rings import lowest_on_circles
from experiments.surface import Surface, surface_at
from landscapes import Landscape

SEEDS = 96  # starts a side of the view
CAP = 2_000  # critical points reported; more are counted as incomplete
_FEW = 64  # lowest points of a grid, or crowded places, that are followed
_ITERATIONS, _FEWER, _MORE = 48, 16, 400  # of Newton's method; fewer from starts that are close already
_DRAWN_IN = 20  # starts: a degenerate point draws in more than so many
_SEEN = 1e-3  # of the view's diagonal: lower ground so near a point without a gradient makes it no minimum
_SAME = 1e-6  # of the view's diagonal: nearer points are one
_SAME_CELL = 1e-4  # of the view's diagonal: ends in a square of this side were drawn to one point
CLEAR = 0.05  # spreads of height over a domain's diagonal: a slope that a person would see
_FLAT = 1e-9  # curvature times diagonal squared over the spread of heights: below it the surface is flat
_RINGS = (1e-3, 3e-3)  # of the view's diagonal: the circles that tell the kind of a degenerate point
_RING = np.exp(1j * np.linspace(0, 2 * np.pi, 64, endpoint=False))


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
        return _stack(self.all_minima)

    @property
    def global_minima(self) -> np.ndarray:
        """The minima than which nothing lower is known, (n, 2)."""
        return _stack(tuple(p for p in self.all_minima if p.is_global))

    @property
    def local_minima(self) -> np.ndarray:
        """The other minima, (n, 2)."""
        return _stack(tuple(p for p in self.all_minima if not p.is_global))

    @property
    def saddles(self) -> np.ndarray:
        """The saddle points, (n, 2)."""
        return _stack(tuple(p for p in self.points if p.kind == "saddle"))

    @property
    def maxima(self) -> np.ndarray:
        """The maxima, (n, 2)."""
        return _stack(tuple(p for p in self.points if p.kind == "maximum"))


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
@np.errstate(all="ignore")  # numbers too large are infinite, and looked at as such
def _critical_points(
    form: objective.Form, numbers: tuple[float, ...], window: Box, facts: Landscape | None, frame: Frame, domain: Box
) -> CriticalPoints:
    """facts: the landscape whose listed minima hold, but for the frame. domain: in the landscape's own coordinates."""
    vector = np.asarray(numbers)
    (x0, x1), (y0, y1) = window
    size = float(np.hypot(x1 - x0, y1 - y0))
    surface = surface_at(form, numbers, window)
    found, complete = _smooth(form, vector, window, size, surface)
    if "l1" in form.modifiers:
        found = [p for p in found if min(map(abs, p.point)) > 1e-9 * size] + creases(form, vector, window)
    if not form.is_smoothed:  # which rounds every kink but those that the penalty adds
        found += _kinks(form, vector, window, size, surface, found)
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
    known = _stack(tuple(p for p in found if p.kind == "minimum"))
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
    within = inside(_stack(tuple(minima)))
    lowest = min((p.value for p, is_in in zip(minima, within, strict=True) if is_in), default=np.inf)
    z = surface.z[inside(np.stack(np.meshgrid(surface.x, surface.y), -1)) & np.isfinite(surface.z)]
    ground = float(z.min()) if z.size else np.inf
    return float(lowest) if lowest < np.inf and lowest <= ground + 1e-6 * surface.spread else None


def _lowest_hollows(form: objective.Form, numbers: np.ndarray, surface: Surface) -> list[CriticalPoint]:
    """Return the minima that Newton's steps lead to from the lowest points of a grid over a smoothed surface."""
    lowest = np.argsort(surface.z, axis=None)[:_FEW]  # what is not finite comes last
    rows, columns = np.unravel_index(lowest, surface.z.shape)
    starts = np.stack([surface.x[columns], surface.y[rows]], -1)
    ends = newton_search(form, numbers, starts, surface.size / SEEDS, _FEWER)
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


def _smooth(
    form: objective.Form, numbers: np.ndarray, window: Box, size: float, surface: Surface
) -> tuple[list[CriticalPoint], bool]:
    (x0, x1), (y0, y1) = window
    x = x0 + (x1 - x0) * (np.arange(SEEDS) + 0.5) / SEEDS
    y = y0 + (y1 - y0) * (np.arange(SEEDS) + 0.5) / SEEDS
    starts = _likely(form, numbers, x, y) if form.is_smoothed else np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    if not len(starts):
        return [], True
    ends = newton_search(form, numbers, starts, size / SEEDS, _FEWER if form.is_smoothed else _ITERATIONS)
    heights, slopes, hessians = derivatives(form, numbers, ends)
    slow = np.zeros(0) if form.is_smoothed else _slow(ends, slopes, hessians, ends != starts, size, surface)
    if len(slow):
        ends = _followed(form, numbers, ends, slow, size)
        heights, slopes, hessians = derivatives(form, numbers, ends)
    gradients, (small, large) = np.hypot(*slopes.T), eigenvalues(hessians)
    last = np.hypot(*newton_steps(slopes, hessians).T)
    curvature = np.maximum(np.abs(small), np.abs(large))
    inside = (ends >= [x0, y0]).all(1) & (ends <= [x1, y1]).all(1)
    with np.errstate(invalid="ignore", over="ignore"):
        still = (last <= 1e-9 * size) | ((gradients == 0) & np.isfinite(heights))
        curved = curvature * size**2 > _FLAT * surface.spread
        weak = is_weak(small, large)
        weak |= curvature * size**2 <= 1e-4 * surface.spread
        level = gradients * size <= 1e-6 * surface.spread
    # a start that lies in a flat place by itself says nothing; one that Newton's steps led to a point does
    moved = np.hypot(*(ends - starts).T) > 0
    keep = np.flatnonzero(np.isfinite(ends).all(1) & inside & still & level & (curved | (weak & moved & ~curved)))
    keep = keep[curved[keep] | _isolated(ends[keep], size)]
    order = keep[np.argsort(gradients[keep], kind="stable")]
    order = order[_distinct(ends[order], _SAME * size)]
    complete = len(order) <= CAP
    order = order[:CAP]
    weak[order] &= ~_told_by_hessian(form, numbers, ends[order], heights[order], hessians[order], size)
    points = [
        CriticalPoint(
            point=_clean(ends[i], size),
            value=float(heights[i]),
            kind="minimum" if small[i] > 0 else "maximum" if large[i] < 0 else "saddle",
            eigenvalues=(float(small[i]), float(large[i])),
            degenerate=bool(weak[i]),
        )
        for i in order
    ]
    return _judged_by_ring(_creased(points, form, numbers, hessians[order], size), form, numbers, size), complete


def _slow(
    ends: np.ndarray, slopes: np.ndarray, hessians: np.ndarray, moved: np.ndarray, size: float, surface: Surface
) -> np.ndarray:
    """Return the indices of ends on level ground that Newton's steps still move.

    They come to a point as flat as the middle of x⁶ by a fifth of what is left a step.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        on_the_way = np.hypot(*newton_steps(slopes, hessians).T) > 1e-9 * size
        level = np.hypot(*slopes.T) * surface.size <= 1e-6 * surface.spread
    return np.flatnonzero(on_the_way & level & moved.any(axis=1) & np.isfinite(ends).all(axis=1))


def _followed(form: objective.Form, numbers: np.ndarray, ends: np.ndarray, slow: np.ndarray, size: float) -> np.ndarray:
    """Return the ends; where many of the slow ones are at one place all of these stand where the first is led to.

    Unless heights on the circle that would tell its kind are all the same but for rounding.
    """
    cells = np.round(ends[slow] / (10 * _SAME_CELL * size))
    _, first, cell, counts = np.unique(cells, axis=0, return_index=True, return_inverse=True, return_counts=True)
    crowded = np.argsort(-counts, kind="stable")[:_FEW]
    crowded = crowded[counts[crowded] >= _DRAWN_IN]
    if not len(crowded):
        return ends
    led_to = newton_search(form, numbers, ends[slow[first[crowded]]], size / SEEDS, _MORE)
    circle = _RINGS[-1] * size * np.stack([_RING.real, _RING.imag], -1)
    around = values(form, numbers, (led_to[:, None] + circle).reshape(-1, 2)).reshape(len(led_to), -1)
    heights = values(form, numbers, led_to)
    found = ends.copy()
    for place, end, height, ring in zip(crowded, led_to, heights, around, strict=True):
        if np.nanmax(np.abs(ring - height), initial=0.0) > _noise(height):
            found[slow[cell.reshape(-1) == place]] = end
    return found


def _told_by_hessian(
    form: objective.Form,
    numbers: np.ndarray,
    places: np.ndarray,
    heights: np.ndarray,
    hessians: np.ndarray,
    size: float,
) -> np.ndarray:
    """Tell (n,) where the heights beside a point are those of its Hessian, along both of its axes, beyond rounding.

    There the kind is sure, however little the surface bends beside what it does elsewhere in the view.
    """
    if not len(places):
        return np.zeros(0, dtype=bool)
    curvatures, axes = np.linalg.eigh(np.where(np.isfinite(hessians), hessians, 0.0))
    radius = 1e-5 * size
    offsets = radius * np.swapaxes(axes, 1, 2)  # rows: the axes
    around = (places[:, None, None] + np.stack([offsets, -offsets], 2)).reshape(-1, 2)
    rises = (values(form, numbers, around).reshape(-1, 2, 2) - heights[:, None, None]).mean(axis=2)
    told = curvatures * radius**2 / 2
    sure = np.abs(told) > 1e-12 * np.maximum(1.0, np.abs(heights))[:, None]
    with np.errstate(invalid="ignore"):
        return (sure & (np.abs(rises - told) <= 0.2 * np.abs(told))).all(axis=1)


def _creased(
    points: list[CriticalPoint], form: objective.Form, numbers: np.ndarray, hessians: np.ndarray, size: float
) -> list[CriticalPoint]:
    """Mark as kinks, and judge by their ring, the points whose Hessian holds on one side of a crease only, or nowhere.

    Across a crease heights grow no faster than the square of the distance; where a smooth surface is flat to second
    order, as a monkey saddle's middle is, they grow at least with its cube. A slope of |t| at 0 is set to 0, and so a
    point in the very fold of a crease looks smooth: heights that grow with the distance itself give it away.
    """
    if not points:
        return points
    radius = 1e-4 * size
    ring = radius * np.stack([_RING.real, _RING.imag], -1)[::4]
    places = np.asarray([p.point for p in points])
    around = (places[:, None] + ring).reshape(-1, 2)
    rises = values(form, numbers, around).reshape(len(points), -1) - np.asarray([p.value for p in points])[:, None]
    told = np.einsum("ri,nij,rj->nr", ring, hessians, ring) / 2
    telling = np.abs(told) > 0.2 * np.abs(told).max(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        other = telling & (np.sign(rises) == -np.sign(told)) & (np.abs(rises) > 0.5 * np.abs(told))
        heights = np.abs([p.value for p in points])[:, None]
        folded = np.abs(rises) > np.maximum(20 * np.abs(told).max(axis=1, keepdims=True), 1e-12 * (1 + heights))
    if other.any() or folded.any():
        halfway = (places[:, None] + ring / 2).reshape(-1, 2)
        near = values(form, numbers, halfway).reshape(len(points), -1) - np.asarray([p.value for p in points])[:, None]
        with np.errstate(invalid="ignore"):
            other &= np.abs(rises) < 6 * np.abs(near)
            folded &= np.abs(rises) < 3 * np.abs(near)
    unlike = {True: {"kink": True, "degenerate": True, "eigenvalues": (np.nan, np.nan)}, False: {}}
    return [
        CriticalPoint(**{**p.__dict__, "kink": True, "degenerate": True} | unlike[fold]) if creased or fold else p
        for p, creased, fold in zip(points, other.any(axis=1), folded.any(axis=1).tolist(), strict=True)
    ]


def _likely(form: objective.Form, numbers: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the points of a grid over the smoothed surface from which Newton's step is short, (n, 2)."""
    sigma = float(numbers[form.place("smoothing")])
    counts = [int(np.clip((c[-1] - c[0]) / sigma, SEEDS, 4 * SEEDS)) for c in (x, y)]
    x, y = np.linspace(x[0], x[-1], counts[0]), np.linspace(y[0], y[-1], counts[1])
    grid = blurred(form, numbers, x, y)
    if grid is None:  # next to no smoothing: the critical points are near those of the surface itself
        plain, given = form.without(numbers, "smoothing")
        window = ((float(x[0]), float(x[-1])), (float(y[0]), float(y[-1])))
        known = _smooth(
            plain,
            given,
            window,
            float(np.hypot(x[-1] - x[0], y[-1] - y[0])),
            surface_at(plain, tuple(given.tolist()), window),
        )[0]
        return _stack(tuple(known))
    steps = newton_steps(grid.slopes.reshape(-1, 2), grid.hessians.reshape(-1, 2, 2))
    near = np.hypot(*steps.T) <= 1.2 * max(x[1] - x[0], y[1] - y[0])
    return np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)[near][: SEEDS**2]


def _isolated(ends: np.ndarray, size: float) -> np.ndarray:
    """Tell which ends many starts share: a degenerate point draws them in, a plateau leaves each where it was."""
    cells = np.round(ends / (_SAME_CELL * size)).astype(np.int64)
    _, inverse, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    return counts[inverse.reshape(-1)] >= _DRAWN_IN


def _clean(point: np.ndarray, size: float) -> tuple[float, float]:
    """Return the point with coordinates that are zero but for rounding set to zero."""
    x, y = (0.0 if abs(c) < 1e-13 * size else float(c) for c in point)
    return x, y


def _distinct(points: np.ndarray, distance: float) -> np.ndarray:
    """Return the indices of the first of each group of points nearer than distance."""
    cells = np.floor(points / (2 * distance)).astype(np.int64)
    taken: dict[tuple[int, int], list[int]] = {}
    kept = []
    for i, (cx, cy) in enumerate(cells.tolist()):
        near = (j for dx in (-1, 0, 1) for dy in (-1, 0, 1) for j in taken.get((cx + dx, cy + dy), ()))
        if all(np.hypot(*(points[i] - points[j])) > distance for j in near):
            taken.setdefault((cx, cy), []).append(i)
            kept.append(i)
    return np.asarray(kept, dtype=int)


def _judged_by_ring(
    points: list[CriticalPoint], form: objective.Form, numbers: np.ndarray, size: float
) -> list[CriticalPoint]:
    """Classify degenerate points by the heights on circles around them."""
    strong = [p for p in points if not p.degenerate]
    weak = [p for p in points if p.degenerate]
    return strong + [
        CriticalPoint(**{**p.__dict__, "kind": kind_by_ring(form, numbers, p.point, p.value, size)}) for p in weak[:CAP]
    ]


def is_weak(small: Any, large: Any) -> Any:
    """Tell whether one of the Hessian's eigenvalues is no more than rounding beside the other."""
    return np.minimum(np.abs(small), np.abs(large)) <= 1e-7 * np.maximum(np.abs(small), np.abs(large))


def kind_by_ring(form: objective.Form, numbers: np.ndarray, point: Any, value: float, size: float) -> str:
    """Return a critical point's kind from the heights on two small circles around it, where these have a height."""
    circles = np.stack([_RING.real, _RING.imag], -1)
    hessian = derivatives(form, numbers, np.asarray(point, dtype=np.float64)[None])[2][0]
    if np.isfinite(hessian).all():  # a narrow way up or down lies along an axis, between the circle's points
        axes = np.linalg.eigh(hessian)[1].T
        circles = np.concatenate([circles, axes, -axes])
    rings = np.concatenate([np.asarray(point) + r * size * circles for r in _RINGS])
    rises = values(form, numbers, rings) - value
    rises = rises[~np.isnan(rises)]  # beyond the edge of log x or sqrt x nothing is lower
    noise = _noise(value)
    if (rises >= -noise).all():
        return "minimum"  # or one of a line of equal heights
    return "saddle" if (rises > noise).any() else "maximum"


def _noise(value: float) -> float:
    """Return a difference of heights that may be rounding."""
    return 1e-14 * max(1.0, abs(value))


def _kinks(
    form: objective.Form,
    numbers: np.ndarray,
    window: Box,
    size: float,
    surface: Surface,
    smooth: list[CriticalPoint],
) -> list[CriticalPoint]:
    """Return minima without a gradient: grid minima that no smooth one explains, refined by a shrinking circle."""
    z = np.where(np.isfinite(surface.z), surface.z, np.inf)
    inner = z[1:-1, 1:-1]
    neighbours = [z[1 + i : z.shape[0] - 1 + i, 1 + j : z.shape[1] - 1 + j] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    least = np.minimum.reduce([n for k, n in enumerate(neighbours) if k != 4])
    rows, columns = np.nonzero((inner <= least) & (inner < np.maximum.reduce(neighbours)))
    seeds = np.stack([surface.x[columns + 1], surface.y[rows + 1]], -1)
    cell = size / len(surface.x)
    known = _stack(tuple(p for p in smooth if p.kind == "minimum"))
    if len(known) and len(seeds):
        gaps = np.min(np.hypot(*np.moveaxis(seeds[:, None] - known[None], -1, 0)), axis=1)
        seeds = seeds[gaps > 2 * cell]
    seeds = seeds[:64]
    if not len(seeds):
        return []
    points, heights = _circled(form, numbers, seeds, cell)
    result: list[CriticalPoint] = []
    (x0, x1), (y0, y1) = window
    for place in _distinct(points, _SAME * size * 10):
        p = points[place]
        inside = x0 < p[0] < x1 and y0 < p[1] < y1
        if inside and _is_kink(form, numbers, p, float(heights[place]), size, surface.spread):
            result.append(CriticalPoint(point=_clean(p, size), value=float(heights[place]), kind="minimum", kink=True))
    if not result:
        return []
    around = lowest_on_circles(form, numbers, _stack(tuple(result)), _SEEN * size)
    return [p for p, lowest in zip(result, around, strict=True) if not lowest < p.value]  # no step of a sloping crease


def _circled(
    form: objective.Form, numbers: np.ndarray, seeds: np.ndarray, radius: float
) -> tuple[np.ndarray, np.ndarray]:
    """Walk each seed to the lowest point of a circle around it, which shrinks when nothing on it is lower."""
    circle = np.stack([_RING.real, _RING.imag], -1)
    points = np.zeros((64, 2)) + seeds[0]
    points[: len(seeds)] = seeds
    radii = np.full(64, radius)
    heights = values(form, numbers, points)
    for _ in range(120):
        around = points[:, None] + radii[:, None, None] * circle
        z = np.nan_to_num(values(form, numbers, around.reshape(-1, 2)).reshape(64, -1), nan=np.inf)
        best = np.argmin(z, axis=1)
        lower = z[np.arange(64), best] < heights
        points = np.where(lower[:, None], around[np.arange(64), best], points)
        heights = np.where(lower, z[np.arange(64), best], heights)
        radii = np.where(lower, radii, radii * 0.6)
    return points[: len(seeds)], heights[: len(seeds)]


def _is_kink(
    form: objective.Form, numbers: np.ndarray, point: np.ndarray, height: float, size: float, spread: float
) -> bool:
    """Tell whether the surface rises in proportion to the distance on every side, as at the tip of a cone.

    Not where it falls without end: from the depth reached there, near and far rise by nearly the same.
    """
    circle = np.stack([_RING.real, _RING.imag], -1)
    near, far = 1e-5 * size, 1e-4 * size
    rises = [values(form, numbers, point + r * circle) - height for r in (near, far)]
    steep = min(float(np.min(rises[0])) / near, float(np.min(rises[1])) / far)
    ratio = float(np.median(rises[1])) / max(float(np.median(rises[0])), 1e-300)
    return steep > 0 and 1.15 < ratio < 30 and float(np.median(rises[1])) > 1e-6 * spread


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


def _stack(points: tuple[CriticalPoint, ...]) -> np.ndarray:
    return np.asarray([p.point for p in points], dtype=np.float64).reshape(-1, 2)
