"""A number as a sentence says it."""

from math import isfinite

from parameter import written


def short(number: float) -> str:
    """Return the number with at most three significant digits: "0.18", "1,900", "1.2e6"; "not finite" for none."""
    if not isfinite(number):
        return "not finite"
    if 1e3 <= abs(number) < 1e5:
        return f"{float(f'{number:.3g}'):,.0f}"
    return written(number + 0.0, 3)  # no -0
