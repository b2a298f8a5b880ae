"""A curve along which an objective is level and every point is critical: a ring of minima, a valley's level floor."""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from experiments.critical.point import CriticalPoint, clean
from experiments.objective.derivatives import eigenvalues, valley_steps
from experiments.objective.objective import Objective
from experiments.setup.allowed import Box

_FARTHEST = 1e100  # coordinates: beyond it all that matters is the direction
_PART = 512  # places at once
_TURNS = 3  # of sliding along the curve and falling back onto it
_STILL = 1e-15  # of the coordinates: a shorter step is rounding
_FALLS = 5  # steps onto the curve
_SMOOTH = 0.25  # how far from 2 the order of growth may be measured where the heights grow with the square


@dataclass(frozen=True)
class CriticalCurve:
    """A connected set of critical points of one height and one kind: minimum, maximum or saddle.

    points: a polyline along it, (x, y) each; a closed one ends where it begins. order: heights beside it change with
    this power of the distance: 2 where it is smooth, 1 in a crease (kink). is_global: as a point's. cut: whether it
    reaches the view's border, beyond which it may go on.
    """

    points: tuple[tuple[float, float], ...]
    value: float
    kind: str
    closed: bool
    order: float
    kink: bool = False
    is_global: bool = False
    cut: bool = False
    objective: Objective = field(repr=False, compare=False, kw_only=True)

    @property
    def places(self) -> np.ndarray:
        """The polyline, (n, 2)."""
        return np.asarray(self.points)

    def nearest(self, places: np.ndarray) -> np.ndarray:
        """Return the point of the curve itself that is nearest to each place (n, 2), (n, 2)."""
        most = 0.5 * self.spacing
        places = np.clip(places, -_FARTHEST, _FARTHEST)
        first = on_polyline(self.places, places)[0]
        foot = self._with_value(first, places, most) if self.kink else first
        for _ in range(_TURNS):
            foot = onto(self.objective, foot, self.value, self.order)
            _, along, bend = on_polyline(self.places, foot)
            away = places - foot
            # the way along the curve to where it lies square to the place, as far as its tangent turns evenly
            slide = (away * along).sum(axis=1) / np.maximum(1 - (away * bend).sum(axis=1), 0.2)
            slid = foot + along * np.clip(slide, -most, most)[:, None]
            foot = np.where(self._beyond(slid)[:, None], foot, slid)
        foot = onto(self.objective, foot, self.value, self.order)
        near = np.hypot(*(foot - first).T) <= most  # else the steps went astray
        return np.where(near[:, None], foot, first)

    def _with_value(self, feet: np.ndarray, places: np.ndarray, most: float) -> np.ndarray:
        """Return the polyline's feet (n, 2), but the places where a near one has a value and its foot has none.

        Along an edge of the values the polyline cuts corners that have none, and from there no step leads back.
        """
        kept, other = (np.isfinite(self.objective.values(at)) for at in (feet, places))
        beside = ~kept & other & (np.hypot(*(places - feet).T) <= most)
        return np.where(beside[:, None], places, feet)

    @property
    def spacing(self) -> float:
        """The longest way between two neighbours of the polyline."""
        return float(np.hypot(*np.diff(self.places, axis=0).T).max())

    def _beyond(self, places: np.ndarray) -> np.ndarray:
        """Tell which places lie beyond the ends of a curve that is not closed."""
        if self.closed:
            return np.zeros(len(places), dtype=bool)
        line = self.places
        first, last = ((places - line[0]) @ (line[1] - line[0])), ((places - line[-1]) @ (line[-2] - line[-1]))
        foot = on_polyline(line, places)[0]
        at_first, at_last = (np.hypot(*(foot - end).T) == 0 for end in (line[0], line[-1]))
        found: np.ndarray = (at_first & (first < 0)) | (at_last & (last < 0))
        return found

    def point_near(self, place: np.ndarray) -> CriticalPoint:
        """Return the point of the curve that is nearest to a place (2,), as a critical point."""
        at = self.nearest(np.asarray(place, dtype=np.float64)[None])
        value, _, hessian = self.objective.derivatives(at)
        small, large = (np.nan, np.nan) if self.kink else (float(e[0]) for e in eigenvalues(hessian))
        return CriticalPoint(
            point=clean(at[0], self.spacing),
            # beside an edge or in a crease what a place is off by is magnified, or there is no value
            value=self.value if self.kink or not np.isfinite(value[0]) else float(value[0]),
            kind=self.kind,
            eigenvalues=(small, large),
            degenerate=True,
            kink=self.kink,
            is_global=self.is_global,
            on_curve=True,
        )

    def marked(self, is_global: bool) -> "CriticalCurve":
        """Return the curve with is_global set."""
        return replace(self, is_global=is_global)

    def cut_by(self, window: Box) -> "CriticalCurve":
        """Return the curve with cut set for this view."""
        return replace(self, cut=not self.closed and bool(ends_on_border(self.places, window).any()))


def ends_on_border(line: np.ndarray, window: Box) -> np.ndarray:
    """Tell which of the two ends of a polyline (m, 2) lie on the window's border, (2,)."""
    ends, (low, high) = line[[0, -1]], np.array(window).T
    slack = 1e-9 * (high - low)
    found: np.ndarray = ((ends <= low + slack) | (ends >= high - slack)).any(axis=1)
    return found


class Footing(NamedTuple):
    """Places (n, 2) led onto level curves, and height, gradient and Hessian close to each."""

    places: np.ndarray
    heights: np.ndarray
    slopes: np.ndarray
    hessians: np.ndarray


def footing(objective: Objective, places: np.ndarray, value: Any, order: Any) -> Footing:
    """Lead places (n, 2) onto a level curve of this value nearby, across which heights grow with this order.

    By Newton's steps along the axis of the larger curvature where the surface is smooth, elsewhere by those for the
    height's root: exact where it grows with a power of the distance.
    """
    found = np.array(places, dtype=np.float64)
    order, value = np.broadcast_to(order, len(found)), np.broadcast_to(value, len(found))
    smooth = np.abs(order - 2) <= _SMOOTH
    for _ in range(_FALLS if smooth.all() else 3 * _FALLS):
        heights, slopes, hessians = objective.derivatives(found)
        step = np.where(smooth[:, None], valley_steps(slopes, hessians), root_steps(heights, slopes, value, order))
        if not np.hypot(*step.T).max(initial=0.0) > _STILL * (1e-3 + np.abs(found).max(initial=0.0)):
            return Footing(found, heights, slopes, hessians)
        found = found + step
    return Footing(found, *objective.derivatives(found))


def onto(objective: Objective, places: np.ndarray, value: float, order: float) -> np.ndarray:
    """Return places (n, 2) led onto a level curve of this value nearby."""
    return footing(objective, places, value, order).places


def root_steps(heights: np.ndarray, slopes: np.ndarray, value: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return Newton's steps (n, 2) to where (height - value)^(1/order) vanishes; zero where there is no slope."""
    with np.errstate(all="ignore"):
        step = -slopes * (order * (heights - value) / (slopes**2).sum(axis=1))[:, None]
    return np.where(np.isfinite(step).all(axis=1)[:, None], step, 0.0)


def on_polyline(line: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the nearest points of a polyline (m, 2) to places (n, 2), its unit tangents there, and how these turn.

    Each (n, 2): a tangent is mixed from those at the two ends of a piece, which are the means of their neighbours';
    how it turns is its change over the length.
    """
    start, way = line[:-1], np.diff(line, axis=0)
    lengths = np.maximum(np.hypot(*way.T), 1e-150)
    units = way / lengths[:, None]
    tangents = np.concatenate([units[:1], units[:-1] + units[1:], units[-1:]])
    if len(line) > 2 and (line[0] == line[-1]).all():
        tangents[0] = tangents[-1] = units[0] + units[-1]
    tangents /= np.maximum(np.hypot(*tangents.T), 1e-300)[:, None]
    feet, along, bend = (np.empty_like(places) for _ in range(3))
    for first in range(0, len(places), _PART):
        part = places[first : first + _PART]
        share = np.clip(((part[:, None] - start) * way).sum(-1) / lengths**2, 0.0, 1.0)
        foot = start + share[..., None] * way
        best = np.argmin(((part[:, None] - foot) ** 2).sum(-1), axis=1)
        rows = np.arange(len(part))
        mixed = tangents[best] + share[rows, best][:, None] * (tangents[best + 1] - tangents[best])
        feet[first : first + _PART] = foot[rows, best]
        along[first : first + _PART] = mixed / np.maximum(np.hypot(*mixed.T), 1e-300)[:, None]
        bend[first : first + _PART] = (tangents[best + 1] - tangents[best]) / lengths[best][:, None]
    return feet, along, bend
