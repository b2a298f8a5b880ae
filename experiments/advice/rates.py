"""Learning rates: above the stability limit, too large for the place, or so small that the run hardly moves."""

from experiments.advice.changes import with_rates
from experiments.advice.improvement import Ending
from experiments.advice.problem import Excess, Problem
from experiments.advice.suggestion import Suggestion
from experiments.advice.words import place, stuck, turning
from experiments.critical.defaults import round_to
from experiments.verdict.outcome import Outcome
from numerals import count, number

_DOWN = (0.5, 0.25, 0.1, 0.03, 0.01, 1e-3, 1e-4)
_UP = (2.0, 4.0, 10.0, 30.0, 100.0, 1e3, 1e4)
_OF_DEFAULT = (1.0, 0.3, 0.1, 3.0)
_OF_LIMIT = (0.8, 0.5, 0.25)
_SMALL = 0.1  # of the way to the nearest minimum: longer steps are not small
_BELOW = 0.9  # of the stability limit: the highest rate that is advised


def lower_rate(problem: Problem) -> Suggestion | None:
    """The rate is too large: above the limit where that is known, else by what its steps do."""
    why = _why_lower(problem)
    if why is None:
        return None
    now, limit = problem.run.learning_rate, problem.excess.limit if problem.excess else problem.limit
    scale = now / problem.excess.rate if problem.excess else 1.0  # a schedule's rate at a step against its first number
    rates = [share * limit * scale for share in _OF_LIMIT] if limit is not None else []
    rates += [share * problem.fallback_rate for share in _OF_DEFAULT] + [share * now for share in _DOWN]
    highest = min(0.95 * now, _BELOW * problem.excess.limit * scale if problem.excess else now)
    found = _nearest(problem, [rate for rate in rates if rate <= highest])
    if found is None:
        return None
    rate = found.experiment.runs[0].learning_rate
    instead = "" if problem.run.schedule == "constant" else f" instead of {number(now)}"
    return Suggestion(text=f"{why} Try {number(rate)}{instead}.", label=f"Try rate {number(rate)}", ending=found)


def higher_rate(problem: Problem) -> Suggestion | None:
    """The rate is so small that the steps end long before the way does."""
    why = _why_higher(problem)
    if why is None:
        return None
    now = problem.run.learning_rate
    rates = [share * now for share in _UP] + [share * problem.fallback_rate for share in _OF_DEFAULT]
    if problem.limit is not None:
        rates.append(_OF_LIMIT[0] * problem.limit)
    highest = _BELOW * problem.limit if problem.limit is not None else float("inf")
    found = _nearest(problem, [rate for rate in rates if 1.05 * now <= rate <= highest])
    if found is None:
        return None
    rate = found.experiment.runs[0].learning_rate
    return Suggestion(
        text=f"{why} Try {number(rate)}, {_times(rate / now)} as large.",
        label=f"Try rate {number(rate)}",
        ending=found,
    )


def _nearest(problem: Problem, rates: list[float]) -> Ending | None:
    """Return the ending at the rate that is nearest to the run's own and still does what can be done by it."""
    now = problem.run.learning_rate
    rates = [round_to(rate) for rate in rates if rate > 0]
    return problem.trials.nearest(
        with_rates(problem.experiment, sorted(rates, key=lambda rate: max(rate / now, now / rate)))
    )


def _why_lower(problem: Problem) -> str | None:
    if problem.excess is not None:
        return _above(problem, problem.excess)
    outcome, rate = problem.verdict.outcome, number(problem.run.learning_rate)
    if outcome.is_lost or problem.is_thrown:
        return f"Learning rate {rate} is too large here: one of its steps was {number(problem.throw)} long."
    if outcome is Outcome.NOISE_FLOOR:
        spread = number(problem.verdict.evidence["variance"] ** 0.5)
        return f"At learning rate {rate} the noise keeps it {spread} away from the minimum on average."
    if outcome is Outcome.OSCILLATING or problem.overshoots:
        return f"{turning(problem)} smaller ones come to rest."
    return None


def _above(problem: Problem, excess: Excess) -> str:
    rate, limit = number(excess.rate), number(excess.limit)
    verb = "is right at" if rate == limit else "is above"
    name = f"2 / λmax = {limit}" if problem.run.optimizer == "gradient_descent" else f"the stability limit {limit}"
    return f"Learning rate {rate} {verb} {name} {_where(excess)} (λmax = {number(excess.curvature)})."


def _where(excess: Excess) -> str:
    if excess.step is None:
        return "at the nearest minimum"
    return f"near {place(excess.point)}, at step {count(excess.step)}" if excess.step else "where it starts"


def _why_higher(problem: Problem) -> str | None:
    if problem.verdict.outcome is Outcome.GLOBAL_MINIMUM:
        took = f"{count(problem.verdict.step or 0)} of {count(problem.trajectory.steps)} steps"
        return f"It took {took}: a larger learning rate is faster."
    if problem.verdict.outcome is Outcome.LOCAL_MINIMUM:
        return f"{stuck(problem.verdict)} larger steps carry it over the ridge."
    if problem.distance is None:
        return None if problem.is_thrown else f"Its last steps are about {number(problem.step_size)} long."
    if problem.is_thrown or problem.step_size > _SMALL * problem.distance:
        return None
    length, way = number(problem.step_size), number(problem.distance)
    return f"Its last steps are about {length} long, and the nearest minimum is {way} away."


def _times(factor: float) -> str:
    return f"{number(round_to(factor))} times"
