"""The gallery: a picture of every surface, small enough for a phone, and filters that tell the truth."""

import gzip

import numpy as np
import pytest

from figures.thumbnails import HIGHEST, NONE, SIDE, thumbnail, thumbnails
from landscapes import UNITS as LANDSCAPES
from landscapes.search import FAMILIES, SURFACES, words_of
from ui.panel.gallery import ESSENTIALS, tags


@pytest.mark.parametrize("key", LANDSCAPES)
def test_a_thumbnail_is_lowest_where_the_surface_is(key: str) -> None:
    unit, heights = LANDSCAPES[key], thumbnail(LANDSCAPES[key])
    assert heights.shape == (SIDE, SIDE)
    assert heights.max() <= HIGHEST or (heights == NONE).any()
    (x0, x1), (y0, y1) = unit.view
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, SIDE), np.linspace(y0, y1, SIDE)), axis=-1)
    z = np.asarray(unit.value(grid))
    assert heights[np.unravel_index(np.argmin(z), z.shape)] == 0
    assert heights[np.unravel_index(np.argmax(z), z.shape)] == HIGHEST
    order = np.argsort(z, axis=None)
    assert (np.diff(heights.ravel()[order].astype(int)) >= 0).all()


@pytest.mark.parametrize("key", LANDSCAPES)
def test_no_thumbnail_is_of_one_flat_colour(key: str) -> None:
    heights = thumbnail(LANDSCAPES[key]).astype(int)
    common = np.bincount(heights.ravel() * 8 // 256, minlength=8).max() / heights.size
    assert common < 0.95  # a board with four deep pockets is mostly board


def test_all_thumbnails_together_are_small() -> None:
    assert len(thumbnails()) == len(LANDSCAPES) * SIDE**2
    assert len(gzip.compress(thumbnails(), 9)) < 300_000


def test_the_essentials_are_twelve_surfaces() -> None:
    assert len(set(ESSENTIALS)) == 12
    assert set(ESSENTIALS) <= set(LANDSCAPES)


def test_the_filters_know_the_surfaces() -> None:
    found = {key: set(tags(unit)) for key, unit in LANDSCAPES.items()}
    assert found["sphere"] == set()
    assert {"several minima", "saddle"} <= found["himmelblau"]
    assert "non-smooth" in found["l1_norm"]
    assert "plateau" in found["easom"]
    assert found["rosenbrock"] == {"parameters"}


@pytest.mark.parametrize(
    ("asked", "wanted", "unwanted"),
    (
        ("ravine", {"rosenbrock", "ill_conditioned_quadratic", "sharp_ridge"}, {"sphere", "rastrigin"}),
        ("banana", {"rosenbrock", "leon"}, {"himmelblau", "matyas"}),
        ("noisy", {"rastrigin", "ackley", "griewank"}, {"sphere", "rosenbrock"}),
        ("many holes", {"rastrigin", "de_jong_5", "shubert"}, {"easom", "sphere"}),
        ("flat", {"easom", "peaks"}, {"sphere"}),
        ("lasso", {"l1_norm"}, {"sphere"}),
    ),
)
def test_a_surface_is_found_by_what_it_is_like(asked: str, wanted: set[str], unwanted: set[str]) -> None:
    found = {key for key, unit in LANDSCAPES.items() if all(word in words_of(unit).lower() for word in asked.split())}
    assert wanted <= found
    assert not unwanted & found


def test_every_word_is_of_a_surface_or_of_a_family() -> None:
    assert set(SURFACES) <= set(LANDSCAPES)
    assert set(FAMILIES) == {unit.family for unit in LANDSCAPES.values()}
