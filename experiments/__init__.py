"""An experiment and what comes of it: trajectories, critical points, verdicts."""

import numerics  # noqa: F401  the environment that JAX starts in, before anything imports it
from experiments.advice.judge import judge
from experiments.critical.point import CriticalPoint
from experiments.critical.points import CriticalPoints, critical_points
from experiments.objective.smoothing_limit import smoothing_limit, smoothing_trouble
from experiments.objective.surface_link import surface_experiment, surface_query
from experiments.setup.experiment import SCALES, Experiment, landscape_of
from experiments.setup.modifiers import MODIFIERS, modifier_values, with_modifier
from experiments.setup.run import Run, Wrapper
from experiments.simulation.simulate import simulate
from experiments.simulation.trajectory import Trajectory
from experiments.studies.ensemble import Ensemble, ensembles_of
from experiments.studies.maps.basins import Basins, basins
from experiments.studies.maps.chances import Chances, chances
from experiments.studies.maps.sweep import Sweep, sweep
from experiments.verdict.outcome import Advice, Outcome, Verdict

__all__ = [
    "MODIFIERS",
    "SCALES",
    "Advice",
    "Basins",
    "Chances",
    "CriticalPoint",
    "CriticalPoints",
    "Ensemble",
    "Experiment",
    "Outcome",
    "Run",
    "Sweep",
    "Trajectory",
    "Verdict",
    "Wrapper",
    "basins",
    "chances",
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
    "sweep",
    "with_modifier",
]
