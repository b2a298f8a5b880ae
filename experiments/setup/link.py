"""An experiment as the query of a link: readable, short, exact.

on=rosenbrock~a~1~b~100&start=-1.5~2&steps=300&seed=0&r1=adam~0.05~beta1~0.9~~cosine~final~0&name1=mine

Modifiers that are on stand in one field, with=rotation~30~l1~0.5; without it all are off. Criteria that are not at
their defaults do too, with the one that the runs stop at: until=stop_at~step~step_tolerance~0.001. Repeats and their
spread stand in another, many=100~0.5; without it each run is made once.

Only characters that URLs leave alone are used. "~" parts words, "~~" parts a run's optimizer, schedule, colour and
wrappers. A number longer than 12 characters is written as "_" and the base64 of its eight bytes. Points that were drawn
are written as 0-0.2_0.5-1_1-0: pairs parted by "_". A link of more than 1,500 characters, which some programs would
cut, has one field "runs" instead of r1 to r6, name1 to name6, with, until, on and formula: base64 of the bytes of their
long numbers and points, and of their compressed text.
"""

import base64
import binascii
import re
import struct
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from experiments.setup import criteria, drawn_points, modifiers
from parameter import Refusal

VERSION = "1"
RUNS = tuple(range(1, 7))
FOREIGN = ("embed", "embed_options")  # Streamlit's own; they say nothing about the experiment
LONGEST_VALUE = 2_000
LONGEST_LINK = 1_500
_NUMBER = re.compile(r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST_NUMBER = 12
_PACKED = ("with", "until", "on", "formula")  # beside the runs and their names
_LONG = re.compile(rf"(?<=~)(_[\w-]{{11}}|{drawn_points.PATTERN})(?![^~])", re.ASCII)
_PACKED_LONG = re.compile(r"(?<=~)_([1-9]\d?)?(?![^~])", re.ASCII)
_LONGEST_TEXT = 4_000  # bytes of packed runs; six take at most 2,500
# What packed text is made of, so that it need not be spelt out. Links that were sent depend on it: never change it.
_WORDS = (
    b"weight_decay~decay~lookahead~sam~rho~clip_value~max_value~clip_norm~max_norm~exponential~gamma~step~every~"
    b"inverse_time~t0~inverse_sqrt~polynomial~linear~cosine_restarts~cyclic~warmup_constant~warmup_linear~custom~"
    b"warmup_cosine~warmup~final~~wsd~reduce_on_plateau~bold_driver~constant~~one_cycle~peak_at~div~final_div~"
    b"nelder_mead~cma_es~simulated_annealing~gradient_descent~nesterov~adagrad~rmsprop~adadelta~amsgrad~adamax~nadam~"
    b"radam~adabelief~yogi~lion~rprop~newton~bfgs~lbfgs~memory_size~momentum_ema~momentum~beta~adamw~adam~beta1~_~"
    b"beta2~_~eps~_~weight_decay~_~~cosine~final~_~~0~~clip_norm~max_norm~_~~clip_value~max_value~_~~weight_decay~"
    b"decay~_\nname1=\nname2=\nname3=\nname4=\nname5=\nname6=\nr1=\nr2=\nr3=\nr4=\nr5=\nr6="
    b"with=rotation~_~shift_x~_~shift_y~_~smoothing~_~smoothing_schedule~exponential~l2~_~l1~_~noise~_\n"
)
_MORE_WORDS = (
    b"cos(*sin(*exp(-(x^2+y^2))*y^2)+sqrt((x^2+abs(x)y)^2formula=(x + y)^2\nrprop~grow~1.2~shrink~0.5~smallest~1e-06~"
    b"largest~50~backtracking~on~nadam~momentum_decay~0.004~rising~adan~beta3~qhadam~nu1~nu2~sophia~gamma~every~madgrad~"
    b"momentum~backtracking~exact_line_search~polyak_step~lowest~conjugate_gradient~damped_newton~damping~"
    b"saddle_free_newton~langevin~random_search~evolution_strategy~particle_swarm~particles~population~novograd~lamb~lars~"
    b"adafactor~sm3~normalized_gradient~sign_descent~signum~qhm~nu~adopt~polynomial~power~multi_step~cyclic~wsd~"
    b"on=gaussian_wells~number~4~bowl~0.05~d1~1.~w1~0.~x1~-1.~y1~-2.~d2~1.~w2~0.~x2~1.~y2~2.~d3~1.~w3~0.~x3~-3.~y3~"
    b"d4~2.~w4~0.~x4~1.~y4~-1.~d5~1.~w5~0.~x5~0.~y5~0.\n" + _WORDS + b"~~sam~rho~0.~~polyak_average~skip~~ema_weights~"
    b"decay~0.~~lookahead~sync_period~5~slow_step~0.5~~one_cycle~peak_at~0.~div~1~final_div~1~~3~~weight_decay~decay~0."
    b"\nr1=ademamix~0.~beta1~0.~beta2~0.~beta3~0.~alpha~1.~warmup~1~eps~1e-08~weight_decay~0.~~"
    b"bias_correction~on~~clip_value~max_value~1~~clip_norm~max_norm~1"
)
_LATEST_WORDS = _MORE_WORDS + (
    b"stop_at~loss~stop_at~step~stop_at~gradient~stop_at~threshold~until=stop_at~distance~loss_tolerance~0.000"
    b"~loss_patience~1~loss_measure~relative~step_tolerance~0.000~step_patience~1~gradient_tolerance~0.000"
    b"~gradient_patience~1~threshold~0.000~threshold_patience~1~distance_tolerance~0.000~distance_patience~1\n"
)
_DICTIONARIES = {0: None, 0x8000: _WORDS, 0x4000: _MORE_WORDS, 0x2000: _LATEST_WORDS}  # by the mark in the length
_LATEST, _MARKS = 0x2000, 0xE000


def write(plain: Mapping[str, Any]) -> dict[str, str]:
    """Return the query's fields for an experiment's plain data (experiments.setup.document.plain)."""
    query = {
        "v": VERSION,
        "on": _words(plain["landscape"], plain["landscape_parameters"]),
        "start": "~".join(map(_text, plain["start"])),
        "steps": _text(plain["steps"]),
        "seed": _text(plain["seed"]),
    }
    if plain["formula"]:
        query["formula"] = plain["formula"]
    if plain["view"] is not None:
        query["view"] = "~".join(_text(edge) for side in plain["view"] for edge in side)
    if plain["scale"]:
        query["scale"] = plain["scale"]
    if changed := modifiers_text(plain):
        query["with"] = changed
    if other := criteria.changed({"stop_at": plain["stop_at"], **plain["criteria"]}):
        query["until"] = _tail(other)[1:]
    if (plain["repeats"], plain["spread"]) != (1, 0):
        query["many"] = f"{_text(plain['repeats'])}~{_text(plain['spread'])}"
    for place, run in zip(RUNS, plain["runs"], strict=False):
        parts = [
            f"{run['optimizer']}~{_text(run['learning_rate'])}" + _tail(run["parameters"]),
            _words(run["schedule"], run["schedule_parameters"]),
            "" if run["color"] is None else str(run["color"]),
        ] + [_words(wrapper["key"], wrapper["parameters"]) for wrapper in run["wrappers"]]
        query[f"r{place}"] = "~~".join(parts)
        if run["name"]:
            query[f"name{place}"] = _name(run["name"])
    return query if len(urlencode(query)) <= LONGEST_LINK else _packed(query)


def _packed(query: dict[str, str]) -> dict[str, str]:
    """Return the query with its runs in one short field."""
    runs = {key: query[key] for key in query if key[:-1] in ("r", "name") or key in _PACKED}
    aside: list[bytes] = []
    lines, names = [], []
    for key, text in runs.items():
        if key.startswith("name"):
            names.append(f"{key}={read_name(text)}")
            continue
        if key == "formula":
            lines.append(f"{key}={text}")
            continue
        lines.append(f"{key}={_LONG.sub(lambda word: _put_aside(word[0], aside), text)}")
    press = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=_LATEST_WORDS)
    pressed = press.compress("\n".join(lines).encode())
    if names:  # in a block of their own: their letters are others than those of numbers
        pressed += press.flush(zlib.Z_PARTIAL_FLUSH) + press.compress("\n".join(["", *names]).encode())
    pressed += press.flush()
    numbers = b"".join(aside)
    whole = struct.pack("<H", len(numbers) | _LATEST) + numbers + pressed
    packed = base64.urlsafe_b64encode(whole).decode().rstrip("=")
    return {key: query[key] for key in query if key not in runs} | {"runs": packed}


def _put_aside(word: str, aside: list[bytes]) -> str:
    """Add a long number's or some points' bytes to those put aside, and return what stands for it in the text."""
    if word.startswith("_"):
        aside.append(base64.urlsafe_b64decode(_padded(word[1:])))
        return "_"
    points = drawn_points.read(word)
    packed = drawn_points.pack(points)
    if packed is None:
        return word
    aside.append(packed)
    return f"_{len(points)}"


def _take_back(mark: str, whole: bytes) -> tuple[str, bytes]:
    """Return the word that a mark in the text stands for, and the bytes left over. Raises ValueError for too few."""
    size = drawn_points.size(int(mark)) if mark else 8
    if len(whole) < size:
        raise Refusal
    head, left = whole[:size], whole[size:]
    if mark:
        return drawn_points.text(drawn_points.unpack(head, int(mark))), left
    return "_" + base64.urlsafe_b64encode(head).decode().rstrip("="), left


def unpack(text: str) -> dict[str, str]:
    """Return the fields r1, name1, ... of a packed link. Raises ValueError for anything that was not packed here."""
    try:
        whole = base64.urlsafe_b64decode(_padded(_split(text, "runs", 2 * LONGEST_VALUE)))
        head = struct.unpack_from("<H", whole)[0]
        end = 2 + (head & ~_MARKS)
        words = _DICTIONARIES[head & _MARKS]
        press = zlib.decompressobj() if words is None else zlib.decompressobj(-15, zdict=words)
        numbers = whole[2:end]
        plain = press.decompress(whole[end:], _LONGEST_TEXT).decode()
        fields = {}

        def next_word(mark: re.Match[str]) -> str:
            nonlocal numbers
            word, numbers = _take_back(mark[1] or "", numbers)
            return word

        for line in plain.split("\n"):
            key, _, value = line.partition("=")
            if not re.fullmatch(rf"(r|name)[1-6]|{'|'.join(_PACKED)}", key, re.ASCII) or key in fields:
                raise Refusal
            if key == "formula":
                fields[key] = value
            elif key.startswith("name"):
                fields[key] = _name(value)
            else:
                fields[key] = _PACKED_LONG.sub(next_word, value)
    except (binascii.Error, struct.error, zlib.error, ValueError, KeyError):
        raise Refusal(f"runs: {_cut(text)} cannot be read") from None
    return fields


def read(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain data of a query. Raises ValueError naming the first field that cannot be read."""
    fields = {key: value for key, value in single(query).items() if key not in FOREIGN}
    if "runs" in fields:
        fields = unpack(fields.pop("runs")) | fields
    version = fields.pop("v", None)
    if version != VERSION:
        raise Refusal(f"v: {_cut(version)} is not a known version of the link; known: {VERSION}")
    for needed in ("on", "start", "steps"):
        if needed not in fields:
            raise Refusal(f"{needed}: is missing")
    landscape, parameters = read_landscape(fields.pop("on"))
    plain: dict[str, Any] = {
        "landscape": landscape,
        "landscape_parameters": parameters,
        "formula": _split(fields.pop("formula", ""), "formula"),
        "view": None,
        "scale": fields.pop("scale", ""),
        "start": read_numbers(fields.pop("start"), "start", 2),
        "steps": read_numbers(fields.pop("steps"), "steps", 1)[0],
        "seed": read_numbers(fields.pop("seed", "0"), "seed", 1)[0],
        "runs": [],
    }
    if "view" in fields:
        plain["view"] = read_view(fields.pop("view"))
    plain |= modifiers.fields_of(read_modifiers(fields.pop("with", "")))
    plain |= criteria.fields_of(read_criteria(fields.pop("until", "")))
    plain["repeats"], plain["spread"] = read_numbers(fields.pop("many", "1~0"), "many", 2)
    for place in RUNS:
        if f"r{place}" not in fields:
            break
        run = read_run(fields.pop(f"r{place}"), f"r{place}")
        run["name"] = read_name(fields.pop(f"name{place}", ""))
        plain["runs"].append(run)
    for key in fields:
        raise Refusal(f"{_cut(key)}: unknown field in the link")
    return plain


def single(query: Mapping[str, Any]) -> dict[str, str]:
    """Return the query with one text a field, the last where there are several."""
    result = {}
    for key, value in query.items():
        last = value[-1] if isinstance(value, list | tuple) and value else value
        if isinstance(key, str) and isinstance(last, str):
            result[key] = last
        else:
            raise Refusal(f"{_cut(key)}: {_cut(last)} is not text")
    return result


def read_landscape(text: str) -> tuple[str, dict[str, Any]]:
    """Return the landscape's key and its parameters."""
    words = _split(text, "on").split("~")
    return words[0], read_pairs(words[1:], "on")


def read_numbers(text: str, field: str, count: int) -> list[float | int]:
    """Return exactly count numbers."""
    words = _split(text, field).split("~")
    if len(words) != count:
        raise Refusal(f"{field}: {_cut(text)} is not allowed; give {count} number{'s' if count > 1 else ''}")
    numbers = [value for value in map(_value, words) if isinstance(value, int | float)]
    if len(numbers) < count:
        raise Refusal(f"{field}: {_cut(text)} is not a number")
    return numbers


def read_view(text: str) -> list[list[float | int]]:
    """Return [[xmin, xmax], [ymin, ymax]]."""
    edges = read_numbers(text, "view", 4)
    return [edges[:2], edges[2:]]


def read_modifiers(text: str) -> dict[str, Any]:
    """Return modifiers by the keys of modifiers.MODIFIERS; "" for none. Raises ValueError for an unknown one."""
    values = read_pairs(_split(text, "with").split("~"), "with") if text else {}
    for key in values:
        if key not in modifiers.BY_KEY:
            raise Refusal(f"with: {_cut(key)} is not a known modifier; known: {', '.join(modifiers.BY_KEY)}")
    return values


def read_criteria(text: str) -> dict[str, Any]:
    """Return criteria by the keys of criteria.SETTINGS; "" for none. Raises ValueError for an unknown one."""
    values = read_pairs(_split(text, "until").split("~"), "until") if text else {}
    for key in values:
        if key not in criteria.BY_KEY:
            raise Refusal(f"until: {_cut(key)} is not a known criterion; known: {', '.join(criteria.BY_KEY)}")
    return values


def modifiers_text(plain: Mapping[str, Any]) -> str:
    """Return the modifiers of plain data that are not off, as read_modifiers reads them; "" for none."""
    values = dict(plain)
    values["shift_x"], values["shift_y"] = plain.get("shift", (0.0, 0.0))
    on = {key: values[key] for key, off in modifiers.OFF.items() if values.get(key, off) != off}
    return "~".join(f"{key}~{_text(value)}" for key, value in on.items())


def read_run(text: str, field: str) -> dict[str, Any]:
    """Return a run's plain data but its name."""
    parts = _split(text, field).split("~~")
    words = parts[0].split("~")
    if len(words) < 2 or not isinstance(_value(words[1]), int | float):
        raise Refusal(f"{field}: {_cut(text)} is not allowed; give optimizer~learning_rate~name~value...")
    schedule = (parts[1] if len(parts) > 1 else "constant").split("~")
    color = parts[2] if len(parts) > 2 else ""
    if color and not re.fullmatch(r"[0-9]", color, re.ASCII):
        raise Refusal(f"{field}: colour {_cut(color)} is not allowed; give 0 to 5")
    return {
        "optimizer": words[0],
        "learning_rate": _value(words[1]),
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


def read_name(text: str) -> str:
    """Return a run's name, which is plain ASCII or "_" and the base64 of its UTF-8 form."""
    if not text.startswith("_"):
        return text[:LONGEST_VALUE]
    try:
        return base64.urlsafe_b64decode(_padded(text[1:200])).decode()
    except (binascii.Error, ValueError):
        raise Refusal(f"name: {_cut(text)} cannot be read") from None


def _name(name: str) -> str:
    simple = name.isascii() and not name.startswith("_")
    odd = sum(not (c.isalnum() or c in "-._~ ") for c in name) if simple else 0
    if simple and odd <= 4:
        return name
    return "_" + base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _words(key: str, parameters: Mapping[str, Any]) -> str:
    return key + _tail(parameters)


def _tail(parameters: Mapping[str, Any]) -> str:
    return "".join(f"~{key}~{_text(value)}" for key, value in parameters.items())


def read_pairs(words: list[str], field: str) -> dict[str, Any]:
    """Return the values of name, value, name, value, ...; of equal names the last one."""
    if len(words) % 2:
        raise Refusal(f"{field}: {_cut(words[-1])} has no value; give name~value")
    return {words[i]: _value(words[i + 1]) for i in range(0, len(words), 2)}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple | list):
        return drawn_points.text(value)
    whole = float(value).is_integer() and abs(value) < 1e11
    text = str(int(value)) if whole else repr(float(value))
    if len(text) <= _LONGEST_NUMBER:
        return text
    return "_" + base64.urlsafe_b64encode(struct.pack("<d", value)).decode().rstrip("=")


def _value(word: str) -> Any:
    if _NUMBER.fullmatch(word):
        return int(word) if word.lstrip("+-").isdigit() else float(word)
    if len(word) == 12 and word.startswith("_"):
        try:
            return float(struct.unpack("<d", base64.urlsafe_b64decode(_padded(word[1:])))[0])
        except (binascii.Error, struct.error, ValueError):
            return word
    return drawn_points.read(word) if drawn_points.is_text(word) else word


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)


def _split(text: str, field: str, longest: int = LONGEST_VALUE) -> str:
    if len(text) > longest:
        raise Refusal(f"{field}: {len(text)} characters are not allowed; give at most {longest}")
    return text


def _cut(value: Any) -> str:
    return repr(value)[:50]
