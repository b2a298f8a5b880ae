"""The minima of a map by their numbers: those that are known of the surface, and those that runs found besides."""

import numpy as np

from experiments.setup.experiment import Experiment, landscape_of
from experiments.simulation.stopping import known_points
from experiments.studies.maps.cells import CODES
from experiments.verdict.case import NEAR
from experiments.verdict.outcome import Outcome, Verdict

_SAME = 1e-6  # of the view's diagonal: minima closer than that are one
MORE = 200  # minima that runs find besides the known ones
_AT_A_MINIMUM = frozenset({Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM, Outcome.NOISE_FLOOR})


class Minima:
    """Those of an experiment: minima that stand alone, lowest first, then of each curve of them one, then the others.

    The others are numbered in the order in which they are found, so that each patch of a map has its own.
    """

    def __init__(self, experiment: Experiment) -> None:
        known = known_points(experiment)
        (x0, x1), (y0, y1) = landscape_of(experiment).view
        self._size = float(np.hypot(x1 - x0, y1 - y0))
        self._curves = known.curves_of_minima
        self._alone = known.minima
        middles = [curve.points[len(curve.points) // 2] for curve in self._curves]
        self.known = np.concatenate([self._alone, np.asarray(middles, dtype=np.float64).reshape(-1, 2)])
        self.is_global = np.array(
            [point.is_global for point in known.all_minima] + [curve.is_global for curve in self._curves], dtype=bool
        )
        self.more: list[tuple[float, float]] = []

    @property
    def places(self) -> np.ndarray:
        """All of them, (n, 2)."""
        return np.concatenate([self.known, np.asarray(self.more, dtype=np.float64).reshape(-1, 2)])

    def fresh(self) -> "Minima":
        """Return the same ones without those that runs found."""
        made = object.__new__(Minima)
        made.__dict__.update(self.__dict__, more=[])
        return made

    def index(self, verdict: Verdict) -> int:
        """Return which one a verdict names, -1 where none: it tells of no minimum, or of a place on level ground."""
        if verdict.minimum is None or verdict.outcome not in _AT_A_MINIMUM:
            return -1
        place = np.asarray(verdict.minimum)
        gaps = np.hypot(*(self._alone - place).T)
        if gaps.size and gaps.min() <= _SAME * self._size:
            return int(np.argmin(gaps))
        for i, curve in enumerate(self._curves):
            if np.hypot(*np.subtract(curve.point_near(place).point, place)) <= NEAR * self._size:
                return len(self._alone) + i
        if "distance" not in verdict.evidence and verdict.outcome is not Outcome.NOISE_FLOOR:
            return -1
        return self.place(place)

    def place(self, place: np.ndarray) -> int:
        """Return the number of a minimum (2,) that a run found; -1 where there is no room for more of them."""
        first = len(self.known)
        gaps = np.hypot(*(np.reshape(self.more, (-1, 2)) - place).T)
        if gaps.size and gaps.min() <= NEAR * self._size:
            return first + int(np.argmin(gaps))
        if len(self.more) >= MORE:
            return -1
        self.more.append((float(place[0]), float(place[1])))
        return first + len(self.more) - 1


def at_global(codes: np.ndarray, minimum: np.ndarray, is_global: np.ndarray) -> np.ndarray:
    """Return whether each run came to a global minimum, or hovers around one where noise keeps it from settling.

    codes, minimum: of the runs, of one shape. is_global: (n,), of the known minima; those that runs found are not.
    """
    known = np.append(is_global, np.zeros(max(0, int(minimum.max(initial=-1)) + 1 - len(is_global)) + 1, dtype=bool))
    hovers = (codes == CODES[Outcome.NOISE_FLOOR]) & known[minimum]
    found: np.ndarray = (codes == CODES[Outcome.GLOBAL_MINIMUM]) | hovers
    return found
