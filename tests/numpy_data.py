"""Every loss on data a second time, in NumPy: row by row, from the published forms."""

import numpy as np

from landscapes.data.sets import SETS


def rows_of(settings):
    """The rows that a landscape's settings draw, (n, inputs + 1)."""
    size = settings.get("outlier_size", 0.0)
    drawn = SETS[settings["data_set"]].draw(
        settings["samples"], settings["data_noise"], settings["data_seed"], settings["outliers"], size
    )
    return drawn.rows


def mean_loss(losses):
    """The mean over rows of losses, each an array of the surface's shape."""
    losses = list(losses)
    return sum(losses) / len(losses)


def on_line(rows, loss="squared", delta=1.0):
    def one(r):
        if loss == "squared":
            return np.square(r)
        size = np.abs(r)
        return size if loss == "absolute" else np.where(size <= delta, size**2, delta * (2 * size - delta))

    return lambda x, y: mean_loss(one(y + x * u - v) for u, v in rows)


def on_classes(rows, intercept=None):
    """Log loss of one input and a learnt intercept, or of two inputs and a given one; log(1 + e^-m) for margins m."""

    def margin(row, x, y):
        *inputs, label = row
        z = x * inputs[0] + (y if intercept is None else y * inputs[1] + intercept)
        return z if label else -z

    return lambda x, y: mean_loss(
        np.log1p(np.exp(-np.abs(m))) + np.maximum(-m, 0) for m in (margin(row, x, y) for row in rows)
    )


def on_neuron(rows):
    return lambda x, y: mean_loss((v - y * np.tanh(u * x)) ** 2 for u, v in rows)


def on_sigmoid(rows):
    def chance(z):
        small = np.exp(-np.abs(z))
        return np.where(z >= 0, 1, small) / (1 + small)

    def wrong(u, label, x, y):
        z = x * u + y
        return chance(-z if label else z)

    return lambda x, y: mean_loss(wrong(u, label, x, y) ** 2 for u, label in rows)


def line_fit(x, y, **settings):
    rows = rows_of(settings)
    assert settings["clean"] == "off", "which rows cleaning leaves out is tested by itself"
    return on_line(rows, settings["loss"], settings["delta"])(x, y)


def logistic_1d(x, y, **settings):
    return on_classes(rows_of(settings))(x, y)


def logistic_2d(x, y, **settings):
    return on_classes(rows_of(settings), settings["intercept"])(x, y)


def neuron(x, y, **settings):
    return on_neuron(rows_of(settings))(x, y)


def sigmoid_squared(x, y, **settings):
    return on_sigmoid(rows_of(settings))(x, y)


FORMS = (line_fit, logistic_1d, logistic_2d, neuron, sigmoid_squared)
