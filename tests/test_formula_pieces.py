"""Typed formulas in pieces, with indices and more functions: read as they are meant, or refused with what to write."""

import random
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from latex import read as read_latex

from experiments import Experiment, Run, critical_points, judge, simulate
from experiments.objective.objective import objective_of
from landscapes.formula.typed import FormulaError, landscape, parse, values

X, Y = np.random.default_rng(5).uniform(-2.5, 2.5, (2, 40))
X[:8], Y[4:12] = [0, 1, -1, 2, -2, 0.5, 1.5, -0.5], [0, 1, -1, 2, -2, 0.5, 1.5, -0.5]  # creases are met, too
POINTS = np.stack([X, Y], -1)


def check(text: str, told: np.ndarray) -> None:
    """Hold the three readings of a formula, NumPy's, JAX's and that of its LaTeX, against a value."""
    read = parse(text)
    again = parse(read.canonical)
    assert (again.tree, again.constants) == (read.tree, read.constants), (text, read.canonical)
    told = np.broadcast_to(told, X.shape)
    for ours in (
        values(read, X, Y),
        np.asarray(landscape(text).value(POINTS)),
        np.broadcast_to(read_latex(read.latex, {"x": X, "y": Y}), X.shape),
    ):
        np.testing.assert_allclose(ours, told, rtol=1e-9, atol=1e-11, err_msg=f"{text} {read.latex}")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x[0]**2+x[1]**2", "x^2+y^2"),
        ("100*(x[1]-x[0]**2)**2+(1-x[0])**2", "100(y-x^2)^2+(1-x)^2"),
        ("x[1]^2+3x[2]^2", "x^2+3y^2"),
        ("X[0]X[1]", "x*y"),
        ("x_1^2 + 3x_2", "x^2+3y"),
        ("x₁² + x₂", "x^2+y"),
        ("x1*x2", "x*y"),
        ("x0 - x1", "x-y"),
        ("x_{0}^2 + x_{1}", "x^2+y"),
        ("x_2", "y"),
        ("w[0]^2 - w[1]", "x^2-y"),
        ("θ[0] + 2*theta[1]", "x+2y"),
        ("params[0]*params[1]", "x*y"),
        ("w1^2 + 2w2", "x^2+2y"),
        ("θ_1θ_2", "x*y"),
        ("f(x1, x2) = x1 - x2", "x-y"),
        ("J(θ) = θ_0 - θ_1", "x-y"),
        ("w_1*x_1 + w_2*x_2", "w_1*x + w_2*y"),
        ("x mod 2 + 1", "mod(x, 2) + 1"),
        ("2x % 3", "mod(2*x, 3)"),
        ("x mod (y^2 + 1)", "mod(x, y^2+1)"),
        ("2mod(x, 3)", "2*mod(x, 3)"),
        ("-mod(x, 2) - y mod 2 + (-x) mod 3", "0 - mod(x, 2) - mod(y, 2) + mod(0 - x, 3)"),
        ("sin x cos y", "sin(x)*cos(y)"),
        ("sin 2x", "sin(2*x)"),
        ("ln |x| + 1", "log(abs(x)) + 1"),
        ("2 sin x - y cos 3xy", "2*sin(x) - y*cos(3*x*y)"),
        ("sin^2 x + cos² y", "sin(x)^2 + cos(y)^2"),
        ("sin x * y", "sin(x)*y"),
        ("tanh x / cosh x", "tanh(x)/cosh(x)"),
        ("e^sin x + |cos y|", "exp(sin(x)) + abs(cos(y))"),
        ("exp cos 2πx", "exp(cos(2*pi*x))"),
        ("x ≤ 0 && y ≥ 0", "x <= 0 and y >= 0"),
        ("(x<0) || (y≠1)", "x < 0 or y != 1"),
        ("¬(x<0)", "not x < 0"),
        ("arsinh(x) + arcsinh(y) + ctg(x)", "2*asinh(x) - asinh(x) + asinh(y) + cot(x)"),
        ("x(2) + y", "2x + y"),
        ("α(x+1)", "α*(x+1)"),
        ("k1(x + 1)", "k1*(x+1)"),
    ],
)
def test_what_people_write_is_read(text: str, same: str) -> None:
    a, b = parse(text), parse(same)
    np.testing.assert_allclose(values(a, X, Y), values(b, X, Y), rtol=1e-12, atol=1e-12)
    assert a.names == b.names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x1 + y", "'x1' beside 'y' can be read in two ways; for a point write x and y, x1 and x2, or x[0] and x[1]"),
        ("x1^2 + x", "for a power write x^1"),
        ("x[0] + x1", "'x1' beside 'x[0]' can be read in two ways"),
        ("w[0] + w1", "'w1' beside 'w[0]'"),
        ("x[0] + w[1]", "'w[1]' beside 'x[0]'"),
        ("w[0]*x + w[1]*y", "for a number with a slider write w0"),
        ("x[0] + x[2]", "'x[2]': a point has two coordinates"),
        ("x1 + x3", "'x3': a point has two coordinates"),
        ("x[-1]", "'x[-1]' looks like an index"),
        ("x[0.5]", "'x[0.5]' looks like an index"),
        ("(x + y)[1]", "'[1]' looks like an index"),
        ("y[0]", "looks like an index"),
        ("x2^2", "for a power write x^2, for the second coordinate y"),
        ("w1 + θ2", "'theta2' beside 'w1'"),
        ("x(1)^2 + x(2)^2", "can be read in two ways"),
        ("gamma(x+1)", "unknown function 'gamma'; known functions: sin"),
        ("alpha(x)", "for a product write alpha*(...)"),
        ("ζ(x)", "unknown function 'zeta'"),
        ("f(x)", "unknown function 'f'"),
        ("J0(x)", "unknown function 'J0'"),
        ("besselj(x)", "sinc, where"),
        ("xln(x)", "write x*ln(x)"),
        ("2xsin(y)", "write x*sin(y)"),
        ("xysqrt(x)", "write x*y*sqrt(x)"),
        ("pilog2(x)", "write pi*log2(x)"),
        ("xsiny", "write x*sin(y)"),
        ("sin x y", "write sin(x*y) or sin(x)*y"),
        ("sin x^2", "write sin(x^2) or sin(x)^2"),
        ("ln x³", "write ln(x^3) or ln(x)^3"),
        ("sin 2 x", "write sin(2*x) or sin(2)*x"),
        ("sin x/2", "write sin(x/2) or sin(x)/2"),
        ("cos x (y + 1)", "write cos(x*(...)) or cos(x)*(...)"),
        ("ln sin(x)^2", "write ln(sin(x)^2) or ln(sin(x))^2"),
        ("exp -x", "exp needs brackets"),
        ("atan2 y x", "atan2 needs brackets"),
        ("foo", "unknown name 'foo'; known"),
        ("mud(x)", "unknown function 'mud'; known functions"),
        ("-x mod 2", "write -(x mod y) or (-x) mod y"),
        ("y + -x % 2", "write -(x % y) or (-x) % y"),
        ("x[i]", "'x[i]' looks like an index"),
        ("x mod 2y", "can be read in two ways"),
        ("x^2 if x<0 else x", "write for example where(x < 0, -x, x^2)"),
        ("if(x<0, 1, 2)", "write for example where(x < 0, -x, x^2)"),
        ("x<0 ? 1 : 2", "write where(x < 0, -x, x^2)"),
        ("where(x, 1, 2)", "where() begins with a condition"),
        ("where(x<0, 1)", "where takes 3 arguments, not 2"),
        ("x and y", "'and' stands between conditions such as x < 0"),
        ("x<0 or y", "'or' stands between conditions"),
        ("not x", "'not' stands before a condition"),
        ("(x<0)|(y<0)", "between conditions write or"),
        ("!(x<0)", "write not (x < 0)"),
        ("x = y", "== between numbers that are compared"),
        ("x <", "ends where"),
        ("sin " * 60 + "x", "more than 40 brackets"),
        ("where(x<" * 41 + "x", "more than 40 brackets"),
        ("x" + "<x<2x" * 78, "more than 200 operations"),
        ("x" + "<x" * 190, None),
        ("(x<x<x)" + "+(x<x<x)" * 45, None),
    ],
)
def test_what_can_be_meant_in_two_ways_is_refused_with_both(text: str, said: str | None) -> None:
    if said is None:
        parse(text)
        return
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert said in str(caught.value)
    for written in re.findall(r"write (\w+\([^.]*?\)\S*) or (\w+\([^.]*?\)\S*)$", str(caught.value)):
        assert all(parse(way).tree for way in written)  # what is advised can be read


def test_conditions_and_pieces_have_their_values() -> None:
    with np.errstate(all="ignore"):
        for text, told in (
            ("where(x<0, -x, x^2) + y", np.where(X < 0, -X, X**2) + Y),
            ("(x<0)*sqrt(-x) + (x>=0)*log(1+x)", np.where(X < 0, np.sqrt(-X), np.log1p(X))),
            ("(x>0)*log(x)/x + y", np.where(X > 0, np.log(X) / X, 0) + Y),
            ("0<x<=1", (X > 0) & (X <= 1)),
            ("(x<0)(y<0)x", np.where((X < 0) & (Y < 0), X, 0)),
            ("not (x<0 or y<0) and x != 1", ~((X < 0) | (Y < 0)) & (X != 1)),
            ("x<0 or y<0 and x>1", (X < 0) | ((Y < 0) & (X > 1))),
            ("1 - 2(x == 1)^2", np.where(X == 1, -1, 1)),
            ("-(x>y)x^2", np.where(X > Y, -(X**2), 0)),
            ("2where(x<0, 1, where(y<0, 2, 3))^2", 2 * np.where(X < 0, 1, np.where(Y < 0, 2, 3)) ** 2),
            ("max(x<0, y)", np.maximum(X < 0, Y)),
            ("(x<0) == (y<0)", (X < 0) == (Y < 0)),
            ("mod(x, 2) + mod(y, -0.7)", np.mod(X, 2) + np.mod(Y, -0.7)),
            ("round(x)^2", np.round(X) ** 2),
            ("asinh(x) + acosh(x^2+1) + atanh(y/3)", np.arcsinh(X) + np.arccosh(X**2 + 1) + np.arctanh(Y / 3)),
            ("sec(x)^2 + csc(x+3) - cot(y+3)", 1 / np.cos(X) ** 2 + 1 / np.sin(X + 3) - 1 / np.tan(Y + 3)),
            ("erf(x)^2*sinc(y)", scipy.special.erf(X) ** 2 * np.sinc(Y / np.pi)),
        ):
            check(text, told)


CONDITIONS = ("x<0", "x <= y", "0<x<1", "x>0.5 and y<1", "not x<y", "x<-1 or y>=0.5", "x^2+y^2 < 2", "x != 1")


def pieced(draw: random.Random, depth: int) -> str:
    """Return a formula in pieces, as people write it."""
    if not depth:
        return draw.choice(["x", "y", "2.5", "x*y", "sinc(x)", "erf(y)", "x mod 2", "sqrt(x)", "log(y)", "round(x)"])
    a, b = pieced(draw, depth - 1), pieced(draw, depth - 1)
    condition = draw.choice(CONDITIONS)
    kind = draw.randrange(6)
    if kind == 0:
        return f"where({condition}, {a}, {b})"
    if kind == 1:
        return f"({condition})*({a}) + (not ({condition}))*({b})"
    if kind == 2:
        return f"({a})/({b})*({condition})"
    if kind == 3:
        return f"where(({a}) < ({b}) and {condition}, {b}, {a})^2"
    return f"({a}) {draw.choice('+-*')} ({b})" if kind == 4 else f"mod({a}, 3) - {draw.choice(['asinh', 'cot'])}({b})"


@given(st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_formulas_in_pieces_print_what_they_are(seed: int) -> None:
    text = pieced(random.Random(seed), 2)
    read = parse(text)
    again = parse(read.canonical)
    assert (again.tree, again.constants, again.names) == (read.tree, read.constants, read.names)
    ours = values(read, X, Y)
    with np.errstate(all="ignore"):
        theirs = np.broadcast_to(read_latex(read.latex, {"x": X, "y": Y}), X.shape)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-8, err_msg=f"{text}: {read.latex}")


def test_derivatives_are_those_of_the_piece_and_finite_on_the_crease() -> None:
    inner = np.random.default_rng(3).uniform(-1.9, 1.9, (25, 2))
    creases = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [-1, 0.5], [2, 1], [-2, 0]], dtype=float)
    step, sides = 1e-5, np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    points = np.concatenate([inner, (inner + step * sides[:, None]).reshape(-1, 2), creases])
    for text in (
        "where(x<0, where(y<0, 1/x, sqrt(-x)), where(y<0, sqrt(-y), exp(y)))",
        "(x>0)*log(x) + (x<=0)*x^3*y + (0<x<1)*x^2 + (x>=1 or x<=0)*y",
        "where(x==0, 1, sin(x)/x) + mod(x*y, 2)*asinh(y) + round(x)*y^2",
        "sinc(x)*erf(y) + acosh(x^2+1.5)*atanh(y/3) + sec(x/2)*csc(y+3)*cot(x/3+2)",
    ):
        experiment = Experiment(landscape="formula", formula=text)
        found = objective_of(experiment).derivatives(points)
        value, gradient, hessian = (part[: len(inner)] for part in found)
        heights, slopes = (part[len(inner) : -len(creases)].reshape(2, 2, len(inner), -1) for part in found[:2])
        told = np.moveaxis((heights[:, 0] - heights[:, 1])[..., 0], 0, -1) / (2 * step)
        np.testing.assert_allclose(gradient, told, rtol=1e-5, atol=1e-7, err_msg=text)
        told = np.moveaxis(slopes[:, 0] - slopes[:, 1], 0, 1) / (2 * step)
        np.testing.assert_allclose(hessian, told, rtol=1e-4, atol=1e-6, err_msg=text)
        value, gradient, hessian = (part[-len(creases) :] for part in found)
        there = np.isfinite(value)
        assert there.sum() >= 6
        assert np.isfinite(gradient[there]).all() and np.isfinite(hessian[there]).all(), text
    true = landscape("sinc(x)*y")  # sin(x)/x is 1 - x²/6 + ... at 0
    np.testing.assert_allclose(true.hessian(np.array([0.0, 3.0])), [[-1, 0], [0, 0]], atol=1e-15)


def test_creases_between_pieces_are_kinks_to_the_search_and_the_verdict() -> None:
    for text, place in (("where(x<0, -x, 2x) + y^2", (0, 0)), ("(x<1)*(1-x) + (x>=1)*2(x-1) + |y|", (1, 0))):
        experiment = Experiment(
            landscape="formula",
            formula=text,
            start=(-1.3, 1.1),
            steps=300,
            runs=(
                Run(optimizer="nelder_mead", learning_rate=1.0),
                Run(optimizer="gradient_descent", learning_rate=0.1),
            ),
        )
        (minimum,) = critical_points(experiment).all_minima
        np.testing.assert_allclose(minimum.point, place, atol=1e-6)
        assert minimum.kink
        simplex, descent = (judge(experiment, run).outcome.name for run in simulate(experiment))
        assert simplex == "GLOBAL_MINIMUM" and descent == "OSCILLATING"


def test_no_rate_is_told_where_the_surface_bends_in_two_ways() -> None:
    for text, is_told in (
        ("(x-1)^2 + 2y^2", True),
        ("max(0, x-1)^2 + 2y^2 + (x<1)*5*(x-1)^2", False),
        ("where(x<1, 3*(x-1)^2, (x-1)^2) + 2y^2", False),
    ):
        run = Run(optimizer="gradient_descent", learning_rate=0.05)
        experiment = Experiment(landscape="formula", formula=text, start=(3.0, 1.0), steps=400, runs=(run,))
        verdict = judge(experiment, simulate(experiment)[0])
        assert verdict.outcome.name == "GLOBAL_MINIMUM"
        assert verdict.evidence["contraction"] == pytest.approx(0.9, rel=1e-3)
        assert ("predicted_contraction" in verdict.evidence) == is_told, text


def test_numbers_of_pieces_compile_nothing(traces: Callable[[], dict[str, int]]) -> None:
    run = Run(optimizer="gradient_descent", learning_rate=0.05)

    def went(text: str, a: float) -> None:
        fields: dict[str, Any] = {"landscape": "formula", "formula": text, "landscape_parameters": {"a": a}}
        path = simulate(Experiment(**fields, start=(1.0, 1.0), steps=20, runs=(run,)))[0]
        x, y = path.points.T
        np.testing.assert_allclose(path.losses, values(parse(text), x, y, {"a": a}), rtol=1e-12)

    went("where(x < 0.5, 2*x^2, a*x) + mod(y, 2)", 1.0)
    before = traces()
    went("where(x < 0.75, 3*x^2, a*x) + mod(y, 1.5)", 2.0)
    assert traces() == before


@pytest.mark.parametrize(
    "text", ["(x<0)*x^2 + (x>=0 && y!=1)*y", "x % 2 + y", "x[0]**2 + x[1]", "where(x≤1, x, 2 & 3<y)"]
)
def test_formulas_in_pieces_travel_in_links(text: str) -> None:
    if "& 3" in text:
        with pytest.raises(ValueError, match="'and' stands between conditions"):
            Experiment(landscape="formula", formula=text)
        return
    sent = Experiment(landscape="formula", formula=text)
    assert Experiment.from_query(dict(parse_qsl(urlencode(sent.to_query())))) == sent
    assert Experiment.from_json(sent.to_json()) == sent


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("x^(1/3)", "x^(1/3) has no value where x is below 0; for the real cube root write cbrt(x)."),
        (
            "(x-y)^(2/3)",
            "(x - y)^(2/3) has no value where x - y is below 0; for the real cube root write cbrt(x - y)^2.",
        ),
        ("y + x^(1/5)", "x^(1/5) has no value where x is below 0; for the real root write sign(x)*|x|^(1/5)."),
        ("|x|^(1/3) + (x^2+y^2)^(1/3) + x^(1/2) + cbrt(y)", ""),
    ],
)
def test_odd_roots_written_as_powers_are_evaluated_as_they_are_and_noted(text: str, noted: str) -> None:
    read = parse(text)
    assert " ".join(read.notes) == noted
    if text == "x^(1/3)":
        assert np.isnan(values(read, -8.0, 0.0)) and values(read, 8.0, 0.0) == pytest.approx(2)
