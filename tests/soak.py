"""Random experiments at extreme settings, each made into all that the server computes for its page.

`make soak` makes 3,000 of them, `python -m tests.soak FIRST END` some; test_soak.py takes a few. A failure is printed
with the experiment's number, its link and the place where it broke; nothing is guarded here.
"""

import ctypes
import gc
import json
import multiprocessing
import os
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jax
import numpy as np

from experiments import Experiment, Run, Wrapper, critical_points, landscape_of
from experiments.critical.domain_edge import lower_outside
from experiments.edits import rows
from experiments.objective.smoothing_limit import smoothing_limit, smoothing_trouble
from experiments.results.judged_runs import results_of
from experiments.setup import limits
from experiments.setup.cost import CostError
from experiments.setup.criteria import CRITERIA, STOP_AT
from experiments.setup.experiment import SCALES
from experiments.setup.failures import STRICT
from experiments.setup.modifiers import MODIFIERS, fields_of
from experiments.studies.ensemble import go_on
from figures.packets import wording
from figures.packets.advising import advice_slice
from figures.packets.asked import exactly
from figures.packets.lens import lens_answer
from figures.packets.members_work import members_slice
from figures.packets.packet import stage_packet
from figures.packets.wants import WANTS
from landscapes import LANDSCAPES, formula
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import Parameter
from server import assets
from tests.packets import read_packet

MOST = 3_000
BENCH = 20  # experiments that share a surface's structure and their optimizers: what is compiled serves all of them
_SEED = 20_240
_MEMORY = 2_500  # MB of one process, after which what is compiled is let go
_SPEAK = 60.0  # seconds between two lines on how far it is
_CHANGED = {"smoothing": 0.07}  # shares of surfaces that a modifier is on; means over many nodes take long to compile

_TEMPLATES = (
    "{a}*x^2+{b}*y^2",
    "{a}*x*y",
    "{a}*(x+y)",
    "{a}*(x^4/4-x^2/2+y^2/2)",
    "{a}*(x^2+y-11)^2+{b}*(x+y^2-7)^2",
    "exp({a}*x)+2*y^4-{b}*x*y",
    "exp({a}*x^2+{b}*y^2)",
    "-exp(-{a}*(x^2+y^2))",
    "{a}*exp(-{b}*x^2)*y",
    "sqrt({a}*x)+{b}*y^2",
    "sqrt(-1-x^2*{a})",
    "ln({a}*x)+{b}*y^2",
    "ln(x^2+y^2)*{a}",
    "{a}/x+{b}/y",
    "{a}/(x^2+y^2)",
    "{a}*|x|+{b}*|y|",
    "|x|^{c}+|y|^{c}",
    "|x-{a}|^k+y^2",
    "x^k+{a}*y^2",
    "max({a}*x, {b}*y)+x^2",
    "max(0, x-{a})^2+min(y, {b})^2",
    "floor({a}*x)^2+floor({b}*y)^2",
    "sign({a}*x)+y^2",
    "{a}*floor(x)+ceil({b}*y)",
    "{a}",
    "{a}*x",
    "0*x+{a}",
    "{a}*sin({b}*x)*cos({b}*y)",
    "sin({a}*x^2)+{b}*y^2",
    "x^2+y^2+{a}*sin({b}*x)",
    "tan({a}*x)+y^2",
    "tan(x)*tan(y)*{a}",
    "asin({a}*x)+acos({b}*y)",
    "atan2({a}*y, {b}*x)",
    "sinh({a}*x)+cosh({b}*y)",
    "{a}*tanh({b}*x)+y^2",
    "cbrt({a}*x)+y^2",
    "x^{c}+y^{c}",
    "{a}*x^3+{b}*y^2",
    "{a}*x^2*y+y^2",
    "(y-x^2)*(y-{c}*x^2)",
    "({a}-x)^2+{b}*(y-x^2)^2",
    "x^x+y^2",
    "(x^2)^(y)+{a}",
    "e^(e^({a}*x))+y^2",
    "log2({a}*x)+log10({b}*y)",
    "a*x^2+b*y^2+k*x*y",
    "(x-a)^{c}+(y-b)^2",
    "{a}*(x^2+y^2-{c})^2",
    "1/(1+exp(-{a}*x))+{b}*y^2",
    "{a}*(x-y)^2",
    "{a}*cos({b}*sqrt(x^2+y^2))",
    "max(x, y, {a}*x*y)",
    "x^2*{a}-x^2*{b}+y",
)
_LEAVES = ("x", "y", "x", "y", "{a}", "{b}", "{c}", "k")
_BINARY = ("({}+{})", "({}-{})", "({}*{})", "({}/{})", "({}^{})", "max({}, {})", "min({}, {})", "atan2({}, {})")
_UNARY = ("sin", "cos", "exp", "ln", "sqrt", "abs", "tanh", "floor", "sign", "cbrt", "sinh", "asin", "tan")


def experiment(number: int) -> Experiment:
    """Return experiment number 0, 1, ... of the soak: the same ever after."""
    bench, draw = _draw(number // BENCH, 0), _draw(number, 1)
    surface = _surface(bench)
    optimizers = bench.choice(list(OPTIMIZERS), 3, replace=False).tolist()
    schedules = ["constant", *bench.choice(list(SCHEDULES), 2).tolist()]
    wrappers = bench.choice(list(WRAPPERS), 2, replace=False).tolist()
    modifiers = [parameter.key for parameter in MODIFIERS if bench.random() < _CHANGED.get(parameter.key, 0.25)]
    while True:
        fields = _on(surface, modifiers, draw)
        fields["runs"] = tuple(_run(optimizers, schedules, wrappers, draw) for _ in range(_count(draw)))
        try:
            made = Experiment(**fields)
        except CostError as error:
            made = Experiment(**fields | dict(error.fields))
        if not made.smoothing or made.smoothing <= smoothing_limit(made):
            return made


def picture(made: Experiment) -> None:
    """Make everything that the page of an experiment is told, and look whether it could be sent. Raises what broke."""
    assert Experiment.from_json(made.to_json()) == made
    assert Experiment.from_query(made.to_query()) == made
    _page_words(made)
    for result in results_of(made):
        for advice in result.verdict.advice:
            assert Experiment.from_query(advice.experiment.to_query()) == advice.experiment
    if made.repeats > 1:
        go_on(made, np.inf)
        for _ in range(2):
            told, _ = read_packet(members_slice(made, sharpness=True))
            _no_nonsense(told)
    header, _ = read_packet(stage_packet(made, frozenset(WANTS)))
    _no_nonsense({key: value for key, value in header.items() if key not in ("json", "query")})
    for _ in made.runs:
        for suggestions in advice_slice(made)["runs"]:
            for one in suggestions or ():
                _no_nonsense({"text": one["text"], "label": one["label"]})
                assert exactly(one["query"], {}) is not None
    _http(made)


def _page_words(made: Experiment) -> None:
    """Make what the panels and the line above the stage say."""
    landscape = landscape_of(made)
    words = [wording.domain(landscape, critical_points(made), lower_outside(made)), smoothing_trouble(made) or ""]
    rows.all_rows(made)
    words += [wording.about_schedule(SCHEDULES[run.schedule]) for run in made.runs]
    _no_nonsense(words)
    numbers = [
        [asdict(row) for row in made_rows(made)]
        for made_rows in (rows.surface_rows, rows.modifier_rows, rows.criteria_rows, rows.many_rows, rows.length_rows)
    ]
    json.dumps(numbers, allow_nan=False)


def _http(made: Experiment) -> None:
    """Make what the browser fetches: the surface's two figures, and the lens at some places."""
    address = assets.surface_url(made).partition("?")[2]
    body, _ = assets._surface(address)
    json.loads(body, parse_constant=_refused)
    (x0, x1), (y0, y1) = made.window
    for x, y in (made.start, (x0, y1), ((x0 + x1) / 2, (y0 + y1) / 2), (limits.FARTHEST, -limits.FARTHEST)):
        told = lens_answer(f"{address}&{urlencode({'x': x, 'y': y})}")
        _no_nonsense(told)
        json.dumps(told, allow_nan=False)


def _refused(constant: str) -> Any:
    raise AssertionError(f"{constant} is no number of JSON")


def _no_nonsense(told: Any) -> None:
    """Raise where a text that a person reads has a number in it that is none."""
    for text in _texts(told):
        said = text.lower().replace(".", " ").replace(",", " ").replace("(", " ").replace(")", " ").replace("-", " ")
        assert not {"nan", "inf"} & set(said.split()), text


def _texts(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        for value in told.values():
            yield from _texts(value)
    elif isinstance(told, list | tuple):
        for value in told:
            yield from _texts(value)


# What is drawn by chance


def _draw(number: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng((_SEED, number, purpose))


def _surface(draw: np.random.Generator) -> tuple[str, str]:
    """Return a landscape's key and the formula with its numbers left out."""
    kind = draw.random()
    if kind < 0.4:
        return str(draw.choice(list(LANDSCAPES))), ""
    return formula.KEY, str(draw.choice(_TEMPLATES)) if kind < 0.75 else _tree(draw, 3)


def _tree(draw: np.random.Generator, depth: int) -> str:
    if depth == 0 or draw.random() < 0.15:
        return str(draw.choice(_LEAVES))
    if draw.random() < 0.4:
        return f"{draw.choice(_UNARY)}({_tree(draw, depth - 1)})"
    return (
        str(draw.choice(_BINARY))
        .replace("{}", "§")
        .replace("§", _tree(draw, depth - 1), 1)
        .replace("§", _tree(draw, depth - 1), 1)
    )


def _magnitude(draw: np.random.Generator) -> float:
    """Return a number of any size: usual ones, extreme ones, and those at the end of what a float can be."""
    wide = float(draw.choice([1.0, 3.0, 12.0, 150.0, 308.0]))
    return float(f"{10 ** draw.uniform(-wide, min(wide, 307.9)):.3g}")


def _written(template: str, draw: np.random.Generator) -> str:
    text = template.replace("{a}", f"{_magnitude(draw):g}").replace("{b}", f"{_magnitude(draw):g}")
    return text.replace("{c}", str(draw.choice(["0.5", "1", "1.5", "2", "2.5", "3", "7", "40"])))


def _on(surface: tuple[str, str], modifiers: list[str], draw: np.random.Generator) -> dict[str, Any]:
    """Return an experiment's fields but for its runs."""
    key, template = surface
    fields: dict[str, Any] = {"landscape": key, "formula": _written(template, draw) if template else ""}
    if draw.random() < 0.3:
        fields["view"] = _view(draw)
    bare = Experiment(**fields)
    landscape = landscape_of(bare)
    if draw.random() < 0.5:
        fields["landscape_parameters"] = _values(landscape.parameters, draw)
    fields["start"] = _start(bare, draw)
    fields["steps"] = _steps(draw)
    fields["seed"] = int(draw.integers(limits.MAX_SEED + 1))
    fields["scale"] = str(draw.choice(["", "", *SCALES]))
    if draw.random() < 0.6:
        fields |= _modifiers(bare, modifiers, draw)
    if draw.random() < 0.4:
        fields["criteria"] = _values(CRITERIA, draw)
        fields["stop_at"] = str(draw.choice(STOP_AT.choices))
    if draw.random() < 0.3:
        fields["repeats"] = int(draw.integers(2, 6))
        fields["spread"] = _within(0.0, limits.FARTHEST - max(map(abs, fields["start"])), draw)
    return fields


def _view(draw: np.random.Generator) -> Any:
    centre = draw.uniform(-1, 1, 2) * 10 ** draw.uniform(-2, 5.5)
    width = 10 ** draw.uniform(-4, 5.5, 2) if draw.random() < 0.5 else [10 ** draw.uniform(-4, 5.5)] * 2
    sides = [(float(f"{c - w / 2:.12g}"), float(f"{c + w / 2:.12g}")) for c, w in zip(centre, width, strict=True)]
    return tuple(sides)


def _start(bare: Experiment, draw: np.random.Generator) -> tuple[float, float]:
    (x0, x1), (y0, y1) = bare.window
    kind = draw.random()
    if kind < 0.6:
        x, y = draw.uniform((x0, y0), (x1, y1))
    elif kind < 0.75:
        x, y = draw.choice([0.0, 1.0, -1.0, x0, x1]), draw.choice([0.0, 1.0, y0, y1])
    elif kind < 0.9:
        x, y = np.sign(draw.uniform(-1, 1, 2)) * 10 ** draw.uniform(-9, 6, 2)
    else:
        x, y = landscape_of(bare).starts[-1]
    far = limits.FARTHEST
    return float(f"{np.clip(x, -far, far):.9g}"), float(f"{np.clip(y, -far, far):.9g}")


def _steps(draw: np.random.Generator) -> int:
    if draw.random() < 0.03:
        return int(draw.choice([1, 2, limits.MAX_STEPS]))
    return int(min(limits.MAX_STEPS, 10 ** draw.uniform(0, 3.3)))


def _modifiers(bare: Experiment, keys: list[str], draw: np.random.Generator) -> dict[str, Any]:
    (x0, x1), (y0, y1) = landscape_of(bare).view
    given = {parameter.key: _value(parameter, draw) for parameter in MODIFIERS if parameter.key in keys}
    if "smoothing" in given:
        given["smoothing"] = float(f"{draw.uniform(0.001, 0.3) * min(x1 - x0, y1 - y0):.2g}")
        given["smoothing"] = min(given["smoothing"], 1000.0)
    return fields_of(given)


def _count(draw: np.random.Generator) -> int:
    return int(draw.choice([1, 1, 1, 2, 2, 3, 6], p=[0.3, 0.2, 0.1, 0.2, 0.13, 0.05, 0.02]))


def _run(optimizers: list[str], schedules: list[str], wrappers: list[str], draw: np.random.Generator) -> Run:
    optimizer = OPTIMIZERS[str(draw.choice(optimizers))]
    schedule = SCHEDULES[str(draw.choice(schedules))]
    around = [key for key in wrappers if draw.random() < 0.2]
    return Run(
        optimizer=optimizer.key,
        learning_rate=float(f"{10 ** draw.uniform(-12, 3):.3g}") if draw.random() < 0.5 else _rate(draw),
        parameters=_values(optimizer.parameters, draw) if draw.random() < 0.6 else {},
        schedule=schedule.key,
        schedule_parameters=_values(schedule.parameters, draw) if draw.random() < 0.6 else {},
        wrappers=tuple(
            Wrapper(key=key, parameters=_values(WRAPPERS[key].parameters, draw)) for key in draw.permutation(around)
        ),
        name=str(draw.choice(["", "", "<b>", "A*b_c", "名前"])),
        color=None if draw.random() < 0.7 else int(draw.integers(6)),
    )


def _rate(draw: np.random.Generator) -> float:
    return float(
        draw.choice([1e-300, 1e-3, 0.01, 0.1, 0.5, 0.99, 1.0, 1.99, 2.0, 19.95, 500.0, 995.0, 999.9, limits.MAX_RATE])
    )


def _values(parameters: tuple[Parameter, ...], draw: np.random.Generator) -> dict[str, Any]:
    """Return values of some of the parameters. What means another compiled program is left at its default, mostly."""
    kept = [p for p in parameters if draw.random() < (0.1 if p.structural else 0.7)]
    return {p.key: _value(p, draw) for p in kept}


def _value(parameter: Parameter, draw: np.random.Generator) -> Any:
    if parameter.kind == "choice":
        return str(draw.choice(parameter.choices))
    if parameter.kind == "points":
        times = np.sort(draw.choice([0.0, 0.1, 0.5, 0.5, 0.9, 1.0], int(draw.integers(1, parameter.capacity + 1))))
        return tuple((float(t), float(draw.choice([parameter.low, parameter.high, 0.3]))) for t in times)
    found = _within(parameter.low, parameter.high, draw)
    return round(found) if parameter.kind == "integer" else found


def _within(low: float, high: float, draw: np.random.Generator) -> float:
    """Return a number of a range: an end of it, one near an end, or any."""
    kind = draw.random()
    if kind < 0.2:
        return low
    if kind < 0.4:
        return high
    if kind < 0.7:
        return (
            float(f"{draw.uniform(low, high):.4g}") if low <= float(f"{draw.uniform(low, high):.4g}") <= high else low
        )
    size = 10 ** draw.uniform(-12, 0) * (high - low)
    found = float(f"{(low + size if draw.random() < 0.7 else high - size):.6g}")
    return min(max(found, low), high)


# Many of them


def link(made: Experiment) -> str:
    """Return the address's query that opens an experiment."""
    return urlencode(made.to_query())


def failure(number: int, made: Experiment | None = None) -> str | None:
    """Return what broke when an experiment was made into its picture, in a few lines; None where nothing did."""
    token = STRICT.set(True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            made = made or experiment(number)
            picture(made)
    except Exception as error:
        here = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename]
        places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in here[:-9:-1])
        address = "" if made is None else link(made)
        return f"FAILED {number}: {type(error).__name__}: {str(error)[:300]}\n  at {places}\n  ?{address}"
    finally:
        STRICT.reset(token)
    return None


def _let_go() -> None:
    """Let go of what is compiled and remembered once it is too much."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) if sys.platform == "linux" else 0
    if pages * 4096 / 1e6 > _MEMORY:
        for name, module in tuple(sys.modules.items()):
            if name.partition(".")[0] in ("experiments", "figures", "server", "ui"):
                for cached in tuple(vars(module).values()):
                    if hasattr(cached, "cache_clear"):
                        cached.cache_clear()
        jax.clear_caches()
        gc.collect()
        getattr(ctypes.CDLL(None), "malloc_trim", lambda kept: None)(0)


def _bench(first: int, end: int) -> tuple[int, list[str], list[tuple[float, int]]]:
    failures, times = [], []
    for number in range(first, end):
        began = time.monotonic()
        found = failure(number)
        times.append((time.monotonic() - began, number))
        if found:
            failures.append(found)
            print(found, flush=True)
    _let_go()
    return end - first, failures, times


def _bench_of(bounds: tuple[int, int]) -> tuple[int, list[str], list[tuple[float, int]]]:
    return _bench(*bounds)


def main(first: int = 0, end: int = MOST, processes: int = 0) -> int:
    """Make experiments first to end into pictures, in so many processes (0: one a core); return how many failed."""
    bounds = [(place, min(place + BENCH, end)) for place in range(first, end, BENCH)]
    done, spoken = 0, time.monotonic()
    failures: list[str] = []
    times: list[tuple[float, int]] = []
    count = processes or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else processes or 2
    with multiprocessing.get_context("spawn").Pool(count) as pool:
        for made, broke, took in pool.imap_unordered(_bench_of, bounds):
            done, failures, times = done + made, failures + broke, times + took
            if time.monotonic() - spoken > _SPEAK:
                spoken = time.monotonic()
                print(f"{done} of {end - first} made, {len(failures)} failed", flush=True)
    slowest = ", ".join(f"{number} ({seconds:.0f} s)" for seconds, number in sorted(times)[:-4:-1])
    print(f"{done} of {end - first} experiments made into pictures, {len(failures)} failed; the slowest: {slowest}")
    return len(failures)


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))
