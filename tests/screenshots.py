"""The README's pictures, taken from the running app: `python -m tests.screenshots`."""

from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from lessons import EXAMPLES
from tests.app_server import ROOT, running
from tests.install_browser import ARGS, browser_path
from tests.stage_page import Stage, address

FOLDER = ROOT / "docs"
LAPTOP, PROJECTOR, PHONE = (
    {"width": 1280, "height": 800},
    {"width": 1920, "height": 1080},
    {"width": 390, "height": 844},
)
_BY_KEY = {example.key: example for example in EXAMPLES}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with running() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=ARGS)
        for scheme in ("light", "dark"):
            for name, size in (("laptop", LAPTOP), ("projector", PROJECTOR), ("phone", PHONE)):
                take(browser, server, size, scheme, f"lab-{name}-{scheme}", "trapped", step=120)
        take(browser, server, LAPTOP, "light", "tour-rate-too-high", "too_high", step=60)
        take(browser, server, LAPTOP, "light", "tour-ravine", "ravine", step=80)
        take(browser, server, LAPTOP, "dark", "tour-saddle", "saddle", step=60)
        take(browser, server, LAPTOP, "light", "tour-batches", "batches", step=200)
        browser.close()


def take(browser: Browser, server: str, size: dict[str, int], scheme: str, name: str, example: str, step: int) -> None:
    """Open an example at a step and save its picture."""
    page = new_page(browser, size, scheme)
    stage = Stage(page, server if example == "trapped" else address(server, _BY_KEY[example].experiment))
    if example != "trapped":
        stage.part("stage-examples").get_by_role("button", name=f": {_BY_KEY[example].title}").click()
        page.get_by_text(_BY_KEY[example].observe.split("**")[1]).wait_for()
    stage.finish()
    stage.part("stage-scrub").fill(str(step))
    stage.wait_until("s.step === a[0]", step)
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement?.blur()")
    save(page, FOLDER / f"{name}.png")
    page.context.close()


def new_page(browser: Browser, size: dict[str, int], scheme: str) -> Page:
    phone = size["width"] < 500
    return browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        color_scheme=scheme,  # type: ignore[arg-type]
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
    ).new_page()


def save(page: Page, path: Path) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, animations="disabled")
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
