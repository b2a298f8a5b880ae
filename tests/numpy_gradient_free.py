"""The optimizers that need randomness or no gradient again, in NumPy, from the papers: one point a step.

Each takes the start (2,), f(x, y), the learning rates and the draws by name, (steps, ...), and returns (T + 1, 2), what
is shown at each step. Sorting, eigenvalue routines and plain loops on purpose: nothing of the compiled ones is shared.
"""

import math

import numpy as np

from optimizers import draw_shape


def height(f, point):
    value = float(f(*point))
    return value if math.isfinite(value) else math.inf


def draws_of(seed, optimizer, steps):
    """Return the numbers that a run with this seed has, by name: one generator a purpose, row after row."""
    found = {}
    for name, (kind, shape) in optimizer.draws.items():
        generator = np.random.default_rng([seed, *f"{optimizer.key}.{name}".encode()])
        draw = generator.standard_normal if kind == "normal" else generator.random
        found[name] = draw((steps, *draw_shape(shape, 2)))
    return found


def random_search(w, f, rates, draws):
    points = [w]
    for eta, xi in zip(rates, draws["direction"], strict=True):
        x = w + eta * xi
        if height(f, x) < height(f, w):
            w = x
        points.append(w)
    return np.array(points)


def evolution_strategy(w, f, rates, draws, *, factor, success_share):
    points, s = [w], 1.0
    for eta, xi in zip(rates, draws["direction"], strict=True):
        x = w + eta * s * xi
        if height(f, x) <= height(f, w):
            w, s = x, s * factor
        else:
            s *= math.exp(-math.log(factor) * success_share / (1 - success_share))
        points.append(w)
    return np.array(points)


def simulated_annealing(w, f, rates, draws, *, temperature, cooling):
    points = [w]
    for t, (eta, xi, u) in enumerate(zip(rates, draws["direction"], draws["luck"], strict=True)):
        x = w + eta * xi
        climb = height(f, x) - height(f, w)
        if climb <= 0 or u < math.exp(-climb / (temperature * cooling**t)):
            w = x
        points.append(w)
    return np.array(points)


def langevin(w, gradient, rates, draws, *, temperature):
    points = [w]
    for eta, xi in zip(rates, draws["heat"], strict=True):
        w = w - eta * gradient(w) + np.sqrt(2 * eta * temperature) * xi
        points.append(w)
    return np.array(points)


def particle_swarm(w, f, rates, draws, *, particles, inertia, own, shared):
    points = [w]
    x: list[np.ndarray] = []
    v: list[np.ndarray] = []
    best: list[np.ndarray] = []
    lowest: list[float] = []
    for t, (eta, pulls) in enumerate(zip(rates, draws["pulls"], strict=True)):
        if t == 0:
            x = [w + eta * (2 * pulls[0, i] - 1) if i else w for i in range(particles)]
            v = [np.zeros(2) for _ in x]
            best, lowest = list(x), [height(f, p) for p in x]
        else:
            g = best[int(np.argmin(lowest))]
            for i in range(particles):
                v[i] = inertia * v[i] + own * pulls[0, i] * (best[i] - x[i]) + shared * pulls[1, i] * (g - x[i])
                x[i] = x[i] + v[i]
            for i in range(particles):
                if height(f, x[i]) < lowest[i]:
                    best[i], lowest[i] = x[i], height(f, x[i])
        points.append(best[int(np.argmin(lowest))])
    return np.array(points)


def cma_es(w, f, rates, draws, *, population):
    """Hansen's tutorial, figure 6, with table 1's constants for n = 2 and alpha_cov = 2."""
    n, lam, mu = 2, population, population // 2
    raw = [math.log((lam + 1) / 2) - math.log(i) for i in range(1, lam + 1)]
    mu_eff = sum(raw[:mu]) ** 2 / sum(r**2 for r in raw[:mu])
    mu_eff_minus = sum(raw[mu:]) ** 2 / sum(r**2 for r in raw[mu:])
    c_sigma = (mu_eff + 2) / (n + mu_eff + 5)
    d_sigma = 1 + 2 * max(0, math.sqrt((mu_eff - 1) / (n + 1)) - 1) + c_sigma
    c_c = (4 + mu_eff / n) / (n + 4 + 2 * mu_eff / n)
    c_1 = 2 / ((n + 1.3) ** 2 + mu_eff)
    c_mu = min(1 - c_1, 2 * (1 / 4 + mu_eff + 1 / mu_eff - 2) / ((n + 2) ** 2 + 2 * mu_eff / 2))
    least = min(1 + c_1 / c_mu, 1 + 2 * mu_eff_minus / (mu_eff + 2), (1 - c_1 - c_mu) / (n * c_mu))
    plus, minus = sum(r for r in raw if r >= 0), -sum(r for r in raw if r < 0)
    omega = [r / plus if r >= 0 else least * r / minus for r in raw]
    expected = math.sqrt(2) * math.gamma((n + 1) / 2) / math.gamma(n / 2)

    points, s, C, p_sigma, p_c = [w], 1.0, np.eye(2), np.zeros(2), np.zeros(2)
    for t, (eta, z) in enumerate(zip(rates, draws["samples"], strict=True)):
        sigma = eta * s
        squares, B = np.linalg.eigh(C)
        root, inverse = B @ np.diag(np.sqrt(squares)) @ B.T, B @ np.diag(squares**-0.5) @ B.T
        y = [root @ z[i] for i in range(lam)]
        y = [y[i] for i in sorted(range(lam), key=lambda i: height(f, w + sigma * y[i]))]
        step = sum(omega[i] * y[i] for i in range(mu))
        w = w + sigma * step
        p_sigma = (1 - c_sigma) * p_sigma + math.sqrt(c_sigma * (2 - c_sigma) * mu_eff) * inverse @ step
        length = np.linalg.norm(p_sigma)
        s *= math.exp(c_sigma / d_sigma * (length / expected - 1))
        h = float(length / math.sqrt(1 - (1 - c_sigma) ** (2 * (t + 1))) < (1.4 + 2 / (n + 1)) * expected)
        p_c = (1 - c_c) * p_c + h * math.sqrt(c_c * (2 - c_c) * mu_eff) * step
        turned = [o if o >= 0 else o * n / np.linalg.norm(inverse @ d) ** 2 for o, d in zip(omega, y, strict=True)]
        C = (1 + c_1 * (1 - h) * c_c * (2 - c_c) - c_1 - c_mu * sum(omega)) * C + c_1 * np.outer(p_c, p_c)
        C = C + c_mu * sum(o * np.outer(d, d) for o, d in zip(turned, y, strict=True))
        points.append(w)
    return np.array(points)
