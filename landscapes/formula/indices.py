"""Coordinates that are written with an index: x[0], x_1, w[1] and the like become x and y, or are refused.

A bracket counts from 0, x[0] and x[1], unless a 2 occurs and no 0: x[1] and x[2]. A subscript counts from 1, x1 and
x_2, unless a 0 occurs: x_0 and x_1. Any name may have its index in brackets; subscripts are those of x, and those of w
and theta where a formula has no x and no y: elsewhere w1 is a number with a slider. Never is an index multiplied.
"""

from typing import NamedTuple

from landscapes.formula.names import function_meant
from landscapes.formula.text import FormulaError, Sign

_POINT = ("w", "theta")  # names that a point has in programs and papers, beside x
_BOTH_WAYS = "for a point write x and y, x1 and x2, or x[0] and x[1]"


class _Index(NamedTuple):
    """A name with an index: where its signs stand, how many they are, its stem and number, and how it is written."""

    place: int
    signs: int
    stem: str
    number: int
    in_bracket: bool
    written: str


def with_coordinates(found: list[Sign], text: str) -> list[Sign]:
    """Return the signs with x or y where a coordinate was written with an index. Raises FormulaError."""
    _check_calls(found)
    indices = [*_in_brackets(found), *_below(found)]
    indexed = {index.place for index in indices}
    names = [sign for place, sign in enumerate(found) if sign.kind == "name" and place not in indexed]
    plain = next((sign for sign in names if sign.text in ("x", "y", "X", "Y")), None)
    sure = {index.stem for index in indices if index.in_bracket} | {"x"}
    if plain is not None or any(index.stem in sure for index in indices):
        indices = [index for index in indices if index.stem in sure]
    if not indices:
        return found
    _check_one_way(found, indices, plain)
    first = _counts_from(found, indices, text)
    result = list(found)
    for index in sorted(indices, reverse=True):
        name = "xy"[index.number - first]
        result[index.place : index.place + index.signs] = [Sign("name", name, found[index.place].column)]
    return result


def _in_brackets(found: list[Sign]) -> list[_Index]:
    indices = []
    for place, (name, opening, second) in enumerate(zip(found, found[1:], found[2:], strict=False)):
        closing = place + 3 + (second.kind == "-")  # x[-1] is an index to programs, too
        if opening.text != "[" or name.kind not in ("name", ")") or closing >= len(found):
            continue
        inner = found[closing - 1]
        is_number, is_whole = inner.kind == "number", inner.text.isdigit()
        if found[closing].kind != ")" or not (is_number or _is_letter(inner)):
            continue
        if name.kind == "name" and not is_number and function_meant(name.text):
            continue  # sin[k]
        written = "".join(sign.text for sign in found[place if name.kind == "name" else place + 1 : closing + 1])
        no_point = name.kind == ")" or name.text.lower() in ("y", "e", "pi") or function_meant(name.text)
        if no_point or second.kind == "-" or not is_whole:
            raise FormulaError(opening.column, f"{written!r} looks like an index; {_BOTH_WAYS}, and for a product *")
        stem = "x" if name.text == "X" else name.text
        indices.append(_Index(place, 4, stem, int(inner.text[:3]), True, written))
    return indices


def _is_letter(sign: Sign) -> bool:
    """Tell whether a sign may be a letter that counts, as the i of x[i]."""
    return sign.kind == "name" and sign.text in ("i", "j", "k", "n", "m")


def _check_calls(found: list[Sign]) -> None:
    """Refuse x(1) and x(2) as all that a formula says of the point: elsewhere they are products."""
    called: dict[str, tuple[str, Sign]] = {}
    ends = [found[-1]] * 3
    for name, opening, number, closing in zip(found, *([*found[k:], *ends] for k in (1, 2, 3)), strict=False):
        if name.kind == "name" and name.text.lower() in ("x", "y", *_POINT):
            is_index = opening.text == "(" and closing.text == ")" and number.text in ("0", "1", "2")
            called[name.text.lower() + number.text if is_index else ""] = (name.text, opening)
    if len(called) == 2 and len({key[:-1] for key in called}) == 1 and "y" not in "".join(called):
        name, opening = next(iter(called.values()))
        raise FormulaError(opening.column, f"'{name}(...)' can be read in two ways; {_BOTH_WAYS}, and for a product *")


def _below(found: list[Sign]) -> list[_Index]:
    indices = []
    for place, sign in enumerate(found):
        stem = sign.text.rstrip("0123456789").rstrip("_")
        digits = sign.text[len(stem) :].strip("_")
        if sign.kind == "name" and digits and stem.lower() in ("x", *_POINT):
            indices.append(_Index(place, 1, stem.lower(), int(digits[:3]), False, sign.text))
    return indices


def _check_one_way(found: list[Sign], indices: list[_Index], plain: Sign | None) -> None:
    """Refuse coordinates that are written in two ways in one formula."""
    one, *others = sorted(indices)
    column = found[one.place].column
    power = f"; for a power write {one.stem}^{one.number}" if one.stem == "x" and not one.in_bracket else ""
    if plain is not None:
        is_letter = one.in_bracket and len(one.stem) == 1 and one.stem != "x"
        slider = f"; for a number with a slider write {one.stem}{one.number}" if is_letter else ""
        raise FormulaError(
            column,
            f"{one.written!r} beside {plain.text!r} can be read in two ways; {_BOTH_WAYS}{power}{slider}",
        )
    for other in others:
        if other.stem != one.stem or other.in_bracket != one.in_bracket:
            raise FormulaError(
                found[other.place].column,
                f"{other.written!r} beside {one.written!r} can be read in two ways; {_BOTH_WAYS}",
            )


def _counts_from(found: list[Sign], indices: list[_Index], text: str) -> int:
    """Return whether the first coordinate has the index 0 or 1."""
    numbers = {index.number for index in indices}
    in_bracket = indices[0].in_bracket
    first = 0 if 0 in numbers or (in_bracket and max(numbers) < 2) else 1
    for index in sorted(indices):
        if index.number not in (first, first + 1):
            power = f"; for a power write {index.stem}^{index.number}" if not in_bracket else ""
            raise FormulaError(
                found[index.place].column, f"{index.written!r}: a point has two coordinates; {_BOTH_WAYS}{power}"
            )
    column = found[indices[0].place].column
    if numbers == {2} and indices[0].stem == "x" and not in_bracket and text[column : column + 1] == "2":
        raise FormulaError(column, "'x2' can be read in two ways; for a power write x^2, for the second coordinate y")
    return first
