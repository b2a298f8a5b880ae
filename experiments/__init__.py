"""An experiment and what comes of it: trajectories, critical points, verdicts."""

import numerics  # noqa: F401  the environment that JAX starts in, before anything imports it
from experiments.critical import CriticalPoints, critical_points
from experiments.critical_point import CriticalPoint
from experiments.ensemble import Ensemble, ensembles_of
from experiments.experiment import SCALES, Experiment, Run, Wrapper, landscape_of
from experiments.judge import judge
from experiments.modifiers import MODIFIERS, modifier_values, with_modifier
from experiments.simulate import simulate
from experiments.smoothing_limit import smoothing_limit, smoothing_trouble
from experiments.surface import surface_experiment, surface_query
from experiments.trajectory import Trajectory
from experiments.verdict import Advice, Outcome, Verdict

__all__ = [
    "MODIFIERS",
    "SCALES",
    "Advice",
    "CriticalPoint",
    "CriticalPoints",
    "Ensemble",
    "Experiment",
    "Outcome",
    "Run",
    "Trajectory",
    "Verdict",
    "Wrapper",
    "critical_points",
    "ensembles_of",
    "judge",
    "landscape_of",
    "modifier_values",
    "simulate",
    "smoothing_limit",
    "smoothing_trouble",
    "surface_experiment",
    "surface_query",
    "with_modifier",
]
