"""One rule says how a number is written, in Python and in the browser alike."""

import doctest
import json
import math
import re
import struct
from typing import Any

import numpy as np
import pytest

import numerals
from landscapes import LANDSCAPES
from numerals import count, number, typed
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from tests.node import HAS_NODE, ROOT, node

TABLE = {  # number, with four digits
    0.0: "0",
    1 / 3: "0.3333",
    -2.5: "−2.5",
    1234.5: "1235",  # halves go away from zero
    -1234.5: "−1235",
    12345.0: "12350",
    99994.0: "99990",
    99995.0: "1e5",  # what is written decides, not what it was
    99999.5: "1e5",
    9.9996e-4: "0.001",
    9.9994e-4: "9.999e−4",
    -3.1e-5: "−3.1e−5",
    123456.0: "1.235e5",
    1.7976931348623157e308: "1.798e308",
    5e-324: "4.941e−324",
    math.inf: "not finite",
    -math.inf: "not finite",
    math.nan: "not finite",
}


def test_four_digits_are_written_as_the_rule_says():
    assert {value: number(value, 4) for value in TABLE} == TABLE
    assert number(-0.0) == typed(-0.0) == count(-0.0) == "0", "no minus before a zero"
    single: Any = np.float32(0.1)  # of a figure
    assert number(single, 4) == number(np.float64(0.1)) == "0.1"


def test_its_own_examples_are_right():
    assert doctest.testmod(numerals).failed == 0


def test_within_a_sentence_there_are_three_digits_and_never_a_separator():
    assert [number(v) for v in (1894.7, 99949.0, 99950.0, 0.0012349)] == ["1890", "99900", "1e5", "0.00123"]


def test_counts_are_whole_with_a_comma_between_thousands():
    assert [count(n) for n in (0, 7, 999, 1000, 19999, 1234567, 117.5, 1000.0)] == (
        ["0", "7", "999", "1,000", "19,999", "1,234,567", "117.5", "1,000"]
    )


def test_what_may_be_typed_again_has_the_keyboards_minus_and_all_digits():
    assert [typed(v) for v in (-3.1e-5, 0.99999, 0.1 + 0.2, 20000.0)] == ["-3.1e-5", "0.99999", "0.3", "20000"]


def values():
    """Return some thousand numbers: every magnitude and sign, ties, the edges of what is plain, random bits."""
    chance = np.random.default_rng(5)
    found = [*TABLE, -0.0, 0.1 + 0.2, 1e5, 1e-3, 999.95, 9999.5, 99950.0, 0.00099995, 2.0**53, 1e22, 1e23]
    found += [sign * mantissa * 10.0**power for sign in (1, -1) for mantissa in (1, 1.0005, 2.71828, 9.9996)
              for power in range(-30, 31)]  # fmt: skip
    found += [whole / 2.0**places for places in range(13) for whole in (1, 3, 9, 1001, 8193, 20011)]  # exact ties
    found += [float(n) + 0.5 for n in (10, 99, 100, 999, 1000, 9999, 12344, 99999)]
    bits = (struct.unpack("<d", chance.bytes(8))[0] for _ in range(300))
    return found + [value for value in bits if math.isfinite(value)]


@pytest.mark.skipif(not HAS_NODE, reason="there is no Node for this kind of machine")
def test_the_browser_writes_every_number_as_python_does(tmp_path):
    reals, counts = values(), [0, 1, 12, 999, 1000, 10000, 123456, 1234567, 2**31, 117.5, 1999.5]
    (tmp_path / "given.json").write_text(json.dumps([[repr(value) for value in reals], counts]))
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ count, number, typed }} from {json.dumps((ROOT / "ui/stage/shared/format.js").as_uri())};
        const [reals, counts] = JSON.parse(readFileSync({json.dumps(str(tmp_path / "given.json"))}));
        const read = (text) => Number(text.replace("inf", "Infinity"));
        const said = reals.map(read).map((x) => [number(x), number(x, 3), number(x, 2), typed(x), typed(x, 5)]);
        console.log(JSON.stringify([said, counts.map(count)]));
    """
    told = node("--input-type=module", "--eval", script)
    assert told.returncode == 0, told.stdout
    there, counted = json.loads(told.stdout)
    here = [[number(x, 4), number(x), number(x, 2), typed(x), typed(x, 5)] for x in reals]
    assert [pair for pair in zip(reals, there, here, strict=True) if pair[1] != pair[2]] == []
    assert counted == [count(n) for n in counts]


def test_what_is_told_of_surfaces_and_optimizers_has_the_same_minus():
    told = [(key, f"{unit.story} {unit.note}", unit.parameters) for key, unit in LANDSCAPES.items()]
    told += [
        (key, unit.notes, unit.parameters) for units in (OPTIMIZERS, SCHEDULES, WRAPPERS) for key, unit in units.items()
    ]
    texts = [(key, text) for key, words, parameters in told for text in (words, *(p.help for p in parameters))]
    keyboards = [(key, text) for key, text in texts if re.search(r"[ (\[]-\d|^-\d|\de-\d", text)]
    assert keyboards == []
