"""The rule that is printed and the lines that are worked out say the same of every step, and both say what it does."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from experiments import Experiment, Run, Wrapper
from experiments.critical.defaults import default_learning_rate
from experiments.results.inside import inside_of
from optimizers import OPTIMIZERS, WRAPPERS, Optimizer
from optimizers import Wrapper as WrapperUnit
from optimizers.shared.notation import symbol
from tests.printed_rules import Statement, Step, letter, named_in, read, tokens_of, worked_out

UNITS: dict[str, Optimizer | WrapperUnit] = {**OPTIMIZERS, **WRAPPERS}
STEPS, LONGER = 6, {"nelder_mead": 16, "rprop": 24, "prodigy": 12, "dadapt": 12, "cocob": 12, "particle_swarm": 12}
RATES = {
    "cma_es": 0.02,
    "adafactor": 20.0,
    "nelder_mead": 1.0,
}  # times the default: long paths, cut rates, all corners drawn in
SETTINGS: dict[str, dict[str, Any]] = {  # besides the defaults and the largest epsilon, so that every letter counts
    "rmsprop": {"momentum": 0.7},
    "amsgrad": {"beta2": 0.3},
    "adamw": {"weight_decay": 0.3},
    "adabound": {"speed": 0.3},
    "adan": {"weight_decay": 0.3},
    "ademamix": {"warmup": 20},
    "qhadam": {"nu1": 0.7, "nu2": 0.6},
    "lion": {"weight_decay": 0.3},
    "novograd": {"weight_decay": 0.3},
    "lars": {"weight_decay": 0.3},
    "lamb": {"weight_decay": 0.3},
    "sophia": {"weight_decay": 0.3, "every": 2, "gamma": 3.0},
    "cocob": {"alpha": 1.0},
    "momo": {"lowest": -3.0},
    "polyak_step": {"lowest": -3.0},
    "schedule_free_adamw": {"weight_decay": 0.3},
    "backtracking": {"slope": 0.4},
    "nelder_mead": {"expansion": 3.0},
    "polyak_average": {"skip": 2},
}


def curvatures(account, t):
    return np.linalg.eigvalsh(hessian(account.inside.trajectory.points[t]))


def step_of_the_optimizer(account, t):
    """What momentum moves the point by, before what is around it moves it further."""
    (moved,) = [line for line in account.inside.lines if line.line.target == "w" and not line.scope]
    return moved.made[t] - account.inside.trajectory.points[t]


def inverse_of_the_last_pairs(account, t):
    """L-BFGS's guess, as its statements say it: from that of the newest pair, one pair after the other."""
    said, found = {mark: ways[0].right for mark, ways in account.of.items()}, None
    pairs = range(max(1, t - account.settings["memory_size"] + 1), t + 1)
    for k in (t, *pairs):
        account.pair = {"k": k}
        for mark in ("s", "y", "ρ"):
            account.pair[mark] = worked_out(said[mark], account.at(t))
        account.pair["P"] = found
        found = worked_out(said["P" if found is not None else "P0"], account.at(t))
    account.pair = {}
    return found


# a rule's letters that the panel has otherwise or not: a name in the lines, None, or what is read there
MEANS: dict[str, dict[str, Any]] = {
    "nadam": {"μ": None},
    "sophia": {"k": "every"},
    "dog": {"rε": "first_distance"},
    "dowg": {"rε": "first_distance"},
    "schedule_free_adamw": {"g": "gradient"},
    "backtracking": {
        "β": "shrink",
        "c": "slope",
        "k": lambda a, t: np.round(np.log(a.value("α", t, t) / a.value("η", t, t)) / np.log(a.settings["shrink"])),
    },
    "damped_newton": {"λmin": lambda a, t: curvatures(a, t)[0], "λmax": lambda a, t: curvatures(a, t)[1]},
    "lbfgs": {"P": inverse_of_the_last_pairs, "k": lambda a, t: t},
    "particle_swarm": {
        "xi": "particle",
        "vi": "particle_velocity",
        "pi": "own_best",
        "r1i": "own_pull",
        "r2i": "shared_pull",
    },
    "weight_decay": {"Δ": step_of_the_optimizer},
    "lookahead": {"Δ": step_of_the_optimizer},
    "proximal_l1": {"Δ": step_of_the_optimizer},
    "layer_rate": {"Δ": step_of_the_optimizer},
}
BECOMES = {  # letters that mean another name of the lines once a statement has set them
    "nelder_mead": {"x3": "new_corner", "x2": "drawn_in"},
    "particle_swarm": {"vi": "velocity", "xi": "place"},
}
TERMS = {  # what the lines make on their way, and the part of the rule that it is
    "nadam": {"mu": r"\mu_{t+1}", "mu_next": r"\mu_{t+2}", "momentum_product": r"\prod_{i=1}^{t+1} \mu_i"},
    "rmsprop": {"variance": r"s_{t+1} - c_{t+1}"},
    "amsgrad": {"m_hat": r"m_{t+1} / (1-\beta_1^{t+1})", "s_hat": r"\hat s_{t+1} / (1-\beta_2^{t+1})"},
    "yogi": {"m_hat": r"m_{t+1} / (1-\beta_1^{t+1})", "s_hat": r"s_{t+1} / (1-\beta_2^{t+1})"},
    "lamb": {"m_hat": r"m_{t+1} / (1-\beta_1^{t+1})", "s_hat": r"s_{t+1} / (1-\beta_2^{t+1})"},
    "adopt": {"bound": r"t^{1/4}"},
    "lion": {"mix": r"\beta_1 m_t + (1-\beta_1)\, g_t"},
    "dog": {"root": r"\sqrt{\sum_{i \le t} \lVert g_i \rVert^2}"},
    "dowg": {"root": r"\sqrt{\sum_{i \le t} \bar r_i^2\, \lVert g_i \rVert^2}"},
    "cocob": {"stake": r"\frac{\theta_t}{L_t \max(G_t + L_t,\, \alpha L_t)}\, (L_t + R_t)"},
    "momo": {"height": r"\max(0,\ \bar f_t + m_t^\top w_t - \gamma_t - f_*)"},
    "schedule_free_sgd": {"weights": r"\sum_{i \le t} \eta_i^2"},
    "schedule_free_adamw": {"weights": r"\sum_{i \le t} \eta_i^2"},
    "evolution_strategy": {"step_size": r"\eta\, s_t"},
}
NOT_READ = {  # statements that are not worked out, by the letter that they set or by what they claim: why not
    "lbfgs": {"P": "it is worked out for all pairs at once, where the direction asks for it"},
    "saddle_free_newton": {r"\lvert H\rvert=Q\mathrm{diag}(\lvert\lambda_i\rvert)Q^\top": "it says what |H| means"},
    "cma_es": {
        "yi": "the samples are drawn, and not recorded one by one before they are sorted",
        "xi": "the samples are drawn, and not recorded one by one before they are sorted",
        "Σω": "a constant, of which tests/test_optimizers_search.py knows the value",
    },
}
_SEARCH = "a search finds it; the lines give what was found"
WORDS = {  # what a rule says in words, beside parameters' names and how numbers are drawn: why nothing is compared
    "normalized_gradient": {r"g_t=0:\text{it stays}": "a case that no step of this run has"},
    "ademamix": {"0:u=1": "a setting at which t+1 over T is infinite, and the other statement says the same"},
    "adopt": {r"\text{for }t\ge1:": "the statements before it say what comes first"},
    "sm3": {r"\frac00:0": "a case that no step of this run has"},
    "lamb": {r"1\text{ where either length is 0}": "a case that no step of this run has"},
    "schedule_free_sgd": {r"z_0=w_0;w:\text{the average shown}": "it says which point is shown"},
    "schedule_free_adamw": {
        r"z_0=w_0;w:\text{the average shown};\lambda=\text{weight decay}": "it says which point is shown"
    },
    "backtracking": {r"k\ge0\text{ the first with}": "the test below"},
    "exact_line_search": {r"\alpha_t>0\text{ the first with}": _SEARCH},
    "conjugate_gradient": {r"\alpha_t>0\text{ the first with}": _SEARCH},
    "newton": {r"H^{+}=H^{-1}\text{ unless rounding alone keeps }\det H\text{ from }0": "it says what a sign means"},
    "damped_newton": {r"10^{-20}\le\delta\le10^{12}\text{ always}": "bounds that no step of this run reaches"},
    "saddle_free_newton": {
        r"\lvert H\rvert^{+}=\lvert H\rvert^{-1}\text{ unless rounding alone keeps }\det H\text{ from }0": (
            "it says what a sign means"
        ),
    },
    "bfgs": {
        r"\alpha_t:\text{strong Wolfe search},c_1=10^{-4},c_2=0.9": _SEARCH,
        r"s^\top y\le0:P_t=P_{t-1}": "a case that no step of this run has",
    },
    "lbfgs": {
        r"\alpha_t:\text{strong Wolfe search},c_1=10^{-4},c_2=0.9": _SEARCH,
        r"P_t\text{: from the last }m\text{ of these, beginning with}": "the direction is compared with what it says",
        r"\text{of the newest}": "the direction is compared with what it says",
    },
    "cma_es": {
        r"f(x_{1:\lambda})\le\dots\le f(x_{\lambda:\lambda})": "it says how samples are numbered",
        r"\bar y=\sum_{i\le\mu}\omega_iy_{i:\lambda}": "words in the lines too, and recorded",
        r"S=\sum_{i\le\lambda}\omega_i^\circ y_{i:\lambda}y_{i:\lambda}^\top": "words in the lines too, and recorded",
        r"\omega_i^\circ=\omega_i\text{ for }\omega_i\ge0": "words in the lines too, and recorded",
        r"\text{ else }2\omega_i/\lVert C^{-1/2}y_{i:\lambda}\rVert^2": "words in the lines too, and recorded",
        r"C=I,s=1,p_\sigma=p_c=0\text{ at first}": "states_at_start, in tests/test_inside.py",
    },
    "particle_swarm": {
        r"p_i\leftarrow x_i\text{ if }f(x_i)<f(p_i)": "the lines follow one particle, and remember no other's",
        r"w_{t+1}=\arg\min_{p_i}f(p_i)": "the lines follow one particle, and remember no other's",
        r"\text{first step: }v_i=0,x_i=p_i=w_0+\eta(2r_{1i}-1),\text{ but }x_1=w_0": "words in the lines too",
    },
    "clip_value": {r"\text{on each axis}": "so are all functions here"},
    "proximal_l1": {r"\text{on each axis}": "so are all functions here"},
    "coupled_decay": {
        r"\text{before the optimizer sees it, as if it descended }f(w)+\frac{\lambda}{2}\lVert w\rVert^2": (
            "it says what it is like"
        ),
    },
    "sam": {r"\text{before the optimizer sees it}": "it says when"},
}
_RATE = "what the gradient is multiplied by on each axis; the rule's last statement holds it, which is compared"
_CASE = "a choice that the lines make before they use it; the rule makes it where it is used"
LINES_ALONE = {  # what lines make that no statement sets and no part of the rule is: why not
    "*": {"axis_rate": _RATE},
    "rprop": {"turn": _CASE, "factor": _CASE},
    "cocob": {
        "fraction": "half of a quotient that the rule writes as one; the stake, which is made of it, is compared"
    },
    "conjugate_gradient": {"last_gradient": "the gradient that is carried on; the rule says g_{t-1}"},
    "damped_newton": {"change_of_damping": _CASE},
    "evolution_strategy": {"change_of_factor": _CASE},
    "simulated_annealing": {"chance": "cut at 1; the rule asks for a move down first, and then need not"},
    "bfgs": {
        "along": "the rule writes the product out",
        "side": "the rule writes the bracket out",
        "guess": "a case of P′, which is worked out on the way to P",
        "remembered": "the count of steps since it forgot, which the rule knows nothing of",
    },
    "lbfgs": {
        "along": "the rule writes the product out",
        "remembered": "the count of steps since it forgot, which the rule knows nothing of",
    },
    "nelder_mead": {
        "other": "of x_e, x_o and x_i the one that is tried; the corner that it may become is compared",
        "w": "the best corner; that its loss is the least of three is compared",
    },
    "cma_es": {
        "width": "it tells where the cloud is too small to go on, of which the notes speak",
        "better": "the better half of the samples, taken from what is recorded",
        "kept": "the bracket before C, where C is compared",
    },
    "particle_swarm": {
        "leader": "words in the rule: the lines follow one particle",
        "leader_value": "words in the rule: the lines follow one particle",
        "w": "words in the rule: the lines follow one particle",
    },
}


def loss(w):
    x, y = w
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def gradient(w):
    x, y = w
    return np.array([4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7), 2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7)])


def hessian(w):
    x, y = w
    return np.array([[12 * x**2 + 4 * y - 42, 4 * (x + y)], [4 * (x + y), 12 * y**2 + 4 * x - 26]])


def steps_of(key):
    return LONGER.get(key, STEPS)


@cache
def inside(key, settings):
    """Return a short run of an optimizer from inside, or of momentum with a wrapper around it."""
    surface, alone = Experiment(landscape="himmelblau"), key in OPTIMIZERS
    optimizer = key if alone else "momentum"
    run = Run(
        optimizer=optimizer,
        learning_rate=RATES.get(key, 0.7) * default_learning_rate(surface, optimizer),
        schedule="cosine",
        parameters=dict(settings) if alone else {},
        wrappers=() if alone else (Wrapper(key=key, parameters=dict(settings)),),
    )
    return inside_of(Experiment(landscape="himmelblau", start=(0.5, -1.2), steps=steps_of(key), runs=(run,)), 0)


class Account:
    """A printed rule beside what a run recorded: what its letters mean at every step, and which statements hold."""

    def __init__(self, key, settings=(), rule=""):
        self.key, self.unit = key, UNITS[key]
        self.settings = {**self.unit.defaults, **dict(settings)}
        self.inside = inside(key, tuple(settings))
        self.numbers = {**self.settings, **self.unit.inside.constants(**self.settings)}
        scope = "" if key in OPTIMIZERS else key
        self.lines = [line for line in self.inside.lines if line.scope == scope]
        self.states = {s.name.rpartition(".")[2]: s for s in self.inside.states if s.name.rpartition(".")[0] == scope}
        self.made: dict[str, np.ndarray] = {}
        for line in self.lines:
            rows = self.made.setdefault(line.line.target, np.full(line.result.shape, np.nan))
            rows[line.holds] = line.result[line.holds]
        names = [*self.numbers, "eta", "g", "w", *self.made, *self.states]
        self.names = {letter(self.unit.inside.symbols.get(name, symbol(name))): name for name in names}
        self.names |= MEANS.get(key, {})
        self.names = {mark: name for mark, name in self.names.items() if name is not None}
        self.read(rule or self.unit.rule)
        self.arrived, self.pair, self.used = set(), {}, set()

    def read(self, rule):
        statements, self.words = read(rule)
        self.labels = {s.setting for s in statements if s.setting}
        held = {label: self.holds(label) for label in self.labels}
        replaced = {s.letter for s in statements if s.setting and held[s.setting]}
        moving = {s.letter for s in statements if not s.first}
        statements = [  # beta_3 is a name, m_1 is what m is after the first step
            replace(s, letter=s.letter + s.index, index="")
            if s.first and (s.letter + s.index in self.names or s.letter not in {*self.names, *moving})
            else s
            for s in statements
        ]
        kept = [s for s in statements if (held[s.setting] if s.setting else s.first or s.letter not in replaced)]
        self.first = {(s.letter, int(s.index)): s for s in kept if s.first}
        self.statements = [s for s in kept if not s.first]
        self.of: dict[str, list[Statement]] = {}
        for s in self.statements:
            self.of.setdefault(s.letter, []).append(s)
        assert all(len({s.index for s in ways}) == 1 for mark, ways in self.of.items() if mark), "two times of one name"
        self.known = frozenset({*self.names, *self.of})

    def setting_of(self, label):
        """Return the parameter and the choice that a label names by its last word."""
        word = label.split()[-1]
        (one,) = [p.key for p in self.unit.parameters if p.kind == "choice" and word in p.choices]
        return one, word

    def holds(self, label):
        key, word = self.setting_of(label)
        return self.settings[key] == word

    def at(self, t):
        return Step(t, self.known, lambda mark, index: self.value(mark, index, t), loss, gradient, hessian)

    def value(self, mark, index, t):
        name, offset = self.names.get(mark), self.of[mark][0].offset if mark in self.of else 0
        when = t if index is None else index
        if mark in self.pair:
            return self.pair[mark]
        if callable(name):
            return name(self, when)
        if name is None:
            return self.local(mark, when if index is not None else t + offset, offset)
        if name in self.numbers and name not in self.states:
            return self.numbers[name]
        if mark in self.arrived and index is None and mark in BECOMES.get(self.key, {}):
            found = self.recorded(mark, t)
            if found is not None:
                return found
        if name in ("eta", "w") or (name == "g" and mark not in self.arrived):
            rows = {"eta": self.inside.rates, "w": self.inside.trajectory.points, "g": self.inside.gradients}[name]
            return one(row(rows, when))
        if name in self.states:
            set_to = self.of.get(mark, [None])[0]
            anew = self.states[name].passing or any(
                x.line.target == name and x.line.expression is None for x in self.lines
            )
            anew = offset == 0 if set_to is not None and set_to.index else anew or mark in self.arrived
            return one(row(self.states[name].rows, when + anew))
        return one(row(self.made[name], when - (offset if index is not None else 0)))

    def local(self, mark, when, offset):
        """Return what the rule alone names; what it carries from step to step starts at 0 where it says nothing."""
        self.used.add(mark)
        if (mark, when) in self.first:
            return worked_out(self.first[mark, when].right, self.at(max(when - offset, 0)))
        if offset == 1 and when == 0:
            return 0.0
        if when < offset:
            raise IndexError(f"{mark} before the first step")
        (one_way,) = self.of[mark]
        return worked_out(one_way.right, self.at(when - offset))

    def recorded(self, mark, t):
        """Return what a step made of a name, None where no line made it then."""
        name = BECOMES.get(self.key, {}).get(mark, self.names[mark])
        if name == "w":
            return self.inside.trajectory.points[t + 1]
        if name in self.states:
            return one(self.states[name].rows[t + 1])
        found = one(self.made[name][t]) if name in self.made else np.nan
        return None if np.isnan(found).any() else found

    def compare(self):
        """Work out every statement at every step; return the names of what was found right, and each statement."""
        found: set[Any] = set()
        with np.errstate(all="ignore"):
            for t in range(steps_of(self.key)):
                self.arrived, text = set(), ""
                arriving: set[str] = set()
                for s in self.statements:
                    if s.text != text:
                        self.arrived, arriving, text = self.arrived | arriving, set(), s.text
                    if self.compare_one(s, t):
                        found.add((s.letter, s.text))
                        found.add(BECOMES.get(self.key, {}).get(s.letter) or self.names.get(s.letter))
                        arriving.add(s.letter)
                self.arrived = set()
                for name, term in TERMS.get(self.key, {}).items():
                    if name in self.made and not np.isnan(self.made[name][t]).any():
                        check(
                            worked_out(tokens_of(term), self.at(t)), one(self.made[name][t]), f"{self.key}, {t}: {term}"
                        )
                        found.add(name)
        return found

    def compare_one(self, s, t):
        mark = s.letter
        if (mark or s.text) in NOT_READ.get(self.key, {}) or (mark and mark not in self.names):
            return False
        assert mark not in ("w", "g") or s.index == {"w": "t+1", "g": "t"}[mark], f"{self.key}: {s.text}"
        s = self.first.get((s.letter, t + s.offset), s)
        holds = np.asarray(worked_out(s.condition, self.at(t)) if s.condition else True)
        expected = self.recorded(mark, t) if mark else True
        if expected is None or not holds.any():
            return False
        said = f"{self.key}, step {t}: {s.text}"
        if not mark:
            assert claimed(s.right, self.at(t)), said
            return True
        value = worked_out(s.right, self.at(t))
        check(value if s.part is None else value[s.part], expected, said, holds)
        return True


def row(rows, place):
    if place < 0:
        raise IndexError("before the first step")
    return rows[place]


def one(values):
    return np.float64(np.reshape(values, ())) if np.size(values) == 1 else values


def check(value, expected, said, holds=True):
    value, expected, holds = np.broadcast_arrays(value, expected, holds)
    np.testing.assert_allclose(value[holds], expected[holds], rtol=1e-7, atol=1e-12, err_msg=said)


def claimed(tokens, step):
    """Return whether what a rule claims of a step holds; an equation to 1e-9 of the gradient's square."""
    if "=" not in tokens:
        return bool(np.all(worked_out(tokens, step)))
    place = tokens.index("=")
    scale = (gradient(step.value_of("w", step.t)) ** 2).sum()
    return abs(worked_out(tokens[:place], step) - worked_out(tokens[place + 1 :], step)) <= 1e-9 * scale


def accounts(key, rule=""):
    """Return a unit's accounts, one for every setting that its rule names besides the defaults."""
    base = {p.key: p.high for p in UNITS[key].parameters if p.key.startswith("eps")} | SETTINGS.get(key, {})
    first = Account(key, tuple(base.items()), rule)
    named = sorted({first.setting_of(label) for label in first.labels} - set(first.settings.items()))
    return [first, *(Account(key, tuple({**base, name: choice}.items()), rule) for name, choice in named)]


@pytest.mark.parametrize("key", UNITS)
def test_every_statement_of_a_rule_comes_to_what_the_lines_and_the_steps_say(key):
    found, used, words, lines, there = set(), set(), set(), set(), set()
    for account in accounts(key):
        found |= account.compare()
        used |= account.used
        words |= set(account.words)
        there |= {(s.letter, s.text) for s in account.statements}
        lines |= {line.line.target for line in account.lines if line.line.expression is not None}
        named = {word for word in account.words if named_in(word)}
        unknown = {named_in(word) for word in named} - {mark for mark in account.names if mark not in ("w", "g", "η")}
        assert not unknown, "letters that the panel does not know"
        words -= named | {word for word in account.words if r"\sim" in word}
    assert found & lines, "nothing is compared"
    alone = {mark or text for mark, text in there if (mark, text) not in found and mark not in used}
    assert alone == NOT_READ.get(key, {}).keys(), "statements that nothing is compared with"
    assert words == WORDS.get(key, {}).keys(), "words that nothing is compared with"
    left = lines - found - LINES_ALONE["*"].keys()
    assert left == LINES_ALONE.get(key, {}).keys(), "lines that nothing is compared with"


def test_what_a_line_is_compared_with_stands_in_the_rule():
    for key, terms in TERMS.items():
        for term in terms.values():
            assert all(part in UNITS[key].rule for part in term.split(" - c_")), (key, term)


def test_backtracking_takes_the_first_length_that_its_rule_allows():
    account = Account("backtracking", (("slope", 0.4),))
    (allowed,) = [s for s in account.statements if not s.letter]
    shortened = 0
    for t in range(STEPS):
        length, rate = account.value("α", t, t), account.value("η", t, t)
        assert claimed(allowed.right, account.at(t))
        if length < rate:
            account.pair, shortened = {"α": length / account.settings["shrink"]}, shortened + 1
            assert not claimed(allowed.right, account.at(t))
            account.pair = {}
    assert shortened


WRONG = (  # (what stands in a rule, what would be wrong)
    ("momentum", r"\beta v_t + g_t", r"\beta v_t - g_t"),
    ("nesterov", r"\beta v_{t+1})", r"\beta v_t)"),
    ("adagrad", r"\sqrt{s_{t+1}}", r"s_{t+1}"),
    ("adam", r"m_t + (1-\beta_1)", r"m_t + (1-\beta_2)"),
    ("adam", r"\hat m = m_{t+1}", r"\hat m = m_t"),
    ("amsgrad", r"\max(\hat s_t", r"\min(\hat s_t"),
    ("adabelief", r"(g_t - m_{t+1})^2", r"(g_t - m_t)^2"),
    ("rprop", r"d_t = -d_{t-1}", r"d_t = d_{t-1}"),
    ("lion", r"m_{t+1} &= \beta_2 m_t", r"m_{t+1} &= \beta_1 m_t"),
    ("bfgs", r"\rho\, s s^\top", r"\rho\, y y^\top"),
    ("lbfgs", r"y^\top y", r"s^\top s"),
    ("nelder_mead", r"f(x_o) \le f(x_r)", r"f(x_o) > f(x_r)"),
    ("cma_es", r"(1 - h)", r"(1 + h)"),
    ("lookahead", r"\phi_t + \alpha", r"\phi_t - \alpha"),
    ("clip_norm", r"\lVert g_t \rVert", r"g_t"),
    ("adamw", r"\lambda = \text", r"\tau = \text"),
)


@pytest.mark.parametrize(("key", "right", "wrong"), WRONG)
def test_a_rule_that_says_something_else_is_found_out(key, right, wrong, monkeypatch):
    rule = UNITS[key].rule
    assert right in rule
    monkeypatch.setitem(UNITS[key].__dict__, "rule", rule.replace(right, wrong, 1))
    with pytest.raises(AssertionError):
        test_every_statement_of_a_rule_comes_to_what_the_lines_and_the_steps_say(key)
