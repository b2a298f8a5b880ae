"""Schedules: each equals its formula at every step, and no slider end makes a rate that cannot be used."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_optimizers import torn_apart

from optimizers import SCHEDULES
from optimizers.schedules.schedule import FINITE, HORIZON, INFINITE, LOSSES, sums_of
from parameter import Parameter, fill

KEYS = (
    "constant",
    "inverse_time",
    "inverse_sqrt",
    "exponential",
    "step",
    "multi_step",
    "polynomial",
    "linear",
    "cosine",
    "cosine_restarts",
    "one_cycle",
    "cyclic",
    "warmup_constant",
    "warmup_linear",
    "warmup_cosine",
    "warmup_exponential",
    "warmup_inverse_sqrt",
    "wsd",
    "custom",
    "reduce_on_plateau",
    "bold_driver",
)
LOSS_DRIVEN = KEYS[-2:]  # whose rates, before any loss is seen, are constant; tests/test_loss_driven.py has the rest


def cosine_between(start: float, end: float, share: float) -> float:
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * share))


def formula(key: str, lr: float, t: int, steps: int, p: dict[str, Any]) -> float:
    """The schedules again, one number at a time."""
    if key in ("constant", *LOSS_DRIVEN):
        return lr
    if key == "inverse_time":
        return float(lr * p["t0"] / (p["t0"] + t))
    if key == "inverse_sqrt":
        return float(lr * (t + 1) ** -0.5)
    if key == "exponential":
        return lr * math.exp(t * math.log(p["gamma"]))
    if key == "step":
        return float(lr * p["gamma"] ** (t // p["every"]))
    if key == "cosine":
        return cosine_between(lr, lr * p["final"], t / steps)
    if key == "warmup_cosine":
        warmup = min(p["warmup"], steps)
        if t < warmup:
            return float(lr * (t + 1) / warmup)
        return cosine_between(lr, lr * p["final"], (t - warmup) / (steps - warmup))
    if key == "one_cycle":
        start, peak = lr / p["div"], p["peak_at"] * steps
        end = start / p["final_div"]
        if t / steps < p["peak_at"]:
            return cosine_between(start, lr, t / peak)
        return cosine_between(lr, end, (t - peak) / (steps - peak))
    return later_formula(key, lr, t, steps, p)


def later_formula(key: str, lr: float, t: int, steps: int, p: dict[str, Any]) -> float:
    if key == "multi_step":
        for milestone in (p["first"], p["second"], p["third"]):
            lr *= p["gamma"] if t / steps >= milestone else 1
        return lr
    if key in ("polynomial", "linear"):
        return float(lr * p["final"] + lr * (1 - p["final"]) * (1 - t / steps) ** p.get("power", 1))
    if key == "cosine_restarts":
        length = p["period"]
        while t >= length:
            t, length = t - length, length * p["growth"]
        return cosine_between(lr, lr * p["final"], t / length)
    if key == "cyclic":
        place = t % (2 * p["half"])
        height = (place if place <= p["half"] else 2 * p["half"] - place) / p["half"]
        height *= {"equal": 1.0, "halving": 0.5 ** (t // (2 * p["half"])), "decaying": p["gamma"] ** t}[p["form"]]
        return float(lr * p["low"] + (lr - lr * p["low"]) * height)
    if key == "custom":
        return lr * drawn(p["points"], p["form"], t / steps)
    warmup = min(p["warmup"], steps)
    if key == "warmup_inverse_sqrt":
        top = max(warmup, 1)
        return lr * (t + 1) / top if t + 1 <= top else lr * math.sqrt(top) / math.sqrt(t + 1)
    if t < warmup:
        return float(lr * (t + 1) / warmup)
    if key == "warmup_constant":
        return lr
    if key == "warmup_linear":
        return float(lr + (lr * p["final"] - lr) * (t - warmup) / (steps - warmup))
    if key == "warmup_exponential":
        return lr * math.exp((t - warmup) * math.log(p["gamma"]))
    assert key == "wsd"
    falls_from = max(steps - p["decay"] * steps, warmup)
    return lr if t <= falls_from else lr + (lr * p["final"] - lr) * (t - falls_from) / (steps - falls_from)


def drawn(points, form: str, share: float) -> float:
    """The factor at a share of the run: walk along the points until the next one lies ahead."""
    (before, factor), *ahead = points
    for place, height in ahead:
        if share < place:
            if form == "linear" and share > before:
                factor += (height - factor) * (share - before) / (place - before)
            return float(factor)
        before, factor = place, height
    return float(factor)


def ends_of(parameter) -> tuple[Any, ...]:
    if parameter.kind == "points":
        low, high, many = parameter.low, parameter.high, parameter.capacity
        jumps = [(0.0, low), (0.3, high), (0.3, low), (0.3, 0.5), (1.0, high)]
        row = [(i / (many - 1), (low, high)[i % 2]) for i in range(many)]
        return [(0.0, low)], [(1.0, high)], [(0.5, 0.7)], jumps, row, [(0.25, 0.3), (0.75, 0.9)], [(1.0, 0.0)] * many
    return parameter.choices or (parameter.low, parameter.high)


def settings_of(schedule) -> list[dict[str, Any]]:
    """The defaults, then each parameter at each end."""
    ends = [fill(schedule.parameters, {p.key: end}) for p in schedule.parameters for end in ends_of(p)]
    if schedule.key == "custom":
        ends += [end | {"form": "step"} for end in ends]
    return [schedule.defaults, *ends]


def test_the_menu_is_complete_and_in_order():
    assert tuple(SCHEDULES) == KEYS
    assert all(SCHEDULES[key].key == key for key in KEYS)


@pytest.mark.parametrize("steps", (1, 2, 7, 100, 20_000))
@pytest.mark.parametrize("key", KEYS)
def test_every_step_equals_the_formula(key, steps):
    schedule = SCHEDULES[key]
    for parameters in settings_of(schedule):
        rates = schedule.build(0.3, steps, **parameters)
        expected = np.array([formula(key, 0.3, t, steps, parameters) for t in range(steps)])
        np.testing.assert_allclose(rates, expected, rtol=1e-12, atol=1e-12, err_msg=str(parameters))
        assert rates.dtype == np.float64 and rates.shape == (steps,)
        assert np.all(np.isfinite(rates)) and np.all(rates >= 0), parameters


@st.composite
def choices(draw):
    schedule = SCHEDULES[draw(st.sampled_from(KEYS))]
    numbers = {
        p.key: draw(
            st.sampled_from(p.choices)
            if p.kind == "choice"
            else st.lists(st.tuples(st.floats(0, 1), st.floats(p.low, p.high)), min_size=1, max_size=p.capacity).map(
                sorted
            )
            if p.kind == "points"
            else st.integers(int(p.low), int(p.high))
            if p.kind == "integer"
            else st.floats(p.low, p.high)
        )
        for p in schedule.parameters
    }
    return schedule, numbers, draw(st.floats(0, 1e3)), draw(st.integers(1, 400))


@settings(max_examples=300, deadline=None)
@given(choices())
def test_rates_are_usable_whatever_is_set(choice):
    schedule, numbers, learning_rate, steps = choice
    rates = schedule.build(learning_rate, steps, **numbers)
    assert rates.shape == (steps,) and rates.dtype == np.float64
    assert np.all(np.isfinite(rates)) and np.all(rates >= 0)
    highest = max([1.0, *(factor for _, factor in numbers.get("points", ()))])
    assert np.all(rates <= learning_rate * highest * (1 + 1e-3)), "the learning rate that was set is the highest"


def test_what_each_schedule_promises():
    assert SCHEDULES["inverse_time"].build(1.0, 101, t0=100)[100] == 0.5
    assert SCHEDULES["exponential"].build(1.0, 70)[69] == pytest.approx(0.5, abs=1e-3)
    assert list(SCHEDULES["step"].build(1.0, 6, every=2, gamma=0.1)) == pytest.approx([1, 1, 0.1, 0.1, 0.01, 0.01])
    cosine = SCHEDULES["cosine"].build(1.0, 100, final=0.2)
    assert cosine[0] == 1.0 and cosine[50] == pytest.approx(0.6) and np.all(np.diff(cosine) < 0)
    warm = SCHEDULES["warmup_cosine"].build(1.0, 100, warmup=10)
    assert warm[0] == 0.1 and warm[9] == 1.0 and warm[10] == 1.0 and warm[99] < 1e-3
    cycle = SCHEDULES["one_cycle"].build(1.0, 100)
    assert cycle[0] == pytest.approx(1 / 25) and cycle.argmax() == 30 and cycle[30] == 1.0


def test_a_warm_up_longer_than_the_run_ends_with_it():
    rates = SCHEDULES["warmup_cosine"].build(2.0, 4, warmup=10_000)
    np.testing.assert_allclose(rates, [0.5, 1.0, 1.5, 2.0])


@pytest.mark.parametrize(
    ("arguments", "parameters", "told"),
    [
        ((-0.1, 10), {}, "learning_rate: -0.1 is not allowed; give a finite number of at least 0"),
        ((math.nan, 10), {}, "learning_rate: nan is not allowed"),
        ((0.1, 0), {}, "steps: 0 is not allowed; give a whole number of at least 1"),
        ((0.1, 10), {"gamma": 1.5}, r"exponential.gamma: 1.5 is not allowed; give a number in \[0.5, 1\]"),
        ((0.1, 10), {"beta": 0.5}, "exponential.beta: unknown parameter; known: gamma"),
    ],
)
def test_errors_name_the_field_the_value_and_what_is_allowed(arguments, parameters, told):
    with pytest.raises(ValueError, match=told):
        SCHEDULES["exponential"].build(*arguments, **parameters)


@pytest.mark.parametrize("key", KEYS)
def test_every_schedule_explains_itself(key):
    schedule = SCHEDULES[key]
    assert schedule.name and schedule.formula and schedule.notes.endswith(".")
    assert schedule.formula.count(r"\begin") == schedule.formula.count(r"\end")
    assert not torn_apart(schedule.formula)
    for parameter in schedule.parameters:
        assert parameter.name and parameter.help.endswith(".") and len(parameter.help) > 20, parameter.key


def test_the_sums_are_told_as_robbins_and_monro_ask():
    """An infinite sum still grows by a tenth from 2,000 to 20,000 steps, a finite one no longer does."""
    for key, schedule in SCHEDULES.items():
        told = schedule.sums()
        assert (told == (LOSSES, LOSSES)) == schedule.watches_loss == (key in LOSS_DRIVEN)
        if told[0] in (HORIZON, LOSSES):
            continue
        short, long = (sums_of(schedule.build(1.0, steps)) for steps in (2_000, 20_000))
        for kind, at_first, at_last in zip(told, short, long, strict=True):
            assert (at_last > 1.1 * at_first) == (kind == INFINITE), (key, kind, at_first, at_last)
    assert SCHEDULES["exponential"].sums(gamma=1.0) == (INFINITE, INFINITE)
    triangles = SCHEDULES["cyclic"]
    for form, kept in (("equal", True), ("halving", False), ("decaying", False)):
        for low, gamma in ((0.0, 0.99), (0.1, 0.99), (0.0, 1.0)):
            short, long = (sum(triangles.build(1.0, n, form=form, low=low, gamma=gamma)) for n in (2_000, 20_000))
            told = triangles.sums(form=form, low=low, gamma=gamma)
            assert told == ((INFINITE,) * 2 if long > 1.1 * short else (FINITE,) * 2), (form, low, gamma)
            assert (told[0] == INFINITE) == (kept or low > 0 or (form, gamma) == ("decaying", 1.0))
    assert sums_of(np.array([3.0, 4.0])) == (7.0, 25.0)


def test_what_the_later_schedules_promise():
    restarts = SCHEDULES["cosine_restarts"].build(1.0, 70, period=10, growth=2)
    assert [t for t in range(70) if restarts[t] == 1.0] == [0, 10, 30]
    triangles = SCHEDULES["cyclic"].build(1.0, 41, half=10, low=0.0)
    assert [t for t in range(41) if triangles[t] == 1.0] == [10, 30] and triangles[0] == triangles[20] == 0.0
    assert SCHEDULES["cyclic"].build(1.0, 41, half=10, low=0.0, form="halving")[30] == 0.5
    plateau = SCHEDULES["wsd"].build(1.0, 100, warmup=10, decay=0.2)
    assert (plateau[9:81] == 1.0).all() and plateau[90] == pytest.approx(0.5) and plateau[4] == 0.5
    drops = SCHEDULES["multi_step"].build(1.0, 100, first=0.5, second=0.75, third=1.0)
    assert drops[49] == 1.0 and drops[50] == pytest.approx(0.1) and drops[99] == pytest.approx(0.01)
    assert SCHEDULES["warmup_inverse_sqrt"].build(1.0, 400, warmup=100)[399] == pytest.approx(0.5)


def test_a_drawing_keeps_its_shape_and_its_points():
    points = ((0.0, 0.0), (0.5, 1.0), (0.5, 0.2), (1.0, 0.4))
    short, long = (SCHEDULES["custom"].build(2.0, steps, points=points) for steps in (20, 2_000))
    np.testing.assert_allclose(short, long[::100], rtol=1e-12, atol=1e-12)
    assert long[500] == pytest.approx(1.0) and long[1_000] == pytest.approx(0.4), "the later of two points holds"
    stairs = SCHEDULES["custom"].build(1.0, 4, points=((0.25, 1.0), (0.5, 0.5)), form="step")
    assert list(stairs) == [1.0, 1.0, 0.5, 0.5], "before its first point the rate is already that point's"


POINTS = Parameter(key="points", name="Points", kind="points", default=((0, 1),), high=2.0, capacity=3)


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        [],
        "0-1",
        3,
        None,
        {0: 1},
        [0, 1],
        [(0, 1, 2)],
        [(0,)],
        [(0, 1)] * 4,
        [(0.5, 1), (0.4, 1)],
        [(-0.1, 1)],
        [(1.1, 1)],
        [(0, -0.1)],
        [(0, 2.1)],
        [(0, math.nan)],
        [(math.nan, 1)],
        [(0, math.inf)],
        [(0, 10**400)],
        [("0", 1)],
        [(True, 1)],
        [(0, None)],
    ],
    ids=repr,
)
def test_points_that_make_no_drawing_are_refused_with_one_sentence(wrong):
    allowed = r"1 to 3 pairs \(t, height\), t rising within \[0, 1\], height in \[0, 2\]"
    with pytest.raises(ValueError, match=rf"^run\.points: .* is not allowed; give {allowed}$"):
        POINTS.validate(wrong, "run.points")


def test_points_are_kept_to_three_places_and_can_be_a_key():
    kept = POINTS.validate([[0, 1], (1 / 3, 2 / 3), (1, -0.0)])
    assert kept == ((0.0, 1.0), (0.333, 0.667), (1.0, 0.0)) and POINTS.validate(kept) == kept
    assert hash(kept) and str(kept[2][1]) == "0.0"
