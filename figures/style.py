"""Colours and marks that all pictures share, for light and for dark."""

from typing import Any

THEMES = ("light", "dark")

# One slot a run, told apart by colour-blind eyes too (after Okabe and Ito, "Color Universal Design", 2008):
# blue, vermilion, bluish green, reddish purple, amber, indigo. The dark set is the same hues, lighter.
PALETTE = {
    "light": ("#0063A6", "#D1490C", "#007A5E", "#A53E88", "#9A6A00", "#3B1587"),
    "dark": ("#5AB8F2", "#FF8B4A", "#2CCB9C", "#EE93CD", "#F3D34A", "#8B84F5"),
}

# Low ground first: water into paper by day, deep sea into slate by night. Pale or dark enough for paths to stand out.
COLORSCALE = {
    "light": [
        [0.0, "#7FB2C6"],
        [0.12, "#A5CBD3"],
        [0.28, "#CBE0DC"],
        [0.48, "#E6ECDD"],
        [0.7, "#F4EEDB"],
        [0.88, "#F3E2C6"],
        [1.0, "#EACFAE"],
    ],
    "dark": [
        [0.0, "#071A2B"],
        [0.15, "#0C2B40"],
        [0.35, "#164055"],
        [0.55, "#275462"],
        [0.75, "#41676A"],
        [0.9, "#5F7A73"],
        [1.0, "#7F8E7F"],
    ],
}

CONTOUR_LINE = "rgba(40, 60, 70, 0.28)"

MARKS: dict[str, dict[str, Any]] = {
    "global_minimum": {"name": "Global minimum", "symbol": "star", "symbol3d": "diamond", "size": 15},
    "local_minimum": {"name": "Local minimum", "symbol": "circle", "symbol3d": "circle", "size": 9},
    "before": {"name": "Minimum without the penalty", "symbol": "square-open", "symbol3d": "square-open", "size": 13},
    "edge_minimum": {
        "name": "Minimum at the domain's edge",
        "symbol": "triangle-down-open",
        "symbol3d": "circle-open",
        "size": 9,
    },
    "maximum": {"name": "Maximum", "symbol": "triangle-up-open", "symbol3d": "cross", "size": 7},
    "saddle": {"name": "Saddle point", "symbol": "x-thin", "symbol3d": "x", "size": 8},
}
# Lines along which all points are critical: the width in pixels, between two edges, and Plotly's dash.
CRITICAL_CURVES: dict[str, dict[str, Any]] = {
    "global_minimum": {"name": "Curve of global minima", "width": 3.2, "dash": "solid"},
    "local_minimum": {"name": "Curve of local minima", "width": 1.8, "dash": "solid"},
    "maximum": {"name": "Curve of maxima", "width": 1.8, "dash": "dot"},
    "saddle": {"name": "Level curve, neither minimum nor maximum", "width": 1.8, "dash": "dash"},
}
CURVE_EDGE = 1.4  # px on either side
MARK_FILL, MARK_EDGE = "#FFFFFF", "#1B2733"
PAGE = {  # of a figure that stands alone, as in a notebook: the page's own
    "light": {"paper": "#FCFCFA", "ink": "#1B2733", "grid": "#E4E8E6", "contour": CONTOUR_LINE},
    "dark": {"paper": "#0C141C", "ink": "#E4EBF0", "grid": "#22303C", "contour": "rgba(228, 235, 240, 0.2)"},
}
