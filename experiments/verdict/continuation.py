"""The same run with more steps: what a run without chance does next is the strongest evidence of what it is doing."""

import numpy as np

from experiments.setup import limits
from experiments.setup.cost import most_steps
from experiments.setup.criteria import NEVER
from experiments.setup.experiment import Experiment
from experiments.simulation.simulate import simulate_run
from experiments.simulation.trajectory import Trajectory


def continued(experiment: Experiment, trajectory: Trajectory, steps: int) -> tuple[Experiment, Trajectory] | None:
    """Return the experiment with this run alone and so many steps, or as many as are allowed, and what it then does.

    No criterion ends it. None where more steps would be another run: a schedule that is stretched over them makes other
    steps from the start, and so does a smoothing that fades; and noise draws on.
    """
    experiment = experiment.replace(runs=(experiment.runs[trajectory.run],), stop_at=NEVER)
    steps = min(steps, limits.MAX_STEPS, most_steps(experiment))
    if experiment.is_noisy or experiment.fades or steps <= trajectory.steps:
        return None
    longer = experiment.replace(steps=steps)
    found = simulate_run(longer, 0)
    before, after = (run.points if run.weights is None else run.weights for run in (trajectory, found))
    same = np.array_equal(after[: trajectory.steps + 1], before, equal_nan=True)
    return (longer, found) if same else None
