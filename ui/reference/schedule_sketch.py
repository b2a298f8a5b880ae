"""A schedule in one small picture: its rates over a run of a hundred steps, at its defaults."""

from base64 import b64encode
from functools import cache

from optimizers import SCHEDULES

_STEPS = 100
_WIDTH, _HEIGHT, _MARGIN = 240, 72, 4
_INK, _AXIS = "#1A8FA8", "#8894A0"  # an image knows no theme: colours that stand out from a light and a dark page


@cache
def schedule_sketch(key: str) -> str | None:
    """Return the picture as an image in Markdown; None where the losses decide."""
    schedule = SCHEDULES[key]
    if schedule.watches_loss:
        return None
    rates = schedule.build(1.0, _STEPS)
    across, down = (_WIDTH - 2 * _MARGIN) / (_STEPS - 1), (_HEIGHT - 2 * _MARGIN) / (1.1 * max(rates.max(), 1.0))
    points = " ".join(
        f"{_MARGIN + across * step:.1f},{_HEIGHT - _MARGIN - down * rate:.1f}" for step, rate in enumerate(rates)
    )
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}">'
        f'<path d="M{_MARGIN} {_MARGIN}V{_HEIGHT - _MARGIN}H{_WIDTH - _MARGIN}" fill="none" stroke="{_AXIS}"/>'
        f'<polyline points="{points}" fill="none" stroke="{_INK}" stroke-width="2" stroke-linejoin="round"/></svg>'
    )
    return f"![{schedule.name}: the rate over a hundred steps](data:image/svg+xml;base64,{_encoded(drawn)})"


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()
