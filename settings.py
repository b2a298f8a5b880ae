"""What a host sets through the environment, read at the start. Imports nothing but the standard library."""

import os


class NotAllowed(SystemExit, ValueError):  # noqa: N818  it is no error of the program
    """A setting names a value that is not allowed: a program that this ends says the sentence alone, with code 1."""


def text_of(name: str) -> str:
    """Return a setting as it was given, without blanks around it; empty where it was not."""
    return os.environ.get(name, "").strip()


def refuse(name: str, allowed: str) -> NotAllowed:
    """Return what to raise where a setting's value is not allowed; allowed: what it may be."""
    text = text_of(name)
    shown = ascii(text[:80]) + (", and so on," if len(text) > 80 else "")
    return NotAllowed(f"{name}: {shown} is not allowed; give {allowed}")


def whole(name: str, default: int, highest: int) -> int:
    """Return a setting that is a whole number from 1 to highest. Raises NotAllowed."""
    text = text_of(name)
    if not text:
        return default
    digits = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    if not digits or len(digits) > len(str(highest)) or int(digits) > highest:
        raise refuse(name, f"a whole number in [1, {highest}]")
    return int(digits)


def switch(name: str, default: bool) -> bool:
    """Return a setting that is 0 or 1. Raises NotAllowed."""
    text = text_of(name)
    if text not in ("", "0", "1"):
        raise refuse(name, "0 or 1")
    return text == "1" if text else default
