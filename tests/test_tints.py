"""Maps that are coloured by the gradient's size or by the largest curvature, and the contours of a penalty."""

import json
from urllib.parse import urlencode

import numpy as np
import pytest
from scipy.stats import spearmanr

from experiments import Experiment, critical_points, surface_query
from experiments.objective.heights import Surface, surface_of
from experiments.objective.objective import objective_of
from experiments.objective.tints import TINTS, tint
from figures import heights_of, map_figure
from figures.surface import PENALTY, drawn_beside
from server.assets import _surface


@pytest.mark.parametrize("key", ("himmelblau", "peaks", "double_well", "rosenbrock", "three_hump_camel"))
@pytest.mark.parametrize("kind", TINTS)
def test_a_tint_ranks_the_grid_as_the_derivatives_do(key: str, kind: str) -> None:
    experiment = Experiment(landscape=key)
    surface = surface_of(experiment)
    places = np.stack(np.meshgrid(surface.x, surface.y), -1)[4:-4:6, 4:-4:6].reshape(-1, 2)
    _, gradient, hessian = objective_of(experiment).derivatives(places)
    exact = np.hypot(*gradient.T) if kind == "gradient" else np.linalg.eigvalsh(hessian)[:, 1]
    drawn = tint(surface, kind)[4:-4:6, 4:-4:6].ravel()
    assert spearmanr(np.round(exact, 6), np.round(drawn, 3)).statistic > 0.99
    assert drawn.min() >= 0 and drawn.max() <= 1


def test_a_plain_has_one_colour_and_what_is_no_number_none() -> None:
    axis = np.linspace(-1.0, 1.0, 21)
    z = np.zeros((21, 21))
    z[0, 0] = np.inf
    for kind in TINTS:
        found = tint(Surface(x=axis, y=axis, z=z), kind)
        assert np.isnan(found[0, 0]) and set(found[10:, 10:].ravel()) == {0.0}
    with pytest.raises(ValueError, match="tint: 'height' is not allowed; give one of gradient, curvature"):
        tint(Surface(x=axis, y=axis, z=z), "height")


@pytest.mark.parametrize("scale", TINTS)
def test_the_choice_travels_in_the_link_and_colours_the_map_alone(scale: str) -> None:
    experiment = Experiment(landscape="himmelblau", scale=scale)
    assert Experiment.from_query(experiment.to_query()) == experiment
    assert heights_of(experiment) == heights_of(experiment.replace(scale=""))
    told = json.loads(_surface(urlencode(surface_query(experiment)))[0])
    kinds = [trace["type"] for trace in told["map"]["data"]]
    assert kinds.count("heatmap") == 1 and kinds[0] == "contour"
    assert told["map"]["data"][0]["contours"]["coloring"] == "none"
    plain = json.loads(_surface(urlencode(surface_query(experiment.replace(scale=""))))[0])
    assert "heatmap" not in [trace["type"] for trace in plain["map"]["data"]]
    assert plain["relief"] == told["relief"]


def test_a_penaltys_contours_are_diamonds_and_circles() -> None:
    for l1, l2 in ((3.0, 0.0), (0.0, 2.0), (1.0, 0.5)):
        experiment = Experiment(landscape="booth", l1=l1, l2=l2)
        figure = map_figure(
            surface_of(experiment), heights_of(experiment), critical_points(experiment), **drawn_beside(experiment)
        )
        lines = next(trace for trace in figure.data if trace.name == PENALTY)
        x, y = np.meshgrid(lines.x, lines.y)
        bare = objective_of(experiment.replace(l1=0.0, l2=0.0)).values(np.stack([x, y], -1).reshape(-1, 2))
        whole = objective_of(experiment).values(np.stack([x, y], -1).reshape(-1, 2))
        np.testing.assert_allclose(np.ravel(lines.z), whole - bare, rtol=1e-5, atol=1e-3)
