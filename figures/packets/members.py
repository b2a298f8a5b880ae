"""The members of every run as the stage draws them and says them: bands, ends, and one sentence a run."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from experiments import Ensemble, Experiment, critical_points, ensembles_of
from experiments.studies.ensemble_sharpness import sharpness_bands
from experiments.studies.proportion import Proportion
from numerals import count

COLUMNS = 300  # of a band: more could not be told apart
_EDGES = ("low", "middle", "high")


def pending(experiment: Experiment) -> str:
    """Return what is said of every run while its members are not made yet."""
    return f"To be run {count(experiment.repeats)} times, as soon as nothing moves."


def told(experiment: Experiment) -> dict[str, Any]:
    """Return what is said of the members before there are any.

    more: a curve's band is still to be made. failed: there will be none.
    """
    return {
        "repeats": experiment.repeats,
        "spread": experiment.spread,
        "pending": pending(experiment),
        "runs": None,
        "more": False,
        "failed": False,
    }


def drawn(experiment: Experiment, sharpness: bool = False) -> tuple[list[dict[str, Any]], list[tuple[str, np.ndarray]]]:
    """Return for each run what the packet's header says of its members, and all their arrays by name.

    sharpness: with the band of the sharpness, which is not among those that every ensemble has.
    """
    headers, arrays = [], []
    ensembles = ensembles_of(experiment)
    sharp = sharpness_bands(experiment) if sharpness else (None,) * len(ensembles)
    for place, (ensemble, band) in enumerate(zip(ensembles, sharp, strict=True)):
        bands = dict(ensemble.bands) if band is None else {**ensemble.bands, "sharpness": band}
        varied = ensemble.members > 1
        headers.append({"said": said(experiment, ensemble), "curves": list(bands) if varied else []})
        if varied:
            arrays += _arrays(ensemble, bands, place)
    return headers, arrays


def _arrays(ensemble: Ensemble, bands: Mapping[str, np.ndarray], place: int) -> list[tuple[str, np.ndarray]]:
    kept = np.unique(np.linspace(0, len(ensemble.steps) - 1, COLUMNS + 1).round().astype(int))
    arrays = [
        (f"many.steps.{place}", ensemble.steps[kept]),
        (f"many.x.{place}", ensemble.ends[:, 0]),
        (f"many.y.{place}", ensemble.ends[:, 1]),
        (f"many.global.{place}", ensemble.at_global),
    ]
    for key, band in bands.items():
        inside = kept[kept < band.shape[1]]
        arrays += [(f"many.{key}.{edge}.{place}", row[inside]) for edge, row in zip(_EDGES, band, strict=True)]
    return arrays


def said(experiment: Experiment, ensemble: Ensemble) -> str:
    """Return how often a run succeeds, in a sentence or a few."""
    if ensemble.members == 1:
        return (
            f"All {count(experiment.repeats)} would be the same: one start, and nothing random. Give the starts a "
            "spread, or the gradients noise."
        )
    return " ".join(filter(None, (_success(experiment, ensemble), *_rest(experiment, ensemble))))


def _success(experiment: Experiment, ensemble: Ensemble) -> str:
    if critical_points(experiment).lowest is None:
        return f"Ended at a minimum in {share(ensemble.any_minimum)}."
    found = ensemble.global_minimum
    verb = "Reached"
    if ensemble.hovering:
        verb = "Hovers around" if ensemble.hovering == found.count else "Reached or hovers around"
    steps = "" if ensemble.median_steps is None else f", median {count(ensemble.median_steps)} steps"
    return f"{verb} the global minimum in {share(found)}{steps}."


def _rest(experiment: Experiment, ensemble: Ensemble) -> list[str]:
    """Return what else is to be known: other minima, and ends that the map does not show."""
    sentences = []
    if critical_points(experiment).lowest is not None and ensemble.any_minimum.count > ensemble.global_minimum.count:
        sentences.append(f"Any minimum: {share(ensemble.any_minimum)}.")
    (x0, x1), (y0, y1) = experiment.window
    with np.errstate(invalid="ignore"):
        outside = ((ensemble.ends < [x0, y0]) | (ensemble.ends > [x1, y1])).any(1)
    if beyond := int(outside.sum()):
        sentences.append(f"{count(beyond)} ended outside the picture.")
    if ensemble.broken:
        sentences.append(f"{count(ensemble.broken)} ended in no finite number.")
    return sentences


def share(proportion: Proportion) -> str:
    """Return "37 of 100 (28 to 47 %)": the count, and the 95 % interval of the share."""
    low, high = (round(100 * end) for end in proportion.interval)
    return f"{count(proportion.count)} of {count(proportion.of)} ({low} to {high}\u00a0%)"
