"""Sets of rows: drawn from a seed around a known curve or in groups of two classes, or given as Anscombe's four."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from landscapes.data.iris import petals

ROWS = 1_000  # that are drawn, however many are taken: the first are the same for any number of them
DECIMALS = 3

_ANSCOMBE = "F. J. Anscombe (1973). Graphs in statistical analysis. The American Statistician 27(1), 17-21."
_X = (10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0)
_X4 = (8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 19.0, 8.0, 8.0, 8.0)
_Y1 = (8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68)
_Y2 = (9.14, 8.14, 8.74, 8.77, 9.26, 8.1, 6.13, 3.1, 9.13, 7.26, 4.74)
_Y3 = (7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73)
_Y4 = (6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.5, 5.56, 7.91, 6.89)


class Drawn(NamedTuple):
    """Rows (n, inputs + 1), the target last, and which of them were moved or given the other class."""

    rows: np.ndarray
    outliers: tuple[int, ...]


class _Draws:
    """Random numbers by purpose, each (ROWS, ...) and the same whatever else is drawn."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def uniform(self, purpose: str, *shape: int) -> np.ndarray:
        """Return numbers in [0, 1)."""
        return self._source(purpose).random((ROWS, *shape))

    def normal(self, purpose: str, *shape: int) -> np.ndarray:
        """Return standard normal numbers."""
        return self._source(purpose).standard_normal((ROWS, *shape))

    def signs(self, purpose: str) -> np.ndarray:
        """Return -1 and 1, as likely."""
        return np.where(self.uniform(purpose) < 0.5, -1.0, 1.0)

    def _source(self, purpose: str) -> np.random.Generator:
        return np.random.default_rng([self._seed, *f"data {purpose}".encode()])


@dataclass(frozen=True, kw_only=True, eq=False)
class DataSet:
    """Rows to learn from: what they teach, and how they are drawn.

    target: "number", or "class", 0, 1, ... in turn; classes: of which there are so many. truth: the curve y(x) without
    noise that a number is drawn around. places: where the rows of classes lie, as (places without noise, what a noise
    of 1 adds), each (ROWS, inputs). given: rows that are not drawn at all.
    """

    key: str
    name: str
    inputs: int
    target: str
    story: str
    source: str = ""
    truth: Callable[[np.ndarray], np.ndarray] | None = None
    places: Callable[[_Draws], tuple[np.ndarray, np.ndarray]] | None = None
    given: tuple[tuple[float, ...], ...] = ()
    classes: int = 2

    @property
    def fixed(self) -> bool:
        """Whether its rows are given, so that nothing that draw is asked for changes them."""
        return bool(self.given)

    def draw(self, samples: int, noise: float, seed: int, outliers: int, outlier_size: float) -> Drawn:
        """Return so many rows, 2 to ROWS; noise stretches draws that the seed alone decides on.

        outliers: how many rows have their number moved by outlier_size, up or down, or the other class.
        """
        if self.given:
            return Drawn(np.array(self.given), ())
        draws = _Draws(seed)
        inputs, target = self._undisturbed(draws, noise)
        taken = min(outliers, samples)
        chosen = np.sort(np.argsort(-draws.uniform("outliers")[:samples], kind="stable")[:taken])
        if self.target == "class":
            target[chosen] = (target[chosen] + 1) % self.classes
        else:
            target[chosen] += outlier_size * draws.signs("outlier signs")[chosen]
        rows = np.column_stack([inputs, target])[:samples]
        return Drawn(rows.round(DECIMALS) + 0.0, tuple(int(row) for row in chosen))

    def _undisturbed(self, draws: _Draws, noise: float) -> tuple[np.ndarray, np.ndarray]:
        """Return all inputs and targets, before outliers and, but for a curve's x, rounding."""
        if self.places is not None:
            middle, added = self.places(draws)
            return middle + noise * added, _classes(self.classes)
        assert self.truth is not None
        x = (2 * draws.uniform("x") - 1).round(DECIMALS)  # so that without noise the rows lie on the curve
        return x[:, None], self.truth(x) + noise * draws.normal("residuals")


def _classes(count: int = 2) -> np.ndarray:
    """Return 0, 1, 0, 1, ...: any two rows in a row are of both; with more classes likewise."""
    return np.arange(ROWS) % float(count)


def _sides() -> np.ndarray:
    """Return -1 for the first class and 1 for the other."""
    return 2 * _classes() - 1


def _groups(draws: _Draws) -> tuple[np.ndarray, np.ndarray]:
    return _sides()[:, None], 3 * draws.normal("places", 1)


def _apart(draws: _Draws) -> tuple[np.ndarray, np.ndarray]:
    within = 0.5 + 1.5 * draws.uniform("within", 1)
    return _sides()[:, None] * within, 0.3 * (2 * draws.uniform("places", 1) - 1)


def _blobs(draws: _Draws) -> tuple[np.ndarray, np.ndarray]:
    return 0.7 * _sides()[:, None] * np.ones(2), 2.5 * draws.normal("places", 2)


def _moons(draws: _Draws) -> tuple[np.ndarray, np.ndarray]:
    angle = np.pi * draws.uniform("within")
    upper = np.column_stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25])
    return -_sides()[:, None] * upper, 0.5 * draws.normal("places", 2)


def _rings(draws: _Draws) -> tuple[np.ndarray, np.ndarray]:
    angle = 2 * np.pi * draws.uniform("within")
    radius = np.where(_classes() == 0, 1.2, 0.5)
    return radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), 0.5 * draws.normal("places", 2)


def _xor(draws: _Draws) -> tuple[np.ndarray, np.ndarray]:
    first = draws.signs("corner")
    corner = np.column_stack([first, -_sides() * first])  # the first class where both signs are the same
    return corner * (0.1 + 0.9 * draws.uniform("within", 2)), 0.5 * draws.normal("places", 2)


def _trio(draws: _Draws) -> tuple[np.ndarray, np.ndarray]:
    angle = 2 * np.pi * (_classes(3) / 3 + 0.25)
    return 1.1 * np.column_stack([np.cos(angle), np.sin(angle)]), 2.0 * draws.normal("places", 2)


def _anscombe(number: int, story: str, x: tuple[float, ...], y: tuple[float, ...]) -> DataSet:
    return DataSet(
        key=f"anscombe_{number}",
        name=f"Anscombe {number}",
        inputs=1,
        target="number",
        story=story,
        source=_ANSCOMBE,
        given=tuple(zip(x, y, strict=True)),
    )


_ALL = (
    DataSet(
        key="line",
        name="Line",
        inputs=1,
        target="number",
        story="Points around the line y = 1.5 x + 0.5. What is left after a fit is noise.",
        truth=lambda x: 1.5 * x + 0.5,
    ),
    DataSet(
        key="wave",
        name="Wave",
        inputs=1,
        target="number",
        story="Points around one period of a sine: a line is too simple, and a long polynomial follows the noise.",
        truth=lambda x: np.sin(np.pi * x),
    ),
    DataSet(
        key="bend",
        name="Bend",
        inputs=1,
        target="number",
        story="Points around y = 1.2 tanh(2.5 x), the curve of a single neuron.",
        truth=lambda x: 1.2 * np.tanh(2.5 * x),
    ),
    _anscombe(1, "A line with scatter around it. All four sets have the same least-squares line.", _X, _Y1),
    _anscombe(2, "A smooth curve, through which the same line is the wrong model.", _X, _Y2),
    _anscombe(3, "A line without scatter and one outlier, which turns the fit.", _X, _Y3),
    _anscombe(4, "All points but one stand at x = 8: that one alone decides on the slope.", _X4, _Y4),
    DataSet(
        key="groups",
        name="Groups",
        inputs=1,
        target="class",
        story="Two groups around −1 and 1 that overlap: no threshold gets every point right.",
        places=_groups,
    ),
    DataSet(
        key="apart",
        name="Apart",
        inputs=1,
        target="class",
        story="Two groups with a gap between them: the loss falls for ever, and the weights grow without end.",
        places=_apart,
    ),
    DataSet(
        key="blobs",
        name="Blobs",
        inputs=2,
        target="class",
        story="Two round groups that overlap: a straight line is the best border, and still gets some points wrong.",
        places=_blobs,
    ),
    DataSet(
        key="moons",
        name="Moons",
        inputs=2,
        target="class",
        story="Two half circles that reach into each other. A straight border gets most points right, a bent one more.",
        places=_moons,
    ),
    DataSet(
        key="rings",
        name="Rings",
        inputs=2,
        target="class",
        story="A ring around a ring: no straight line does better than a good guess.",
        places=_rings,
    ),
    DataSet(
        key="xor",
        name="XOR",
        inputs=2,
        target="class",
        story="One class in two opposite corners, the other in the other two: no straight line parts them.",
        places=_xor,
    ),
    DataSet(
        key="trio",
        name="Trio",
        inputs=2,
        target="class",
        classes=3,
        story="Three round groups that overlap: a straight border between any two of them is the best there is.",
        places=_trio,
    ),
    DataSet(
        key="iris",
        name="Iris",
        inputs=2,
        target="class",
        classes=3,
        story="Petals of three species of iris, length and width standardised: one stands apart, two overlap.",
        source="R. A. Fisher (1936). The use of multiple measurements in taxonomic problems. Annals of Eugenics 7, "
        "179-188. Data by E. Anderson; CC BY 4.0.",
        given=petals(),
    ),
)

SETS: MappingProxyType[str, DataSet] = MappingProxyType({data_set.key: data_set for data_set in _ALL})
