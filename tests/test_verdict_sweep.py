"""Every verdict of a thousand runs against a second opinion that shares no code with the judge, twice as many on soak.

The opinion knows the published facts (tests/facts), the NumPy forms and SciPy's minimizers; nothing of experiments/.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy_landscapes import NUMPY_FORMS
from scipy.optimize import minimize

from experiments import Experiment, Outcome, Run, judge, simulate
from experiments.critical.defaults import default_learning_rate
from landscapes import LANDSCAPES
from tests.meetings import optimizers_for

FACTS = json.loads((Path(__file__).parent / "facts" / "functions.json").read_text())["landscapes"]
STEPS = 200
SHARES = (0.2, 1.0, 6.0)
ANGLES = np.linspace(0, 2 * np.pi, 241)  # with the four directions of the axes
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)], -1)


def height(key, points):
    points = np.asarray(points, float)
    with np.errstate(all="ignore"):
        return NUMPY_FORMS[key](points[..., 0], points[..., 1], **LANDSCAPES[key].defaults)


def slope(key, point, h):
    ends = np.asarray(point) + h * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    east, west, north, south = height(key, ends)
    return float(np.hypot(east - west, north - south) / (2 * h))


def lowest_known(key, grid):
    """The published minimum (or None); of a loss on data the lowest that SciPy finds from the lowest places."""
    if key in FACTS:
        return FACTS[key]["f_min"]
    places = grid.reshape(-1, 2)
    starts = places[np.argsort(height(key, places))[:5]]
    return min(minimize(lambda p: float(height(key, p)), p, method="Nelder-Mead", tol=1e-14).fun for p in starts)


@cache
def sizes(key):
    """The view's diagonal, a typical difference of heights in it, and the published minimum (or None)."""
    (x0, x1), (y0, y1) = LANDSCAPES[key].view
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, 80), np.linspace(y0, y1, 80)), -1)
    low, high = np.percentile(height(key, grid), [2, 90])
    return float(np.hypot(x1 - x0, y1 - y0)), float(high - low), lowest_known(key, grid)


def outside(key, point):
    (x0, x1), (y0, y1) = LANDSCAPES[key].domain
    slack = 1e-6 * (x1 - x0)
    return not (x0 - slack <= point[0] <= x1 + slack and y0 - slack <= point[1] <= y1 + slack)


def lowest_nearby(key, point, size):
    """SciPy's nearest minimum, by a search that needs no derivatives and so stops at kinks too."""
    simplex = np.asarray(point) + 2e-4 * size * np.array([[0, 0], [1, 0], [0.3, 0.9]])
    options = {"initial_simplex": simplex, "xatol": 1e-9 * size, "fatol": 0, "maxiter": 400}
    return minimize(lambda p: float(height(key, p)), point, method="Nelder-Mead", options=options).x


def longer(experiment, place, times=4):
    alone = experiment.replace(runs=(experiment.runs[place],), steps=times * experiment.steps)
    return simulate(alone)[0]


def objection(experiment, run, verdict):  # noqa: PLR0912  one branch an outcome
    """Return why the verdict is false, or None."""
    key = experiment.landscape
    size, spread, f_min = sizes(key)
    near = 1e-3 * size
    end, losses = run.points[-1], run.losses
    at_rest = np.hypot(*(run.points[-21:] - end).T).max() <= 1.01 * near
    at_rest |= (
        np.hypot(*(run.points[-3:] - end).T).max() <= 1e-9 * size and slope(key, end, 1e-6 * size) < 1e-6 * spread
    )
    outcome = verdict.outcome
    if "MINIMUM" in outcome.name:
        place = np.asarray(verdict.minimum)
        if outside(key, end) or not np.isfinite(run.points).all():
            return "outside the domain or not finite"
        if not at_rest or np.hypot(*(place - end)) > 1.01 * near:
            return "not at rest near the minimum that is named"
        bottom = lowest_nearby(key, place, size)
        boundary = key in FACTS and any(FACTS[key]["global_minimum_on_boundary"])
        if np.hypot(*(bottom - place)) > 0.2 * near and key != "step_plateau" and not boundary:
            return f"SciPy walks away from {place} to {bottom}"
        rises = height(key, place + 1e-5 * size * CIRCLE) - height(key, place)
        if rises.min() < -1e-9 * spread and not boundary:
            return "lower ground right beside it"
        is_lowest = float(height(key, place)) <= f_min + 1e-7 * min(spread, 1e3)
        if is_lowest != (outcome is Outcome.GLOBAL_MINIMUM):
            return f"its value is {height(key, place)}, the lowest {f_min}"
    elif outcome is Outcome.SADDLE_POINT:
        place = np.asarray(verdict.minimum)
        if not at_rest or np.hypot(*(place - end)) > 1.01 * near:
            return "not at rest near the point that is named"
        if slope(key, place, 1e-6 * size) * size > 1e-4 * spread:
            return f"there is a slope of {slope(key, place, 1e-6 * size)}"
        around = [height(key, place + share * size * CIRCLE) - height(key, place) for share in (5e-4, 1e-4)]
        if np.min(around) >= -1e-15 * spread:
            return "nothing beside it is lower"
    elif outcome is Outcome.PLATEAU:
        drop = float(losses[-1]) - (f_min if f_min is not None else losses[-1] - spread)
        hilly = np.ptp(height(key, end + 2e-3 * size * CIRCLE))
        if key != "step_plateau" and (hilly > 1e-3 * drop or slope(key, end, 1e-6 * size) * size > 2e-3 * drop):
            return f"not flat: {hilly} of {drop}"
        if key == "step_plateau" and losses[-1] == f_min:
            return "nothing is lower"
        if not at_rest:
            return "not at rest"
    elif outcome is Outcome.LEFT_DOMAIN:
        finite = run.points[np.isfinite(run.points).all(1)]
        if not outside(key, finite[-1]):
            return "it is inside"
    elif outcome is Outcome.DIVERGED:
        if np.isfinite(run.losses).all() and not outside(key, end):
            return "it is inside and finite"
        if np.nanmax(losses) <= losses[0] + spread:
            return "it never climbed"
    elif outcome is Outcome.NON_FINITE:
        if np.isfinite(run.points).all() and np.isfinite(losses).all() and np.isfinite(run.gradients).all():
            return "all numbers are finite"
    elif outcome is Outcome.OSCILLATING:
        later = longer(experiment, run.run, times=2).points[-STEPS:]  # an irregular swing may be caught much later
        width, before = float(np.hypot(*np.ptp(later, axis=0))), verdict.evidence["amplitude"]
        if np.isfinite(later).all() and width < max(0.5 * near, before / 10):
            return f"it settles: from {before} to {width}"
    elif outcome is Outcome.STILL_DESCENDING:
        bottom = lowest_nearby(key, end, size)
        arrived = np.hypot(*(run.points[-41:] - bottom).T).max() < 0.2 * near
        if arrived and slope(key, end, 1e-7 * size) * size < 1e-6 * spread and f_min is not None:
            return f"it rests at {bottom}"
    return None


def starts(key):
    draw = np.random.default_rng(list(key.encode()))
    (x0, x1), (y0, y1) = LANDSCAPES[key].view
    return LANDSCAPES[key].starts[0], tuple(draw.uniform((x0, y0), (x1, y1)).tolist())


@pytest.mark.parametrize("key", LANDSCAPES)
def test_no_verdict_is_false(key):
    look_for_false_ones(key, optimizers_for(key))


@pytest.mark.soak
def test_no_verdict_of_twice_as_many_is_false_and_every_outcome_that_these_runs_can_have_is_met():
    counts: Counter[tuple[str, Outcome]] = Counter()
    for key in LANDSCAPES:
        counts.update(look_for_false_ones(key, optimizers_for(key, 12)))
    print("\n" + table(counts))
    assert sum(counts.values()) >= 2_000
    never = {Outcome.NOISE_FLOOR, Outcome.AT_BOUNDARY, Outcome.NON_FINITE}
    assert set(Outcome) - never <= {outcome for _, outcome in counts}


def look_for_false_ones(key, optimizers):
    """Judge these optimizers' runs on a surface; returns how often each outcome came."""
    wrong = []
    counts: Counter[tuple[str, Outcome]] = Counter()
    for start in starts(key):
        for optimizer in optimizers:
            empty = Experiment(landscape=key, start=start, steps=STEPS)
            rate = default_learning_rate(empty, optimizer)
            runs = tuple(Run(optimizer=optimizer, learning_rate=min(rate * share, 1e3)) for share in SHARES)
            experiment = empty.replace(runs=runs)
            for run in simulate(experiment):
                verdict = judge(experiment, run)
                counts[key, verdict.outcome] += 1
                why = objection(experiment, run, verdict)
                if why:
                    chosen = experiment.runs[run.run]
                    wrong.append(
                        f"{optimizer} {chosen.learning_rate:.3g} from {start}: {verdict.outcome.name}, but {why}"
                    )
    assert not wrong, "\n".join(wrong)
    return counts


def table(counts):
    names = [o for o in Outcome if any(counts[key, o] for key in LANDSCAPES)]
    lines = [" " * 26 + " ".join(f"{o.name[:9]:>9}" for o in names)]
    lines += [f"{key:26}" + " ".join(f"{counts[key, o]:9}" for o in names) for key in LANDSCAPES]
    lines += [f"{'all':26}" + " ".join(f"{sum(counts[key, o] for key in LANDSCAPES):9}" for o in names)]
    return "\n".join(lines)
