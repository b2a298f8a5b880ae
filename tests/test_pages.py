"""The pages, run without a browser: every surface opens, every control does what it says, nothing compiles twice."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from experiments import Experiment, Run, Wrapper
from experiments.critical.defaults import default_run
from experiments.edits.runs import COLORS
from experiments.setup.modifiers import BY_KEY
from figures.packets.advising import advice_slice
from figures.packets.packet import stage_packet
from landscapes import LANDSCAPES
from lessons import EXAMPLES, OPENING, Example
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from server import assets
from tests.app_server import ROOT
from tests.meetings import optimizers_for
from tests.packets import facts_of, read_packet
from tests.pages import MAIN, act, at, edit, lab, message, packet, rows, shown

FIRST = {unit.family: key for key, unit in reversed([*LANDSCAPES.items()])}  # the first surface of each family


@pytest.mark.parametrize("key", FIRST.values())
def test_the_lab_opens_with_every_family(key: str) -> None:
    page = lab(a_race_on(key))
    assert not page.exception
    assert shown(page).landscape == key
    check_the_picture(key, *packet(page))


@pytest.mark.parametrize("key", [key for key in LANDSCAPES if key not in FIRST.values()])
def test_every_surface_has_its_picture(key: str) -> None:
    check_the_picture(key, *read_packet(stage_packet(a_race_on(key))))


def a_race_on(key: str) -> Experiment:
    fresh = Experiment(landscape=key, steps=40)
    optimizers = dict.fromkeys(("gradient_descent", *optimizers_for(key)))
    return fresh.replace(runs=tuple(default_run(fresh, one) for one in optimizers))


def check_the_picture(key: str, header: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    fresh = a_race_on(key)
    assert [run["name"] for run in header["runs"]] == [OPTIMIZERS[run.optimizer].name for run in fresh.runs]
    assert header["steps"] == 40
    for place in range(len(fresh.runs)):
        assert np.allclose([arrays[f"x{place}"][0], arrays[f"y{place}"][0]], fresh.start, rtol=1e-6)
        drawn = slice(0, header["runs"][place]["last"] + 1)  # the stage draws no further
        assert all(np.isfinite(arrays[f"{name}{place}"][drawn]).all() for name in ("x", "y", "z", "loss", "gradient"))
    body, _ = assets._surface(header["surface"])
    marks = [trace for trace in json.loads(body)["map"]["data"] if trace["name"] == "Global minimum"]
    (x0, x1), (y0, y1) = fresh.window
    facts = [p for p in LANDSCAPES[key].minima if x0 <= p[0] <= x1 and y0 <= p[1] <= y1]
    shown_at = [place for trace in marks for place in zip(trace["x"], trace["y"], strict=True)]
    for x, y in facts:
        assert any(np.allclose((x, y), place, atol=1e-9) for place in shown_at)


def test_the_first_page_opens_on_a_run_that_is_fooled() -> None:
    page = lab()
    assert not page.exception
    header, _ = packet(page)
    outcomes = [run["outcome"] for run in header["runs"]]
    assert outcomes.count("LOCAL_MINIMUM") == 1
    assert outcomes.count("GLOBAL_MINIMUM") == 2
    assert header["hint"] == "Click anywhere to drop the ball there"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.key)
def test_an_example_chosen_on_the_stage_is_in_the_panel_with_its_first_run(example: Example) -> None:
    page = act(lab(), {}, urlencode(EXAMPLES[2].experiment.to_query()))
    page.session_state["thalweg.moment"].selected = 1
    page = act(page, {}, urlencode(example.experiment.to_query()))
    assert not page.exception
    assert shown(page) == example.experiment
    assert page.session_state["thalweg.moment"].selected == (1 if example is EXAMPLES[2] else 0)


def test_a_click_on_the_map_moves_the_start_of_every_run() -> None:
    page = act(lab(), {"start": [1.25, -0.5]})
    assert shown(page).start == (1.25, -0.5)
    assert message(page)["count"] == 1
    _, arrays = packet(page)
    assert [float(arrays[f"{axis}2"][0]) for axis in "xy"] == [1.25, -0.5]


def test_what_is_wanted_beyond_the_picture_is_sent_and_nothing_else_changes() -> None:
    page = lab()
    plain, more = packet(page), packet(page, "curvature")
    assert (plain[0]["wants"], more[0]["wants"]) == ([], ["curvature"])
    assert set(more[1]) - set(plain[1]) == {f"sharpness{place}" for place in range(3)}
    assert all(np.array_equal(plain[1][name], more[1][name], equal_nan=True) for name in plain[1])


def test_the_suggested_start_comes_back() -> None:
    page = act(lab(), {"start": [1.25, -0.5]})
    act(page, {"start": None})
    assert shown(page).start == LANDSCAPES["three_hump_camel"].starts[0]


@pytest.mark.parametrize(
    "start", [["1", 2], [None, None], [], "nonsense", [1e300, 0], [10**400, 0], [True, 0], {"x": 1}, 7, [1, 2, 3]]
)
def test_a_start_that_no_map_would_send_changes_nothing(start: object) -> None:
    page = act(lab(), {"start": start})
    assert not page.exception
    assert shown(page).start == OPENING.experiment.start
    assert page.warning


def test_back_shows_the_experiment_of_the_address() -> None:
    other = EXAMPLES[3].experiment
    query = "&".join(f"{k}={v}" for k, v in other.to_query().items())
    page = act(lab(), {}, query)
    assert shown(page) == other


def test_what_is_changed_after_back_changes_what_back_led_to() -> None:
    other = EXAMPLES[3].experiment
    query = "&".join(f"{k}={v}" for k, v in other.to_query().items())
    page = act(lab(), {"steps": 77}, query)
    assert shown(page) == other.replace(steps=77)


def test_an_address_with_too_many_fields_is_survived() -> None:
    page = act(lab(), {}, "&".join(f"f{i}=1" for i in range(500)))
    assert not page.exception
    assert shown(page) == OPENING.experiment
    assert page.warning


def test_a_link_opens_its_experiment_and_a_broken_one_the_nearest() -> None:
    wanted = EXAMPLES[2].experiment
    assert shown(lab(query=wanted.to_query())) == wanted
    broken = {**wanted.to_query(), "steps": "99999999", "r2": "adamm~0.1", "<script>": "alert(1)"}
    page = lab(query=broken)
    assert not page.exception
    assert shown(page).steps == 20_000
    assert len(shown(page).runs) == len(wanted.runs) - 1
    said = page.warning[0].value
    assert "adamm" in said
    assert "99999999" in said
    assert "<script>" not in said


def test_buttons_of_one_icon_have_names_that_can_be_read_aloud() -> None:
    page = lab()
    names = [page.button(key=f"run.{action}").label for action in ("duplicate", "up", "down", "remove")]
    assert names == ["Duplicate this run", "Move this run up", "Move this run down", "Remove this run"]


def test_runs_are_added_duplicated_moved_and_removed_and_keep_their_colours() -> None:
    page = lab()

    def runs() -> list[tuple[str, int]]:
        return [(run["name"], run["color"]) for run in packet(page)[0]["runs"]]

    first = runs()
    page.button(key="run.add").click().run()
    page.button(key="run.duplicate").click().run()
    page.button(key="run.add").click().run()
    assert len(runs()) == 6
    assert runs()[:3] == first
    assert sorted(color for _, color in runs()) == list(range(COLORS))
    assert page.button(key="run.add").disabled
    at(page.button_group, "run.selected").set_value(1).run()
    at(page.button_group, "run.selected").set_value(None).run()  # as no browser of ours does
    assert not page.exception
    page.button(key="run.up").click().run()
    assert runs()[:2] == [first[1], first[0]]
    page.button(key="run.remove").click().run()
    assert first[1] not in runs()
    assert runs()[0] == first[0]
    for _ in range(5):
        page.button(key="run.remove").click().run()
    assert runs() == []
    assert not page.exception
    page.button(key="run.add").click().run()
    assert len(runs()) == 1


def test_a_renamed_run_has_its_name_everywhere() -> None:
    page = lab()
    at(page.text_input, "run0.name").set_value("mine").run()
    assert packet(page)[0]["runs"][0]["name"] == "mine"
    assert "name1=mine" in packet(page)[0]["query"]


@pytest.fixture(scope="module")
def kept() -> AppTest:
    """Return one page for all that is chosen in it, one after the other."""
    return lab()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_and_all_its_numbers_can_be_set(kept: AppTest, optimizer: str) -> None:
    page = kept
    at(page.selectbox, "run0.optimizer").select(optimizer).run()
    assert not page.exception
    assert shown(page).runs[0].optimizer == optimizer
    numbers = {}
    for parameter in OPTIMIZERS[optimizer].parameters:
        if parameter.kind != "choice":
            numbers[f"r1.parameters.{parameter.key}"] = parameter
            continue
        for value in parameter.choices:
            at(page.selectbox, f"run0.{parameter.key}").select(value).run()
            assert not page.exception
            assert shown(page).runs[0].parameters[parameter.key] == value
    for end in ("low", "default"):
        edit(page, **{address: None if end == "default" else parameter.low for address, parameter in numbers.items()})
        assert not page.exception
        told = rows(page)
        for address, parameter in numbers.items():
            wanted = getattr(parameter, end)
            assert shown(page).runs[0].parameters[parameter.key] == wanted
            assert told[address]["value"] == packet(page)[0]["numbers"]["values"][address] == wanted
            assert told[address]["default"] == parameter.default


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_can_be_set(kept: AppTest, schedule: str) -> None:
    page = kept
    at(page.button_group, "run.selected").set_value(1).run()
    at(page.selectbox, "run1.schedule").select(schedule).run()
    assert not page.exception
    assert shown(page).runs[1].schedule == schedule
    assert shown(page).runs[0].schedule == "constant"


def test_a_new_surface_gets_rates_that_suit_it() -> None:
    page = lab()
    before = [run.learning_rate for run in shown(page).runs]
    at(page.selectbox, "surface").select("rosenbrock").run()
    assert [run.learning_rate for run in shown(page).runs] != before
    assert all(run["outcome"] not in ("DIVERGED", "NON_FINITE") for run in packet(page)[0]["runs"])


def test_a_surface_parameter_moves_its_minimum() -> None:
    page = lab(Experiment(landscape="rosenbrock", runs=(Run(optimizer="newton", learning_rate=1.0),)))
    edit(page, landscape_parameters__a=2.0)
    assert not page.exception
    assert facts_of(packet(page)[0]["runs"][0])["Minimum"] == "(2, 4)"


def test_one_rate_for_all_reset_and_start_over() -> None:
    page = lab()
    edit(page, r1__learning_rate=0.123)
    page.button(key="run0.same").click().run()
    assert {run.learning_rate for run in shown(page).runs} == {0.123}
    page.button(key="run0.reset").click().run()
    assert shown(page).runs[0].learning_rate != 0.123
    page.button(key="reset.all").click().run()
    assert shown(page) == OPENING.experiment


def test_a_random_start_is_in_view_and_comes_from_the_seed() -> None:
    first, second = lab(), lab()
    for page in (first, second):
        act(page, {"start": "random"})
    assert shown(first).start == shown(second).start != OPENING.experiment.start
    (x0, x1), (y0, y1) = shown(first).window
    assert x0 <= shown(first).start[0] <= x1
    assert y0 <= shown(first).start[1] <= y1


def test_what_was_settled_before_is_not_done_once_more() -> None:
    page = lab()
    for count, seed in ((1, 1), (1, 1), (2, 2), (1, 2)):
        act(page, {"start": "random"}, count=count)
        assert shown(page).seed == seed
        assert message(page)["count"] == max(1, seed)


def test_another_page_of_the_same_session_counts_for_itself() -> None:
    page = act(lab(), {"seed": 5}, count=9)
    act(page, {"seed": 6}, page="another", count=1)
    assert shown(page).seed == 6
    assert (message(page)["page"], message(page)["count"]) == ("another", 1)


def test_what_a_page_did_before_it_knew_of_a_change_elsewhere_is_left_to_the_page() -> None:
    page = lab()
    before = message(page)
    at(page.button, "reset.all").click().run()
    act(page, {"start": [0.0, 0.0]}, before["query"], revision=before["revision"])
    assert shown(page) == OPENING.experiment
    told = message(page)
    assert told["revision"] != before["revision"] and told["generation"] != before["generation"]
    assert told["count"] == 0  # so that the page knows that it was not heard
    act(page, {"start": [0.0, 0.0]})
    assert shown(page) == OPENING.experiment.replace(start=(0.0, 0.0))


def test_a_number_changed_in_the_panel_is_no_new_beginning() -> None:
    page = lab()
    before = message(page)
    at(page.selectbox, "run0.schedule").select("cosine").run()
    told = message(page)
    assert told["revision"] != before["revision"] and told["generation"] == before["generation"]


def test_a_session_that_was_lost_with_its_server_goes_on_from_what_the_page_settled_on() -> None:
    page = AppTest.from_file(MAIN, default_timeout=60)
    page.query_params["on"] = "sphere"
    first = page.run()
    assert message(first)["fresh"]
    other = EXAMPLES[3].experiment
    act(page, {"start": [0.5, 0.5]}, urlencode(other.to_query()), revision="of a session before", count=7)
    assert shown(page) == other.replace(start=(0.5, 0.5))


def test_what_is_not_allowed_of_an_edit_is_said_and_the_rest_is_done() -> None:
    page = act(lab(), {"steps": -5, "seed": 4})
    assert shown(page).seed == 4 and shown(page).steps == OPENING.experiment.steps
    assert "steps" in page.warning[0].value


def test_the_surface_is_described_and_one_that_was_changed_says_so() -> None:
    plain = Experiment(landscape="himmelblau", start=(0.0, 0.0), runs=())
    assert packet(lab(query=plain.to_query()))[0]["about"].startswith("**Himmelblau.** Four minima")
    changed = packet(lab(query=plain.replace(l2=0.5).to_query()))[0]["about"]
    assert "changed" in changed and "found in the window" in changed


def test_moving_any_number_compiles_nothing(traces: Callable[[], dict[str, int]]) -> None:
    page = lab(
        Experiment(
            landscape="rosenbrock",
            steps=200,
            runs=(
                Run(
                    optimizer="adamw",
                    learning_rate=0.01,
                    schedule="one_cycle",
                    wrappers=(Wrapper(key="layer_rate"),),
                ),
            ),
        )
    )
    numbers = rows(page)
    wanted = {
        "steps",
        "seed",
        "r1.learning_rate",
        "landscape_parameters.b",
        "r1.parameters.beta1",
        "r1.schedule_parameters.div",
        "r1.wrappers.layer_rate.factor",
    }
    assert wanted <= set(numbers)
    modifiers = [address for address in numbers if address in BY_KEY]
    assert len(modifiers) == 7
    for address in ("landscape_parameters.a", *modifiers):
        edit(page, **{address: 0.25})  # each first one makes another kind of surface, once
        packet(page)
    before = traces()
    for address, row in numbers.items():
        for part in (0.3, 0.6) if address.startswith("r1.") else (0.6,):
            value = row["low"] + part * (row["high"] - row["low"])
            edit(page, **{address: round(value) if row["whole"] else value})
            packet(page)
            assert not page.exception
            assert not page.warning
    act(page, {"start": [0.25, -0.75]})
    packet(page)
    assert traces() == before


def test_a_pair_of_changes_in_one_message_loses_neither() -> None:
    page = lab(Experiment(landscape="sphere", runs=(Run(optimizer="adam", learning_rate=0.1),)))
    edits = {"r1.parameters.beta1": 0.5, "r1.parameters.beta2": 0.9}
    act(page, {**edits, "start": [1.5, 0.5]})
    assert (shown(page).runs[0].parameters["beta1"], shown(page).runs[0].parameters["beta2"]) == (0.5, 0.9)
    assert shown(page).start == (1.5, 0.5)


@pytest.mark.parametrize(
    "edits",
    [
        {"r10.learning_rate": 1},
        {"r-1.learning_rate": 1},
        {"r1.learning_rate": "fast"},
        {"r1.learning_rate": float("nan")},
        {"r1.parameters.gravity": 1},
        {"r1.parameters": 1},
        {"r1.wrappers.sam.rho": 1},
        {"landscape_parameters.zzz": None},
        {"steps": 10**400},
        {"steps": True},
        {"steps/": 5},
        {"": 1},
        {"seed": [1]},
        {"__class__": 1},
        {f"x{i}": i for i in range(1000)},
    ],
)
def test_a_number_that_no_panel_would_send_changes_nothing_and_is_said(edits: dict[str, object]) -> None:
    page = act(lab(), edits)
    assert not page.exception
    assert shown(page) == OPENING.experiment
    assert page.warning


def test_the_packet_says_where_a_run_leaves_and_draws_no_number_that_is_none() -> None:
    experiment = Experiment(
        landscape="sphere", start=(3.0, 2.0), steps=800, runs=(Run(optimizer="gradient_descent", learning_rate=1.6),)
    )
    header, arrays = packet(lab(experiment))
    run = header["runs"][0]
    assert run["outcome"] == "DIVERGED"
    assert "diverged at step" in run["flag"]
    assert run["leaves"] is not None
    assert run["last"] < 800
    assert not np.isfinite(arrays["loss0"][-1])


def test_a_run_that_stops_within_the_view_is_not_said_to_leave_it() -> None:
    run = Run(optimizer="gradient_descent", learning_rate=0.014)  # steps over the edge of the logarithm at 0
    wall = Experiment(landscape="formula", formula="x^2 + y^2 + log(x)", start=(3.2, 2.0), steps=200, runs=(run,))
    drawn = packet(lab(wall))[0]["runs"][0]
    assert drawn["last"] < drawn["steps"]
    assert drawn["leaves"] is None


def test_equal_experiments_give_equal_packets() -> None:
    one, two = (stage_packet(OPENING.experiment) for _ in range(2))
    assert one == two


def test_a_host_can_lower_the_caps_and_everything_still_opens() -> None:
    code = "from tests.pages import lab, shown; page = lab()\n"
    code += "from lessons import EXAMPLES; most = max(example.experiment.repeats for example in EXAMPLES)\n"
    code += "print(shown(page).steps, len(shown(page).runs), most, page.exception)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "THALWEG_MAX_STEPS": "50", "THALWEG_MAX_RUNS": "2", "THALWEG_MAX_REPEATS": "8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[:3] == ["50", "2", "8"]
    assert "ElementList()" in done.stdout


def test_the_reference_shows_surfaces_of_every_family() -> None:
    page = lab()
    page.switch_page("reference.py").run()
    for key in FIRST.values():
        check_the_reference(page, key)


def check_the_reference(page: AppTest, key: str) -> None:
    at(page.selectbox, "reference.surface").select(key).run()
    assert not page.exception
    assert any(LANDSCAPES[key].name in heading.value for heading in page.subheader)
    assert key == next(iter(LANDSCAPES)) or page.query_params["surface"] == key
    assert len(page.get("plotly_chart")) == 1


def test_the_reference_lists_all_and_about_opens() -> None:
    page = lab()
    page.switch_page("reference.py").run()
    headings = {heading.value for heading in page.subheader}
    assert {entry.name for registry in (OPTIMIZERS, SCHEDULES, WRAPPERS) for entry in registry.values()} <= headings
    text = "\n".join(text.value for text in page.markdown)
    assert "(0 to 0.99999; 0.999 unless set)" in text and "(0 to 3; 1.49618 unless set)" in text, "with all digits"
    assert text.count("t counts the steps from 0") == 2, "the letters of optimizers and of schedules are explained"
    links = re.findall(r"\[Open in the lab\]\(\./\?([^)]*)\)", text)
    opened = [Experiment.from_query(dict(parse_qsl(link, keep_blank_values=True))) for link in links]
    assert {run.optimizer for experiment in opened for run in experiment.runs} == set(OPTIMIZERS)
    assert {run.schedule for experiment in opened for run in experiment.runs} == set(SCHEDULES)
    assert {around.key for experiment in opened for run in experiment.runs for around in run.wrappers} == set(WRAPPERS)
    page.switch_page("about.py").run()
    assert not page.exception


def test_a_surface_too_steep_for_any_usual_rate_opens_too() -> None:
    steep = Experiment(landscape="jennrich_sampson", view=((-3.0, 4.0), (-3.0, 4.0)))
    steep = steep.replace(runs=(default_run(steep, "momentum"),))
    assert steep.runs[0].learning_rate < 1e-7
    page = lab(steep)
    assert not page.exception
    assert rows(page)["r1.learning_rate"]["value"] == steep.runs[0].learning_rate


def test_a_formula_is_typed_and_gets_sliders() -> None:
    page = lab()
    page.button(key="formula.open").click().run()
    assert shown(page).landscape == "formula"
    at(page.text_input, "formula.text").set_value("a*x^2 + b*y^2 - x").run()
    assert shown(page).formula == "a*x^2 + b*y^2 - x"
    assert {"landscape_parameters.a", "landscape_parameters.b"} <= set(rows(page))
    assert any(r"a\,x^{2} + b\,y^{2} - x" in math.value for math in page.latex)
    edit(page, landscape_parameters__a=3.0)
    assert shown(page).landscape_parameters["a"] == 3.0
    at(page.text_input, "formula.text").set_value("a*x^2 + y^4").run()
    assert dict(shown(page).landscape_parameters) == {"a": 3.0}
    assert not page.exception


def test_a_formula_that_cannot_be_read_stays_to_be_mended() -> None:
    page = lab(Experiment(landscape="formula", formula="x^2 + y^2"))
    at(page.text_input, "formula.text").set_value("x^2 + foo*y").run()
    assert shown(page).formula == "x^2 + y^2"
    assert at(page.text_input, "formula.text").value == "x^2 + foo*y"
    assert "Column 7: unknown name 'foo'; known: x, y, pi, e, sin" in page.error[0].value
    assert page.code[0].value == "x^2 + foo*y\n      ^"
    at(page.text_input, "formula.text").set_value("x^(1/3) + x[0]").run()
    assert "beside" in page.error[0].value
    at(page.text_input, "formula.text").set_value("x^(2/3) + (x<0)*y^2").run()
    assert any(r"write cbrt(x)^2." in note.value for note in page.sidebar.markdown)
    at(page.text_input, "formula.text").set_value("x^2 + 2*y^2").run()
    assert shown(page).formula == "x^2 + 2*y^2"
    assert not any("cbrt" in note.value for note in page.sidebar.markdown)
    assert not page.error
    assert not page.exception


@pytest.mark.parametrize("text", ["1/0", "log(x - 100)", "exp(x^2 + 800)"])
def test_a_formula_that_is_nowhere_a_number_says_so_and_keeps_its_panels(text: str) -> None:
    run = Run(optimizer="gradient_descent", learning_rate=0.1)
    page = lab(Experiment(landscape="formula", formula=text, runs=(run,)))
    packet(page, "inside")
    assert not page.exception
    assert "Nowhere in this window" in page.warning[0].value
    for part in page.get("bidi_component")[1:]:
        json.loads(part.proto.json, parse_constant=lambda word: pytest.fail(f"no browser reads {word}"))


def test_another_surface_never_asks_for_a_scale_that_is_none() -> None:
    page = lab(Experiment(landscape="formula", formula="x^2 + y^2"))
    assert at(page.selectbox, "scale").label == "Colour scale (linear)"
    choices = at(page.selectbox, "scale").options
    at(page.text_input, "formula.text").set_value("exp(x + y)").run()
    assert at(page.selectbox, "scale").label == "Colour scale (logarithmic)"
    assert at(page.selectbox, "scale").options == choices
    at(page.text_input, "formula.text").set_value("x^2 + y^2").run()
    assert not page.warning


def test_the_window_of_a_formula_is_its_domain() -> None:
    page = lab(Experiment(landscape="formula", formula="x^2 + y^2"))
    at(page.number_input, "formula.x to").set_value(2.0).run()
    assert shown(page).window == ((-5.0, 2.0), (-5.0, 5.0))
    at(page.number_input, "formula.x from").set_value(3.0).run()
    assert shown(page).window == ((-5.0, 2.0), (-5.0, 5.0))
    assert "the first must be below the second" in page.warning[0].value
    assert not page.exception


def test_the_colour_scale_can_be_chosen() -> None:
    page = lab(Experiment(landscape="rosenbrock"))
    assert packet(page)[0]["height"]["kind"] == "log"
    at(page.selectbox, "scale").set_value("rank").run()
    assert shown(page).scale == "rank"
    header = packet(page)[0]
    assert header["height"]["kind"] == "rank"
    assert "scale=rank" in header["surface"]
    assert not page.exception


def test_a_surfaces_page_can_be_linked_to_and_opens_the_lab() -> None:
    page = lab(query={"surface": "adjiman"})
    page.switch_page("reference.py")
    page.query_params["surface"] = "adjiman"
    page.run()
    assert at(page.selectbox, "reference.surface").value == "adjiman"
    assert any("Its edge cuts the surface: 3 minima lie on it" in text.value for text in page.markdown)
    page.button(key="reference.open").click().run()
    assert shown(page).landscape == "adjiman"
    assert not page.exception


def test_a_falling_rate_tells_how_far_it_reaches() -> None:
    fresh = Experiment(landscape="sphere", steps=200)
    runs = tuple(
        Run(optimizer="gradient_descent", learning_rate=0.1, schedule=key) for key in ("constant", "exponential", "wsd")
    )
    told = [facts_of(run) for run in packet(lab(fresh.replace(runs=runs)))[0]["runs"]]
    assert "Sum of rates, of squares" not in told[0]
    assert "bounded for ever" in told[1]["Sum of rates, of squares"]
    assert float(told[1]["Sum of rates, of squares"].split(" ")[0].rstrip(",")) == pytest.approx(8.66, abs=0.01)
    assert "bounded" not in told[2]["Sum of rates, of squares"]


def test_points_of_a_drawn_schedule_are_moved_where_all_numbers_are() -> None:
    page = lab(Experiment(landscape="sphere", runs=(Run(optimizer="adam", learning_rate=0.1, schedule="custom"),)))
    address = "r1.schedule_parameters.points"
    edit(page, **{address: [[0, 1], [0.25, 0.5], [1, 0]]})
    assert shown(page).runs[0].schedule_parameters["points"] == ((0, 1), (0.25, 0.5), (1, 0))
    header, arrays = packet(page)
    assert header["numbers"]["values"][address] == [[0, 1], [0.25, 0.5], [1, 0]]
    assert arrays["rate0"][75] == pytest.approx(0.05)
    assert "custom~points~0-1_0.25-0.5_1-0~form~linear" in header["query"]
    edit(page, **{address: [[0.5, 1], [0.25, 1]]})
    assert "t rising within" in page.warning[0].value
    edit(page, **{address: None})
    assert shown(page).runs[0].schedule_parameters == SCHEDULES["custom"].defaults
    assert not page.exception


def test_the_picture_of_a_schedule_is_there_unless_it_is_constant() -> None:
    page = lab()

    def pictures() -> list[dict[str, object]]:
        found = [json.loads(part.proto.json) for part in page.get("bidi_component")[1:]]
        return [data for data in found if "drawing" in data]

    at(page.selectbox, "run0.schedule").select("constant").run()
    assert pictures() == []
    at(page.selectbox, "run0.schedule").select("cosine").run()
    assert pictures() == [{"place": 0, "name": "Cosine", "watches": False, "drawing": None}]
    at(page.selectbox, "run0.schedule").select("custom").run()
    assert pictures()[0]["drawing"]["stairs"] is False  # type: ignore[index]
    next(box for box in page.selectbox if box.label == "Between the points").set_value("step").run()
    assert pictures()[0]["drawing"]["stairs"] is True  # type: ignore[index]


def test_the_cards_tell_how_often_the_loss_changed_the_rate() -> None:
    fresh = Experiment(landscape="himmelblau", steps=120)
    runs = tuple(
        Run(optimizer="gradient_descent", learning_rate=0.005, schedule=key)
        for key in ("bold_driver", "reduce_on_plateau", "cosine")
    )
    header, _ = packet(lab(fresh.replace(runs=runs)))
    told = [facts_of(run) for run in header["runs"]]
    assert re.fullmatch(r"\d+ cuts?, \d+ rises, to ×[\d.]+", told[0]["Rate changes"])
    assert told[1]["Rate changes"] == "none so far"
    assert "Rate changes" not in told[2]
    assert " so far, " in told[0]["Sum of rates, of squares"]
    assert [run["watches"] for run in header["runs"]] == [True, True, False]


def test_a_schedules_form_is_chosen_in_its_editor() -> None:
    fresh = Experiment(landscape="sphere")
    page = lab(fresh.replace(runs=(Run(optimizer="adam", learning_rate=0.1, schedule="cyclic"),)))
    box = next(box for box in page.selectbox if box.label == "Form of the triangles")
    box.set_value("halving").run()
    assert shown(page).runs[0].schedule_parameters["form"] == "halving"
    assert not page.exception


FOOLED = Experiment(
    landscape="three_hump_camel",
    start=(-2.0, -2.1),
    steps=200,
    runs=(Run(optimizer="momentum", learning_rate=0.006), Run(optimizer="gradient_descent", learning_rate=0.02)),
)


def whole_advice(experiment: Experiment) -> list[list[dict[str, str]]]:
    """Ask until all runs' advice is there, as the stage does; returns it."""
    for _ in range(10):
        told = advice_slice(experiment)["runs"]
        if None not in told:
            return told  # type: ignore[no-any-return]
    raise AssertionError("the advice never came")


def test_advice_comes_with_the_link_that_it_leads_to() -> None:
    told = whole_advice(FOOLED)
    assert told[0] == [] and told[1][0]["label"] == "Add momentum 0.9"
    page = act(lab(FOOLED), {}, told[1][0]["query"])
    changed = shown(page)
    assert changed.runs[1].optimizer == "momentum" and changed.runs[0] == FOOLED.runs[0]
    assert packet(page)[0]["runs"][1]["outcome"] == "GLOBAL_MINIMUM"
    assert at(page.selectbox, "run0.optimizer").value == "momentum" and not page.warning


def test_a_rule_that_must_know_the_lowest_value_is_told_it() -> None:
    page = lab(Experiment(landscape="styblinski_tang", runs=(Run(optimizer="adam", learning_rate=0.1),)))
    at(page.selectbox, "run0.optimizer").set_value("polyak_step").run()
    told = LANDSCAPES["styblinski_tang"].lowest
    assert shown(page).runs[0].parameters["lowest"] == pytest.approx(told, rel=1e-8)
    assert rows(page)["r1.parameters.lowest"]["default"] == pytest.approx(told, rel=1e-8)
    edit(page, r1__parameters__lowest=-50.0)
    edit(page, r1__parameters__lowest=None)
    assert shown(page).runs[0].parameters["lowest"] == pytest.approx(told, rel=1e-8)
    at(page.selectbox, "surface").set_value("sphere").run()
    assert shown(page).runs[0].parameters["lowest"] == 0.0
    assert packet(page)[0]["runs"][0]["outcome"] == "GLOBAL_MINIMUM"
    at(page.selectbox, "surface").set_value("mccormick").run()
    assert shown(page).runs[0].parameters["lowest"] == pytest.approx(LANDSCAPES["mccormick"].lowest, rel=1e-8)
    assert not page.exception


def test_what_a_panel_that_is_gone_still_shows_is_nobodys_choice() -> None:
    page = lab()
    old = {"surface": at(page.selectbox, "surface").proto.id}
    other = EXAMPLES[3].experiment
    act(page, {}, urlencode(other.to_query()))  # as Back leads there
    states = page._tree.get_widget_states()
    states.widgets.add(id=old["surface"], string_value=OPENING.experiment.landscape)
    page._run(states)
    assert shown(page) == other
