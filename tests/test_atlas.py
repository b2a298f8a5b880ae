"""What a link says of the map that is open: it is read back as it was written, and what is not allowed is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments import Experiment, Run
from experiments.edits import edited
from experiments.setup.atlas import KINDS, SCALES, Atlas, Axis, axis_of, checked, read
from parameter import Refusal

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
ADDRESSES = ("learning_rate", "steps", "parameters.beta", "landscape_parameters.a", "wrappers.lookahead.sync_period")
COLORS = {"basins": ("basin", "loss", "steps"), "line": ("loss", "steps"), "sweep": ("outcome", "loss", "steps")}


def pairs(least=-1e6):
    """Return two numbers, the lower first."""
    return st.tuples(st.floats(least, 1e6), st.floats(least, 1e6)).filter(lambda ends: ends[0] < ends[1])


@st.composite
def atlases(draw):
    kind = draw(st.sampled_from(KINDS))
    runs = () if kind == "line" else tuple(draw(st.lists(st.integers(0, 98), min_size=1, max_size=2, unique=True)))
    addresses = draw(st.permutations(ADDRESSES))[: {"basins": 0, "line": 1, "sweep": 2}[kind]]
    axes = []
    for address in addresses:
        scale = draw(st.sampled_from(SCALES))
        low, high = draw(pairs(1e-9 if scale == "log" else -1e6))
        axes.append(Axis(address=address, low=low, high=high, scale=scale))
    window = draw(st.none() | st.tuples(pairs(), pairs()))
    seeds = 1 if kind == "line" else draw(st.integers(1, 64))
    color = draw(st.sampled_from(COLORS[kind]))
    return Atlas(kind=kind, runs=runs, axes=tuple(axes), window=window, color=color, seeds=seeds)


@settings(max_examples=60)
@given(atlases())
def test_what_is_written_is_read_back_to_the_last_bit(atlas):
    assert read(atlas.text) == atlas
    assert checked(atlas.text) == atlas.text


@settings(max_examples=30)
@given(atlases())
def test_a_link_and_a_document_carry_it_and_only_urls_own_characters_stand_in_it(atlas):
    there = Experiment(landscape="sphere", atlas=atlas.text)
    assert Experiment.from_query(there.to_query()) == there
    assert Experiment.from_json(there.to_json()) == there
    assert set(atlas.text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@given(st.text(max_size=80) | st.lists(st.sampled_from(["basins", "1", "x", "~", "log", "nan", "seeds"])).map("~".join))
def test_whatever_stands_there_is_a_map_or_is_refused(text):
    try:
        assert read(checked(text)).text == checked(text) if text else checked(text) == ""
    except Refusal as error:
        assert str(error).startswith("atlas: ")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("tiles~1", "'tiles' is not a known kind of map; known: basins, line, sweep"),
        ("basins", "'basins' names no runs that basins may have; give basins~1"),
        ("basins~1~1", "names no runs"),
        ("basins~1~2~3", "names no runs"),
        ("line~1~x~steps~1~9~whole", "names no runs"),
        ("basins~1~scale~3", "'scale' is not allowed here; give basins~1"),
        ("basins~1~color~outcome", "the color 'outcome' is not allowed; give one of basin, loss, steps"),
        ("basins~1~seeds~65", "65 seeds are not allowed; give a whole number in [1, 64]"),
        ("basins~1~seeds~1.5", "1.5 seeds are not allowed"),
        ("basins~1~x~steps~1~9~whole", "basins has no x"),
        ("basins~1~window~1~0~0~1", "the window '1~0~0~1' is not allowed; give x0~x1~y0~y1 with room between"),
        ("line", "x is missing; give x~learning_rate~0.001~1~log"),
        ("line~x~learning_rate~0~1~log", "learning_rate from 0 is not allowed on a log axis; give ends above 0"),
        ("line~x~learning_rate~1~1~log", "learning_rate from 1 to 1 is not allowed; give a lower and a higher end"),
        ("line~x~learning_rate~a~1~log", "'a' is not a number"),
        ("line~x~learning_rate~1~2~odd", "the scale 'odd' is not allowed; give one of log, linear, whole"),
        ("line~x~8~1~2~log", "'8' is not the address of a number; give learning_rate or parameters.beta"),
        ("sweep~1~x~steps~1~9~whole~y~steps~1~5~whole", "steps is given twice; give two numbers"),
        ("sweep~1~x~steps~1~9~whole", "y is missing; give y~learning_rate~0.001~1~log"),
    ],
)
def test_what_is_not_allowed_is_named_with_what_is(text, named):
    with pytest.raises(Refusal) as refused:
        Experiment(landscape="sphere", atlas=text)
    assert str(refused.value).startswith("atlas: ")
    assert named in str(refused.value)


def test_the_words_of_an_axis_are_those_of_a_tiles_address():
    axis = Axis(address="parameters.beta", low=0.1 + 0.2, high=1.0, scale="linear")
    words = Atlas(kind="line", axes=(axis,), color="loss").text.split("~")[2:]
    assert axis_of(words) == axis


BASINS = "basins~1~2~window~-1~1~-2~2~color~steps"


def test_another_surface_keeps_basins_open_over_all_of_its_window():
    there = Experiment(landscape="himmelblau", atlas=BASINS, runs=(Run(optimizer="adam", learning_rate=0.1),) * 2)
    assert edited(there, "landscape", "rastrigin").atlas == "basins~1~2~color~steps"
    assert edited(there, "landscape", "network_fit").atlas == "", "many weights have no window of starts"
    assert edited(there, "start", (1.0, 1.0)).atlas == BASINS, "the same surface keeps what is seen"


def test_another_surface_closes_a_map_whose_range_suits_this_one_alone():
    there = Experiment(landscape="himmelblau", atlas="line~x~learning_rate~0.001~0.1~log")
    assert edited(there, "landscape", "rastrigin").atlas == ""
