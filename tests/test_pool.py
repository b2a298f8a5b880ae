"""The pool that answers are computed on: its bounds, its shares, and what it leaves undone for who has left."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from experiments.setup import attention
from server.pool import FullError, Pool

PATIENCE = 20.0


def apart(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine in a thread: where a browser was opened before, this one has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, coroutine).result()


class Asker:
    """A request as far as the pool looks at it."""

    def __init__(self, address: str = "a") -> None:
        self.client, self.has_left = SimpleNamespace(host=address), False

    async def is_disconnected(self) -> bool:
        return self.has_left


def endless(began: threading.Event) -> None:
    """Work for as long as somebody waits for it."""
    while True:
        began.set()
        attention.go_on()


async def until(holds: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.005)


def run(pool: Pool, work: Any, asker: Any) -> "asyncio.Task[Any]":
    return asyncio.ensure_future(pool.run("picture", work, asker))


def test_answers_come_from_the_lanes_own_threads_and_failures_are_the_askers() -> None:
    async def live() -> None:
        pool = Pool()
        assert (await pool.run("sketch", lambda: threading.current_thread().name, None)).startswith("sketch")
        assert await pool.run("picture", divmod, None, 7, 2) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            await pool.run("picture", divmod, None, 7, 0)
        told = pool.told()["pool"]["picture"]
        assert (told["busy"], told["queue"], told["dropped"]) == (0, 0, 0)

    apart(live())


def test_an_address_holds_at_most_half_of_the_queue_and_all_together_the_whole() -> None:
    async def live() -> None:
        pool, go = Pool({"picture": 1}, most=4), threading.Event()
        tasks = [run(pool, go.wait, Asker(name)) for name in "aabb"]
        await until(lambda: pool.lanes["picture"].of_address.total() == 4)
        assert pool.told()["pool"]["picture"] | {"busy": 1, "queue": 3} == pool.told()["pool"]["picture"]
        with pytest.raises(FullError, match="again"):
            await pool.run("picture", go.wait, Asker("c"))
        go.set()
        await asyncio.gather(*tasks)
        go.clear()
        tasks = [run(pool, go.wait, Asker("a")) for _ in range(2)]
        await until(lambda: pool.lanes["picture"].of_address["a"] == 2)
        with pytest.raises(FullError, match="network"):
            await pool.run("picture", go.wait, Asker("a"))
        other = run(pool, go.wait, Asker("b"))
        await until(lambda: pool.lanes["picture"].of_address["b"] == 1)
        go.set()
        await asyncio.gather(*tasks, other)
        assert not pool.lanes["picture"].of_address

    apart(live())


def test_what_waits_for_who_has_left_is_never_computed() -> None:
    async def live() -> None:
        pool, go, made = Pool({"picture": 1}), threading.Event(), list[str]()
        first, leaver, stayer = Asker(), Asker("b"), Asker("c")
        holding = run(pool, go.wait, first)
        await until(lambda: pool.lanes["picture"].busy == 1)
        left, stays = (
            run(pool, lambda name=name: made.append(name), one)
            for name, one in zip("bc", (leaver, stayer), strict=True)
        )
        leaver.has_left = True
        with pytest.raises(attention.LeftError):
            await left
        go.set()
        await asyncio.gather(holding, stays)
        assert made == ["c"]
        assert pool.told()["pool"]["picture"]["dropped"] == 1

    apart(live())


def test_what_is_computed_learns_that_its_client_has_left_and_its_thread_is_free_again() -> None:
    async def live() -> None:
        pool, began = Pool({"picture": 1}), threading.Event()
        asker = Asker()
        task = run(pool, partial(endless, began), asker)
        await until(began.is_set)
        asker.has_left = True
        with pytest.raises(attention.LeftError):
            await task
        assert await pool.run("picture", attention.left, None) is False

    apart(live())


def test_a_cancelled_question_keeps_its_thread_until_the_work_ends() -> None:
    async def live() -> None:
        pool, go = Pool({"picture": 1}), threading.Event()
        task = run(pool, go.wait, Asker())
        await until(lambda: pool.lanes["picture"].busy == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        waits = run(pool, lambda: "next", Asker("b"))
        await until(lambda: pool.lanes["picture"].of_address["b"] == 1)
        assert pool.lanes["picture"].busy == 1 and not waits.done()
        go.set()
        assert await waits == "next"

    apart(live())


def test_what_waits_for_a_thread_when_the_pool_is_closed_is_not_taken() -> None:
    async def live() -> None:
        pool, began, go = Pool({"picture": 1}), threading.Event(), threading.Event()

        def hold() -> None:
            began.set()
            go.wait()

        pool.lanes["picture"].workers.submit(hold)
        began.wait()
        task = run(pool, lambda: "never", Asker())
        await until(lambda: pool.lanes["picture"].busy == 1)
        pool.close()
        with pytest.raises(FullError, match="being stopped"):
            await task
        go.set()

    apart(live())


def test_a_closed_pool_tells_its_work_and_what_it_leaves() -> None:
    async def live() -> None:
        pool, began = Pool({"picture": 1}), threading.Event()
        task = run(pool, partial(endless, began), Asker())
        await until(began.is_set)
        assert pool.close() == ["picture"]
        with pytest.raises(attention.LeftError):
            await task
        assert pool.close() == []

    apart(live())
