"""What one run of a map comes to: simulated and judged as anywhere else, without advice."""

import numpy as np

from experiments.setup.experiment import Experiment
from experiments.simulation.simulate import simulate_run
from experiments.verdict.outcome import Outcome, Verdict
from parameter import Refusal, shown

OUTCOMES = tuple(Outcome)
CODES = {outcome: code for code, outcome in enumerate(OUTCOMES)}
NAMES = np.array([outcome.name for outcome in OUTCOMES])
LOST = np.array([outcome.is_lost for outcome in OUTCOMES])
NEVER = -1  # the step of what was not reached


def step_of(verdict: Verdict) -> int:
    """Return the step of a verdict, NEVER where it has none."""
    return NEVER if verdict.step is None else verdict.step


def final_loss(experiment: Experiment, place: int) -> float:
    """Return the loss that the run at this place ends with."""
    return simulate_run(experiment, place).final_loss


def names_of(codes: np.ndarray) -> np.ndarray:
    """Return the names of outcomes, text of the shape of their codes."""
    found: np.ndarray = NAMES[codes]
    return found


def check_run(experiment: Experiment, place: int) -> None:
    """Raise Refusal where the experiment has no run at this place."""
    if not isinstance(experiment, Experiment):
        raise Refusal(f"experiment: {shown(experiment)} is not allowed; give an Experiment")
    last = len(experiment.runs) - 1
    if last < 0:
        raise Refusal("run: the experiment has none; add one")
    if isinstance(place, bool) or not isinstance(place, int | np.integer) or not 0 <= place <= last:
        raise Refusal(f"run: {shown(place)} is not allowed; give {f'a whole number from 0 to {last}' if last else '0'}")
