"""Trajectory -> verdict with its advice, which is worked out when it is looked at."""

from dataclasses import replace
from functools import partial

from experiments.advice import advise
from experiments.advice.many import advise_many
from experiments.setup.experiment import Experiment
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.case import Case
from experiments.verdict.fit import fit_of
from experiments.verdict.judged import judged, verdict_of, with_what_it_lacked
from experiments.verdict.many import with_what_many_lacked
from experiments.verdict.outcome import Outcome, Verdict


def judge(experiment: Experiment, trajectory: Trajectory) -> Verdict:
    """Return what became of this run, with the numbers that show it; advice is worked out when it is looked at.

    One that was on its way is continued, to tell how many steps it lacked.
    """
    if trajectory.weights is not None:
        found = with_what_many_lacked(experiment, trajectory, verdict_of(experiment, trajectory))
        advisor = partial(advise_many, experiment, trajectory)
        return replace(found, fit=fit_of(experiment, trajectory, found), advisor=advisor)
    case = Case(experiment, trajectory)
    verdict = judged(case)
    if verdict.outcome is Outcome.STILL_DESCENDING:
        verdict = with_what_it_lacked(verdict, case)
    return replace(verdict, advisor=partial(advise, experiment, trajectory))
