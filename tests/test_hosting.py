"""What a public server must stand: few descriptors, silent sockets, foreign stamps, frames, and packed answers."""

import asyncio
import errno
import gzip
import json
import logging
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from plotly.offline import get_plotlyjs_version
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from experiments import Experiment, Run
from server import assets, descriptors, heads, packing, sockets, streamlit_files, warmup
from server.answers import _frames
from server.crowd import Crowd, House
from server.pool import Pool
from server.stamp import mark
from server.streamlit_files import StreamlitFiles, packable, static_folder
from tests.packets import read_packet
from tests.test_deploy import BASE, HEALTH, ROOT, STAGE, SURFACE, Server, answers, start, stop

FEW = 256  # descriptors


def apart(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a thread of its own: where a browser was opened before, this one has a loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may open few files, whatever is asked of it, and that Moodle may show in a frame."""
    settings = {"THALWEG_FRAME_ANCESTORS": "self https://moodle.example.org", "THALWEG_PRECOMPILE": "0"}
    within = ("sh", "-c", f'ulimit -Sn 64 && ulimit -Hn {FEW} && exec "$0" "$@"')
    started = start(tmp_path_factory.mktemp("hosting"), within, **settings)
    try:
        started.until(lambda: answers(started))
        yield started
    finally:
        stop(started)


# Descriptors


def test_soft_limit_is_raised_and_the_cap_fits_it_and_both_are_said(server: Server) -> None:
    told = json.loads(server.get(HEALTH).body)
    assert told["descriptors"]["most"] == FEW
    assert told["descriptors"]["now"] < descriptors.REST / 2
    assert told["visitors"] == {"now": 0, "most": descriptors.places(FEW), "asked_for": 500}
    said = [line for line in server.log.read_text().splitlines() if "Places for" in line]
    assert len(said) == 1
    assert f"Places for {descriptors.places(FEW)} visitors, not for the 500" in said[0]
    assert "2,576 are needed" in said[0]


@pytest.mark.parametrize("limit", [1, 64, 200, 256, 512, 1_024, 1_472, 1_473, 2_576, 4_096, 65_536])
def test_as_many_places_as_descriptors_allow_and_no_more(limit: int) -> None:
    many = descriptors.places(limit)
    assert many >= 1
    assert descriptors.needed(many) <= limit or many == 1
    assert descriptors.needed(many + 1) > limit


def test_every_place_can_be_taken_and_a_class_that_leaves_makes_room(server: Server) -> None:
    most = descriptors.places(FEW)
    with ExitStack() as house:
        doors = [house.enter_context(server.visit()) for _ in range(most)]
        for door in doors:
            door.send(_hello())
        for door in doors:
            _read_to_the_end(door)
        told = json.loads(server.get(HEALTH).body)
        assert told["visitors"]["now"] == most
        assert told["descriptors"]["now"] < FEW
        assert server.page().status == 503
    server.until(lambda: server.page().status == 200)
    assert "Traceback" not in server.log.read_text()


def test_more_connections_than_descriptors_end_in_one_line(server: Server) -> None:
    crowd = []
    try:
        for _ in range(2 * FEW):
            crowd.append(socket.create_connection(("127.0.0.1", server.port), timeout=10))
        server.until(lambda: "No file descriptor was left" in server.log.read_text())
    finally:
        for one in crowd:
            one.close()
    server.until(lambda: answers(server))
    log = server.log.read_text()
    assert "Traceback" not in log
    assert log.count("No file descriptor was left") == 1, log[-2_000:]
    assert len(log.splitlines()) < 20


def _record(error: BaseException | None) -> logging.LogRecord:
    info = None if error is None else (type(error), error, None)
    return logging.LogRecord("any", logging.ERROR, "file", 1, "failed %s", ("here",), info)


def test_only_a_want_of_descriptors_is_shortened_however_deep_it_lies() -> None:
    def wrapped(error: Exception, by: str) -> Exception:
        outer = RuntimeError("outer")
        if by == "group":
            return ExceptionGroup("several", [ValueError("x"), error])
        setattr(outer, by, error)
        return outer

    want = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    for error in (want, *(wrapped(want, by) for by in ("__cause__", "__context__", "group"))):
        record = _record(error)
        assert descriptors.OneLine().filter(record)
        assert record.exc_info is None
        assert "No file descriptor was left: Too many open files" in record.getMessage()
    for other in (OSError(errno.ENOENT, "no such file"), ValueError("x"), None):
        record = _record(other)
        assert descriptors.OneLine().filter(record)
        assert record.getMessage() == "failed here"
        assert (record.exc_info is None) == (other is None)


def test_failures_of_a_minute_are_counted_in_the_next_line() -> None:
    shown = descriptors.OneLine(every=0.0)
    assert all(shown.filter(_record(OSError(errno.ENFILE, "full"))) for _ in range(3))
    quiet = descriptors.OneLine(every=1e9)
    assert [quiet.filter(_record(OSError(errno.EMFILE, "full"))) for _ in range(3)] == [True, False, False]
    quiet.every = 0.0
    record = _record(OSError(errno.EMFILE, "full"))
    assert quiet.filter(record)
    assert "2 more times" in record.getMessage()


# Stamps


@pytest.mark.parametrize(
    "path",
    [
        "/WRONG/stage/bundle.js",
        "/000000000000/stage/styles.css",
        "/WRONG/surface?on=sphere",
        "/WRONG/lens?on=sphere&at=0~0",
        "/WRONG/atlas?on=sphere",
        "/WRONG/thumbnails",
        "/plotly-9.9.9.min.js",
        "/plotly-.min.js",
        "/stage/bundle.js",
        "/anything/else",
        f"/{assets.stamp().upper()}x/stage/bundle.js",
        f"/{assets.stamp()}/stage/nothing.js",
    ],
)
def test_address_of_another_build_is_nowhere_and_not_remembered(server: Server, path: str) -> None:
    answer = server.get(f"{BASE}/thalweg{path}")
    assert answer.status == 404
    assert answer.headers["cache-control"] == "no-store"


def test_the_plan_of_a_map_is_told_of_any_link(server: Server) -> None:
    query = "v=1&on=sphere&start=1~1&steps=9&seed=0&r1=adam~0.1&atlas=basins~4"
    answer = server.get(f"{BASE}/thalweg/{assets.stamp()}/atlas?{query}")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    plan = json.loads(answer.body)
    assert (plan["kind"], plan["note"]) == ("basins", "There is no run 4; shown is run 1.")


def test_own_stamp_is_answered_for_ever(server: Server) -> None:
    for path in (f"{STAGE}/bundle.js", f"{BASE}/thalweg/plotly-{get_plotlyjs_version()}.min.js", SURFACE):
        assert "immutable" in server.get(path).headers["cache-control"]


@pytest.mark.parametrize(
    "name",
    ["experiments/advice/new.py", "ui/stage/deep/er/view.js", "ui/stage/stage.css", "landscapes/x/y.py", "numerics.py",
     "lessons/examples.toml", "figures/a.py", "ui/icon.svg", "ui/stage/pictures/x.png", "ui/stage/fonts/y.woff2",
     "views/notes.md", "ui/LICENCE"],
)  # fmt: skip
def test_stamp_changes_with_every_file_in_every_subfolder(tmp_path: Path, name: str) -> None:
    (tmp_path / "app.py").write_text("1")
    marks = [mark(tmp_path)]
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    for text in ("", "a", "b"):
        path.write_text(text)
        marks.append(mark(tmp_path))
    path.rename(path.with_stem("other"))
    marks.append(mark(tmp_path))
    assert len(set(marks)) == len(marks)
    path.with_stem("other").rename(path)
    assert mark(tmp_path) == marks[-2]


def test_stamp_stays_whatever_is_made_from_the_files(tmp_path: Path) -> None:
    (tmp_path / "ui" / "__pycache__").mkdir(parents=True)
    (tmp_path / "ui" / "icon.svg").write_text("<svg/>")
    before = mark(tmp_path)
    for name in ("__pycache__/a.cpython-311.pyc", ".icon.svg.swp", "icon.svg~"):
        (tmp_path / "ui" / name).write_text("x")
    assert mark(tmp_path) == before


# Silence


class _Session:
    """What Crowd passes a websocket on to: it takes messages until the end."""

    def __init__(self) -> None:
        self.got: list[object] = []

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        while not self.got or self.got[-1] != "websocket.disconnect":
            message = await receive()  # type: ignore[operator]
            self.got.append(message["type"])


def _hello() -> bytes:
    hello = BackMsg()
    hello.rerun_script.query_string = ""
    return bytes(hello.SerializeToString())


def _sit(
    messages: list[dict[str, object]], protocols: bytes = b"streamlit", taken_up: float = 0.05
) -> tuple[list[object], list[object], House]:
    """Let a websocket send these messages, then say nothing and leave after a while; returns what both sides saw."""

    async def sit() -> None:
        queue: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        queue.put_nowait({"type": "websocket.connect"})
        for message in messages:
            queue.put_nowait(message)
        asyncio.get_running_loop().call_later(0.4, queue.put_nowait, {"type": "websocket.disconnect", "code": 1005})
        crowd = Crowd(session, house, hello=0.05, taken_up=taken_up)
        scope = {"type": "websocket", "headers": [(b"sec-websocket-protocol", protocols)]}

        async def send(message: object) -> None:
            sent.append(message)

        await crowd(scope, queue.get, send)

    sent: list[object] = []
    session, house = _Session(), House(most=1, wanted=1, limit=1_024)
    apart(sit())
    return session.got, sent, house


def _frame(**content: object) -> dict[str, object]:
    return {"type": "websocket.receive", **content}


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [_frame(bytes=b"")],
        [_frame(bytes=b"\xff\xff\xff")],
        [_frame(text="hello")],
        [_frame(bytes=BackMsg(load_git_info=True).SerializeToString())],
        [_frame(bytes=b"")] * 20,
    ],
    ids=["nothing", "empty", "noise", "text", "another message", "many empty ones"],
)
def test_websocket_that_asks_for_no_page_gives_its_place_back(messages: list[dict[str, object]]) -> None:
    got, sent, house = _sit(messages)
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": "no hello"}]
    assert got == ["websocket.connect", *["websocket.receive"] * len(messages), "websocket.disconnect"]
    assert house.inside == 0


def test_who_has_asked_for_a_page_may_sit_and_think() -> None:
    got, sent, house = _sit([_frame(bytes=_hello())])
    assert sent == []
    assert got[-1] == "websocket.disconnect"
    assert house.inside == 0


def test_page_that_takes_up_its_session_again_says_nothing_at_first() -> None:
    protocols = b"streamlit, PLACEHOLDER_AUTH_TOKEN, 0f3c1c2e-6a58-4b0e-9d0e-1b1f6f1d7a11"
    assert _sit([], protocols, taken_up=600.0)[1] == []
    assert len(_sit([], b"streamlit, token, ", taken_up=600.0)[1]) == 1
    assert len(_sit([], protocols)[1]) == 1


@pytest.mark.parametrize(
    "said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET / HT"]
)
def test_connection_that_completes_no_request_is_closed(said: bytes) -> None:
    program = """
import sys, uvicorn
from server import sockets
sockets.close_silent(0.2)
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
class Told(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)
Told(uvicorn.Config(app, port=0, log_level="critical", lifespan="off")).run()
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            with socket.create_connection(("127.0.0.1", port), timeout=30) as one:
                one.sendall(said)
                answer = b""
                while part := one.recv(4_096):
                    answer += part
                assert answer.count(b"200 OK") == (b"/first" in said)
        finally:
            process.kill()


def test_app_closes_silent_connections_and_refuses_long_heads_from_its_start() -> None:
    program = """
import app
from uvicorn.protocols.http.auto import AutoHTTPProtocol as chosen
print(chosen.connection_made.__module__, chosen.data_received.__module__)
"""
    command = [sys.executable, "-c", program]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=True)
    assert told.stdout.split() == [sockets.__name__, heads.__name__]


def test_server_answers_at_once_and_fails_in_one_line_from_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THALWEG_PRECOMPILE", "0")
    monkeypatch.setattr(warmup, "warm_up", lambda: None)
    monkeypatch.setattr(assets, "picture", lambda key: b"")
    monkeypatch.setattr(assets, "_thumbnails", lambda: None)

    async def live() -> None:
        async with warmup.lifespan(House(most=1, wanted=1, limit=64), Pool())(None):
            assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert not other.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            with socket.create_connection(listening.getsockname()), listening.accept()[0] as taken:
                assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    ear, mouth = os.pipe()
    with socket.socket() as listening, socket.socket() as other, os.fdopen(ear, "rb") as heard:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        other.bind(("127.0.0.1", 0))
        assert not listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        apart(live())
        os.close(mouth)
        os.set_blocking(ear, False)
        assert heard.read() == b""  # the pipe has ended: nothing holds a copy of its other end
    watched = set()
    for name in list(logging.root.manager.loggerDict):
        for one in [one for one in logging.getLogger(name).filters if isinstance(one, descriptors.OneLine)]:
            watched.add(name)
            logging.getLogger(name).removeFilter(one)
    assert {"asyncio", "uvicorn.error", "streamlit.runtime.app_session"} <= watched


def test_nothing_that_plotly_looks_at_is_imported_while_it_draws() -> None:
    program = """
import sys
from server import warmup
warmup.stage_packet = warmup.assets.warm = lambda *rest: print("pandas" in sys.modules)
warmup.warm_up()
"""
    command = [sys.executable, "-c", program]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=True)
    assert told.stdout.split() == ["True", "True"]


# Headers


def test_every_answer_says_nosniff_and_who_may_frame_it(server: Server) -> None:
    paths = [f"{BASE}/", f"{BASE}/_stcore/health", f"{BASE}/_stcore/host-config", f"{BASE}/static/nothing.js",
             f"{BASE}/about", "/elsewhere", HEALTH, SURFACE, f"{STAGE}/bundle.js", f"{STAGE}/nothing",
             f"{BASE}/..%2f..", f"{BASE}/thalweg/licences", f"{BASE}/media/x", "//twice"]  # fmt: skip
    for path in paths:
        answer = server.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["content-security-policy"] == "frame-ancestors 'self' https://moodle.example.org", path
    request = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13",
               "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Origin": "http://elsewhere.example"}  # fmt: skip
    refused = server.get(f"{BASE}/_stcore/stream", **request)
    assert refused.status == 403
    assert refused.headers["x-content-type-options"] == "nosniff"


def _headers(value: str | None) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "THALWEG_FRAME_ANCESTORS"}
    environment |= {} if value is None else {"THALWEG_FRAME_ANCESTORS": value}
    command = [sys.executable, "-c", "from server import answers; print(answers._frames())"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_frames_are_the_servers_own_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, expected in {
        "": "'self'",
        "'self'": "'self'",
        "none": "'none'",
        "self https://a.example": "'self' https://a.example",
        "  'self'   https://*.school.example:8443 ": "'self' https://*.school.example:8443",
        "https:": "https:",
        "*": "*",
        "moodle.local": "moodle.local",
    }.items():
        monkeypatch.setenv("THALWEG_FRAME_ANCESTORS", value)
        assert _frames() == expected
    for value in ("a; script-src *", "https://a.example,https://b.example", "'none' https://a", "'unsafe-inline'",
                  "https://a/path", "x\r\ny: z", "javascript:", "'self' data:", "[::1]"):  # fmt: skip
        monkeypatch.setenv("THALWEG_FRAME_ANCESTORS", value)
        with pytest.raises(ValueError, match=r"^THALWEG_FRAME_ANCESTORS: .* is not allowed; give 'self'"):
            _frames()


def test_bad_frame_ancestors_end_the_start() -> None:
    done = _headers("a;b")
    assert done.returncode != 0
    assert "THALWEG_FRAME_ANCESTORS: 'a;b' is not allowed" in done.stderr


# Packing


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("GZip, deflate", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br gzip"),
        ("gzip;q=0", ""),
        ("gzip;q=0.0, br;q=0.5", "br"),
        ("*", "br gzip"),
        ("*;q=0", ""),
        ("br;q=0, *", "gzip"),
        ("gzip ; q=1", "gzip"),
        ("gzip;q=x", ""),
        (",,", ""),
        ("xgzip, brr", ""),
    ],
)
def test_accept_encoding_is_read_as_it_is_meant(header: str, expected: str) -> None:
    assert packing.accepted(header) == frozenset(expected.split())


def test_the_page_asks_ahead_for_what_the_stage_needs_and_for_the_links_picture(server: Server) -> None:
    build = json.loads(server.get(HEALTH).body)["build"]
    page = server.page()
    assert f'href="{BASE}/thalweg/{build}/stage/bundle.js"'.encode() in page.body
    assert b"<script async src=" in page.body
    other = Experiment(landscape="sphere", start=(1.0, 1.0), runs=(Run(optimizer="adam", learning_rate=0.1),))
    told = server.get(f"{BASE}/?{urlencode(other.to_query())}", Accept="text/html").headers["link"]
    fetched = re.findall(r"<([^>]*)>; rel=preload; as=fetch", told)
    assert [url.rpartition("/")[2].partition("?")[0] for url in fetched] == [
        "stage.html",
        "examples",
        "picture",
        "surface",
    ]
    for url in fetched:
        assert server.get(url).status == 200
    header, _ = read_packet(server.get(fetched[2]).body)
    assert header["query"] == urlencode(other.to_query())
    assert len(server.get(f"{BASE}/?x={'y' * 9_000}", Accept="text/html").headers["link"]) < 4_000


SCRIPT = next(name for name in packable(static_folder()) if name.startswith("static/js/index."))


def test_the_lab_has_its_rules_of_style_before_anything_is_drawn(server: Server) -> None:
    page = server.page().body.decode()
    assert (
        page.index('<div id="root">')
        < page.index(assets.PAGE_STYLE.read_text(encoding="utf-8"))
        < page.index("</body>")
    )


@pytest.mark.parametrize("path", [f"/{SCRIPT}", "/"])
def test_streamlits_files_travel_packed_and_may_be_asked_for_again(server: Server, path: str) -> None:
    plain = server.get(BASE + path)
    packed = server.get(BASE + path, Accept_Encoding="gzip, deflate")
    assert plain.status == packed.status == 200
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < 0.45 * len(plain.body)
    for name in ("content-type", "cache-control"):
        assert packed.headers[name] == plain.headers[name]
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert "accept-encoding" in plain.headers["vary"].lower()
    assert packed.headers["etag"] != plain.headers["etag"]
    for answer, coding in ((plain, "identity"), (packed, "gzip")):
        tag = answer.headers["etag"]
        for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = server.get(BASE + path, Accept_Encoding=coding, If_None_Match=given)
            assert (again.status, again.body) == (304, b""), given
            assert again.headers["etag"] == tag
        assert server.get(BASE + path, Accept_Encoding=coding, If_None_Match='"other"').status == 200
        since = answer.headers["last-modified"]
        assert server.get(BASE + path, Accept_Encoding=coding, If_Modified_Since=since).status == 304
        long_ago = "Thu, 01 Jan 1970 00:00:00 GMT"
        assert server.get(BASE + path, Accept_Encoding=coding, If_Modified_Since=long_ago).status == 200
    crossed = server.get(BASE + path, Accept_Encoding="gzip", If_None_Match=plain.headers["etag"])
    assert crossed.status == 200


def test_part_of_a_file_is_a_part_of_the_plain_one(server: Server) -> None:
    plain = server.get(f"{BASE}/{SCRIPT}")
    packed = server.get(f"{BASE}/{SCRIPT}", Accept_Encoding="gzip")
    part = server.get(f"{BASE}/{SCRIPT}", Accept_Encoding="gzip", Range="bytes=10-19")
    assert (part.status, part.body) == (206, plain.body[10:20])
    assert "content-encoding" not in part.headers
    assert part.headers["content-range"] == f"bytes 10-19/{len(plain.body)}"
    own = {"Accept_Encoding": "gzip", "Range": "bytes=10-19"}
    assert server.get(f"{BASE}/{SCRIPT}", **own, If_Range=plain.headers["etag"]).body == plain.body[10:20]
    mixed = server.get(f"{BASE}/{SCRIPT}", **own, If_Range=packed.headers["etag"])
    assert (mixed.status, mixed.body) == (200, plain.body)  # the whole, not a part that fits nothing


def test_head_tells_the_size_of_what_would_come(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("HEAD", f"{BASE}/{SCRIPT}", headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        assert answer.read() == b""
        size = len(server.get(f"{BASE}/{SCRIPT}", Accept_Encoding="gzip").body)
        assert int(answer.headers["content-length"]) == size
    finally:
        connection.close()


def test_brotli_is_sent_where_the_image_has_it_and_the_browser_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "STORE", tmp_path)
    body = b"let a = 1;\n" * 200
    packing.place(body).write_bytes(b"as brotli packs it")
    folder = tmp_path / "served"
    (folder / "static").mkdir(parents=True)
    (folder / "static" / "a.js").write_bytes(body)
    (folder / "static" / "b.js").write_bytes(body + b"//")
    (folder / "static" / "small.js").write_bytes(b"1")
    assert set(packable(folder)) == {"static/a.js", "static/b.js"}

    def get(path: str, accepts: bytes) -> tuple[dict[bytes, bytes], bytes]:
        sent: list[dict[str, object]] = []

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        async def elsewhere(scope: object, receive: object, send: object) -> None:
            sent.append({"headers": []})
            sent.append({"body": b"elsewhere"})

        files = StreamlitFiles(elsewhere, folder)
        scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"accept-encoding", accepts)]}
        apart(files(scope, None, send))
        return dict(sent[0]["headers"]), sent[1]["body"]  # type: ignore[call-overload, return-value]

    headers, sent = get("/static/a.js", b"gzip, br")
    assert (headers[b"content-encoding"], sent) == (b"br", b"as brotli packs it")
    other, sent = get("/static/a.js", b"gzip")
    assert (other[b"content-encoding"], gzip.decompress(sent)) == (b"gzip", body)
    assert headers[b"etag"] != other[b"etag"]
    assert get("/static/b.js", b"gzip, br")[0][b"content-encoding"] == b"gzip"  # other content: not what was packed
    assert get("/static/a.js", b"br;q=0")[1] == b"elsewhere"
    for path in ("/static/small.js", "/static/../static/a.js", "/static//a.js", "/a.js", "/static/nothing.js"):
        assert get(path, b"gzip")[1] == b"elsewhere", path


def test_every_file_is_packed_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.js").write_bytes(b"x" * 1_000)
    read = []
    real = streamlit_files._read

    def counted(path: Path) -> streamlit_files._File:
        read.append(path)
        return real(path)

    monkeypatch.setattr(streamlit_files, "_read", counted)
    files = StreamlitFiles(None, tmp_path)

    async def ask() -> None:
        await asyncio.gather(*(files._file("static/a.js") for _ in range(20)))

    apart(ask())
    assert len(read) == 1


# The process that fills the cache


def test_process_that_compiles_ahead_is_taken_leave_of(monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **given: real([sys.executable, "-c", ""], **given))
    rest = warmup.precompile()
    waiting = [one for one in threading.enumerate() if getattr(one, "_target", None) == rest.wait]
    for one in waiting:
        one.join(60)
    with pytest.raises(ProcessLookupError):
        os.kill(rest.pid, 0)  # a zombie would still be there


def _read_to_the_end(door: object) -> None:
    while True:
        told = ForwardMsg()
        told.ParseFromString(door.recv(timeout=120))  # type: ignore[attr-defined]
        if told.WhichOneof("type") == "script_finished":
            return
