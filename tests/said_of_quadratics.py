"""What an optimizer says of its runs on quadratics, asked of those that say it: each fails where nothing is said."""

from typing import Any

from optimizers import OPTIMIZERS


def stability_limit(key: str, curvature: float, **parameters: Any) -> float:
    said = OPTIMIZERS[key].stability_limit
    assert said is not None, key
    return said(curvature, **parameters)


def noise_floor(key: str, learning_rate: float, curvature: float, sigma: float, **parameters: Any) -> float:
    said = OPTIMIZERS[key].noise_floor
    assert said is not None, key
    return said(learning_rate, curvature, sigma, **parameters)


def contraction(key: str, learning_rate: float, curvature: float, **parameters: Any) -> float:
    said = OPTIMIZERS[key].contraction
    assert said is not None, key
    return said(learning_rate, curvature, **parameters)
