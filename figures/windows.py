"""The shape of a window, and when its two axes cannot have one scale."""

MOST_APART = 8  # times: one side of a window longer than that is drawn to a scale of its own
APART = "axes to different scales"

Window = tuple[tuple[float, float], tuple[float, float]]


def is_apart(window: Window) -> bool:
    """Return whether a window's sides are too different for one scale on both axes."""
    width, height = (high - low for low, high in window)
    return max(width, height) > MOST_APART * min(width, height)
