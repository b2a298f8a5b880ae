"""What runs are called: a typed name stays, all others follow the values that tell runs apart."""

import pytest

from experiments import Experiment, Run, Wrapper
from experiments.setup.titles import titles_of
from tests.pages import at, edit, lab, packet, rows, shown


def titles(*runs, **fields):
    return titles_of(Experiment(landscape="sphere", runs=runs, **fields))


def descent(rate=0.1, **fields):
    return Run(optimizer="gradient_descent", learning_rate=rate, **fields)


def adam(**fields):
    return Run(optimizer="adam", learning_rate=0.1, **fields)


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ((), ()),
        ((descent(),), ("Gradient descent",)),
        ((descent(), adam()), ("Gradient descent", "Adam")),
        ((descent(), descent()), ("Gradient descent", "Gradient descent")),  # nothing tells them apart
        ((descent(0.05), descent(0.1234)), ("Rate 0.05", "Rate 0.123")),
        ((descent(0.00004), descent(2500.0 / 3)), ("Rate 4e−5", "Rate 833")),
        ((descent(0.05), descent(0.1), adam()), ("Gradient descent, rate 0.05", "Gradient descent, rate 0.1", "Adam")),
        ((descent(), descent(schedule="cosine")), ("Constant", "Cosine")),
        ((descent(0.2), descent(0.1, schedule="cosine")), ("Rate 0.2, constant", "Rate 0.1, cosine")),
        (
            (descent(schedule="step", schedule_parameters={"every": 10}), descent(schedule="step")),
            ("Steps between drops 10", "Steps between drops 100"),
        ),
        (
            (adam(parameters={"beta1": 0.5}), adam(), descent()),
            ("Adam, memory of the gradient 0.5", "Adam, memory of the gradient 0.9", "Gradient descent"),
        ),
        (
            (adam(parameters={"bias_correction": "off"}), adam()),
            ("Bias correction off", "Bias correction on"),
        ),
        ((adam(), adam(wrappers=(Wrapper(key="sam"),))), ("Nothing around it", "Sharpness-aware minimization (SAM)")),
        (
            (adam(wrappers=(Wrapper(key="sam", parameters={"rho": 0.1}),)), adam(wrappers=(Wrapper(key="sam"),))),
            ("Radius 0.1", "Radius 0.05"),
        ),
        ((descent(0.05, name="mine"), descent(0.1)), ("mine", "Gradient descent")),
        ((descent(0.05, name="rate 0.1"), descent(0.1), descent(0.2)), ("rate 0.1", "Rate 0.1", "Rate 0.2")),
    ],
)
def test_runs_are_called_by_what_tells_them_apart(runs, told):
    assert titles(*runs) == told


def test_a_title_follows_the_rate_on_the_page_and_a_typed_name_does_not():
    experiment = Experiment(landscape="booth", runs=(descent(0.001), descent(0.04)), start=(-4.0, -2.0), steps=40)
    page = lab(experiment)
    before = packet(page)[0]["runs"]
    assert [run["name"] for run in before] == ["Rate 0.001", "Rate 0.04"]
    assert [run["detail"] for run in before] == ["Gradient descent", "Gradient descent"]  # the rate is not said twice
    edit(page, r1__learning_rate=0.02)
    after = packet(page)[0]
    assert [run["name"] for run in after["runs"]] == ["Rate 0.02", "Rate 0.04"]
    assert [row[1][0][0] for row in after["race"]["rows"]] == ["Rate 0.02", "Rate 0.04"]
    assert [run["id"] for run in after["runs"]] == [run["id"] for run in before]  # hidden runs stay hidden
    at(page.text_input, "run0.name").set_value("rate 0.00004").run()
    edit(page, r1__learning_rate=0.03)
    assert [run["name"] for run in packet(page)[0]["runs"]] == ["rate 0.00004", "Gradient descent"]
    assert shown(page).runs[0].name == "rate 0.00004" and not page.exception
    assert rows(page)["r1.learning_rate"]["value"] == 0.03


def test_links_carry_only_typed_names_and_those_of_old_links_stay():
    runs = {"r1": "gradient_descent~0.02", "r2": "gradient_descent~0.04", "name1": "rate 0.00004"}
    opened = Experiment.from_query({"v": "1", "on": "booth", "start": "-6~-4", "steps": "100", "seed": "0", **runs})
    assert titles_of(opened) == ("rate 0.00004", "Gradient descent")
    assert Experiment.from_query(opened.to_query()) == opened
    assert "name2" not in opened.to_query()
