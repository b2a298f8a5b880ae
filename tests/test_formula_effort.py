"""A formula that would take long to compile is refused before anything is compiled, wherever it comes from."""

import pytest

from experiments import Experiment
from landscapes import formula
from landscapes.formula.effort import LONGEST_COMPILE, compile_seconds
from landscapes.formula.grammar import Reader
from parameter import Refusal


def nest(begins: str, times: int, inside: str = "x", ends: str = ")") -> str:
    return begins * times + inside + ends * times


# CPU seconds of compiling value, gradient and Hessian at 1,024 points, measured one by one; 15: it was stopped then
QUICK = {
    nest("sin(", 39): 1.4,
    nest("tan(", 39): 1.8,
    nest("exp(", 39): 1.0,
    nest("atan2(x,", 24, "y"): 2.1,
    nest("sqrt(", 24): 2.5,
    nest("asinh(", 12): 2.2,
    nest("acosh(", 8): 2.4,
    nest("atanh(", 8): 1.7,
    nest("sinc(", 3): 2.3,
    nest("sinh(", 12): 1.5,
    nest("cot(", 12): 2.0,
    nest("max(x,", 39, "y"): 0.5,
    nest("where(x<y,x,", 12, "y"): 0.3,
    nest("(y+x*", 39): 0.9,
    "+".join(["sin(x)"] * 57): 0.3,
    "+".join(["x^y"] * 33): 2.4,
    "+".join(["asinh(x)"] * 40): 0.5,
    "+".join(["erf(x)"] * 57): 0.6,
    "+".join(["sqrt(x)"] * 50): 1.0,
    "*".join(["x"] * 200): 2.0,
    "*".join(["sin(x*y)"] * 40): 1.0,
    "x^2+3*y^2": 0.1,
}
SLOW = {
    nest("atan2(x,", 39, "y"): 5.6,
    nest("cbrt(", 39): 5.5,
    nest("sqrt(", 39): 4.7,
    nest("asinh(", 24): 15.0,
    nest("acosh(", 12): 15.0,
    nest("atanh(", 12): 15.0,
    nest("sinc(", 6): 15.0,
    nest("sinh(", 24): 4.4,
    nest("cot(", 24): 6.2,
    nest("(", 24, ends="^y)"): 5.5,
    nest("(", 39, ends="^1.5)"): 5.4,
    "+".join(["x^y"] * 100): 8.8,
    "+".join(["x^1.5"] * 66): 5.0,
    "+".join(["sinc(x)"] * 50): 6.7,
    nest("sinc(", 39): 375.0,
}


def tree_of(text: str) -> tuple[object, ...]:
    return Reader(text).tree


def test_the_estimate_is_near_what_was_measured() -> None:
    for text, seconds in (QUICK | SLOW).items():
        assert compile_seconds(tree_of(text)) >= seconds / 3.5 or seconds == 15.0, text
    for text, seconds in QUICK.items():
        assert compile_seconds(tree_of(text)) <= max(6 * seconds, 1.0), text


def test_what_compiles_in_three_seconds_is_read_and_what_does_not_is_refused() -> None:
    for text in QUICK:
        formula.parse(text)
    for text in SLOW:
        with pytest.raises(formula.FormulaError, match=rf"about [0-9.,]+ s to compile; at most {LONGEST_COMPILE:g} s"):
            formula.parse(text)


def test_by_link_by_document_and_by_hand_it_is_one_sentence() -> None:
    text = nest("sinc(", 39)
    with pytest.raises(Refusal, match=r"^formula: column 1: this would take about \d\d\d s"):
        Experiment(landscape="formula", formula=text)
    kept, ignored = Experiment.repair({"v": "1", "on": "formula", "formula": text})
    assert kept.landscape != "formula"
    assert len(ignored) == 1 and "to compile" in ignored[0]
