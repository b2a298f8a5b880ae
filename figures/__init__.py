"""Results -> Plotly figures: of an experiment (map_of, relief_of, curves_of), and the parts that these consist of."""

from figures.heights import Heights, heights_for, heights_of
from figures.maps import map_of
from figures.reliefs import relief_of
from figures.run_curves import curves_of
from figures.runs import add_paths, curve_figure
from figures.surface import map_figure, relief_figure

__all__ = [
    "Heights",
    "add_paths",
    "curve_figure",
    "curves_of",
    "heights_for",
    "heights_of",
    "map_figure",
    "map_of",
    "relief_figure",
    "relief_of",
]
