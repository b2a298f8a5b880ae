"""An experiment as the query of a link: readable, short, exact.

on=rosenbrock~a~1~b~100&start=-1.5~2&steps=300&seed=0&r1=adam~0.05~beta1~0.9~~cosine~final~0&name1=mine

Modifiers that are on stand in one field, with=rotation~30~l1~0.5; without it all are off. Criteria that are not at
their defaults do too, with the one that the runs stop at: until=stop_at~step~step_tolerance~0.001. Repeats and their
spread stand in another, many=100~0.5; without it each run is made once. Rows of data that are not drawn stand in data,
those that are left out in flag (packed_rows.py), batches in batch=4~deck. Rows that are held out are a share in
held=0.5, or stand in rest as they do in data. Of many weights, those of the start that are given stand in from, one for
all or one each, and the plane that is shown in plane=weights~0~1~0: its kind, two weights, the seed of directions.
The map that is open stands in atlas=basins~1 (atlas.py).

Only characters that URLs leave alone are used. "~" parts words, "~~" parts a run's optimizer, schedule, colour and
wrappers. A number longer than 12 characters is written as "_" and the base64 of its eight bytes. Points that were drawn
are written as 0-0.2_0.5-1_1-0: pairs parted by "_". A link of more than 1,500 characters, which some programs would
cut, has one field "runs" instead of r1 to r6, name1 to name6, with, until, on and formula: base64 of the bytes of their
long numbers and points, and of their compressed text (packed_link.py).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from experiments.setup import criteria, modifiers, packed_rows
from experiments.setup.link_text import (
    LONGEST_VALUE,
    cut,
    name_text,
    read_name,
    read_numbers,
    read_pairs,
    single,
    text_of,
    value_of,
    within,
)
from experiments.setup.packed_link import packed, unpack
from parameter import Parameter, Refusal

VERSION = "1"
RUNS = tuple(range(1, 7))
FOREIGN = ("embed", "embed_options")  # Streamlit's own; they say nothing about the experiment
LONGEST_LINK = 1_500


@dataclass(frozen=True, kw_only=True)
class Word:
    """One field of a link, and the fields of an experiment that it says.

    write: from plain data to text, "" where the word is left out. read: from text to those fields' plain data; raises
    Refusal. absent: the text that stands for a word left out, None where it must be there.
    """

    key: str
    write: Callable[[Mapping[str, Any]], str]
    read: Callable[[str], dict[str, Any]]
    absent: str | None = ""


def read_query(query: str) -> dict[str, str]:
    """Return a query's fields, empty ones too; of a field that stands twice the last."""
    return dict(parse_qsl(query, keep_blank_values=True))


def read_landscape(text: str) -> tuple[str, dict[str, Any]]:
    """Return the landscape's key and its parameters."""
    words = within(text, "on").split("~")
    return words[0], read_pairs(words[1:], "on")


def _on(text: str) -> dict[str, Any]:
    return dict(zip(("landscape", "landscape_parameters"), read_landscape(text), strict=True))


def _view(text: str) -> dict[str, Any]:
    """Return the view as [[xmin, xmax], [ymin, ymax]]."""
    edges = read_numbers(text, "view", 4) if text else []
    return {"view": [edges[:2], edges[2:]] if edges else None}


def _view_text(plain: Mapping[str, Any]) -> str:
    return "~".join(text_of(edge) for side in plain["view"] or () for edge in side)


def _number(key: str) -> Callable[[str], dict[str, Any]]:
    return lambda text: {key: read_numbers(text, key, 1)[0]}


def _modifiers_text(plain: Mapping[str, Any]) -> str:
    values = {**plain, **dict(zip(("shift_x", "shift_y"), plain["shift"], strict=True))}
    return _tail({key: values[key] for key, off in modifiers.OFF.items() if values[key] != off})[1:]


def _criteria_text(plain: Mapping[str, Any]) -> str:
    return _tail(criteria.changed({"stop_at": plain["stop_at"], **plain["criteria"]}))[1:]


def _settings(text: str, field: str, known: Mapping[str, Parameter], noun: str) -> dict[str, Any]:
    """Return the settings of a group by their keys; "" for none. Raises Refusal for an unknown one."""
    values = read_pairs(within(text, field).split("~"), field) if text else {}
    for key in values:
        if key not in known:
            raise Refusal(f"{field}: {cut(key)} is not a known {noun}; known: {', '.join(known)}")
    return values


def _many_text(plain: Mapping[str, Any]) -> str:
    both = plain["repeats"], plain["spread"]
    return "" if both == (1, 0) else "~".join(map(text_of, both))


def _flags_text(plain: Mapping[str, Any]) -> str:
    flags = plain["flagged"]
    return packed_rows.flags_text(flags, max(flags) + 1) if flags else ""


def _batch_text(plain: Mapping[str, Any]) -> str:
    both = plain["batch"], plain["batch_kind"]
    return "" if both == (0, "deck") else "~".join(map(text_of, both))


def _batch(text: str) -> dict[str, Any]:
    """Return the batches, as "4~replacement"."""
    size, _, kind = within(text, "batch").partition("~")
    return {"batch": read_numbers(size, "batch", 1)[0], "batch_kind": kind}


def _plane_text(plain: Mapping[str, Any]) -> str:
    words = (plain["plane"], *plain["plane_weights"], plain["plane_seed"])
    text = "~".join(map(text_of, words))
    return "" if text == _PLANE else text


def _plane(text: str) -> dict[str, Any]:
    """Return the plane, as "random~0~1~7"."""
    kind, _, rest = within(text, "plane").partition("~")
    first, second, seed = read_numbers(rest, "plane", 3)
    return {"plane": kind, "plane_weights": [first, second], "plane_seed": seed}


def _weights(text: str) -> dict[str, Any]:
    words = text.split("~") if text else []
    if len(words) > _MOST_WEIGHTS:
        raise Refusal(f"from: {len(words)} weights are not allowed; at most {_MOST_WEIGHTS}")
    return {"start_weights": [number for word in words for number in read_numbers(word, "from", 1)]}


_PLANE, _MOST_WEIGHTS = "weights~0~1~0", 1_000
WORDS = (  # in the order in which a link has them
    Word(
        key="on",
        write=lambda plain: _words(plain["landscape"], plain["landscape_parameters"]),
        read=_on,
        absent=None,
    ),
    Word(
        key="start",
        write=lambda plain: "~".join(map(text_of, plain["start"])),
        read=lambda text: {"start": read_numbers(text, "start", 2)},
        absent=None,
    ),
    Word(key="steps", write=lambda plain: text_of(plain["steps"]), read=_number("steps"), absent=None),
    Word(key="seed", write=lambda plain: text_of(plain["seed"]), read=_number("seed"), absent="0"),
    Word(
        key="formula",
        write=lambda plain: str(plain["formula"]),
        read=lambda text: {"formula": within(text, "formula")},
    ),
    Word(key="view", write=_view_text, read=_view),
    Word(
        key="scale",
        write=lambda plain: str(plain["scale"]),
        read=lambda text: {"scale": text[:LONGEST_VALUE]},
    ),
    Word(
        key="with",
        write=_modifiers_text,
        read=lambda text: modifiers.fields_of(_settings(text, "with", modifiers.BY_KEY, "modifier")),
    ),
    Word(
        key="until",
        write=_criteria_text,
        read=lambda text: criteria.fields_of(_settings(text, "until", criteria.BY_KEY, "criterion")),
    ),
    Word(
        key="many",
        write=_many_text,
        read=lambda text: dict(zip(("repeats", "spread"), read_numbers(text, "many", 2), strict=True)),
        absent="1~0",
    ),
    Word(
        key="data",
        write=lambda plain: packed_rows.text(plain["data"]) if plain["data"] else "",
        read=lambda text: {"data": [list(row) for row in packed_rows.read(text)] if text else []},
    ),
    Word(
        key="flag",
        write=_flags_text,
        read=lambda text: {"flagged": list(packed_rows.read_flags(text, "flag")) if text else []},
    ),
    Word(key="batch", write=_batch_text, read=_batch, absent="0~deck"),
    Word(
        key="held",
        write=lambda plain: text_of(plain["held_out"]) if plain["held_out"] else "",
        read=lambda text: {"held_out": read_numbers(text, "held", 1)[0]},
        absent="0",
    ),
    Word(
        key="rest",
        write=lambda plain: packed_rows.text(plain["data_held_out"]) if plain["data_held_out"] else "",
        read=lambda text: {"data_held_out": [list(row) for row in packed_rows.read(text, "rest")] if text else []},
    ),
    Word(key="from", write=lambda plain: "~".join(map(text_of, plain["start_weights"])), read=_weights),
    Word(key="plane", write=_plane_text, read=_plane, absent=_PLANE),
    Word(
        key="atlas",
        write=lambda plain: str(plain["atlas"]),
        read=lambda text: {"atlas": within(text, "atlas")},
    ),
)


def write(plain: Mapping[str, Any]) -> dict[str, str]:
    """Return the query's fields for an experiment's plain data (experiments.setup.document.plain)."""
    said = {word.key: word.write(plain) for word in WORDS}
    query = {"v": VERSION} | {key: text for key, text in said.items() if text}
    for place, run in zip(RUNS, plain["runs"], strict=False):
        query[f"r{place}"] = _run_text(run)
        if run["name"]:
            query[f"name{place}"] = name_text(run["name"])
    return query if len(urlencode(query)) <= LONGEST_LINK else packed(query)


def read(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain data of a query. Raises ValueError naming the first field that cannot be read."""
    fields = {key: value for key, value in single(query).items() if key not in FOREIGN}
    if "runs" in fields:
        fields = unpack(fields.pop("runs")) | fields
    version = fields.pop("v", None)
    if version != VERSION:
        raise Refusal(f"v: {cut(version)} is not a known version of the link; known: {VERSION}")
    for word in WORDS:
        if word.absent is None and word.key not in fields:
            raise Refusal(f"{word.key}: is missing")
    plain: dict[str, Any] = {}
    for word in WORDS:
        plain |= word.read(fields.pop(word.key, word.absent or ""))
    plain["runs"] = []
    for place in RUNS:
        if f"r{place}" not in fields:
            break
        run = read_run(fields.pop(f"r{place}"), f"r{place}")
        run["name"] = read_name(fields.pop(f"name{place}", ""))
        plain["runs"].append(run)
    for key in fields:
        raise Refusal(f"{cut(key)}: unknown field in the link")
    return plain


def _run_text(run: Mapping[str, Any]) -> str:
    """Return a run's plain data but its name as text."""
    parts = [
        f"{run['optimizer']}~{text_of(run['learning_rate'])}" + _tail(run["parameters"]),
        _words(run["schedule"], run["schedule_parameters"]),
        "" if run["color"] is None else str(run["color"]),
    ]
    return "~~".join(parts + [_words(wrapper["key"], wrapper["parameters"]) for wrapper in run["wrappers"]])


def read_run(text: str, field: str) -> dict[str, Any]:
    """Return a run's plain data but its name."""
    parts = within(text, field).split("~~")
    words = parts[0].split("~")
    if len(words) < 2 or not isinstance(value_of(words[1]), int | float):
        raise Refusal(f"{field}: {cut(text)} is not allowed; give optimizer~learning_rate~name~value...")
    schedule = (parts[1] if len(parts) > 1 else "constant").split("~")
    color = parts[2] if len(parts) > 2 else ""
    if color and not re.fullmatch(r"[0-9]", color, re.ASCII):
        raise Refusal(f"{field}: colour {cut(color)} is not allowed; give 0 to 5")
    return {
        "optimizer": words[0],
        "learning_rate": value_of(words[1]),
        "parameters": read_pairs(words[2:], field),
        "schedule": schedule[0],
        "schedule_parameters": read_pairs(schedule[1:], field),
        "color": int(color) if color else None,
        "wrappers": [
            {"key": wrapper.split("~")[0], "parameters": read_pairs(wrapper.split("~")[1:], field)}
            for wrapper in parts[3:]
        ],
        "name": "",
    }


def _words(key: str, parameters: Mapping[str, Any]) -> str:
    return key + _tail(parameters)


def _tail(parameters: Mapping[str, Any]) -> str:
    return "".join(f"~{key}~{text_of(value)}" for key, value in parameters.items())
