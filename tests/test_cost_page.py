"""On the page what would cost too much is a sentence, and what stood there stands."""

from urllib.parse import parse_qsl, urlencode

from experiments import Experiment, Run
from tests.pages import at, edit, lab, shown

SINCS = "sinc(" * 39 + "x" + ")" * 39
SHORT = Experiment(
    landscape="booth", smoothing=0.1, steps=20, runs=(Run(optimizer="exact_line_search", learning_rate=0.01),)
)


def said(page: object) -> str:
    boxes = [*page.warning, *page.error]  # type: ignore[attr-defined]
    return " ".join(box.value for box in boxes).replace("\\", "")


def test_steps_smoothing_and_an_optimizer_that_cost_too_much_change_nothing() -> None:
    page = lab(SHORT)
    edit(page, steps=20_000)
    assert "20,000 are too many here" in said(page) and "or fewer would fit" in said(page)
    assert shown(page) == SHORT
    long = SHORT.replace(smoothing=0.0, steps=20_000)
    page = lab(long)
    edit(page, smoothing=0.1)
    assert "too many here" in said(page) and shown(page) == long
    plain = SHORT.replace(runs=(Run(optimizer="gradient_descent", learning_rate=0.01),), steps=20_000)
    page = lab(plain)
    at(page.selectbox, "run0.optimizer").set_value("exact_line_search").run()
    assert "too many here" in said(page) and shown(page) == plain and not page.exception


def test_a_link_that_costs_too_much_is_opened_with_what_fits_and_says_so() -> None:
    page = lab(query=SHORT.to_query() | {"steps": "20000"})
    assert shown(page).steps < 20_000 and shown(page).runs == SHORT.runs and shown(page).smoothing == 0.1
    assert "too many here" in said(page) and not page.exception
    slow = {"v": "1", "on": "formula", "formula": SINCS, "steps": "20"}
    page = lab(query=dict(parse_qsl(urlencode(slow))))
    assert not page.exception and "s to compile" in said(page)
    assert shown(page).landscape != "formula"


def test_a_typed_formula_that_compiles_for_too_long_is_pointed_at() -> None:
    typed = Experiment(landscape="formula", formula="x^2+y^2", steps=20)
    page = lab(typed)
    at(page.text_input, "formula.text").set_value(SINCS).run()
    assert "s to compile" in said(page) and shown(page) == typed and not page.exception


def test_a_formula_that_is_too_long_is_refused_in_words_and_what_was_there_stays() -> None:
    typed = Experiment(landscape="formula", formula="x^2+y^2", steps=20)
    page = lab(typed)
    at(page.text_input, "formula.text").set_value("x^2+y^2" + "+1" * 5_000).run()
    assert "10,007 characters are too many; give at most 400" in said(page)
    assert shown(page) == typed and not page.exception
    assert len(at(page.text_input, "formula.text").value) == 800  # of it
