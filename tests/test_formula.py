"""Typed formulas: what people write is understood, everything else is refused, and nothing is ever executed."""

import random
import re
import string
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from latex import read as read_latex

from experiments import Experiment, critical_points, judge, landscape_of, simulate
from experiments.critical.defaults import default_run
from experiments.objective import form
from experiments.objective.compiled import CAPACITY
from experiments.objective.form import form_of
from landscapes import LANDSCAPES, formula
from landscapes.formula import typed as typed_formulas
from landscapes.formula.typed import FormulaError, has_height, landscape, parse, values
from tests.effort import QUICK, effort

X, Y = sympy.symbols("x y", real=True)
PLACES = np.random.default_rng(5).uniform(-2.5, 2.5, (5, 2))
ONE = ("sin", "cos", "tan", "tanh", "exp", "sinh", "cosh", "atan", "asin", "sqrt", "log")
NUMBERS = {"0.5": 0.5, "1.25": 1.25, ".1": 0.1, "2.": 2.0, "3e-2": 0.03, "7": 7.0, "2": 2.0, "3": 3.0, "1": 1.0}
SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly a text holds together


def bracketed(text: str, tight: int, needed: int) -> str:
    return text if tight >= needed else f"({text})"


def generated(draw: random.Random, depth: int) -> tuple[str, sympy.Expr, int]:
    """Return an expression twice: as text, as people write it, and as sympy's; and how tightly the text holds."""
    kind = draw.randrange(11) if depth else draw.randrange(3)
    if kind == 0:
        return ("x", X, ATOM) if draw.random() < 0.5 else ("y", Y, ATOM)
    if kind == 1:
        text = draw.choice(list(NUMBERS))
        return text, sympy.Float(NUMBERS[text], 17), ATOM
    if kind == 2:
        return draw.choice([("pi", sympy.pi, ATOM), ("2x", 2 * X, PRODUCT), ("xy", X * Y, PRODUCT), ("y", Y, ATOM)])
    a, first, tight_a = generated(draw, depth - 1)
    if kind == 3:
        name = draw.choice(ONE)
        return f"{name}({a})", getattr(sympy, name)(first), ATOM
    if kind == 4:
        return draw.choice([f"|{a}|", f"abs({a})"]), sympy.Abs(first), ATOM
    if kind == 5:
        exponent = draw.choice([2, 3, 4, -1, -2])
        shown = {2: ["^2", "**2", "²"], 3: ["^3", "³"], -1: ["^-1", "⁻¹", "^(-1)"]}.get(exponent, [f"^({exponent})"])
        return bracketed(a, tight_a, ATOM) + draw.choice(shown), sympy.Pow(first, exponent), POWER
    if kind == 6:
        return f"-{bracketed(a, tight_a, PRODUCT)}", sympy.Mul(-1, first), SUM
    b, second, tight_b = generated(draw, depth - 1)
    if kind in (7, 8):
        sign = draw.choice("+-")
        right = second if sign == "+" else sympy.Mul(-1, second)
        text = f"{bracketed(a, tight_a, SUM)} {sign} {bracketed(b, tight_b, PRODUCT)}"
        return text, sympy.Add(first, right), SUM
    if kind == 9:
        middle = draw.choice(["*", " * ", "·", ""])
        left = bracketed(a, tight_a, POWER)
        right = f"({b})" if middle == "" else bracketed(b, tight_b, POWER)
        return left + middle + right, sympy.Mul(first, second), PRODUCT
    text = f"{bracketed(a, tight_a, POWER)}/{bracketed(b, tight_b, POWER)}"
    return f"({text})", sympy.Mul(first, sympy.Pow(second, -1)), ATOM


@pytest.mark.parametrize("count", (2_500, pytest.param(10_000, marks=pytest.mark.soak)))
def test_random_expressions_agree_with_sympy(count: int) -> None:
    draw = random.Random(20)
    compared = inexact = 0
    for _ in range(count):
        with sympy.evaluate(False):
            text, meaning, _ = generated(draw, 3)
        read = parse(text)
        again = parse(read.canonical)
        assert (again.tree, again.constants) == (read.tree, read.constants), (text, read.canonical)
        ours = values(read, PLACES[:, 0], PLACES[:, 1])
        try:
            with np.errstate(all="ignore"):
                theirs = sympy.lambdify((X, Y), meaning, "numpy")(PLACES[:, 0], PLACES[:, 1])
        except (ZeroDivisionError, OverflowError):  # of plain numbers
            continue
        theirs = np.broadcast_to(np.asarray(theirs, dtype=np.float64), len(PLACES))
        np.testing.assert_array_equal(np.isfinite(ours), np.isfinite(theirs), err_msg=text)
        there = np.isfinite(ours)
        close = np.isclose(ours[there], theirs[there], rtol=1e-9, atol=1e-12)
        compared += bool(there.any())
        inexact += not close.all()  # a difference of rounding, blown up by a tangent near its pole and the like
    assert compared > 0.7 * count
    assert inexact <= count / 1_000


def test_gradients_and_hessians_agree_with_sympy() -> None:
    for text in (
        "exp(-(x^2+y^2))*sin(3x)",
        "x^2.5 + |x*y|^3",
        "log(1+x^2)/(1+y^2)",
        "(1-x)^2 + 100(y-x²)²",
        "atan2(y, x)",
        "2^x*y^3",
        "x^y",
    ):
        plain = text.replace("^", "**").replace("²", "**2").replace("3x", "3*x").replace("100(", "100*(")
        across, up = sympy.symbols("x y", positive=True)
        meaning = sympy.sympify(re.sub(r"\|(.*?)\|", r"Abs(\1)", plain), locals={"x": across, "y": up})
        points = np.random.default_rng(2).uniform(0.2, 2.0, (20, 2))
        surface = landscape(text)
        w = (across, up)
        first = [sympy.lambdify(w, meaning.diff(v)) for v in w]
        second = [[sympy.lambdify(w, meaning.diff(u, v)) for u in w] for v in w]
        gradients = [[f(*p) for f in first] for p in points]
        hessians = [[[f(*p) for f in row] for row in second] for p in points]
        np.testing.assert_allclose(surface.gradient(points), gradients, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(surface.hessian(points), hessians, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2x(y+1)", "2*x*(y+1)"),
        ("-x^2", "0-(x^2)"),
        ("2^3^2", "2^9"),
        ("x^-2", "1/x^2"),
        ("2^-x", "1/2^x"),
        ("x--y", "x+y"),
        ("|x||y|", "abs(x)*abs(y)"),
        ("||x|-1|", "abs(abs(x)-1)"),
        ("sin^2(x) + cos²(x)", "sin(x)^2+cos(x)^2"),
        ("√(x^2+1)", "sqrt(x^2+1)"),
        ("f(x, y) = x*y", "x*y"),
        ("z = x*y", "y*x"),
        ("3×x÷2−y", "3*x/2-y"),
        ("e^(x)", "exp(x)"),
        ("e^2", "exp(2)"),
        ("ln(x^2)", "log(x^2)"),
        ("arctan(x)", "atan(x)"),
        ("max(x, y, 0) + min(x, y)", "(x+y+|x-y|)/2*0 + max(max(x,y),0) + min(y,x)"),
        ("π*x", "pi*x"),
        ("a/b/c*x", "((a/b)/c)*x"),
        ("1.5e1x", "15*x"),
        ("[x+1](y)", "(x+1)*y"),
        ("xy", "x*y"),
        ("x^3-3xy^2", "x*x*x - 3*x*(y*y)"),
        ("2XY²", "2*x*(y*y)"),
        ("√x + √2 + 3√|y|", "sqrt(x) + sqrt(2) + 3*sqrt(abs(y))"),
        ("√x√y", "sqrt(x*y)"),
        ("e^{-x^{2}}", "exp(-(x*x))"),
        ("e^2 x", "exp(2)*x"),
        ("e²x", "exp(2)*x"),
        ("e^x y", "exp(x)*y"),
        ("xˆ2 + y∗∗2", "x^2 + y^2"),
        ("Sin(X) + EXP(y) + Sqrt(x)", "sin(x) + exp(y) + sqrt(x)"),
        ("log₂(x) + log₁₀(y) + Log_2(y)", "log2(x*y) + log10(y)"),
        ("x•y‑1", "x*y - 1"),
        ("tg(x) + arctg(y) + sgn(x)", "tan(x) + atan(y) + 1"),
        ("max(x^2,1) + max(0,5x)", "max(x^2, 1) + 5*x"),
        ("+x", "x"),
        ("log10(x^2+1) + log2(x^2+1)", "log(x^2+1)*(1/log(10) + 1/log(2))"),
        ("sign(x)*floor(y) - ceil(-x)", "sign(x)*(0-ceil(-y)) + floor(x)"),
        ("cbrt(x)^3", "x"),
    ],
)
def test_what_people_write_means_what_they_mean(text: str, same: str) -> None:
    x, y = PLACES[:, 0] + 3, PLACES[:, 1] + 3
    np.testing.assert_allclose(values(parse(text), x, y), values(parse(same), x, y), rtol=1e-12)
    np.testing.assert_allclose(landscape(text).value(np.stack([x, y], -1)), values(parse(same), x, y), rtol=1e-12)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("beale", "(1.5-x+xy)^2+(2.25-x+xy^2)^2+(2.625-x+xy^3)^2"),
        ("monkey_saddle", "f(x,y) = x³ − 3xy²"),
        ("price_4", "(2x^3y-y^3)^2+(6x-y^2+y)^2"),
        ("six_hump_camel", "(4-2.1x^2+x^4/3)x^2+xy+(4y^2-4)y^2"),
        ("goldstein_price", "[1+(x+y+1)^2(19-14x+3x^2-14y+6xy+3y^2)][30+(2x-3y)^2(18-32x+12x^2+48y-36xy+27y^2)]"),
        ("ackley", "-20 e^(-0.2√((x²+y²)/2)) - e^((cos(2πx)+cos(2πy))/2) + 20 + e"),
        ("easom", "z = -cos(x)cos(y) e^{-(x-π)^2-(y-π)^2}"),
        ("eggholder", "-(y+47)sin(√|x/2+y+47|) - x sin(√|x-y-47|)"),
        ("drop_wave", "-(1+cos(12 sqrt(x^2+y^2)))/(0.5(x^2+y^2)+2)"),
        ("schwefel_2_21", "max(|x|,|y|)"),
        ("step_plateau", "30 + floor(|x|) + floor(abs(y))"),
    ],
)
def test_surfaces_can_be_typed_as_people_print_them(key: str, text: str) -> None:
    places = PLACES * 1.7
    np.testing.assert_allclose(values(parse(text), *places.T), LANDSCAPES[key].value(places), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", 1, "empty"),
        ("   ", 1, "empty"),
        ("x^2 + foo", 7, "unknown name 'foo'; known: x, y, pi, e, sin"),
        ("2 + ab", 5, "for a product write a*b"),
        ("2 + eˣ", 6, "write ^x"),
        ("x ₁", 3, "looks like '1'"),
        ("y1^2 + y_2", 1, "the coordinates are x and y; for a power write y^1"),
        ("xy2", 1, "for a power write xy^2"),
        ("1 + sinx", 5, "sin needs brackets: sin(x)"),
        ("cos2x", 1, "cos needs brackets: cos(2...)"),
        ("cos(2pix)", 6, "for a product write pi*x"),
        ("E", 1, "unknown name 'E'; write e"),
        ("pi2", 1, "write pi*2"),
        ("pow(x, 2)", 1, "write x^2"),
        ("1/xy", 4, "'1/xy' can be read in two ways"),
        ("e^2x", 4, "'^2x' can be read in two ways; write brackets, as in e^(2*x)"),
        ("2^xy", 4, "'^xy' can be read in two ways"),
        ("x^αβ", 4, "'^αβ' can be read in two ways"),
        ("√2x", 3, "what the root covers can be read in two ways"),
        ("√x^2", 3, "what the root covers can be read in two ways"),
        ("√√x", 2, "√ needs brackets: √(...)"),
        ("max(0,5, x)", 6, "this comma can be read in two ways; write decimals with a point"),
        ("max(0; x)", 6, "between the arguments of a function write a comma"),
        ("½x", 1, "write (1/2)"),
        (r"\frac{1}{2}", 1, "a backslash is not part of a formula; write plainly"),
        ("{x}", 1, "write ( and )"),
        ("x^{2", 5, "'{' at column 3 is not closed"),
        ("1/2x", 4, "can be read in two ways"),
        ("2 3", 3, "operator is missing"),
        ("1,5*x", 2, "decimals with a point"),
        ("sin()", 5, "needs 1 argument"),
        ("atan2(x)", 1, "takes 2 arguments, not 1"),
        ("(x+1", 5, "'(' at column 1 is not closed"),
        ("x)", 2, "not opened"),
        ("(x|y", 5, "'|' at column 3 is not closed"),
        ("x +", 4, "ends where"),
        ("x * / y", 5, "not '/'"),
        ("х^2", 1, "cyrillic small letter ha"),
        ("x\0", 2, "null character"),
        ("x = 3", 3, "'=' is not allowed"),
        ("x.__class__", 2, "is not part of a formula"),
        ("1e999", 1, "too large"),
        ("x^y^x^y^x", 8, "exponents in one another"),
        ("(" * 41 + "x" + ")" * 41, 41, "more than 40 brackets"),
        ("x" + "+x" * 199, None, None),
        ("x" + "+sin(x)" * 57, None, None),
        ("x" * 401, 401, "401 characters are too many; give at most 400"),
        ("a+b+c+d+f+g+h+i+j", 17, "at most 8"),
        ("sin^-1(x)", 4, "for a power write (sin(...))^n; the inverse function is asin"),
        ("exp^x", 4, "for a power write (exp(...))^n"),
        ("a(x", 4, "not closed"),
    ],
)
def test_what_is_wrong_is_pointed_at(text: str, column: int | None, said: str | None) -> None:
    if said is None:
        parse(text)
        return
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.column == column
    assert str(caught.value).startswith(f"column {column}: ")
    assert said in str(caught.value)


def test_too_many_operations_are_refused() -> None:
    parse("+".join(["x"] * 200))
    with pytest.raises(FormulaError, match="more than 200 operations"):
        parse("+".join(["2x"] * 130))


HOSTILE = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "lambda: 0",
    "x if y else x",
    "[x for x in (1,2)]",
    "exec('1')",
    "eval(x)",
    "open('/etc/passwd').read()",
    "f'{x}'",
    "x;y",
    "x:=3",
    "x and y",
    "9**9**9**9**9**9",
    "\ud800",
    "ｘ + 1",
    "x\u200b+1",
    "\u202ex",
    "𝑥^2",
    "x" + chr(0x301),
    "${jndi:ldap://x}",
    "<script>alert(1)</script>",
    "'; drop table x; --",
    "{{7*7}}",
    "%s%s%n",
    "(" * 399,
    "|" * 399,
    "-" * 398 + "x" + "!",
    "^" * 300,
    "sin(" * 100,
    "x^" * 190,
    "√" * 400,
    "1e" * 200,
    "." * 400,
    "0x10",
    "1_000",
    "nan",
    "inf*x",
    "x" * 1_000_000,
    "(" * 1_000_000,
    "\0" * 1_000_000,
    "²" * 400,
]


def hostile_texts() -> list[str]:
    draw = random.Random(7)
    pieces = [*HOSTILE[:33], *string.printable, "𝕏", "\x00", "αβγ", "((", "))", "**", "x", "y", "sin", "\n", "'", "__"]
    texts = list(HOSTILE)
    while len(texts) < 2_000:
        size = draw.choice([1, 3, 10, 60, 390])
        texts.append(
            "".join(draw.choice(pieces) for _ in range(size)) + draw.choice(["#", "$", "?", "@", "\\", "`", '"'])
        )
    return texts


def test_two_thousand_hostile_texts_are_refused_at_once() -> None:
    for text in hostile_texts():

        def refused(text: str = text) -> None:
            with pytest.raises(FormulaError):
                parse(text)

        assert effort(refused) < QUICK, text[:100]


@given(st.one_of(st.text(max_size=500), st.text(alphabet="xy0123456789+-*/^()|., sincoexplgab√²π", max_size=60)))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_formula_or_a_formula_error(text: str) -> None:
    try:
        read = parse(text)
    except FormulaError as error:
        assert 1 <= error.column <= 401
        return
    again = parse(read.canonical) if len(read.canonical) <= formula.LONGEST else read
    assert (again.tree, again.constants, again.names) == (read.tree, read.constants, read.names)
    assert values(read, [1.0, 2.0], [3.0, -1.0]).shape == (2,)
    assert read.latex.count("{") == read.latex.count("}")


@pytest.mark.parametrize("given_text", [None, 3, b"x", ["x"], {"x": 1}])
def test_only_text_is_read(given_text: object) -> None:
    with pytest.raises(FormulaError, match="is not text"):
        parse(given_text)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x**2 + 3*y**2", r"x^{2} + 3\,y^{2}"),
        ("exp(-(x^2+y^2))", r"e^{-\left(x^{2} + y^{2}\right)}"),
        ("sqrt(x)/(1+alpha_2)", r"\frac{\sqrt{x}}{1 + \alpha_{2}}"),
        ("2*3x", r"2 \cdot 3\,x"),
        ("(x*y)^2", r"\left(x\,y\right)^{2}"),
        ("sin(x)^2", r"\sin^{2}\left(x\right)"),
        ("1e-7x", r"10^{-7}\,x"),
        ("x-(y-1)", r"x - \left(y - 1\right)"),
        ("(-x)^2", r"\left(-x\right)^{2}"),
        ("|floor(x)|", r"\left|\left\lfloor x \right\rfloor\right|"),
        ("2xy^2", r"2\,x\,y^{2}"),
        ("log(x) + ln(y)^2", r"\ln\left(x\right) + \ln^{2}\left(y\right)"),
        ("sin(x)^y", r"\left(\sin\left(x\right)\right)^{y}"),
        ("θ1 x + w₁₂ y", r"\theta_{1}\,x + w_{12}\,y"),
    ],
)
def test_formulas_are_typeset(text: str, latex: str) -> None:
    assert parse(text).latex == latex


SPECIAL = (
    "log2(x)^2 + log10(y) - ln(x)^2",
    "atan2(y, x)^2 + cbrt(x)^3/ceil(y)",
    "max(x, y, a)^k_2 - min(x, 2)",
    "sign(x)|y|^-x + ||x|-|y||",
    "(e^x)^2 + e^(x^2) + (2^x)^y + 2^x^y",
    "1e-7x^2 + (1e2)^x - x*2*y + 2*3*.5",
    "x(-y) - (-x) + 1/(x/y) + (x/y)^2 - x/(y/x)",
    "theta1 x + λ xy^2 - -y",
    "√x√y + √|x| + floor(2x)^2",
)


def test_what_is_typeset_means_what_was_typed() -> None:
    draw = random.Random(4)
    with sympy.evaluate(False):
        texts = [*SPECIAL, *(generated(draw, 3)[0] for _ in range(1_000))]
    x, y = PLACES[:, 0] + 3, PLACES[:, 1] + 3
    inexact = 0
    for text in texts:
        read = parse(text)
        given = {name: 1.5 + place for place, name in enumerate(read.names)}
        printed = {"theta1": r"\theta_1", "lambda": r"\lambda"}
        names = {"x": x, "y": y, **{printed.get(name, name): value for name, value in given.items()}}
        ours = values(read, x, y, given)
        with np.errstate(all="ignore"):
            theirs = np.broadcast_to(read_latex(read.latex, names), x.shape)
        np.testing.assert_array_equal(np.isfinite(ours), np.isfinite(theirs), err_msg=text)
        close = np.allclose(ours, theirs, rtol=1e-8, atol=1e-11, equal_nan=True)
        inexact += not close
        assert close or text not in SPECIAL, text
    assert inexact <= 2  # a difference of rounding, blown up


# As a surface


def typed(text: str, **fields: object) -> Experiment:
    return Experiment(landscape="formula", formula=text, **fields)  # type: ignore[arg-type]


def test_a_typed_himmelblau_is_himmelblau() -> None:
    found = critical_points(typed("(x^2+y-11)^2 + (x+y^2-7)^2"))
    known = LANDSCAPES["himmelblau"]
    for kind, listed in (("global_minima", known.global_minima), ("saddles", known.saddles)):
        ours = getattr(found, kind)
        assert len(ours) == 4
        for place in listed:
            assert np.hypot(*(ours - place).T).min() < 1e-8
    assert len(found.maxima) == 1
    assert not found.verified


def test_numbers_of_a_formula_do_not_compile_anything(traces: Callable[[], dict[str, int]]) -> None:
    base = typed("a*x^2 + 3*y^2 - 1.5*x", steps=20)
    run = default_run(base, "adam")
    simulate(base.replace(runs=(run,)))
    before = traces()
    for text, a in (("a*x^2 + 4*y^2 - 1.25*x", 2.0), ("a*x^2+0.5*y^2-9*x", -3.0)):
        changed = typed(text, landscape_parameters={"a": a}, steps=20, runs=(run,))
        path = simulate(changed)[0]
        x, y = path.points.T
        np.testing.assert_allclose(path.losses, values(parse(text), x, y, {"a": a}), rtol=1e-12)
    assert traces() == before


def test_parameters_are_numbers_with_sliders() -> None:
    surface = landscape_of(typed("a*x^2 + b*y^2", landscape_parameters={"b": 4.0}))
    assert [(p.key, p.default, p.low, p.high) for p in surface.parameters] == [("a", 1, -10, 10), ("b", 1, -10, 10)]
    with pytest.raises(ValueError, match=r"landscape_parameters.c: unknown parameter; known: a, b"):
        typed("a*x^2 + b*y^2", landscape_parameters={"c": 1})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"landscape": "formula"}, "formula: column 1: the formula is empty"),
        ({"landscape": "formula", "formula": "x + foo"}, "formula: column 5: unknown name 'foo'"),
        ({"landscape": "formula", "formula": 3}, "formula: column 1: a int is not text"),
        ({"landscape": "sphere", "formula": "x"}, "formula: 'x' is not allowed unless landscape is 'formula'"),
    ],
)
def test_an_experiment_says_what_is_wrong_with_its_formula(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Experiment(**fields)


@pytest.mark.parametrize("text", ["a*x^2 + sin(x*y)", "λ|x| + 2 y²", "max(x, y)", "exp( - x^2 )  +  y"])
def test_a_formula_travels_in_the_link_and_in_json(text: str) -> None:
    sent = typed(text, view=((-2, 3), (0, 1)), start=(0.5, 0.25), rotation=20.0)
    sent = sent.replace(runs=(default_run(sent, "adam"),))
    assert Experiment.from_query(sent.to_query()) == sent
    assert Experiment.from_json(sent.to_json()) == sent
    assert Experiment.repair(sent.to_query()) == (sent, ())


def test_a_broken_formula_in_a_link_is_said() -> None:
    fallback = Experiment(landscape="rosenbrock")
    for query, said in (
        ({"on": "formula", "formula": "x + foo"}, "unknown name 'foo'"),
        ({"on": "formula"}, "empty"),
        ({"on": "formula~a~99", "formula": "a*x"}, "99"),
        ({"on": "sphere", "formula": "x"}, "is not used"),
    ):
        found, ignored = Experiment.repair(query, fallback)
        assert said in " ".join(ignored)
        assert found.formula == ("a*x" if "a*x" in query.values() else "")


def test_where_a_formula_has_no_value_nothing_is_drawn_and_the_verdict_says_so() -> None:
    experiment = typed("sqrt(x) + y^2", start=(3.0, 2.0), steps=300)
    assert not has_height(experiment.formula, -1, 0, {})
    run = simulate(experiment.replace(runs=(default_run(experiment, "gradient_descent"),)))[0]
    verdict = judge(experiment.replace(runs=(default_run(experiment, "gradient_descent"),)), run)
    assert verdict.outcome.name == "NON_FINITE"
    x, y = typed("log(x)").start
    assert has_height("log(x)", x, y, {})


def test_a_pole_is_no_minimum() -> None:
    for text in ("log(x^2+y^2)", "-1/(x^2+y^2)", "-1/sqrt((x-1)^2+y^2)"):
        assert len(critical_points(typed(text)).minima) == 0
    cone = critical_points(typed("sqrt((x-1)^2+y^2) + (x-1)^2/9"))
    np.testing.assert_allclose(cone.global_minima, [[1.0, 0.0]], atol=1e-5)


def test_an_evening_of_typing_keeps_the_memory_bounded() -> None:
    """2,000 formulas of different structure: programs, trees and surfaces kept stay within their stores."""
    draw = random.Random(3)
    parts = ["x^2", "y^2", "sin(x)", "cos(y)", "x*y", "exp(-x^2)", "|y|", "tanh(x)", "x^4", "y^3", "(x-y)^2"]
    texts = {"+".join(draw.sample(parts, draw.randint(3, 7))) for _ in range(6_000)}
    for text in sorted(texts)[:2_000]:
        form_of(typed(text))
        landscape(text)
    assert len(texts) >= 2_000
    for store in (typed_formulas._parse, formula.landscape, form._typed_form):
        info = store.cache_info()
        assert info.maxsize is not None and info.currsize <= info.maxsize <= CAPACITY
