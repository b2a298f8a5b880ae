"""The adaptive, sign-based and layer-wise optimizers again, in NumPy, from the papers' pseudo-code.

Generators of points, as in numpy_optimizers. t counts from 1 as the papers do; sums and products are taken anew
from the whole history wherever a paper defines them so; nothing here comes from optax.
"""

import math

import numpy as np


def qhm(w, gradient, rates, *, beta, nu, **_):
    """The average in closed form, as a weighted sum of all gradients."""
    past = []
    for alpha in rates:
        yield w
        past.append(gradient(w))
        ages = range(len(past) - 1, -1, -1)
        mean = sum((1 - beta) * beta**age * g for age, g in zip(ages, past, strict=True))
        w = w - alpha * ((1 - nu) * past[-1] + nu * mean)


def sign_descent(w, gradient, rates, **_):
    for eta in rates:
        yield w
        w = np.array([w[i] - eta * ((g > 0) - (g < 0)) for i, g in enumerate(gradient(w).tolist())])


def signum(w, gradient, rates, *, beta, **_):
    m = np.zeros(2)
    for eta in rates:
        yield w
        m = beta * m + (1 - beta) * gradient(w)
        w = w - eta * np.sign(m)


def normalized_gradient(w, gradient, rates, **_):
    for eta in rates:
        yield w
        g = gradient(w)
        norm = math.hypot(*g)
        w = w - eta * g / norm if norm else w


def rprop(w, gradient, rates, *, grow, shrink, smallest, largest, backtracking, **_):
    """The listing of the paper, one axis at a time; lengths in learning rates, so that a schedule scales them."""
    delta, old_g, last = [1.0, 1.0], [0.0, 0.0], [0.0, 0.0]
    for eta in rates:
        yield w
        g, w = gradient(w), w.copy()
        for i in range(2):
            if old_g[i] * g[i] < 0:
                delta[i] = max(delta[i] * shrink, smallest)
                last[i] = -last[i] if backtracking == "on" else 0.0
                old_g[i] = 0.0
            else:
                if old_g[i] * g[i] > 0:
                    delta[i] = min(delta[i] * grow, largest)
                last[i] = -np.sign(g[i]) * delta[i] * eta
                old_g[i] = g[i]
            w[i] += last[i]


def amsgrad(w, gradient, rates, *, beta1, beta2, eps, bias_correction, **_):
    m, v, v_hat = np.zeros(2), np.zeros(2), np.zeros(2)
    for t, alpha in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        v_hat = np.maximum(v_hat, v)
        if bias_correction == "on":  # as in torch.optim.Adam(amsgrad=True)
            denominator = np.sqrt(v_hat) / math.sqrt(1 - beta2**t) + eps
            w = w - alpha / (1 - beta1**t) * m / denominator
        else:
            w = w - alpha * m / (np.sqrt(v_hat) + eps)


def adamax(w, gradient, rates, *, beta1, beta2, eps, **_):
    m, past = np.zeros(2), []
    for t, alpha in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        past.append(np.abs(g) + eps)
        u = np.max([beta2 ** (t - 1 - i) * size for i, size in enumerate(past)], axis=0)
        w = w - alpha / (1 - beta1**t) * m / u


def nadam(w, gradient, rates, *, beta1, beta2, eps, momentum_decay, rising, **_):
    def mu(t):
        return beta1 if rising == "nowhere" else beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))

    m, n = np.zeros(2), np.zeros(2)
    for t, alpha in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        memory = mu(t) if rising == "everywhere" else beta1
        m = memory * m + (1 - memory) * g
        n = beta2 * n + (1 - beta2) * g**2
        until_now, until_next = (math.prod(mu(i) for i in range(1, last + 1)) for last in (t, t + 1))
        m_hat = mu(t + 1) * m / (1 - until_next) + (1 - mu(t)) * g / (1 - until_now)
        n_hat = n / (1 - beta2**t)
        w = w - alpha / (np.sqrt(n_hat) + eps) * m_hat


def radam(w, gradient, rates, *, beta1, beta2, eps, threshold, **_):
    m, v = np.zeros(2), np.zeros(2)
    rho_inf = 2 / (1 - beta2) - 1
    for t, alpha in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        v = beta2 * v + (1 - beta2) * g**2
        m = beta1 * m + (1 - beta1) * g
        m_hat = m / (1 - beta1**t)
        rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
        if rho > threshold:
            size = np.sqrt(v / (1 - beta2**t))
            r = math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
            w = w - alpha * r * m_hat / (size + eps)
        else:
            w = w - alpha * m_hat


def adabelief(w, gradient, rates, *, beta1, beta2, eps, **_):
    m, s = np.zeros(2), np.zeros(2)
    for t, alpha in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * (g - m) ** 2 + eps
        w = w - alpha * (m / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + eps)


def yogi(w, gradient, rates, *, beta1, beta2, eps, bias_correction, **_):
    m, v = np.zeros(2), np.zeros(2)
    for t, eta in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        v = v - (1 - beta2) * np.sign(v - g**2) * g**2
        first, second = (1 - beta1**t, 1 - beta2**t) if bias_correction == "on" else (1, 1)
        w = w - eta * (m / first) / (np.sqrt(v / second) + eps)


def adabound(w, gradient, rates, *, beta1, beta2, final, speed, eps, **_):
    """The authors' code: the final rate follows the learning rate, as its final_lr * group lr / base lr does."""
    m, v = np.zeros(2), np.zeros(2)
    for step, eta in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        m = m * beta1 + (1 - beta1) * g
        v = v * beta2 + (1 - beta2) * g * g
        final_rate = final * eta
        lower, upper = final_rate * (1 - 1 / (speed * step + 1)), final_rate * (1 + 1 / (speed * step))
        sizes = eta * math.sqrt(1 - beta2**step) / (1 - beta1**step) / (np.sqrt(v) + eps)
        w = w - np.clip(sizes, lower, upper) * m


def adan(w, gradient, rates, *, beta1, beta2, beta3, eps, weight_decay, **_):
    """Algorithm 1, from m_0 = g_0, v_0 = 0, v_1 = g_1 - g_0, n_0 = g_0^2; the paper's betas are 1 minus a memory."""
    b1, b2, b3 = 1 - beta1, 1 - beta2, 1 - beta3
    old = None
    for k, eta in enumerate(rates):
        yield w
        g = gradient(w)
        if k == 0:
            m, v, n = g, np.zeros(2), g**2
        else:
            m = (1 - b1) * m + b1 * g
            v = g - old if k == 1 else (1 - b2) * v + b2 * (g - old)
            n = (1 - b3) * n + b3 * (g + (1 - b2) * (g - old)) ** 2
        old = g
        eta_k = eta / (np.sqrt(n) + eps)
        w = (w - eta_k * (m + (1 - b2) * v)) / (1 + weight_decay * eta)


def ademamix(w, gradient, rates, *, beta1, beta2, beta3, alpha, warmup, eps, **_):
    m1, m2, v = np.zeros(2), np.zeros(2), np.zeros(2)
    for t, eta in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        b3, a = beta3, alpha
        if warmup:
            a = min(t * alpha / warmup, alpha)
            share, start, end = min(t / warmup, 1), math.log(beta1), math.log(beta3)
            b3 = min(math.exp(start * end / ((1 - share) * end + share * start)), beta3)
        m1 = beta1 * m1 + (1 - beta1) * g
        m2 = b3 * m2 + (1 - b3) * g
        v = beta2 * v + (1 - beta2) * g**2
        step = (m1 / (1 - beta1**t) + a * m2) / (np.sqrt(v / (1 - beta2**t)) + eps)
        w = w - eta * step


def adopt(w, gradient, rates, *, beta1, beta2, eps, clipping, **_):
    m = np.zeros(2)
    for t, alpha in enumerate(rates):
        yield w
        g = gradient(w)
        if t == 0:
            v = g**2
            continue
        divided = g / np.maximum(np.sqrt(v), eps)
        if clipping == "on":
            divided = np.clip(divided, -(t**0.25), t**0.25)
        m = beta1 * m + (1 - beta1) * divided
        w = w - alpha * m
        v = beta2 * v + (1 - beta2) * g**2


def qhadam(w, gradient, rates, *, beta1, beta2, nu1, nu2, eps, **_):
    g_mean, s = np.zeros(2), np.zeros(2)
    for t, alpha in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        g_mean = beta1 * g_mean + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
        up = (1 - nu1) * g + nu1 * g_mean / (1 - beta1**t)
        down = np.sqrt((1 - nu2) * g**2 + nu2 * s / (1 - beta2**t)) + eps
        w = w - alpha * up / down


def novograd(w, gradient, rates, *, beta1, beta2, eps, weight_decay, **_):
    v, m = 0.0, np.zeros(2)
    for t, alpha in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        v = g @ g if t == 1 else beta2 * v + (1 - beta2) * (g @ g)
        entry = g / (math.sqrt(v) + eps) + weight_decay * w
        m = entry if t == 1 else beta1 * m + entry
        w = w - alpha * m


def lamb(w, gradient, rates, *, beta1, beta2, eps, weight_decay, **_):
    m, v = np.zeros(2), np.zeros(2)
    for t, eta in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        r = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        update = r + weight_decay * w
        ratio = math.hypot(*w) / math.hypot(*update) if w.any() and update.any() else 1.0
        w = w - eta * ratio * update


def lars(w, gradient, rates, *, momentum, trust, weight_decay, **_):
    v = np.zeros(2)
    for gamma in rates:
        yield w
        g = gradient(w)
        local = trust * math.hypot(*w) / (math.hypot(*g) + weight_decay * math.hypot(*w))
        v = momentum * v + gamma * local * (g + weight_decay * w)
        w = w - v


def sm3(w, gradient, rates, *, momentum, cover, **_):
    """SM3-II over a cover given as sets of axes, each with its own accumulator."""
    sets = [(0, 1)] if cover == "together" else [(0,), (1,)]
    mu, m = [0.0] * len(sets), np.zeros(2)
    for eta in rates:
        yield w
        g = gradient(w)
        nu = [min(mu[r] for r, axes in enumerate(sets) if i in axes) + g[i] ** 2 for i in range(2)]
        mu = [max(nu[i] for i in axes) for axes in sets]
        m = momentum * m + (1 - momentum) * np.array([g[i] / math.sqrt(nu[i]) if nu[i] else 0.0 for i in range(2)])
        w = w - eta * m


def adafactor(w, gradient, rates, *, decay_power, clip, eps1, eps2, **_):
    def rms(x):
        return math.sqrt(sum(x**2) / len(x))

    v = np.zeros(2)
    for t, eta in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        alpha = max(eps2, rms(w)) * min(eta, 1 / math.sqrt(t))
        beta2 = 1 - t**-decay_power
        v = beta2 * v + (1 - beta2) * (g**2 + eps1)
        u = g / np.sqrt(v)
        w = w - alpha * u / max(1, rms(u) / clip)


def madgrad(w, gradient, rates, *, momentum, eps, **_):
    start, weighted, squares = w, [], []
    for k, gamma in enumerate(rates):
        yield w
        g = gradient(w)
        weighted.append(gamma * math.sqrt(k + 1) * g)
        squares.append(gamma * math.sqrt(k + 1) * g**2)
        z = start - sum(weighted) / (sum(squares) ** (1 / 3) + eps)
        c = 1 - momentum
        w = (1 - c) * w + c * z


def sophia(w, gradient, rates, *, hessian, beta1, beta2, gamma, every, eps, weight_decay, **_):
    m, h = np.zeros(2), np.zeros(2)
    for t, eta in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        if every == 1 or t % every == 1:
            h = beta2 * h + (1 - beta2) * np.diag(hessian(w))
        w = w - eta * weight_decay * w - eta * np.clip(m / np.maximum(gamma * h, eps), -1, 1)
