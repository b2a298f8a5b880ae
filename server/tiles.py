"""Tiles of maps by HTTP: made in slices whenever nobody waits for a picture, once for all who ask, and then kept."""

import asyncio
import gzip
import os
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from math import ceil
from typing import Any, ParamSpec, TypeVar

from starlette.requests import Request
from starlette.responses import Response

import settings
from experiments.setup.attention import LeftError
from experiments.setup.turns import UnpreparedError
from figures.packets.tiles import Tile, Work, asked
from parameter import Refusal, shown
from server.packing import accepted
from server.pool import LOOKS, FullError, Lane, Pool
from server.questions import trouble
from server.tile_store import TileStore

THREADS = settings.whole("THALWEG_MAP_THREADS", os.cpu_count() or 1, 256)
QUEUE = settings.whole("THALWEG_MAP_QUEUE", 256, 10_000)  # tiles that wait or are being made, half of an address
SECONDS = settings.whole("THALWEG_MAP_SECONDS", 300, 86_400)  # that the steps of a tile's runs take, as estimated
MEMORY = settings.whole("THALWEG_MAP_MEMORY", 64, 100_000)  # MB of finished tiles
SLICE = 0.020  # seconds
PATIENCE = 0.3  # seconds after which a slice begins though somebody waits for a picture: so that a map ends
DEAR = 20.0  # seconds: a tile that takes more counts for several
_LEFT = 16  # begun tiles that are kept when all who asked have left: who asks again goes on from there
_AHEAD = 4  # maps whose programs are compiled though nobody waits for them yet
_LEVEL = 3  # of packing
_LONGEST_WAIT = 60  # seconds that anybody is told to wait
_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_MAP, _PROGRAM = "map", "program"  # lanes: of slices, and of what searches and compiles, which no slice is to wait for
_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
P = ParamSpec("P")
T = TypeVar("T")


class BusyError(FullError):
    """Too many tiles are in the making; seconds: after which to ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too much is asked of the maps at once; please try again in {seconds} s.")
        self.seconds = seconds


class Making:
    """A tile in the making, and how many wait for it. It stands for them where the pool looks whether they left."""

    client = None

    def __init__(self, kind: str, place: tuple[int, int, int], query: str, host: str) -> None:
        self.kind, self.place, self.query, self.host = kind, place, query, host
        self.askers, self.weight = 0, 1
        self.has_ended = False
        self.task: asyncio.Task[bytes] | None = None

    @property
    def address(self) -> str:
        """What it is kept under."""
        return "/".join([self.kind, *map(str, self.place)]) + "?" + self.query

    async def is_disconnected(self) -> bool:
        """Tell whether nobody waits any more."""
        return self.has_ended


class Tiles:
    """The routes of all kinds of tiles, with the store."""

    def __init__(self, pool: Pool, queue: int = QUEUE, memory: int = MEMORY * 1_000_000) -> None:
        self.pool, self.queue, self.store = pool, queue, TileStore(memory)
        self.making: dict[str, Making] = {}
        self.made = self.refused = 0
        self._turn = asyncio.Semaphore(THREADS)  # which is fair: who asked first comes first
        self._seconds = 0.1  # of computing that a tile took lately
        self._left: OrderedDict[str, tuple[Tile, Work]] = OrderedDict()
        self._ahead: set[asyncio.Task[None]] = set()
        most = 4 * queue  # never reached: _check_room refuses before
        pool.lanes |= {_MAP: Lane(_MAP, THREADS, most, first=False), _PROGRAM: Lane(_PROGRAM, 1, most, first=False)}

    def of(self, kind: str) -> Callable[[Request], Awaitable[Response]]:
        """Return what serves the tiles of a kind: their addresses end with level, column and row."""
        return partial(self.serve, kind)

    async def serve(self, kind: str, request: Request) -> Response:
        """Answer with a tile (figures.packets.tiles), kept or made."""
        try:
            place = _place(request)
            host = "" if request.client is None else request.client.host
            body = await self._body(Making(kind, place, request.url.query, host), request)
        except (Exception, LeftError) as error:
            answer = trouble("The map", error)
            if isinstance(error, BusyError):
                answer.headers["Retry-After"] = str(error.seconds)
            return answer
        coded = "gzip" in accepted(request.headers.get("accept-encoding", ""))
        headers = _HEADERS | ({"Content-Encoding": "gzip"} if coded else {})
        return Response(
            body if coded else gzip.decompress(body), media_type="application/octet-stream", headers=headers
        )

    def told(self) -> dict[str, Any]:
        """Return what the health route says of it."""
        computed = self.pool.lanes[_MAP].busy + self.pool.lanes[_PROGRAM].busy
        return {
            "tiles": {
                "kept": len(self.store),
                "bytes": self.store.size,
                "most_bytes": self.store.most,
                "computed": computed,
                "waiting": max(0, len(self.making) - computed),
                "most": self.queue,
                "made": self.made,
                "refused": self.refused,
            }
        }

    async def _body(self, fresh: Making, request: Request) -> bytes:
        """Return a tile's body as it is kept, packed: from the store, from who makes it already, or made."""
        address = fresh.address
        kept = self.store.get(address)
        if kept is not None:
            return kept
        making = self.making.get(address)
        if making is None:
            self._check_room(fresh, 1)
            making = self.making[address] = fresh
            making.task = asyncio.create_task(self._make(making))
            making.task.add_done_callback(partial(self._done, making))
        assert making.task is not None
        making.askers += 1
        try:
            while not (await asyncio.wait({making.task}, timeout=LOOKS))[0]:
                if await request.is_disconnected():
                    raise LeftError("Who asked for this has left.")
            return making.task.result()
        finally:
            making.askers -= 1
            if not making.askers and not making.task.done():
                making.has_ended = True
                self._forget(making)  # who asks from now on begins anew

    def _done(self, making: Making, task: "asyncio.Task[bytes]") -> None:
        self._forget(making)
        if not task.cancelled():
            task.exception()  # all who asked have heard it, or have left

    def _forget(self, making: Making) -> None:
        if self.making.get(making.address) is making:
            del self.making[making.address]

    def _check_room(self, making: Making, weight: int) -> None:
        """Let a tile count for so many. Raises BusyError where these are too many, for all or for one address."""
        others = [other for other in self.making.values() if other is not making]
        mine = [other.weight for other in others if other.host == making.host]
        all_of_them = sum(other.weight for other in others)
        if (others and all_of_them + weight > self.queue) or (mine and sum(mine) + weight > max(1, self.queue // 2)):
            self.refused += 1
            seconds = ceil(self._seconds * len(others) / THREADS)
            raise BusyError(min(max(1, seconds), _LONGEST_WAIT))
        making.weight = weight

    async def _make(self, making: Making) -> bytes:
        tile, work, is_prepared = await self._begun(making)
        busy, body = 0.0, None
        try:
            while body is None:
                seconds, body = await self._in_turn(making, self._slice, making, tile, work)
                busy += seconds
        except LeftError:
            self._leave(making, tile, work)
            raise
        self._seconds += (busy - self._seconds) / 8
        self.made += 1
        self.store.put(making.address, body)
        if not is_prepared:
            self._compile_ahead(tile)
        return body

    async def _begun(self, making: Making) -> tuple[Tile, Work, bool]:
        """Return the tile, its work, and whether all is prepared; what takes its time is done on a thread apart."""
        left = self._left.pop(making.address, None)
        if left is not None:
            return *left, True
        tile, seconds = await self._in_turn(making, _read, making)
        self._check_room(making, 1 + int(seconds // DEAR))
        while True:
            try:
                return tile, *await self._in_turn(making, tile.begun)
            except UnpreparedError:
                await self._courtesy()
                await self.pool.run(_PROGRAM, tile.prepare, making)

    async def _in_turn(self, making: Making, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Compute on one of the maps' threads: all tiles take turns, and give way to sketches and pictures."""
        async with self._turn:
            if making.has_ended:
                raise LeftError("Who asked for this has left.")
            await self._courtesy()
            return await self.pool.run(_MAP, work, making, *args, **kwargs)

    def _slice(self, making: Making, tile: Tile, work: Work) -> tuple[float, bytes | None]:
        """Go on with a tile for a little while; return how long, and its body once it is finished.

        It ends as soon as somebody waits for a picture, unless it has given way for long enough before.
        """
        begun, gives_way = time.monotonic(), self.pool.quiet.is_set()
        while not work.finished:
            work.make_one()
            if making.has_ended:
                raise LeftError("Who asked for this has left.")
            if time.monotonic() - begun > SLICE or (gives_way and not self.pool.quiet.is_set()):
                break
        cells = work.cells
        body = None if cells is None else gzip.compress(tile.body(cells), _LEVEL, mtime=0)
        return time.monotonic() - begun, body

    async def _courtesy(self) -> None:
        """Wait until nobody waits for a sketch or a picture, but not for ever."""
        if self.pool.quiet.is_set():
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self.pool.quiet.wait(), PATIENCE)

    def _leave(self, making: Making, tile: Tile, work: Work) -> None:
        self._left[making.address] = tile, work
        while len(self._left) > _LEFT:
            self._left.popitem(last=False)

    def _compile_ahead(self, tile: Tile) -> None:
        """Compile what decides the map's larger tiles, which come next; a few cells were run without it."""
        if len(self._ahead) >= _AHEAD:
            return

        async def compile_it() -> None:
            try:
                await self._courtesy()
                await self.pool.run(_PROGRAM, tile.ground.prepare)
            except (Exception, LeftError):
                return  # who needs it is told

        task = asyncio.create_task(compile_it())
        self._ahead.add(task)
        task.add_done_callback(self._ahead.discard)


def _place(request: Request) -> tuple[int, int, int]:
    """Return level, column and row of an address. Raises Refusal."""
    level, column, row = (_whole(name, request.path_params[name]) for name in ("level", "column", "row"))
    return level, column, row


def _whole(name: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Refusal(f"{name}: {shown(text)} is not allowed; give a whole number of at most 18 digits")
    return int(text)


def _read(making: Making) -> tuple[Tile, float]:
    """Return the tile that is asked for, and the seconds that it may take. Raises Refusal, and CostError among them."""
    tile = asked(making.kind, *making.place, making.query)
    return tile, tile.cost(SECONDS)
