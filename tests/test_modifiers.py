"""Modifiers of a surface: each does what its formula says, and changes nothing while it is off."""

from itertools import product

import numpy as np
import pytest

from experiments import (
    MODIFIERS,
    Experiment,
    Outcome,
    Run,
    critical_points,
    judge,
    modifier_values,
    simulate,
    surface_experiment,
    surface_query,
    with_modifier,
)
from experiments.objective import compiled
from experiments.objective.form import form_of
from experiments.objective.heights import surface_of
from experiments.objective.objective import objective_of
from experiments.results.judged_runs import results_of
from landscapes import LANDSCAPES
from tests.surface_values import evaluate

GD = Run(optimizer="gradient_descent", learning_rate=0.01)
ON = {
    "rotation": 30.0,
    "shift": (0.5, -0.25),
    "l2": 0.3,
    "l1": 0.2,
    "smoothing": 0.4,
    "noise": 0.1,
}


def at(experiment, points):
    """Value, gradient and Hessian of the experiment's objective at points (n, 2)."""
    return objective_of(experiment).derivatives(np.asarray(points, dtype=float))


def some_points(count=40, seed=1, size=4.0):
    return np.random.default_rng(seed).uniform(-size, size, (count, 2))


def an_experiment(key="himmelblau", **fields):
    return Experiment(**{"landscape": key, "runs": (GD,), "start": (1.7, -1.3), "steps": 60, **fields})


# --- off, nothing changes ------------------------------------------------------------------------------------------


def test_the_controls_data_covers_every_field_and_its_defaults_change_nothing():
    plain = an_experiment()
    values = modifier_values(plain)
    assert list(values) == [p.key for p in MODIFIERS]
    for p in MODIFIERS:
        assert values[p.key] == p.default and p.help.endswith(".") and p.name
        assert with_modifier(plain, p.key, p.default) == plain
        other = p.choices[1] if p.kind == "choice" else p.high / 2
        changed = with_modifier(plain, p.key, other)
        assert changed != plain and modifier_values(changed)[p.key] == other
        assert with_modifier(changed, p.key, p.default) == plain
    with pytest.raises(ValueError, match="rotation: 181 is not allowed"):
        with_modifier(plain, "rotation", 181)


@pytest.mark.parametrize("key", list(LANDSCAPES)[1::4])
def test_a_modifier_that_is_off_is_absent(key):
    plain = Experiment(landscape=key, runs=(GD,), steps=20)
    off = plain.replace(rotation=-0.0, shift=(0, 0), l1=0, l2=0, smoothing=0, smoothing_schedule="linear", noise=0)
    assert form_of(off) == form_of(plain) and form_of(plain).modifiers == ()
    before = compiled.traces()
    np.testing.assert_array_equal(simulate(off)[0].points, simulate(plain)[0].points)
    assert compiled.traces()["run"] <= before.get("run", 0) + 1
    assert off.at_defaults and off.unmodified and not off.fades
    assert simulate(off)[0].applied_gradients is not None


@pytest.mark.parametrize("field", [name for name in ON if name != "noise"])
def test_the_listed_facts_hold_only_for_the_surface_itself(field):
    changed = an_experiment(**{field: ON[field]})
    assert not changed.at_defaults and not changed.unmodified
    assert an_experiment(noise=1.0).at_defaults
    assert an_experiment(smoothing=1.0, smoothing_schedule="linear").at_defaults  # the run ends on the true surface


# --- rotation and shift --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", (-180.0, -90.0, -33.0, 45.0, 90.0, 127.3))
def test_a_round_bowl_may_be_turned(angle):
    points = some_points()
    upright, tilted = an_experiment("sphere"), an_experiment("sphere", rotation=angle)
    for plain, turned in zip(at(upright, points), at(tilted, points), strict=True):
        np.testing.assert_allclose(turned, plain, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("angle", (-90.0, -33.0, 0.0, 45.0, 60.0))
def test_the_stretched_bowl_turned_is_its_own_rotation(angle):
    own = an_experiment("ill_conditioned_quadratic", landscape_parameters={"rotation": angle})
    turned = an_experiment("ill_conditioned_quadratic", rotation=angle)
    for a, b in zip(at(own, some_points()), at(turned, some_points()), strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-12, atol=1e-12)
    one, other = simulate(own)[0], simulate(turned)[0]
    np.testing.assert_allclose(other.points, one.points, rtol=1e-12, atol=1e-12)
    assert judge(own, one).outcome is judge(turned, other).outcome


@pytest.mark.parametrize("key", ("branin", "mccormick", "beale", "goldstein_price"))
@pytest.mark.parametrize(("angle", "shift"), ((0.0, (1.5, -2.0)), (20.0, (0.0, 0.0)), (-111.0, (0.3, 0.7))))
def test_turned_and_moved_as_the_formula_says(key, angle, shift):
    unit = LANDSCAPES[key]
    (x0, x1), (y0, y1) = unit.view
    centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    a = np.radians(angle)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])  # counter-clockwise
    experiment = an_experiment(key, rotation=angle, shift=shift)
    points = some_points() + centre
    places = (points - centre - shift) @ turn + centre  # rows times R are R^T times columns
    z, slopes, hessians = at(experiment, points)
    heights, gradients, bends = evaluate(key, places)
    np.testing.assert_allclose(z, heights, rtol=1e-9)
    np.testing.assert_allclose(slopes, gradients @ turn.T, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(hessians, turn @ bends @ turn.T, rtol=1e-8, atol=1e-7)


@pytest.mark.parametrize("key", ("himmelblau", "rastrigin", "eggholder", "ackley", "l1_norm", "branin", "easom"))
def test_the_minima_move_with_the_surface(key):
    unit = LANDSCAPES[key]
    plain = critical_points(Experiment(landscape=key))
    (x0, x1), (y0, y1) = unit.view
    dx, dy = 0.031 * (x1 - x0), -0.017 * (y1 - y0)
    moved = critical_points(Experiment(landscape=key, shift=(dx, dy), view=((x0 + dx, x1 + dx), (y0 + dy, y1 + dy))))
    assert moved.verified and moved.lowest == unit.lowest
    np.testing.assert_allclose(
        np.sort(moved.global_minima, axis=0),
        np.sort(plain.global_minima + np.array([dx, dy]), axis=0),
        atol=1e-7 * (x1 - x0),
    )
    assert abs(len(moved.points) - len(plain.points)) <= len(plain.points) // 20  # circles are cut here and there
    turned = critical_points(Experiment(landscape=key, rotation=90.0))
    centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    expected = (np.asarray(unit.minima) - centre) @ [[0, 1], [-1, 0]] + centre
    for place in expected:
        assert np.hypot(*(turned.global_minima - place).T).min() < 1e-7 * (x1 - x0)


@pytest.mark.parametrize("key", ("himmelblau", "six_hump_camel", "double_well", "ackley", "three_hump_camel"))
def test_a_run_on_a_turned_surface_turns_with_it_and_is_judged_alike(key):
    unit = LANDSCAPES[key]
    (x0, x1), (y0, y1) = unit.view
    centre, shift, angle = np.array([(x0 + x1) / 2, (y0 + y1) / 2]), np.array([9.0, -4.0]), 35.0
    a = np.radians(angle)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    run = Run(optimizer="gradient_descent", learning_rate=0.005, schedule="cosine")
    for start in unit.starts:
        plain = Experiment(landscape=key, start=start, steps=400, runs=(run,))
        there = turn @ (np.asarray(start) - centre) + centre + shift
        turned = plain.replace(start=tuple(there), rotation=angle, shift=tuple(shift))
        one, other = simulate(plain)[0], simulate(turned)[0]
        np.testing.assert_allclose(other.points, (one.points - centre) @ turn.T + centre + shift, atol=1e-6)
        first, second = judge(plain, one), judge(turned, other)
        assert first.outcome is second.outcome
        if first.minimum is not None:
            assert second.minimum is not None
            np.testing.assert_allclose(second.minimum, turn @ (first.minimum - centre) + centre + shift, atol=1e-6)


def test_the_domain_moves_with_the_surface():
    run = Run(optimizer="gradient_descent", learning_rate=1e-6)
    away = Experiment(landscape="sphere", start=(20.0, 20.0), steps=3, runs=(run,))
    assert judge(away, simulate(away)[0]).outcome is Outcome.LEFT_DOMAIN
    there = away.replace(shift=(19.0, 19.0))
    assert judge(there, simulate(there)[0]).outcome is Outcome.STILL_DESCENDING
    corner = Experiment(landscape="sphere", start=(6.9, 0.0), steps=3, runs=(run,), rotation=45.0)
    assert judge(corner, simulate(corner)[0]).outcome is Outcome.STILL_DESCENDING  # the box's corner points that way


# --- penalties -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ("himmelblau", "branin", "l1_norm"))
def test_penalties_are_added_as_they_are_written(key):
    points = some_points()
    plain, more = at(an_experiment(key), points), at(an_experiment(key, l2=0.7, l1=0.3), points)
    np.testing.assert_allclose(more[0] - plain[0], 0.7 * (points**2).sum(1) + 0.3 * np.abs(points).sum(1), atol=1e-9)
    np.testing.assert_allclose(more[1] - plain[1], 1.4 * points + 0.3 * np.sign(points), atol=1e-9)
    np.testing.assert_allclose(more[2] - plain[2], np.broadcast_to(1.4 * np.eye(2), (40, 2, 2)), atol=1e-9)
    _, slope, _ = at(an_experiment("sphere", l1=5.0), [(0.0, 0.0), (0.0, 2.0)])
    np.testing.assert_array_equal(slope, [[0.0, 0.0], [0.0, 9.0]])  # sign(0) = 0


def test_penalties_pull_towards_the_origin_wherever_the_surface_is():
    points = some_points()
    moved, both = an_experiment(shift=(2.0, 1.0), rotation=40.0), an_experiment(shift=(2.0, 1.0), rotation=40.0, l2=0.5)
    np.testing.assert_allclose(at(both, points)[0] - at(moved, points)[0], 0.5 * (points**2).sum(1), atol=1e-9)


@pytest.mark.parametrize(
    ("c", "strength"),
    [
        pytest.param(c, strength, marks=[pytest.mark.soak] * ((row + column) % 2))  # two of each are left to make test
        for row, c in enumerate(((1.5, -0.4), (0.05, 2.0), (0.0, 0.0), (-3.0, 3.0)))
        for column, strength in enumerate((0.01, 0.5, 3.0, 1000.0))
    ],
)
def test_l2_shrinks_and_l1_cuts_off(c, strength):
    """a/2 (w - c)² has its minimum at a c / (a + 2 l2), or at c shrunk by l1 / a towards 0, and 0 within it."""
    a, c = 2.0, np.asarray(c)  # the sphere is x² + y²
    ridge = critical_points(an_experiment("sphere", shift=tuple(c), l2=strength))
    np.testing.assert_allclose(ridge.minima, [a * c / (a + 2 * strength)], atol=1e-9)
    assert len(ridge.points) == 1 and ridge.points[0].is_global and not ridge.verified
    lasso = critical_points(an_experiment("sphere", shift=tuple(c), l1=strength))
    expected = np.sign(c) * np.maximum(np.abs(c) - strength / a, 0)
    np.testing.assert_allclose(lasso.minima, [expected], atol=1e-9)
    (point,) = lasso.points
    assert point.is_global and point.kink == bool((expected == 0).any())
    least = np.sum((expected - c) ** 2) + strength * np.abs(expected).sum()
    assert point.value == pytest.approx(least, rel=1e-9, abs=1e-12) and lasso.lowest == point.value


def test_exactly_at_the_threshold_the_weight_is_zero():
    found = critical_points(an_experiment("sphere", shift=(0.5, 2.0), l1=1.0))
    np.testing.assert_allclose(found.minima, [[0.0, 1.5]], atol=1e-9)


def brute_minima(experiment, count=801):
    """Grid points that are lower than all eight neighbours."""
    (x0, x1), (y0, y1) = experiment.window
    x, y = np.linspace(x0, x1, count), np.linspace(y0, y1, count)
    z = at(experiment, np.stack(np.meshgrid(x, y), -1).reshape(-1, 2))[0].reshape(count, count)
    inner = z[1:-1, 1:-1]
    around = [
        z[1 + i : count - 1 + i, 1 + j : count - 1 + j] for i, j in product((-1, 0, 1), repeat=2) if (i, j) != (0, 0)
    ]
    rows, columns = np.nonzero(inner < np.minimum.reduce(around))
    return np.stack([x[columns + 1], y[rows + 1]], -1), (x1 - x0) / (count - 1)


@pytest.mark.parametrize(
    ("key", "fields"),
    (
        ("himmelblau", {"l1": 20.0}),
        ("himmelblau", {"l1": 200.0}),
        ("rastrigin", {"l1": 3.0, "l2": 1.0}),
        ("rastrigin", {"l1": 5.0, "shift": (0.3, 0.7), "rotation": 30.0}),
        ("styblinski_tang", {"l1": 6.0, "shift": (0.5, 0.5)}),
        ("six_hump_camel", {"l1": 0.5}),
        ("l1_norm", {"l1": 0.5, "l2": 0.3, "shift": (1.03, -0.52)}),
        ("l1_norm", {"l2": 0.4, "rotation": 27.0, "shift": (0.52, 0.31)}),
        pytest.param("ackley", {"l2": 0.05, "shift": (0.4, -0.2), "rotation": 10.0}, marks=pytest.mark.soak),
        ("three_hump_camel", {"l2": 0.2, "rotation": 50.0, "shift": (0.5, 0.1)}),
        pytest.param("himmelblau", {"smoothing": 0.5, "l1": 10.0}, marks=pytest.mark.soak),
    ),
)
def test_a_grid_sees_no_other_minima(key, fields):
    experiment = Experiment(landscape=key, **fields)
    found = critical_points(experiment)
    seen, cell = brute_minima(experiment)
    inner = [p for p in found.all_minima if not p.boundary]
    for place in seen:
        assert min(np.hypot(*(place - p.point)) for p in inner) < 2 * cell, place
    for p in found.points:
        angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
        ring = np.asarray(p.point) + 1e-4 * np.stack([np.cos(angles), np.sin(angles)], -1)
        rises = at(experiment, ring)[0] - p.value
        assert (p.kind == "minimum" and not p.boundary) == bool((rises >= -1e-12 * max(1, abs(p.value))).all()), p


def test_saddles_on_a_crease_are_no_minima():
    found = critical_points(Experiment(landscape="double_well", l1=0.5, view=((-2.0, 2.0), (-2.0, 2.0))))
    kinds = sorted((p.kind, p.kink) for p in found.points)
    assert ("minimum", True) in kinds
    for p in found.all_minima:
        assert p.point[1] == 0.0 and p.kink


@pytest.mark.parametrize("l1", (0.5, 4.0))
def test_a_run_that_ends_in_a_crease_is_at_a_minimum(l1):
    for optimizer, rate in (("gradient_descent", 0.1), ("adam", 0.1)):
        run = Run(optimizer=optimizer, learning_rate=rate, schedule="cosine")
        lasso = Experiment(landscape="sphere", shift=(0.1, 3.0), l1=l1, start=(2.0, -1.0), steps=2_000, runs=(run,))
        verdict = judge(lasso, simulate(lasso)[0])
        assert verdict.outcome is Outcome.GLOBAL_MINIMUM and verdict.minimum is not None
        np.testing.assert_allclose(verdict.minimum, [0.0, 3.0 - l1 / 2], atol=1e-9)
    slow = lasso.replace(runs=(Run(optimizer="gradient_descent", learning_rate=1e-5),), start=(0.0, -1.0))
    assert judge(slow, simulate(slow)[0]).outcome is Outcome.STILL_DESCENDING


def test_the_edge_of_a_changed_surface_holds_minima_too():
    plain = Experiment(landscape="eggholder")
    changed = plain.replace(l2=1e-6)
    best = critical_points(changed).all_minima[0]
    assert best.boundary and best.is_global
    np.testing.assert_allclose(best.point, LANDSCAPES["eggholder"].minima[0], atol=0.01)
    turned = critical_points(changed.replace(rotation=90.0, view=None))
    x, y = best.point
    lowest = turned.all_minima[0]
    assert lowest.boundary and lowest.is_global
    np.testing.assert_allclose(lowest.point, (-y, x), atol=1.0)
    for p in critical_points(changed).points:
        if p.boundary:
            assert max(abs(p.point[0]), abs(p.point[1])) == pytest.approx(512.0)


# --- in links and documents ----------------------------------------------------------------------------------------


def test_only_what_is_on_stands_in_a_link():
    assert "with" not in an_experiment().to_query()
    query = an_experiment(rotation=30, l1=0.5).to_query()
    assert query["with"] == "rotation~30~l1~0.5"
    assert an_experiment(shift=(0, 1), smoothing=2, smoothing_schedule="linear").to_query()["with"] == (
        "shift_y~1~smoothing~2~smoothing_schedule~linear"
    )
    everything = an_experiment(**ON, smoothing_schedule="exponential")
    assert Experiment.from_query(everything.to_query()) == everything
    assert Experiment.from_json(everything.to_json()) == everything
    assert Experiment.repair(everything.to_query()) == (everything, ())


def test_each_modifier_is_repaired_on_its_own():
    query = an_experiment().to_query()
    found, ignored = Experiment.repair({**query, "with": "rotation~999~l1~0.5~nosuch~3~l2~x~shift_x~nan~noise~-1"})
    assert found == an_experiment(rotation=180, l1=0.5)
    assert len(ignored) == 5
    for word in ("rotation", "nosuch", "l2", "shift_x", "noise"):
        assert sum(word in note.split(":")[0] or f"'{word}'" in note for note in ignored) == 1
    found, ignored = Experiment.repair({**query, "with": "l2~0.5~l1"})
    assert found == an_experiment(l2=0.5) and len(ignored) == 1
    for bad in ("rotation", "nosuch~1", "rotation~x", "l1~-1", "~", "rotation~1~2", "smoothing_schedule~cosine"):
        with pytest.raises(ValueError):
            Experiment.from_query({**query, "with": bad})


def test_an_older_document_without_modifiers_is_read():
    old = '{"format": 1, "landscape": "sphere", "start": [1, 2], "steps": 5}'
    assert Experiment.from_json(old) == Experiment(landscape="sphere", start=(1, 2), steps=5)


def test_the_surfaces_own_fields_are_enough_to_draw_it():
    full = an_experiment(**ON, view=((0, 1), (0, 2)), seed=7)
    query = surface_query(full)
    assert set(query) == {"on", "view", "with"} and "noise" not in query["with"]
    drawn = surface_experiment(query)
    np.testing.assert_array_equal(surface_of(drawn).z, surface_of(full).z)
    assert critical_points(drawn) == critical_points(full) and surface_query(drawn) == query
    assert surface_query(an_experiment(noise=1.0)) == {"on": "himmelblau"}
    assert surface_query(an_experiment(smoothing=1.0, smoothing_schedule="linear")) == {"on": "himmelblau"}
    for bad in ({}, {"on": "nowhere"}, {"on": "sphere", "with": "l1~x"}, {"on": "sphere", "r1": "adam~1"}, {"on": 3}):
        with pytest.raises(ValueError):
            surface_experiment(bad)


def test_no_number_of_a_modifier_compiles_anything(traces):
    counts = []
    for share in np.linspace(0.1, 0.9, 5):
        experiment = an_experiment(
            rotation=share * 180,
            shift=(share, -share),
            l1=share,
            l2=share,
            smoothing=share,
            noise=share,
            seed=int(9 * share),
        )
        results_of(experiment)
        surface_of(experiment)
        counts.append(sum(traces().values()))
    assert len(set(counts)) == 1


def test_a_slope_as_steep_as_the_penalty_may_lead_away_all_the_same():
    """-(y - 1/2)² + |y| is level at 0 from below, and falls on: x² - y² moved by (0.7, 0.5) has no minimum there."""
    found = critical_points(Experiment(landscape="saddle", shift=(0.7, 0.5), l1=1.0))
    (crease,) = (p for p in found.points if p.kink)
    assert crease.kind == "saddle"
    np.testing.assert_allclose(crease.point, (0.2, 0.0), atol=1e-12)
