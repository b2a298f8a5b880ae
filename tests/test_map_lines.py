"""How many lines a map has, and that its marks are whole on its border."""

import numpy as np
import pytest

from experiments import Experiment, critical_points
from experiments.surface import surface_of
from figures import heights_of, map_figure
from figures.heights import LEVELS
from figures.surface import lines

GRID = np.linspace(0.0, 1.0, 161)


def waves(count: float) -> np.ndarray:
    """Heights between 0 and 1 that go up and down so often along each axis."""
    return (2 - np.cos(2 * np.pi * count * GRID) - np.cos(2 * np.pi * count * GRID)[:, None]) / 4


def test_as_many_lines_as_levels_unless_they_would_be_nearer_than_the_grid_can_tell() -> None:
    # Each wave goes up and down through half of the levels along a row: 22 lines across the map for each.
    for count in (0, 1, 5, 10, 13):
        assert lines(waves(count)) == LEVELS
    for count in (15, 20, 25):
        few = lines(waves(count))
        assert few * count == pytest.approx(120, rel=0.25)  # lines across the map


def test_what_is_no_number_or_flat_changes_no_lines() -> None:
    heights = waves(3)
    heights[20:60, 30] = np.nan
    heights[100, ::2] = np.inf
    heights[::3, 80] = -np.inf
    for drawn in (heights, np.full((161, 161), np.nan), np.ones((161, 161)), 1e308 * (2 * waves(2) - 1)):
        assert lines(drawn) == LEVELS


@pytest.mark.parametrize(
    ("key", "levels"), [("shubert", 5), ("schaffer_2", 6), ("trefethen", LEVELS), ("rastrigin", LEVELS)]
)
def test_only_the_waviest_surfaces_have_fewer(key: str, levels: int) -> None:
    experiment = Experiment(landscape=key)
    surface, heights = surface_of(experiment), heights_of(experiment)
    assert lines(heights.of(surface.z)) == levels
    if key != "rastrigin":
        return
    figure = map_figure(surface, heights, critical_points(experiment))
    ground, *marks = figure.data
    assert ground.contours.size == pytest.approx((ground.zmax - ground.zmin) / levels)
    assert {mark.cliponaxis for mark in marks if mark.mode == "markers"} == {False}
