"""What is descended: the catalogue of test surfaces, each with its verified critical points."""

from types import MappingProxyType

import numerics  # noqa: F401  (sets the environment that JAX starts in, so it comes first)
from landscapes import bowls, few_minima, many_minima, plateaus_and_saddles, valleys
from landscapes.landscape import Landscape

_MENU: tuple[Landscape, ...] = (
    bowls.SPHERE,
    bowls.ILL_CONDITIONED_QUADRATIC,
    bowls.BOOTH,
    valleys.ROSENBROCK,
    valleys.BEALE,
    valleys.ROSENBROCK_MODIFIED,
    few_minima.DOUBLE_WELL,
    few_minima.TRECCANI,
    few_minima.HIMMELBLAU,
    few_minima.THREE_HUMP_CAMEL,
    few_minima.SIX_HUMP_CAMEL,
    few_minima.STYBLINSKI_TANG,
    few_minima.GOLDSTEIN_PRICE,
    few_minima.BRANIN,
    few_minima.MCCORMICK,
    few_minima.PEAKS,
    many_minima.RASTRIGIN,
    many_minima.ACKLEY,
    many_minima.GRIEWANK,
    many_minima.LEVY,
    many_minima.DROP_WAVE,
    many_minima.BOHACHEVSKY_1,
    many_minima.SCHWEFEL,
    many_minima.EGGHOLDER,
    plateaus_and_saddles.EASOM,
    plateaus_and_saddles.MICHALEWICZ,
    plateaus_and_saddles.STEP_PLATEAU,
    plateaus_and_saddles.SADDLE,
    plateaus_and_saddles.MONKEY_SADDLE,
    plateaus_and_saddles.L1_NORM,
)

LANDSCAPES: MappingProxyType[str, Landscape] = MappingProxyType({unit.key: unit for unit in _MENU})
"""Every landscape by key, in menu order. Read-only."""

__all__ = ["LANDSCAPES", "Landscape"]
