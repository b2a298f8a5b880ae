"""An experiment and what comes of it: trajectories, critical points, verdicts."""

import numerics  # noqa: F401  the environment that JAX starts in, before anything imports it
from experiments.critical import CriticalPoint, CriticalPoints, critical_points
from experiments.experiment import Experiment, Run, Wrapper, landscape_of
from experiments.judge import judge
from experiments.simulate import simulate
from experiments.trajectory import Trajectory
from experiments.verdict import Advice, Outcome, Verdict

__all__ = [
    "Advice",
    "CriticalPoint",
    "CriticalPoints",
    "Experiment",
    "Outcome",
    "Run",
    "Trajectory",
    "Verdict",
    "Wrapper",
    "critical_points",
    "judge",
    "landscape_of",
    "simulate",
]
