"""Critical points: all published ones are found, and what is found is one."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy_landscapes import NUMPY_FORMS

from experiments import Experiment, Outcome, Run, critical_points, judge, simulate
from experiments.critical.defaults import default_run
from landscapes import LANDSCAPES
from tests.surface_values import evaluate

FACTS = json.loads((Path(__file__).parent / "facts" / "functions.json").read_text())["landscapes"]
ANGLES = np.linspace(0, 2 * np.pi, 720, endpoint=False)
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)], -1)

# Closer together than the starts of the search: this list says that it may be incomplete.
THOUSANDS = ("langermann",)
# Ridges that are circles but for the hill next to them: where two points melt into one, no ring is beyond doubt.
FOLDS = ("langermann",)
# Steps: a whole square of minima, whose middle is listed for all of them; every point of it is level.
LEVEL = ("step_plateau",)


def find(key, view=None, **parameters):
    return critical_points(Experiment(landscape=key, landscape_parameters=parameters, view=view))


def height(key, points, parameters=None):
    points = np.asarray(points)
    return NUMPY_FORMS[key](points[..., 0], points[..., 1], **(LANDSCAPES[key].defaults | (parameters or {})))


def scale(key, view=None, parameters=None):
    """The view's diagonal and a typical difference of heights in it."""
    (x0, x1), (y0, y1) = view or LANDSCAPES[key].view
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, 101), np.linspace(y0, y1, 101)), -1)
    low, high = np.percentile(height(key, grid, parameters), [2, 90])
    return float(np.hypot(x1 - x0, y1 - y0)), float(high - low)


def in_view(key, point):
    (x0, x1), (y0, y1) = LANDSCAPES[key].view
    return x0 <= point[0] <= x1 and y0 <= point[1] <= y1


def nearest(points, place):
    return float(np.min(np.hypot(*(points - np.asarray(place)[:2]).T), initial=np.inf))


@pytest.mark.parametrize("key", FACTS)
def test_every_published_point_in_view_is_found_as_what_it_is(key):
    found, facts = find(key), FACTS[key]
    assert found.complete or key in THOUSANDS
    size, _ = scale(key)
    for points, listed in (
        (found.global_minima, facts["global_minima"]),
        (found.local_minima, facts["local_minima"]),
        (found.saddles, facts["saddles"]),
    ):
        for place in listed:
            if in_view(key, place) and (found.complete or listed is facts["global_minima"]):
                assert nearest(points, place) < 1e-8 * size, place
    assert len(found.global_minima) == len([p for p in facts["global_minima"] if in_view(key, p)])
    assert found.verified and found.lowest == (
        None if facts["f_min"] is None else pytest.approx(facts["f_min"], abs=1e-9)
    )
    edge = dict(zip(map(tuple, facts["global_minima"]), facts["global_minimum_on_boundary"], strict=True))
    for point in found.all_minima:
        if point.is_global:
            assert point.boundary == min(edge.items(), key=lambda e: np.hypot(*np.subtract(e[0], point.point)))[1]


def check(key, found, view=None, parameters=None):
    """Assert that each point found is critical and of its kind."""
    size, spread = scale(key, view, parameters)
    points = [p for p in found.points if not p.kink and not p.boundary]
    if key in LEVEL or not points:
        return
    places = np.array([p.point for p in points])
    _, gradients, hessians = evaluate(key, places, parameters)
    (small, large), axes = np.linalg.eigh(hessians)[0].T, np.linalg.eigh(hessians)[1]
    assert (np.hypot(*gradients.T) * size < 1e-7 * spread).all()
    for place, p in enumerate(points):
        assert p.value == pytest.approx(float(height(key, p.point, parameters)), rel=1e-9, abs=1e-9 * spread)
        least, most = sorted((abs(small[place]), abs(large[place])))
        weak = least <= 1e-4 * most or most * size**2 <= 1e-3 * spread
        if not weak:
            kind = "minimum" if small[place] > 0 else "maximum" if large[place] < 0 else "saddle"
            assert p.kind == kind, p
            np.testing.assert_allclose(p.eigenvalues, (small[place], large[place]), rtol=1e-4, atol=1e-9 * spread)
        if weak and (key in FOLDS or not p.degenerate):
            continue  # too flat for a ring to say more than the eigenvalue's sign
        ring = np.concatenate([CIRCLE, axes[place].T, -axes[place].T])  # a narrow way down lies along an axis
        noise = 1e-14 * max(1.0, abs(p.value))
        for radius in (1e-4 * size,) if not weak else (2e-3 * size, 2e-2 * size, 1e-1 * size):
            rises = height(key, np.asarray(p.point) + radius * ring, parameters) - p.value
            if p.kind != "saddle" or ((rises < -noise).any() and (rises > noise).any()):
                break  # what grows with a high power of the distance shows on a wider ring
        assert (p.kind == "minimum") == bool((rises >= -noise).all()), p
        assert (p.kind == "maximum") == bool((rises <= noise).all()), p


@pytest.mark.parametrize("key", [key for key in LANDSCAPES if key not in LEVEL])
def test_everything_found_is_critical_and_of_its_kind(key):
    check(key, find(key))


@pytest.mark.parametrize("key", LANDSCAPES)
def test_nothing_on_a_grid_is_lower_than_the_lowest_and_no_point_is_found_twice(key):
    found = find(key)
    size, spread = scale(key)
    (x0, x1), (y0, y1) = LANDSCAPES[key].view
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, 401), np.linspace(y0, y1, 401)), -1)
    if found.lowest is not None:
        assert height(key, grid).min() >= found.lowest - 1e-9 * spread
    places = np.array([p.point for p in found.points])
    assert (places >= [x0, y0]).all() and (places <= [x1, y1]).all()
    if len(places) < 500 and len(places) > 1:
        gaps = np.hypot(*np.moveaxis(places[:, None] - places[None], -1, 0)) + np.eye(len(places)) * size
        assert gaps.min() > 1e-5 * size


COUNTS = {  # minima, saddle points, maxima in view
    "sphere": (1, 0, 0),
    "booth": (1, 0, 0),
    "rosenbrock": (1, 0, 0),
    "double_well": (2, 1, 0),
    "treccani": (2, 1, 0),
    "himmelblau": (4, 4, 1),
    "three_hump_camel": (3, 2, 0),
    "six_hump_camel": (6, 7, 2),
    "styblinski_tang": (4, 4, 1),
    "goldstein_price": (4, 4, 1),
    "branin": (3, 2, 0),
    "mccormick": (2, 1, 0),
    "peaks": (3, 3, 3),
    "rastrigin": (121, 220, 100),
    "ackley": (121, 220, 100),
    "bohachevsky_1": (25, 40, 16),
    "easom": (5, 4, 4),
    "step_plateau": (1, 0, 0),
    "saddle": (0, 1, 0),
    "monkey_saddle": (0, 1, 0),
    "l1_norm": (1, 0, 0),
}


@pytest.mark.parametrize("key", COUNTS)
def test_there_are_as_many_as_there_should_be(key):
    found = find(key)
    assert (len(found.minima), len(found.saddles), len(found.maxima)) == COUNTS[key]
    assert found.complete


def test_flat_land_has_no_critical_points():
    for p in find("easom").points:
        assert np.hypot(p.point[0] - np.pi, p.point[1] - np.pi) < 2.7
    for p in find("peaks").points:
        assert np.hypot(*p.point) < 2.2
    plain = find("easom", view=((-90, -80), (-90, -80)))  # the landscape's own minima are always listed
    assert (plain.minima > 0).all() and len(plain.points) == 5
    assert find("step_plateau", view=((1.1, 1.9), (1.1, 1.9))).minima.tolist() == [[0.0, 0.0]]
    assert find("michalewicz", view=((0.1, 0.4), (0.1, 0.4))).lowest == pytest.approx(-1.8013034100985525)


@pytest.mark.parametrize("key", ("saddle", "monkey_saddle"))
def test_a_saddle_has_no_minimum(key):
    found = find(key)
    assert found.lowest is None and len(found.minima) == 0
    assert [p.kind for p in found.points] == ["saddle"]
    assert found.points[0].degenerate == (key == "monkey_saddle")


# --- changed surfaces ----------------------------------------------------------------------------------------------

VALLEY = ((-3.0, 3.0), (-1.0, 5.0))


ROSENBROCK = [(a, b) for b in (0.1, 7.0, 1000.0) for a in (-2.0, -0.3, 0.5, 1.7, 2.0)]


@pytest.mark.parametrize(
    ("a", "b"), [pytest.param(*one, marks=[pytest.mark.soak] * (place % 3 > 0)) for place, one in enumerate(ROSENBROCK)]
)
def test_rosenbrocks_minimum_lies_at_a_and_its_square(a, b):
    found = find("rosenbrock", VALLEY, a=a, b=b)
    check("rosenbrock", found, VALLEY, {"a": a, "b": b})
    np.testing.assert_allclose(found.global_minima, [[a, a * a]], atol=1e-7)
    assert found.lowest == pytest.approx(0, abs=1e-12) and len(found.points) == 1 and not found.verified


def test_a_minimum_out_of_view_is_known_all_the_same():
    found = find("rosenbrock", a=2.0)  # (2, 4) lies above the view
    assert found.points == () and found.lowest == pytest.approx(0, abs=1e-12)
    corner = find("rastrigin", ((2.5, 5.0), (2.5, 5.0)), A=8.0)
    assert len(corner.local_minima) == 9 - 4 + 4 and len(corner.global_minima) == 0
    assert corner.lowest == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("condition", (1.0, 9.0, 10_000.0))
@pytest.mark.parametrize("rotation", (-90.0, -33.0, 0.0, 45.0))
def test_the_stretched_bowl_has_one_minimum_however_it_is_turned(condition, rotation):
    found = find("ill_conditioned_quadratic", condition=condition, rotation=rotation)
    check("ill_conditioned_quadratic", found, None, {"condition": condition, "rotation": rotation})
    assert found.global_minima.shape == (1, 2) and len(found.points) == 1
    np.testing.assert_allclose(found.global_minima, [[0, 0]], atol=1e-9)
    np.testing.assert_allclose(found.points[0].eigenvalues, (1, condition), rtol=1e-6)


def roots_of_rastrigin(A):
    """Where x + A pi sin(2 pi x) = 0 within the view, by bisection on a fine grid."""
    x = np.linspace(-5.12, 5.12, 200_000)  # an even number, so that 0 is not on it
    slope = x + A * np.pi * np.sin(2 * np.pi * x)
    here = np.flatnonzero(np.diff(np.sign(slope)) != 0)
    curve = 1 + 2 * A * np.pi**2 * np.cos(2 * np.pi * x[here])
    return int((curve > 0).sum()), int((curve < 0).sum())


@pytest.mark.parametrize("A", (0.0, 0.02, 0.5, 1.0, 3.0, 50.0))
def test_rastrigin_with_any_waves(A):
    found = find("rastrigin", A=A)
    check("rastrigin", found, None, {"A": A})
    low, high = roots_of_rastrigin(A)
    assert (len(found.minima), len(found.saddles), len(found.maxima)) == (low**2, 2 * low * high, high**2)
    np.testing.assert_allclose(found.global_minima, [[0, 0]], atol=1e-9)


@pytest.mark.parametrize("text", ("1/0", "log(x - 100)"))
def test_where_nothing_is_a_number_nothing_is_the_lowest(text):
    nowhere = Experiment(landscape="formula", formula=text)
    assert critical_points(nowhere).points == () and critical_points(nowhere).lowest is None
    assert default_run(nowhere, "polyak_step").parameters["lowest"] == 0.0


def test_branin_with_its_waves_taken_away_is_a_valley_without_a_lowest_point():
    for p in find("branin", s=0.0).points:
        assert p.kind == "minimum" and p.value == pytest.approx(0, abs=1e-9)
    moved = find("branin", r=5.0, t=0.2)
    check("branin", moved, None, {"r": 5.0, "t": 0.2})
    b, c = 0.12918450914398066, 1.5915494309189535
    # a (y - b x^2 + c x - r)^2 vanishes along the valley, and cos x is lowest at odd multiples of pi
    for x in (-np.pi, np.pi, 3 * np.pi):
        y = b * x * x - c * x + 5.0
        if 0 <= y <= 15:
            assert nearest(moved.global_minima, (x, y)) < 1e-6


@pytest.mark.parametrize(
    ("a", "b", "c"),
    (
        (0.0, 0.2, 2 * np.pi),
        pytest.param(20.0, 0.2, 0.0, marks=pytest.mark.soak),
        (5.0, 1.0, 4.0),
        pytest.param(50.0, 0.01, 12.0, marks=pytest.mark.soak),
    ),
)
def test_ackleys_tip_stays_where_it_is(a, b, c):
    found = find("ackley", a=a, b=b, c=c)
    check("ackley", found, None, {"a": a, "b": b, "c": c})
    assert nearest(found.global_minima, (0, 0)) < 1e-5
    assert found.lowest == pytest.approx(0, abs=1e-3 if a else 1e-9)


@pytest.mark.parametrize("m", (1, 3, 30))
def test_michalewicz_with_any_canyons(m):
    found = find("michalewicz", m=m)
    check("michalewicz", found, None, {"m": m})
    (x0, x1), (y0, y1) = LANDSCAPES["michalewicz"].view
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, 801), np.linspace(y0, y1, 801)), -1)
    assert found.lowest == pytest.approx(height("michalewicz", grid, {"m": m}).min(), abs=2e-3)
    assert len(found.global_minima) == 1


def test_lower_ground_outside_the_domain_does_not_count():
    found = find("mccormick", view=((-9.0, 4.0), (-9.0, 4.0)))
    assert found.points[0].value < found.lowest - 1
    np.testing.assert_allclose(found.global_minima, [[-0.5471975511965976, -1.5471975511965976]], atol=1e-7)


# Eggholder from so far takes as long as the twenty others together.
FAR, CLOSE, OFF = ((-1e6, 1e6), (-1e6, 1e6)), ((0.9, 1.1), (0.9, 1.1)), ((50.0, 51.0), (50.0, 51.0))


@pytest.mark.parametrize(
    ("key", "view"),
    [
        pytest.param(key, view, marks=[pytest.mark.soak] * (key == "eggholder" and view is FAR))
        for key in ("sphere", "rosenbrock", "eggholder", "easom", "step_plateau", "l1_norm", "saddle")
        for view in (FAR, CLOSE, OFF)
    ],
)
def test_any_view_is_searched_without_inventing_minima(key, view):
    found = find(key, view)
    _, spread = scale(key, view)
    for p in found.points:
        if p.kind == "minimum" and not p.boundary and key != "step_plateau" and spread > 0:
            assert (
                height(key, np.asarray(p.point) + 1e-5 * CIRCLE) >= p.value - 1e-9 * max(1.0, abs(p.value))
            ).all(), p
    assert found.lowest == LANDSCAPES[key].lowest


@pytest.mark.parametrize("size", (1.0, 1e4, 1e10, 1e14))
@pytest.mark.parametrize("rise", (1e-6, 1.04))
def test_a_minimum_that_is_higher_is_not_global_however_steep_the_walls_are(size, rise):
    # two wells at x = -1 and 1, the second higher by `rise`, between walls as high as `size` times 64
    text = f"{size!r} ((x^2 - 1)^2 + y^2) + {rise / 2!r} (x + 1)"
    wells = Experiment(landscape="formula", formula=text, view=((-3.0, 3.0), (-3.0, 3.0)))
    found = critical_points(wells)
    assert len(found.minima) == 2
    np.testing.assert_allclose(found.global_minima, [[-1, 0]], atol=1e-6 + rise / size)
    np.testing.assert_allclose(found.local_minima, [[1, 0]], atol=1e-6 + rise / size)
    for start, outcome in ((-1.1, Outcome.GLOBAL_MINIMUM), (1.1, Outcome.LOCAL_MINIMUM)):
        run = wells.replace(start=(start, 0.1), steps=40, runs=(Run(optimizer="newton", learning_rate=1.0),))
        assert judge(run, simulate(run)[0]).outcome is outcome


@pytest.mark.parametrize("size", (1e-6, 1.0, 1e10))
@pytest.mark.parametrize("base", (0.0, -1e3, 1e9))
def test_twins_are_both_global_though_rounding_parts_them(size, base):
    text = f"{size!r} ((x^2 - 0.37)^2 + (y - 0.1)^2) {base:+.17g}"
    found = critical_points(Experiment(landscape="formula", formula=text, view=((-1.0, 1.3), (-1.0, 1.0))))
    root = np.sqrt(0.37)
    order = np.argsort(found.global_minima[:, 0])
    np.testing.assert_allclose(found.global_minima[order], [[-root, 0.1], [root, 0.1]], atol=1e-6)


@pytest.mark.parametrize(
    "key", ("egg_crate", "parsopoulos", "holder_table", "branin_2", "giunta", "adjiman", "schwefel")
)
def test_minima_that_only_the_domains_edge_makes_are_found_and_flagged(key):
    """From each of them the surface rises into the domain and along its edge, and falls on outside."""
    (x0, x1), (y0, y1) = LANDSCAPES[key].domain
    size = np.hypot(x1 - x0, y1 - y0)
    at_edge = [p for p in find(key, view=((x0, x1), (y0, y1))).all_minima if p.boundary]
    assert at_edge
    for point in at_edge:
        around = np.asarray(point.point) + 1e-4 * size * CIRCLE
        inside = ((around >= (x0, y0)) & (around <= (x1, y1))).all(1)
        rises = height(key, around) - point.value
        assert (rises[inside] >= 0).all()
        assert (rises[~inside] < 0).any()


@pytest.mark.parametrize("key", ("sphere", "rastrigin", "mccormick", "peaks", "saddle", "easom"))
def test_an_edge_that_cuts_nothing_makes_no_minimum(key):
    assert not any(p.boundary for p in find(key).points)


def test_the_floor_of_a_bent_ravine_has_one_minimum_though_its_walls_are_infinitely_steep():
    """Bukin's floor falls by 0.01 a unit towards (-10, 1): along it nothing else is a minimum, if a grid thinks so."""
    np.testing.assert_allclose(find("bukin_6").minima, [[-10.0, 1.0]], atol=1e-9)
    typed = Experiment(
        landscape="formula", formula="100*sqrt(abs(y-0.01*x^2))+0.01*abs(x+10)", view=((-15.0, -5.0), (-3.0, 3.0))
    )
    for x, y in critical_points(typed).minima:
        assert np.hypot(x + 10, y - 1) < 0.02


@pytest.mark.parametrize("key", ("monkey_saddle", "carrom_table"))
def test_a_smooth_point_that_is_flat_to_second_order_is_no_kink(key):
    found = find(key)
    flat = [*(p for p in found.points if max(map(abs, p.eigenvalues)) < 1e-6), *found.curves]
    assert flat and not any(p.kink for p in flat)


@pytest.mark.parametrize("power", (4, 6, 8, 10))
@pytest.mark.parametrize("across", ("y^2", "(y - 1)^{power}"))
def test_the_middle_of_a_bowl_is_found_however_flat_its_floor_is(power, across):
    text = f"(x + 0.5)^{power} + {across.format(power=power)}"
    found = critical_points(Experiment(landscape="formula", formula=text))
    (middle,) = found.points
    assert middle.kind == "minimum" and middle.is_global
    assert middle.point == pytest.approx((-0.5, 0.0 if across == "y^2" else 1.0), abs=1e-7)
    assert found.lowest == pytest.approx(0, abs=1e-20)


def test_a_run_at_the_middle_of_a_flat_floor_is_not_said_to_be_stuck():
    run = Run(optimizer="nelder_mead", learning_rate=0.3)
    experiment = Experiment(landscape="formula", formula="x^6 + y^2", start=(-4.89, 1.392), steps=150, runs=(run,))
    assert judge(experiment, simulate(experiment)[0]).outcome is Outcome.GLOBAL_MINIMUM
