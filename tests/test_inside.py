"""What optimizers carry inside: the lines of an update say what was computed, and the stage gets it when it asks."""

import ast
import re
from typing import Any

import numpy as np
import pytest

from experiments import Experiment, Run, Wrapper, simulate
from experiments.critical.defaults import default_learning_rate
from experiments.results.inside import inside_of, states_of
from experiments.simulation.simulate import states_at_start
from figures.packets.inside import PANEL, SHAPES
from figures.packets.packet import stage_packet
from figures.packets.wants import known
from figures.packets.worked_text import tokens
from optimizers import OPTIMIZERS, WRAPPERS
from optimizers.shared.notation import NOTATION, symbol
from optimizers.shared.worked import evaluate, parsed
from tests.packets import read_packet

CHOICES = (  # (optimizer, settings) besides the defaults
    ("adam", {"bias_correction": "off"}),
    ("amsgrad", {"bias_correction": "on"}),
    ("yogi", {"bias_correction": "on"}),
    ("nadam", {"rising": "step"}),
    ("nadam", {"rising": "nowhere"}),
    ("adopt", {"clipping": "off"}),
    ("sm3", {"cover": "together"}),
    ("adamw", {"weight_decay": 0.3}),
    ("lion", {"weight_decay": 0.3}),
    ("lamb", {"weight_decay": 0.3}),
    ("radam", {"beta2": 0.9}),
    ("rmsprop", {"centred": "on"}),
    ("rprop", {"backtracking": "off"}),
    ("damped_newton", {"damping": 1e-6}),
    ("cma_es", {"population": 11}),
    ("lbfgs", {"memory_size": 1}),
    ("ademamix", {"warmup": 20}),
    ("ademamix", {"warmup": 1000, "beta1": 0.0}),
)
AROUND: list[tuple[str, ...]] = [
    (key,) for key, wrapper in WRAPPERS.items() if wrapper.inside.before or wrapper.inside.worked
]
AROUND += [("lookahead", "sam", "clip_norm", "weight_decay")]


def an_experiment(optimizer="momentum", wrappers=(), parameters=None, steps=50, **fields):
    surface = Experiment(landscape="himmelblau")
    run = Run(
        optimizer=optimizer,
        learning_rate=default_learning_rate(surface, optimizer),
        schedule="cosine",
        parameters=parameters or {},
        wrappers=tuple(Wrapper(key=key) for key in wrappers),
    )
    return Experiment(landscape="himmelblau", start=(0.5, -1.2), steps=steps, runs=(run,), **fields)


def check_lines(experiment):
    """Every line comes to what was recorded, and the last one that moves the point to the point that came next."""
    inside = inside_of(experiment, 0)
    assert inside.lines and any(line.line.target == "w" for line in inside.lines)
    arrived = np.zeros(experiment.steps, dtype=bool)
    for line in inside.lines:
        if line.made is not None and line.recorded is not None:
            made = np.broadcast_to(line.made, line.recorded.shape)[line.holds]
            np.testing.assert_allclose(made, line.recorded[line.holds], rtol=1e-9, atol=1e-12, err_msg=str(line.line))
        arrived |= line.holds & (line.recorded is inside.point.after)
    return inside, arrived


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_lines_of_an_update_come_to_what_was_recorded(optimizer):
    inside, arrived = check_lines(an_experiment(optimizer))
    assert arrived.all() or optimizer == "adopt"  # whose first step only measures
    carried = {state.name for state in inside.states if state.kind != "swarm"}
    assert carried <= {line.line.target for line in inside.lines}, "a state that no line says anything of"


@pytest.mark.parametrize(("optimizer", "parameters"), CHOICES)
def test_the_lines_follow_the_settings(optimizer, parameters):
    check_lines(an_experiment(optimizer, parameters=parameters))


@pytest.mark.parametrize("wrappers", AROUND)
def test_the_lines_of_what_is_around_an_optimizer_join_its_own(wrappers):
    check_lines(an_experiment("adam", wrappers))


def test_the_lines_hold_under_gradient_noise_and_fading_smoothing():
    check_lines(an_experiment("adam", ("sam",), noise=2.0, smoothing=0.5, smoothing_schedule="linear"))


def test_a_line_that_was_not_computed_is_found_out(monkeypatch):
    wrong = ("velocity = beta * velocity + 1.001 * g", "w = w - eta * velocity")
    monkeypatch.setitem(OPTIMIZERS["momentum"].inside.__dict__, "worked", wrong)
    with pytest.raises(AssertionError, match="velocity"):
        check_lines(an_experiment("momentum", steps=49))


@pytest.mark.parametrize("optimizer", ["momo", "polyak_step", "damped_newton", "simulated_annealing"])
def test_the_loss_in_a_line_is_the_one_that_was_seen(optimizer):
    """With the penalty, and as smooth as it was then: the loss that is drawn has neither."""
    fades = {"smoothing": 0.5, "smoothing_schedule": "linear"}
    for experiment in (an_experiment(optimizer, ("coupled_decay",)), an_experiment(optimizer, **fades)):
        check_lines(experiment)
        (value,) = [state for state in states_of(experiment, 0) if state.name == "value"]
        assert np.abs(value.after[:, 0] - simulate(experiment)[0].losses[:-1])[:-1].min() > 1e-9


def test_no_line_can_read_the_loss_that_is_drawn(monkeypatch):
    monkeypatch.setitem(
        OPTIMIZERS["momentum"].inside.__dict__, "worked", ("velocity = f * g", "w = w - eta * velocity")
    )
    with pytest.raises(ValueError, match="'f' in 'velocity = f \\* g' is not known"):
        inside_of(an_experiment("momentum", steps=48), 0)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_states_start_with_what_is_carried_before_the_first_step(optimizer):
    experiment = an_experiment(optimizer, steps=3)
    (trajectory,) = simulate(experiment)
    first = states_at_start(experiment, 0)
    for state in states_of(experiment, 0):
        np.testing.assert_array_equal(state.rows[0], first[state.name])
        np.testing.assert_array_equal(state.rows[1:], trajectory.states[state.name])
    unit = OPTIMIZERS[optimizer].inside
    assert {*unit.of_next, *unit.ways} <= set(unit.observes)


def test_a_state_of_the_next_point_agrees_with_it():
    experiment = an_experiment("nelder_mead")
    simplex = states_of(experiment, 0)[0]
    (trajectory,) = simulate(experiment)
    np.testing.assert_allclose(simplex.rows[:, 0], trajectory.points, atol=1e-12)  # its best corner is the iterate
    (slow,) = [s for s in states_of(an_experiment("adam", ("lookahead",)), 0) if s.way]
    assert slow.of_next and slow.name == "lookahead.slow"


def test_every_name_in_a_line_has_a_letter():
    insides = [*(unit.inside for unit in OPTIMIZERS.values()), *(unit.inside for unit in WRAPPERS.values())]
    texts = [text for inside in insides for text in (*inside.before, *inside.worked)]
    for text in texts:
        line = parsed(text)
        nodes = list(ast.walk(line.expression)) if line.expression is not None else []
        names = {node.id for node in nodes if isinstance(node, ast.Name)} | {line.target}
        functions = [node.func for node in nodes if isinstance(node, ast.Call)]
        called = {function.id for function in functions if isinstance(function, ast.Name)}
        assert all(isinstance(function, ast.Name) for function in functions), text
        assert names - called <= set(NOTATION), text


@pytest.mark.parametrize("key", [*OPTIMIZERS, *WRAPPERS])
def test_no_letter_means_two_things(key):
    unit = (OPTIMIZERS.get(key) or WRAPPERS[key]).inside
    texts = (*unit.before, *unit.worked)
    names = {*unit.observes, *(parsed(text).target for text in texts)}
    names -= {"new_corner", "drawn_in"}  # which take another corner's place, and so its letter
    letters = [unit.symbols.get(name, symbol(name)) for name in names]
    assert len(set(letters)) == len(letters), sorted(letters)


def test_the_rate_on_each_axis_has_the_learning_rate_in_it():
    """So that the same row of the table means the same for all: what a gradient is multiplied by."""
    lines = {
        key: parsed(text) for key, unit in OPTIMIZERS.items() for text in unit.inside.worked if "axis_rate = " in text
    }
    assert "adabound" in lines
    for key, line in lines.items():
        assert line.expression is not None, key
        assert "eta" in {node.id for node in ast.walk(line.expression) if isinstance(node, ast.Name)}, key


@pytest.mark.parametrize("key", [key for key, unit in OPTIMIZERS.items() if "first_moment" in unit.inside.observes])
def test_what_is_called_the_average_gradient_is_one(key):
    """What only adds up, or averages something else, is a velocity: a table's words must hold for its numbers."""
    texts = [text for text in OPTIMIZERS[key].inside.worked if re.match(r"first_moment = \w+ \* first_moment", text)]
    assert texts
    for text in texts:
        (memory,) = re.findall(r"^first_moment = (\w+)", text)
        assert re.search(rf"\+ \(1 - {memory}\) \* g( if .*)?$", text), text


@pytest.mark.parametrize("key", [key for key, unit in OPTIMIZERS.items() if unit.inside.arrow])
def test_the_arrow_is_the_part_of_the_step_that_what_is_carried_makes(key):
    """A search's length is known after it; for all others the step is made again without a gradient."""
    inside = inside_of(an_experiment(key, steps=30), 0)
    optimizer, rates = OPTIMIZERS[key], inside.rates[:, 0]
    if "after(length)" in optimizer.inside.arrow:
        (length,) = [state.after for state in inside.states if state.name == "length"]
        assert inside.arrow is not None
        np.testing.assert_allclose(inside.arrow, inside.trajectory.updates + length * inside.gradients, atol=1e-12)
        assert np.abs(inside.arrow).max() > 1e-3
        return
    point = inside.trajectory.points[0]
    state = optimizer.build(rates[0]).init(point)
    assert inside.arrow is not None
    for t, gradient in enumerate(inside.gradients):
        point = inside.trajectory.points[t]
        carried, _ = optimizer.build(rates[t]).update(np.zeros(2), state, point)
        np.testing.assert_allclose(inside.arrow[t], carried, rtol=1e-9, atol=1e-15)
        _, state = optimizer.build(rates[t]).update(gradient, state, point)


def test_a_line_that_says_nothing_is_refused():
    with pytest.raises(ValueError, match="give 'name = expression'"):
        parsed("velocity")
    opened = parsed("w = open(w)").expression
    assert opened is not None
    with pytest.raises(ValueError, match="not allowed; known functions"):
        evaluate(opened, {"w": 1.0}.__getitem__)


def test_an_expression_is_written_with_the_parentheses_that_it_needs():
    def written(text):
        told: list[Any] = tokens(ast.parse(text, mode="eval").body, lambda name: name)  # here without any part to hold
        return "".join(told)

    assert written("beta * v + (1 - beta) * g**2") == "beta*v + (1 − beta)*g<sup>2</sup>"
    assert written("a - (b - c)") == "a − (b − c)"
    assert written("a / (b * c)") == "a / (b*c)"
    assert written("(g - m)**2 / (sqrt(s + eps) + eps)") == "(g − m)<sup>2</sup> / (√<root>s + eps</root> + eps)"
    assert written("w - eta * unit(g)") == "w − eta*g / ‖g‖"
    assert written("-(eta * product(P, g))") == "−eta*P*g"
    assert written("product(transpose(V), P, V) + rho * outer(s, s)") == "V<sup>⊤</sup>*P*V + rho*s*s<sup>⊤</sup>"
    assert written("solve(H + mu * I, g, 0)") == "(H + mu*I)<sup>−1</sup>*g"
    assert written("w - eta * solve(H, g)") == "w − eta*H<sup>+</sup>*g"
    assert written("solve_size(H, g)") == "|H|<sup>+</sup>*g"


def test_a_choice_is_written_as_it_is_said():
    def written(text):
        told: list[Any] = tokens(ast.parse(text, mode="eval").body, lambda name: name)  # here without any part to hold
        return "".join(told)

    assert written("where(t > 0, a, where(t < 0, b, 1))") == "a if t > 0; b if t < 0; else 1"
    assert written("where(fx <= f or u < P, x, w) * 2") == "(x if fx ≤ f or u < P, else w)*2"
    assert written("min(c, 1e12)") == "min(c, 1e12)"


def test_where_a_search_finds_nothing_lower_the_lines_say_so():
    (run,) = an_experiment("bfgs").runs
    kinked = Experiment(landscape="schwefel_2_22", start=(0.5, -1.2), steps=40, runs=(run,))
    inside, _ = check_lines(kinked)
    (found_nothing,) = [line for line in inside.lines if "nothing lower" in line.line.words]
    (forgets,) = [line for line in inside.lines if line.line == parsed("inverse = I if after(remembered) == 0")]
    assert found_nothing.holds.any() and not found_nothing.holds.all()
    np.testing.assert_array_equal(forgets.holds, found_nothing.holds)
    assert (inside.trajectory.updates[found_nothing.holds] == 0).all()


# --- the packet ----------------------------------------------------------------------------------------------------


def packet(experiment, *wants):
    data = stage_packet(experiment, frozenset(wants))
    return (*read_packet(data), data)


def test_what_is_inside_comes_only_when_it_is_asked_for():
    experiment = an_experiment("adam")
    header, arrays, _ = packet(experiment)
    assert "inside" not in header and header["wants"] == [] and not any("@" in name for name in arrays)
    assert known(["inside", "elsewhere"]) == {"inside"}
    header, arrays, _ = packet(experiment, "inside")
    assert header["inside"]["stride"] == 1 and len(header["inside"]["runs"]) == 1
    (trajectory,) = simulate(experiment)
    moment = arrays["first_moment@0"].reshape(-1, 2)
    np.testing.assert_allclose(moment[0], 0.0)
    np.testing.assert_allclose(moment[1:], trajectory.states["first_moment"], rtol=1e-6)
    (step,) = [row["after"] for row in header["inside"]["runs"][0]["table"] if row["symbol"] == "Δw"]
    np.testing.assert_allclose(arrays[step["a"]].reshape(-1, 2), trajectory.updates, rtol=1e-6)


def test_every_source_of_the_panel_has_its_array():
    for optimizer in OPTIMIZERS:
        wrappers = ("lookahead", "sam", "clip_norm", "weight_decay") if optimizer == "adam" else ()
        header, arrays, _ = packet(an_experiment(optimizer, wrappers, steps=3), "inside")
        (inside,) = header["inside"]["runs"]
        sources = [row[side] for row in inside["table"] for side in ("before", "after") if row[side]]
        sources += [arrow["source"] for arrow in inside["arrows"]] + [line["result"] for line in inside["lines"]]
        sources += [token for line in inside["lines"] for token in line["tokens"] if isinstance(token, dict)]
        assert all(source["a"] in arrays for source in sources if "a" in source), optimizer
        assert inside["story"].endswith(".") and len(inside["story"]) < 300


def test_shapes_come_without_asking_while_there_is_room():
    def kinds(steps):
        header, arrays, data = packet(an_experiment("nelder_mead", ("ema_weights",), steps=steps))
        assert all(shape["array"] in arrays for shape in header["shapes"][0])
        return [shape["kind"] for shape in header["shapes"][0]], len(data)

    assert kinds(50)[0] == ["simplex", "point"]
    assert kinds(1_200)[0] == ["simplex"]
    assert kinds(5_000)[0] == []
    swarm, _, data = packet(an_experiment("particle_swarm", steps=300))
    assert [shape["kind"] for shape in swarm["shapes"][0]] == ["swarm"] and len(data) < 50_000
    assert 4 * SHAPES < 50_000


def test_long_runs_send_every_so_many_steps_before_and_after():
    (run,) = an_experiment("adam").runs
    experiment = Experiment(landscape="himmelblau", start=(0.5, -1.2), steps=20_000, runs=(run,) * 2)
    header, arrays, _ = packet(experiment, "inside")
    stride = header["inside"]["stride"]
    assert stride > 1
    assert sum(rows.size for name, rows in arrays.items() if "@" in name) <= PANEL
    (trajectory, _) = simulate(experiment)
    pairs = arrays["first_moment@1"].reshape(-1, 2, 2)
    kept = np.arange(0, 20_000, stride)
    np.testing.assert_allclose(pairs[:, 1], trajectory.states["first_moment"][kept], rtol=1e-6, atol=1e-30)
    np.testing.assert_allclose(pairs[1:, 0], trajectory.states["first_moment"][kept[1:] - 1], rtol=1e-6, atol=1e-30)
