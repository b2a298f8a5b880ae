"""Of what kind a point is where its Hessian does not tell, on the map and in the verdict: against closed forms."""

from functools import cache

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, critical_points, judge, simulate
from experiments.critical.kinds import way_down
from experiments.objective.objective import objective_of

MINIMA = (Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM)
KINDS = {Outcome.GLOBAL_MINIMUM: "minimum", Outcome.LOCAL_MINIMUM: "minimum", Outcome.SADDLE_POINT: "saddle"}
BETWEEN = "(y - {a!r}*x^2)*(y - {b!r}*x^2) + {c!r}"  # on y = (a + b)/2 x² it is c - ((a - b)/2)² x⁴: never a minimum


def typed(text, start=(1.0, 1.0), steps=300, optimizer="gradient_descent", rate=0.1, **fields):
    run = Run(optimizer=optimizer, learning_rate=rate)
    return Experiment(landscape="formula", formula=text, start=start, steps=steps, runs=(run,), **fields)


def judged(text, *args, **kwargs):
    experiment = typed(text, *args, **kwargs)
    return judge(experiment, simulate(experiment)[0])


@cache
def found(text):
    return critical_points(typed(text))


def at(text, place):
    return [p for p in found(text).points if np.hypot(*np.subtract(p.point, place)) < 1e-3]


# --- kinds: what the lowest power that is left says ----------------------------------------------------------------

POWERS = (
    ("x^3 + y^2", (0, 0), "saddle"),
    ("x^5 + y^2 + 7", (0, 0), "saddle"),
    ("x^7 + y^2", (0, 0), "saddle"),
    ("x^6 + y^2", (0, 0), "minimum"),
    ("y^2 - x^4", (0, 0), "saddle"),
    ("-x^4 - y^2", (0, 0), "maximum"),
    ("x^3 - 3*x*y^2", (0, 0), "saddle"),
    ("x^4 + y^4 - 2", (0, 0), "minimum"),
    ("-x^4 - y^4", (0, 0), "maximum"),
    ("(x - 1)^3 + 1000*(y + 2)^2", (1, -2), "saddle"),
    ("x^3 - 3*x^2 + 3*x - 1 + y^2", (1, 0), "saddle"),  # (x - 1)³, with rounding
    ("sin(x) - x + y^2", (0, 0), "saddle"),  # -x³/6 + ...
    ("cos(x) + x^2/2 + y^2", (0, 0), "minimum"),  # 1 + x⁴/24 - ...
    ("(x - y)^3/8 + (x + y)^2", (0, 0), "saddle"),
    ("x^2*y + y^2", (0, 0), "saddle"),  # on y = -x²/2: -x⁴/4
    ("x^2*y + y^2 + 0.3*x^4", (0, 0), "minimum"),  # on y = -x²/2: x⁴/20
    ("x^2*y + y^2 + 0.2*x^4", (0, 0), "saddle"),  # on y = -x²/2: -x⁴/20
    ("(y - x^2)^2 - x^5", (0, 0), "saddle"),
    ("(y^2 - x^4)*(y^2 - 3*x^4)", (0, 0), "saddle"),  # on y² = 2x⁴: -x⁸
    ("y^2 + 3*x^4*y + x^8", (0, 0), "saddle"),  # on y = -1.5x⁴: -1.25x⁸
    ("y^2 + x^4*y + x^8", (0, 0), "minimum"),
)


@pytest.mark.parametrize(("text", "place", "kind"), POWERS)
def test_a_point_that_is_flat_to_second_order_is_what_its_lowest_power_says(text, place, kind):
    (point,) = at(text, place)
    assert point.kind == kind and point.degenerate
    start = (place[0] + 0.003, place[1] - 0.002)
    verdict = judged(text, start, optimizer="newton", rate=1.0)
    assert KINDS[verdict.outcome] == {"maximum": "saddle"}.get(kind, kind)
    if kind != "minimum":
        assert verdict.outcome is Outcome.SADDLE_POINT and "falls" in verdict.detail


@pytest.mark.parametrize("height", (0.0, 3.0))
@pytest.mark.parametrize("pair", ((1.0, 2.0), (1.0, 3.0), (1.0, 1.1), (-2.0, -5.0), (-1.0, 1.0), (30.0, 60.0)))
def test_between_two_parabolas_the_way_down_is_curved(pair, height):
    a, b = pair
    text = BETWEEN.format(a=a, b=b, c=height)
    (point,) = at(text, (0, 0))
    assert point.kind == "saddle"
    for optimizer, rate in (("gradient_descent", 0.01), ("newton", 1.0), ("adam", 0.05)):
        verdict = judged(text, (0.0, 0.3), 2_000, optimizer, rate)
        if verdict.outcome is not Outcome.SADDLE_POINT:
            assert verdict.outcome not in MINIMA
            continue
        assert verdict.minimum == pytest.approx((0, 0), abs=1e-6)
        if a * b > 0:  # else y = 0 itself is a straight way down
            assert "it falls along a curved way that leaves towards (" in verdict.detail
            assert "escape_x" not in verdict.evidence
    assert judged(text, (0.0, 0.0)).outcome is Outcome.SADDLE_POINT


@pytest.mark.parametrize("degrees", (0.0, 30.0, 137.0))
@pytest.mark.parametrize(
    "text", ("x^3 + y^2", "x^5 + 100*y^2 + 1", "(y - x^2)*(y - 3*x^2)", "x^2*y + y^2", "x^3 - 3*x*y^2", "y^2 - x^4")
)
def test_every_direction_that_is_told_goes_down(text, degrees):
    experiment = typed(text, (0.0, 0.0), 30, rotation=degrees)
    objective = objective_of(experiment)
    middle = np.zeros(2)
    way = way_down(objective, middle, objective.derivatives(middle[None])[2][0], 10 * np.sqrt(2))
    assert way is not None
    line = np.array([0.1, 0.03, 0.01, 3e-3, 1e-3])[:, None] * np.array([way.x, way.y])
    bottom = float(objective.values(middle[None])[0])
    if way.straight:
        assert (objective.values(line) < bottom).all()
    else:  # the tangent of the parabolas: y = 0, turned
        assert (objective.values(line) > bottom - 1e-15).all()
        turn = np.radians(degrees)
        assert abs(way.x * np.cos(turn) + way.y * np.sin(turn)) == pytest.approx(1, abs=1e-6)
    assert way.straight == (text not in ("(y - x^2)*(y - 3*x^2)", "x^2*y + y^2"))
    told = judge(experiment, simulate(experiment)[0])
    assert told.outcome is Outcome.SADDLE_POINT
    assert ("escape_x" in told.evidence) == way.straight


@pytest.mark.parametrize(
    ("rate", "steps"), ((0.1, 228), (0.1, 300), (0.1, 2_000), (0.1, 20_000), (0.01, 2_320), (0.01, 20_000))
)
def test_a_run_that_creeps_to_an_inflection_is_never_at_a_minimum(rate, steps):
    verdict = judged("x^3 + y^2", (1.0, 1.0), steps, rate=rate)
    assert verdict.outcome is Outcome.SADDLE_POINT
    assert verdict.minimum == pytest.approx((0, 0), abs=1e-6)
    assert "falls along (−1, 0)" in verdict.detail


def test_a_run_that_will_end_at_an_inflection_is_not_said_to_lack_steps_to_a_minimum():
    verdict = judged("x^3 + y^2", (1.0, 1.0), 200)
    assert verdict.outcome is Outcome.STILL_DESCENDING and "minimum at (" not in verdict.detail


def test_the_verdict_says_what_the_map_says_of_the_nearest_point():
    told = 0
    for text, _, _ in POWERS:
        marked = found(text).points
        places = np.array([p.point for p in marked])
        for start in ((1.0, 1.0), (0.0, 1.0), (-1.0, 0.5)):
            for optimizer, rate in (("gradient_descent", 0.1), ("adam", 0.05), ("newton", 1.0)):
                verdict = judged(text, start, 2_000, optimizer, rate)
                if verdict.outcome in KINDS:
                    gaps = np.hypot(*(places - verdict.minimum).T)
                    kind = marked[int(np.argmin(gaps))].kind
                    assert gaps.min() < 1e-3, (text, start, optimizer)
                    assert KINDS[verdict.outcome] == {"maximum": "saddle"}.get(kind, kind), (text, start, optimizer)
                    told += 1
    assert told > 80


@pytest.mark.parametrize("text", ("(x - y)^2", "(x^2 + y^2 - 4)^2", "x^2 - 2*x*y + y^2"))
def test_a_line_of_minima_stays_one(text):
    assert {curve.kind for curve in found(text).curves} == {"minimum"}
    assert judged(text, (2.0, 0.7), 2_000, rate=0.01).outcome is Outcome.GLOBAL_MINIMUM


@pytest.mark.parametrize(
    ("start", "kind"), (((0.003, 2.0), "minimum"), ((-0.003, -2.0), "saddle"), ((1.0, 0.001), "saddle"))
)
def test_on_lines_that_cross_each_part_is_what_it_is(start, kind):
    """x² y³ is a valley on x = 0 above y = 0 and a ridge below; across y = 0 it falls."""
    verdict = judged("x^2*y^3", start, 300, "gradient_descent", 0.01 if kind == "minimum" else 1e-9)
    assert KINDS[verdict.outcome] == kind


# --- a gentle slope is no critical point ----------------------------------------------------------------------------


@pytest.mark.parametrize("slope", (1e-4, 1e-6, 1e-9, -1e-9))
@pytest.mark.parametrize("text", ("x^2 + {s!r}*y", "(x + y)^2 + {s!r}*(x - y) + 3", "x^2 + {s!r}*atan(y)"))
def test_where_the_gradient_vanishes_nowhere_no_point_is_found_and_none_told(text, slope):
    text = text.format(s=slope)
    assert not [p for p in found(text).points if not p.boundary]
    for optimizer, rate in (("gradient_descent", 0.1), ("newton", 1.0)):
        assert judged(text, (1.0, 1.0), 300, optimizer, rate).outcome not in KINDS


# --- however high the walls, and whatever the scale -----------------------------------------------------------------

STEEP = (
    ("exp(x^2 + y^2)", (1.5, 1.0), (0.0, 0.0), Outcome.GLOBAL_MINIMUM),
    ("exp(exp(x^2) + y^2)", (1.0, 1.0), (0.0, 0.0), Outcome.GLOBAL_MINIMUM),
    ("cosh(30*x) + cosh(y)", (0.5, 1.0), (0.0, 0.0), Outcome.GLOBAL_MINIMUM),
    ("exp(20*x) - 20*x + y^2", (0.2, 0.2), (0.0, 0.0), Outcome.GLOBAL_MINIMUM),
    ("exp(x^4 - 2*x^2 + y^2)", (0.8, 0.3), (1.0, 0.0), Outcome.GLOBAL_MINIMUM),
    ("exp(x^4 - 2*x^2 + y^2)", (0.1, 0.3), (0.0, 0.0), Outcome.SADDLE_POINT),
    ("1e-200*(x^2 + y^2)", (1.5, 1.0), (0.0, 0.0), Outcome.GLOBAL_MINIMUM),
    ("1e200*(x^2 + y^2)", (1.5, 1.0), (0.0, 0.0), Outcome.GLOBAL_MINIMUM),
    ("1e200*(x^3 + y^2)", (0.0, 1.0), (0.0, 0.0), Outcome.SADDLE_POINT),
)


@pytest.mark.parametrize(("text", "start", "place", "outcome"), STEEP)
def test_what_is_reached_does_not_depend_on_how_high_the_window_is(text, start, place, outcome):
    assert len(at(text, place)) == 1
    verdict = judged(text, start, 200, "newton", 1.0)
    assert verdict.outcome is outcome
    assert verdict.minimum == pytest.approx(place, abs=1e-6)


@pytest.mark.parametrize("power", (1.2, 1.5, 1.8))
def test_a_run_at_the_bottom_of_a_fold_that_bends_without_bound_is_at_a_minimum(power):
    text = f"abs(x)^{power} + (y - 1)^2 + 2"
    for start in ((0.0, 1.0), (0.0, 2.0)):
        verdict = judged(text, start)
        assert verdict.outcome is Outcome.GLOBAL_MINIMUM
        assert verdict.minimum == pytest.approx((0, 1), abs=1e-9)


# --- flat pieces ----------------------------------------------------------------------------------------------------

FLAT = (
    ("floor(x)^2 + floor(y)^2", (0.5, 0.2), Outcome.GLOBAL_MINIMUM),
    ("floor(x)^2 + floor(y)^2", (3.5, 2.5), Outcome.PLATEAU),
    ("floor(20*x)^2 + floor(20*y)^2", (0.01, 0.02), Outcome.GLOBAL_MINIMUM),  # narrower than the picture's cells
    ("floor(20*x)^2 + floor(20*y)^2", (0.31, 0.02), Outcome.PLATEAU),
    ("max(0, abs(x) - 1) + max(0, abs(y) - 1)", (3.0, 2.0), Outcome.GLOBAL_MINIMUM),
    ("max(1, x^2 + y^2)", (3.0, 2.0), Outcome.GLOBAL_MINIMUM),
    ("-max(0, 1 - x^2 - y^2)", (3.0, 2.0), Outcome.PLATEAU),
    ("max(0, 1 - x^2 - y^2)", (3.0, 2.0), Outcome.GLOBAL_MINIMUM),
    ("max(0, abs(abs(x) - 3) - 1) + max(0, abs(y) - 1) + max(0, sign(x))", (3.2, 0.5), Outcome.LOCAL_MINIMUM),
    ("max(0, abs(abs(x) - 3) - 1) + max(0, abs(y) - 1) + max(0, sign(x))", (-3.2, 0.5), Outcome.GLOBAL_MINIMUM),
    ("min(max(x, -1), 1)", (-3.0, 1.0), Outcome.GLOBAL_MINIMUM),
    ("min(max(x, -1), 1)", (3.0, 1.0), Outcome.PLATEAU),
    ("1 - exp(-1000*(x^2 + y^2))", (1.0, 1.0), Outcome.PLATEAU),
)


@pytest.mark.parametrize(("text", "start", "outcome"), FLAT)
def test_a_flat_piece_is_a_minimum_where_nothing_beside_it_is_lower(text, start, outcome):
    assert judged(text, start).outcome is outcome


def test_a_search_that_ends_on_the_lowest_step_is_at_a_minimum():
    experiment = typed("floor(x)^2 + floor(y)^2", (3.0, 2.0), 300, "cma_es", 0.5)
    (run,) = simulate(experiment)
    assert run.losses[-1] == 0
    assert judge(experiment, run).outcome is Outcome.GLOBAL_MINIMUM


# --- the edge of where a formula has values -------------------------------------------------------------------------

EDGES = (
    ("sqrt(x) + y^2", (0.0, 0.0)),
    ("(x - 1)^1.5 + (y - 2)^2", (1.0, 2.0)),
    ("acos(x) + y^2", (1.0, 0.0)),
    ("asin(x) + y^2", (-1.0, 0.0)),
    ("sqrt(2*x - y) + (x + 2*y)^2", (0.0, 0.0)),
    ("sqrt(x) + sqrt(y)", (0.0, 0.0)),
    ("sqrt(1 - x^2 - y^2) + x/2", (-1.0, 0.0)),
    ("sqrt(x - y^2) + (y - 1)^2 + x", (0.25, 0.5)),  # on x = y²: (y - 1)² + y²
    ("(x + 1)^2 + y^2 + 0*sqrt(x)", (0.0, 0.0)),
    ("x*log(x) + y^2", (np.exp(-1), 0.0)),  # not at the edge, where it is as high as 0
)


@pytest.mark.parametrize(("text", "place"), EDGES)
def test_a_minimum_on_the_edge_of_the_values_is_found(text, place):
    (minimum,) = found(text).all_minima
    assert minimum.point == pytest.approx(place, abs=1e-6) and minimum.is_global


def test_a_surface_that_falls_without_end_at_its_edge_has_no_minimum_there():
    assert not found("log(x) + y^2").all_minima


@pytest.mark.parametrize(("text", "place"), EDGES[:2])
def test_a_run_that_rests_on_the_edge_of_the_values_is_at_its_minimum(text, place):
    verdict = judged(text, (place[0] + 1, place[1] + 1), 300, "nelder_mead", 0.5)
    assert verdict.outcome is Outcome.GLOBAL_MINIMUM
    assert verdict.minimum == pytest.approx(place, abs=1e-6)
