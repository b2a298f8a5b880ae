"""Pictures, sketches and work at rest by HTTP: what is drawn and said of an experiment is a function of its link."""

import gzip
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from experiments import Experiment
from experiments.setup.attention import LeftError
from experiments.setup.document import LONGEST_TEXT
from figures.packets import wants
from figures.packets.advising import advice_slice
from figures.packets.asked import nearest
from figures.packets.line import line_slice
from figures.packets.members_work import members_slice
from figures.packets.packet import stage_packet
from figures.packets.sketch import sketch
from figures.packets.unseen import unseen_slice
from lessons import OPENING
from server.packing import accepted
from server.pool import Pool
from server.questions import NOT_KEPT, Question, body, may_ask, question, refused, trouble

_DOCUMENT = "The document"
WANTS = "wants"  # beside a link's own words in the address of a picture
_LEVEL = 3  # of packing: more takes longer and saves little
_KEPT = {"Cache-Control": "private, max-age=600"}
_PLAIN = {"Content-Encoding": "identity"}  # a sketch's numbers hardly pack, and packing takes longer than drawing


class Pictures:
    """The routes; their answers are computed on the pool's threads."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    async def serve_sketch(self, request: Request) -> Response:
        """Answer {"query": a link's, "edits": {address: value}} with a sketch (figures.packets.sketch)."""
        return await self._post(request, "The sketch", "sketch", _sketch, pack=False)

    async def serve(self, request: Request) -> Response:
        """Answer with the packet (figures.packets.packet) of the nearest experiment to a link, after edits of it.

        GET: the query is the link's, with names of figures.packets.wants as "wants"; POST: a question.
        """
        if request.method == "GET":
            return await self._answer(request, "The picture", "picture", lambda: _picture(_of_address(request)), _KEPT)
        return await self._post(request, "The picture", "picture", _picture)

    async def serve_job(self, request: Request) -> Response:
        """Answer with the next slice of work at rest: its progress, and its part alone."""
        kind = str(request.path_params["kind"])
        if kind not in _JOBS:
            return refused(404, f"There is no such work; known: {', '.join(_JOBS)}.")
        with self.pool.at_rest():
            return await self._post(request, "The work", "picture", _JOBS[kind])

    async def serve_document(self, request: Request) -> Response:
        """Answer an experiment's JSON (Experiment.to_json) with {"query": of the link that it leads to}."""
        if not may_ask(request):
            return refused(403, "Only a page of this server may ask, with JSON.")
        try:
            text = await body(request, LONGEST_TEXT)
        except Exception as error:
            return trouble(_DOCUMENT, error)
        return await self._answer(request, _DOCUMENT, "picture", lambda: _query_of(text), NOT_KEPT)

    async def _post(
        self, request: Request, part: str, lane: str, make: Callable[[Question], bytes], pack: bool = True
    ) -> Response:
        if not may_ask(request):
            return refused(403, "Only a page of this server may ask, with JSON.")
        try:
            asked = await question(request)
        except Exception as error:
            return trouble(part, error)
        return await self._answer(request, part, lane, lambda: make(asked), NOT_KEPT, pack)

    async def _answer(
        self, request: Request, part: str, lane: str, make: Callable[[], bytes], kept: dict[str, str], pack: bool = True
    ) -> Response:
        coded = pack and "gzip" in accepted(request.headers.get("accept-encoding", ""))
        work = (lambda: gzip.compress(make(), _LEVEL, mtime=0)) if coded else make
        try:
            made = await self.pool.run(lane, work, request)
        except (Exception, LeftError) as error:
            return trouble(part, error)
        headers = kept | ({"Content-Encoding": "gzip"} if coded else _PLAIN) | {"Vary": "Accept-Encoding"}
        return Response(made, media_type="application/octet-stream", headers=headers)


def _of_address(request: Request) -> Question:
    fields = parse_qsl(request.url.query, keep_blank_values=True)
    named = [name for key, value in fields if key == WANTS for name in value.split(".")]
    return Question(query=urlencode([field for field in fields if field[0] != WANTS]), edits={}, wants=named)


def _sketch(asked: Question) -> bytes:
    return sketch(asked.query, asked.edits)


def _picture(asked: Question) -> bytes:
    return stage_packet(nearest(asked.query, asked.edits, OPENING.experiment), wants.known(asked.wants))


def _query_of(text: bytes) -> bytes:
    return bytes(JSONResponse({"query": urlencode(Experiment.from_json(text).to_query())}).body)


def _advice(asked: Question) -> bytes:
    made = JSONResponse(advice_slice(nearest(asked.query, asked.edits, OPENING.experiment)))
    return bytes(made.body)


def _members(asked: Question) -> bytes:
    experiment = nearest(asked.query, asked.edits, OPENING.experiment)
    return members_slice(experiment, sharpness="curvature" in asked.wants, has="has" in asked.wants)


def _unseen(asked: Question) -> bytes:
    made = JSONResponse(unseen_slice(nearest(asked.query, asked.edits, OPENING.experiment), asked.wants))
    return bytes(made.body)


def _line(asked: Question) -> bytes:
    return bytes(JSONResponse(line_slice(nearest(asked.query, asked.edits, OPENING.experiment))).body)


_JOBS: dict[str, Callable[[Question], bytes]] = {
    "advice": _advice,
    "members": _members,
    "unseen": _unseen,
    "line": _line,
}
