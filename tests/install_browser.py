"""The browser of the browser tests: `python -m tests.install_browser` finds a Chromium that works or installs one."""

import os
import re
import shutil
import subprocess
import sys
from functools import lru_cache

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PATIENCE = 600  # seconds for one attempt at installing


def _is_root() -> bool:
    return getattr(os, "geteuid", lambda: 1)() == 0


# Software WebGL, and no traffic of the browser's own. Its sandbox does not work for root.
ARGS = [
    *(["--no-sandbox"] if _is_root() else []),
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@lru_cache(maxsize=1)
def browser_path() -> str | None:
    """Return the path of the Chromium to test with; None is Playwright's own."""
    for name in NAMES:
        path = shutil.which(name)
        if path and _runs([path, "--version"], patience=30) is None:  # some systems have a script that only advises
            return path
    return None


def _runs(command: list[str], patience: int = _PATIENCE) -> str | None:
    """Run a command. Returns None if it succeeded, otherwise the last error that it named."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=patience, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    said = re.findall(r"^(?:\w*Error:|E:).*", done.stdout + done.stderr, re.MULTILINE)
    return said[-1] if said else f"exit status {done.returncode}"


def _opens() -> str | None:
    """Open a page in the browser that the tests would use. Returns None if that works, otherwise why not."""
    browser_path.cache_clear()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path(), args=ARGS)
            browser.new_page().set_content("<title>works</title>")
            print(f"The browser tests use {browser_path() or 'the Chromium of Playwright'}, version {browser.version}.")
            browser.close()
    except Error as error:
        return error.message.strip().splitlines()[0]
    return None


def _ways() -> list[tuple[str, list[list[str]]]]:
    """Return the ways to install one that this system and user have, best first."""
    own = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if _is_root():
        own.append([sys.executable, "-m", "playwright", "install-deps", "chromium"])
    debian = [
        ["apt-get", "update"],
        ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"],
    ]
    ways = [("Playwright's Chromium", own)]
    if _is_root() and shutil.which("apt-get"):
        ways.append(("Debian's package chromium", debian))
    return ways


def main() -> str | None:
    """Find or install a browser. Returns None, or a sentence that says why there is none."""
    problem = _opens()
    if problem is None:
        return None
    tried = [f"none that works is here ({problem})"]
    for name, commands in _ways():
        print(f"Installing {name} for the browser tests", flush=True)
        problem = next((said for command in commands if (said := _runs(command))), None) or _opens()
        if problem is None:
            return None
        tried.append(f"{name} failed ({problem})")
    return f"The browser tests need Chromium: {'; '.join(tried)}. Install chromium or google-chrome, then try again."


if __name__ == "__main__":
    sys.exit(main())
