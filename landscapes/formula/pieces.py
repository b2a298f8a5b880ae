"""Formulas in pieces: which parts of a tree are conditions, and what a term is where its conditions hold.

("compare", operators, first, second, ...), as 0 < x <= 1; ("and", a, b, ...), ("or", a, b, ...) and ("not", a) are
conditions. As a number a condition is 1 where it holds and 0 elsewhere; as a factor it is Iverson's bracket: where it
does not hold the term is 0, whatever else it would be there.
"""

from typing import Any

Tree = tuple[Any, ...]

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
ONE: Tree = ("whole", 1)


def is_condition(tree: Tree) -> bool:
    """Tell whether a tree says what holds or does not."""
    return tree[0] in ("compare", "and", "or", "not")


def in_pieces(tree: Tree) -> tuple[tuple[Tree, ...], Tree]:
    """Return the conditions that are factors of a term, and what is left of it, ONE if that is nothing."""
    if is_condition(tree):
        return (tree,), ONE
    if tree[0] == "negative":
        conditions, rest = in_pieces(tree[1])
        return conditions, ("negative", rest)
    if tree[0] == "quotient":
        conditions, rest = in_pieces(tree[1])
        return conditions, ("quotient", rest, tree[2])
    if tree[0] == "product":
        parts = [in_pieces(factor) for factor in tree[1:]]
        conditions = tuple(condition for found, _ in parts for condition in found)
        rests = [rest for _, rest in parts if rest != ONE]
        return conditions, ONE if not rests else rests[0] if len(rests) == 1 else ("product", *rests)
    return (), tree


def varies(tree: Tree) -> bool:
    """Tell whether a tree's value depends on the point."""
    return tree[0] in ("x", "y") or any(varies(part) for part in tree[1:] if isinstance(part, tuple) and part)
