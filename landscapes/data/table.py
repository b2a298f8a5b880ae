"""A table that somebody pasted, read into rows, with a sentence for every line that cannot be; and rows as CSV.

Columns stand between commas, semicolons, tabs or blanks: whichever makes rows of most lines. A decimal comma is read
where the comma is not what parts the columns; commas between thousands are not.
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

from landscapes.data.decimals import LARGEST, Rows, Scaled, nearest
from numerals import MINUS, count
from parameter import Refusal

SMALLEST = 1e-9  # of a number that is not 0
_WORDS = {2: "two", 3: "three"}
FEWEST = {"number": 3, "class": 2}  # a line goes through any two points, so that nothing is left to learn; one of each
LONGEST_LINE, LONGEST_FIELD = 2_000, 40
_SAID = 8  # problems that are told; more are counted
_BREAK = re.compile(r"\r\n|\n|\r")
_LINE = re.compile(r"\S[^\r\n]*")  # from its first sign that is not blank
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d+(?:[eE][+-]?\d+)?)", re.ASCII)
_NO_NUMBER, _INFINITE = ("nan", "+nan", "-nan"), ("inf", "infinity", "\u221e")
_NAMES = {1: ("x",), 2: ("x1", "x2")}


class Table(NamedTuple):
    """Rows, the target last; the names above them, or none; the classes' labels, of which the first is 0.

    rounded: whether a number is not as it was typed. notes: what was done to the text, in sentences.
    """

    rows: tuple[tuple[float, ...], ...]
    header: tuple[str, ...]
    rounded: bool
    classes: tuple[str, ...] | None
    notes: tuple[str, ...]


class TableError(Refusal):
    """What keeps a text from being a table, in sentences."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Line(NamedTuple):
    number: int
    text: str


class _Bad(Exception):  # noqa: N818  it is caught where a line is read
    """What is wrong with a line."""


def read_table(text: str, inputs: int, target: str, most: int = 100, classes: int = 2) -> Table:
    """Return the rows of a pasted text: so many inputs, then the target ("number" or "class", of which so many).

    Raises TableError with every problem. A text however long is only counted, not read, beyond most rows.
    """
    names = (*_NAMES[inputs], "y" if target == "number" else "class")
    lines, total = _lines(text, most + 1)
    if not lines:
        raise TableError(f"there is nothing yet: paste a row a line, with the columns {', '.join(names)}")
    form = _form(lines, inputs, target)
    first = form.fields(lines[0])
    has_header = first is not None and form.is_header(first)
    if total - has_header > most:
        raise TableError(f"{count(total - has_header)} rows were found; give at most {count(most)}")
    if (width := form.common_width(lines)) not in (None, len(names)):
        raise TableError(f"{_counted(width, 'column')} found; give {len(names)}: {', '.join(names)}")
    header = _header(first or [], lines[0], names) if has_header else ()
    names = header or names
    rows, labels = _rows(lines[has_header:], form, names)
    if len(rows) < FEWEST[target]:
        why = "a line goes exactly through any two" if target == "number" else "one of each class"
        below = " below the names" if has_header else ""
        raise TableError(f"{_counted(len(rows), 'row')} found{below}; give at least {FEWEST[target]}: {why}")
    labelled = None
    if target == "class":
        labelled, targets = _classes(labels, classes)
        rows = [(*row, value) for row, value in zip(rows, targets, strict=True)]
    return _table(rows, names, header, labelled, form, first or [])


def table_text(rows: Rows, header: Sequence[str]) -> str:
    """Return rows as CSV, which read_table reads as the same rows; no line of names where header is empty."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    if header:
        writer.writerow([_clean(name) for name in header])
    writer.writerows([[_plain(value) for value in row] for row in rows])
    return written.getvalue()


def _plain(value: float) -> str:
    """Return a number as programs write it, whole ones without a point."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _lines(text: str, most: int) -> tuple[list[_Line], int]:
    """Return the first lines that are not blank, at most so many, and how many there are in all."""
    start = end = 1 if text.startswith("\ufeff") else 0
    lines: list[_Line] = []
    total, number = 0, 1
    for total, found in enumerate(_LINE.finditer(text, start), 1):
        if total <= most:
            for broken in _BREAK.finditer(text, end, found.start()):
                number, start = number + 1, broken.end()
            end = found.end()
            lines.append(_Line(number, text[start:end]))
    return lines, total


class _Form:
    """How a text is read: what parts the columns, how many there are and how many of these are numbers."""

    def __init__(self, separator: str, inputs: int, target: str) -> None:
        self.separator = separator
        self.columns = inputs + 1
        self.numbers = inputs if target == "class" else inputs + 1
        self.decimal_commas = False  # whether one was read

    def fields(self, line: _Line) -> list[str] | None:
        """Return a line's fields, or None where its quotation marks or its length do not allow that."""
        text = line.text
        if len(text) > LONGEST_LINE:
            return None
        blank = self.separator == " "
        if '"' not in text:
            return text.split() if blank else [field.strip() for field in text.split(self.separator)]
        if blank:
            text = " ".join(text.split())
        try:
            found = next(csv.reader([text], delimiter=self.separator, skipinitialspace=True, strict=True), [])
        except csv.Error:
            return None
        return [field.strip() for field in found]

    def number(self, field: str) -> float | None:
        """Return the number that a field is, or None."""
        if len(field) > 10 * LONGEST_FIELD:
            return None
        plain = field.replace(MINUS, "-")
        if self.separator != "," and (comma := _DECIMAL_COMMA.fullmatch(plain)):
            self.decimal_commas = True
            plain = f"{comma[1]}.{comma[2]}"
        if not _NUMBER.fullmatch(plain):
            return None
        value = float(plain)
        is_zero = not plain.lower().partition("e")[0].strip("+-.0")
        return value if value or is_zero else SMALLEST / 10  # a number too small for a double is none for us

    def is_text(self, field: str) -> bool:
        """Tell whether a field that should be a number is a word instead."""
        return bool(field) and field.lower() not in (*_NO_NUMBER, *_INFINITE) and self.number(field) is None

    def is_header(self, fields: Sequence[str]) -> bool:
        """Tell whether the first fields are names: words in columns of numbers, and no number among them."""
        of_numbers = fields[: self.numbers]
        return any(map(self.is_text, of_numbers)) and all(self.number(field) is None for field in of_numbers)

    def reads(self, line: _Line) -> tuple[bool, bool, bool]:
        """Return whether a line makes a row, whether it has the right columns, and whether it has several."""
        fields = self.fields(line) or []
        right = len(fields) == self.columns
        numbers = right and all(self.number(field) is not None for field in fields[: self.numbers])
        label = fields[-1] if right else ""
        mixed = self.separator != "," and (label.strip(",;") != label)  # another separator at a label's end
        return numbers and not mixed, right, len(fields) > 1

    def common_width(self, lines: Sequence[_Line]) -> int | None:
        """Return how many columns all lines have, or None where they differ."""
        widths = {len(fields) for line in lines if (fields := self.fields(line)) is not None}
        return widths.pop() if len(widths) == 1 else None

    def row(self, line: _Line, names: Sequence[str]) -> list[str]:
        """Return a line's fields, of the right number. Raises _Bad."""
        if len(line.text) > LONGEST_LINE:
            raise _Bad(f"{count(len(line.text))} characters are too many; a line has at most {count(LONGEST_LINE)}")
        fields = self.fields(line)
        if fields is None:
            raise _Bad("a quotation mark is not closed, or something stands beside it")
        if len(fields) != len(names):
            raise _Bad(f"{_counted(len(fields), 'column')} found; give {len(names)}: {', '.join(names)}")
        for field, name in zip(fields, names, strict=True):
            if not field:
                raise _Bad(f"the field of {name} is empty")
        return fields

    def allowed(self, field: str) -> float:
        """Return the number that a field is. Raises _Bad."""
        if field.lower() in _NO_NUMBER:
            raise _Bad(f"{_told(field)} says that there is no number; fill it in, or leave the row out")
        if field.replace(MINUS, "-").lower().lstrip("+-") in _INFINITE:
            raise _Bad(f"{_told(field)} is not a finite number")
        value = self.number(field)
        if value is None:
            raise _Bad(f"{_told(field)} is not a number")
        if abs(value) > LARGEST:
            raise _Bad(f"{_told(field)} is too large; give numbers from -1e9 to 1e9")
        if 0 < abs(value) < SMALLEST:
            raise _Bad(f"{_told(field)} is too close to 0; give 0, or at least 1e-9 in size")
        return value + 0.0


def _form(lines: Sequence[_Line], inputs: int, target: str) -> _Form:
    """Return how the lines are read: with the separator that makes rows of most of them."""
    scores = {}
    for separator in ("\t", ";", ",", " "):
        found = [_Form(separator, inputs, target).reads(line) for line in lines]
        scores[separator] = tuple(sum(column) for column in zip(*found, strict=True))
    best = max(scores, key=lambda separator: scores[separator])  # the first of equals
    if best == "," and scores[" "][0] == scores[","][0] > 0:
        best = " "  # "1,5 a": one half of class a, rather than 1 of class "5 a"
    return _Form(best, inputs, target)


def _header(fields: list[str], line: _Line, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names above the columns; one that is left out is ours."""
    if len(fields) != len(names):
        found = _counted(len(fields), "column")
        raise TableError(f"line {line.number}: {found} found; give {len(names)}: {', '.join(names)}")
    return tuple(_clean(field)[:LONGEST_FIELD].strip() or name for field, name in zip(fields, names, strict=True))


def _rows(lines: Sequence[_Line], form: _Form, names: Sequence[str]) -> tuple[list[tuple[float, ...]], list[str]]:
    """Return the lines' numbers and the labels of classes, where these are asked for. Raises TableError."""
    rows, labels, problems = [], [], []
    for line in lines:
        try:
            fields = form.row(line, names)
            rows.append(tuple(form.allowed(field) for field in fields[: form.numbers]))
            if form.numbers < form.columns:
                labels.append(_label(fields[-1]))
        except _Bad as problem:
            problems.append(f"line {line.number}: {problem}")
    if problems:
        more = len(problems) - _SAID
        rest = [f"and {count(more)} more line{'s' if more > 1 else ''}"] if more > 0 else []
        raise TableError(*problems[:_SAID], *rest)
    return rows, labels


def _label(field: str) -> str:
    """Return a class's label. Raises _Bad."""
    label = _clean(field)
    if not label or label.lower() in _NO_NUMBER:
        raise _Bad(f"{_told(field)} is no class; fill it in, or leave the row out")
    if len(label) > LONGEST_FIELD:
        raise _Bad(f"{_told(field)} is too long for a class; give at most {LONGEST_FIELD} characters")
    return label


def _clean(field: str) -> str:
    """Return text of which every sign can be shown; one blank stands for those that cannot."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in field).split())


def _classes(labels: Sequence[str], classes: int) -> tuple[tuple[str, ...], list[float]]:
    """Return the classes' labels in their order, and which one each row has. Raises TableError where they are others."""
    plain = [label.replace(MINUS, "-") for label in labels]
    numeric = all(_NUMBER.fullmatch(label) and abs(float(label)) <= LARGEST for label in plain)
    values: list[float] | list[str] = [float(label) for label in plain] if numeric else list(labels)
    found = sorted(set(values))  # type: ignore[type-var]  # all of them are numbers, or all are text
    first_as = dict(zip(reversed(values), reversed(labels), strict=True))
    told = ", ".join(_told(first_as[value]) for value in found[:4]) + (", ..." if len(found) > 4 else "")
    if len(found) == 1:
        raise TableError(f"only one class was found, {told}; give {_WORDS[classes]}")
    if len(found) != classes:
        raise TableError(f"{count(len(found))} classes were found, {told}; give {_WORDS[classes]}")
    return tuple(first_as[value] for value in found), [float(found.index(value)) for value in values]


def _table(
    rows: Sequence[tuple[float, ...]],
    names: Sequence[str],
    header: tuple[str, ...],
    classes: tuple[str, ...] | None,
    form: _Form,
    first: Sequence[str],
) -> Table:
    """Return rows rounded to what a link holds, with notes. Raises TableError where nothing can be learnt from them."""
    notes = []
    if form.decimal_commas:
        notes.append("commas were read as decimal points")
    columns, is_rounded = [], False
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        scaled = nearest(column)
        columns.append(scaled.values)
        if tuple(scaled.values) != column:
            is_rounded = True
            notes.append(f"{name} was rounded to {_precision(scaled)}")
    unmoved = [name for name, column in zip(names[:-1], columns[:-1], strict=True) if len(set(column)) == 1]
    if unmoved:
        raise TableError(
            *(f"column {name} is the same number in every row: nothing can be learnt from it" for name in unmoved)
        )
    return Table(tuple(zip(*columns, strict=True)), header, is_rounded, classes, tuple(notes))


def _precision(scaled: Scaled) -> str:
    """Return what a column was rounded to, in words."""
    if scaled.decimals > 0:
        return f"{scaled.decimals} decimal{'s' if scaled.decimals > 1 else ''}"
    return "whole numbers" if scaled.decimals == 0 else f"multiples of {count(10**-scaled.decimals)}"


def _counted(number: int | None, noun: str) -> str:
    """Return "1 row was", "3 rows were"."""
    return f"{count(number or 0)} {noun}{' was' if number == 1 else 's were'}"


def _told(field: str) -> str:
    """Return what stands in the text, for a message."""
    return repr(field if len(field) <= LONGEST_FIELD else field[:LONGEST_FIELD] + "\u2026")
