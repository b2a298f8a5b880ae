"""What the browser predicts from two weights, or from many, is what Python's models predict, to the last few bits."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from figures.packets.many_weights import model_parts
from landscapes import LANDSCAPES
from landscapes.catalogue import learners
from landscapes.data.learner import Learner
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


MANY: tuple[tuple[Any, dict[str, Any]], ...] = (
    *((learners.POLYNOMIAL_FIT, {"degree": degree, "basis": "monomial"}) for degree in (0, 1, 9)),
    *((learners.POLYNOMIAL_FIT, {"degree": degree, "basis": "legendre"}) for degree in (0, 2, 15)),
    *((learners.LOGISTIC_FEATURES, {"degree": degree}) for degree in (1, 2, 3, 4)),
    (learners.SOFTMAX_FIT, {}),
    *(
        (learners.NETWORK_FIT, {"hidden": hidden, "activation": kind})
        for hidden in ("8", "32")
        for kind in ("tanh", "relu")
    ),
)


@pytest.mark.skipif(not HAS_NODE, reason="there is no Node for this kind of machine")
def test_the_browser_predicts_from_many_weights_as_python_does(tmp_path: Path) -> None:
    chance = np.random.default_rng(12)
    cases, right = [], []
    for unit, chosen in MANY:
        learner, values = unit.learner, unit.defaults | chosen
        assert isinstance(learner, Learner)
        rows = chance.uniform(-1.2, 1.2, size=(20, learner.inputs))
        design = learner.design(rows, values)
        for scale in (0.3, 2.0, 300.0):
            weights = chance.normal(size=learner.count(values)) * scale
            padded = np.pad(weights, (0, learner.width(values) - len(weights)))
            scores = learner.scores(np, padded, design.T, values)
            right.append((learner, scores.T if scores.ndim > 1 else scores))
            cases.append(
                [{"target": learner.target, "many": model_parts(learner, values)}, weights.tolist(), rows.tolist()]
            )
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ chancesOf, predictor }} from {json.dumps((ROOT / "ui/stage/data/predictor.js").as_uri())};
        const cases = JSON.parse(readFileSync({json.dumps(str(tmp_path / "cases.json"))}));
        const found = cases.map(([told, weights, rows]) =>
            rows.map(told.target === "class" ? chancesOf(told, weights) : predictor(told, weights)));
        console.log(JSON.stringify(found));
    """
    told = node("--input-type=module", "--eval", script)
    assert told.returncode == 0, told.stdout
    for found, (learner, scores) in zip(json.loads(told.stdout), right, strict=True):
        if learner.target == "number":
            np.testing.assert_allclose(found, scores, rtol=1e-11, atol=1e-11 * np.abs(scores).max())
            continue
        classes = scores if scores.ndim > 1 else np.stack([np.zeros_like(scores), scores], axis=-1)
        parts = np.exp(classes - classes.max(axis=-1, keepdims=True))
        np.testing.assert_allclose(found, parts / parts.sum(axis=-1, keepdims=True), rtol=1e-9, atol=1e-11)
