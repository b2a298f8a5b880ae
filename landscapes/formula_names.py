"""What a typed formula may name, and what may have been meant by a name that is unknown."""

import re

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
    "mod": (2, 2),
    "round": (1, 1),
    "asinh": (1, 1),
    "acosh": (1, 1),
    "atanh": (1, 1),
    "sec": (1, 1),
    "csc": (1, 1),
    "cot": (1, 1),
    "erf": (1, 1),
    "sinc": (1, 1),
    "where": (3, 3),
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
    "ctg": "cot",
    "cotan": "cot",
    "cosec": "csc",
    **{f"{prefix}{name}": f"a{name}" for name in ("sinh", "cosh", "tanh") for prefix in ("ar", "arc", "arg")},
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
    "heaviside": "(x > 0)",
    "step": "(x > 0)",
    "clip": "min(max(x, 0), 1)",
    "clamp": "min(max(x, 0), 1)",
    "trunc": "sign(x)*floor(abs(x))",
    "frac": "mod(x, 1)",
    "asec": "acos(1/x)",
    "acsc": "asin(1/x)",
    "acot": "pi/2 - atan(x)",
    "sech": "1/cosh(x)",
    "csch": "1/sinh(x)",
    "coth": "1/tanh(x)",
    "erfc": "1 - erf(x)",
    "softplus": "log(1 + exp(x))",
    "square": "x^2",
    "in": "0 <= x <= 1",
    "xor": "(x < 0) != (y < 0)",
    **dict.fromkeys(("rem", "remainder", "fmod", "modulo"), "mod(x, 2)"),
    **dict.fromkeys(("if", "iif", "ifelse", "then", "else", "elif", "elseif", "otherwise"), "where(x < 0, -x, x^2)"),
    **dict.fromkeys(("piecewise", "case", "cases", "cond", "select", "when", "for"), "where(x < 0, -x, x^2)"),
}
_INSTEAD |= {
    "exp2": "2^x",
    "exp10": "10^x",
    "expm1": "exp(x) - 1",
    "log1": "log(1 + x)",  # log1p, whose p is read as another name
    "logb": "log(x)/log(2)",
    "sinpi": "sin(pi*x)",
    "cospi": "cos(pi*x)",
    "sqr": "x^2",
    "cube": "x^3",
    **dict.fromkeys(("root", "nthroot", "surd"), "sqrt(x), cbrt(x) or |x|^(1/4)"),
}
WORDS = {"X": "x", "Y": "y", "PI": "pi", "Pi": "pi"}
_FUNCTIONS = ", ".join(FUNCTIONS)
_KNOWN = f"x, y, pi, e, {_FUNCTIONS}, and single letters such as a and b for parameters"
_NOT_LETTERS = ("x", "y", "e", "E")
_GREEK = frozenset(GREEK.values()) - {"pi"}
_VALUES = re.compile("|".join((*sorted((*_GREEK, "pi"), key=len, reverse=True), "[A-Za-z]")))
_TWO = re.compile(r"\(\s*([^(),]+?)\s*,\s*([^(),]+?)\s*\)")  # arguments
# Letters that stand for a function where a bracket follows, to most who read it: gamma(x), σ(x), f(x), J0(x).
_LIKE_FUNCTIONS = frozenset(("beta", "gamma", "zeta", "psi", "sigma", "phi", *"fghFGH"))


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


def looks_like_function(name: str, typed: str, glued: bool) -> bool:
    """Tell whether a parameter's name before a bracket seems to call something; typed: the name's first character.

    glued: nothing stands between the name and the bracket. A product of a letter and a bracket, a(x + 1), is no call.
    """
    stem = name.rstrip("0123456789").rstrip("_")
    if stem != name and len(stem) == 1:
        return glued and stem in "JYIK"
    return (stem in _LIKE_FUNCTIONS and (glued or len(stem) > 1)) or (glued and len(stem) > 1 and typed.isascii())


def unknown_function(name: str) -> str:
    """Say that a function is unknown, and all that is known."""
    return f"unknown function {name[:20]!r}; known functions: {_FUNCTIONS}; for a product write {name[:20]}*(...)"


def unknown(name: str, called: str) -> str:
    """Say that a name is unknown, and what may have been meant or all that is known; called: "(x)" where that follows.

    Called with more than fits here it is "(...)".
    """
    if meant := _meant(name, called):
        return f"unknown name {name[:20]!r}; {meant}"
    if called and len(name) > 1:
        return f"unknown function {name[:20]!r}; known functions: {_FUNCTIONS}"
    return f"unknown name {name[:20]!r}; known: {_KNOWN}"


def _meant(name: str, called: str) -> str:
    """Return what somebody who wrote this unknown name may have meant, "" if that is anybody's guess."""
    stem = name.rstrip("0123456789").rstrip("_")
    digits = name[len(stem) :].strip("_")
    if stem.strip("xy") == "":
        return "the coordinates are x and y" + (f"; for a power write {stem}^{digits}" if "_" not in name else "")
    if stem in ("e", "E", "pi"):
        return f"write {stem.lower()}*{digits}" if digits else f"write {stem.lower()}"
    if name.lower() in ("pow", "power") and (two := _TWO.fullmatch(called)):
        return f"write {'^'.join(part if part.isalnum() else f'({part})' for part in two.groups())}"
    if name.lower() in _INSTEAD:
        return f"write for example {_INSTEAD[name.lower()]}"
    if product := _product_of_function(name):
        return f"for a product write {product}" + ("" if product.endswith(")") else called or "(...)")
    if stem.lower() in ("log", "ln") and digits and called:
        return f"to base {digits} write log{called}/log({digits})"
    factors = _factors(name)
    product = f"for a product write {'*'.join([*factors, *([called] if called else [])])}" if factors else ""
    if called and len(name) > 2:  # most words that call something are no product
        return product if "pi" in factors and not {"x", "y"}.isdisjoint(factors) else ""
    for function in sorted((*FUNCTIONS, *_ALSO), key=len, reverse=True):
        rest = stem[len(function) :]
        if stem.lower().startswith(function) and (rest == "" or _is_value(rest)):
            return f"{function} needs brackets: {function}({rest}{digits + '...' if digits else ''})"
    return product


def _factors(name: str) -> list[str]:
    """Return x and pi for xpi, none where the letters may be a word: two factors, or up to four with x or y."""
    stem = name.rstrip("0123456789").rstrip("_")
    factors = _VALUES.findall(stem)
    if len(stem) < len(name):  # the digits belong to the last letter, as in alphax1, or are a factor
        digits = name[len(stem) :].strip("_")
        factors = [*factors, digits] if factors[-1] in ("x", "y", "e", "pi") else [*factors[:-1], factors[-1] + digits]
    written_out = [factor for factor in factors if len(factor) > 1 and factor.isalpha()]
    short = len(factors) == 2 or (len(factors) <= 4 and not {"x", "y"}.isdisjoint(factors))
    if not short or len(factors) < 2 or len(factors) > len(set(factors)) or len(written_out) > 1:
        return []
    return factors if all(_is_value(factor) or factor.isdigit() for factor in factors) else []


def other_arguments(name: str, arguments: list[str]) -> str:
    """Return what to write where a function is given more than it takes, "" if that is anybody's guess.

    arguments: as they were typed, "..." for long ones.
    """
    if len(arguments) != 2:
        return ""
    inner, other = arguments
    if name == "log":
        if _is_number(inner) and not _is_number(other):
            inner, other = other, inner  # log(2, x), as some write it
        plain = other in ("2", "10")
        return f"to base {other} write " + (f"log{other}({inner})" if plain else f"log({inner})/log({other})")
    if name == "sqrt" and _is_number(other):
        return (
            f"for another root write cbrt({inner})" if other == "3" else f"for another root write |{inner}|^(1/{other})"
        )
    return f"for the angle of a point write atan2({inner}, {other})" if name == "atan" else ""


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _product_of_function(name: str) -> str:
    """Return x*ln for xln and x*sin(y) for xsiny: the factors, function and argument in a name; "" for any other."""
    for function in sorted((*FUNCTIONS, *_ALSO), key=len, reverse=True):
        before, found, rest = name.lower().partition(function)
        if not found or not before or (rest and not _is_value(rest)):
            continue
        before = name[: len(before)]
        letters = len(before) <= 3 and not {"x", "y"}.isdisjoint(before) and all(_is_value(c) for c in before)
        if _is_value(before) or letters:
            factors = before if _is_value(before) else "*".join(before)
            return f"{factors}*{function}" + (f"({rest})" if rest else "")
    return ""


def _is_value(name: str) -> bool:
    """Tell whether a name stands for a number: a coordinate, a constant or a parameter."""
    return name in ("x", "y", "pi", "e") or is_parameter(name)
