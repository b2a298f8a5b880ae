"""The server as a host runs it: a base path, the project's own routes, the cap on visitors, stopping, the image."""

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from importlib import import_module
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version
from streamlit import net_util
from streamlit.web.server import server_util
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from lessons import OPENING
from server import assets

ROOT = Path(__file__).parent.parent
BASE = "/thalweg-lab"
STREAM = f"{BASE}/_stcore/stream"
HEALTH = f"{BASE}/thalweg/health"
STAGE = f"{BASE}{assets.bundle_url().rsplit('/', 1)[0]}"
SURFACE = f"{BASE}{assets.surface_url(OPENING.experiment)}"
PATIENCE = 90.0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str, **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            response: HTTPResponse = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def page(self) -> Answer:
        return self.get(f"{BASE}/", Accept="text/html")

    def visit(self) -> ClientConnection:
        return connect(
            f"ws://127.0.0.1:{self.port}{STREAM}", origin=Origin(f"http://127.0.0.1:{self.port}"), max_size=None
        )

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until holds() is true; fails if the server ends or takes too long."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, self.log.read_text()
            try:
                self.process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(self.log.read_text())


def answers(server: Server) -> bool:
    try:
        return server.get(f"{BASE}/_stcore/health").status == 200
    except OSError:
        return False


def start(folder: Path, within: tuple[str, ...] = (), **settings: str) -> Server:
    port = free_port()
    log = folder / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=127.0.0.1"]
    environment = os.environ | {
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_BASE_URL_PATH": BASE,
        **settings,
    }
    with log.open("wb") as output:
        process = subprocess.Popen([*within, *command], cwd=ROOT, env=environment, stdout=output, stderr=output)
    return Server(process, port, log)


def stop(server: Server) -> float:
    """End a server as a container is ended. Returns how long that took."""
    begin = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    try:
        server.process.wait(timeout=30)
    finally:
        server.process.kill()
        server.process.wait()
    return time.monotonic() - begin


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = start(tmp_path_factory.mktemp("server"), THALWEG_MAX_SESSIONS="1")
    try:
        started.until(lambda: answers(started))
        yield started
    finally:
        stop(started)


def test_page_and_health_stand_under_the_base_path(server: Server) -> None:
    page = server.page()
    assert page.status == 200
    assert "<title>" in page.text
    health = json.loads(server.get(HEALTH).body)
    assert health["status"] == "ok"
    assert health["build"] == assets.stamp()
    assert set(health["packages"]) == {"streamlit", "jax", "optax", "plotly", "numpy"}
    assert "plotly.js" in server.get(f"{BASE}/thalweg/licences").text
    assert server.get("/thalweg/health").status == 404


@pytest.mark.parametrize(
    ("path", "media", "content"),
    [
        (f"{STAGE}/bundle.js", "text/javascript", b"export"),
        (f"{STAGE}/styles.css", "text/css", b"{"),
        (f"{BASE}/thalweg/plotly-{get_plotlyjs_version()}.min.js", "text/javascript", b"plotly.js v"),
        (SURFACE, "application/json", b'"map"'),
    ],
)
def test_files_are_served_plain_and_packed_and_may_be_kept(
    server: Server, path: str, media: str, content: bytes
) -> None:
    plain = server.get(path, Accept_Encoding="identity")
    assert plain.status == 200
    assert plain.headers["content-type"].startswith(media)
    assert "immutable" in plain.headers["cache-control"]
    assert content in plain.body
    packed = server.get(path, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


@pytest.mark.parametrize(
    "query",
    [
        "",
        "on=",
        "on=nowhere",
        "on=rosenbrock~",
        "on=rosenbrock~a",
        "on=rosenbrock~a~nan",
        "on=rosenbrock~a~1e999",
        "on=rosenbrock~nothing~1",
        "on=rosenbrock%00",
        "on=%ff%fe",
        "on=" + "x" * 5_000,
        "on=rosenbrock&view=",
        "on=rosenbrock&view=1",
        "on=rosenbrock&view=1~2~3~x",
        "on=rosenbrock&view=2~1~0~1",
        "on=rosenbrock&view=0~1~0~1e300",
        "on=rosenbrock&view=<script>",
    ],
)
def test_surface_that_cannot_be_is_refused_with_one_sentence(server: Server, query: str) -> None:
    answer = server.get(f"{SURFACE.split('?', maxsplit=1)[0]}?{query}")
    if query.endswith("view="):  # the same as none
        assert answer.status == 200
        return
    assert answer.status == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert re.match(r"[a-z_ .0-9A-Z]+: .{5,1000}$", answer.text), answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "nothing.js",
        "..",
        "../session.py",
        "..%2fsession.py",
        "%2e%2e%2fsession.py",
        "..%5csession.py",
        "....//session.py",
        "%c0%ae%c0%ae%2fsession.py",
        "%2fetc%2fpasswd",
        "bundle.js%00",
        "bundle.js/",
        "bundle.js%2f..%2f..%2fsession.py",
        ".hidden",
        "__pycache__",
        "a/b/c.js",
    ],
)
def test_hostile_name_leads_to_no_file(server: Server, name: str) -> None:
    assert (ROOT / "ui" / "session.py").is_file()  # what is climbed to
    answer = server.get(f"{STAGE}/{name}")
    assert answer.status in (400, 404)  # Streamlit answers 400 to paths that climb
    assert len(answer.body) < 100


def test_visitor_over_the_cap_is_turned_away_until_a_place_is_free(server: Server) -> None:
    with server.visit():
        with pytest.raises(InvalidStatus) as refusal:
            server.visit()
        assert refusal.value.response.status_code == 403
        page = server.page()
        assert page.status == 503
        assert page.headers["retry-after"]
        assert "Every place is taken" in page.text
        assert server.get(f"{STAGE}/bundle.js").status == 200  # for who is inside
        assert json.loads(server.get(HEALTH).body)["status"] == "ok"
    server.until(lambda: server.page().status == 200)
    with server.visit():
        pass
    server.until(lambda: server.page().status == 200)


def test_page_of_another_origin_gets_no_session(server: Server) -> None:
    with pytest.raises(InvalidStatus):
        connect(f"ws://127.0.0.1:{server.port}{STREAM}", origin=Origin("http://elsewhere.example"))


def test_no_outside_service_is_asked_for_this_machines_address(monkeypatch: pytest.MonkeyPatch) -> None:
    import_module("server.crowd")  # which sees to it

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("the server asked an outside service")

    monkeypatch.setattr(net_util, "_make_blocking_http_get", refuse)
    assert not server_util.is_url_from_allowed_origins("http://elsewhere.example")


def test_health_check_follows_the_settings(server: Server) -> None:
    def check(port: int, base: str) -> int:
        settings = {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_BASE_URL_PATH": base}
        command = [sys.executable, "-S", "deploy/healthcheck.py"]
        return subprocess.run(command, cwd=ROOT, env=os.environ | settings, timeout=30, check=False).returncode

    assert check(server.port, BASE) == 0
    assert check(server.port, BASE.strip("/")) == 0
    assert check(server.port, "/elsewhere") == 1
    assert check(free_port(), BASE) == 1


def test_server_stops_at_once_though_visitors_are_there(tmp_path: Path) -> None:
    started = start(tmp_path)
    try:
        started.until(lambda: answers(started))
        with started.visit():
            taken = stop(started)
    finally:
        stop(started)
    assert taken < 20, f"{taken:.1f} s"  # a visitor waited for would be waited for until it is killed, after 30 s
    assert "Traceback" not in started.log.read_text()


def test_image_gets_every_module_and_nothing_private() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    modules = [path.name for path in ROOT.glob("*.py")]
    assert allowed >= {*packages, *modules, "requirements.txt", ".streamlit/config.toml", "deploy/healthcheck.py"}
    assert not allowed & {".streamlit", ".git", "tests", "deploy"}


def test_nginx_example_and_readme_name_the_same_base_path() -> None:
    for name in ("nginx.conf", "README.md"):
        assert BASE in (ROOT / "deploy" / name).read_text()
