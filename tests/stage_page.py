"""The stage as a person at a browser has it: where things are, what is drawn, and waiting for it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlparse

from playwright.sync_api import Browser, Page, ViewportSize, expect

from experiments import Experiment
from server.assets import stage_files
from server.bundle import bundled

STILL = (
    "[data-testid=stApp][data-test-script-state=notRunning]"  # the picture may be there before the page has its words
)
READY = "[data-testid=stage][data-ready=true][data-hash]"


def address(server: str, experiment: Experiment | None = None) -> str:
    """Return the lab's address, with an experiment in its link if one is given."""
    return server if experiment is None else f"{server}/?{urlencode(experiment.to_query())}"


def module(name: str) -> str:
    """Return an address from which any page can import one of the stage's modules, by its path, as "part"."""
    texts = {path: file.read_text(encoding="utf-8") for path, file in stage_files().items() if file.suffix == ".js"}
    return f"data:text/javascript,{quote(bundled(texts, {'part': name}))}"


class Stage:
    """A page with the lab open."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.problems: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", lambda m: self.problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.problems.append(str(e)))
        page.on("request", lambda r: self.hosts.add(urlparse(r.url).netloc) if r.url.startswith("http") else None)
        self.open(url)

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.page.wait_for_selector(READY)
        self.page.wait_for_selector(STILL)

    def go(self, experiment: Experiment) -> None:
        """Show another experiment, as Back does: nothing is loaded anew, and what is no part of it stays as it was."""
        expect(self.part("stage")).not_to_have_attribute("data-waiting", "true")
        if self.experiment() == experiment:
            return
        mark = self.mark()
        self.page.evaluate(
            "query => { history.pushState(null, '', `?${query}`); dispatchEvent(new PopStateEvent('popstate')); }",
            urlencode(experiment.to_query()),
        )
        self.wait_for_new(mark)
        self.wait_until("String(s.start) === String(a[0])", list(experiment.start))
        expect(self.part("stage")).to_have_attribute("data-steps", str(experiment.steps))

    def part(self, name: str) -> Any:
        return self.page.locator(f"[data-testid={name}]")

    def ask(self, what: str, *arguments: Any) -> Any:
        """Return a property, or the result of a method, of the stage's hooks."""
        script = """([what, rest]) => {
            const hooks = document.querySelector('[data-testid=stage]').thalweg;
            return typeof hooks[what] === 'function' ? hooks[what](...rest) : hooks[what];
        }"""
        return self.page.evaluate(script, [what, list(arguments)])

    def mark(self) -> str:
        return str(self.part("stage").get_attribute("data-hash"))

    def wait_for_new(self, mark: str) -> str:
        """Wait until something else than what had this mark is drawn; returns its mark."""
        self.page.wait_for_function(
            "mark => (document.querySelector('[data-testid=stage]')?.dataset.hash ?? mark) !== mark", arg=mark
        )
        return self.mark()

    def wait_until(self, condition: str, *arguments: Any) -> None:
        """Wait until a JavaScript condition over the stage's hooks ("s") and arguments ("a") holds."""
        self.page.wait_for_function(
            f"a => {{ const s = document.querySelector('[data-testid=stage]').thalweg; return {condition}; }}",
            arg=list(arguments),
        )

    def finish(self) -> None:
        """Stop playing and go to the last step."""
        self.page.get_by_role("button", name="Last step").click()
        self.wait_until("!s.playing")

    def unfold(self, title: str) -> None:
        """Open the fold of the panel with this title, if it is not open."""
        fold = self.page.get_by_role("button", name=re.compile(f"^{re.escape(title)}"))
        if fold.get_attribute("aria-expanded") == "false":
            fold.click()

    def look_at(self, curve: str) -> None:
        """Choose one of the curves, by its tab or where there is no room for tabs in the list."""
        tab = self.part(f"stage-curve-{curve}")
        self.part("stage-curves").scroll_into_view_if_needed()
        if tab.is_visible():
            tab.click()
        else:
            self.part("stage-curve-list").select_option(curve)
        expect(tab).to_have_attribute("aria-pressed", "true")

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        left, top = self.ask("project", x, y)
        return left, top

    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlparse(self.page.url).query, keep_blank_values=True))

    def wait_for_link(self, key: str, value: str) -> None:
        """Wait until the address bar says so."""
        self.page.wait_for_function("([k, v]) => new URLSearchParams(location.search).get(k) === v", arg=[key, value])

    def wait_for_address(self, before: str) -> None:
        """Wait until the address bar says something else than this address."""
        self.page.wait_for_function("before => location.href !== before", arg=before)

    def experiment(self) -> Experiment:
        """Return the experiment in the address bar."""
        return Experiment.from_query(self.query())


@contextmanager
def stage_at(browser: Browser, url: str, viewport: ViewportSize) -> Iterator[Stage]:
    """Open the lab in a window of its own; nothing may have gone wrong on the page by the end."""
    context = browser.new_context(viewport=viewport, reduced_motion="reduce")
    opened = Stage(context.new_page(), url)
    yield opened
    assert opened.problems == []
    context.close()
