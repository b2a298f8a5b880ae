"""A table pasted into the dialog of the panel, in a real browser: taken, refused line by line, and taken out again."""

from pathlib import Path

from playwright.sync_api import expect

from experiments import Experiment, Run
from landscapes.data.table import read_table
from tests.stage_page import Stage

START = Experiment(landscape="line_fit", steps=40, runs=(Run(optimizer="gradient_descent", learning_rate=0.1),))
TABLE = "width;height\n0,1;0,25\n0,5;0,9\n-0,4;-0,1\n1,2;0,7"
ROWS = ((0.1, 0.25), (0.5, 0.9), (-0.4, -0.1), (1.2, 0.7))


def test_a_table_is_pasted_refused_mended_and_downloaded(lab: Stage, tmp_path: Path) -> None:
    lab.page.set_viewport_size({"width": 1280, "height": 800})
    lab.go(START)
    panel = lab.page.get_by_test_id("stSidebar")
    panel.get_by_role("button", name="Data: ").click()
    panel.get_by_role("button", name="Paste a table").click()
    dialog = lab.page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Table").fill(TABLE.replace("0,9", "tall"))
    dialog.get_by_role("button", name="Use this table").click()
    expect(dialog.get_by_text("Line 3: 'tall' is not a number")).to_be_visible()
    dialog.get_by_role("textbox", name="Table").fill(TABLE)
    dialog.get_by_role("button", name="Use this table").click()
    expect(dialog).to_have_count(0)
    lab.page.wait_for_function("() => location.search.includes('data=')")
    assert lab.experiment().data == ROWS
    notice = lab.page.locator(".st-key-notices")
    expect(notice).to_contain_text("ommas were read as decimal points")
    with lab.page.expect_download() as coming:
        panel.get_by_role("button", name="Download", exact=True).click()
    coming.value.save_as(tmp_path / "rows.csv")
    assert read_table((tmp_path / "rows.csv").read_text(), 1, "number").rows == ROWS
    panel.get_by_role("button", name="Draw points").click()
    lab.page.wait_for_function("() => !location.search.includes('data=')")
    assert lab.experiment().data == ()
