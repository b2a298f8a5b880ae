"""Trajectory -> verdict: judged from gradient, step, the Hessian's eigenvalues and the critical points."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments import objective
from experiments.compiled import program, traced
from experiments.critical import CriticalPoint, CriticalPoints, critical_points, eigenvalues
from experiments.experiment import Experiment, landscape_of
from experiments.surface import Surface, surface_of
from experiments.trajectory import Trajectory
from experiments.verdict import Outcome, Verdict

NEAR = 1e-3  # of the view's diagonal: within it a point is reached
WINDOW = 20  # steps over which rest and oscillation are judged, at least
FAR = 10.0  # times the domain's half diagonal from its centre: beyond it a run that climbs has diverged
FLAT = 1e-3  # gradient x diagonal / spread of heights: below it there is next to no slope
LEVEL = 5e-2  # curvature x diagonal^2 / spread of heights: below it nor is there a hollow


def judge(experiment: Experiment, trajectory: Trajectory) -> Verdict:
    """Return what became of this run, with the numbers that show it."""
    case = _Case(experiment, trajectory)
    for test in (_broken, _outside, _settled, _stuck, _restless):
        verdict = test(case)
        if verdict is not None:
            return verdict
    return case.verdict(Outcome.STILL_DESCENDING, detail=_descent(case))


@dataclass(frozen=True, eq=False)
class _Case:
    """A run with all that is measured of it, each thing once."""

    experiment: Experiment
    run: Trajectory

    @cached_property
    def critical(self) -> CriticalPoints:
        return critical_points(self.experiment)

    @cached_property
    def surface(self) -> Surface:
        return surface_of(self.experiment)

    @property
    def size(self) -> float:
        return self.surface.size

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

    @cached_property
    def reach(self) -> float:
        """How far the last points lie from the end, at most."""
        return float(np.max(np.hypot(*(self.tail - self.end).T)))

    @cached_property
    def local(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Gradient (2,), Hessian (2, 2) and the Newton step (2,) at the end."""
        g, h = (np.asarray(a) for a in _derivatives(self.experiment, self.end))
        det = float(h[0, 0] * h[1, 1] - h[0, 1] * h[1, 0])
        with np.errstate(all="ignore"):
            step = -np.array([h[1, 1] * g[0] - h[0, 1] * g[1], h[0, 0] * g[1] - h[1, 0] * g[0]]) / det
        return g, h, step

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


def _derivatives(experiment: Experiment, point: np.ndarray) -> Any:
    form = objective.form_of(experiment)
    return program(("derivatives", form), lambda: _compile(form))(objective.numbers_of(experiment), point)


def _compile(form: objective.Form) -> Callable[..., Any]:
    def at(numbers: jax.Array, point: jax.Array) -> Any:
        traced("derivatives")
        target = objective.build(form, numbers)
        return target.gradient(jnp.asarray(point)), target.hessian(jnp.asarray(point))

    return jax.jit(at)


def _outdoors(case: _Case) -> np.ndarray:
    """Return, for each point, whether it lies outside the domain, (T+1,)."""
    low, high = case.domain
    slack = 1e-9 * (high - low)
    with np.errstate(invalid="ignore"):
        return ~((case.run.points >= low - slack) & (case.run.points <= high + slack)).all(1)


def _limit(case: _Case) -> tuple[np.ndarray, float]:
    """Return the domain's centre and the distance from it beyond which a run is far away."""
    low, high = case.domain
    return (low + high) / 2, FAR * float(np.hypot(*(high - low))) / 2


def _ceiling(case: _Case) -> float:
    """Return the loss above which a run outside has climbed: that of the start, or any in the picture."""
    finite = case.surface.z[np.isfinite(case.surface.z)]
    return max(float(case.run.losses[0]), float(finite.max()) if finite.size else -np.inf)


def _climbed(case: _Case) -> int | None:
    """Return the first step far outside the domain and higher than anything in view, or None."""
    centre, limit = _limit(case)
    with np.errstate(invalid="ignore", over="ignore"):
        far = np.hypot(*(case.run.points - centre).T) > limit
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
    if falling and np.hypot(*(run.points[step - 1] - _limit(case)[0])) > _limit(case)[1]:
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
        detail = f"It left the domain at step {step} and climbs: the loss is {losses[-1]:.3g} now."
        return case.verdict(Outcome.DIVERGED, step=step, detail=detail)
    return case.verdict(
        Outcome.LEFT_DOMAIN, step=step, detail=f"It left at step {step}; what lies out there is not part of the lesson."
    )


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
        detail = f"At {at}." if case.critical.verified else f"At {at}: the lowest found in the view."
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
    """Return the critical point that the run rests at: a known one, or one that its Newton step leads to."""
    g, _, step = case.local
    small, large = case.eigenvalues
    known = [p for p in case.critical.points if np.hypot(*(case.end - p.point)) <= case.tolerance]
    known.sort(key=lambda p: float(np.hypot(*(case.end - p.point))))
    for point in known:
        if point.kink or point.degenerate or (point.boundary and case.reach <= 1e-9 * case.size):
            return point
    length = float(np.hypot(*step))
    if not np.isfinite(length) or length > case.tolerance:
        return None
    kind = "minimum" if small > 0 else "maximum" if large < 0 else "saddle"
    for point in known:
        if point.kind == kind:
            return point
    if _is_flat(case):
        return None
    at = case.end + step
    value = float(case.run.losses[-1] + 0.5 * float(g @ step))
    lowest = case.critical.lowest
    is_global = lowest is not None and value <= lowest + 1e-9 * (case.surface.spread + abs(lowest))
    return CriticalPoint(
        point=(float(at[0]), float(at[1])),
        value=value,
        kind=kind,
        eigenvalues=(small, large),
        is_global=kind == "minimum" and is_global,
    )


def _is_flat(case: _Case) -> bool:
    """Tell whether gradient and curvature at the end are both next to nothing on this surface's scale."""
    gradient = float(np.hypot(*case.local[0])) * case.size / case.surface.spread
    curvature = max(map(abs, case.eigenvalues)) * case.size**2 / case.surface.spread
    return gradient <= FLAT and curvature <= LEVEL


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
    on_edge = np.minimum(np.abs(case.end - low), np.abs(high - case.end)) <= 1e-9 * (high - low)
    outward = np.where(np.abs(case.end - low) < np.abs(high - case.end), 1.0, -1.0) * case.local[0] > 0
    if (on_edge & outward).any() and case.reach == 0:
        return case.verdict(Outcome.AT_BOUNDARY, minimum=(float(case.end[0]), float(case.end[1])))
    return None


def _restless(case: _Case) -> Verdict | None:
    """The run moves about without getting anywhere, neither closer together nor lower."""
    if case.run.steps < 8:
        return None
    count = min(case.run.steps, max(2 * WINDOW, case.run.steps // 4))
    points, losses = case.run.points[-(count + 1) :], case.run.losses[-(count + 1) :]
    half = len(points) // 2
    early, late = points[:half], points[half:]
    width_before, width_now = _width(early), _width(late)
    path = float(np.sum(np.hypot(*np.diff(late, axis=0).T)))
    net = float(np.hypot(*(late[-1] - late[0])))
    moved = float(np.hypot(*(late.mean(0) - early.mean(0))))
    lowest = case.critical.lowest
    floor = min(float(losses.min()), lowest if lowest is not None else np.inf)
    gain = float(losses[:half].mean() - losses[half:].mean())
    height = float(losses[:half].mean() - floor)
    to_and_fro = path > 4 * max(net, 1e-12 * case.size) and width_now > 1e-6 * case.size
    shrinking = width_now < 0.9 * width_before
    falling = gain > 0.02 * height
    drifting = moved > 0.5 * width_now
    if not to_and_fro or shrinking or falling or drifting:
        return None
    evidence = {"amplitude": width_now, "mean_loss": float(losses[half:].mean())}
    return case.verdict(
        Outcome.OSCILLATING, evidence=evidence, detail=f"It swings over a width of {_short(width_now)}."
    )


def _width(points: np.ndarray) -> float:
    """Return the diagonal of the smallest box around the points."""
    return float(np.hypot(*(points.max(0) - points.min(0))))


def _descent(case: _Case) -> str:
    gradient = float(np.hypot(*case.run.gradients[-1]))
    return f"The gradient is still {_short(gradient)} there."


def _from_then_on(holds: np.ndarray) -> int:
    """Return the first index from which all holds."""
    broken = np.flatnonzero(~holds)
    return int(broken[-1]) + 1 if broken.size else 0


def _short(number: float) -> str:
    """Return the number with at most three significant digits."""
    return f"{number:.3g}"
