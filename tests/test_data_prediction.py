"""What the browser predicts from two weights is what Python's models predict, to the last few bits."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landscapes import LANDSCAPES
from tests.node import HAS_NODE, ROOT, node

MODELS = {key: unit.model for key, unit in LANDSCAPES.items() if unit.model is not None}
SETTINGS: dict[str, dict[str, Any]] = {
    "logistic_2d": {"intercept": -0.7},
    "line_fit": {"loss": "squared", "delta": 1.0},
}


@pytest.mark.skipif(not HAS_NODE, reason="there is no Node for this kind of machine")
def test_the_browser_predicts_as_python_does(tmp_path: Path) -> None:
    chance = np.random.default_rng(11)
    weights = [*(chance.normal(size=(40, 2)) * np.array([3.0, 2.0])), (0.0, 0.0), (400.0, -90.0), (-1e5, 3.0)]
    rows = chance.normal(size=(25, 2)) * 2
    asked = {
        key: [[list(map(float, pair)), rows[:, : model.inputs].tolist(), SETTINGS.get(key, {})] for pair in weights]
        for key, model in MODELS.items()
    }
    assert len(asked) == 5
    (tmp_path / "asked.json").write_text(json.dumps(asked))
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ predictionOf }} from {json.dumps((ROOT / "ui/stage/data/prediction.js").as_uri())};
        const asked = JSON.parse(readFileSync({json.dumps(str(tmp_path / "asked.json"))}));
        const found = Object.entries(asked).map(([model, cases]) => [model, cases.map(([weights, rows, settings]) =>
            rows.map((row) => predictionOf(model)(weights, row, settings)))]);
        console.log(JSON.stringify(Object.fromEntries(found)));
    """
    told = node("--input-type=module", "--eval", script)
    assert told.returncode == 0, told.stdout
    there = json.loads(told.stdout)
    for key, model in MODELS.items():
        settings = {name: SETTINGS[key][name] for name in model.settings}
        here = [model.predictions(pair, rows[:, : model.inputs], settings) for pair in weights]
        np.testing.assert_allclose(there[key], here, rtol=1e-13 * 700, atol=1e-300, err_msg=key)
        gentle = np.abs(np.array(here)) > 1e-6  # a tail has as many bits fewer as its exponent has
        np.testing.assert_allclose(np.array(there[key])[gentle], np.array(here)[gentle], rtol=4e-15, err_msg=key)
