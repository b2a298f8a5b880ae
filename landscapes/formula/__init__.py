"""Formulas that people type."""

from landscapes.formula.text import LONGEST, FormulaError
from landscapes.formula.typed import KEY, PIVOT, VIEW, has_height, landscape, parse
from landscapes.formula.values import evaluate

__all__ = ["KEY", "LONGEST", "PIVOT", "VIEW", "FormulaError", "evaluate", "has_height", "landscape", "parse"]
