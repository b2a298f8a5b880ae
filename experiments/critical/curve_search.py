"""Curves of critical points: from seeds near a level valley or ridge, followed both ways to their ends."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from experiments.critical.curve import CriticalCurve, Footing, ends_on_border, footing, onto
from experiments.objective.derivatives import eigenvalues, valley_steps
from experiments.objective.objective import Objective
from experiments.setup.allowed import Box

_STEP = 1 / 96  # of the view's diagonal: the longest step along a curve
_LEAST = 1e-6  # of the view's diagonal: a shorter step ends it
_TURN = 0.3  # radians a step, at most
_FINE = 0.08  # radians between two pieces of what is drawn
_LONG = 0.02  # of the view's diagonal: what is shorter is no curve
_CORNER = 2e-3  # of the view's diagonal: but for one that the view cuts off at both ends
_MOST_STEPS = 1_000
_AT_ONCE, _OF_A_HEIGHT, _ROUNDS = 24, 4, 8  # seeds followed together, those of one height, and how often
_SETTLED = 1e-5  # of the view's diagonal: a step onto a curve from a place on it is no longer
_THIN = 2e-3  # of the view's diagonal: of seeds so near each other one is enough
_PIECES = 6  # of polylines, the nearest of which may be those that a place lies on
_SIDE = 6  # cells a side of the view: of seeds of one height one in a cell is followed
_CREASE = 1.1  # heights that grow with no more than this power of the distance need have no slope of zero
_LEVEL = 1e-12  # of the heights: those of one curve differ by no more
_ON = 2e-4  # of the view's diagonal: so near a curve a point of its height is of it
_BESIDE = 1e-3  # of the view's diagonal: where the heights beside a curve tell how they grow
_CLOSE = 1e-4  # of the view's diagonal: and there where that is already beyond a narrow one's floor
_SMOOTHER = 1.75  # the least power of the distance of heights without a kink
_CLOSEST = 1e-6  # of the view's diagonal: and there where two edges side by side are two
_AROUND = 1e-2  # of the view's diagonal: the circle that tells a curve from flat ground
_MOST_LEVEL = 0.2  # share of that circle that may be as high as its middle
_POWERS = np.array([4.0, 6.0, 8.0, 10.0])  # of floors that are flatter than a square
_ROUNDING = 16 * float(np.finfo(np.float64).eps)
_ANGLES = np.linspace(0, np.pi, 64, endpoint=False)
_HALF_TURN = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], -1)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Ground:
    """What is followed, and where."""

    objective: Objective
    window: Box
    size: float
    spread: float

    def heights(self, places: np.ndarray) -> np.ndarray:
        """Return the heights at places (..., 2)."""
        return self.objective.values(places.reshape(-1, 2)).reshape(places.shape[:-1])

    def slack(self, value: np.ndarray) -> np.ndarray:
        """Return by how much heights of one curve may differ."""
        found: np.ndarray = _LEVEL * np.maximum(np.abs(value), min(1.0, self.spread))
        return found


@dataclass(frozen=True, eq=False)
class _Seeds:
    """Places (n, 2) on curves, unit vectors along these (n, 2), heights (n,), orders of growth and curvatures (n,)."""

    places: np.ndarray
    along: np.ndarray
    value: np.ndarray
    order: np.ndarray
    curvature: np.ndarray
    kinds: np.ndarray


def critical_curves(objective: Objective, window: Box, spread: float, places: np.ndarray) -> list[CriticalCurve]:
    """Return the curves of critical points that go through places (n, 2), or through what these lead to."""
    (x0, x1), (y0, y1) = window
    size = float(np.hypot(x1 - x0, y1 - y0))
    ground = _Ground(objective=objective, window=window, size=size, spread=spread)
    cells = np.round(places / (_THIN * size))
    left, curves = places[np.unique(cells, axis=0, return_index=True)[1]], list[CriticalCurve]()
    heights = ground.heights(left) if len(left) else np.zeros(0)
    for _ in range(_ROUNDS):
        chosen = _chosen(left, heights, window, spread)
        if not len(chosen):
            break
        found = _followed(ground, _seeds(ground, left[chosen]))
        curves = _without_repeats([*curves, *found], size, spread)
        rest = np.ones(len(left), dtype=bool)
        rest[chosen] = False
        rest &= ~on_curves(curves, left, heights, size, spread)
        left, heights = left[rest], heights[rest]
        if not found:
            break
    return curves


def on_curves(
    curves: list[CriticalCurve],
    places: np.ndarray,
    heights: np.ndarray,
    size: float,
    spread: float,
    reach: float = _ON,
) -> np.ndarray:
    """Tell which places (n, 2) of these heights (n,) lie on one of the curves, (n,); reach: of the view's diagonal."""
    gaps, value = gaps_to(curves, places)
    same = np.abs(heights[:, None] - value) <= 1e-6 * spread
    return np.asarray(((gaps <= reach * size) & same).any(axis=1))


def gaps_to(curves: list[CriticalCurve], places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each place's (n, 2) distances to the nearest pieces of curves, (n, k), and the values of these."""
    if not curves or not len(places):
        return np.empty((len(places), 0)), np.empty((len(places), 0))
    lines = [curve.places for curve in curves]
    start, way = (
        np.concatenate([line[:-1] for line in lines]),
        np.concatenate([np.diff(line, axis=0) for line in lines]),
    )
    value = np.concatenate([np.full(len(line) - 1, c.value) for line, c in zip(lines, curves, strict=True)])
    near = cKDTree(start + way / 2).query(places, k=min(_PIECES, len(start)))[1].reshape(len(places), -1)
    lengths = np.maximum((way**2).sum(axis=1), 1e-300)[near]
    away = places[:, None] - start[near]
    share = np.clip((away * way[near]).sum(axis=-1) / lengths, 0.0, 1.0)
    return np.hypot(*np.moveaxis(away - share[..., None] * way[near], -1, 0)), value[near]


def _chosen(places: np.ndarray, heights: np.ndarray, window: Box, spread: float) -> np.ndarray:
    """Return the indices of a few places: some of each height, far from each other, and not more in all than go."""
    if not len(places):
        return np.zeros(0, dtype=int)
    low, sides = np.array([w[0] for w in window]), np.array([w[1] - w[0] for w in window])
    cells = np.floor((places - low) / sides * _SIDE)
    keys = np.column_stack([np.round(heights / (1e-6 * spread)), cells])
    first = np.random.default_rng(0).permutation(np.unique(keys, axis=0, return_index=True)[1])
    levels = np.unique(keys[first, 0], return_inverse=True)[1]
    turn = np.zeros(len(first), dtype=int)
    for level in range(levels.max() + 1):
        turn[levels == level] = np.arange((levels == level).sum())
    most = int(np.clip(_AT_ONCE // (levels.max() + 1), 1, _OF_A_HEIGHT))  # more would go the same way
    order = np.argsort(turn, kind="stable")
    return first[order[turn[order] < most]][:_AT_ONCE]


def curves_along(
    objective: Objective, window: Box, spread: float, places: np.ndarray, along: np.ndarray
) -> list[CriticalCurve]:
    """Return the curves through those of these places (n, 2) that lie on one; along (n, 2): unit vectors along it."""
    (x0, x1), (y0, y1) = window
    size = float(np.hypot(x1 - x0, y1 - y0))
    ground = _Ground(objective=objective, window=window, size=size, spread=spread)
    first = onto(objective, places, 0.0, 2.0)
    near = np.hypot(*(first - places).T) <= _SETTLED * size
    places = _sunk(ground, np.where(near[:, None], first, places))
    _, _, hessians = objective.derivatives(places)
    return _without_repeats(_followed(ground, _kept(ground, places, along, _is_curved(ground, hessians))), size, spread)


def _followed(ground: _Ground, seeds: _Seeds) -> list[CriticalCurve]:
    """Return the curves through those of these seeds that lie on one."""
    if not len(seeds.places):
        return []
    paths, closed = _walked(ground, seeds)
    curves = []
    for i in range(len(seeds.places)):
        forward, back = paths[2 * i], paths[2 * i + 1]
        is_ring = closed[2 * i] or closed[2 * i + 1]
        whole = forward if closed[2 * i] else back if is_ring else [*back[:0:-1], *forward]
        line = np.asarray(whole)
        if len(line) > 2:
            line = _of_one_kind(ground, line, float(seeds.value[i]), str(seeds.kinds[i]), seeds.places[i])
        is_ring = is_ring and len(line) == len(whole)
        length = np.hypot(*np.diff(line, axis=0).T).sum()
        if len(line) < 3 or not (
            is_ring or length > (_CORNER if ends_on_border(line, ground.window).all() else _LONG) * ground.size
        ):
            continue
        if not is_ring and _goes_on(ground, line, float(seeds.value[i]), str(seeds.kinds[i])):
            continue
        line = line if is_ring else _without_crowded_ends(line, _THIN * ground.size)
        line = _finer(ground, line, float(seeds.value[i]), float(seeds.order[i]))
        is_kink = bool(seeds.order[i] < _SMOOTHER)
        if not _holds_close_by(ground, line, float(seeds.value[i]), str(seeds.kinds[i]), is_kink):
            continue
        curves.append(
            CriticalCurve(
                points=tuple((float(x), float(y)) for x, y in line),
                value=float(seeds.value[i]),
                kind=str(seeds.kinds[i]),
                closed=bool(is_ring),
                order=float(seeds.order[i]),
                kink=is_kink,
                objective=ground.objective,
            )
        )
    return curves


def _seeds(ground: _Ground, places: np.ndarray) -> _Seeds:
    """Return the seeds that may lie on a curve: level along one direction and not along the other."""
    curved = _is_curved(ground, ground.objective.derivatives(places)[2])
    first = np.where(curved[:, None], onto(ground.objective, places, 0.0, 2.0), places)
    near = np.hypot(*(first - places).T) <= ground.size * _STEP
    places = _sunk(ground, np.where(near[:, None], first, places))
    heights, _, hessians = ground.objective.derivatives(places)
    rises = np.abs(_circle(ground, places) - heights[:, None])
    return _kept(ground, places, _flat_way(places, rises, hessians, curved), curved)


def _is_curved(ground: _Ground, hessians: np.ndarray) -> np.ndarray:
    """Tell which of the Hessians (n, 2, 2) bend the surface by what could be seen."""
    small, large = eigenvalues(hessians)
    with np.errstate(invalid="ignore", over="ignore"):
        curved = np.maximum(np.abs(small), np.abs(large)) * ground.size**2 > 1e-6 * ground.spread
    return np.asarray(curved & np.isfinite(hessians).all(axis=(1, 2)))


def _circle(ground: _Ground, places: np.ndarray) -> np.ndarray:
    """Return the heights (n, 128) on the circle that tells a curve from flat ground."""
    return ground.heights(places[:, None] + _AROUND * ground.size * np.concatenate([_HALF_TURN, -_HALF_TURN]))


def _kept(ground: _Ground, places: np.ndarray, along: np.ndarray, curved: np.ndarray) -> _Seeds:
    """Return as seeds those of the places (n, 2) beside which the ground rises or falls as beside a curve."""
    heights, slopes, hessians = ground.objective.derivatives(places)
    steep = np.hypot(*slopes.T) * ground.size > 1e-6 * ground.spread
    rises = np.abs(_circle(ground, places) - heights[:, None])
    flat = (rises <= ground.slack(heights)[:, None]).mean(axis=1) > _MOST_LEVEL
    across = np.stack([-along[:, 1], along[:, 0]], -1)
    order, kinds = _growth(ground, places, across, heights, _BESIDE)
    narrow = curved & (np.abs(order - 2) > 0.25)  # a ring so thin that this is beyond its floor
    if narrow.any():
        nearer = _growth(ground, places[narrow], across[narrow], heights[narrow], _CLOSE)
        is_square = np.abs(nearer[0] - 2) <= 0.05
        order[narrow] = np.where(is_square, nearer[0], order[narrow])
        kinds[narrow] = np.where(is_square, nearer[1], kinds[narrow])
    with np.errstate(all="ignore"):
        turned = np.stack([hessians[:, i, 0] * across[:, 0] + hessians[:, i, 1] * across[:, 1] for i in (0, 1)], -1)
        curvature = (turned * across).sum(axis=1)
    smooth = curved & (np.abs(order - 2) <= 0.25)
    keep = ~flat & np.isfinite(order) & (order > 0.06) & (order < 12)
    keep &= np.where(order > _CREASE, ~steep, kinds != "saddle")
    order = np.where(smooth, 2.0, order)
    return _Seeds(places[keep], along[keep], heights[keep], order[keep], curvature[keep], kinds[keep])


def _growth(
    ground: _Ground, places: np.ndarray, across: np.ndarray, heights: np.ndarray, share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return with which power of the distance heights across places grow, and what curve that makes, (n,) each.

    share: of the view's diagonal, where that is looked at.
    """
    beside = np.array([1.0, 2.0, -1.0, -2.0])[:, None] * share * ground.size
    near, far, near_back, far_back = (ground.heights(places[:, None] + across[:, None] * beside) - heights[:, None]).T
    with np.errstate(all="ignore"):
        order = np.log2((np.abs(far) + np.abs(far_back)) / (np.abs(near) + np.abs(near_back)))
    return order, _kinds(near, near_back)


def _sunk(ground: _Ground, places: np.ndarray) -> np.ndarray:
    """Return places (n, 2) led to the middle of a floor that is flatter than a square: Newton's steps stop short there.

    Where heights grow with a power of the distance the step is that distance over the power less one.
    """
    found = places.copy()
    for _ in range(3):
        heights, slopes, hessians = ground.objective.derivatives(found)
        step = valley_steps(slopes, hessians)
        after = ground.objective.derivatives(found + step)[1]
        with np.errstate(all="ignore"):  # what is left of the slope after a step tells the power
            left = np.hypot(*after.T) / np.hypot(*slopes.T)
            power = np.log(left) / np.log1p(-1 / _POWERS[:, None]) - (_POWERS[:, None] - 1)
            best = _POWERS[np.nanargmin(np.where(np.isnan(power), np.inf, np.abs(power)), axis=0)]
        ahead = found + (best - 1)[:, None] * step
        lower = ground.objective.derivatives(ahead)[0] < heights
        lower &= np.hypot(*(ahead - found).T) <= ground.size * _STEP
        lower &= left > 0.1
        if not lower.any():
            break
        found = np.where(lower[:, None], ahead, found)
    return found


def _kinds(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return what a curve is, by how much higher the ground is on the one side and on the other."""
    lower = np.where((one <= 0) & (other <= 0), "maximum", "saddle")
    return np.where((one >= 0) & (other >= 0), "minimum", lower)


def _of_one_kind(ground: _Ground, line: np.ndarray, value: float, kind: str, seed: np.ndarray) -> np.ndarray:
    """Return the part of the polyline around its seed along which it is of one kind."""
    way = np.gradient(line, axis=0)
    across = np.stack([-way[:, 1], way[:, 0]], -1) / np.maximum(np.hypot(*way.T), 1e-150)[:, None]
    offsets = across[:, None] * np.array([1.0, -1.0])[:, None] * _BESIDE * ground.size
    rises = ground.heights(line[:, None] + offsets) - value
    rises[np.abs(rises) <= ground.slack(np.array(value))] = 0.0
    other = (_kinds(*rises.T) != kind) & (rises != 0).any(axis=1)
    if not other.any():
        return line
    at = int(np.argmin(np.hypot(*(line - seed).T)))
    before, after = np.flatnonzero(other[:at]), np.flatnonzero(other[at:])
    return line[(before[-1] + 1 if len(before) else 0) : (at + after[0] if len(after) else len(line))]


def _holds_close_by(ground: _Ground, line: np.ndarray, value: float, kind: str, kink: bool) -> bool:
    """Tell whether the ground close beside a polyline is what it is farther off, as near as that can be told.

    From afar two zeros of a height side by side look like one, and a slope that steepens like a pass. Nowhere told is
    right where the ground is smooth, but a kink stands out from close by.
    """
    way = np.gradient(line, axis=0)
    across = np.stack([-way[:, 1], way[:, 0]], -1) / np.maximum(np.hypot(*way.T), 1e-150)[:, None]
    beside = across[:, None] * np.array([1.0, -1.0, 2.0, -2.0])[:, None] * ground.size
    for share in (_CLOSEST, 10 * _CLOSEST, _CLOSE):
        rises = (ground.heights(line[:, None] + share * beside) - value).T
        told = np.abs(rises).min(axis=0) > 10 * ground.slack(np.array(value))
        if told.any():
            alike = _kinds(*rises[:2]) == kind
            if kind == "saddle":
                alike &= np.log2(np.abs(rises[2:]).sum(axis=0) / np.abs(rises[:2]).sum(axis=0)) > _CREASE
            return bool(alike[told].mean() >= 0.5)
    return not kink


def _flat_way(places: np.ndarray, rises: np.ndarray, hessians: np.ndarray, curved: np.ndarray) -> np.ndarray:
    """Return the unit vector (n, 2) along which each place is flattest: of the Hessian, or on the circle around it."""
    opposite = np.where(np.isfinite(rises), rises, np.inf).reshape(len(places), 2, -1).sum(axis=1)
    along = _HALF_TURN[np.argmin(opposite, axis=1)]
    if curved.any():
        bends, axes = np.linalg.eigh(hessians[curved])
        along[curved] = axes[np.arange(len(axes)), :, np.argmin(np.abs(bends), axis=1)]
    found: np.ndarray = along
    return found


def _walked(ground: _Ground, seeds: _Seeds) -> tuple[list[list[np.ndarray]], list[bool]]:
    """Return the ways from each seed, the one way and the other, and whether they came back to where they began."""
    start = np.repeat(seeds.places, 2, axis=0)
    first = np.repeat(seeds.along, 2, axis=0) * np.tile([1.0, -1.0], len(seeds.places))[:, None]
    value, order, curvature = (np.repeat(part, 2) for part in (seeds.value, seeds.order, seeds.curvature))
    low, high = np.array([w[0] for w in ground.window]), np.array([w[1] for w in ground.window])
    at, along = start.copy(), first.copy()
    steps = np.full(len(at), ground.size * _STEP)
    paths, closed, going = [[p] for p in start], [False] * len(start), np.arange(len(start))
    for _ in range(_MOST_STEPS):
        if not len(going):
            break
        aim = at[going] + steps[going, None] * along[going]
        foot = footing(ground.objective, aim, value[going], order[going])
        way = foot.places - at[going]
        length = np.hypot(*way.T)
        with np.errstate(all="ignore"):
            unit = way / length[:, None]
            turned = np.arccos(np.clip((unit * along[going]).sum(axis=1), -1.0, 1.0))
        sound = (turned <= _TURN) & (np.hypot(*(foot.places - aim).T) <= 0.5 * steps[going])
        sound &= _is_level(ground, foot, unit, value[going], order[going], curvature[going])
        for k, i in enumerate(going.tolist()):
            if not sound[k]:
                steps[i] /= 2
                continue
            if len(paths[i]) > 6 and np.hypot(*(foot.places[k] - start[i])) < steps[i] and unit[k] @ first[i] > 0.5:
                closed[i] = True
                paths[i].append(start[i])
            else:
                paths[i].append(foot.places[k])
            at[i], along[i] = foot.places[k], unit[k]
            steps[i] = min(1.5 * steps[i], ground.size * _STEP)
        out = (at[going] < low).any(axis=1) | (at[going] > high).any(axis=1)
        fresh = np.array([len(paths[i]) == len(paths[i ^ 1]) == 1 for i in going.tolist()])  # either way
        least = np.where(fresh, _STEP / 16, _LEAST) * ground.size  # most seeds lie on no curve
        going = going[~out & (steps[going] > least) & ~np.asarray(closed)[going]]
    return [_cut(path, low, high) for path in paths], closed


def _is_level(
    ground: _Ground, foot: Footing, unit: np.ndarray, value: np.ndarray, order: np.ndarray, curvature: np.ndarray
) -> np.ndarray:
    """Tell which places (n,) are as high as their curve, and have no slope along it but for rounding."""
    smooth = order == 2.0
    with np.errstate(invalid="ignore", over="ignore"):
        level = np.abs(foot.heights - value) <= ground.slack(value)
        slope = np.abs((foot.slopes * unit).sum(axis=1))
        small, large = eigenvalues(foot.hessians)
        bend = np.where(np.abs(small) > np.abs(large), small, large)
        reach = np.hypot(*foot.places.T) + 1e-3 * ground.size
        still = slope <= _ROUNDING * np.maximum(np.abs(bend), np.abs(curvature)) * reach
        steep = (order > _CREASE) & (np.hypot(*foot.slopes.T) * ground.size > 1e-6 * ground.spread)
        found: np.ndarray = level & np.where(smooth, still & (np.sign(bend) == np.sign(curvature)), ~steep)
        return found


def _cut(path: list[np.ndarray], low: np.ndarray, high: np.ndarray) -> list[np.ndarray]:
    """Return the path cut where it leaves the box."""
    end = path[-1]
    if len(path) < 2 or ((end >= low) & (end <= high)).all():
        return path
    before, way = path[-2], end - path[-2]
    with np.errstate(all="ignore"):
        shares = np.where(way > 0, (high - before) / way, np.where(way < 0, (low - before) / way, np.inf))
    return [*path[:-1], np.clip(before + np.clip(shares.min(), 0.0, 1.0) * way, low, high)]


def _goes_on(ground: _Ground, line: np.ndarray, value: float, kind: str) -> bool:
    """Tell whether a floor falls on beyond an end within the window, or a ridge rises: then it is only nearly level.

    Not where it drops at once, as at the edge of a stair's step, nor where it begins to fall at a bend.
    """
    low, high = np.array([w[0] for w in ground.window]), np.array([w[1] for w in ground.window])
    ends = [(line[0], line[0] - line[1]), (line[-1], line[-1] - line[-2])]
    ends = [(at, way) for at, way in ends if ((at > low) & (at < high)).all() and way.any()]
    ends = [
        (at, way) for at, way in ends if not _drops(ground, at, way, value) and not _bends_off(ground, at, way, value)
    ]
    if not ends or kind == "saddle":
        return False
    shares = np.array([0.5, 1.0, 2.0, 4.0])[:, None] * _STEP * ground.size
    places = np.concatenate([at + shares * way / np.hypot(*way) for at, way in ends])
    floor = onto(ground.objective, places, value, 2.0)
    near = np.hypot(*(floor - places).T) <= ground.size * _STEP
    rises = (ground.heights(floor[near]) - value) * (1 if kind == "minimum" else -1)
    return bool((rises < -2 * ground.slack(np.array(value))).any())


def _without_crowded_ends(line: np.ndarray, near: float) -> np.ndarray:
    """Return the polyline without the points beside its ends, where ever shorter steps crowd; the ends stay."""
    apart = np.minimum(*(np.hypot(*(line - end).T) for end in (line[0], line[-1]))) > near
    apart[[0, -1]] = True
    return line[apart] if apart.sum() > 2 else line


def _drops(ground: _Ground, at: np.ndarray, way: np.ndarray, value: float) -> bool:
    """Tell whether the ground jumps just beyond the end of a curve."""
    beyond = at + np.array([[2.0], [4.0], [8.0]]) * _LEAST * ground.size * way / np.hypot(*way)
    near, middle, far = np.abs(ground.heights(beyond) - value)
    return bool(near > ground.slack(np.array(value)) and far <= 1.1 * near and middle <= 1.1 * near)


def _bends_off(ground: _Ground, at: np.ndarray, way: np.ndarray, value: float) -> bool:
    """Tell whether the ground rises or falls from the end of a curve with one power of the distance from there."""
    shares = np.array([[1.0], [2.0], [4.0], [8.0]]) * _BESIDE * ground.size
    rises = ground.heights(at + shares * way / np.hypot(*way)) - value
    if not (np.abs(rises) > 100 * ground.slack(np.array(value))).all() or np.ptp(np.sign(rises)) > 0:
        return False
    powers = np.log2(rises[1:] / rises[:-1])
    return bool(powers.min() > 0.5 and np.ptp(powers) <= 0.1 * powers.max())


def _finer(ground: _Ground, line: np.ndarray, value: float, order: float) -> np.ndarray:
    """Return the polyline with more points where it bends, so that it is seen to be a curve."""
    for _ in range(2):
        way = np.diff(line, axis=0)
        angles = np.unwrap(np.arctan2(way[:, 1], way[:, 0]))
        if not np.abs(np.diff(angles)).max(initial=0.0) > _FINE:
            break
        middles = (line[:-1] + line[1:]) / 2
        found = onto(ground.objective, middles, value, order)
        far = np.hypot(*(found - middles).T) > 0.25 * np.hypot(*way.T)
        found[far] = middles[far]
        finer = np.empty((2 * len(line) - 1, 2))
        finer[::2], finer[1::2] = line, found
        line = finer
    return line


def _without_repeats(curves: list[CriticalCurve], size: float, spread: float) -> list[CriticalCurve]:
    """Return the curves without those that lie along a longer one."""
    kept: list[CriticalCurve] = []
    for curve in sorted(curves, key=lambda c: -float(np.hypot(*np.diff(c.places, axis=0).T).sum())):
        line = curve.places[:: max(1, len(curve.points) // 8)]
        if not on_curves(kept, line, np.full(len(line), curve.value), size, spread).all():
            kept.append(curve)
    return sorted(kept, key=lambda c: (c.value, c.points[0]))
