"""Rows in a link: what was written comes back to the last bit, and nothing else is read."""

import base64
import math
import struct
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.setup.packed_rows import flags_text, read, read_flags, rounded, text
from landscapes.data.decimals import LARGEST
from parameter import Refusal

LINK = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~.")


def rows_of(number, most=30):
    row = st.integers(1, 3).flatmap(lambda width: st.lists(st.tuples(*[number] * width), min_size=1, max_size=most))
    return row.map(tuple)


FINITE = st.floats(allow_nan=False, allow_infinity=False)
TYPED = st.builds(lambda k, d: float(f"{k}e-{d}"), st.integers(-(10**9), 10**9), st.integers(0, 12))
MODEST = st.floats(-LARGEST, LARGEST) | TYPED


def bits(rows):
    return [[struct.pack("<d", value) for value in row] for row in rows]


def no_minus(rows):
    return tuple(tuple(value + 0.0 for value in row) for row in rows)


@settings(max_examples=150, deadline=None)
@given(rows_of(FINITE) | rows_of(TYPED) | rows_of(st.integers(-(10**18), 10**18).map(float)))
def test_rows_come_back_to_the_last_bit(rows):
    word = text(rows)
    assert set(word) <= LINK
    assert bits(read(word)) == bits(no_minus(rows))


@settings(max_examples=150, deadline=None)
@given(rows_of(MODEST))
def test_rounded_rows_are_packed_and_stay_as_they_are(rows):
    once = rounded(rows)
    assert not text(once).startswith("_")
    assert bits(read(text(once))) == bits(once)
    assert bits(rounded(once)) == bits(once)
    for before, after in zip(zip(*rows, strict=True), zip(*once, strict=True), strict=True):
        span = max(before) - min(before)  # 19 bits of it are always left, but for one unit at either end
        unit = max(2 * span / 2**19, 1e-12, max(map(abs, before)) / 1e14)
        assert max(abs(np.subtract(before, after))) <= 10 * unit


@given(st.lists(st.tuples(*[st.integers(-500_000, 500_000)] * 3), min_size=1, max_size=30), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_up_to_three_decimals_stay_exact(wholes, decimals):
    rows = tuple(tuple(float(f"{whole}e-{decimals}") for whole in row) for row in wholes)
    assert bits(rounded(rows)) == bits(no_minus(rows))


def test_a_typed_fraction_is_that_fraction():
    rows = ((0.1, 0.2), (0.3, -0.7), (1e-12, 123.456))
    assert rounded(rows[:2]) == rows[:2]
    assert read(text(rows)) == rows
    for other in (0.5, 1 / 3):  # packed, and as doubles
        assert bits(read(text(((-0.0, other),)))) == bits(((0.0, other),))
    assert bits(rounded(((-0.0, -1e-14), (1.0, 1.0)))) == bits(((0.0, 0.0), (1.0, 1.0)))


def test_numbers_are_rounded_to_the_nearest_of_20_bits():
    assert rounded(((0.12345678,), (1.0,))) == ((0.123457,), (1.0,)), "2^20 millionths"
    assert rounded(((0.12345678,), (2.0,))) == ((0.12346,), (2.0,))
    assert rounded(((-LARGEST,), (LARGEST / 3,))) == ((-1e9,), (333330000.0,))
    assert rounded(((2020.5004,), (2021.5004,))) == ((2020.5004,), (2021.5004,)), "few decimals, however far from 0"
    with pytest.raises(Refusal, match=r"^1e300 is too large; give numbers from -1e9 to 1e9$"):
        rounded(((1e300,), (1.0,)))


@pytest.mark.parametrize("offset", [0.0, -0.5, -1.0, 1000.0, 999_999_000.0, 123_456.789])
@pytest.mark.parametrize("span", [1.0, 0.1, 1.048575, 2.0, 1e-6])
def test_a_hundred_rows_take_at_most_1020_characters(offset, span):
    rows = rounded(np.random.default_rng(1).uniform(offset, offset + span, (100, 3)).tolist())
    assert len(text(rows)) <= 1_020
    full = tuple((offset + 0.0, k / 1e6, -k / 1e3) for k in [0, 2**20 - 1, *range(1, 99)])
    assert len(text(rounded(full))) <= 1_020


def test_this_is_how_rows_are_written():
    """Links that were sent depend on it."""
    assert text(((0.5, 1.0), (-0.25, 0.0))) == "QCcd___mlgGBf___4"
    assert text(((1e9 + 0.125,), (0.0,))) == "_ACAAAQAGXNzUEAAAAAAAAAAA"
    assert text(((1e9 + 0.125,),)) == "ABeD____cczvLXIPo"
    assert flags_text((0, 3), 5) == "AWQ"
    rows = tuple((i / 8, float(-i)) for i in range(1_000))
    assert len(text(rows)) == 4514 and read(text(rows)) == rows


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet=sorted(LINK - {"~", "."}), max_size=60))
def test_any_text_gives_rows_or_a_refusal(word):
    try:
        assert text(read(word)) == word
    except Refusal as refusal:
        assert str(refusal).endswith("it may be cut off")
    try:
        assert all(0 <= number < 6 * len(word) - 10 for number in read_flags(word))
    except Refusal as refusal:
        assert str(refusal).endswith("it may be cut off")


@settings(max_examples=60, deadline=None)
@given(rows_of(FINITE, 6) | rows_of(TYPED, 6), st.data())
def test_what_is_cut_or_longer_is_refused(rows, data):
    word = text(rows)
    cut = data.draw(st.integers(0, len(word) - 1))
    for wrong in (word[:cut], word + "A", word + "_", word[:cut] + "~" + word[cut:]):
        with pytest.raises(Refusal, match=r"^data: .* cannot be read: .* it may be cut off$"):
            read(wrong)


def doubles(value):
    """Return one number as it is written where it cannot be packed."""
    return "_AB" + base64.urlsafe_b64encode(struct.pack("<d", value)).decode().rstrip("=")


def test_what_is_huge_or_foreign_is_refused():
    assert read(doubles(math.pi)) == ((math.pi,),)
    unwritten = [doubles(value) for value in (math.nan, math.inf, -0.0, 0.5)]  # the last one is packed
    for word in ("A" * 10**7, "_" * 40_000, "", "A", "_", "__", "AAAA", "_D6AA", "é", "\ud800", *unwritten):
        with pytest.raises(Refusal, match=r"^data_held_out: .{1,50} cannot be read: .* it may be cut off$"):
            read(word, "data_held_out")
    began = time.process_time()
    for reader in (read, read_flags):
        with pytest.raises(Refusal):
            reader("A" * 3 * 10**7)
    assert time.process_time() - began < 1, "it was not read"
    for word in ("A" * 10**7, "_" * 40_000, "", "A", "__", "AAA", "é", "AWR"):
        with pytest.raises(Refusal, match=r"^flags: .{1,50} cannot be read: .* it may be cut off$"):
            read_flags(word)


def test_rows_that_no_link_holds_are_refused():
    for rows in ((), ((),), ((1.0, 2.0, 3.0, 4.0),), ((1.0,),) * 1_001, ((math.nan,),), ((math.inf,),)):
        with pytest.raises(Refusal):
            text(rows)
    assert read(text(((1 / 3, 0.0, 1e300),) * 1_000)) == ((1 / 3, 0.0, 1e300),) * 1_000


@given(
    st.integers(0, 1_000).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, max(n - 1, 0)), max_size=n)))
)
@settings(max_examples=60, deadline=None)
def test_flags_come_back(drawn):
    count, numbers = drawn
    word = flags_text(numbers, count)
    assert len(word) == -(-(10 + count) // 6)
    assert read_flags(word) == tuple(sorted(numbers))
    for wrong in (word[:-1], word + "A"):
        with pytest.raises(Refusal, match=r"^flags: .* cannot be read: .* it may be cut off$"):
            read_flags(wrong)


def test_flags_beyond_the_rows_are_refused():
    for numbers, count in (((5,), 5), ((-1,), 5), ((), 1_001)):
        with pytest.raises(Refusal):
            flags_text(numbers, count)
