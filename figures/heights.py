"""How a value becomes a drawn height: as it is, or as the logarithm of what it stands above the lowest point."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from experiments.surface import Surface


@dataclass(frozen=True)
class Heights:
    """kind "linear": the value itself; "log": log10(1 + (value - lowest) / unit)."""

    kind: str
    lowest: float
    unit: float

    def of(self, values: Any) -> np.ndarray:
        """Return the drawn heights of values, any shape; what is not finite stays so."""
        array = np.asarray(values, dtype=np.float64)
        if self.kind == "linear":
            return array
        with np.errstate(all="ignore"):
            above = (array - self.lowest) / self.unit
            # below the lowest known point the scale goes on linearly, so that nothing is hidden
            return np.where(above >= 0, np.log10(1 + np.maximum(above, 0)), above / np.log(10))


@lru_cache(maxsize=64)
def heights_for(surface: Surface, kind: str, lowest: float | None) -> Heights:
    """Return the scale for a surface, cached; lowest is its lowest known value, or None for the grid's."""
    base = surface.lowest if lowest is None else min(lowest, surface.lowest)
    finite = surface.z[np.isfinite(surface.z)]
    unit = float(np.percentile(finite - base, 3)) if finite.size else 1.0
    return Heights(kind=kind, lowest=base, unit=max(unit, 1e-6 * surface.spread))
