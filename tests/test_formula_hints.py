"""What a refused formula says: the functions alone where one was called, and how to write what was meant."""

import numpy as np
import pytest

from landscapes.formula.names import FUNCTIONS
from landscapes.formula.typed import FormulaError, parse, values

X, Y = np.random.default_rng(3).uniform(0.5, 3.0, (2, 20))


def said(text: str) -> str:
    with pytest.raises(FormulaError) as refused:
        parse(text)
    return str(refused.value)


@pytest.mark.parametrize(
    "text", ["gamma(x)", "gamma(x+1)+y^2", "beta(x,y)", "foo(x)", "J0(x)", "zeta(x)^2", "sum(x,y)"]
)
def test_of_an_unknown_function_the_known_ones_are_listed_and_nothing_else(text: str) -> None:
    name = text.split("(", maxsplit=1)[0]
    assert said(text).startswith(f"column 1: unknown function '{name}'; known functions: ")
    listed = said(text).partition("known functions: ")[2].split(";", 1)[0].split(", ")
    assert listed == list(FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "instead", "meant"),
    [
        ("xpi", "x*pi", X * np.pi),
        ("2xpi", "x*pi", X * np.pi),
        ("ypi^2", "y*pi", Y * np.pi),
        ("xypi", "x*y*pi", X * Y * np.pi),
        ("pixy", "pi*x*y", X * Y * np.pi),
        ("axpi", "a*x*pi", X * np.pi),
        ("sin(2pix)", "pi*x", X * np.pi),
        ("xpi(y+1)", "x*pi*(y+1)", X * np.pi * (Y + 1)),
        ("xtheta", "x*theta", X),
        ("ax", "a*x", X),
        ("ysqrt(2)", "y*sqrt(2)", Y * np.sqrt(2)),
        ("xysqrt(2)", "x*y*sqrt(2)", X * Y * np.sqrt(2)),
        ("asqrt(2)", "a*sqrt(2)", np.sqrt(2)),
        ("log(x,2)", "log2(x)", np.log2(X)),
        ("log(x, 10)", "log10(x)", np.log10(X)),
        ("ln(x+y,3)", "log(x+y)/log(3)", np.log(X + Y) / np.log(3)),
        ("log(2, x+y)", "log2(x+y)", np.log2(X + Y)),
        ("log(x+1, 2.5)", "log(x+1)/log(2.5)", np.log(X + 1) / np.log(2.5)),
        ("log_3(x)", "log(x)/log(3)", np.log(X) / np.log(3)),
        ("log5(x + y)", "log(x + y)/log(5)", np.log(X + Y) / np.log(5)),
        ("pow(x,3)", "x^3", X**3),
        ("power(x+1, y)", "(x+1)^y", (X + 1) ** Y),
        ("atan(y,x)", "atan2(y, x)", np.arctan2(Y, X)),
        ("sqrt(x,3)", "cbrt(x)", np.cbrt(X)),
        ("sqrt(x*y, 5)", "|x*y|^(1/5)", (X * Y) ** 0.2),
        ("exp2(x)", "2^x", 2**X),
        ("log1p(x)", "log(1 + x)", np.log1p(X)),
    ],
)
def test_hint_says_what_was_meant_and_can_be_read(text: str, instead: str, meant: np.ndarray) -> None:
    assert said(text).endswith((f" write {instead}", f" write for example {instead}"))
    np.testing.assert_allclose(np.broadcast_to(values(parse(instead), X, Y), X.shape), np.broadcast_to(meant, X.shape))


@pytest.mark.parametrize(
    ("text", "instead", "meant"),
    [
        ("not(x<1)*x", "(not(x<1))*x", (X >= 1) * X),
        ("not (x<1)x", "(not (x<1))*x", (X >= 1) * X),
        ("not(x<1)^2", "(not(x<1))^2", X >= 1),
        ("not(x<1)/2 + y", "(not(x<1))/2 + y", (X >= 1) / 2 + Y),
        ("not not (x<1 and y>2)*(x + y)", "(not not (x<1 and y>2))*(x + y)", ((X < 1) & (Y > 2)) * (X + Y)),
        ("where(x>1, not((x)<y)*y, 2)", "(not((x)<y))*y", (X >= Y) * Y),
    ],
)
def test_not_before_a_factor_in_brackets_says_where_the_brackets_go(text: str, instead: str, meant: np.ndarray) -> None:
    assert said(text).endswith(f"not before a number; write {instead}")
    np.testing.assert_allclose(values(parse(instead), X, Y), meant)


@pytest.mark.parametrize("text", ["not x", "not (x + 1)*x", "not x*(y<1)", "not(x)*(y<1)"])
def test_not_before_a_number_has_no_hint(text: str) -> None:
    assert said(text).endswith("not before a number")


def test_not_behind_a_sign_needs_brackets() -> None:
    assert said("2*not(x<0)").startswith("column 3: 'not' and its condition need brackets here")
    assert said("x + y*not x<0").startswith("column 7: 'not' and its condition need brackets here")


@pytest.mark.parametrize("sign", ["<>", "><", "~=", "/=", "=/=", "=!", "!=="])
def test_unequal_in_other_languages_is_told_how_it_is_written_here(sign: str) -> None:
    assert said(f"(x {sign} 0)*y") == f"column 4: '{sign}' is not part of a formula; for not equal, write !="
    assert said("x === y").endswith("for equal, write ==")
    np.testing.assert_array_equal(values(parse("(x != y)*x"), X, Y), X)


@pytest.mark.parametrize(("text", "word"), [("-x mod 2", "mod"), ("-2x % 3", "%"), ("y + -x^2 mod y", "mod")])
def test_minus_before_mod_is_refused_with_both_ways(text: str, word: str) -> None:
    assert said(text).endswith(f"can be read in two ways; write -(x {word} y) or (-x) {word} y")


def test_what_needs_brackets_says_so_with_what_follows() -> None:
    assert said("exp x^2").endswith("write exp(x^2) or exp(x)^2")
    assert said("exp -x^2").endswith("exp needs brackets: exp(-...)")
    assert said("log(x, 2, 3, y)").endswith("log takes 1 argument, not 4")


@pytest.mark.parametrize("text", ["axis", "spin", "thetaphi", "foo", "pipi"])
def test_word_is_no_product(text: str) -> None:
    assert "for a product" not in said(text)
