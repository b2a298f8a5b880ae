"""Links and documents: they bring back exactly the experiment, and nothing hostile brings anything down."""

import base64
import contextlib
import json
import random
import zlib
from collections import ChainMap
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from experiments import MODIFIERS, SCALES, Experiment, Run, Wrapper
from experiments.setup import criteria
from experiments.setup.cost import CostError
from experiments.setup.limits import MAX_NAME, MAX_NAME_BYTES, MAX_REPEATS, MAX_RUNS, MAX_WRAPPERS
from experiments.setup.modifiers import fields_of
from landscapes import LANDSCAPES
from landscapes.formula.typed import parse
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import Refusal
from tests.effort import QUICK, effort

LONGEST = 1_500
PLAIN = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def number(low, high, open_low=False):
    floats = st.floats(low, high, exclude_min=open_low, allow_nan=False)
    return floats | st.integers(int(low) + 1, int(high)).map(float) if high - low > 2 else floats


def parameters(unit):
    def one(p):
        if p.kind == "choice":
            return st.sampled_from(p.choices)
        if p.kind == "points":
            pair = st.tuples(number(0.0, 1.0), number(p.low, p.high))
            return st.lists(pair, min_size=1, max_size=p.capacity).map(sorted)
        return st.integers(int(p.low), int(p.high)) if p.kind == "integer" else number(p.low, p.high)

    return st.fixed_dictionaries({p.key: one(p) for p in unit.parameters})


def fits(name):
    return name.isprintable() and len(name.strip().encode("utf-8", "replace")) <= MAX_NAME_BYTES


names = st.one_of(
    st.just(""),
    st.text(max_size=MAX_NAME).filter(fits),
    st.text("_~&=%+#?/ '\"<>;,.-é", max_size=MAX_NAME).filter(fits),
    st.sampled_from(
        ("Größe", "学習率", "🙂🚀", "_", "__", "~~", "r1", "a+b", "100%", "1e5", "  x  ", "name1=x&r2=y", "%00")
    ),
)


@st.composite
def runs(draw):
    optimizer, schedule = draw(st.sampled_from(list(OPTIMIZERS))), draw(st.sampled_from(list(SCHEDULES)))
    keys = draw(st.permutations(list(WRAPPERS)))[: draw(st.integers(0, MAX_WRAPPERS))]
    return Run(
        optimizer=optimizer,
        learning_rate=draw(number(0.0, 1e3, open_low=True)),
        parameters=draw(parameters(OPTIMIZERS[optimizer])),
        schedule=schedule,
        schedule_parameters=draw(parameters(SCHEDULES[schedule])),
        wrappers=tuple(Wrapper(key=key, parameters=draw(parameters(WRAPPERS[key]))) for key in keys),
        name=draw(names),
        color=draw(st.none() | st.integers(0, 5)),
    )


def modifiers():
    """Values by the keys of MODIFIERS, some or all of them."""
    one = {p.key: v for p, v in ((p, parameters(SimpleNamespace(parameters=(p,)))) for p in MODIFIERS)}
    return st.lists(st.sampled_from(list(one)), unique=True).flatmap(
        lambda keys: st.tuples(*(one[key] for key in keys)).map(lambda found: dict(ChainMap(*found)))
    )


def settings_of_convergence():
    """Values by the keys of criteria.SETTINGS, some or all of them."""
    one = parameters(SimpleNamespace(parameters=criteria.SETTINGS))
    return st.tuples(one, st.sets(st.sampled_from(list(criteria.BY_KEY)))).map(
        lambda found: {key: value for key, value in found[0].items() if key in found[1]}
    )


@st.composite
def sides(draw):
    low = draw(number(-1e6, 0.99e6))
    return low, draw(st.floats(low + 1e-3 * max(1.0, abs(low)), 1e6))


FORMULAS = (
    "x^2 + y^2",
    "a*x^2 + b_2*|y|",
    "f(x, y) = λ·sin(3x)² + y²",
    "(x^2+y-11)^2+(x+y^2-7)^2",
    "*".join(["sin(x+1.5)", "cos(y-2)"] * 15),
)


def affordable(**fields):
    """Return the experiment, with the steps that fit where it would cost too much."""
    try:
        return Experiment(**fields)
    except CostError as error:
        return Experiment(**fields | dict(error.fields))
    except Refusal as refusal:  # rows that happen to be of one class
        assume("landscape_parameters: " not in str(refusal))
        raise


@st.composite
def experiments(draw):
    key = draw(st.sampled_from([*LANDSCAPES, "formula"]))
    text = draw(st.sampled_from(FORMULAS)) if key == "formula" else ""
    start = draw(number(-1e6, 1e6)), draw(number(-1e6, 1e6))
    learns = key != "formula" and LANDSCAPES[key].model is not None
    done = fields_of(draw(st.just({}) | modifiers()))
    if learns:  # whose axes are weights, which are not turned, moved or smoothed
        done = {name: value for name, value in done.items() if name in ("l1", "l2", "noise")}
        done |= {"batch": draw(st.integers(0, 200)), "batch_kind": draw(st.sampled_from(["deck", "replacement"]))}
    return affordable(
        landscape=key,
        formula=text,
        landscape_parameters=draw(parameters(LANDSCAPES[key] if key != "formula" else parse(text))),
        scale=draw(st.sampled_from(["", *SCALES])),
        view=draw(st.none() | st.tuples(sides(), sides())),
        start=start,
        steps=draw(st.integers(1, 20_000)),
        seed=draw(st.integers(0, 2**32 - 1)),
        runs=tuple(draw(st.lists(runs(), max_size=MAX_RUNS))),
        repeats=draw(st.just(1) | st.integers(1, MAX_REPEATS)),
        spread=draw(st.just(0.0) | number(0.0, 1e4)) if abs(start[0]) < 0.99e6 > abs(start[1]) else 0.0,
        **done,
        **criteria.fields_of(draw(st.just({}) | settings_of_convergence())),
    )


def link(experiment):
    return urlencode(experiment.to_query())


@quick
@given(experiments())
def test_every_experiment_comes_back_exactly(experiment):
    assert Experiment.from_json(experiment.to_json()) == experiment
    query = experiment.to_query()
    assert Experiment.from_query(query) == experiment
    opened = dict(parse_qsl(link(experiment), keep_blank_values=True, strict_parsing=True))
    assert opened == query
    assert Experiment.from_query(opened) == experiment
    assert Experiment.repair(opened) == (experiment, ())
    assert Experiment.repair({key: [value] for key, value in opened.items()}) == (experiment, ())
    assert len(link(experiment)) <= LONGEST
    for key, value in query.items():
        assert key.startswith(("name", "formula")) or set(key + value) <= PLAIN


def heavy(chance, alphabet, digits=17, schedule="reduce_on_plateau"):
    """Six runs that fill a link: the longest keys and names, long numbers everywhere, all wrappers that may be."""

    def uniform(low, high):
        return min(max(float(f"{chance.uniform(low, high):.{digits}g}"), low), high)

    def values(unit):
        return {p.key: value(p) for p in unit.parameters}

    def value(p):
        if p.kind == "choice":
            return max(p.choices, key=len)
        if p.kind == "points":
            return sorted((chance.random(), uniform(p.low, p.high)) for _ in range(p.capacity))
        return chance.randint(int(p.low), int(p.high)) if p.kind == "integer" else uniform(p.low, p.high)

    def longest(registry):
        return max(registry.values(), key=lambda u: len(u.key) + sum(14 + len(p.key) for p in u.parameters))

    optimizer, schedule, landscape = longest(OPTIMIZERS), SCHEDULES[schedule], longest(LANDSCAPES)
    runs = []
    for _ in range(6):
        keys = chance.sample(list(WRAPPERS), MAX_WRAPPERS)
        name = ""
        while len((name + alphabet[0]).encode()) <= MAX_NAME_BYTES and len(name) < MAX_NAME:
            name += chance.choice(alphabet)
        runs.append(
            Run(
                optimizer=optimizer.key,
                learning_rate=uniform(0, 1),
                parameters=values(optimizer),
                schedule=schedule.key,
                schedule_parameters=values(schedule),
                wrappers=tuple(Wrapper(key=key, parameters=values(WRAPPERS[key])) for key in keys),
                name=name,
                color=chance.randint(0, 5),
            )
        )
    return affordable(
        landscape=landscape.key,
        landscape_parameters=values(landscape),
        view=((-uniform(0, 0.3), uniform(0, 1)), (-uniform(0, 1), uniform(0, 1))),
        start=(-uniform(0, 1), -uniform(0, 1)),
        steps=20_000,
        seed=chance.randint(2**31, 2**32 - 1),
        runs=tuple(runs[:MAX_RUNS]),
        repeats=MAX_REPEATS,
        spread=uniform(0, 1),
        **fields_of({p.key: p.choices[-1] if p.kind == "choice" else uniform(p.low, p.high) for p in MODIFIERS}),
        **criteria.fields_of(
            {
                p.key: p.choices[-1]
                if p.kind == "choice"
                else chance.randint(2, 999)
                if p.kind == "integer"
                else uniform(p.low, 1e-3)
                for p in criteria.SETTINGS
            }
        ),
    )


ALPHABETS = {
    "letters": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ",
    "marks": "!\"#$%&'()*+,/:;<=>?@[]^`{|}",
    "accents": [chr(c) for c in range(0xC0, 0x180)],
    "chinese": [chr(c) for c in range(0x4E00, 0x9FA5)],
    "emoji": [chr(c) for c in range(0x1F600, 0x1F640)],
}


@pytest.mark.parametrize(("digits", "longest"), [(6, LONGEST), (17, 2_400)])  # as sliders set them; as programs may
@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_the_heaviest_link_is_short_enough_to_be_sent(alphabet, digits, longest):
    chance = random.Random(alphabet)
    lengths = []
    for place in range(36):
        schedule = ("reduce_on_plateau", "multi_step", "custom")[place % 3]
        experiment = heavy(chance, ALPHABETS[alphabet], digits, schedule)
        lengths.append(len(link(experiment)))
        assert Experiment.repair(dict(parse_qsl(link(experiment)))) == (experiment, ())
    print(alphabet, max(lengths))
    assert max(lengths) <= longest


def test_drawn_points_stand_in_a_link_as_they_are_read_aloud():
    points = ((0, 0.2), (0.5, 1), (0.5, 0.25), (1, 0))
    drawn = Run(optimizer="newton", learning_rate=1, schedule="custom", schedule_parameters={"points": points})
    query = Experiment(landscape="sphere", runs=(drawn,)).to_query()
    assert query["r1"] == "newton~1~~custom~points~0-0.2_0.5-1_0.5-0.25_1-0~form~linear~~"
    query["r1"] = "newton~1~~custom~points~0.5-9_0.25-1~form~step~~"
    with pytest.raises(ValueError, match=r"points: \(0.5, 9.0\) is not allowed; give 1 to 8 pairs \(t, height\)"):
        Experiment.from_query(query)
    experiment, ignored = repaired(query)
    assert experiment.runs[0].schedule_parameters == {"points": ((0.25, 1.0), (0.5, 2.0)), "form": "step"}
    assert len(ignored) == 1
    experiment, ignored = repaired(query | {"r1": "newton~1~~custom~points~3~form~0-1"})
    assert experiment.runs[0].schedule_parameters == SCHEDULES["custom"].defaults
    assert len(ignored) == 2


def test_an_ordinary_link_can_be_read():
    experiment = Experiment(
        landscape="rosenbrock",
        start=(-1.5, 2),
        runs=(
            Run(optimizer="adam", learning_rate=0.05, name="mine"),
            Run(optimizer="momentum", learning_rate=0.001, schedule="cosine", wrappers=(Wrapper(key="clip_norm"),)),
        ),
    )
    assert unquote_plus(link(experiment)) == (
        "v=1&on=rosenbrock~a~1~b~100&start=-1.5~2&steps=300&seed=0"
        "&r1=adam~0.05~beta1~0.9~beta2~0.999~eps~1e-08~bias_correction~on~~constant~~&name1=mine"
        "&r2=momentum~0.001~beta~0.9~~cosine~final~0~~~~clip_norm~max_norm~1"
    )


# --- what is not an experiment -------------------------------------------------------------------------------------

GOOD = Experiment(
    landscape="rosenbrock",
    view=((-1, 2), (0, 3)),
    runs=(
        Run(optimizer="adam", learning_rate=1 / 3, schedule="cosine", wrappers=(Wrapper(key="clip_norm"),), name="ü"),
        Run(optimizer="lbfgs", learning_rate=1, color=3),
    ),
)
HEAVY = heavy(random.Random(0), ALPHABETS["chinese"], schedule="custom")


def refuses(read, given):
    """Reading either gives a valid experiment or raises ValueError with one short sentence."""
    try:
        experiment = read(given)
    except ValueError as error:
        assert isinstance(error, Refusal), type(error)
        told = str(error)
        assert 5 < len(told) < 1_000 and "\n" not in told
        told.encode()
    else:
        assert Experiment.from_json(experiment.to_json()) == experiment


BAD_JSON = [
    "",
    " ",
    "null",
    "[]",
    "3",
    '"x"',
    "{}",
    "{",
    "\0",
    "\ud800",
    '{"format": 1, "landscape": "\\ud800", "start": [0, 0], "steps": 1}',
    '{"format": 1, "landscape": "sphere", "start": [NaN, 0], "steps": 1}',
    '{"format": 1, "landscape": "sphere", "start": [Infinity, 0], "steps": 1}',
    '{"format": 1, "landscape": "sphere", "start": [1e999, 0], "steps": 1}',
    '{"format": 1, "landscape": "sphere", "start": [0, 0], "steps": ' + "9" * 5_000 + "}",
    '{"format": 1, "landscape": "sphere", "start": [0, 0], "steps": 1e400}',
    '{"format": 1, "landscape": "sphere", "start": [0, 0], "steps": true}',
    '{"format": 1, "landscape": "sphere", "start": [0, 0], "steps": "1"}',
    '{"format": 1, "landscape": "sphere", "start": [0, 0], "steps": 1.5}',
    '{"format": 1, "landscape": "sphere", "start": [0, 0], "steps": 1, "stepps": 1}',
    '{"format": 1, "landscape": "sphere", "start": [0, 0, 0], "steps": 1}',
    '{"format": 1, "landscape": "sphere", "start": [0, 0], "steps": 1, "runs": [{}]}',
    '{"format": 1, "landscape": "sphere", "start": [0, 0], "steps": 1, "runs": [{"optimizer": "adam"}]}',
    '{"format": 1, "landscape": "sphere", "start": [0, 0], "steps": 1, "runs": {"0": 1}}',
    '{"format": 2, "landscape": "sphere", "start": [0, 0], "steps": 1}',
    '{"landscape": "sphere", "start": [0, 0], "steps": 1}',
    GOOD.to_json().replace('"name": "\\u00fc"', '"name": "' + "x" * 50_000 + '"'),
    GOOD.to_json().replace('"adam"', '"lookahead"'),
    GOOD.to_json()[:-5],
    GOOD.to_json() + "x",
    "[" * 50_000,
    '{"format":' * 20_000,
    '{"a":' * 50 + "1" + "}" * 50,
    "x" * 1_000_000,
    " " * 1_000_000 + GOOD.to_json(),
]


@pytest.mark.parametrize("text", BAD_JSON, ids=range(len(BAD_JSON)))
def test_a_document_that_is_none_is_refused_with_one_sentence(text):
    with pytest.raises(ValueError):
        Experiment.from_json(text)
    assert effort(lambda: refuses(Experiment.from_json, text)) < QUICK


@pytest.mark.parametrize("text", (b"\xff\xfe", b"\x00" * 10, None, 3, [], object, bytearray(b"{}"), b"\xed\xa0\x80"))
def test_what_is_no_text_is_refused_too(text):
    refuses(Experiment.from_json, text)
    with pytest.raises(ValueError):
        Experiment.from_json(text)


def test_errors_in_a_document_name_the_field_and_the_run():
    plain = json.loads(GOOD.to_json())
    plain["runs"][1]["parameters"]["memory_size"] = 99
    with pytest.raises(
        ValueError, match=r"^runs\[1\]\.parameters\.memory_size: 99 is not allowed; give a whole number"
    ):
        Experiment.from_json(json.dumps(plain))
    plain = json.loads(GOOD.to_json())
    for wrong in (3, "x", [], [[0]], [[0, "a"]], [[1, 1], [0, 0]], {"a": 1}, [[0, [[[0]]]]]):
        plain["runs"][0] |= {"schedule": "custom", "schedule_parameters": {"points": wrong}}
        with pytest.raises(ValueError, match=r"^runs\[0\]\.schedule_parameters\.points: "):
            Experiment.from_json(json.dumps(plain))
    with pytest.raises(ValueError, match=r"^steps: 'many' is not allowed"):
        Experiment.from_json(GOOD.to_json().replace('"steps": 300', '"steps": "many"'))
    with pytest.raises(ValueError, match=r"unknown field"):
        Experiment.from_json(GOOD.to_json().replace('"color"', '"colour"'))


def test_of_two_equal_keys_the_last_one_counts_as_everywhere_in_json():
    text = GOOD.to_json().replace('"steps": 300', '"steps": 300, "steps": 7')
    assert Experiment.from_json(text) == GOOD.replace(steps=7)


BITS = [
    *LANDSCAPES,
    *OPTIMIZERS,
    *SCHEDULES,
    *WRAPPERS,
    "beta1",
    "a",
    "b",
    "_",
    "__",
    "~",
    "~~",
    "~~~~",
    "_AAAAAAAAAAA",
]
BITS += [
    "_AAAAAAAA-H8",
    "_AAAAAAAA8H8",
    "nan",
    "NaN",
    "inf",
    "-Infinity",
    "1e999",
    "1e-999",
    "-0",
    "0x10",
    "１",
    "٣",
    "1_0",
]
BITS += ["\0", "\ud800", "%00", "<script>alert(1)</script>", "'; --", "é", "🙂", "\n", " ", "9" * 30, "9" * 400, "None"]
BITS += ["../../etc/passwd", "{}", "[]", "true", "--1", "+1", "1.", ".5", ".", "e5", "1e5e5", "=", "&", "constructor"]
BITS += ["0-1_1-0", "0-1", "9-9_0-0", "0.5-1e5", "_8", "_1", "0-1_" * 90, "points~1-1_0-0.33333"]
BITS += [*(p.key for p in MODIFIERS), "linear", "rotation~30", "smoothing~1e9"]
KEYS = [
    *GOOD.to_query(),
    *HEAVY.to_query(),
    "r3",
    "r6",
    "r7",
    "r0",
    "name3",
    "embed",
    "\0",
    "\ud800",
    "",
    "__proto__",
    "x" * 500,
]


def hostile(chance):
    """A link that was mutated, mixed up or made up."""
    query = dict(chance.choice((GOOD.to_query(), HEAVY.to_query(), {})))
    for _ in range(chance.randint(1, 4)):
        key = chance.choice(KEYS)
        text = query.get(key, "")
        at = chance.randint(0, len(text))
        kind = chance.randint(0, 6)
        if kind == 0:
            query.pop(key, None)
        elif kind == 1:
            query[key] = "~".join(chance.choice(BITS) for _ in range(chance.randint(0, 9)))
        elif kind == 2:
            query[key] = text[:at] + chance.choice(BITS) + text[at + chance.randint(0, 9) :]
        elif kind == 3:
            query[key] = text[:at]
        elif kind == 4:
            query[key] = text * chance.choice((2, 50))
        elif kind == 5:
            query[key] = "".join(chr(chance.randint(0, 0x10FFFF)) for _ in range(chance.randint(0, 40)))
        else:
            words = text.split("~")
            chance.shuffle(words)
            query[key] = "~".join(words)
    return query


def repaired(mapping):
    experiment, ignored = Experiment.repair(mapping)
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert Experiment.from_query(experiment.to_query()) == experiment
    assert isinstance(ignored, tuple) and len(ignored) <= 9
    for note in ignored:
        assert isinstance(note, str) and 5 < len(note) < 400 and note.isprintable()
        note.encode()
    return experiment, ignored


def test_two_thousand_hostile_links_are_refused_or_repaired():
    chance = random.Random(20)
    for _ in range(2_000):
        query = hostile(chance)
        refuses(Experiment.from_query, query)
        experiment, ignored = repaired(query)
        try:
            assert Experiment.from_query(query) == experiment or query.keys() <= {"embed"}
        except ValueError:
            assert ignored or "v" not in query or not {"on", "start", "steps"} <= query.keys()


@pytest.mark.parametrize("read", (Experiment.from_query, Experiment.repair))
def test_no_link_takes_long(read):
    bomb = base64.urlsafe_b64encode(b"\0\0" + zlib.compress(b"r1=" + b"9" * 50_000_000, 9)).decode()[:1_990]
    for query in (
        {"runs": bomb},
        {"v": "1", "on": "sphere", "start": "1~1", "steps": "5", "runs": bomb},
        dict.fromkeys(GOOD.to_query(), "x" * 1_000_000),
        dict.fromkeys(GOOD.to_query(), "~" * 1_900),
        dict.fromkeys(GOOD.to_query(), "~1" * 950),
        dict.fromkeys(GOOD.to_query(), "9" * 1_900),
        {**GOOD.to_query(), "r1": "adam~0.1~~constant~~" + "~~clip_norm" * 150},
        {**GOOD.to_query(), "name1": "_" + "A" * 1_900},
        {f"x{i}": "y" for i in range(20_000)},
        {**GOOD.to_query(), "steps": "1" + "0" * 19},
    ):

        def answered(query=query):
            with contextlib.suppress(ValueError):
                read(query)

        assert effort(answered) < QUICK


ODD_VALUES: tuple[Any, ...] = (
    "",
    "1",
    "sphere",
    None,
    3,
    3.5,
    float("nan"),
    True,
    b"\xff",
    [],
    [1],
    ["a", "b"],
    [[]],
    {},
    {"a": 1},
    (),
    set(),
    object,
)
ODD_KEYS = (*GOOD.to_query(), "runs", "embed", None, 3, b"on", ("on",), "", "\0", "\ud800", "a" * 10_000)


def test_repair_never_fails_on_any_mapping():
    chance = random.Random(3)
    for _ in range(1_500):
        mapping: dict[Any, Any] = {
            chance.choice(ODD_KEYS): chance.choice(ODD_VALUES) for _ in range(chance.randint(0, 6))
        }
        if chance.random() < 0.5:
            mapping = {**GOOD.to_query(), **mapping}
        repaired(mapping)


@pytest.mark.parametrize("mapping", (None, 3, "on=sphere", b"", [], [("on", "sphere")], (), object, float("nan")))
def test_repair_never_fails_on_what_is_no_mapping(mapping):
    experiment, ignored = repaired(mapping)
    assert experiment.runs == () and len(ignored) == 1


@quick
@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), st.text(max_size=60), max_size=8))
def test_repair_gives_a_valid_experiment_for_any_text(mapping):
    refuses(Experiment.from_query, mapping)
    repaired(mapping)


def test_repair_keeps_what_can_be_kept_and_says_what_it_could_not():
    query = GOOD.to_query()
    experiment, ignored = repaired({**query, "steps": "99999"})
    assert experiment == GOOD.replace(steps=20_000)
    assert ignored == ("steps: 99,999 is outside [1, 20,000]; 20,000 was taken",)
    experiment, ignored = repaired({**query, "r2": "adamm~0.1"})
    assert experiment == GOOD.replace(runs=GOOD.runs[:1]) and "'adamm'" in ignored[0]
    experiment, ignored = repaired({**query, "start": "nan~2"})
    assert experiment == GOOD and "start" in ignored[0]
    experiment, ignored = repaired({**query, "on": "rosenbrok~a~1"})
    assert experiment.runs == GOOD.runs and "'rosenbrok'" in ignored[0]
    experiment, ignored = repaired({**query, "r1": "adam~0.1~beta1~2~beta3~1~~cosine~final~0.5"})
    assert experiment.runs[0].parameters["beta1"] == 0.999
    assert experiment.runs[0].schedule_parameters["final"] == 0.5
    assert len(ignored) == 2 and "beta1" in ignored[0] and "beta3" in ignored[1]
    experiment, ignored = repaired({**HEAVY.to_query(), "runs": "nonsense"})
    assert experiment.runs == () and "runs" in ignored[0]


def test_an_empty_link_is_the_fallback_and_streamlits_own_fields_are_nobodys_business():
    assert Experiment.repair({}, GOOD) == (GOOD, ())
    assert Experiment.repair({"embed": "true"}, GOOD) == (GOOD, ())
    assert Experiment.repair({**GOOD.to_query(), "embed": "true"}) == (GOOD, ())
    assert Experiment.from_query({**GOOD.to_query(), "embed": "true"}) == GOOD


FORMER_RUNS = (  # six runs as the first links packed them
    "KAFVVVVVVVXVP1VVVVVVVeU_23QoZ0zlYT5VVVVVVVXVP57neZ7ned4_2Imd2Imd6D8RERERERGhP5IkSZIkSdI_23QoZ0zlYT6l"
    "lFJKKaXUP77pTW9609s_kiRJkiRJ0j8cx3Ecx3HMP9t0KGdM5WE-OR-D8zE4zz9lk0022WTTP1VVVVVVVcU_HMdxHMdxzD9GF110"
    "0UXHP9t0KGdM5WE-VVVVVVVVxT8aGRkZGRnJP3FH3BF3xM0_ERERERERkT-SJEmSJEnCP0YXXXTRRcc_FDuxEzuxwz_bdChnTOVh"
    "PpIkSZIkScI_yhCso837xD_yVvY5pCbIPx7UQR3UQY0_FDuxEzuxwz8RERERERHBP9t0KGdM5WE-50CiFTYHwj8URVEURVHEP3ja"
    "tdJLCoMwEAbgfQ4jmZi48yxhqmkr9UUqtW7mZN31Yo0PLJVICbRGMCNh_HB-CynmWPWk6WA6hOUpiEeSTHt1dW-K07nTuclwcCU1"
    "tdHZkJWGWoMXjZ17mRc3EoqORY2lHgvg7iJyd1YWra4bW1GF93njmnw0XVqzGisD6fOxXZxZsTB55D4zS0fhbNU-6XQyCAsBWB5x"
    "oSaw8ICB2fgN3vzZPW0YVgRiJ2vssQpm5U4G9A8SEAcnQHqQMbPqj0gZjFQepGQ2WacOa06_zB1CY6rCJg9LThOPWL0Atqqz3g"
)


def test_a_packed_link_of_an_earlier_version_opens_unchanged():
    query = {"v": "1", "on": "rosenbrock~a~0.5~b~100", "start": "-1~2", "steps": "77", "seed": "9", "runs": FORMER_RUNS}
    runs = tuple(
        Run(
            optimizer="adamw",
            learning_rate=1 / (k + 3),
            parameters={
                "beta1": 1 / (k + 1.5),
                "beta2": 1 / (k + 2.5),
                "eps": 1e-7 / 3,
                "weight_decay": 1 / (3 + k),
            },
            schedule="one_cycle",
            schedule_parameters={"peak_at": 1 / (k + 2.1)},
            wrappers=(
                Wrapper(key="clip_norm", parameters={"max_norm": 1 / (k + 1.3)}),
                Wrapper(key="weight_decay", parameters={"decay": 0.1 / (k + 3)}),
            ),
            name="ü" * 9 + str(k),
            color=k,
        )
        for k in range(MAX_RUNS)
    )
    expected = Experiment(
        landscape="rosenbrock", landscape_parameters={"a": 0.5}, start=(-1, 2), steps=77, seed=9, runs=runs
    )
    assert Experiment.from_query(query) == expected
    assert Experiment.repair(query) == (expected, ())


LATER_RUNS = (  # the same as later links packed them, with their modifiers and a formula
    "2EBVVVVVVVXVP1VVVVVVVdU_VVVVVVVV5T8RERERERGhP57neZ7ned4_2Imd2Imd6D8RERERERGhP6WUUkoppdQ_vulNb3rT2z-S"
    "JEmSJEnSPzkfg_MxOM8_ZZNNNtlk0z9VVVVVVVXFPxzHcRzHccw_ERERERERkT8aGRkZGRnJP3FH3BF3xM0_ERERERERkT-SJEmS"
    "JEnCP0YXXXTRRcc_HtRBHdRBjT_KEKyjzfvEP_JW9jmkJsg_HtRBHdRBjT8UO7ETO7HDP-dAohU2B8I_FEVRFEVRxD_FlUEWwiAM"
    "RPe9iS58SQCv09djuPFk7rxYM5hULTyFdtGy7YPJ8JnRDLTWu0-YdPAOnM7ajVqDaNDbafi-wEDZfQxlDTWu-IRpr6DRFGULGiYf"
    "haUgt3R4zAZL-nSY9PtBtUPgyD4f60XA00TTRTf3m4jblOtPkvrU8z_1eU97beUEjMf1nmCf8TiqT720qLeMKMULUuEQZkIbM7Ei"
    "OiDGDhEd20SniuiI3F0w4YX07aBwL-ipARU20q-VEdIM"
)


def test_a_packed_link_from_before_the_criteria_opens_unchanged():
    query = {"v": "1", "start": "-1~2", "steps": "77", "seed": "9", "runs": LATER_RUNS}
    runs = tuple(
        Run(
            optimizer="sophia",
            learning_rate=1 / (k + 3),
            parameters={"beta1": 1 / (k + 1.5), "beta2": 0.5, "weight_decay": 0.1 / (k + 3)},
            schedule="one_cycle",
            schedule_parameters={"peak_at": 1 / (k + 2.1)},
            wrappers=(
                Wrapper(key="clip_norm", parameters={"max_norm": 1 / (k + 1.3)}),
                Wrapper(key="sam", parameters={"rho": 0.1 / (k + 3)}),
            ),
            name="ü" * 9 + str(k),
            color=k,
        )
        for k in range(MAX_RUNS)
    )
    expected = Experiment(
        landscape="formula",
        formula="a*x^2 + sin(y)",
        landscape_parameters={"a": 0.5},
        start=(-1, 2),
        steps=77,
        seed=9,
        runs=runs,
        l1=1 / 3,
        rotation=30,
    )
    assert Experiment.from_query(query) == expected
    assert Experiment.repair(query) == (expected, ())


def test_criteria_stand_in_a_link_only_where_they_are_not_at_their_defaults():
    plain = Experiment(landscape="sphere")
    assert "until" not in plain.to_query()
    assert plain.criteria["step_tolerance"] == 1e-4 and plain.stop_at == "none"
    set_ = plain.replace(stop_at="step", criteria={"step_tolerance": 0.001, "loss_patience": 5})
    assert set_.to_query()["until"] == "stop_at~step~step_tolerance~0.001"
    assert Experiment.from_query(set_.to_query()) == set_
    document = json.loads(set_.to_json())
    for field in ("stop_at", "criteria"):  # an older document has neither
        del document[field]
    assert Experiment.from_json(json.dumps(document)) == plain


def test_broken_criteria_in_a_link_are_mended_and_said():
    query = Experiment(landscape="sphere").to_query()
    for text, expected, told in (
        ("stop_at~moon", {}, "'moon' is not allowed"),
        ("step_tolerance~5e9", {"criteria": {"step_tolerance": 1e3}}, "step_tolerance"),
        ("step_patience~0~stop_at~loss", {"criteria": {"step_patience": 1}, "stop_at": "loss"}, "step_patience"),
        ("gravity~1", {}, "gravity"),
        ("stop_at", {}, "has no value"),
    ):
        found, ignored = repaired({**query, "until": text})
        assert found == Experiment(landscape="sphere", **expected)
        assert len(ignored) == 1 and told in ignored[0]
        with pytest.raises(ValueError):
            Experiment.from_query({**query, "until": text})
