"""What the stage may ask for beyond its picture, sent only while somebody looks at it. Knows no widget."""

from typing import Any

WANTS: tuple[str, ...] = ("curvature", "inside")


def known(names: Any) -> frozenset[str]:
    """Return those of the names that can be asked for; whatever else was sent cannot be wanted."""
    given = names if isinstance(names, list) else []
    return frozenset(name for name in given if isinstance(name, str) and name in WANTS)
