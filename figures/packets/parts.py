"""A text with numbers in it that go out as they are: the stage writes them where it shows them."""

from collections.abc import Iterable
from math import isfinite

from numerals import count, number

Part = str | dict[str, float | int | None]
Said = list[Part]


def real(value: float) -> Part:
    """Return a real number; null for what is none, since JSON has no word for it."""
    return {"real": float(value) if isfinite(value) else None}


def counted(value: int) -> Part:
    """Return a whole number that counts."""
    return {"count": int(value)}


def point(x: float, y: float) -> Said:
    """Return the parts of "(x, y)"."""
    return ["(", real(x), ", ", real(y), ")"]


def listed(texts: Iterable[Said]) -> Said:
    """Return the texts with commas between them."""
    found: Said = []
    for text in texts:
        found += [", ", *text] if found else text
    return found


def written(parts: Said, digits: int = 3) -> str:
    """Return the text with its numbers written; three digits within a sentence, four where it stands alone."""
    return "".join(part if isinstance(part, str) else _written(part, digits) for part in parts)


def _written(part: dict[str, float | int | None], digits: int) -> str:
    ((kind, value),) = part.items()
    return number(float("nan") if value is None else value, digits) if kind == "real" else count(value or 0)
