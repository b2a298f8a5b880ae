"""A long link's fields in one short one: base64 of the bytes of long numbers and points, and of compressed text."""

import base64
import binascii
import re
import struct
import zlib

from experiments.setup import drawn_points
from experiments.setup.link_text import LONGEST_VALUE, cut, name_text, padded, read_name, within
from parameter import Refusal

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
_NEWEST_WORDS = b"~heldout_min_delta~0.000~heldout_patience~1until=stop_at~heldout~" + _LATEST_WORDS
_DICTIONARIES = {  # by the mark in the length
    0: None,
    0x8000: _WORDS,
    0x4000: _MORE_WORDS,
    0x2000: _LATEST_WORDS,
    0x1000: _NEWEST_WORDS,
}
_LATEST, _MARKS = 0x1000, 0xF000


def packed(query: dict[str, str]) -> dict[str, str]:
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
    press = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=_NEWEST_WORDS)
    pressed = press.compress("\n".join(lines).encode())
    if names:  # in a block of their own: their letters are others than those of numbers
        pressed += press.flush(zlib.Z_PARTIAL_FLUSH) + press.compress("\n".join(["", *names]).encode())
    pressed += press.flush()
    numbers = b"".join(aside)
    whole = struct.pack("<H", len(numbers) | _LATEST) + numbers + pressed
    whole_text = base64.urlsafe_b64encode(whole).decode().rstrip("=")
    return {key: query[key] for key in query if key not in runs} | {"runs": whole_text}


def _put_aside(word: str, aside: list[bytes]) -> str:
    """Add a long number's or some points' bytes to those put aside, and return what stands for it in the text."""
    if word.startswith("_"):
        aside.append(base64.urlsafe_b64decode(padded(word[1:])))
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
        whole = base64.urlsafe_b64decode(padded(within(text, "runs", 2 * LONGEST_VALUE)))
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
                fields[key] = name_text(value)
            else:
                fields[key] = _PACKED_LONG.sub(next_word, value)
    except (binascii.Error, struct.error, zlib.error, ValueError, KeyError):
        raise Refusal(f"runs: {cut(text)} cannot be read") from None
    return fields
