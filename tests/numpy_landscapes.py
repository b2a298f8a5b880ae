"""Every formula of the catalogue a second time, in NumPy, written from the published forms."""

from collections.abc import Callable

import numpy as np
from numpy import abs, cos, exp, floor, pi, sin, sqrt
from numpy_data import FORMS as ON_DATA
from numpy_many_minima import FORMS as MORE


def sphere(x, y):
    return np.hypot(x, y) ** 2


def ill_conditioned_quadratic(x, y, condition, rotation):
    turn = np.deg2rad(rotation)
    axes = np.array([[cos(turn), -sin(turn)], [sin(turn), cos(turn)]])
    matrix = axes @ np.diag([1.0, condition]) @ axes.T
    p = np.stack([x, y])
    return 0.5 * np.einsum("i...,ij,j...", p, matrix, p)


def booth(x, y):
    return 5 * x**2 + 8 * x * y + 5 * y**2 - 34 * x - 38 * y + 74


def rosenbrock(x, y, a, b):
    return a**2 - 2 * a * x + x**2 + b * (y**2 - 2 * y * x**2 + x**4)


def beale(x, y):
    return sum((c - x * (1 - y**i)) ** 2 for i, c in enumerate((1.5, 2.25, 2.625), start=1))


def rosenbrock_modified(x, y):
    return 74 + 100 * (x * x - y) ** 2 + (x - 1) ** 2 - 400 * exp(-((x + 1) ** 2 + (y + 1) ** 2) / 0.1)


def double_well(x, y):
    return ((x**2 - 1) ** 2 - 1 + 2 * y**2) / 4


def treccani(x, y):
    return x**4 + 4 * x**3 + 4 * x**2 + y**2


def himmelblau(x, y):
    return (x * x + y - 11) ** 2 + (y * y + x - 7) ** 2


def three_hump_camel(x, y):
    return x**2 * (2 + x**2 * (-1.05 + x**2 / 6)) + y * (x + y)


def six_hump_camel(x, y):
    return 4 * x**2 - 2.1 * x**4 + x**6 / 3 + x * y - 4 * y**2 + 4 * y**4


def styblinski_tang(x, y):
    return sum(np.polyval([0.5, 0, -8, 2.5, 0], z) for z in (x, y))


def goldstein_price(x, y):
    s, d = x + y, 2 * x - 3 * y
    return (1 + (s + 1) ** 2 * (19 - 14 * s + 3 * s**2)) * (30 + d**2 * (18 - 16 * d + 3 * d**2))


def branin(x, y, a, b, c, r, s, t):
    floor_y = b * x**2 - c * x + r
    return a * (y - floor_y) ** 2 + s * (1 + (1 - t) * cos(x))


def mccormick(x, y):
    return sin(x) * cos(y) + cos(x) * sin(y) + x**2 - 2 * x * y + y**2 - 1.5 * x + 2.5 * y + 1


def peaks(x, y):
    return (
        3 * (1 - x) ** 2 * exp(-(x**2) - (y + 1) ** 2)
        - (2 * x - 10 * x**3 - 10 * y**5) * exp(-(x**2) - y**2)
        - exp(-((x + 1) ** 2) - y**2) / 3
    )


def trid(x, y):
    return x**2 + y**2 - x * y - 2 * (x + y) + 2


def matyas(x, y):
    return 0.01 * (x + y) ** 2 + 0.25 * (x - y) ** 2


def rotated_ellipse(x, y):
    u, v = (sqrt(3) * x + y) / 2, (sqrt(3) * y - x) / 2
    return (2 * u) ** 2 + (4 * v) ** 2


def ellipsoid_bbob(x, y):
    return np.hypot(x, 1000 * y) ** 2


def zakharov(x, y):
    twice = x + 2 * y
    return x * x + y * y + twice**2 / 4 + twice**4 / 16


def sum_of_different_powers(x, y):
    return sum(abs(z) ** (i + 1) for i, z in enumerate((x, y), start=1))


def exponential(x, y):
    return -exp(-0.5 * x * x) * exp(-0.5 * y * y)


def leon(x, y, steepness):
    return rosenbrock(x, y, 1.0, steepness)


def cube(x, y, steepness):
    return np.hypot(sqrt(steepness) * (x * x * x - y), x - 1) ** 2


def dixon_price(x, y):
    return (1 - x) ** 2 + 2 * (x * x - 4 * x * y * y + 4 * y**4)


def freudenstein_roth(x, y):
    return sum((x + np.polyval(c, y)) ** 2 for c in ([-1, 5, -2, -13], [1, 1, -14, -29]))


def jennrich_sampson(x, y):
    p, q = exp(x), exp(y)
    return sum((p**i + q**i - 2 * (1 + i)) ** 2 for i in range(1, 11))


def powell_badly_scaled(x, y):
    return (1 - (100 * x) * (100 * y)) ** 2 + (1 / exp(x) - 1 + 1 / exp(y) - 1e-4) ** 2


def wayburn_seader_1(x, y):
    return ((x**3) ** 2 + (y**2) ** 2 - 17) ** 2 + (4 - y - 2 * x) ** 2


def perm_0(x, y, beta):
    return sum(sum((j + beta) * (z**i - (1 / j) ** i) for j, z in enumerate((x, y), start=1)) ** 2 for i in (1, 2))


def price_4(x, y):
    return y**2 * (2 * x**3 - y**2) ** 2 + (y * (1 - y) + 6 * x) ** 2


def zirilli(x, y, tilt):
    return ((x * x - 1) ** 2 - 1) / 4 + tilt * x + y * y / 2


def sharp_and_flat(x, y, sharp, flat):
    with np.errstate(divide="ignore"):  # at the minima, where one of the two is infinite and their inverse 0
        return 1 / ((sharp / np.hypot(x + 1.5, y)) ** 2 + (flat / np.hypot(x - 1.5, y)) ** 2)


def gaussian_wells(x, y, number, bowl, **wells):
    total = bowl * np.hypot(x, y) ** 2
    for k in range(1, int(number) + 1):
        depth, width, east, north = (wells[f"{name}{k}"] for name in "dwxy")
        total = total - depth * exp(-(((x - east) / width) ** 2) / 2) * exp(-(((y - north) / width) ** 2) / 2)
    return total


def hosaki(x, y):
    return np.polyval([1 / 4, -7 / 3, 7, -8, 1], x) * (y / exp(y / 2)) ** 2


def zettl(x, y, tilt):
    return (x * (x - 2) + y * y) ** 2 + tilt * x


def el_attar(x, y):
    residuals = np.stack([10 - x * x - y, 7 - x - y * y, 1 - x * x - y * y * y])
    return np.einsum("i...,i...", residuals, residuals)


def deckkers_aarts(x, y):
    s = np.hypot(x, y) ** 2
    return 99_999 * x**2 + s * (1 - s + 1e-5 * s**3)


def branin_2(x, y):
    waves = (5 - 5 / (8 * pi)) * (cos(x + y) + cos(x - y))
    return (y - 6 + (5 / pi) * x * (1 - 0.255 * x / pi)) ** 2 + waves + np.log1p(x**2 + y**2) + 10


def giunta(x, y):
    def term(z):
        s = sin(16 * z / 15 - 1)
        return 0.3 + s * (1 + s) + 0.02 * sin(64 * z / 15 - 4)

    return term(x) + term(y)


def adjiman(x, y):
    return (sin(x + y) - sin(x - y)) / 2 - x / (1 + y * y)


def schwefel_2_36(x, y):
    return 2 * x * y * (x + y - 36)


def rastrigin(x, y, A):
    return 2 * A + sum(z**2 - A * cos(2 * pi * z) for z in (x, y))


def ackley(x, y, a, b, c):
    return -a * exp(-b * sqrt((x**2 + y**2) / 2)) - exp((cos(c * x) + cos(c * y)) / 2) + a + np.e


def griewank(x, y):
    return 1 + (x**2 + y**2) / 4000 - cos(x) * cos(y / sqrt(2))


def levy(x, y):
    w1, w2 = 1 + (x - 1) / 4, 1 + (y - 1) / 4
    return (
        sin(pi * w1) ** 2
        + (w1 - 1) ** 2 * (1 + 10 * sin(pi * w1 + 1) ** 2)
        + (w2 - 1) ** 2 * (1 + sin(2 * pi * w2) ** 2)
    )


def drop_wave(x, y):
    r = np.hypot(x, y)
    return -(1 + cos(12 * r)) / (0.5 * r**2 + 2)


def bohachevsky_1(x, y):
    return x**2 + 2 * y**2 - 0.3 * cos(3 * pi * x) - 0.4 * cos(4 * pi * y) + 0.7


def schwefel(x, y):
    return sum(418.9828872724338 - z * sin(sqrt(abs(z))) for z in (x, y))


def eggholder(x, y):
    z = y + 47
    return -z * sin(sqrt(abs(z + x / 2))) - x * sin(sqrt(abs(x - z)))


def easom(x, y):
    return -cos(x) * cos(y) * exp(-((x - pi) ** 2 + (y - pi) ** 2))


def michalewicz(x, y, m):
    return -sum(sin(z) * sin(i * z**2 / pi) ** (2 * int(m)) for i, z in enumerate((x, y), start=1))


def step_plateau(x, y):
    return 30 + floor(abs(x)) + floor(abs(y))


def saddle(x, y):
    return (x - y) * (x + y)


def monkey_saddle(x, y):
    return ((x + 1j * y) ** 3).real


def l1_norm(x, y):
    return np.maximum(x, -x) + np.maximum(y, -y)


NUMPY_FORMS: dict[str, Callable[..., np.ndarray]] = {
    form.__name__: form
    for form in (
        sphere,
        ill_conditioned_quadratic,
        booth,
        rosenbrock,
        beale,
        rosenbrock_modified,
        double_well,
        treccani,
        himmelblau,
        three_hump_camel,
        six_hump_camel,
        styblinski_tang,
        goldstein_price,
        branin,
        mccormick,
        peaks,
        trid,
        matyas,
        rotated_ellipse,
        ellipsoid_bbob,
        zakharov,
        sum_of_different_powers,
        exponential,
        leon,
        cube,
        dixon_price,
        freudenstein_roth,
        jennrich_sampson,
        powell_badly_scaled,
        wayburn_seader_1,
        perm_0,
        price_4,
        zirilli,
        sharp_and_flat,
        gaussian_wells,
        hosaki,
        zettl,
        el_attar,
        deckkers_aarts,
        branin_2,
        giunta,
        adjiman,
        schwefel_2_36,
        rastrigin,
        ackley,
        griewank,
        levy,
        drop_wave,
        bohachevsky_1,
        schwefel,
        eggholder,
        easom,
        michalewicz,
        step_plateau,
        saddle,
        monkey_saddle,
        l1_norm,
        *MORE,
        *ON_DATA,
    )
}
