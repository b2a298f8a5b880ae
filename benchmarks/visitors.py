"""Memory: ninety visitors, each with other surfaces, optimizers and formulas, come one after another and stay."""

import asyncio
import json
import random
import urllib.request
from contextlib import AsyncExitStack
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks import report, widgets
from benchmarks.formulas import texts
from benchmarks.server import Server, running
from experiments import Experiment
from experiments.critical.defaults import default_run
from experiments.objective.compiled import MOST
from landscapes import LANDSCAPES
from lessons import EXAMPLES
from optimizers import OPTIMIZERS
from server import assets
from tests.app_server import HOST

VISITORS, AT_ONCE, ASKED = 90, 6, 6
TOLD = 30
_PATIENCE = 240.0  # seconds for an answer: what is measured is memory, on a machine that may be busy
_STAGE = "thalweg_stage"


def main() -> None:
    busy = report.load()
    with running() as server:
        rows = asyncio.run(_visit(server))
    body = (
        f"{VISITORS} visitors, {AT_ONCE} at a time, each with an experiment of their own: an example, a surface of the "
        "catalogue or a typed formula, these with three optimizers drawn from all. Each fetches the surface, moves "
        f"a slider, opens the inside of a step and asks {ASKED} times for advice. All stay connected. The store of "
        f"programs is bounded to {MOST / 1e6:g} MB.\n\n"
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
    stream = f"ws://{HOST}:{server.port}/_stcore/stream"
    socket = await doors.enter_async_context(
        connect(stream, subprotocols=[Subprotocol("streamlit")], compression=None, max_size=None)
    )
    hello = BackMsg()
    hello.rerun_script.query_string = urlencode(experiment.to_query())
    stage = _Stage(await _answered(socket, hello), socket)
    surface = f"{server.url}{assets.surface_url(experiment)}"
    await asyncio.to_thread(lambda: urllib.request.urlopen(surface, timeout=_PATIENCE).read())
    rate = experiment.runs[0].learning_rate
    await stage.tell({"kind": "slide", "edits": {"r1.learning_rate": float(f"{rate * 0.9:.3g}")}})
    for _ in range(ASKED):
        await stage.tell({"kind": "wants", "wants": ["inside", "advice"]})


class _Stage:
    """What a browser knows of the stage, so that it can tell the server what was done there."""

    def __init__(self, messages: list[ForwardMsg], socket: ClientConnection) -> None:
        self.socket, self.told = socket, 0
        self.messages = messages

    async def tell(self, wish: dict[str, object]) -> None:
        """Send one event of the stage and wait for its answer."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.widget_states.CopyFrom(widgets.states(self.messages))
        for known in self.messages:
            if known.WhichOneof("type") == "navigation":
                rerun.page_script_hash = known.navigation.page_script_hash
        stage = next(m for m in self.messages if m.delta.new_element.bidi_component.component_name == _STAGE)
        rerun.fragment_id = stage.delta.fragment_id
        event = rerun.widget_states.widgets.add()
        event.id = f"$$STREAMLIT_INTERNAL_KEY_{stage.delta.new_element.bidi_component.id}__events"
        self.told += 1
        event.json_trigger_value = json.dumps([{"event": "change", "value": {**wish, "seq": self.told}}])
        answer = await _answered(self.socket, message)
        if any(m.WhichOneof("type") == "navigation" for m in answer):  # the whole page was drawn again
            self.messages = answer


async def _answered(socket: ClientConnection, message: BackMsg) -> list[ForwardMsg]:
    """Send a message and read up to where the script has finished. Raises RuntimeError where it failed."""
    await socket.send(message.SerializeToString())
    answer = []
    while True:
        told = ForwardMsg()
        told.ParseFromString(await asyncio.wait_for(socket.recv(), _PATIENCE))
        answer.append(told)
        if told.WhichOneof("type") != "script_finished" or told.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            continue
        if told.script_finished not in (
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
        ):
            raise RuntimeError(f"the script finished with {told.script_finished}")
        return answer


if __name__ == "__main__":
    main()
