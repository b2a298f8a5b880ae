"""What a run's evidence looks like in a real browser: the lens, sharpness along the path, and a race that agrees."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from experiments import Experiment, Run, simulate
from experiments.results.judged_runs import results_of
from experiments.results.race import RULE
from figures.heights import heights_of
from tests.stage_page import READY, Stage, address, module

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
SPOKEN = re.compile(r"x .+, y .+\. .+\. value .+\. curvatures .+ and .+")
CURVES = "document.querySelector('[data-testid=stage-curves]')"
VALLEY = Experiment(
    landscape="rosenbrock",
    start=(-1.2, 1.0),
    steps=120,
    runs=(
        Run(optimizer="gradient_descent", learning_rate=0.0025),
        Run(optimizer="newton", learning_rate=1.0),
        Run(optimizer="adam", learning_rate=0.05),
    ),
)
CAMEL = Experiment(
    landscape="three_hump_camel",
    start=(-2.0, -2.1),
    steps=160,
    runs=(
        Run(optimizer="gradient_descent", learning_rate=0.02),
        Run(optimizer="momentum", learning_rate=0.006),
        Run(optimizer="newton", learning_rate=1.0),
        Run(optimizer="gradient_descent", learning_rate=5.0, name="too fast"),
    ),
)
BOWL = Experiment(
    landscape="ill_conditioned_quadratic",
    landscape_parameters={"condition": 25.0},
    start=(-3.0, 1.0),
    steps=50,
    runs=(Run(optimizer="nesterov", learning_rate=0.02), Run(optimizer="adam", learning_rate=0.05)),
)


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESK)
    yield context
    context.close()


@pytest.fixture(scope="module")
def valley(desk: BrowserContext, server: str) -> Stage:
    """Return the lab on the valley, at its last step."""
    opened = Stage(desk.new_page(), address(server, VALLEY))
    opened.finish()
    return opened


@pytest.fixture
def lab(valley: Stage, server: str) -> Iterator[Stage]:
    """Return the same page for every test, its lens put away; nothing may go wrong or leave the machine."""
    valley.page.set_viewport_size(DESK)
    if valley.ask("lens"):
        valley.part("stage-lens").click()
    valley.page.mouse.move(0, 0)
    if valley.ask("start") != list(VALLEY.start):  # as no other experiment here has it
        valley.go(VALLEY)
        valley.finish()
    yield valley
    assert valley.problems == []
    assert valley.hosts == {server.removeprefix("http://")}


def lens_on(stage: Stage, point: tuple[float, float]) -> dict:  # type: ignore[type-arg]
    """Point the lens there by mouse; returns what it found, once it has."""
    stage.page.mouse.move(*stage.pixel(*point))
    stage.wait_until("s.lens && Math.hypot(s.lens.point[0] - a[0], s.lens.point[1] - a[1]) < 0.02", *point)
    return stage.ask("lens")  # type: ignore[no-any-return]


def test_the_lens_on_rosenbrocks_minimum_is_exact(lab: Stage) -> None:
    lab.part("stage-lens").click()
    found = lens_on(lab, (1.003, 1.004))  # beside the star, which catches it
    assert found["point"] == [1.0, 1.0]
    np.testing.assert_allclose(found["hessian"], [[802.0, -400.0], [-400.0, 200.0]], rtol=1e-12)
    np.testing.assert_allclose(found["eigenvalues"], 501 + np.sqrt(250_601) * np.array([-1, 1]), rtol=1e-10)
    panel = lab.part("stage-lens-panel")
    for text in ("Critical point: minimum", "Gradient0", "1002 along", "0.3994 along", "2508", "distance × 0.9992"):
        expect(panel).to_contain_text(text)
    limits = panel.locator("tr[data-over]")
    expect(limits).to_have_count(1)  # none is known for Newton and for Adam
    expect(limits).to_contain_text("Gradient descent")
    expect(limits).to_contain_text("0.001997")
    expect(limits).to_contain_text("above")  # 0.0025
    assert lab.page.locator(".thw-lens-picture text").all_text_contents() == ["0.3994", "1002"]
    mark = lab.mark()
    lens_on(lab, (0.0, 1.2))
    expect(panel).to_contain_text("Curves up one way, down the other")
    assert lab.page.locator(".thw-lens-picture .thw-lens-down").count() == 3  # an axis and two branches
    lab.part("stage-lens").click()
    expect(panel).to_be_hidden()
    assert lab.page.locator(".thw-lens-picture path").count() == 0
    assert lab.mark() == mark  # and the server drew nothing anew


def test_the_lens_draws_its_axes_along_the_eigenvectors_as_the_map_scales_them(lab: Stage) -> None:
    lab.part("stage-lens").click()
    found = lens_on(lab, (-0.6, 1.4))
    paths = lab.page.locator(".thw-lens-picture .thw-lens-axis")
    lengths = []
    origin = np.array(lab.pixel(0, 0))
    for vector, path in zip(found["vectors"], paths.all(), strict=True):
        way = np.array(lab.pixel(*vector)) - origin
        line = path.get_attribute("d")
        assert line is not None
        numbers = line.replace("M", "").replace("L", " ").split()
        drawn = np.subtract(*np.array(numbers, float).reshape(2, 2))
        assert abs(way[0] * drawn[1] - way[1] * drawn[0]) < 1e-2 * np.hypot(*way) * np.hypot(*drawn)
        lengths.append(np.hypot(*drawn) / np.hypot(*way))
    small, large = np.abs(found["eigenvalues"])
    assert lengths[0] / lengths[1] == pytest.approx(np.sqrt(large / small), rel=0.02)


def test_the_lens_works_by_keys_alone(lab: Stage) -> None:
    page = lab.page
    page.keyboard.press("c")
    handle = lab.part("stage-lens-at")
    expect(handle).to_be_focused()
    lab.wait_until("s.lens")
    before = lab.ask("lens")["point"]
    step = lab.ask("step")
    page.keyboard.press("ArrowUp")
    lab.wait_until("s.lens.point[1] > a[0] + 0.05", before[1])
    assert lab.ask("step") == step
    expect(handle).to_have_attribute("aria-valuetext", SPOKEN)
    page.keyboard.press("Escape")
    expect(lab.part("stage-lens-panel")).to_be_hidden()
    expect(lab.part("stage-lens")).to_be_focused()
    box = page.get_by_role("textbox", name="Start x")
    box.focus()
    page.keyboard.press("c")
    expect(lab.part("stage-lens")).to_have_attribute("aria-pressed", "false")  # it was typed


def test_the_lens_answers_for_the_surface_that_is_drawn_now(lab: Stage) -> None:
    lab.part("stage-lens").click()
    before = lens_on(lab, (0.5, 0.6))["hessian"][1][1]
    lab.unfold("Change this surface")
    steepness = lab.page.get_by_role("textbox", name="Steepness of the walls b", exact=True)
    steepness.fill("50")
    steepness.press("Enter")
    lab.wait_until("Math.abs(s.lens.hessian[1][1] - 100) < 1e-9")
    assert before == pytest.approx(200.0)
    steepness.fill("100")
    steepness.press("Enter")
    lab.wait_until("Math.abs(s.lens.hessian[1][1] - 200) < 1e-9")


def test_a_lens_that_cannot_be_is_refused_with_one_sentence(lab: Stage) -> None:
    answer = lab.page.evaluate(
        """async (module) => {
            const { lensUrl } = (await import(module)).part;
            const surface = performance.getEntriesByType('resource')
                .map((entry) => entry.name).find((name) => name.includes('/surface?'));
            const url = lensUrl(surface, [0, 0]);
            url.searchParams.set('y', 'up');
            const answer = await fetch(url);
            return [answer.status, await answer.text()];
        }""",
        module("lens/lens_requests.js"),
    )
    assert answer[0] == 400
    assert answer[1].startswith("y: 'up' is not allowed; give a number in")
    lab.problems.clear()  # the browser says so, too


def test_sharpness_of_a_quadratic_is_one_line_and_its_limit_lies_where_the_rate_puts_it(lab: Stage) -> None:
    lab.go(BOWL)
    lab.finish()
    mark = lab.mark()
    lab.look_at("sharpness")
    lab.wait_for_new(mark)
    lab.page.wait_for_function(f"{CURVES}.data.some((t) => t.name === 'Adam' && t.y.some(Boolean))")
    drawn = lab.page.evaluate(f"{CURVES}.data.map((t) => [t.name ?? '', [...t.y], t.fill ?? ''])")
    lines = {name: y for name, y, _ in drawn if name}
    for name in ("Nesterov momentum", "Adam"):
        np.testing.assert_allclose(lines[name], 25.0, rtol=1e-6)
    limit = 2 * 1.9 / (2.8 * 0.02)
    np.testing.assert_allclose(lines["Nesterov momentum: unstable above"], limit, rtol=1e-6)
    assert "Adam: unstable above" not in lines
    assert [fill for *_, fill in drawn].count("tonexty") == 1
    low, high = lab.page.evaluate(f"{CURVES}._fullLayout.yaxis.range")
    assert 10**low < 25.0 < limit < 10**high
    mark = lab.mark()
    lab.look_at("loss")
    lab.wait_for_new(mark)  # it is no longer sent


def test_what_was_looked_at_before_another_page_is_shown_again_or_no_longer_sent(
    desk: BrowserContext, server: str
) -> None:
    lab = Stage(desk.new_page(), address(server, BOWL))
    lab.part("stage-inside").click()
    lab.look_at("sharpness")
    lab.wait_until("String(s.sent) === 'curvature,inside'")
    lab.page.get_by_role("link", name="About").first.click()
    expect(lab.page.get_by_role("heading", level=1)).to_be_visible()
    lab.page.get_by_role("link", name="Lab").first.click()
    lab.page.wait_for_selector(READY)
    lab.wait_until("String(s.sent) === 'inside'")
    expect(lab.part("stage-inside-panel")).to_be_visible()
    expect(lab.part("stage-curve-loss")).to_have_attribute("aria-pressed", "true")
    assert lab.problems == []
    lab.page.close()


@pytest.mark.parametrize("curve", ["loss", "gradient", "sharpness"])
def test_the_curves_tell_step_loss_and_gradient_norm_under_the_mouse(lab: Stage, curve: str) -> None:
    lab.look_at(curve)
    box = lab.part("stage-curves").bounding_box()
    lab.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    tip = lab.page.locator(".thw-tip")
    expect(tip).to_contain_text("Step ")
    step = int(tip.locator("strong").inner_text().removeprefix("Step ").replace(",", ""))
    for place, run in enumerate(simulate(VALLEY)):
        texts = tip.locator("tr").nth(place + 1).locator("td").all_inner_texts()
        told = [float(text.replace("−", "-")) for text in texts[1:3]]
        wanted = [run.losses[step], np.hypot(*run.gradients[step])]
        np.testing.assert_allclose(told, wanted, rtol=6e-3)
    heads = tip.locator("th").all_inner_texts()
    assert heads[1:3] == ["Loss", "Gradient norm"]
    assert (curve == "sharpness") == ("Limit" in heads)


def test_the_relief_tells_step_loss_and_gradient_norm_under_the_mouse(lab: Stage) -> None:
    newton = simulate(VALLEY)[1]
    z = heights_of(VALLEY).of(newton.losses)
    left, top = lab.ask("projectRelief", *newton.points[1].tolist(), float(z[1]))
    box = lab.part("stage-relief").bounding_box()
    lab.page.mouse.move(box["x"] + left, box["y"] + top)
    tip = lab.page.locator(".thw-tip")
    for label in ("Step", "Loss", "Gradient norm"):
        expect(tip).to_contain_text(label)


def test_markers_on_map_relief_and_curves_agree_with_the_race_table(lab: Stage) -> None:
    lab.page.set_viewport_size({**DESK, "height": 900})  # with four runs the relief has room beside the map
    lab.look_at("loss")
    lab.go(CAMEL)
    lab.finish()
    lab.wait_until("s.projectRelief(0, 0, 0) !== null")
    rows = lab.part("stage-race").locator("tbody tr")
    table = {}
    for row in rows.all():
        cells = {cell.get_attribute("data-key"): cell.inner_text() for cell in row.locator("th, td").all()}
        table[cells["run"]] = cells
    results = results_of(CAMEL)
    drawn = lab.ask("diamonds")
    marks = lab.page.evaluate(f"(() => {{ const t = {CURVES}.data.at(-1); return [[...t.x], [...t.y]]; }})()")
    on_curves = dict(zip(*marks, strict=True))
    heights = heights_of(CAMEL)
    for place, (run, result) in enumerate(zip(CAMEL.runs, results, strict=True)):
        told = table[run.title]
        card = lab.part(f"stage-card-{place}")
        expect(card).to_contain_text(told["outcome"])
        expect(card).to_contain_text(f"{told['best']} at step {told['best_step']}")
        if told["steps"] == "not reached":
            assert drawn["map"][place] is None and drawn["relief"][place] is None
            continue
        step = int(told["steps"].replace(",", ""))
        point = result.trajectory.points[step]
        away = np.subtract(lab.pixel(*drawn["map"][place]), lab.pixel(*point))
        assert np.hypot(*away) < 1  # nearer points of a path are drawn as one
        z = float(heights.of(result.trajectory.losses)[step])
        where = lab.ask("projectRelief", *point.tolist(), z)
        assert np.hypot(*np.subtract(drawn["relief"][place], where)) < 1
        assert on_curves.pop(step) == pytest.approx(float(result.gap[step]), rel=1e-5)
        assert told["evaluations"].startswith(str(int(result.trajectory.costs[:step, 1].sum())))
    assert on_curves == {}
    assert table["too fast"]["rank"] == "4" and table["too fast"]["outcome"].startswith("Diverged")
    summary = lab.page.locator(".thw-summary")
    expect(summary).to_contain_text("is first of 4.")
    said = summary.inner_text()
    for cells in table.values():
        assert f"{cells['run']}: {cells['outcome'].lower()}" in said
    winner = next(name for name, cells in table.items() if cells["rank"] == "1")
    assert said.startswith(f"{winner} is first")
    expect(lab.part("stage-race").locator("summary")).to_contain_text(f"{winner} is first of 4.")
    expect(lab.part("stage-race")).to_contain_text(RULE)


def test_the_race_is_sorted_by_keys_and_says_how(lab: Stage) -> None:
    table = lab.part("stage-race")
    column = table.get_by_role("columnheader", name="Final loss")
    expect(table.get_by_role("columnheader", name="Rank")).to_have_attribute("aria-sort", "ascending")
    for way in ("ascending", "descending"):
        column.get_by_role("button").focus()
        lab.page.keyboard.press("Enter")
        expect(column).to_have_attribute("aria-sort", way)
        expect(column.get_by_role("button")).to_be_focused()
        shown = [float(text.replace("−", "-")) for text in table.locator("td[data-key=final]").all_inner_texts()]
        assert shown == sorted(shown, reverse=way == "descending")
    expect(table.get_by_role("columnheader", name="Rank")).to_have_attribute("aria-sort", "none")
    lab.page.keyboard.press("Space")  # which also plays, but not from a button
    assert not lab.ask("playing")


def serious_of(lab: Stage) -> list[tuple[str, list[str]]]:
    """Return what axe finds serious in the stage with the lens on a point."""
    lab.part("stage-lens").click()
    lens_on(lab, (1.0, 1.0))
    found = Axe().run(lab.page, context={"include": [["[data-testid=stage]"]]})
    serious = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
    return [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in serious]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_lens_and_race(lab: Stage, scheme: str) -> None:
    lab.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    expect(lab.part("stage")).to_have_attribute("data-theme", scheme)
    found = serious_of(lab)
    lab.page.emulate_media(color_scheme="light")
    assert found == []


def test_on_a_phone_a_tap_holds_the_lens_and_the_race_scrolls_in_its_own_box(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce")
    page = context.new_page()
    lab = Stage(page, address(server, VALLEY))
    start = lab.ask("start")
    expect(lab.part("stage-race")).not_to_have_attribute("open", "")
    lab.part("stage-lens").tap()
    page.touchscreen.tap(*lab.pixel(0.5, 0.5))
    lab.wait_until("s.lens && Math.abs(s.lens.point[0] - 0.5) < 0.03")
    assert lab.ask("start") == start
    lab.part("stage-lens").tap()
    lab.part("stage-race").locator("summary").tap()
    expect(lab.part("stage-race").locator("table")).to_be_visible()
    box = "document.querySelector('.thw-race-scroll')"
    assert page.evaluate(f"{box}.scrollWidth > {box}.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in ("stage-curves", "stage-log", "stage-lens", "stage-race"):
        bounds = lab.part(name).bounding_box()
        assert bounds["x"] >= 0 and bounds["x"] + bounds["width"] <= 390
    assert lab.problems == []
    context.close()
