"""A number as a sentence says it."""


def short(number: float) -> str:
    """Return the number with at most three significant digits: "0.18", "1,900", "1.2e6"."""
    if 1e3 <= abs(number) < 1e5:
        return f"{float(f'{number:.3g}'):,.0f}"
    text = f"{number + 0.0:.3g}"  # no -0
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else text
