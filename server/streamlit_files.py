"""Streamlit's own scripts, styles and page, sent packed: it sends them as they are, three megabytes a first visit."""

import asyncio
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from streamlit import file_util

from server import assets
from server.packing import SMALLEST, Packed, accepted, pack

_TYPES = frozenset((".js", ".css", ".html", ".svg", ".json"))
_PAGE = "index.html"
_FOREVER, _ASK_AGAIN = "public, immutable, max-age=31536000", "no-cache"  # as Streamlit says itself


def packable(folder: Path) -> dict[str, Path]:
    """Return the files below a folder that packing makes smaller, by their path there."""
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in _TYPES and path.stat().st_size >= SMALLEST]
    return {path.relative_to(folder).as_posix(): path for path in files}


def static_folder() -> Path:
    """Return the folder that Streamlit serves."""
    return Path(file_util.get_static_dir())


@dataclass(frozen=True)
class _File:
    """A file in memory: packed, with what a browser asks for when it has it already."""

    packed: Packed
    media: str
    mark: str
    changed: int  # seconds since 1970


class StreamlitFiles:
    """ASGI middleware that answers requests for Streamlit's files packed; parts of files and all else it passes on."""

    def __init__(self, app: Any, folder: Path | None = None) -> None:
        self.app = app
        self.prefix = assets.base().removesuffix("thalweg")
        self.paths = packable(static_folder() if folder is None else folder)
        self.files: dict[str, _File] = {}
        self.packing = asyncio.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request."""
        name = self._name(scope)
        if name is None:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        accepts = accepted(headers.get("accept-encoding", ""))
        own = name == _PAGE  # which has more in it than Streamlit's
        if not own and (not accepts or "range" in headers):  # a part is one of the plain file; no packed one's tag fits
            await self.app(scope, receive, _varying(send))
            return
        await _answer(await self._file(name), name, headers, accepts)(scope, receive, send)

    def _name(self, scope: Any) -> str | None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        path = scope["path"]
        if not path.startswith(self.prefix):
            return None
        name = path[len(self.prefix) :] or _PAGE
        return name if name in self.paths and (name == _PAGE or name.startswith("static/")) else None

    async def _file(self, name: str) -> _File:
        if name in self.files:
            return self.files[name]
        async with self.packing:  # one at a time: the first visitor asks for all of them at once
            if name not in self.files:
                self.files[name] = await asyncio.to_thread(_read, self.paths[name])
        return self.files[name]


def _ahead() -> bytes:
    """Return what the page's head gets: Plotly, run while Streamlit loads, and the stage's modules."""
    modules = f'<link rel="modulepreload" fetchpriority="low" href="{assets.bundle_url()}">'
    return f'<script async src="{assets.plotly_url()}" onerror="this.remove()"></script>{modules}</head>'.encode()


def _behind() -> bytes:
    """Return what the page's body ends with: the page's own rules, which the first thing drawn keeps to already.

    Streamlit draws what brings them later, and then all would move. At the end of the body they win over Streamlit's.
    """
    return b"<style>" + assets.PAGE_STYLE.read_bytes() + b"</style></body>"


def _read(path: Path) -> _File:
    body = path.read_bytes()
    if path.name == _PAGE:
        body = body.replace(b"</head>", _ahead(), 1).replace(b"</body>", _behind(), 1)
    mark = hashlib.blake2b(body, digest_size=10).hexdigest()
    media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return _File(pack(body), media, mark, int(path.stat().st_mtime))


def _answer(file: _File, name: str, asked: Headers, accepts: frozenset[str]) -> Response:
    body, coding = file.packed.best(accepts)
    headers = {
        "Cache-Control": _ASK_AGAIN if name == _PAGE else _FOREVER,
        "ETag": f'"{file.mark}-{coding or "plain"}"',  # one a form: a part of one must not be put to a part of another
        "Last-Modified": formatdate(file.changed, usegmt=True),
        "Vary": "Accept-Encoding",
    }
    if _has(asked, headers["ETag"], file.changed):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=file.media, headers=headers | ({"Content-Encoding": coding} if coding else {}))


def _has(asked: Headers, tag: str, changed: int) -> bool:
    """Return whether who asks has this already."""
    given = asked.get("if-none-match")
    if given is not None:
        return given.strip() == "*" or tag in re.findall(r'"[^"]*"', given)
    try:
        return parsedate_to_datetime(asked["if-modified-since"]).timestamp() >= changed
    except (KeyError, ValueError):
        return False


def _varying(send: Any) -> Any:
    """Return send, saying with each answer that another request may get it in another form."""

    async def send_varying(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            headers.add_vary_header("Accept-Encoding")
            message = {**message, "headers": headers.raw}
        await send(message)

    return send_varying
