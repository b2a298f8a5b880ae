"""Many runs on the page: made a little at a time once nothing moves, told in words, drawn as bands and ends."""

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from experiments import Experiment, Run, ensembles_of
from experiments.studies.ensemble_sharpness import sharpness_bands
from experiments.studies.proportion import Proportion
from figures.packets import members, members_work
from figures.packets.members_work import members_slice
from parameter import Refusal
from tests.packets import read_packet
from tests.pages import at, edit, lab, packet, rows, shown
from tests.stage_page import Stage, address

WELLS = Experiment(
    landscape="three_hump_camel",
    start=(-1.0, 0.5),
    steps=120,
    runs=(
        Run(optimizer="gradient_descent", learning_rate=0.02),
        Run(optimizer="adam", learning_rate=0.05),
    ),
    repeats=40,
    spread=0.8,
)


def test_the_panel_has_both_numbers_and_sets_them() -> None:
    page = lab()
    assert {"repeats", "spread"} <= set(rows(page))
    assert rows(page)["spread"]["needs"] == ["repeats", 2]
    assert "many" not in packet(page)[0]
    edit(page, repeats=25, spread=0.5)
    assert (shown(page).repeats, shown(page).spread) == (25, 0.5)
    assert packet(page)[0]["many"]["runs"] is None
    edit(page, repeats=500)
    assert shown(page).repeats == 25 and page.warning
    edit(page, repeats=None, spread=None)
    assert (shown(page).repeats, shown(page).spread) == (1, 0.0)
    assert "many" not in packet(page)[0]


def test_another_surface_keeps_the_repeats_and_gets_a_spread_that_suits_it() -> None:
    page = lab(WELLS)  # a view from -2.2 to 2.2
    at(page.selectbox, "surface").set_value("himmelblau").run()  # one from -5 to 5
    assert (shown(page).landscape, shown(page).repeats) == ("himmelblau", 40)
    assert shown(page).spread == pytest.approx(0.8 * 5 / 2.2, rel=0.01)


def test_members_are_no_part_of_the_picture_and_come_in_slices_when_asked_for() -> None:
    experiment = WELLS.replace(seed=1)
    header, arrays = packet(lab(experiment))
    assert header["many"]["runs"] is None
    assert not [name for name in arrays if name.startswith("many")]
    for _ in range(60):
        header, arrays = read_packet(members_slice(experiment))
        if header["many"]["runs"]:
            break
        assert header["progress"]["all"] == 80 and not arrays
    for place, found in enumerate(ensembles_of(experiment)):
        assert header["many"]["runs"][place]["said"] == members.said(experiment, found)
        assert np.array_equal(arrays[f"many.x.{place}"], found.ends[:, 0].astype("<f4"))
        assert arrays[f"many.global.{place}"].sum() == found.global_minimum.count
        for edge, row in zip(("low", "middle", "high"), found.bands["gap"], strict=True):
            assert np.array_equal(arrays[f"many.gap.{edge}.{place}"], row.astype("<f4"))


def test_a_run_that_is_made_once_has_no_members() -> None:
    with pytest.raises(Refusal, match="repeats: 1"):
        members_slice(WELLS.replace(repeats=1))


def test_long_work_comes_in_slices_and_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = WELLS.replace(seed=2)
    monkeypatch.setattr(members_work, "SLICE", 1e-9)
    header, _ = read_packet(members_slice(experiment))
    assert header["progress"] == {"done": 0, "all": 80} and header["many"]["runs"] is None
    monkeypatch.setattr(members_work, "SLICE", 0.005)
    header, _ = read_packet(members_slice(experiment))
    assert 0 < header["progress"]["done"] < 80
    monkeypatch.setattr(members_work, "SLICE", 60.0)
    header, _ = read_packet(members_slice(experiment))
    assert header["progress"] == {"done": 80, "all": 80} and header["many"]["runs"]


def test_long_runs_send_no_more_of_a_band_than_can_be_seen() -> None:
    _, arrays = members.drawn(WELLS.replace(steps=5_000, repeats=3))
    sizes = {name: len(values) for name, values in arrays}
    assert sizes["many.steps.0"] == sizes["many.loss.middle.0"] == 301
    assert sizes["many.step.low.0"] == 300


def test_what_is_said_is_the_count_the_interval_and_the_median() -> None:
    assert members.share(Proportion(count=37, of=100)) == "37 of 100 (28 to 47\u00a0%)"
    (plain, _) = ensembles_of(WELLS)
    said = members.said(WELLS, plain)
    count, steps = plain.global_minimum.count, plain.median_steps
    assert 0 < count < 40 and steps is not None
    assert said.startswith(f"Reached the global minimum in {count} of 40 (")
    assert f"median {steps:g} steps." in said
    assert f"Any minimum: {plain.any_minimum.count} of 40 (" in said
    still = WELLS.replace(spread=0.0)
    assert members.said(still, ensembles_of(still)[0]).startswith("All 40 would be the same")
    noisy = WELLS.replace(noise=0.2, steps=800, spread=0.0, start=(0.5, 0.2))
    assert members.said(noisy, ensembles_of(noisy)[0]).startswith("Hovers around the global minimum in ")
    bottomless = WELLS.replace(landscape="saddle", landscape_parameters={})
    assert members.said(bottomless, ensembles_of(bottomless)[0]).startswith("Ended at a minimum in 0 of 40")
    wild = bottomless.replace(runs=(Run(optimizer="gradient_descent", learning_rate=1000.0),), steps=2_000)
    assert members.said(wild, ensembles_of(wild)[0]).endswith("40 ended in no finite number.")
    far = bottomless.replace(runs=(Run(optimizer="gradient_descent", learning_rate=0.1),), steps=100)
    assert members.said(far, ensembles_of(far)[0]).endswith("ended outside the picture.")


AREAS = """document.querySelector('[data-testid=stage-curves]').data
    .filter((t) => t.fill === 'toself' && t.x.length > 9).length"""


def areas(stage: Stage) -> int:
    """Return how many bands the curves show."""
    return int(stage.page.evaluate(AREAS))


def test_many_runs_turned_on_show_bands_ends_and_rates(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    stage = Stage(context.new_page(), address(server, WELLS.replace(repeats=1, spread=0.0)))
    page = stage.page
    stage.finish()
    assert (areas(stage), stage.ask("ends")["all"]) == (0, 0)
    page.get_by_role("button", name="Many runs").click()
    page.get_by_role("textbox", name="Times each is run").fill("30")
    page.get_by_role("textbox", name="Times each is run").press("Enter")
    expect(stage.part("stage-card-0")).to_contain_text("All 30 would be the same")
    page.get_by_role("textbox", name="Spread of the starts").fill("0.8")
    page.get_by_role("textbox", name="Spread of the starts").press("Enter")
    experiment = WELLS.replace(repeats=30)
    stage.wait_until("s.ends.all === 60")
    found = ensembles_of(experiment)
    assert stage.ask("ends")["full"] == sum(one.global_minimum.count for one in found)
    assert stage.ask("relief")["ends"] == stage.ask("ends")
    assert stage.ask("relief")["landmarks"] == 3
    for place, one in enumerate(found):
        expect(stage.part(f"stage-card-{place}")).to_contain_text(members.said(experiment, one))
        expect(page.locator(".thw-summary")).to_contain_text(members.said(experiment, one))
    assert areas(stage) == 2
    expect(page.get_by_role("list", name="Markers")).to_contain_text("Repeat elsewhere")
    assert stage.experiment() == experiment
    stage.look_at("sharpness")
    expect(stage.part("stage-curve-sharpness")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(AREAS + " === 2")
    stage.look_at("rate")
    page.wait_for_function("document.querySelector('[data-testid=stage-curve-rate]').ariaPressed === 'true'")
    stage.part("stage-runs").get_by_role("button", name="Paths and curves of Adam").click()
    stage.wait_until("s.ends.all === 30")
    page.mouse.click(*stage.pixel(-1.2, -0.4))
    stage.wait_until("Math.abs(s.start[0] + 1.2) < 0.05")
    moved = ensembles_of(experiment.replace(start=tuple(stage.ask("start"))))[0]
    assert moved.global_minimum.count != found[0].global_minimum.count
    stage.wait_until("s.ends.all === 30 && s.ends.full === a[0]", moved.global_minimum.count)
    assert stage.problems == []
    context.close()


def test_long_work_can_be_stopped_and_does_not_hold_up_anything(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    long = WELLS.replace(steps=20_000, repeats=200, seed=77, noise=0.01)
    stage = Stage(context.new_page(), address(server, long))
    button = stage.part("stage-many").get_by_role("button")
    expect(button).to_have_text("Stop")
    mark = stage.mark()
    stage.page.mouse.click(*stage.pixel(0.5, 0.5))
    stage.wait_for_new(mark)  # long before the work is done
    assert stage.ask("ends")["all"] == 0
    expect(button).to_have_text("Stop")
    button.click()
    expect(stage.part("stage-many")).to_contain_text("Stopped at")
    expect(button).to_have_text("Go on")
    expect(stage.part("stage-card-0")).to_contain_text("To be run 200 times")
    assert stage.problems == []
    context.close()


def test_the_sharpness_of_the_members_is_made_only_for_those_who_look_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = WELLS.replace(seed=3, repeats=20)
    ensembles_of(experiment)
    header, arrays = read_packet(members_slice(experiment))
    assert header["many"]["runs"] and not header["many"]["more"] and header["progress"] is None
    assert "many.sharpness.middle.0" not in arrays
    monkeypatch.setattr(members_work, "SLICE", 1e-9)
    header, arrays = read_packet(members_slice(experiment, sharpness=True))
    assert header["many"]["more"] and header["progress"] == {"done": 0, "all": 40}
    assert "many.gap.middle.0" in arrays and "sharpness" not in header["many"]["runs"][0]["curves"]
    header, arrays = read_packet(members_slice(experiment, sharpness=True, has=True))
    assert header["many"]["more"] and header["many"]["runs"] is None and not arrays
    monkeypatch.setattr(members_work, "SLICE", 60.0)
    header, arrays = read_packet(members_slice(experiment, sharpness=True, has=True))
    assert not header["many"]["more"] and "sharpness" in header["many"]["runs"][0]["curves"]
    for place, band in enumerate(sharpness_bands(experiment)):
        assert band is not None
        assert np.array_equal(arrays[f"many.sharpness.high.{place}"], band[2].astype("<f4"))
