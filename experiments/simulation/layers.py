"""Which weights are of a network's last layer, for what treats layers apart."""

import numpy as np

from experiments.objective.form import Form


def last_layer(form: Form) -> np.ndarray:
    """Return which of a program's weights are of the last layer, bool (n,): of two weights the second."""
    if form.learner is None:
        return np.array([False, True])
    return form.learner.last_layer(dict(form.fixed))[: form.weights]
