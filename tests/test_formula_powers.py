"""Powers of typed formulas, whatever their exponent: value, gradient and Hessian in closed form, at their tips too."""

import numpy as np
import pytest

from experiments import Experiment, Run, judge, simulate
from landscapes.formula.typed import landscape

EXPONENTS = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
Floats = tuple[float, ...]
PLACES = np.array([-2.0, -1.0, -1e-3, 0.0, 1e-3, 0.5, 1.0, 3.0])


def closed_form(x: np.ndarray, a: float, absolute: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x^a or |x|^a with its first two derivatives; NaN where they are infinite or there are none."""

    def term(factor: float, exponent: float) -> np.ndarray:
        with np.errstate(all="ignore"):
            base = np.abs(x) if absolute else x
            return np.where(np.full(x.shape, factor == 0), 0.0, factor * base**exponent)

    first, second = term(a, a - 1), term(a * (a - 1), a - 2)
    if absolute:
        first = np.where(x == 0, 0.0 if a >= 0 else np.nan, np.where(x < 0, -first, first))
    value = term(1.0, a)
    first, second = (np.where(np.isfinite(value) & np.isfinite(part), part, np.nan) for part in (first, second))
    return value, first, second


@pytest.mark.parametrize("text", ["x^a + y^2", "|x|^a + y^2"])
def test_a_power_with_a_slider_as_its_exponent_has_its_true_derivatives(text: str) -> None:
    points = np.stack([PLACES, np.full(len(PLACES), 0.5)], -1)
    surface = landscape(text)
    for a in EXPONENTS:
        value, first, second = closed_form(PLACES, a, "|" in text)
        ours, slope, bend = (np.asarray(f(points, a=a)) for f in (surface.value, surface.gradient, surface.hessian))
        there = np.isfinite(value)
        np.testing.assert_allclose(ours[there] - 0.25, value[there], rtol=1e-13, atol=1e-13, err_msg=str(a))
        for found, told in ((slope[:, 0], first), (bend[:, 0, 0], second)):
            true = there & np.isfinite(told)
            np.testing.assert_allclose(found[true], told[true], rtol=1e-12, err_msg=f"{text} {a}")
            # what is infinite in truth is 0 at a tip, as for the root, unless the surface itself has no height
            np.testing.assert_array_equal(found[there & ~true], 0.0)
        np.testing.assert_array_equal(slope[there, 1], 1.0)
        np.testing.assert_array_equal(bend[there][:, (0, 1, 1), (1, 0, 1)], np.tile([0.0, 0.0, 2.0], (there.sum(), 1)))


@pytest.mark.parametrize(
    ("text", "point", "gradient", "hessian"),
    [
        ("|x|^2 + |y|^3", (0.0, 0.0), (0, 0), (2, 0, 0)),
        ("|x - 1|^3 + |y|^4", (-1.0, 2.0), (-12, 32), (12, 0, 48)),
        ("|x|^1 + y^0", (0.0, 3.0), (0, 0), (0, 0, 0)),
        ("sqrt(x^2 + y^2)^2", (0.0, 0.0), (0, 0), (2, 0, 2)),
        ("(x^2 + y^2)^a", (0.0, 0.0), (0, 0), (2, 0, 2)),
        ("x^(2*a)*y^a", (-3.0, -2.0), (12, 9), (-4, -6, 0)),
        ("(x*y)^(a + 1)", (-1.0, 0.0), (0, 0), (0, 0, 2)),
        ("x^y", (2.0, 1.0), (1, 2 * np.log(2)), (0, 1 + np.log(2), 2 * np.log(2) ** 2)),
        ("x^y", (0.0, 2.0), (0, 0), (2, 0, 0)),
        ("(0*x)^0.5 + a^x", (0.0, 1.0), (0, 0), (0, 0, 0)),
        ("|x|^(y^2)", (1.0, 1.0), (1, 0), (0, 2, 0)),
    ],
)
def test_powers_within_formulas(text: str, point: Floats, gradient: Floats, hessian: Floats) -> None:
    surface, place = landscape(text), np.array(point)
    np.testing.assert_allclose(surface.gradient(place), gradient, rtol=1e-12, atol=1e-14)
    bend = np.asarray(surface.hessian(place))
    np.testing.assert_allclose([bend[0, 0], bend[0, 1], bend[1, 1]], hessian, rtol=1e-12, atol=1e-14)


def test_newton_stands_on_a_kink_that_a_slider_makes() -> None:
    for a, ends in ((1.0, "any"), (2.0, "minimum"), (4.0, "minimum"), (0.0, "any")):
        experiment = Experiment(
            landscape="formula",
            formula="|x|^a+|y|^a",
            landscape_parameters={"a": a},
            start=(0.0, 1.0),
            steps=60,
            runs=(Run(optimizer="newton", learning_rate=1.0),),
        )
        (found,) = simulate(experiment)
        assert np.isfinite(found.points).all() and np.isfinite(found.gradients).all()
        outcome = judge(experiment, found).outcome.name
        assert outcome != "NON_FINITE" and (ends == "any" or outcome == "GLOBAL_MINIMUM"), (a, outcome)
