"""What a typed formula may name, and what may have been meant by a name that is unknown."""

from landscapes.formula_text import GREEK

# name: (fewest, most) arguments
FUNCTIONS: dict[str, tuple[int, int]] = {
    "sin": (1, 1),
    "cos": (1, 1),
    "tan": (1, 1),
    "asin": (1, 1),
    "acos": (1, 1),
    "atan": (1, 1),
    "atan2": (2, 2),
    "sinh": (1, 1),
    "cosh": (1, 1),
    "tanh": (1, 1),
    "exp": (1, 1),
    "log": (1, 1),
    "log2": (1, 1),
    "log10": (1, 1),
    "sqrt": (1, 1),
    "cbrt": (1, 1),
    "abs": (1, 1),
    "sign": (1, 1),
    "floor": (1, 1),
    "ceil": (1, 1),
    "min": (2, 8),
    "max": (2, 8),
}
_ALSO = {
    "ln": "log",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctan2": "atan2",
    "tg": "tan",
    "arctg": "atan",
    "sgn": "sign",
    "√": "sqrt",
}
# What to write instead of functions that people try.
_INSTEAD = {
    "pow": "x^2",
    "power": "x^2",
    "relu": "max(0, x)",
    "hypot": "sqrt(x^2 + y^2)",
    "norm": "sqrt(x^2 + y^2)",
    "sigmoid": "1/(1 + exp(-x))",
    "lg": "log10(x) or log2(x)",
}
WORDS = {"X": "x", "Y": "y", "PI": "pi", "Pi": "pi"}
_KNOWN = "x, y, pi, e, " + ", ".join(FUNCTIONS) + ", and single letters such as a and b for parameters"
_NOT_LETTERS = ("x", "y", "e", "E")
_GREEK = frozenset(GREEK.values()) - {"pi"}


def is_parameter(name: str) -> bool:
    """Tell whether a name may be a parameter: a letter, plain or Greek, that may be followed by a number."""
    stem = name.rstrip("0123456789").rstrip("_")
    if len(name) > 12 or name.endswith("_"):
        return False
    return stem in _GREEK or (len(stem) == 1 and stem.isalpha() and stem.isascii() and stem not in _NOT_LETTERS)


def function_meant(name: str) -> str:
    """Return the function that a name means, "" for none: Sin, as phones begin a word, is sin, and log_2 is log2."""
    lower = name.lower().replace("_", "")
    known = _ALSO.get(lower, lower)
    return known if known in FUNCTIONS else ""


def unknown(name: str, called: bool) -> str:
    """Say that a name is unknown, and what may have been meant or all that is known; called: a bracket follows."""
    return f"unknown name {name[:20]!r}; {_meant(name, called) or f'known: {_KNOWN}'}"


def _meant(name: str, called: bool) -> str:
    """Return what somebody who wrote this unknown name may have meant, "" if that is anybody's guess."""
    stem = name.rstrip("0123456789").rstrip("_")
    digits = name[len(stem) :].strip("_")
    if stem.strip("xy") == "":
        return "the coordinates are x and y" + (f"; for a power write {stem}^{digits}" if "_" not in name else "")
    if stem in ("e", "E", "pi"):
        return f"write {stem.lower()}*{digits}" if digits else f"write {stem.lower()}"
    if name.lower() in _INSTEAD:
        return f"write for example {_INSTEAD[name.lower()]}"
    if called and len(name) > 2:
        return ""
    for function in sorted((*FUNCTIONS, *_ALSO), key=len, reverse=True):
        rest = stem[len(function) :]
        if stem.lower().startswith(function) and (rest == "" or _is_value(rest)):
            return f"{function} needs brackets: {function}({rest}{digits + '...' if digits else ''})"
    for letter in (*_GREEK, "pi"):
        if stem.startswith(letter) and _is_value(stem[len(letter) :]):
            return f"for a product write {letter}*{name[len(letter) :]}"
    if 1 < len(name) == len(set(name)) <= 4 and all(is_parameter(c) or c in "xye" for c in name):
        return f"for a product write {'*'.join(name)}"
    return ""


def _is_value(name: str) -> bool:
    """Tell whether a name stands for a number: a coordinate, a constant or a parameter."""
    return name in ("x", "y", "pi", "e") or is_parameter(name)
