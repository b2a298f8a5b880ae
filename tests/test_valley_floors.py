"""Valleys that bend, and whose floors rise or fall by little beside their walls: against what their floors do."""

from functools import cache

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, critical_points, judge, simulate

# what is left on the floor, where the square vanishes, tells the kind: c x⁴ is a minimum's at c > 0, a pass's below it
FLOORS = (
    ("(y - x^2)*(y - 1.01*x^2)", (0, 0), "saddle", 0.0),  # between the parabolas
    ("(y - x^2)*(y - 1.001*x^2)", (0, 0), "saddle", 0.0),
    ("(y - x^2)^2 - 1e-5*x^4", (0, 0), "saddle", 0.0),
    ("(y - x^2)^2 + 1e-5*x^4", (0, 0), "minimum", 0.0),
    ("(y - x^2)^2 - 1e-7*x^4 + 3", (0, 0), "saddle", 0.0),
    ("(y - x^2)^2 + 1e-7*x^4 + 3", (0, 0), "minimum", 0.0),
    ("(y - x^2)^2 - 1e-3*x^6", (0, 0), "saddle", 0.0),
    ("(y - x^2)^2 + 1e-6*x^6", (0, 0), "minimum", 0.0),
    ("(y - x^2)^2 + 1e-5*x^4", (0, 0), "minimum", 30.0),
    ("(y - x^2)^2 - 1e-5*x^4", (0, 0), "saddle", 77.0),
    ("(y - x^2)^2 - 1e-5*x^6", (0, 0), "saddle", 77.0),
    ("(y - x^2)^2 - 1e-5*x^5", (0, 0), "saddle", 0.0),
    ("(y - 1 - (x - 2)^2)^2 - 1e-4*(x - 2)^4", (2, 1), "saddle", 0.0),
    ("(y - exp(x))^2 + 1e-5*x^4", (0, 1), "minimum", 0.0),
    ("(y - x^3)^2 - 1e-5*x^4", (0, 0), "saddle", 0.0),
    ("(y - x^3)^2 + 1e-5*x^4", (0, 0), "minimum", 30.0),
    ("(y - sin(x))^2 + 1e-6*x^2", (0, 0), "minimum", 0.0),
)
TOLD = {
    "minimum": {Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM},
    "saddle": {Outcome.SADDLE_POINT},
}


def typed(text, rotation, start=(1.0, 1.0), optimizer="newton", rate=1.0, steps=300):
    run = Run(optimizer=optimizer, learning_rate=rate)
    return Experiment(landscape="formula", formula=text, start=start, steps=steps, runs=(run,), rotation=rotation)


@cache
def found(text, rotation):
    return critical_points(typed(text, rotation))


@pytest.mark.parametrize(("text", "place", "kind", "rotation"), FLOORS)
def test_floor_that_hardly_bends_has_one_point_of_the_kind_that_its_own_heights_tell(text, place, kind, rotation):
    near = [p for p in found(text, rotation).points if np.hypot(*np.subtract(p.point, place)) < 0.1]
    assert [p.kind for p in near] == [kind]
    assert near[0].point == pytest.approx(place, abs=1e-3)
    assert not found(text, rotation).curves


@pytest.mark.parametrize(("text", "place", "kind", "rotation"), FLOORS)
def test_verdict_on_such_a_floor_is_what_is_marked(text, place, kind, rotation):
    x, y = place
    ways = (((x, y + 0.3), "gradient_descent", 0.05, 2_000), ((x + 0.003, y - 0.002), "newton", 1.0, 300))
    told = []
    for start, optimizer, rate, steps in ways:
        experiment = typed(text, rotation, start, optimizer, rate, steps)
        verdict = judge(experiment, simulate(experiment)[0])
        if verdict.minimum is not None and np.hypot(*np.subtract(verdict.minimum, place)) < 0.1:
            told.append(verdict.outcome)
    assert told and set(told) <= TOLD[kind]


@pytest.mark.parametrize(
    ("weight", "bend", "height", "rotation"),
    [(1, 0.5, 0.114, 25), (1, 0.5, 0.114, 70), (1, 0.3, 0.05, 25), (1, 0.5, 0.2, 40)],
)
def test_a_turned_valley_has_one_minimum_and_none_beside_it(
    weight: float, bend: float, height: float, rotation: float
) -> None:
    """Both squares vanish at the origin alone; beside it the floor rises by less than numbers tell."""
    experiment = Experiment(
        landscape="formula", formula=f"{weight}*(y-{bend}*x^2)^2+{height}*x^4", rotation=float(rotation)
    )
    (point,) = critical_points(experiment).points
    assert point.kind == "minimum" and np.hypot(*point.point) < 1e-6
