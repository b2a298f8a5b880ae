"""What an experiment would cost is known before anything is computed, and what costs too much is refused."""

from typing import Any

import numpy as np
import pytest

from experiments import Experiment, Run, simulate
from experiments.objective.smoothing import REACH
from experiments.setup import cost, limits
from experiments.setup.cost import CostError, cost_of, evaluations
from experiments.simulation.simulate import simulate_run
from experiments.verdict.continuation import continued
from landscapes import LANDSCAPES, formula
from landscapes.landscape import Landscape
from landscapes.work import work
from lessons import EXAMPLES
from optimizers import OPTIMIZERS

LONG = "+".join(f"sin({n}*x)*exp(-(y-{n})^2)" for n in range(1, 17))  # 384 characters
SMOOTH: dict[str, Any] = {"landscape": "formula", "formula": LONG, "smoothing": 0.3}


def runs(optimizer: str, count: int = 6) -> tuple[Run, ...]:
    return tuple(Run(optimizer=optimizer, learning_rate=1e-3) for _ in range(count))


def test_all_that_is_listed_fits_at_its_longest() -> None:
    for key in LANDSCAPES:
        for optimizer in OPTIMIZERS:
            Experiment(landscape=key, runs=runs(optimizer), steps=limits.LONGEST)
    for example in EXAMPLES:
        assert cost_of(example.experiment).seconds < limits.MAX_SECONDS / 10
    ordinary = cost_of(Experiment(landscape="ackley", runs=runs("adam"), steps=300))
    assert 500 * ordinary.steps * sum(ordinary.a_step) < limits.MAX_SECONDS / 5


@pytest.mark.parametrize(
    ("fields", "optimizer", "steps"),
    [
        (SMOOTH, "exact_line_search", 20_000),  # which computes for over an hour
        (SMOOTH, "particle_swarm", 20_000),
        (SMOOTH | {"smoothing_schedule": "linear"}, "conjugate_gradient", 5_000),
        ({"landscape": "ackley", "smoothing": 0.1}, "bfgs", 20_000),
        ({"landscape": "de_jong_5", "smoothing": 1.0, "repeats": 200}, "adam", 5_000),
        ({"landscape": "sphere", "repeats": 200}, "exact_line_search", 20_000),
        ({"landscape": "formula", "formula": LONG, "repeats": 200, "spread": 1.0}, "lbfgs", 20_000),
        ({"landscape": "sphere", "smoothing": 0.5}, "exact_line_search", 9_000),
    ],
)
def test_what_costs_too_much_is_refused_with_the_steps_that_fit_and_these_do(
    fields: dict[str, Any], optimizer: str, steps: int
) -> None:
    with pytest.raises(CostError, match=r"^steps: [0-9,]+ are too many here: .* at most .*: [0-9,]+ steps") as refused:
        Experiment(**fields, runs=runs(optimizer), steps=steps)
    fits = refused.value.fields["steps"]
    assert 1 <= fits < steps and f"{fits:,} steps or fewer would fit" in str(refused.value)
    fitting = Experiment(**fields, runs=runs(optimizer), steps=fits)
    with pytest.raises(CostError):
        fitting.replace(steps=int(1.25 * fits) + 1)
    query = fitting.to_query() | {"steps": str(steps)}
    found, ignored = Experiment.repair(query)
    assert found == fitting
    assert ignored == (str(refused.value),)


def test_a_host_may_allow_less_and_the_sentence_says_what_is_left_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_SECONDS", 1)
    monkeypatch.setattr(cost, "LONGEST_RUN", 0.1)
    with pytest.raises(CostError, match=r"^smoothing: .*none would fit") as refused:
        Experiment(**SMOOTH, runs=runs("exact_line_search"))
    assert refused.value.fields == {"smoothing": 0.0}
    query = Experiment(landscape="ackley", runs=runs("bfgs", 1), steps=20).to_query()
    found, ignored = Experiment.repair(query | {"with": "smoothing~0.5", "steps": "300"})
    assert found.runs and len(ignored) == 1 and found.steps < 300


def test_a_continuation_is_as_long_as_it_may_be() -> None:
    run = Run(optimizer="exact_line_search", learning_rate=1e-3)
    short = Experiment(landscape="rosenbrock", smoothing=0.1, runs=(run,), steps=2)
    longer = continued(short, simulate(short)[0], 20_000)
    assert longer is not None and 2 < longer[0].steps == cost.most_steps(short) < 20_000


@pytest.mark.parametrize("optimizer", [key for key, one in OPTIMIZERS.items() if one.search_cost is not None])
def test_a_step_asks_for_no_more_than_the_estimate_counts(optimizer: str) -> None:
    for key in ("rosenbrock", "ackley"):
        one = Experiment(landscape=key, runs=runs(optimizer, 1), steps=300)
        asked = simulate_run(one, 0).costs.sum(1)
        assert np.median(asked) <= 1.1 * evaluations(one.runs[0]) + 1
    assert evaluations(one.runs[0]) < 80


def test_work_counts_what_a_value_takes_and_nothing_else() -> None:
    def of(text: str) -> float:
        return work(formula.landscape(text))

    assert of("x+y") < of("x^2+y^2") < of("sin(x)+y") < of("sin(x)+cos(y)") < of("x^y+sin(x)+cos(y)")
    assert of("+".join(["sin(x)*y"] * 20)) == pytest.approx(20 * of("sin(x)*y"), rel=0.15)
    assert all(1 <= work(surface) < 5_000 for surface in LANDSCAPES.values())
    assert isinstance(LANDSCAPES["sphere"], Landscape)
    assert cost.NODES == (2 * REACH + 1) ** 2
