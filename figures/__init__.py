"""Results -> Plotly figures."""

from figures.heights import Heights, heights_for, heights_of
from figures.runs import add_paths, curve_figure
from figures.surface import map_figure, relief_figure

__all__ = ["Heights", "add_paths", "curve_figure", "heights_for", "heights_of", "map_figure", "relief_figure"]
