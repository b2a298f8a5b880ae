"""Memory: ninety visitors, each with other surfaces, optimizers and formulas, come one after another and stay."""

import asyncio
import gzip
import json
import random
from contextlib import AsyncExitStack

from benchmarks import report
from benchmarks.client import answered, opened, route
from benchmarks.formulas import texts
from benchmarks.line import Answer
from benchmarks.server import Server, running
from experiments import Experiment
from experiments.critical.defaults import default_run
from experiments.objective.compiled import MOST
from landscapes import LANDSCAPES
from lessons import EXAMPLES
from optimizers import OPTIMIZERS
from server import assets
from tests.packets import read_packet

VISITORS, AT_ONCE = 90, 6
ASKED = 40  # times for advice, at most, as a page does
TOLD = 30
_PATIENCE = 240.0  # seconds for an answer: what is measured is memory, on a machine that may be busy


def main() -> None:
    busy = report.load()
    with running() as server:
        rows = asyncio.run(_visit(server))
    body = (
        f"{VISITORS} visitors, {AT_ONCE} at a time, each with an experiment of their own: an example, a surface of the "
        "catalogue or a typed formula, these with three optimizers drawn from all. Each fetches picture "
        "and surface, moves a slider, opens the inside of a step and asks for advice until all of it is there. All "
        f"stay connected. The store of programs is bounded to {MOST / 1e6:g} MB.\n\n"
        + report.table(["visitors", "resident memory of the server, MB"], rows)
    )
    report.write("visitors", "Memory of a mixed crowd", body, ("streamlit", "jax"), busy)


async def _visit(server: Server) -> list[list[str]]:
    rows = [["0", report.short(server.memory())]]
    draw, typed = random.Random(1), texts(VISITORS)
    plans = [_experiment(place, typed[place], draw) for place in range(VISITORS)]
    async with AsyncExitStack() as doors:
        for first in range(0, VISITORS, AT_ONCE):
            group = plans[first : first + AT_ONCE]
            await asyncio.gather(*(_one(server, plan, doors) for plan in group))
            seen = first + len(group)
            if seen % TOLD == 0 or seen == VISITORS:
                rows.append([str(seen), report.short(server.memory())])
                print(rows[-1], flush=True)
    return rows


def _experiment(place: int, text: str, draw: random.Random) -> Experiment:
    """Return what a visitor looks at."""
    if place % 3 == 0:
        return EXAMPLES[place // 3 % len(EXAMPLES)].experiment
    key = draw.choice(list(LANDSCAPES))
    fresh = Experiment(landscape=key) if place % 3 == 1 else Experiment(landscape="formula", formula=text)
    return fresh.replace(runs=tuple(default_run(fresh, optimizer) for optimizer in draw.sample(list(OPTIMIZERS), 3)))


async def _one(server: Server, experiment: Experiment, doors: AsyncExitStack) -> None:
    client = await doors.enter_async_context(opened(server.port, experiment, _PATIENCE))
    line, query = client.line, client.known["query"]
    await answered(line, line.get(assets.surface_url(experiment)), _PATIENCE)
    edits = {"r1.learning_rate": float(f"{experiment.runs[0].learning_rate * 0.9:.3g}")}
    await client.socket.send(client.settled(query, edits))
    moved = await answered(line, line.post(route("picture"), {"query": query, "edits": edits, "wants": []}), _PATIENCE)
    client.take(await client.finished(_PATIENCE))
    link = read_packet(gzip.decompress(moved.body))[0]["query"]
    if not client.shows(link):
        raise RuntimeError(f"the session says {client.known}, not {link}")
    await answered(line, line.get(f"{route('picture')}?{link}&wants=inside"), _PATIENCE)
    for _ in range(ASKED):
        advice = await answered(line, line.post(route("job/advice"), {"query": link, "wants": []}), _PATIENCE)
        if None not in json.loads(_plain(advice))["runs"]:
            return


def _plain(answer: Answer) -> bytes:
    return gzip.decompress(answer.body) if answer.packed else answer.body


if __name__ == "__main__":
    main()
