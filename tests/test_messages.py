"""What no page would send over a websocket is refused in one line of the log, and the session goes on."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks import widgets
from experiments import Experiment, Run
from landscapes import LANDSCAPES
from parameter import Refusal
from server.messages import DEEPEST, readable
from tests.app_server import HOST, started

SHOWN = Experiment(landscape="sphere", start=(1.0, 1.0), steps=5, runs=(Run(optimizer="adam", learning_rate=0.1),))
PATIENCE = 60.0
PROTOCOLS = [Subprotocol("streamlit")]
STAGE = "thalweg_stage"


def message(text: str, field: str = "json_trigger_value") -> bytes:
    made = BackMsg()
    widget = made.rerun_script.widget_states.widgets.add()
    widget.id = "any"
    setattr(widget, field, text)
    return bytes(made.SerializeToString())


@pytest.mark.parametrize(
    ("frame", "said"),
    (
        (None, "text frame"),
        (b"\xff\xff\xff", "no message"),
        (b"x" * 5_000_001, "5,000,001 bytes"),
        (message("{"), "not JSON"),
        (message("[" * 100_000), "not JSON"),
        (message("[" * 500 + "]" * 500), "brackets"),
        (message('{"a":' * 500 + "1" + "}" * 500), "brackets"),
        (message('{"a":' * 500 + "1" + "}" * 500, "json_value"), "brackets"),
        (message('[{"event": "change", "value": {"seq": ' + "9" * 5_000 + "}}]"), "5,000 digits"),
        (message('[{"event": "change", "value": {"x": NaN, "y": 1}}]'), "NaN"),
        (message('[{"event": "change", "value": {"x": -Infinity, "y": 1}}]'), "-Infinity"),
        (message(json.dumps("x" * 100_000)), "100,002 characters"),
    ),
)
def test_what_cannot_be_read_is_refused_in_a_short_sentence(frame: bytes | None, said: str) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        readable(frame)
    assert len(str(refused.value)) < 200 and "\n" not in str(refused.value)


def test_of_many_events_in_one_message_the_last_is_passed_on() -> None:
    events = [{"event": "change", "value": {"kind": "random", "seq": seq}} for seq in range(1_000)]
    passed = BackMsg()
    passed.ParseFromString(readable(message(json.dumps(events))))
    (widget,) = passed.rerun_script.widget_states.widgets
    assert json.loads(widget.json_trigger_value) == events[-1:]


def test_what_a_page_sends_is_passed_on_as_it_is() -> None:
    points = {"edits": {"r1.schedule_parameters.points": [[0.0, 1.0], [0.5, 0.2]]}, "kind": "number", "seq": 2**31}
    for text in (json.dumps([{"event": "change", "value": points}]), "", "null", "[" * DEEPEST + "]" * DEEPEST):
        assert readable(message(text)) == message(text)


class Page:
    """A browser's end of a session: what it was sent, and how it answers."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.known: dict[str, Any] = {}  # what the stage was told last
        hello = BackMsg()
        hello.rerun_script.query_string = urlencode(SHOWN.to_query())
        socket.send(hello.SerializeToString())
        self.told = self.answer()
        self.elements = [m.delta.new_element for m in self.told if m.WhichOneof("type") == "delta"]
        stage = next(m for m in self.told if m.delta.new_element.bidi_component.component_name == STAGE)
        self.count = 0
        self.stage, self.fragment = stage.delta.new_element.bidi_component.id, stage.delta.fragment_id

    def answer(self) -> list[ForwardMsg]:
        found = []
        while True:
            found.append(ForwardMsg())
            found[-1].ParseFromString(self.socket.recv(PATIENCE))
            stage = found[-1].delta.new_element.bidi_component
            if stage.component_name == STAGE:
                self.known = json.loads(stage.json)
            if found[-1].WhichOneof("type") == "script_finished":
                return found

    def states(self) -> BackMsg:
        """Return a message with all that a browser says of the page's widgets."""
        made = BackMsg()
        made.rerun_script.widget_states.CopyFrom(widgets.states(self.told))
        pages = [m.navigation.page_script_hash for m in self.told if m.WhichOneof("type") == "navigation"]
        made.rerun_script.page_script_hash = pages[-1]
        return made

    def settle(self, edits: Any, **other: Any) -> None:
        """Say what a stage settled on: edits of what it was told; other: what it says otherwise."""
        self.count += 1
        value = {"page": "p", "count": self.count, "revision": self.known["revision"], "query": self.known["query"]}
        self.say(value | {"edits": edits} | other)

    def say(self, value: Any) -> None:
        """Send the stage's state."""
        made = self.states()
        made.rerun_script.fragment_id = self.fragment
        widget = made.rerun_script.widget_states.widgets.add()
        widget.id = self.stage
        widget.json_value = json.dumps({"settled": value})
        self.socket.send(made.SerializeToString())

    def choose(self, label: str, field: str, value: Any) -> None:
        """Send a widget's state; field: its place in the message."""
        parts = [getattr(e, kind) for e in self.elements if (kind := e.WhichOneof("type"))]
        chosen = next(part.id for part in parts if getattr(part, "label", "") == label)
        made = self.states()
        widget = next(w for w in made.rerun_script.widget_states.widgets if w.id == chosen)
        if isinstance(value, list):
            widget.ClearField("value")
            getattr(widget, field).data.extend(value)
        else:
            setattr(widget, field, value)
        self.socket.send(made.SerializeToString())

    def shown(self) -> Experiment:
        """Return what the stage is told after a message that changes nothing."""
        self.settle({})
        self.answer()
        return Experiment.from_query(dict(parse_qsl(self.known["query"], keep_blank_values=True)))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    log = tmp_path_factory.mktemp("house") / "log"
    with started(kept=log) as (_, port):
        yield port, log


NONSENSE: tuple[Any, ...] = (
    {"wind": 1.0},
    {"wind": None},
    {"r1.learning_rate": "fast"},
    {"r-1.learning_rate": 0.1},
    {"r100.learning_rate": None},
    {"r" + "9" * 5_000 + ".learning_rate": 0.1},
    {"r1.wrappers.armour.thickness": 3},
    {"r1.parameters.beta9": None},
    {"criteria.nothing": 1},
    {"steps": True},
    {"steps": [1, 2]},
    {"steps": {"a": {}}},
    {"seed": -1},
    {"": 1},
    {"start": ["left", None]},
    {"start": [[1.0], {"a": 1}]},
    {"start": [1e300, 0.0]},
    {"start": [True, False]},
    {f"x{i}": i for i in range(1_000)},
    7,
    None,
)
HARMLESS: tuple[Any, ...] = (
    {"page": 1},
    {"page": "p", "count": "many", "revision": "", "query": "", "edits": {}},
    {"page": "p", "count": 10**20, "revision": "not this one", "query": "", "edits": {"seed": 9}},
    "a text",
    ["a", "list"],
    None,
)

CHOICES: tuple[tuple[str, str, Any], ...] = (
    ("Surface", "string_value", "atlantis"),
    ("Optimizer", "string_value", "magic"),
    ("Schedule", "string_value", "whenever"),
    ("Colour scale (linear)", "string_value", "sepia"),
    ("Around it", "string_array_value", ["armour"]),
    ("Stop early when", "string_value", "at noon"),
    ("Optimizers", "string_array_value", ["99"]),
    ("Name", "string_value", "x" * 100_000),
    ("Name", "string_value", "\x00\n"),
)


def test_a_session_stands_whatever_is_sent_and_the_log_has_a_line_for_each(house: tuple[int, Path]) -> None:
    port, log = house
    before = len(log.read_text().splitlines())
    with connect(f"ws://{HOST}:{port}/_stcore/stream", subprotocols=PROTOCOLS, max_size=None) as socket:
        page = Page(socket)
        socket.send("a text frame")
        socket.send(message("[" * 500 + "]" * 500))
        socket.send(message('[{"event": "change", "value": {"seq": ' + "9" * 5_000 + "}}]"))
        unread = 3
        for edits in NONSENSE:
            page.settle(edits)
            page.answer()
        for value in HARMLESS:
            page.say(value)
            page.answer()
        for choice in CHOICES:
            page.choose(*choice)
            page.answer()
        page.settle({"start": None})
        page.answer()
        while page.known["count"] < page.count:  # the panel changed something, too: it is told again on top of that
            page.settle({"start": None})
            page.answer()
        assert page.shown() == SHOWN.replace(start=LANDSCAPES["sphere"].starts[0])
    written = log.read_text().splitlines()[before:]
    assert not [line for line in written if "Traceback" in line or line.startswith("  ")]
    assert len(written) <= unread + len(NONSENSE) + len(HARMLESS) + len(CHOICES), "\n".join(written)
