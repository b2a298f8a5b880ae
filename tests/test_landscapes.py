"""The specification of a landscape, applied to all of the catalogue but losses on data (test_data_models.py)."""

import importlib
import json
import pkgutil
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from latex import read
from numpy_landscapes import NUMPY_FORMS
from scipy.optimize import minimize

import landscapes
from landscapes import LANDSCAPES, UNITS, Landscape
from tests.surface_values import evaluate

import jax  # isort: skip  (after landscapes, which set its environment)

FACTS = json.loads((Path(__file__).parent / "facts" / "functions.json").read_text())["landscapes"]
FAMILIES = (
    "Bowls",
    "Valleys",
    "A few minima",
    "Many minima",
    "Plateaus and needles",
    "Saddles",
    "Kinks",
    "Learning from data",
)

FORMULAS = [key for key, unit in LANDSCAPES.items() if unit.model is None]
each = pytest.mark.parametrize("key", FORMULAS)


def seed_of(key):
    return np.random.default_rng(list(key.encode()))


def random_points(key, count, box="domain"):
    (left, right), (bottom, top) = getattr(LANDSCAPES[key], box)
    return seed_of(key).uniform((left, bottom), (right, top), (count, 2))


def settings(key):
    """The default parameters, both ends of every slider, and three random draws."""
    unit, draw = LANDSCAPES[key], seed_of(key)
    if not unit.parameters:
        return [{}]
    low = {p.key: p.validate(p.low) for p in unit.parameters}
    high = {p.key: p.validate(p.high) for p in unit.parameters}
    found = [dict(unit.defaults), low, high]
    for _ in range(3):
        chosen = {}
        for p in unit.parameters:
            value = p.low * (p.high / p.low) ** draw.random() if p.log else draw.uniform(p.low, p.high)
            chosen[p.key] = p.validate(round(value) if p.kind == "integer" else value)
        found.append(chosen)
    return found


def dense_grid(key):
    """A grid over the domain with its edges and corners, the axes, the centre, and the lines where surfaces break."""
    (left, right), (bottom, top) = LANDSCAPES[key].domain
    xs, ys = np.linspace(left, right, 151), np.linspace(bottom, top, 151)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    zero = np.zeros_like(xs)
    lines = [(xs, zero), (zero, ys), (np.round(xs), np.round(ys)), (zero, zero)]
    tiny = np.array([1e-320, 1e-250, -1e-200, 1e-160, -1e-130, 1e-100, -1e-30, 1e-9])
    lines += [(np.zeros_like(tiny), tiny), (tiny, np.zeros_like(tiny)), (tiny, -tiny)]
    if key == "eggholder":
        whole = np.arange(-512.0, 513.0)
        lines += [(whole, whole - 47), (whole, -whole / 2 - 47)]
    extra = np.concatenate([np.stack(pair, axis=-1) for pair in lines])
    inside = (extra[:, 0] >= left) & (extra[:, 0] <= right) & (extra[:, 1] >= bottom) & (extra[:, 1] <= top)
    return np.concatenate([grid, extra[inside]])


def listed(unit):
    return np.concatenate([unit.global_minima, unit.local_minima, unit.saddles])


def is_in(point, pairs):
    return any(np.allclose(point, pair, rtol=1e-9, atol=1e-9) for pair in pairs)


def curvatures(hessian):
    return np.linalg.eigvalsh(hessian)


# The catalogue


def test_the_mapping_is_read_only_and_keyed_by_key():
    assert all(key == unit.key == key.lower() and key.isidentifier() for key, unit in LANDSCAPES.items())
    with pytest.raises(TypeError):
        LANDSCAPES["mine"] = LANDSCAPES["sphere"]  # type: ignore[index]  # it can only be read
    with pytest.raises(AttributeError):
        LANDSCAPES["sphere"].name = "Ball"  # type: ignore[misc]  # it is frozen


def test_nothing_defined_in_a_family_file_is_left_out():
    defined = []
    for module in pkgutil.walk_packages(landscapes.__path__, "landscapes."):
        contents = vars(importlib.import_module(module.name))
        defined += [unit for unit in contents.values() if isinstance(unit, Landscape)]
    assert sorted(unit.key for unit in defined) == sorted(UNITS)
    assert {id(unit) for unit in defined} == {id(unit) for unit in UNITS.values()}


def test_a_family_is_one_stretch_of_the_menu():
    order = list(dict.fromkeys(unit.family for unit in LANDSCAPES.values()))
    assert order == list(FAMILIES)
    assert [unit.family for unit in LANDSCAPES.values()] == sorted(
        (unit.family for unit in LANDSCAPES.values()), key=FAMILIES.index
    )


def test_every_landscape_has_facts_and_a_second_form():
    assert set(FORMULAS) == set(FACTS)
    assert set(NUMPY_FORMS) == set(LANDSCAPES)


@each
def test_a_landscape_tells_its_story(key):
    unit = LANDSCAPES[key]
    for text in (unit.name, unit.formula, unit.source, unit.story):
        assert text.strip() == text != ""
    assert unit.story.endswith(".") and (unit.note == "" or unit.note.endswith("."))
    assert "  " not in unit.story + unit.note
    assert unit.scale in ("linear", "log", "rank")
    assert unit.formula.count("{") == unit.formula.count("}")
    assert all(p.help.endswith(".") and p.name for p in unit.parameters)


@each
def test_the_first_window_shows_the_starts_and_the_listed_minima(key):
    unit = LANDSCAPES[key]
    (left, right), (bottom, top) = unit.view
    assert 0.5 <= (top - bottom) / (right - left) <= 2
    assert 2 <= len(unit.starts) <= 4 and len(set(unit.starts)) == len(unit.starts)
    shown = np.concatenate([unit.starts, unit.global_minima, unit.local_minima, unit.saddles])
    assert np.all((shown >= (left, bottom)) & (shown <= (right, top)))
    assert not any(is_in(start, listed(unit)) for start in unit.starts)


# Against the facts


@each
def test_the_domain_and_the_defaults_are_the_facts(key):
    unit, facts = LANDSCAPES[key], FACTS[key]
    np.testing.assert_allclose(unit.domain, facts["domain"], rtol=1e-12)
    if key == "ill_conditioned_quadratic":  # the facts write (a x² + b y²) / 2
        expected = {"condition": facts["params"]["b"] / facts["params"]["a"], "rotation": 0.0}
    else:
        expected = facts["params"]
    assert unit.defaults == pytest.approx(expected, rel=1e-15)


@each
def test_the_global_minima_are_those_of_the_facts(key):
    unit, facts = LANDSCAPES[key], FACTS[key]
    assert unit.global_minima.shape == (len(facts["global_minima"]), 2)
    np.testing.assert_allclose(unit.global_minima, np.reshape(facts["global_minima"], (-1, 2)), rtol=1e-11, atol=1e-11)
    on_edge = [p for p, edge in zip(unit.minima, facts["global_minimum_on_boundary"], strict=True) if edge]
    assert list(unit.boundary) == on_edge
    assert (unit.lowest is None) == (facts["f_min"] is None)
    if unit.lowest is not None:
        assert unit.lowest == pytest.approx(facts["f_min"], rel=1e-11, abs=1e-11)


@each
@pytest.mark.parametrize("kind", ["local_minima", "saddles"])
def test_listed_points_and_their_values_are_facts(key, kind):
    points = getattr(LANDSCAPES[key], kind)
    assert points.shape == (len(points), 2)
    known = np.reshape(FACTS[key][kind], (-1, 3))
    heights = evaluate(key, points)[0] if len(points) else []
    for point, height in zip(points, heights, strict=True):
        match = [row[2] for row in known if np.allclose(point, row[:2], rtol=1e-9, atol=1e-9)]
        assert len(match) == 1, f"{point} is not among the facts"
        assert height == pytest.approx(match[0], rel=1e-9, abs=1e-9)


# Values


@each
def test_value_equals_the_second_form(key):
    for given in settings(key):
        for box in ("domain", "view"):
            points = random_points(key, 200, box)
            expected = NUMPY_FORMS[key](points[:, 0], points[:, 1], **given)
            np.testing.assert_allclose(evaluate(key, points, given)[0], expected, rtol=1e-12, atol=1e-12)


# How formulas print the parameters that they do not call by their keys.
PRINTED = {"condition": r"\kappa", "rotation": r"\theta", "tilt": "c", "steepness": "b", "beta": r"\beta"}
PRINTED |= {"sharp": "s", "flat": "w", "number": "n", "bowl": "b"}
# What formulas define in words or in lists, behind a comma.
DEFINED: dict[str, dict[str, Any]] = {
    "giunta": {"u_k": lambda names: 16 / 15 * names["k"] - 1},
    "tripod": {"p": (lambda t: np.where(t >= 0, 1.0, 0.0),)},
    "langermann": {
        "c": (1, 2, 5, 2, 3),
        "a": (3, 5, 2, 1, 7),
        "b": (5, 2, 1, 4, 9),
        "d_i": lambda names: read("(x-a_i)^2+(y-b_i)^2", names),
    },
    "de_jong_5": {
        "a": [16 * (i % 5 - 2) for i in range(25)],
        "b": [16 * (i // 5 - 2) for i in range(25)],
    },
}


@each
def test_the_printed_formula_says_what_the_second_form_does(key):
    printed, _, definitions = LANDSCAPES[key].formula.partition(r",\quad")
    for given in settings(key):
        x, y = random_points(key, 200, "view").T
        names = {PRINTED.get(k, k): np.deg2rad(v) if k == "rotation" else v for k, v in given.items()}
        names |= {"x": x, "y": y}
        if key == "gaussian_wells":
            names |= {letter: [given[f"{letter}{k}"] for k in range(1, 6)] for letter in "dw"}
            names |= {f"{axis}_k": lambda n, axis=axis, given=given: given[f"{axis}{n['k']}"] for axis in "xy"}
        if key in DEFINED:
            names |= DEFINED[key]
        else:
            for definition in filter(None, definitions.replace(r"\;", "").split(",")):
                name, _, meaning = definition.partition("=")
                names[name.strip()] = read(meaning, names)
        expected = NUMPY_FORMS[key](x, y, **given)
        np.testing.assert_allclose(read(printed, names), expected, rtol=1e-9, atol=1e-11)


@each
def test_global_minima_have_the_lowest_value(key):
    unit = LANDSCAPES[key]
    if unit.lowest is None:
        assert unit.minima == unit.other_minima == ()
        return
    np.testing.assert_allclose(evaluate(key, unit.global_minima)[0], unit.lowest, rtol=1e-12, atol=1e-12)
    if unit.other_minima:
        assert evaluate(key, unit.local_minima)[0].min() > unit.lowest + 1e-6


@each
def test_nothing_in_the_domain_lies_lower(key):
    unit = LANDSCAPES[key]
    if unit.lowest is None:
        return
    close = [p + d for p in unit.global_minima for d in np.random.default_rng(0).normal(0, 1e-3, (500, 2))]
    (left, right), (bottom, top) = unit.domain
    points = np.concatenate([dense_grid(key), np.clip(close, (left, bottom), (right, top))])
    assert evaluate(key, points)[0].min() >= unit.lowest - 1e-12 * max(1.0, abs(unit.lowest))


@each
def test_everything_is_finite_over_the_domain(key):
    points = np.concatenate([dense_grid(key), listed(LANDSCAPES[key]).reshape(-1, 2)])
    for given in settings(key):
        for name, numbers in zip(("value", "gradient", "hessian"), evaluate(key, points, given), strict=True):
            broken = ~np.isfinite(numbers.reshape(len(points), -1)).all(axis=1)
            assert not broken.any(), f"{name} at {points[broken][:3]} with {given}"


@each
def test_where_the_ground_lies_lower_outside_the_box_the_note_says_so(key):
    unit = LANDSCAPES[key]
    if unit.lowest is None:
        return
    (left, right), (bottom, top) = unit.domain
    boxes = 2 if key == "michalewicz" else 1  # its next canyons are lower no nearer than that
    wide, high = boxes * (right - left), boxes * (top - bottom)
    low, far = (left - wide, bottom - high), (right + wide, top + high)
    places = seed_of(key).uniform(low, far, (30_000, 2))

    def value(place):
        return NUMPY_FORMS[key](*np.clip(place, low, far).T, **unit.defaults)

    with np.errstate(all="ignore"):
        heights = np.nan_to_num(value(places), nan=np.inf)
        lowest = places[np.argsort(heights)[:8]]  # canyons may be narrower than the places are apart
        around = min(np.min(heights), *(minimize(value, place, method="Nelder-Mead").fun for place in lowest))
    words = ("Outside the box", "Outside the square", "right of the box", "outside it")
    lies_lower = around < unit.lowest - 1e-9 * max(1, abs(unit.lowest))
    assert any(part in unit.note for part in words) == lies_lower


# Critical points


@each
def test_minima_have_no_slope_and_no_way_down(key):
    unit = LANDSCAPES[key]
    flagged = unit.kinks + unit.boundary
    assert all(is_in(point, unit.minima + unit.other_minima) for point in flagged)
    smooth = [p for p in unit.minima + unit.other_minima if not is_in(p, flagged)]
    if not smooth:
        return
    _, gradient, hessian = evaluate(key, smooth)
    eigenvalues = curvatures(hessian)
    assert np.abs(gradient).max() <= 1e-8
    assert eigenvalues.min() >= -1e-12
    # flat everywhere; wells of the sixth power with almost flat floors; a third power; a degenerate zero
    if key not in ("step_plateau", "de_jong_5", "sum_of_different_powers", "price_4", "powell_badly_scaled"):
        assert eigenvalues.min() > 1e-4


@each
def test_kinks_and_points_on_the_boundary_are_minima_by_their_neighbours(key):
    unit = LANDSCAPES[key]
    (left, right), (bottom, top) = unit.domain
    turn = np.linspace(0, 2 * np.pi, 181)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    for point in unit.kinks + unit.boundary:
        around = np.concatenate([np.add(point, r * circle) for r in (1e-6, 1e-4, 1e-2)])
        around = np.clip(around, (left, bottom), (right, top))
        lowest = evaluate(key, [point])[0][0]
        assert evaluate(key, around)[0].min() >= lowest - 1e-12 * max(1.0, abs(lowest))
    for point in unit.boundary:
        assert point[0] in (left, right) or point[1] in (bottom, top)
        assert np.abs(evaluate(key, [point])[1]).max() > 1e-3, "a zero gradient needs no flag"


@each
def test_saddles_rise_one_way_and_fall_another(key):
    unit = LANDSCAPES[key]
    if not unit.saddle_points:
        return
    _, gradient, hessian = evaluate(key, unit.saddles)
    assert np.abs(gradient).max() <= 1e-8
    eigenvalues = curvatures(hessian)
    if key == "monkey_saddle":  # degenerate: only the neighbours tell
        assert np.all(eigenvalues == 0)
        turn = np.deg2rad([0, 60, 120, 180, 240, 300])
        ring = evaluate(key, 0.1 * np.stack([np.cos(turn), np.sin(turn)], axis=-1))[0]
        assert np.all(np.sign(ring) == [1, -1, 1, -1, 1, -1])
    else:
        assert np.all(eigenvalues[:, 0] < -1e-3) and np.all(eigenvalues[:, 1] > 1e-3)


def test_the_drop_waves_middle_has_its_true_curvature():
    hessian = evaluate("drop_wave", [(0.0, 0.0)])[2][0]
    np.testing.assert_allclose(hessian, 72.5 * np.eye(2), rtol=1e-12)


def test_on_a_crease_the_gradient_is_the_middle_of_the_subgradients():
    gradient = evaluate("l1_norm", [(0.0, 0.0), (0.0, 2.0), (-3.0, 0.0)])[1]
    assert gradient.tolist() == [[0.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]


def test_losses_stay_exact_close_to_the_minimum():
    tiny = [(1e-15, 0.0)]
    assert evaluate("rastrigin", tiny)[0][0] == pytest.approx((1 + 20 * np.pi**2) * 1e-30, rel=1e-9)
    assert evaluate("griewank", tiny)[0][0] == pytest.approx((0.5 + 1 / 4000) * 1e-30, rel=1e-9)
    assert evaluate("ackley", tiny)[0][0] == pytest.approx(4e-15 / np.sqrt(2), rel=1e-9)


def test_what_stories_and_notes_count_is_so():
    places = random_points("trid", 20)
    after = places - 0.5 * evaluate("trid", places)[1]
    np.testing.assert_allclose(np.hypot(*(after - 2).T), np.hypot(*(places - 2).T) / 2, rtol=1e-12)
    assert "halves the distance exactly" in LANDSCAPES["trid"].story
    x_shrinks = 1 - 1e-6 * evaluate("ellipsoid_bbob", [(1.0, 0.0)])[2][0, 0, 0]
    assert x_shrinks**350_000 == pytest.approx(0.5, abs=0.005)
    assert "350,000 steps to come half way" in LANDSCAPES["ellipsoid_bbob"].story
    depths = evaluate("styblinski_tang", LANDSCAPES["styblinski_tang"].local_minima)[0]
    assert (
        len(set(np.round(depths, 9))) == 2
        and "one deep, two middling, one shallow" in LANDSCAPES["styblinski_tang"].story
    )
    edge = evaluate("parsopoulos", [(np.pi / 2, -5.0), (np.pi / 2, -5.0 + 1e-3)])[0]
    assert edge[1] > edge[0] and "minima inside the box" in LANDSCAPES["parsopoulos"].story
    assert f"±{np.sqrt(LANDSCAPES['rosenbrock'].view[1][1]):.2f}" in LANDSCAPES["rosenbrock"].parameters[0].help
    place = LANDSCAPES["cross_in_tray"].global_minima[2, 0]
    for printed in ("1.349406685353340", "1.349406608602084"):
        assert f"{place:.15f}"[:9] == printed[:9] and f"{place:.15f}"[9] != printed[9]  # nine digits and a point
    assert "ninth digit" in LANDSCAPES["cross_in_tray"].note


def test_parameters_do_what_their_help_says():
    points = random_points("sphere", 50)
    sphere = evaluate("sphere", points)[0]
    np.testing.assert_allclose(evaluate("rastrigin", points, {"A": 0})[0], sphere)
    round_bowl = {"condition": 1, "rotation": 30}
    np.testing.assert_allclose(evaluate("ill_conditioned_quadratic", points, round_bowl)[0], sphere / 2)
    assert evaluate("rosenbrock", [(-1.5, 2.25)], {"a": -1.5, "b": 7})[0] == 0
    along, across = (np.cos(np.pi / 6), np.sin(np.pi / 6)), (-np.sin(np.pi / 6), np.cos(np.pi / 6))
    heights = evaluate("ill_conditioned_quadratic", [along, across], {"condition": 9, "rotation": 30})[0]
    np.testing.assert_allclose(heights, [0.5, 4.5])


# Derivatives


def away_from_breaks(key, points, margin):
    """Drop points near a kink, cusp or jump, where a finite difference means nothing."""
    x, y = points[:, 0], points[:, 1]
    distances = {
        "eggholder": (x / 2 + y + 47, x - y - 47),
        "schwefel": (x, y),
        "l1_norm": (x, y),
        "ackley": (np.hypot(x, y),),
        "step_plateau": (x - np.round(x), y - np.round(y)),
        "cross_in_tray": (np.sin(x), np.sin(y)),
        "holder_table": (np.sin(x), np.cos(y), np.hypot(x, y) - np.pi),
        "carrom_table": (np.hypot(x, y) - np.pi,),
        "pen_holder": (np.cos(x), np.cos(y), np.hypot(x, y) - np.pi),
        "test_tube_holder": (np.sin(x), np.cos(y), np.cos((x**2 + y**2) / 200)),
    }.get(key, ())
    keep = np.all([np.abs(d) > margin for d in distances], axis=0) if distances else np.full(len(points), True)
    return points[keep]


@each
def test_gradient_and_hessian_equal_finite_differences(key):
    (left, right), _ = LANDSCAPES[key].view
    step = 1e-6 * (right - left)
    points = away_from_breaks(key, random_points(key, 300, "view"), margin=5e3 * step)
    assert len(points) > 200
    dx, dy = np.array([step, 0]), np.array([0, step])
    for given in settings(key):
        _, gradient, hessian = evaluate(key, points, given)
        sides = [evaluate(key, points + d, given) for d in (dx, -dx, dy, -dy)]
        slopes = np.stack([sides[0][0] - sides[1][0], sides[2][0] - sides[3][0]], axis=-1) / (2 * step)
        bends = np.stack([sides[0][1] - sides[1][1], sides[2][1] - sides[3][1]], axis=-1) / (2 * step)
        height = np.abs(sides[0][0]).max() / (right - left)
        np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=1e-7 * np.abs(gradient).max() + 1e-8 * height)
        np.testing.assert_allclose(hessian, bends, rtol=1e-6, atol=1e-6 * np.abs(hessian).max() + 1e-8)
        np.testing.assert_allclose(hessian, np.swapaxes(hessian, 1, 2), rtol=1e-12, atol=1e-12 * np.abs(hessian).max())


# The public calls


@each
def test_any_batch_has_the_shape_of_its_points(key):
    unit = LANDSCAPES[key]
    points = random_points(key, 6, "view").reshape(2, 3, 2)
    # all surfaces have their derivatives from one line, which those of TRICKS show to keep the shape
    functions = (unit.value, unit.gradient, unit.hessian) if key in TRICKS else (unit.value,)
    shapes = [jax.eval_shape(function, points) for function in functions]
    assert [shape.shape for shape in shapes] == [(2, 3), (2, 3, 2), (2, 3, 2, 2)][: len(shapes)]
    assert {shape.dtype for shape in shapes} == {np.dtype(np.float64)}


# one of each way in which a surface is written: plain, sums over terms, tables, kinks, floors, needles, sub-formulas
TRICKS = ("sphere", "rastrigin", "michalewicz", "langermann", "ackley", "step_plateau", "easom", "bukin_6", "peaks")


def _at_one(function, points):
    return function(points[1, 2])


@pytest.mark.parametrize("key", TRICKS)
def test_any_batch_equals_one_point_at_a_time(key):
    unit = LANDSCAPES[key]
    points = random_points(key, 6, "view").reshape(2, 3, 2)
    for function in (unit.value, unit.gradient, unit.hessian):
        calls = (function, partial(_at_one, function), jax.vmap(jax.vmap(function)))
        batch, one, mapped = (np.asarray(jax.jit(call)(points)) for call in calls)
        scale = 1e-14 * float(np.abs(batch).max())
        np.testing.assert_allclose(one, batch[1, 2], rtol=1e-13, atol=scale)
        np.testing.assert_allclose(mapped, batch, rtol=1e-13, atol=scale)


@each
def test_traced_parameters_give_the_same_numbers(key):
    unit = LANDSCAPES[key]
    if not unit.parameters:
        return
    given = settings(key)[-1]
    point = random_points(key, 1, "view")[0]
    for function, traced in zip((unit.value, unit.gradient, unit.hessian), evaluate(key, [point], given), strict=True):
        direct = np.asarray(function(point, **given))
        np.testing.assert_allclose(direct, traced[0], rtol=1e-11, atol=1e-13 * max(1.0, np.abs(direct).max()))


@each
def test_a_parameter_outside_its_range_is_refused_in_words(key):
    unit = LANDSCAPES[key]
    origin = np.zeros(2)
    with pytest.raises(ValueError, match=rf"^{key}\.gravity: unknown parameter; known: "):
        unit.value(origin, gravity=9.81)
    for p in unit.parameters:
        for bad in (p.high + 1, p.low - 1, float("nan"), "x", True):
            with pytest.raises(ValueError) as error:
                unit.gradient(origin, **{p.key: bad})
            assert str(error.value) == f"{key}.{p.key}: {bad!r} is not allowed; give {p.allowed}"


def test_points_of_another_shape_are_refused_in_words():
    for bad in (1.0, np.zeros(3), np.zeros((2, 5))):
        with pytest.raises(ValueError, match=r"^points: shape .* is not allowed; give \(\.\.\., 2\)$"):
            LANDSCAPES["sphere"].value(bad)
