"""What the stage's modules declare of Python's messages is what Python sends: every key, and of which type."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from experiments import Experiment, Run
from experiments.setup.run import Wrapper
from figures.packets.advising import advice_slice
from figures.packets.lens import lens_answer
from figures.packets.members_work import members_slice
from figures.packets.packet import stage_packet
from figures.packets.sketch import sketch
from figures.packets.unseen import unseen_slice
from tests.jsdoc import Seen, Type, check, typedefs
from tests.node import HAS_NODE, ROOT, node
from tests.packets import read_packet

STAGE = ROOT / "ui" / "stage"
ALL = frozenset({"curvature", "inside", "advice"})
DESCENT = Run(optimizer="gradient_descent", learning_rate=0.1)

PLAIN = Experiment(landscape="sphere", start=(1.0, 0.5), steps=20, runs=(DESCENT, DESCENT))
EMPTY = Experiment(landscape="sphere", start=(1.0, 0.5), runs=())
INSIDES = Experiment(
    landscape="sphere",
    start=(1.0, 0.5),
    steps=12,
    seed=3,
    runs=(
        *(Run(optimizer=key, learning_rate=0.05) for key in ("adam", "newton", "nelder_mead", "cma_es", "nadam")),
        Run(optimizer="momentum", learning_rate=0.05, wrappers=(Wrapper(key="sam"), Wrapper(key="ema_weights"))),
    ),
)
BREAKING = Experiment(  # no minimum is known, a rate that falls with the losses, and one that is far too high
    landscape="formula",
    formula="x^2/2 - y^2/2 + 3*y^4",
    view=((-1.0, 1.0), (-1.0, 1.0)),
    scale="rank",
    start=(0.9, 0.05),
    steps=60,
    runs=(
        Run(optimizer="gradient_descent", learning_rate=0.3, schedule="reduce_on_plateau"),
        Run(optimizer="gradient_descent", learning_rate=9.0),
    ),
)
TILTED = Experiment(landscape="formula", formula="x + y/2", start=(0.0, 0.0), steps=10, runs=(DESCENT,))
LEARNING = Experiment(
    landscape="line_fit",
    landscape_parameters={"outliers": 4, "clean": "on"},
    flagged=(3,),
    batch=4,
    start=(-2.0, 2.0),
    steps=20,
    runs=(DESCENT,),
)
WEIGHTS = Experiment(  # many weights, rows that are held out, and what is said of them
    landscape="polynomial_fit",
    landscape_parameters={"degree": 9},
    held_out=0.5,
    steps=60,
    runs=(DESCENT, DESCENT),
)
NETWORK = Experiment(landscape="network_fit", held_out=0.5, plane="path", steps=12, runs=(DESCENT,))
MANY = Experiment(landscape="sphere", start=(1.0, 0.5), steps=10, runs=(DESCENT,), repeats=8, spread=0.3)


def declared(name: str, module: str) -> Type:
    (path,) = STAGE.rglob(module)
    return typedefs(path)[name]


def sent(experiment: Experiment, wants: frozenset[str] = frozenset()) -> bytes:
    return stage_packet(experiment, wants)


def of_members() -> list[bytes]:
    """Return what is sent of members while they are made, and once all is there."""
    slices: list[bytes] = []
    for _ in range(100):
        slices.append(members_slice(MANY, sharpness=True))
        header, _ = read_packet(slices[-1])
        if header["many"]["runs"] and not header["many"]["more"]:
            return slices
    raise AssertionError("the members never come to an end")


def test_every_message_is_as_the_stage_declares_it() -> None:
    header, seen = declared("Header", "packet.js"), Seen()
    plain = [sent(experiment) for experiment in (PLAIN, EMPTY, BREAKING, TILTED, LEARNING, WEIGHTS, NETWORK)]
    wanted = [sent(experiment, ALL) for experiment in (EMPTY, INSIDES, BREAKING)]
    for packet in (*plain, *wanted, sent(MANY)):
        assert check(read_packet(packet)[0], header, seen, "header") == []
    assert seen.never_sent == set()


def test_a_sketch_has_rows_and_moving_ground_as_the_stage_declares_them() -> None:
    header, _ = read_packet(sketch(urlencode(LEARNING.to_query()), {"data.2": [0.5, 2.0]}))
    for name, told in (("ToldRows", header["data"]), ("Ground", header["ground"])):
        seen = Seen()
        assert check(told, declared(name, "packet.js"), seen, name) == [] and seen.never_sent == set()


def test_a_sketch_of_many_weights_has_runs_as_the_stage_declares_them() -> None:
    header, arrays = read_packet(sketch(urlencode(WEIGHTS.to_query()), {"start": [0.25, -0.5]}))
    seen = Seen()
    for run in header["runs"]:
        assert check(run, declared("SketchedRun", "packet.js"), seen, "run") == []
    assert seen.never_sent == set()
    for place, run in enumerate(header["runs"]):
        assert len(arrays[f"heldout{place}"]) == len(arrays[f"loss{place}"]) == run["steps"] + 1
        assert len(arrays[f"all_weights{place}"]) == 10 * len(run["frames"])


def test_a_picture_of_many_weights_has_arrays_under_names_of_their_own() -> None:
    header, arrays = read_packet(sent(WEIGHTS))
    names = [name for name, *_ in header["arrays"]]
    assert len(names) == len(set(names))
    for place, run in enumerate(header["runs"]):
        assert run["fit"] is not None
        for key in ("heldout", "weights", "under"):
            assert len(arrays[f"{key}{place}"]) == run["steps"] + 1
        assert len(arrays[f"all_weights{place}"]) == 10 * len(run["frames"])


def test_every_slice_of_members_is_as_the_stage_declares_it() -> None:
    declared_slice, seen = declared("Slice", "many.js"), Seen()
    for packet in (*of_members(), members_slice(MANY)):
        header, _ = read_packet(packet)
        told = {key: value for key, value in header.items() if key not in ("arrays", "hash")}
        assert check(told, declared_slice, seen, "slice") == []
    assert seen.never_sent == set()


def test_every_slice_of_what_was_not_seen_is_as_the_stage_declares_it() -> None:
    declared_slice, seen = declared("Slice", "unseen_work.js"), Seen()
    slices = [unseen_slice(PLAIN)]
    while slices[-1]["progress"]["done"] < slices[-1]["progress"]["all"] or len(slices) == 1:
        slices.append(unseen_slice(WEIGHTS))
        assert len(slices) < 200
    for told in slices:
        assert check(told, declared_slice, seen, "slice") == []
    assert seen.never_sent == set()
    header, _ = read_packet(sent(WEIGHTS))
    assert [one["address"] for one in header["studies"]] == [one["address"] for one in slices[-1]["studies"]]


def test_advice_is_as_the_stage_declares_it() -> None:
    advice, seen = declared("Advice", "packet.js"), Seen()
    for experiment in (BREAKING, PLAIN):
        for _ in range(20):
            told = advice_slice(experiment)
            assert check(told, advice, seen, "advice") == []
            if None not in told["runs"]:
                break
    assert seen.never_sent == set()


def test_the_lens_answers_as_the_stage_declares_it() -> None:
    answer, seen = declared("LensAnswer", "lens_shapes.js"), Seen()
    for surface in ("on=sphere", "on=l1_norm", "on=formula&formula=log(x)"):
        for point in ("x=0&y=0", "x=-1&y=0.5", "x=1e6&y=-1e6"):
            assert check(json.loads(json.dumps(lens_answer(f"{surface}&{point}"))), answer, seen, surface) == []
    assert seen.never_sent == set()


@pytest.mark.skipif(not HAS_NODE, reason="there is no Node for this kind of machine")
def test_the_stage_reads_the_numbers_that_were_sent(tmp_path: Path) -> None:
    (module,) = STAGE.rglob("packet.js")
    (tmp_path / "packet").write_bytes(packet := sent(INSIDES, ALL))
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ decodePacket }} from {json.dumps(module.as_uri())};
        const packet = decodePacket(new Uint8Array(readFileSync({json.dumps(str(tmp_path / "packet"))})));
        const plain = (key, value) => (ArrayBuffer.isView(value) ? [...value].map(String) : value);
        console.log(JSON.stringify([[...packet.arrays], packet.runs.map((run) => run.series)], plain));
    """
    said = node("--input-type=module", "--eval", script)
    assert said.returncode == 0, said.stdout
    arrays, series = json.loads(said.stdout)
    header, known = read_packet(packet)
    assert [name for name, _ in arrays] == list(known)
    for name, values in arrays:
        np.testing.assert_array_equal(np.array(values, dtype=np.float32), known[name], err_msg=name)
    for place in range(len(header["runs"])):
        assert series[place]["sharpness"] == dict(arrays)[f"sharpness{place}"] != []


@pytest.mark.parametrize(
    ("spoiled", "said"),
    (
        (lambda header: header.pop("hint"), "header.hint is declared in Header and not sent"),
        (lambda header: header.update(more=1), "header.more is sent and not declared in Header"),
        (lambda header: header.update(steps="20"), "header.steps is '20', not number"),
        (lambda header: header.update(start=[0, 1, 2]), "header.start is [0, 1, 2], not number with number"),
        (lambda header: header["runs"][0].update(best=True), "header.runs[0].best is True, not number"),
        (lambda header: header["runs"][0].update(tone="nice"), "header.runs[0].tone is 'nice', not"),
        (lambda header: header["runs"][1].update(flag=3), "header.runs[1].flag is 3, not string or null"),
        (lambda header: header["runs"][0].update(title=None), "header.runs[0].title is None, not string"),
        (lambda header: header["race"]["rows"][0].append([[1], 2]), "header.race.rows[0][9][0][0] is 1, not string"),
        (lambda header: header["palette"].pop("dark"), "header.palette.dark is declared in {light, dark} and not sent"),
    ),
)
def test_a_message_that_is_otherwise_is_told(spoiled: Any, said: str) -> None:
    header, _ = read_packet(sent(PLAIN))
    spoiled(header)
    (problem,) = check(header, declared("Header", "packet.js"), Seen(), "header")
    assert problem.startswith(said)
