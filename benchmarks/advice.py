"""Bad settings over the whole catalogue: how many get advice, how often the first piece helps, and what it costs."""

import statistics
import time
from collections import defaultdict

from benchmarks.report import load, short, table, write
from experiments import Experiment, Outcome, Trajectory, Verdict, judge, simulate
from experiments.advice import advise, ending_of, improves
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from tests.bad_settings import bad_settings

COUNT, SEED = 600, 4
HEAD = ["how it ended", "runs", "with advice, %", "first piece better, %", "now global, %", "now a local minimum, %"]


def main() -> None:
    busy = load()
    found: dict[Outcome, list[tuple[bool, bool, Outcome | None]]] = defaultdict(list)
    first, again = [], []
    for number, experiment in enumerate(bad_settings(SEED, COUNT, tuple(LANDSCAPES), tuple(OPTIMIZERS)), start=1):
        (trajectory,) = simulate(experiment)
        verdict = judge(experiment, trajectory)
        first.append(_timed(experiment, trajectory, verdict))
        again.append(_timed(experiment, trajectory, verdict))
        found[verdict.outcome].append(_followed(experiment, trajectory, verdict))
        if number % 100 == 0:
            print(f"{number} of {COUNT}", flush=True)
    rows = [[outcome.name, *_shares(found[outcome])] for outcome in Outcome if found[outcome]]
    bad = [one for outcome in found if outcome is not Outcome.GLOBAL_MINIMUM for one in found[outcome]]
    rows.append(["all but GLOBAL_MINIMUM", *_shares(bad)])
    told = "The first piece of advice was followed, simulated and judged; better is `experiments.advice.improves`.\n\n"
    body = (
        told
        + table(HEAD, rows)
        + "\n\n"
        + table(["ms for one run's advice", "median", "p95", "max"], _times(first, again))
    )
    write("advice", "Advice on bad settings", body, ("jax", "numpy"), busy)


def _timed(experiment: Experiment, trajectory: Trajectory, verdict: Verdict) -> float:
    began = time.perf_counter()
    advise(experiment, trajectory, verdict)
    return 1e3 * (time.perf_counter() - began)


def _followed(experiment: Experiment, trajectory: Trajectory, verdict: Verdict) -> tuple[bool, bool, Outcome | None]:
    """Return whether there is advice, whether the first piece makes it better, and how the run ends then."""
    if not verdict.advice:
        return False, False, None
    changed = verdict.advice[0].experiment
    (after,) = simulate(changed)
    judged = judge(changed, after)
    better = improves(ending_of(experiment, trajectory, verdict), ending_of(changed, after, judged))
    return True, better, judged.outcome


def _shares(followed: list[tuple[bool, bool, Outcome | None]]) -> list[str]:
    advised = [one for one in followed if one[0]]

    def share(count: int, of: int) -> str:
        return short(100 * count / of) if of else "-"

    ends = [one[2] for one in advised]
    return [
        str(len(followed)),
        share(len(advised), len(followed)),
        share(sum(one[1] for one in advised), len(advised)),
        share(ends.count(Outcome.GLOBAL_MINIMUM), len(advised)),
        share(ends.count(Outcome.LOCAL_MINIMUM), len(advised)),
    ]


def _times(first: list[float], again: list[float]) -> list[list[str]]:
    named = (("the first time, programs compiled on the way", first), ("again", again))
    return [
        [name, short(statistics.median(t)), short(statistics.quantiles(t, n=20)[18]), short(max(t))]
        for name, t in named
    ]


if __name__ == "__main__":
    main()
