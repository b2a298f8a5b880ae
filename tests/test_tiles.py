"""Tiles of maps: the same cells however they are cut, made once for all who ask, and for nobody who has left."""

import asyncio
import gzip
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from starlette.requests import Request

from experiments import Experiment, Outcome, Run, basins, chances
from experiments.setup.cost import CostError
from experiments.setup.turns import UnpreparedError, at_once
from experiments.studies.ensemble import members_of
from experiments.studies.maps.cells import CODES
from experiments.studies.maps.lattice import Patch, lines_of_window
from experiments.studies.maps.patches import Ground, PatchWork
from experiments.studies.maps.pieces import Cells
from figures.packets import tiles as packets
from figures.packets.packet import stage_packet
from figures.packets.tiles import Kind, asked, encoded, rounded
from parameter import Refusal
from server import assets, tiles
from server.crowd import house
from server.pool import Pool
from server.tile_store import TileStore
from server.tiles import Tiles
from tests.packets import read_tile

DESCENT = Experiment(landscape="himmelblau", steps=40, runs=(Run(optimizer="gradient_descent", learning_rate=0.012),))
QUERY = urlencode(DESCENT.to_query())
SAME = ("code", "minimum", "steps")
PATIENCE = 20.0


def made(level: int, column: int = 0, row: int = 0, query: str = QUERY) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header and the arrays of a tile of basins."""
    tile = asked("basins", level, column, row, query)
    tile.ground.prepare()
    work, _ = tile.begun()
    while not work.finished:
        work.make_one()
    assert work.cells is not None
    return read_tile(tile.body(work.cells))


# Cells


def test_a_tile_is_the_same_as_that_part_of_the_map() -> None:
    header, cells = made(0)
    whole = basins(DESCENT, size=16)
    assert (header["width"], header["height"], header["known"]) == (16, 16, 4)
    assert header["decided"] == whole.decided
    (x0, x1), (y0, y1) = DESCENT.window
    assert cells["x"].tolist() == [x0 + i * (x1 - x0) / 16 for i in range(16)]
    assert cells["y"].tolist() == [y0 + i * (y1 - y0) / 16 for i in range(16)]
    assert (np.array(header["outcomes"])[cells["code"]] == whole.outcome).all()
    assert (np.where(cells["minimum"] == 255, -1, cells["minimum"].astype(int)) == whole.minimum).all()
    assert (cells["steps"] == whole.steps).all()
    np.testing.assert_allclose(cells["loss"], whole.loss, rtol=2.0**-12)
    assert len(np.unique(cells["code"])) > 1 and len(np.unique(cells["minimum"])) > 3


def test_tiles_meet_without_seams_left_of_the_map_and_below_it_too() -> None:
    x, y = lines_of_window(DESCENT.window, 16)
    work = PatchWork(Ground(DESCENT), Patch(x=x, y=y, column=-16, row=-16, width=32, height=32))
    while not work.finished:
        work.make_one()
    assert work.cells is not None
    _, whole = read_tile(encoded(work.cells, 4, work.patch.xs(), work.patch.ys()))
    rows = [[made(0, column, row)[1] for column in (-1, 0)] for row in (-1, 0)]
    for name in SAME:
        assert (np.block([[tile[name] for tile in row] for row in rows]) == whole[name]).all()
    assert np.concatenate([tile["x"] for tile in rows[0]]).tolist() == whole["x"].tolist()


def test_a_deeper_level_says_the_same_of_the_cells_that_it_shares() -> None:
    (_, outer), (_, coarse), (_, finer) = made(-1), made(0), made(1)
    for name in SAME:
        assert (finer[name][::2, ::2] == coarse[name]).all()
        assert (coarse[name][::2, ::2] == outer[name][:8, :8]).all()
    assert finer["x"][::2].tolist() == coarse["x"].tolist()


def test_one_may_look_ever_closer_until_numbers_end_and_that_is_said() -> None:
    deepest = 0
    with pytest.raises(Refusal, match="nothing is finer than this"):
        for level in range(49):
            column = int(0.7 * 16 * 2**level) // min(16 * 2**level, 128)
            patch = asked("basins", level, column, column, QUERY).patch
            assert (np.diff(patch.xs()) > 0).all()
            deepest = level
    assert deepest > 40


@pytest.mark.parametrize(
    ("place", "query", "said"),
    [
        ((49, 0, 0), QUERY, "level: 49 is not allowed"),
        ((-25, 0, 0), QUERY, "level: -25 is not allowed"),
        ((10**17, 0, 0), QUERY, "level: 1"),
        ((20, 10**17, 0), QUERY, "too far from the map"),
        ((3, 10**7, 0), QUERY, "too far away"),
        ((0, 0, 0), "on=atlantis", "v: "),
        ((0, 0, 0), QUERY.replace("himmelblau", "atlantis"), "atlantis"),
        ((0, 0, 0), QUERY + "&steps=5", "given twice"),
        ((0, 0, 0), QUERY + "&seeds=65", "seeds: '65' is not allowed"),
        ((0, 0, 0), QUERY + "&seeds=many", "seeds: 'many' is not allowed"),
        ((0, 0, 0), QUERY + "&colour=red", "colour"),
        ((0, 0, 0), urlencode(DESCENT.replace(runs=()).to_query()), "runs: 0 are not allowed"),
        ((0, 0, 0), urlencode(DESCENT.replace(runs=DESCENT.runs * 2).to_query()), "runs: 2 are not allowed"),
        ((0, 0, 0), QUERY + "&x=" + "1" * 30_000, "characters are not allowed"),
    ],
)
def test_what_no_tile_can_be_is_said_in_a_sentence(place: tuple[int, int, int], query: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked("basins", *place, query)
    assert said in str(refused.value) and "\n" not in str(refused.value) and len(str(refused.value)) < 500


def test_names_colours_scale_and_start_change_no_tile() -> None:
    named = replace(DESCENT.runs[0], name="Mine", color=3)
    other = DESCENT.replace(runs=(named,), scale="log", start=(1.5, -2.0), repeats=5, spread=0.5, atlas="basins~1")
    assert asked("basins", 0, 0, 0, urlencode(other.to_query())) == asked("basins", 0, 0, 0, QUERY)


def test_few_cells_come_without_a_program_of_their_own_and_are_the_same() -> None:
    given = Experiment(
        landscape="three_hump_camel", steps=60, runs=(Run(optimizer="adagrad", learning_rate=0.4),), rotation=10.0
    )
    stage_packet(given)
    tile = asked("basins", 0, 0, 0, urlencode(given.to_query()))
    work, is_prepared = tile.begun()
    assert not is_prepared
    with pytest.raises(UnpreparedError):
        asked("basins", 1, 0, 0, urlencode(given.to_query())).begun()
    with at_once():  # nothing within may compile
        while not work.finished:
            work.make_one()
    tile.ground.prepare()
    batches, is_prepared = tile.begun()
    assert is_prepared
    while not batches.finished:
        batches.make_one()
    assert work.cells is not None and batches.cells is not None
    assert not work.cells.implied.any() and batches.cells.implied.mean() > 0.4
    for name in ("codes", "minimum", "steps"):
        assert (getattr(work.cells, name) == getattr(batches.cells, name)).all()


def test_losses_keep_twelve_bits_and_what_is_no_number() -> None:
    given = np.array([0.0, -1.5, 1 / 3, 1e-30, 3e38, 1e300, -1e300, np.inf, -np.inf, np.nan, 7.25e-9])
    found = rounded(given)
    assert (found.view("<u4")[:7] & 0x7FF == 0).all()
    np.testing.assert_allclose(found[[0, 1, 2, 3, 4, 10]], given[[0, 1, 2, 3, 4, 10]], rtol=2.0**-13)
    assert np.isfinite(found[5:7]).all() and (np.abs(found[5:7]) > 3.4e38).all()
    assert found[7] == np.inf and found[8] == -np.inf and np.isnan(found[9])


def test_many_minima_take_two_bytes_and_cells_that_may_not_be_count_as_none() -> None:
    shape = (2, 3)
    cells = Cells(
        codes=np.array([[0, 1, 255], [0, 0, 0]], np.uint8),
        minimum=np.array([[0, 299, -1], [254, 255, 256]]),
        steps=np.full(shape, -1),
        loss=np.zeros(shape),
        implied=np.array([[True, False, False], [True, True, True]]),
        more=np.array([[1.0, 2.0]] * 100),
    )
    header, arrays = read_tile(encoded(cells, 200, np.arange(3.0), np.arange(2.0)))
    assert arrays["minimum"].tolist() == [[0, 299, 65535], [254, 255, 256]]
    assert header["decided"] == {"batch": 4, "single": 1} and len(header["more"]) == 100


# Chances


def test_chances_are_counts_over_the_members_own_maps() -> None:
    run = Run(optimizer="evolution_strategy", learning_rate=1.0)
    given = Experiment(landscape="double_well", steps=120, runs=(run,), seed=3)
    found = chances(given, size=4, seeds=4)
    members = members_of(given.replace(repeats=4))
    maps = [basins(given.replace(seed=member.seed), size=4) for member in members]
    labels = [list(zip(one.codes.ravel().tolist(), one.minimum.ravel().tolist(), strict=True)) for one in maps]
    best = np.array([one.codes.ravel() == CODES[Outcome.GLOBAL_MINIMUM] for one in maps])
    hovers = np.array([(one.codes == CODES[Outcome.NOISE_FLOOR]) & (one.minimum >= 0) for one in maps]).reshape(4, -1)
    for place in range(16):
        here = [one[place] for one in labels]
        said = (int(found.codes.ravel()[place]), int(found.minimum.ravel()[place]))
        assert here.count(said) == max(map(here.count, here)) == 4 * found.share.ravel()[place]
    assert (found.success.ravel() == (best | hovers).mean(axis=0)).all()  # both of its minima are global
    assert found.seeds == 4 and 0 < found.share.min() < 1


def test_one_seed_is_the_map_and_no_chance_needs_no_more() -> None:
    whole, once, same = basins(DESCENT, size=6), chances(DESCENT, size=6, seeds=1), chances(DESCENT, size=6, seeds=9)
    for found in (once, same):
        assert (found.codes == whole.codes).all() and (found.minimum == whole.minimum).all()
        assert (found.steps == whole.steps).all() and (found.share == 1).all() and found.seeds == 1
    header, cells = made(0, query=QUERY + "&seeds=4")
    assert (cells["share"] == 255).all() and (cells["code"] == made(0)[1]["code"]).all()
    reached = cells["code"] == header["outcomes"].index("GLOBAL_MINIMUM")
    assert (cells["success"] == np.where(reached, 255, 0)).all()
    with pytest.raises(Refusal, match="seeds: 65 is not allowed"):
        chances(DESCENT, size=2, seeds=65)


# The server


class Asker:
    """Who asks for a tile, and may leave."""

    def __init__(self, host: str = "a") -> None:
        self.host, self.left = host, asyncio.Event()

    def request(self, place: str = "0/0/0", query: str = QUERY, coding: str = "gzip") -> Request:
        async def receive() -> Any:
            await self.left.wait()
            return {"type": "http.disconnect"}

        names = ("level", "column", "row")
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "query_string": query.encode(),
            "client": (self.host, 1),
        }
        scope["headers"] = [(b"accept-encoding", coding.encode())]
        scope["path_params"] = dict(zip(names, place.split("/"), strict=True)) | {"stamp": assets.stamp()}
        return Request(scope, receive)


class Steps:
    """A work that is finished when it is told so, and counts its pieces; each test has one of its own."""

    def __init__(self) -> None:
        self.may_end, self.pieces = threading.Event(), 0

    @property
    def finished(self) -> bool:
        return self.may_end.is_set() and self.pieces > 2

    @property
    def cells(self) -> Cells | None:
        none = np.zeros((16, 16))
        return Cells(
            codes=none, minimum=none, steps=none, loss=none, implied=none, more=np.empty((0, 2))
        ) if self.finished else None  # fmt: skip

    def make_one(self) -> None:
        self.pieces += 1
        self.may_end.wait(0.001)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    """Let tiles of basins be made of steps that are counted."""
    work = Steps()
    ground = SimpleNamespace(minima=SimpleNamespace(known=np.empty((0, 2))), is_prepared=True)
    kind = Kind(
        read=lambda fields: (DESCENT, 1, tuple(fields.items())),
        ground=lambda *given: ground,
        lines=lambda cells, *given: lines_of_window(DESCENT.window, cells),
        work=lambda *given: work,
        singly=lambda *given: work,
    )
    monkeypatch.setattr(packets, "KINDS", {"basins": kind})
    packets._read.cache_clear()
    packets._ground.cache_clear()
    yield work
    work.may_end.set()
    packets._read.cache_clear()
    packets._ground.cache_clear()


def apart(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a thread: where a browser was opened before, this one has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


async def until(holds: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.002)


def ask(served: Tiles, asker: Asker, *given: Any) -> "asyncio.Task[Any]":
    return asyncio.ensure_future(served.serve("basins", asker.request(*given)))


def test_a_tile_comes_packed_or_plain_and_may_be_kept_for_ever() -> None:
    async def live() -> None:
        served = Tiles(Pool())
        packed = await ask(served, Asker())
        plain = await ask(served, Asker(), "0/0/0", QUERY, "identity")
        assert packed.status_code == plain.status_code == 200
        assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
        assert gzip.decompress(packed.body) == plain.body and len(packed.body) < 0.8 * len(plain.body)
        for answer in (packed, plain):
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert answer.headers["vary"] == "Accept-Encoding"
            assert answer.headers["content-type"] == "application/octet-stream"
        _, cells = read_tile(plain.body)
        assert all((cells[name] == made(0)[1][name]).all() for name in SAME)
        told = served.told()["tiles"]
        assert (told["kept"], told["made"], told["waiting"], told["computed"]) == (1, 1, 0, 0)
        assert len(packed.body) < told["bytes"] < len(packed.body) + 3_000

    apart(live())


def test_what_is_not_allowed_is_400_in_a_sentence_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async def live() -> None:
        served = Tiles(Pool())
        for place, query, said in (
            ("x/0/0", QUERY, "level: 'x' is not allowed; give a whole number"),
            ("0/1.5/0", QUERY, "column: '1.5' is not allowed"),
            ("0/0/" + "9" * 99, QUERY, "row: "),
            ("99/0/0", QUERY, "level: 99 is not allowed"),
            ("0/0/0", "on=atlantis", "v: "),
        ):
            answer = await ask(served, Asker(), place, query)
            assert answer.status_code == 400 and said in answer.body.decode()
            assert answer.headers["cache-control"] == "no-store"
        monkeypatch.setattr(tiles, "SECONDS", 0.001)
        answer = await ask(served, Asker(), "1/0/0", QUERY)
        assert answer.status_code == 400 and "32 x 32 cells" in answer.body.decode()
        assert "steps or fewer would fit" in answer.body.decode()
        assert not served.making and len(served.store) == 0

    apart(live())


def test_fewer_steps_are_named_that_would_fit_and_they_do() -> None:
    dear = asked("basins", 3, 0, 0, QUERY)
    seconds = dear.cost(1e9)
    with pytest.raises(CostError, match="steps: 40 are too many here: a tile of 128 x 128 cells would take") as refused:
        dear.cost(seconds / 3)
    fits = refused.value.fields["steps"]
    assert 10 <= fits < 20
    query = urlencode(DESCENT.replace(steps=fits).to_query())
    assert asked("basins", 3, 0, 0, query).cost(seconds / 3) > seconds / 4
    assert asked("basins", 3, 0, 0, QUERY + "&seeds=10").cost(1e9) == pytest.approx(10 * seconds)


def test_an_address_of_another_build_is_answered_as_such() -> None:
    path = "/{stamp}/basins/{level}/{column}/{row}"
    route = next(route for route in assets.routes(house(), Pool()) if route.path.endswith(path))

    async def live() -> Any:
        request = Asker().request()
        request.scope["path_params"]["stamp"] = "0123"
        return await route.endpoint(request)

    answer = apart(live())
    assert answer.status_code == 409 and answer.headers["cache-control"] == "no-store"


def test_two_who_ask_at_once_cost_one_computation(steps: Steps) -> None:
    async def live() -> None:
        served = Tiles(Pool())
        tasks = [ask(served, Asker(name)) for name in "abc"]
        await until(lambda: steps.pieces > 3)
        assert len(served.making) == 1 and served.told()["tiles"]["kept"] == 0
        steps.may_end.set()
        answers = await asyncio.gather(*tasks)
        pieces = steps.pieces
        later = await ask(served, Asker("d"))
        assert {bytes(answer.body) for answer in (*answers, later)} == {bytes(later.body)}
        assert served.made == 1 and steps.pieces == pieces and not served.making

    apart(live())


def test_work_ends_when_all_who_asked_have_left_and_goes_on_from_there_when_asked_again(steps: Steps) -> None:
    async def live() -> None:
        pool = Pool()
        served, first, second = Tiles(pool), Asker("a"), Asker("b")
        tasks = [ask(served, first), ask(served, second)]
        await until(lambda: steps.pieces > 3)
        first.left.set()
        assert (await tasks[0]).status_code == 499
        before = steps.pieces
        await until(lambda: steps.pieces > before + 3)
        second.left.set()
        assert (await tasks[1]).status_code == 499
        assert not served.making
        await until(lambda: not pool.lanes["map"].busy and not pool.lanes["map"].of_address)
        before = steps.pieces
        assert len(served.store) == 0
        again = ask(served, Asker("c"))
        await until(lambda: steps.pieces > before)
        steps.may_end.set()
        assert (await again).status_code == 200 and len(served.store) == 1

    apart(live())


def test_too_many_are_told_when_to_ask_again(steps: Steps) -> None:
    async def live() -> None:
        served = Tiles(Pool(), queue=4)
        tasks = [ask(served, Asker(name), f"0/{i}/0") for i, name in enumerate("aabb")]
        await until(lambda: len(served.making) == 4)
        for name in "ac":
            answer = await ask(served, Asker(name), "0/9/9")
            assert answer.status_code == 503 and answer.headers["cache-control"] == "no-store"
            seconds = int(answer.headers["retry-after"])
            assert 1 <= seconds <= 60 and f"try again in {seconds} s" in answer.body.decode()
        assert served.told()["tiles"]["refused"] == 2
        steps.may_end.set()
        assert [answer.status_code for answer in await asyncio.gather(*tasks)] == [200] * 4
        assert (await ask(served, Asker("c"), "0/9/9")).status_code == 200

    apart(live())


def test_a_network_has_half_and_a_dear_tile_counts_for_several(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    async def live() -> None:
        served = Tiles(Pool(), queue=6)
        seconds = packets.asked("basins", 0, 0, 0, QUERY).cost(1e9)
        monkeypatch.setattr(tiles, "DEAR", seconds / 1.5)  # so that each counts for two
        alone = ask(served, Asker("a"))
        await until(lambda: [making.weight for making in served.making.values()] == [2])
        assert (await ask(served, Asker("a"), "0/1/0")).status_code == 503
        other = ask(served, Asker("b"), "0/1/0")
        await until(lambda: sum(making.weight for making in served.making.values()) == 4)
        steps.may_end.set()
        assert (await alone).status_code == (await other).status_code == 200

    apart(live())


def test_maps_give_way_to_pictures_but_not_to_work_at_rest(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    async def live() -> None:
        steps.may_end.set()
        monkeypatch.setattr(tiles, "PATIENCE", 3_600.0)
        pool, go = Pool(), threading.Event()
        served = Tiles(pool)
        picture = asyncio.ensure_future(pool.run("picture", go.wait))
        await until(lambda: pool.lanes["picture"].busy)
        task = ask(served, Asker())
        await until(lambda: served._turn._value < tiles.THREADS)  # it has its turn, and waits
        await asyncio.wait({task}, timeout=0.05)
        assert steps.pieces == 0 and not task.done()
        go.set()
        await picture
        assert (await task).status_code == 200

        go.clear()
        with pool.at_rest():
            rest = asyncio.ensure_future(pool.run("picture", go.wait))
            await until(lambda: pool.lanes["picture"].busy)
            assert (await ask(served, Asker(), "0/1/0")).status_code == 200
            go.set()
            await rest

    apart(live())


def test_a_map_ends_though_somebody_always_waits_for_a_picture(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    async def live() -> None:
        steps.may_end.set()
        monkeypatch.setattr(tiles, "PATIENCE", 0.001)
        pool, go = Pool(), threading.Event()
        served = Tiles(pool)
        picture = asyncio.ensure_future(pool.run("picture", go.wait))
        await until(lambda: pool.lanes["picture"].busy)
        assert (await ask(served, Asker())).status_code == 200
        go.set()
        await picture

    apart(live())


def test_finished_tiles_take_no_more_memory_than_they_may() -> None:
    store = TileStore(10_000)
    for i in range(30):
        store.put(str(i), bytes(600))
        store.get("0")
    assert store.size <= 10_000 and 5 < len(store) < 17
    assert store.get("0") is not None and store.get("29") is not None and store.get("5") is None
    store.put("large", bytes(20_000))
    assert store.get("large") is None and store.get("29") is not None
    store.put("29", bytes(5_000))  # the same tile, made twice at once
    assert len(store.get("29") or b"") == 600
