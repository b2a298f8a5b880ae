"""Compiling and searching: one at a time, each thing once, never where there is no time, and for nobody who left."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any
from urllib.parse import urlencode

import jax
import jax.numpy as jnp
import pytest

from experiments import Experiment, Run, critical_points
from experiments.critical import points
from experiments.objective import compiled
from experiments.results.judged_runs import results_of
from experiments.setup import attention
from experiments.setup.turns import UnpreparedError, at_once, once, turn
from figures.packets.sketch import sketch

PATIENCE = 20.0


def fresh(text: str, **fields: Any) -> Experiment:
    runs = (Run(optimizer="gradient_descent", learning_rate=0.01),)
    return Experiment(landscape="formula", formula=text, **{"runs": runs, "steps": 20, **fields})


class Watched:
    """A slow function that counts its calls, and how many of them there were at once."""

    def __init__(self) -> None:
        self.calls, self.now, self.most = list[Any](), 0, 0
        self.began, self.go = threading.Event(), threading.Event()

    def __call__(self, asked: Any) -> Any:
        self.calls.append(asked)
        self.now += 1
        self.most = max(self.most, self.now)
        self.began.set()
        assert self.go.wait(PATIENCE)
        self.now -= 1
        return [asked]


def test_who_asks_for_the_same_waits_for_the_one_under_way_and_others_for_their_turn() -> None:
    slow = Watched()
    found = once(8)(slow)
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(found, key) for key in "aaaabb"]
        assert slow.began.wait(PATIENCE)
        slow.go.set()
        answers = [one.result(PATIENCE) for one in asked]
    assert sorted(slow.calls) == ["a", "b"] and slow.most == 1
    assert all(answer is answers[0] for answer in answers[:4]) and answers[4] is answers[5]
    assert found("a") is answers[0]
    found.cache_clear()
    assert found("a") is not answers[0]


def test_a_failure_is_not_kept_and_gives_the_turn_on() -> None:
    def fails(asked: int) -> float:
        return 1 / asked

    found = once(8)(fails)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            found(0)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(found, 4).result(PATIENCE) == 0.25


def test_who_has_left_waits_for_no_turn() -> None:
    def leaves() -> None:
        attention.watch(lambda: True)
        with turn():
            pytest.fail("a turn was taken for nobody")

    with turn(), ThreadPoolExecutor(1) as other, pytest.raises(attention.LeftError):
        other.submit(copy_context().run, leaves).result(PATIENCE)


def test_compiling_takes_a_turn_and_running_what_is_compiled_takes_none() -> None:
    double = compiled.program(("turns", "double"), lambda: jax.jit(lambda x: 2 * x))
    with ThreadPoolExecutor(1) as other:
        with turn():
            waits = other.submit(double, jnp.ones(2))
            assert not compiled.is_compiled(("turns", "double"))
        assert waits.result(PATIENCE).tolist() == [2.0, 2.0]
        assert compiled.is_compiled(("turns", "double"))
        with turn():
            assert other.submit(double, jnp.ones(2)).result(PATIENCE).tolist() == [2.0, 2.0]
            with at_once(), pytest.raises(UnpreparedError):
                double(jnp.ones(3))  # another size is another program


def test_two_threads_that_search_and_compile_at_once_come_to_an_end() -> None:
    asked = [fresh(f"x^2+y^2+sin({'x+' * n}y)") for n in (1, 2, 3)] * 2
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda one: (critical_points(one), results_of(one)), asked, timeout=120))
    assert all(found[n][0] is found[n + 3][0] for n in range(3))


def test_a_sketch_neither_compiles_nor_searches() -> None:
    first = fresh("x^2+3*y^2+sin(x*y)*cos(2*x)")
    query = urlencode(first.to_query())

    def refused(edits: dict[str, Any]) -> None:
        before = compiled.traces(), len(searched)
        with pytest.raises(UnpreparedError):
            sketch(query, edits)
        assert (compiled.traces(), len(searched)) == before

    searched = list[Any]()
    search = points._critical_points._function
    points._critical_points._function = lambda *asked: searched.append(asked) or search(*asked)  # type: ignore
    try:
        refused({})
        results_of(first)
        assert searched
        assert sketch(query, {"start": [1.0, 2.0]})
        refused({"view": None, "rotation": 20.0})
        critical_points(first.replace(rotation=20.0))
        refused({"rotation": 21.0})
    finally:
        points._critical_points._function = search


def test_a_search_ends_when_who_asked_for_it_has_left() -> None:
    asked = list[int]()

    def leaves_soon() -> None:
        attention.watch(lambda: asked.append(1) or len(asked) > 20)  # type: ignore[func-returns-value]
        critical_points(fresh("x^4+y^4-sin(3*x)*cos(5*y)"))

    with ThreadPoolExecutor(1) as other:
        with pytest.raises(attention.LeftError):
            other.submit(copy_context().run, leaves_soon).result(PATIENCE)
        assert len(asked) == 21
        assert other.submit(critical_points, fresh("x^2+y^2")).result(PATIENCE).minima.tolist() == [[0.0, 0.0]]
