"""Another optimizer: where the rule itself is what keeps the run from getting further."""

from experiments.advice.changes import with_optimizer
from experiments.advice.momentum import narrowness
from experiments.advice.places import nudged
from experiments.advice.problem import Problem
from experiments.advice.suggestion import Suggestion
from experiments.advice.words import flat, place, reaches
from experiments.verdict.outcome import Outcome
from numerals import number

_LABELS = {
    "adam": "Use Adam",
    "damped_newton": "Use damped Newton",
    "saddle_free_newton": "Use saddle-free Newton",
    "lbfgs": "Use L-BFGS",
    "cma_es": "Use CMA-ES",
}


def adam(problem: Problem) -> Suggestion | None:
    """Steps that do not grow and shrink with the gradient."""
    outcome, valley = problem.verdict.outcome, narrowness(problem)
    if outcome is Outcome.PLATEAU:
        why = f"{flat(problem.verdict)} Adam, whose steps do not shrink with it,"
    elif outcome.is_lost:
        why = f"One of its steps was {number(problem.throw)} long. Adam's do not grow with the slope: Adam"
    else:
        why = f"{'' if valley is None else f'{valley}: '}Adam, with steps of its own in each coordinate,"
    return _use(problem, "adam", why)


def newton(problem: Problem) -> Suggestion | None:
    """Steps that know the curvature."""
    valley = narrowness(problem)
    why = "Damped Newton" if valley is None else f"{valley}: damped Newton"
    return _use(problem, "damped_newton", f"{why}, whose steps know the curvature,")


def saddle_free(problem: Problem) -> Suggestion | None:
    """Newton's own steps lead to every point without slope, saddles among them."""
    if problem.run.optimizer != "newton":
        return None
    why = "Newton's steps lead to any point without slope. With every curvature taken as positive they go downhill:"
    found = _use(problem, "saddle_free_newton", f"{why} saddle-free Newton")
    if found is not None:
        return found
    moved = problem.trials.first(nudged(problem, with_optimizer(problem.experiment, "saddle_free_newton")))
    if moved is None:
        return None
    start, label = place(moved.experiment.start), _LABELS["saddle_free_newton"]
    text = f"{why} saddle-free Newton, started a little aside at {start}, {reaches(problem.before, moved)}."
    return Suggestion(text=text, label=label, ending=moved)


def lbfgs(problem: Problem) -> Suggestion | None:
    """A line search finds the length of each step."""
    return _use(problem, "lbfgs", "L-BFGS, which searches for the length of each step,")


def cma_es(problem: Problem) -> Suggestion | None:
    """Many points at a time look further than one."""
    return _use(problem, "cma_es", "CMA-ES, which looks at several points around it before each step,")


def _use(problem: Problem, key: str, why: str) -> Suggestion | None:
    if problem.run.optimizer == key:
        return None
    found = problem.trials.first([with_optimizer(problem.experiment, key)])
    if found is None:
        return None
    return Suggestion(text=f"{why} {reaches(problem.before, found)}.", label=_LABELS[key], ending=found)
