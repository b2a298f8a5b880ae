"""Small pictures of the surfaces, as heights: the page colours them in its own theme."""

from functools import cache, lru_cache

import numpy as np

from experiments.objective.heights import Surface
from figures.heights import heights_for
from landscapes import UNITS, Landscape

SIDE = 48  # heights a side
HIGHEST, NONE = 254, 255  # the largest height; what stands for no number


def thumbnail(landscape: Landscape) -> np.ndarray:
    """Return the heights over the landscape's view as uint8 (SIDE, SIDE), the lowest row of y first."""
    (x0, x1), (y0, y1) = landscape.view
    x, y = np.linspace(x0, x1, SIDE), np.linspace(y0, y1, SIDE)
    z = np.asarray(landscape.value(np.stack(np.meshgrid(x, y), axis=-1)))
    drawn = heights_for(Surface(x=x, y=y, z=z), landscape.scale, landscape.lowest).of(z)
    finite = np.isfinite(drawn)
    low, high = (drawn[finite].min(), drawn[finite].max()) if finite.any() else (0.0, 1.0)
    share = np.where(finite, drawn - low, 0.0) / ((high - low) or 1.0)
    return np.where(finite, np.rint(HIGHEST * share), NONE).astype(np.uint8)


@lru_cache(maxsize=1)
def thumbnails() -> bytes:
    """Return the thumbnails of all landscapes, one after the other in menu order."""
    return b"".join(map(picture, UNITS))


@cache
def picture(key: str) -> bytes:
    """Return one landscape's thumbnail as bytes."""
    return thumbnail(UNITS[key]).tobytes()
