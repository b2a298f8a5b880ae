"""The settings of a data set: which it is, how many rows, how noisy, and what is wrong with some of them."""

from collections.abc import Mapping
from typing import Any

from landscapes.data.sets import SETS, Drawn
from parameter import Parameter

LEAST, MOST = 4, 200  # rows that may be drawn


def drawn(values: Mapping[str, Any]) -> Drawn:
    """Return the rows that these values of set_parameters say."""
    return SETS[values["data_set"]].draw(
        values["samples"],
        values["data_noise"],
        values["data_seed"],
        values["outliers"],
        values.get("outlier_size", 0.0),
    )


def set_parameters(
    sets: tuple[str, ...], samples: int = 40, noise: float = 0.3, most: int = MOST
) -> tuple[Parameter, ...]:
    """Return what says the rows of a landscape that is shown on these data sets (keys of SETS), the first at first."""
    first = SETS[sets[0]]
    is_number = first.target == "number"
    some = "Points that are moved up or down by the size below." if is_number else "Points that carry the other label."
    return (
        Parameter(
            key="data_set",
            name="Data set",
            kind="choice",
            choices=sets,
            default=sets[0],
            help="Which points there are: " + "; ".join(f"{key}: {SETS[key].story}" for key in sets),
        ),
        Parameter(
            key="samples",
            name="Points",
            kind="integer",
            low=LEAST,
            high=most,
            default=samples,
            help="How many points are drawn. The first ones stay the same.",
        ),
        Parameter(
            key="data_noise",
            name="Noise of the data",
            low=0.0,
            high=2.0,
            default=noise,
            help="How far the points scatter. The same draws are stretched, so that every point moves on its own line.",
        ),
        Parameter(key="outliers", name="Outliers", kind="integer", low=0, high=20, default=0, help=some),
        *(
            (
                Parameter(
                    key="outlier_size",
                    name="Size of the outliers",
                    low=0.0,
                    high=20.0,
                    default=5.0,
                    help="How far each outlier is moved from where it was.",
                    needs=("outliers", 1),
                ),
            )
            if is_number
            else ()
        ),
        Parameter(
            key="data_seed",
            name="Seed of the data",
            kind="integer",
            low=0,
            high=9999,
            default=0,
            help="The number that the points are drawn from: the same seed gives the same points.",
        ),
    )
