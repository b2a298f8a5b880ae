"""A second NumPy form, from the published one, of the surfaces with many minima, needles and kinks."""

import numpy as np
from numpy import abs, cos, exp, maximum, pi, sin, sqrt


def egg_crate(x, y):
    return x * x + y * y + 12.5 * (2 - cos(2 * x) - cos(2 * y))


def parsopoulos(x, y):
    return 1 + (cos(2 * x) - cos(2 * y)) / 2


def bohachevsky_2(x, y):
    return x**2 + 2 * y**2 - 0.3 * cos(3 * pi * x) * cos(4 * pi * y) + 0.3


def levy_13(x, y):
    return sin(3 * pi * x) ** 2 + (x - 1) ** 2 * (1 + sin(3 * pi * y) ** 2) + (y - 1) ** 2 * (1 + sin(2 * pi * y) ** 2)


def ackley_2(x, y):
    return -200 * exp(-np.hypot(x, y) / 50)


def ackley_3(x, y):
    return ackley_2(x, y) + 5 * exp(cos(3 * x)) * exp(sin(3 * y))


def salomon(x, y):
    r = np.hypot(x, y)
    return 1 - cos(2 * pi * r) + 0.1 * r


def _schaffer(wave, x, y):
    return 0.5 + (wave - 0.5) / (1 + 0.001 * (x**2 + y**2)) ** 2


def schaffer_2(x, y):
    return _schaffer(sin(x**2 - y**2) ** 2, x, y)


def schaffer_4(x, y):
    return _schaffer(cos(sin(abs(x**2 - y**2))) ** 2, x, y)


def schaffer_6(x, y):
    return _schaffer(sin(sqrt(x**2 + y**2)) ** 2, x, y)


def _waves(z, phase, wave, multiple=1):
    i = np.arange(1, 6).reshape(5, *[1] * np.ndim(z))
    return np.sum(i * wave((i + multiple) * z + i + phase), axis=0)


def shubert(x, y):
    return _waves(x, 0, cos) * _waves(y, 0, cos)


def shubert_3(x, y):
    return _waves(x, pi / 2, cos) + _waves(y, pi / 2, cos)  # cos(a + π/2) = -sin a


def levy_5(x, y):
    return _waves(x, 0, cos, -1) * _waves(y, 0, cos) + (x + 1.42513) ** 2 + (y + 0.80032) ** 2


def trefethen(x, y):
    quick = sin(60 * exp(y)) + sin(70 * sin(x)) + sin(sin(80 * y)) + sin(-10 * x - 10 * y)
    return np.e ** sin(50 * x) + quick + 0.25 * x**2 + 0.25 * y**2


def bird(x, y):
    return sin(x) * exp((1 - cos(y)) ** 2) + cos(y) * exp((1 - sin(x)) ** 2) + x**2 - 2 * x * y + y**2


def langermann(x, y):
    heights, places = [1, 2, 5, 2, 3], [[3, 5], [5, 2], [2, 1], [1, 4], [7, 9]]
    squares = [(x - a) * (x - a) + (y - b) * (y - b) for a, b in places]
    return sum(c * cos(pi * s) / exp(s / pi) for c, s in zip(heights, squares, strict=True))


def cross_in_tray(x, y):
    tray = exp(abs(100 - sqrt(x * x + y * y) / pi))
    return -1e-4 * (abs(sin(x) * sin(y) * tray) + 1) ** 0.1


def _funnel(x, y):
    return exp(abs(1 - sqrt(x * x + y * y) / pi))


def holder_table(x, y):
    return -abs(sin(x) * cos(y) * _funnel(x, y))


def carrom_table(x, y):
    return -((cos(x) * cos(y) * _funnel(x, y)) ** 2) / 30


def pen_holder(x, y):
    with np.errstate(divide="ignore"):
        return -exp(-1 / abs(cos(x) * cos(y) * _funnel(x, y)))


def test_tube_holder(x, y):
    return -4 * abs(sin(x) * cos(y) * exp(abs(cos(x * x / 200 + y * y / 200))))


test_tube_holder.__test__ = False  # type: ignore[attr-defined]  # pytest takes its name for a test's


def de_jong_5(x, y):
    a = np.array([-32, -16, 0, 16, 32])
    across, up = np.tile(a, 5), np.repeat(a, 5)
    p, q = np.asarray(x)[..., None], np.asarray(y)[..., None]
    return 1 / (0.002 + np.sum(1 / (np.arange(1, 26) + (p - across) ** 6 + (q - up) ** 6), axis=-1))


def damavandi(x, y):
    hole = abs(np.sinc(x - 2) * np.sinc(y - 2)) ** 5
    return (1 - hole) * (2 + (x - 7) ** 2 + 2 * (y - 7) ** 2)


def schwefel_2_21(x, y):
    return maximum(maximum(x, -x), maximum(y, -y))


def schwefel_2_22(x, y):
    return (1 + abs(x)) * (1 + abs(y)) - 1


def schwefel_2_6(x, y):
    return np.max([abs(x + 2 * y - 7), abs(2 * x + y - 5)], axis=0)


def sharp_ridge(x, y):
    return x * x + 100 * sqrt(y * y)


def price_1(x, y):
    return x**2 + y**2 - 10 * abs(x) - 10 * abs(y) + 50


def bartels_conn(x, y):
    return abs(x**2 + y**2 + x * y) + abs(sin(x)) + abs(cos(y))


def tripod(x, y):
    p, q = np.where(x >= 0, 1, 0), np.where(y >= 0, 1, 0)
    return q * (1 + p) + abs(x + 50 * q * (1 - 2 * p)) + abs(y + 50 * (1 - 2 * q))


def bukin_6(x, y):
    return 100 * sqrt(abs(y - x**2 / 100)) + abs(x + 10) / 100


def alpine_1(x, y):
    return abs(x * sin(x) + 0.1 * x) + abs(y * sin(y) + 0.1 * y)


def xin_she_yang_2(x, y):
    return (abs(x) + abs(y)) / (exp(sin(x**2)) * exp(sin(y**2)))


FORMS = (
    egg_crate,
    parsopoulos,
    bohachevsky_2,
    levy_13,
    ackley_3,
    salomon,
    schaffer_2,
    schaffer_4,
    schaffer_6,
    shubert,
    shubert_3,
    levy_5,
    trefethen,
    bird,
    langermann,
    cross_in_tray,
    holder_table,
    carrom_table,
    pen_holder,
    test_tube_holder,
    de_jong_5,
    damavandi,
    schwefel_2_21,
    schwefel_2_22,
    schwefel_2_6,
    sharp_ridge,
    price_1,
    bartels_conn,
    tripod,
    bukin_6,
    alpine_1,
    xin_she_yang_2,
    ackley_2,
)
