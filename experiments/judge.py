"""Trajectory -> verdict: judged from gradient, step, the Hessian's eigenvalues and the critical points."""

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from experiments import limits, objective
from experiments.critical import (
    CriticalPoint,
    CriticalPoints,
    critical_points_at,
    is_weak,
    kind_by_ring,
)
from experiments.derivatives import derivatives, eigenvalues, newton_search
from experiments.experiment import Box, Experiment, landscape_of
from experiments.modifiers import Frame, frame_of
from experiments.resolution import is_one_height
from experiments.simulate import simulate_run
from experiments.surface import Surface, surface_at
from experiments.trajectory import Trajectory
from experiments.verdict import Advice, Outcome, Verdict
from optimizers import OPTIMIZERS

NEAR = 1e-3  # of the diagonal of the landscape's own view: within it a point is reached
WINDOW = 20  # steps over which rest and oscillation are judged, at least
FAR = 10.0  # times the domain's half diagonal from its centre: beyond it a run that climbs has diverged
FLAT = 1e-3  # gradient x diagonal / height that could still be lost: below it there is next to no slope
LEVEL = 5e-2  # curvature x diagonal^2 / height that could still be lost: below it nor is there a hollow
BLOCKS = 4  # parts of a run's second half, to tell a lasting oscillation from one that dies down
ROUNDING = 1e-9  # of the spread of heights: a gain below it is none


def judge(experiment: Experiment, trajectory: Trajectory) -> Verdict:
    """Return what became of this run, with the numbers that show it; advice is worked out when it is looked at."""
    return replace(verdict_of(experiment, trajectory), advisor=partial(_advice, experiment, trajectory))


def _advice(experiment: Experiment, trajectory: Trajectory, verdict: Verdict) -> tuple[Advice, ...]:
    from experiments.advice import advise  # noqa: PLC0415  advice judges what it tries, so it stands above this file

    return advise(experiment, trajectory, verdict)


def verdict_of(experiment: Experiment, trajectory: Trajectory) -> Verdict:
    """Return what became of this run, with the numbers that show it, and without advice.

    It does not depend on how far the picture is zoomed: lengths and heights are measured on the landscape's own view.
    """
    case = _Case(experiment, trajectory)
    for test in (_broken, _outside, _settled, _stuck, _hovering, _restless):
        verdict = test(case)
        if verdict is not None:
            return verdict
    change = float(trajectory.losses[-1] - case.tail_losses[0])
    return case.verdict(Outcome.STILL_DESCENDING, detail=_descent(case), evidence={"recent_change": change})


@dataclass(frozen=True, eq=False)
class _Case:
    """A run with all that is measured of it, each thing once."""

    experiment: Experiment
    run: Trajectory

    @cached_property
    def critical(self) -> CriticalPoints:
        return critical_points_at(self.experiment, self.home)

    @cached_property
    def surface(self) -> Surface:
        numbers = tuple(objective.numbers_of(self.experiment).tolist())
        return surface_at(objective.form_of(self.experiment), numbers, self.home)

    @cached_property
    def frame(self) -> Frame:
        return frame_of(self.experiment, landscape_of(self.experiment))

    @property
    def home(self) -> Box:
        """The landscape's own view, wherever it was turned and moved to."""
        return self.frame.box(landscape_of(self.experiment).view)

    @cached_property
    def size(self) -> float:
        (x0, x1), (y0, y1) = landscape_of(self.experiment).view
        return float(np.hypot(x1 - x0, y1 - y0))

    @cached_property
    def at_home(self) -> np.ndarray:
        """The points as they lie on the landscape before it was turned and moved, (T+1, 2)."""
        return self.frame.back(self.run.points)

    @property
    def tolerance(self) -> float:
        """The distance within which a point is reached."""
        return NEAR * self.size

    @cached_property
    def domain(self) -> tuple[np.ndarray, np.ndarray]:
        (x0, x1), (y0, y1) = landscape_of(self.experiment).domain
        return np.array([x0, y0]), np.array([x1, y1])

    @cached_property
    def end(self) -> np.ndarray:
        return self.run.points[-1]

    @cached_property
    def window(self) -> int:
        """How many of the last steps tell whether the run has come to rest."""
        return min(self.run.steps, max(WINDOW, self.run.steps // 10))

    @cached_property
    def tail(self) -> np.ndarray:
        """The last points, (window + 1, 2)."""
        return self.run.points[-(self.window + 1) :]

    @property
    def tail_losses(self) -> np.ndarray:
        """The losses at the last points, (window + 1,)."""
        return self.run.losses[-(self.window + 1) :]

    @cached_property
    def reach(self) -> float:
        """How far the last points lie from the end, at most."""
        return float(np.max(np.hypot(*(self.tail - self.end).T)))

    @cached_property
    def local(self) -> tuple[np.ndarray, np.ndarray]:
        """Gradient (2,) and Hessian (2, 2) at the end."""
        form, numbers = objective.form_of(self.experiment), objective.numbers_of(self.experiment)
        _, gradient, hessian = derivatives(form, numbers, self.end[None])
        return gradient[0], hessian[0]

    @cached_property
    def nearby(self) -> tuple[np.ndarray, ...]:
        """The point that Newton's steps lead to from the end, its value, gradient and Hessian."""
        form, numbers = objective.form_of(self.experiment), objective.numbers_of(self.experiment)
        found = newton_search(form, numbers, self.end[None], self.tolerance, 12)
        return found[0], *(array[0] for array in derivatives(form, numbers, found))

    @cached_property
    def eigenvalues(self) -> tuple[float, float]:
        small, large = eigenvalues(self.local[1])
        return float(small), float(large)

    def numbers(self) -> dict[str, float]:
        run = self.run
        last = max(run.last_finite, 0)
        found = {
            "final_loss": float(run.losses[-1]),
            "best_loss": float(run.losses[run.best_step]),
            "best_step": float(run.best_step),
            "gradient_norm": float(np.hypot(*run.gradients[last])),
        }
        if run.steps:
            found["last_step_size"] = float(np.hypot(*run.updates[min(last, run.steps - 1)]))
        if run.last_finite == run.steps:
            found["smallest_curvature"], found["largest_curvature"] = self.eigenvalues
        return found

    def verdict(self, outcome: Outcome, **fields: Any) -> Verdict:
        evidence = self.numbers() | {k: float(v) for k, v in fields.pop("evidence", {}).items()}
        return Verdict(outcome=outcome, evidence=evidence, **fields)


def _outdoors(case: _Case) -> np.ndarray:
    """Return, for each point, whether it lies outside the domain, (T+1,)."""
    low, high = case.domain
    slack = 1e-6 * (high - low)
    with np.errstate(invalid="ignore"):
        return ~((case.at_home >= low - slack) & (case.at_home <= high + slack)).all(1)


def _limit(case: _Case) -> tuple[np.ndarray, float]:
    """Return the domain's centre and the distance from it beyond which a run is far away."""
    low, high = case.domain
    return (low + high) / 2, FAR * float(np.hypot(*(high - low))) / 2


def _ceiling(case: _Case) -> float:
    """Return the loss above which a run outside has climbed: clearly above the start's and any in the picture."""
    finite = case.surface.z[np.isfinite(case.surface.z)]
    return max(float(case.run.losses[0]), float(finite.max()) if finite.size else -np.inf) + case.surface.spread


def _climbed(case: _Case) -> int | None:
    """Return the first step far outside the domain and higher than anything in view, or None."""
    centre, limit = _limit(case)
    with np.errstate(invalid="ignore", over="ignore"):
        far = np.hypot(*(case.at_home - centre).T) > limit
        high = case.run.losses > _ceiling(case)
    both = far & high
    return int(np.argmax(both)) if both.any() else None


def _broken(case: _Case) -> Verdict | None:
    """The run met a number that is not finite, or climbed away."""
    run = case.run
    step = _climbed(case)
    if step is not None:
        outside = bool(_outdoors(case)[-1])
        if run.last_finite < run.steps or outside:
            loss = float(run.losses[step])
            detail = f"At step {step} it was far outside the domain with a loss of {loss:.3g}."
            return case.verdict(Outcome.DIVERGED, step=step, detail=detail, evidence={"loss_at_step": loss})
    if run.last_finite == run.steps:
        return None
    step = run.last_finite + 1
    named = (("position", run.points[step]), ("loss", run.losses[step]), ("gradient", run.gradients[step]))
    quantity = next(name for name, value in named if not np.isfinite(value).all())
    falling = step >= 2 and run.losses[step - 1] < run.losses[0] and _outdoors(case)[step - 1]
    if falling and np.hypot(*(case.at_home[step - 1] - _limit(case)[0])) > _limit(case)[1]:
        first = int(np.argmax(_outdoors(case)))
        detail = f"It fell without end beyond the domain; from step {step} the {quantity} is no longer finite."
        return case.verdict(Outcome.LEFT_DOMAIN, step=first, detail=detail)
    return case.verdict(
        Outcome.NON_FINITE, step=step, detail=f"At step {step} the {quantity} is no longer a finite number."
    )


def _outside(case: _Case) -> Verdict | None:
    """The run ended outside the domain: it climbed out (diverged) or fell out."""
    outside = _outdoors(case)
    if not outside[-1]:
        return None
    inside = np.flatnonzero(~outside)
    step = int(inside[-1]) + 1 if inside.size else 0
    losses = case.run.losses
    if losses[-1] > _ceiling(case) and losses[-1] > losses[step]:
        detail = f"It has been outside the domain since step {step} and climbs: the loss is {losses[-1]:.3g} now."
        return case.verdict(Outcome.DIVERGED, step=step, detail=detail)
    how = f"It left at step {step}" if step else "It started outside"
    return case.verdict(Outcome.LEFT_DOMAIN, step=step, detail=f"{how}; what lies out there is not part of the lesson.")


def _settled(case: _Case) -> Verdict | None:
    """The run came to rest at a critical point."""
    if case.reach > case.tolerance:
        return None
    target = _target(case)
    if target is None:
        return None
    place = np.asarray(target.point)
    distance = np.hypot(*(case.run.points - place).T)
    arrived = _from_then_on(distance <= case.tolerance)
    evidence = {"distance": float(distance[-1]), "value": target.value}
    at = f"({_short(place[0])}, {_short(place[1])})"
    if target.kind != "minimum":
        noun = "a saddle point" if target.kind == "saddle" else "a maximum"
        return case.verdict(
            Outcome.SADDLE_POINT, step=arrived, minimum=target.point, evidence=evidence, detail=f"At {at}, {noun}."
        )
    if target.is_global:
        detail = f"At {at}." if case.critical.verified else f"At {at}: the lowest found."
        return case.verdict(
            Outcome.GLOBAL_MINIMUM, step=arrived, minimum=target.point, evidence=evidence, detail=detail
        )
    lowest = case.critical.lowest
    if lowest is None:
        detail = f"At {at}."
    else:
        evidence["above_global"] = target.value - lowest
        detail = f"At {at}, {_short(target.value - lowest)} above the global minimum."
    return case.verdict(Outcome.LOCAL_MINIMUM, step=arrived, minimum=target.point, evidence=evidence, detail=detail)


def _target(case: _Case) -> CriticalPoint | None:
    """Return the critical point that the run rests at: a known one, or one that Newton's steps lead to."""
    known = [p for p in case.critical.points if np.hypot(*(case.end - p.point)) <= case.tolerance]
    known.sort(key=lambda p: float(np.hypot(*(case.end - p.point))))
    for point in known:
        still = case.reach <= 1e-9 * case.size
        if (point.kink and (still or point.kind == "minimum")) or (point.boundary and still):
            return point
    found = _led_to(case)
    if found is None:
        return next((p for p in known if p.degenerate), None)
    for point in known:
        if point.kind == found.kind and np.hypot(*np.subtract(point.point, found.point)) <= 1e-6 * case.size:
            return point
    blurred = any(  # where a minimum is flat Newton's steps stop short of it: near it, but not at it
        p.degenerate and p.kind == found.kind and 0 < np.hypot(*np.subtract(p.point, found.point)) <= case.tolerance
        for p in case.critical.points
        if p not in known
    )
    return None if blurred or _is_flat(case) else found


def _led_to(case: _Case) -> CriticalPoint | None:
    """Return the critical point that Newton's steps from the end lead to, if they do and it is within tolerance."""
    at, value, gradient, hessian = case.nearby
    small, large = (float(e) for e in eigenvalues(hessian))
    scale = case.surface.spread / case.size
    # finite, near, level, and curved: where the surface is flat Newton's steps say nothing
    reached = np.isfinite(at).all() and np.hypot(*(at - case.end)) <= case.tolerance
    if not reached or np.hypot(*gradient) > 1e-9 * scale or max(abs(small), abs(large)) * case.size <= 1e-9 * scale:
        return None
    form, numbers = objective.form_of(case.experiment), objective.numbers_of(case.experiment)
    if is_weak(small, large):
        kind = kind_by_ring(form, numbers, at, float(value), case.size)
    else:
        kind = "minimum" if small > 0 else "maximum" if large < 0 else "saddle"
    floor = case.surface.lowest if case.critical.lowest is None else case.critical.lowest
    x, y = at.tolist()
    return CriticalPoint(
        point=(x, y),
        value=float(value),
        kind=kind,
        eigenvalues=(small, large),
        is_global=kind == "minimum"
        and (bool(value <= floor) or is_one_height(form, numbers, (x, y), float(value), floor, case.surface.spread)),
    )


def _is_flat(case: _Case) -> bool:
    """Tell whether gradient and curvature at the end are next to nothing beside the height that could still be lost."""
    height = case.surface.spread
    if case.critical.lowest is not None:
        height = min(height, max(float(case.run.losses[-1]) - case.critical.lowest, 0.0))
    gradient = float(np.hypot(*case.local[0])) * case.size
    curvature = max(map(abs, case.eigenvalues)) * case.size**2
    return gradient <= FLAT * height and curvature <= LEVEL * height


def _stuck(case: _Case) -> Verdict | None:
    """The run rests where there is nothing to follow, or on the domain's edge."""
    if case.reach > case.tolerance:
        return None
    if _is_flat(case):
        gradient = float(np.hypot(*case.local[0]))
        since = _from_then_on(np.hypot(*(case.run.points - case.end).T) <= case.tolerance)
        lowest, loss = case.critical.lowest, float(case.run.losses[-1])
        if lowest is not None and gradient == 0 and loss <= lowest + 1e-12 * max(1.0, abs(lowest)):
            return case.verdict(
                Outcome.GLOBAL_MINIMUM,
                step=_from_then_on(case.run.losses <= loss),
                minimum=(float(case.end[0]), float(case.end[1])),
                detail="It is flat there, and nothing is lower.",
            )
        return case.verdict(
            Outcome.PLATEAU,
            step=since,
            detail=f"The gradient there is {_short(gradient)}, too small to move it.",
        )
    low, high = case.domain
    end = case.at_home[-1]
    slope = case.frame.back(case.local[0]) - case.frame.back(np.zeros(2))  # along the landscape's own axes
    on_edge = np.minimum(np.abs(end - low), np.abs(high - end)) <= 1e-9 * (high - low)
    outward = np.where(np.abs(end - low) < np.abs(high - end), 1.0, -1.0) * slope > 0
    if (on_edge & outward).any() and case.reach == 0:
        return case.verdict(Outcome.AT_BOUNDARY, minimum=(float(case.end[0]), float(case.end[1])))
    return None


def _hovering(case: _Case) -> Verdict | None:
    """The run stays around a minimum and only gradient noise keeps it from coming to rest there."""
    count = case.run.steps // 2 // BLOCKS
    if not case.experiment.noise or count < 4 * BLOCKS:
        return None
    cloud = case.run.points[-count * BLOCKS :]
    mean, spread = cloud.mean(axis=0), cloud.std(axis=0)
    minima = [p for p in case.critical.all_minima if not p.boundary]
    if not minima:
        return None
    target = min(minima, key=lambda p: float(np.hypot(*(mean - p.point))))
    distances = np.hypot(*(case.run.points - target.point).T)
    radius = float(distances[-count * BLOCKS :].max())
    others = [float(np.hypot(*np.subtract(p.point, target.point))) for p in case.critical.points if p is not target]
    heights = case.run.losses[-count * BLOCKS :].reshape(BLOCKS, count).mean(axis=1) - target.value
    centred = (np.abs(mean - target.point) <= 0.5 * spread).all()
    alone = radius <= 0.9 * min(others, default=np.inf)
    steady = heights.min() > 0 and heights.max() <= 3 * heights.min()
    if not (centred and alone and steady and _rests_without_noise(case, cloud[-1], target, radius)):
        return None
    variance = float(((cloud - target.point) ** 2).mean(axis=0).sum())
    evidence = {"variance": variance, "mean_height": float(heights.mean()), "value": target.value}
    expected = _expected_variance(case, target)
    if expected is not None:
        evidence["expected_variance"] = expected
    at = f"({_short(target.point[0])}, {_short(target.point[1])})"
    return case.verdict(
        Outcome.NOISE_FLOOR,
        step=_from_then_on(distances <= radius),
        minimum=target.point,
        evidence=evidence,
        detail=f"Around {at}, on average {_short(float(heights.mean()))} above it and {_short(variance**0.5)} away.",
    )


def _rests_without_noise(case: _Case, start: np.ndarray, target: CriticalPoint, radius: float) -> bool:
    """Tell whether the same run, continued without noise at the rate it had, comes to rest at the minimum."""
    run = case.experiment.runs[case.run.run]
    rate = float(case.run.learning_rates[-(case.run.steps // 2) :].mean())
    if not 0 < rate <= limits.MAX_RATE:
        return False
    calm = case.experiment.replace(
        start=(float(start[0]), float(start[1])),
        steps=min(case.run.steps, 2_000),
        noise=0.0,
        smoothing=0.0 if case.experiment.fades else case.experiment.smoothing,
        runs=(replace(run, learning_rate=rate, schedule="constant", schedule_parameters={}),),
    )
    points = simulate_run(calm, 0).points
    tail = np.hypot(*(points[-(len(points) // 10) :] - target.point).T)
    return bool(tail.max() <= max(0.2 * radius, case.tolerance))


def _expected_variance(case: _Case, target: CriticalPoint) -> float | None:
    """Return the variance around the minimum by the optimizer's own formula, summed over both axes, or None."""
    run = case.experiment.runs[case.run.run]
    floor = OPTIMIZERS[run.optimizer].noise_floor
    if floor is None or run.schedule != "constant" or run.wrappers or not min(target.eigenvalues) > 0:
        return None
    noise = case.experiment.noise
    total = sum(floor(run.learning_rate, curvature, noise, **run.parameters) for curvature in target.eigenvalues)
    return float(total) if np.isfinite(total) else None


def _restless(case: _Case) -> Verdict | None:
    """The run moves to and fro without getting anywhere: neither closer together nor lower."""
    count = case.run.steps // 2 // BLOCKS
    run = case.experiment.runs[case.run.run]
    cools = OPTIMIZERS[run.optimizer].cools
    if count < 4 or (cools is not None and cools(**run.parameters)):
        return None
    points = case.run.points[-count * BLOCKS :].reshape(BLOCKS, count, 2)
    losses = case.run.losses[-count * BLOCKS :].reshape(BLOCKS, count)
    widths = np.array([_width(block) for block in points])
    paths = np.array([_length(block) for block in points])
    net = np.hypot(*(points[:, -1] - points[:, 0]).T)
    middle = points.mean(axis=1)
    to_and_fro = (paths > 2.5 * net).all() and widths.min() > case.tolerance
    drifting = float(np.hypot(*(middle[-1] - middle[0]))) > 0.25 * float(widths.max())
    if not to_and_fro or drifting or _dies_down(paths) or _dies_down(losses.mean(axis=1) - _floor(case)):
        return None
    evidence = {"amplitude": float(widths[-1]), "mean_loss": float(losses[-1].mean())}
    return case.verdict(
        Outcome.OSCILLATING, evidence=evidence, detail=f"It swings over a width of {_short(float(widths[-1]))}."
    )


def _dies_down(sizes: np.ndarray) -> bool:
    """Tell whether the sizes (BLOCKS,) are becoming smaller: at last by a tenth, or bit by bit over all blocks."""
    first, before, last = sizes[0], sizes[-2], sizes[-1]
    by_and_by = bool((np.diff(sizes) <= 0).all()) or last < 0.97 * first
    return bool(last < 0.9 * before or (by_and_by and last < (1 - 1e-6) * before))


def _floor(case: _Case) -> float:
    """Return the height that the run's loss is measured above."""
    least = float(case.run.losses.min())
    return least if case.critical.lowest is None else min(least, case.critical.lowest)


def _length(points: np.ndarray) -> float:
    """Return the length of the path through the points."""
    return float(np.sum(np.hypot(*np.diff(points, axis=0).T)))


def _width(points: np.ndarray) -> float:
    """Return the diagonal of the smallest box around the points."""
    return float(np.hypot(*(points.max(0) - points.min(0))))


def _descent(case: _Case) -> str:
    slope = f"the gradient there is {_short(float(np.hypot(*case.run.gradients[-1])))}"
    if case.reach <= ROUNDING * case.size:
        return f"It no longer moves, but it is not at a minimum: {slope}."
    if case.run.losses[-1] > case.tail_losses[0]:
        return f"The loss was rising at the end; {slope}."
    return f"The loss was falling at the end; {slope}."


def _from_then_on(holds: np.ndarray) -> int:
    """Return the first index from which all holds."""
    broken = np.flatnonzero(~holds)
    return int(broken[-1]) + 1 if broken.size else 0


def _short(number: float) -> str:
    """Return the number with at most three significant digits."""
    return f"{number:.3g}"
