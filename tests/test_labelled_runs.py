"""Runs whose outcome is known beforehand, from closed forms or from where they start: no label may be wrong.

Every case gives real numbers to a few compiled structures, and what becomes of it is worked out here without the judge.
"""

from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, Trajectory, judge, simulate
from experiments.setup.limits import MAX_RUNS
from landscapes import LANDSCAPES

GLOBAL, LOCAL, SADDLE, PLATEAU = Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM, Outcome.SADDLE_POINT, Outcome.PLATEAU
EDGE, LEFT, SWINGS, NOISE = Outcome.AT_BOUNDARY, Outcome.LEFT_DOMAIN, Outcome.OSCILLATING, Outcome.NOISE_FLOOR
DIVERGED, NON_FINITE, DESCENDING = Outcome.DIVERGED, Outcome.NON_FINITE, Outcome.STILL_DESCENDING
NEAR = 1e-3  # of the view's diagonal: what the judge calls reached. Cases within a factor of two of it are left out


def run(optimizer, rate, **parameters):
    return Run(optimizer=optimizer, learning_rate=rate, parameters=parameters)


def case(label, key, one, start, steps=200, **fields):
    return label, Experiment(landscape=key, start=start, steps=steps, runs=(one,), **fields)


# --- gradient descent and momentum on the bowl ½ (x² + 10 y²): each axis on its own, in closed form ----------------

BOWL = {"landscape_parameters": {"condition": 10.0}}
NEAR_BOWL, HALF = NEAR * np.hypot(10, 10), 5.0
FAR_BOWL = 10 * np.hypot(5, 5)  # ten times the domain's half diagonal


def on_the_bowl(optimizer, rate, start, steps, beta=0.0):
    """The iterates by the method's own two-line recurrence."""
    w, v, path = np.array(start), np.zeros(2), [np.array(start)]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            gradient = np.array([1.0, 10.0]) * w
            v = beta * v + gradient
            w = w - rate * (gradient + beta * v if optimizer == "nesterov" else v)
            path.append(w)
    return np.array(path)


def label_on_the_bowl(path):
    """The outcome, or None where it is too close to call: near is within half of it, far beyond twice."""
    distance, steps = np.hypot(*path.T), len(path) - 1
    window = min(steps, max(20, steps // 10))
    with np.errstate(invalid="ignore"):
        if not distance[-1] < 2 * FAR_BOWL:
            return DIVERGED
    if (distance[-window - 1 :] < NEAR_BOWL / 2).all():
        return GLOBAL
    swing = np.ptp(path[-40:], axis=0)
    if steps >= 80 and distance[-1] > 0.1 and np.allclose(path[-1], path[-3], rtol=1e-9, atol=1e-9):
        return SWINGS if swing.max() > 0.1 else None
    shrinking = distance[-1] < 0.8 * distance[-window - 1] or distance[-1] < 0.8 * distance[len(path) // 2]
    return DESCENDING if distance[-1] > 2 * NEAR_BOWL and shrinking and np.abs(path[-1]).max() < HALF else None


def descent_on_the_bowl():
    starts = ((2.0, 1.5), (-4.0, 0.3), (0.0, -2.0), (4.5, 0.0))
    rates = (0.003, 0.01, 0.05, 0.1, 0.15, 0.19, 0.199, 0.2, 0.201, 0.21, 0.25, 0.4, 1.0, 1.9, 2.0, 2.05)
    for rate, start, steps in product(rates, starts, (12, 100, 400)):
        label = label_on_the_bowl(on_the_bowl("gradient_descent", rate, start, steps))
        if label is not None:
            yield case(label, "ill_conditioned_quadratic", run("gradient_descent", rate), start, steps, **BOWL)


def momentum_on_the_bowl():
    for optimizer, rate, beta, steps in product(
        ("momentum", "nesterov"), (0.002, 0.02, 0.1, 0.3, 0.6), (0.3, 0.6, 0.9), (15, 60, 400)
    ):
        label = label_on_the_bowl(on_the_bowl(optimizer, rate, (2.0, 1.5), steps, beta))
        if label is not None:
            one = run(optimizer, rate, beta=beta)
            yield case(label, "ill_conditioned_quadratic", one, (2.0, 1.5), steps, **BOWL)


# --- both sides of the limit, an eyelash away ----------------------------------------------------------------------


def around_the_limit():
    for excess in (-1e-11, 0.0, 1e-11, 1e-8, 1e-6):  # too slow to get anywhere: a swing, on either side
        one = run("gradient_descent", 0.2 * (1 + excess))
        yield case(SWINGS, "ill_conditioned_quadratic", one, (0.0, 1.5), 100, **BOWL)
    for excess in (-1e-6, -1e-4):  # but what dies down, however slowly, is on its way
        one = run("gradient_descent", 0.2 * (1 + excess))
        yield case(DESCENDING, "ill_conditioned_quadratic", one, (0.0, 1.5), 100, **BOWL)
    for excess in (0.02, 0.05, 0.3):
        yield case(
            DIVERGED, "ill_conditioned_quadratic", run("gradient_descent", 0.2 * (1 + excess)), (0.0, 1.5), 400, **BOWL
        )
        yield case(
            GLOBAL, "ill_conditioned_quadratic", run("gradient_descent", 0.2 * (1 - excess)), (0.0, 1.5), 400, **BOWL
        )
    for x in (0.5, 1.5, 3.0):
        yield case(SWINGS, "sphere", run("gradient_descent", 1.0), (x, -x / 2), 120)
        for start in ((x, 0.0), (0.0, -x), (x, x)):
            yield case(GLOBAL, "sphere", run("newton", 1.0), start, 3)  # one step is enough, and two show it


# --- saddles: along the stable axis they are reached, beside it they are left --------------------------------------


def saddles():
    near = NEAR * np.hypot(6, 6)
    for x, rate, steps in product((2.5, -1.0, 0.4), (0.03, 0.1, 0.3), (30, 120, 300)):
        before = abs(x) * (1 - 2 * rate) ** (steps - max(20, steps // 10))
        end = abs(x) * (1 - 2 * rate) ** steps
        label = SADDLE if before < near / 2 else DESCENDING if end > 2 * near else None
        if label is not None:
            yield case(label, "saddle", run("gradient_descent", rate), (x, 0.0), steps)
    for off, rate, steps in product((1e-12, 1e-6, 1e-3, 0.1), (0.05, 0.1), (100, 400)):
        out, still_in = off * (1 + 2 * rate) ** steps, off * (1 + 2 * rate) ** steps < near / 4
        arrived = 2.0 * (1 - 2 * rate) ** (steps - 40) < near / 4
        label = LEFT if out > 12 else SADDLE if still_in and arrived else None
        if label is not None:
            yield case(label, "saddle", run("gradient_descent", rate), (2.0, off), steps)
    for degrees in (30.0, -45.0, 120.0, 180.0):
        angle = np.radians(degrees)
        along, aside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        for length in (2.0, -1.3):
            yield case(SADDLE, "saddle", run("newton", 0.5), tuple(length * along), 80, rotation=degrees)
            beside = tuple(length * along + 0.01 * aside)
            yield case(LEFT, "saddle", run("gradient_descent", 0.1), beside, 200, rotation=degrees)
    for y in (1.5, -1.2, 0.4):
        yield case(SADDLE, "double_well", run("gradient_descent", 0.1), (0.0, y), 300)
        for side in (1e-3, -1e-3, 0.3, -0.3):
            yield case(GLOBAL, "double_well", run("gradient_descent", 0.1), (side, y), 400)
    for x, y in LANDSCAPES["himmelblau"].saddles:
        for turn in np.arange(0, 2 * np.pi, np.pi / 4):
            start = (x + 0.02 * np.cos(turn), y + 0.02 * np.sin(turn))
            yield case(SADDLE, "himmelblau", run("newton", 1.0), start, 40)
            yield case(GLOBAL, "himmelblau", run("gradient_descent", 0.01), start, 2_000)
    yield case(SADDLE, "monkey_saddle", run("gradient_descent", 0.05), (0.0, 0.0), 100)
    yield case(LEFT, "monkey_saddle", run("gradient_descent", 0.05), (1.5, 0.01), 2_000)


# --- plateaus, edges, and numbers that end -------------------------------------------------------------------------


def plateaus():
    for angle, far in product(np.arange(0.1, 6.2, 0.6), (12.0, 60.0)):
        start = (np.pi + far * np.cos(angle), np.pi + far * np.sin(angle))
        yield case(PLATEAU, "easom", run("gradient_descent", 0.5), start, 80)
        yield case(PLATEAU, "easom", run("momentum", 0.5, beta=0.9), start, 80)
    for x, y in product((-4.5, -2.5, -0.5, 0.5, 3.5), repeat=2):
        lowest = abs(x) < 1 and abs(y) < 1
        yield case(GLOBAL if lowest else PLATEAU, "step_plateau", run("gradient_descent", 0.1), (x, y), 60)


def edges_and_broken_numbers():
    for x in (0.5, -1.0, 2.0):
        for y in (3.0, -3.0):  # a rate so small that no step changes a digit
            yield case(EDGE, "saddle", run("gradient_descent", 1e-30), (x, y), 50)
        yield case(DESCENDING, "saddle", run("gradient_descent", 1e-30), (x, 2.9), 50)
    for y in (1.0, -2.0, 4.0):  # log x has no value from the second or third step on
        yield case(NON_FINITE, "formula", run("gradient_descent", 0.9), (1.0, y), 30, formula="log(x) + 0.1*y^2")
        yield case(NON_FINITE, "formula", run("gradient_descent", 0.5), (0.2, y), 30, formula="log(x) + 0.1*y^2")
    for x, rate in product((90.0, -70.0), (1e-6, 1e-5)):
        yield case(LEFT, "sphere", run("gradient_descent", rate), (x, 20.0), 100)
        yield case(GLOBAL, "sphere", run("gradient_descent", 0.3), (x, 20.0), 100)
    for x, rate in product((3.0, 0.5, -4.0), (1.2, 1.6, 40.0)):
        yield case(DIVERGED, "sphere", run("gradient_descent", rate), (x, 1.0), 300)


# --- noise: the formula's cloud is wide or narrow beside what counts as near ---------------------------------------


def noise_floors():
    near = NEAR * np.hypot(10.24, 10.24)
    for rate, noise, seed in product((0.02, 0.1, 0.3), (1e-5, 1.0, 3.0), (1, 2, 3, 4)):
        variance = 2 * rate * noise**2 / (2 * (2 - 2 * rate))  # alpha sigma² / (lambda (2 - alpha lambda)), both axes
        assert variance**0.5 > 6 * near or variance**0.5 < near / 6
        label = NOISE if variance**0.5 > near else GLOBAL
        yield case(label, "sphere", run("gradient_descent", rate), (3.0, 2.0), 2_000, noise=noise, seed=seed)
    for beta, seed in product((0.5, 0.9), (1, 2, 3)):
        yield case(NOISE, "sphere", run("momentum", 0.02, beta=beta), (3.0, 2.0), 3_000, noise=1.0, seed=seed)


# --- noise in a few hundred steps: around the minimum from the first step on, or still far from it ------------------


def short_noisy_runs():
    for rate, steps, seed in product((0.2, 0.3, 0.4), (120, 200, 400), range(1, 7)):
        assert (1 - 2 * rate) ** (steps / 8) < 1e-3  # the first half of what is looked at forgets where it began
        yield case(NOISE, "sphere", run("gradient_descent", rate), (0.3, -0.2), steps, noise=1.0, seed=seed)
    for beta, seed in product((0.5, 0.8), range(1, 7)):
        yield case(NOISE, "sphere", run("momentum", 0.1, beta=beta), (0.3, -0.2), 300, noise=1.0, seed=seed)
    for rate, steps, seed in product((0.001, 0.003), (120, 300), (1, 2, 3)):
        left = 4.0 * (1 - 2 * rate) ** steps
        cloud = (2 * rate / (4 - 4 * rate)) ** 0.5  # as wide as the noise makes it in the end
        assert left > 8 * cloud
        yield case(DESCENDING, "sphere", run("gradient_descent", rate), (4.0, 4.0), steps, noise=1.0, seed=seed)
        yield case(DESCENDING, "sphere", run("momentum", rate / 2, beta=0.5), (4.0, 4.0), steps, noise=1.0, seed=seed)
        # one axis has arrived long ago, the other has not
        start = (4.0, 0.0)
        yield case(DESCENDING, "sphere", run("gradient_descent", rate), start, steps, noise=1.0, seed=seed)


# --- basins: a small rate goes to the minimum whose basin the start lies in ----------------------------------------


def basins():
    for i, j in product(range(-4, 5), repeat=2):
        start = (0.99 * i + 0.12, 0.99 * j - 0.1)
        yield case(GLOBAL if i == j == 0 else LOCAL, "rastrigin", run("gradient_descent", 0.002), start, 300)
    for x, y in product((-2.0, -3.5, 1.8, 3.4), repeat=2):
        label = GLOBAL if x < 0 and y < 0 else LOCAL
        yield case(label, "styblinski_tang", run("gradient_descent", 0.01), (x, y), 200)
    for x, y in LANDSCAPES["himmelblau"].global_minima:
        for dx, dy in product((-0.4, 0.3), repeat=2):
            yield case(GLOBAL, "himmelblau", run("gradient_descent", 0.008), (x + dx, y + dy), 400)
            yield case(DESCENDING, "himmelblau", run("gradient_descent", 1e-7), (x + dx, y + dy), 400)
    for (x, y), label in (((-1.75, 0.87), LOCAL), ((1.75, -0.87), LOCAL), ((0.1, 0.1), GLOBAL)):
        yield case(label, "three_hump_camel", run("gradient_descent", 0.02), (x + 0.1, y - 0.05), 600)


def kinks():
    for x, y in product((1.05, -2.45, 3.35), (0.55, -1.15)):  # odd multiples of half a step from both axes
        yield case(SWINGS, "l1_norm", run("gradient_descent", 0.1), (x, y), 300)
        yield case(GLOBAL, "l1_norm", run("gradient_descent", 0.002), (x / 4, y / 4), 900)
        yield case(DESCENDING, "l1_norm", run("gradient_descent", 0.001), (x, y), 300)


# --- formulas: lines of minima, creases that are crossed, and the edge of where there is a height -------------------


def formulas():
    near = NEAR * np.hypot(10, 10)
    for text, lowest in (("x^2", 0.0), ("(x-1)^2", 1.0), ("(x-1)^2 + 0*y", 1.0)):
        for degrees, steps, rate in product((0.0, 30.0, -73.0), (30, 60, 200), (0.05, 0.1, 0.4)):
            angle = np.radians(degrees)
            across = 2.0 * np.cos(angle) + 1.0 * np.sin(angle) - lowest  # from the line to where it starts
            began, ended = (abs(across) * (1 - 2 * rate) ** count for count in (steps - max(20, steps // 10), steps))
            label = GLOBAL if began < near / 2 else DESCENDING if ended > 2 * near else None
            if label is not None:
                one = run("gradient_descent", rate)
                yield case(label, "formula", one, (2.0, 1.0), steps, formula=text, rotation=degrees)
    for degrees, x in product((0.0, 30.0), (0.3, -2.6)):
        turned = np.radians(degrees)
        start = tuple(np.array([[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]]) @ (x, 2.0))
        one = run("gradient_descent", 0.1)  # the highest step but one: a floor that is level one way
        label = LOCAL if np.floor(x) > -5 else GLOBAL
        yield case(label, "formula", one, start, 120, formula="floor(x) + y^2", rotation=degrees)
    for y in (0.0, 1.0, -2.0):  # sqrt x has no height left of here, and no lower one right of here
        yield case(GLOBAL, "formula", run("gradient_descent", 0.2), (0.0, y), 80, formula="sqrt(x) + y^2")
    for x, y in ((2.0, 1.5), (-1.0, 2.0), (0.3, 0.3)):  # in steps of 1.4 rates across the fold, along it to the middle
        one = run("gradient_descent", 0.004)
        fold = "abs(x-y) + 0.5*(x^2 + y^2)"
        yield case(GLOBAL, "formula", one, (x, y), 3_000, formula=fold)


# --- stopped early: where the criterion is right and where it is not -----------------------------------------------


def stopped():
    for key in ("loss", "step", "gradient", "threshold", "distance"):
        for rate, start in product((0.05, 0.2), ((3.0, 2.0), (-1.0, 4.0))):
            low = {"threshold": 1e-6}
            yield case(GLOBAL, "sphere", run("gradient_descent", rate), start, 600, stop_at=key, criteria=low)
    for far in (12.0, 30.0, -60.0):
        for key in ("loss", "step", "gradient"):
            yield case(PLATEAU, "easom", run("gradient_descent", 0.5), (far, far / 2 + 20), 80, stop_at=key)
    for key in ("loss", "step", "gradient", "threshold"):
        one = run("gradient_descent", 0.1)
        yield case(SADDLE, "saddle", one, (2.0, 0.0), 300, stop_at=key, criteria={"threshold": 1e-6})
    for x in (2.0, -4.0):  # on both sides of the valley at one height: the loss is stable, and nothing is found
        yield case(DESCENDING, "sphere", run("gradient_descent", 1.0), (x, 1.0), 300, stop_at="loss")
        loose = {"step_tolerance": 0.1, "loss_tolerance": 1.0}
        for key in ("step", "loss"):
            yield case(DESCENDING, "sphere", run("gradient_descent", 0.002), (x, 1.0), 300, stop_at=key, criteria=loose)


GROUPS = (
    descent_on_the_bowl,
    momentum_on_the_bowl,
    around_the_limit,
    saddles,
    plateaus,
    edges_and_broken_numbers,
    noise_floors,
    short_noisy_runs,
    basins,
    kinks,
    formulas,
    stopped,
)


def alike(cases):
    """The cases with those that differ in the run alone made one experiment, so that each is simulated once."""
    together: dict[Experiment, list[tuple[Any, Run]]] = {}
    for label, experiment in cases:
        together.setdefault(experiment.replace(runs=()), []).append((label, experiment.runs[0]))
    for shared, members in together.items():
        for first in range(0, len(members), MAX_RUNS):
            part = members[first : first + MAX_RUNS]
            yield [label for label, _ in part], shared.replace(runs=tuple(one for _, one in part))


@cache
def judged(group):
    """Every run of a group: its label, the judge's outcome and its setting in words."""
    found = []
    for labels, experiment in alike(group()):
        for label, trajectory in zip(labels, simulate(experiment), strict=True):
            one = experiment.runs[trajectory.run]
            setting = f"{one.optimizer} {one.learning_rate:.6g} {dict(one.parameters)} {experiment.steps} steps"
            words = f"{experiment.landscape} {setting} from {experiment.start}"
            found.append((label, judge(experiment, trajectory).outcome, words))
    return found


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_no_label_is_wrong(group):
    wrong = [f"{words}: {found.name}, not {label.name}" for label, found, words in judged(group) if found is not label]
    assert not wrong, "\n".join(wrong)


# --- one path put together by hand for each outcome ----------------------------------------------------------------

VALUES = {  # value and gradient, written down once more
    "sphere": (lambda x, y: x**2 + y**2, lambda x, y: (2 * x, 2 * y)),
    "saddle": (lambda x, y: x**2 - y**2, lambda x, y: (2 * x, -2 * y)),
    "rastrigin": (
        lambda x, y: 20 + x**2 - 10 * np.cos(2 * np.pi * x) + y**2 - 10 * np.cos(2 * np.pi * y),
        lambda x, y: (2 * x + 20 * np.pi * np.sin(2 * np.pi * x), 2 * y + 20 * np.pi * np.sin(2 * np.pi * y)),
    ),
    "step_plateau": (lambda x, y: 30 + np.floor(abs(x)) + np.floor(abs(y)), lambda x, y: (0 * x, 0 * y)),
}
T = np.arange(121.0)


def cloud():
    draw, w = np.random.default_rng(5), np.zeros((1201, 2))
    for t in range(1200):
        w[t + 1] = 0.9 * w[t] - 0.05 * draw.normal(size=2)
    return w


PATHS = {
    GLOBAL: ("sphere", np.stack([4 * 0.8**T, -2 * 0.7**T], -1)),
    LOCAL: ("rastrigin", np.stack([0.9949586376523348 + 0.3 * 0.8**T, 0.2 * 0.7**T], -1)),
    SADDLE: ("saddle", np.stack([2.5 * 0.8**T, 0 * T], -1)),
    PLATEAU: ("step_plateau", np.stack([3.6 + 0.2 * 0.5**T, 2.5 + 0 * T], -1)),
    EDGE: ("saddle", np.stack([np.maximum(2 - 0.1 * T, 1), 3 + 0 * T], -1)),
    LEFT: ("saddle", np.stack([0.9**T, 0.01 * 1.06**T], -1)),
    SWINGS: ("sphere", np.stack([1.5 * (-1) ** T, 0 * T], -1)),
    NOISE: ("sphere", cloud()),
    DIVERGED: ("sphere", np.stack([0.5 * (-1.1) ** T, 0.1 * (-1.1) ** T], -1)),
    NON_FINITE: ("sphere", np.stack([np.where(T < 60, 4 * 0.99**T, np.nan), 1 + 0 * T], -1)),
    DESCENDING: ("sphere", np.stack([4 - 0.01 * T, 1 + 0 * T], -1)),
}


def judged_by_hand(label):
    """The experiment, the path made by hand, and the verdict on it."""
    key, points = PATHS[label]
    value, gradient = VALUES[key]
    steps = len(points) - 1
    made = Trajectory(
        run=0,
        points=points,
        losses=value(*points.T),
        gradients=np.stack(gradient(*points.T), -1),
        updates=np.diff(points, axis=0),
        learning_rates=np.full(steps, 0.05),
        states={},
        costs=np.tile([0, 1, 0], (steps, 1)),
    )
    experiment = Experiment(
        landscape=key,
        start=tuple(points[0]),
        steps=steps,
        noise=1.0 if label is NOISE else 0.0,
        runs=(run("gradient_descent", 0.05),),
    )
    return experiment, made, judge(experiment, made)


@pytest.mark.parametrize("label", Outcome, ids=lambda outcome: outcome.name)
def test_a_path_made_by_hand_is_called_what_it_is(label):
    experiment, made, found = judged_by_hand(label)
    assert found.outcome is label
    if label is NON_FINITE:
        assert found.step == 60 and "position" in found.detail
    whole = judge(experiment.replace(steps=experiment.steps + 1), replace(made))
    assert whole.outcome is label  # what else was planned does not change what was done


def test_every_outcome_is_met_and_the_table_is_printed():
    counts = Counter((label, found) for group in GROUPS for label, found, _ in judged(group))
    print("\n" + table(counts))
    assert sum(counts.values()) >= 400
    assert {label for label, _ in counts} == set(Outcome)
    assert all(label is found for label, found in counts)


def table(counts):
    lines = [f"{'label, down; verdict, across':30}" + " ".join(f"{o.name[:9]:>9}" for o in Outcome)]
    lines += [f"{label.name:30}" + " ".join(f"{counts[label, o] or '.':>9}" for o in Outcome) for label in Outcome]
    return "\n".join([*lines, f"{sum(counts.values())} runs"])
