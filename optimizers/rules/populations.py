"""Many points at once: a swarm that follows its best, and a normal cloud that learns the shape of the valley."""

from math import pi, sqrt
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from optimizers.shared.candidates import ranks, values_at
from optimizers.shared.optimizer import WEIGHTS, Inside, Optimizer
from parameter import Parameter

LARGEST = 16
"""Points of one population at most; draws are made for so many, and the first are used."""

STOP = 1e-12
"""CMA-ES stands still once its cloud is narrower than this share of the first one."""

_N = 2
_EXPECTED_LENGTH = sqrt(pi / 2)  # of a standard normal vector in the plane
_SMALLEST = 1e-14  # the covariance's determinant, as a share of that of a circle: conditions up to 4e14


class _Strategy:
    """Hansen's constants for a population of this size in the plane, table 1 of the tutorial, and the weights."""

    def __init__(self, population: int) -> None:
        raw = np.log((population + 1) / 2) - np.log(np.arange(1, population + 1))
        chosen, others = raw[: population // 2], raw[population // 2 :]
        self.mass = m = chosen.sum() ** 2 / (chosen**2).sum()
        mass_of_others = others.sum() ** 2 / (others**2).sum()
        self.c_sigma = (m + 2) / (_N + m + 5)
        self.damping = 1 + 2 * max(0.0, sqrt((m - 1) / (_N + 1)) - 1) + self.c_sigma
        self.c_path = (4 + m / _N) / (_N + 4 + 2 * m / _N)
        self.c_one = 2 / ((_N + 1.3) ** 2 + m)
        self.c_mu = min(1 - self.c_one, 2 * (0.25 + m + 1 / m - 2) / ((_N + 2) ** 2 + m))
        bound = min(
            1 + self.c_one / self.c_mu,
            1 + 2 * mass_of_others / (m + 2),
            (1 - self.c_one - self.c_mu) / (_N * self.c_mu),
        )
        against = raw < 0
        self.weights = np.where(against, bound * raw / -raw[against].sum(), raw / raw[~against].sum())


class _Cloud(NamedTuple):
    """The normal cloud: covariance (2, 2), its factor s (), both paths (2,) and the number of steps ().

    ellipse (3, 2): mean and covariance that the samples (n, 2) of the step just made were drawn from, the best first.
    mean (2,), scatter (2, 2): of their y, the weighted mean of the better half and the weighted sum of all y y^T.
    calls: of the value in that step.
    """

    covariance: jax.Array
    factor: jax.Array
    sigma_path: jax.Array
    path: jax.Array
    steps: jax.Array
    ellipse: jax.Array
    samples: jax.Array
    mean: jax.Array
    scatter: jax.Array
    calls: jax.Array


def roots(covariance: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return the symmetric square root (2, 2) of a positive definite matrix (2, 2), and that root's inverse.

    In closed form: the root is (C + d I) / sqrt(trace + 2 d) with d the root of the determinant. A determinant that is
    lost to rounding is taken as 1e-14 of that of a circle with the same trace.
    """
    a, b, c = covariance[0, 0], covariance[0, 1], covariance[1, 1]
    half = (a + c) / 2
    size = jnp.where(half > 0, half, 1.0)  # scaled by it, so that no product of small entries vanishes
    a, b, c = a / size, b / size, c / size
    d = jnp.sqrt(jnp.maximum(a * c - b * b, _SMALLEST))
    t = jnp.sqrt(a + c + 2 * d)
    scale = jnp.sqrt(size)
    root = jnp.stack([jnp.stack([a + d, b]), jnp.stack([b, c + d])]) / t * scale
    inverse = jnp.stack([jnp.stack([c + d, -b]), jnp.stack([-b, a + d])]) / (t * d * scale)
    return root, inverse


def _times(matrix: jax.Array, vectors: jax.Array) -> jax.Array:
    """Return a symmetric (2, 2) matrix times each of the vectors (..., 2)."""
    x, y = vectors[..., 0], vectors[..., 1]
    return jnp.stack([matrix[0, 0] * x + matrix[0, 1] * y, matrix[1, 0] * x + matrix[1, 1] * y], axis=-1)


def _cma_es(learning_rate: Any, *, population: int) -> optax.GradientTransformationExtraArgs:
    strategy = _Strategy(population)
    m, c_sigma, c_path, c_one, c_mu = (
        strategy.mass,
        strategy.c_sigma,
        strategy.c_path,
        strategy.c_one,
        strategy.c_mu,
    )

    def init(params: Any) -> _Cloud:
        nothing = jnp.zeros(2)
        return _Cloud(
            covariance=jnp.eye(2),
            factor=jnp.ones(()),
            sigma_path=nothing,
            path=nothing,
            steps=jnp.zeros(()),
            ellipse=jnp.zeros((3, 2)),
            samples=jnp.zeros((population, 2)) + params,
            mean=nothing,
            scatter=jnp.zeros((2, 2)),
            calls=jnp.zeros(()),
        )

    def update(
        gradient: Any, state: _Cloud, params: Any = None, *, value_fn: Any, draws: dict[str, jax.Array], **_: Any
    ) -> tuple[Any, _Cloud]:
        sigma = learning_rate * state.factor
        root, inverse = roots(state.covariance)
        y = _times(root, draws["samples"][:population])
        samples = params + sigma * y
        place = ranks(values_at(value_fn, samples))
        is_at = place[:, None] == jnp.arange(population)
        weights = jnp.sum(jnp.where(is_at, strategy.weights, 0.0), axis=1)
        mean = jnp.sum(jnp.maximum(weights, 0.0)[:, None] * y, axis=0)

        whitened = _times(inverse, mean)
        sigma_path = (1 - c_sigma) * state.sigma_path + sqrt(c_sigma * (2 - c_sigma) * m) * whitened
        length = jnp.sqrt(jnp.sum(sigma_path**2))
        steps = state.steps + 1
        settled = jnp.sqrt(1 - (1 - c_sigma) ** (2 * steps))
        is_short = length / settled < (1.4 + 2 / (_N + 1)) * _EXPECTED_LENGTH
        path = (1 - c_path) * state.path + is_short * sqrt(c_path * (2 - c_path) * m) * mean
        factor = state.factor * jnp.exp(c_sigma / strategy.damping * (length / _EXPECTED_LENGTH - 1))

        lengths = jnp.sum(_times(inverse, y) ** 2, axis=1)
        scaled = jnp.where(weights >= 0, weights, weights * _N / jnp.where(lengths > 0, lengths, 1.0))
        kept = 1 + c_one * (1 - is_short) * c_path * (2 - c_path) - c_one - c_mu * float(strategy.weights.sum())
        spread = jnp.sum(scaled[:, None, None] * y[:, :, None] * y[:, None, :], axis=0)
        covariance = kept * state.covariance + c_one * path[:, None] * path[None, :] + c_mu * spread

        was = state.covariance
        width = state.factor * jnp.sqrt(jnp.maximum(was[0, 0], was[1, 1]))
        is_done = width < STOP
        moved = _Cloud(
            covariance=covariance,
            factor=factor,
            sigma_path=sigma_path,
            path=path,
            steps=steps,
            ellipse=jnp.concatenate([params[None], sigma**2 * was]),
            samples=jnp.sum(jnp.where(is_at[:, :, None], samples[:, None], 0.0), axis=0),
            mean=mean,
            scatter=spread,
            calls=jnp.full((), float(population)),
        )
        stays = state._replace(ellipse=moved.ellipse, calls=jnp.zeros(()))
        new = jax.tree.map(lambda old, found: jnp.where(is_done, old, found), stays, moved)
        return jnp.where(is_done, 0.0, sigma * mean), new

    return optax.GradientTransformationExtraArgs(init, update)


_LOWEST = {
    "particle": "vector",
    "particle_velocity": "vector",
    "own_best": "vector",
    "own_pull": "vector",
    "shared_pull": "vector",
    "place": "vector",
    "place_value": "number",
}


class _Swarm(NamedTuple):
    """positions, velocities and each one's own best (n, 2), the values there (n,), the leader (2,): the best place that
    any has been to, that of the first one among equals; and the number of steps ().

    lowest: of the particle that came lowest in the step just made, by name: where it was and came to, its velocity and
    own best before, its two pulls, (2,) each, and the value () there.
    """

    positions: jax.Array
    velocities: jax.Array
    bests: jax.Array
    values: jax.Array
    leader: jax.Array
    steps: jax.Array
    lowest: dict[str, jax.Array]


def _particle_swarm(
    learning_rate: Any, *, particles: int, inertia: Any, own: Any, shared: Any
) -> optax.GradientTransformationExtraArgs:
    def init(params: Any) -> _Swarm:
        start = jnp.zeros((particles, 2)) + params
        return _Swarm(
            positions=start,
            velocities=jnp.zeros((particles, 2)),
            bests=start,
            values=jnp.full(particles, jnp.inf),
            leader=params,
            steps=jnp.zeros(()),
            lowest={name: jnp.zeros((2,) if kind == "vector" else ()) for name, kind in _LOWEST.items()},
        )

    def update(
        gradient: Any, state: _Swarm, params: Any = None, *, value_fn: Any, draws: dict[str, jax.Array], **_: Any
    ) -> tuple[Any, _Swarm]:
        first, second = draws["pulls"][0, :particles], draws["pulls"][1, :particles]
        is_first = state.steps == 0
        velocities = (
            inertia * state.velocities
            + own * first * (state.bests - state.positions)
            + shared * second * (state.leader - state.positions)
        )
        scattered = learning_rate * jnp.where(jnp.arange(particles)[:, None] == 0, 0.0, 2 * first - 1)
        positions = state.positions + jnp.where(is_first, scattered, velocities)
        values = values_at(value_fn, positions)
        is_better = values < state.values
        is_lowest = ranks(values) == 0

        def of_lowest(rows: jax.Array) -> jax.Array:
            return jnp.sum(jnp.where(is_lowest[:, None], rows, 0.0), axis=0)

        bests = jnp.where(is_better[:, None], positions, state.bests)
        best_values = jnp.where(is_better, values, state.values)
        leader = jnp.sum(jnp.where((ranks(best_values) == 0)[:, None], bests, 0.0), axis=0)
        new = _Swarm(
            positions=positions,
            velocities=jnp.where(is_first, 0.0, velocities),
            bests=bests,
            values=best_values,
            leader=leader,
            steps=state.steps + 1,
            lowest={
                "particle": of_lowest(state.positions),
                "particle_velocity": of_lowest(state.velocities),
                "own_best": of_lowest(state.bests),
                "own_pull": of_lowest(first),
                "shared_pull": of_lowest(second),
                "place": of_lowest(positions),
                "place_value": jnp.min(values),
            },
        )
        return leader - params, new

    return optax.GradientTransformationExtraArgs(init, update)


def _cloud_calls(state: _Cloud) -> tuple[jax.Array, jax.Array, jax.Array]:
    return state.calls, jnp.zeros(()), jnp.zeros(())


def _swarm_calls(state: _Swarm) -> tuple[jax.Array, jax.Array, jax.Array]:
    return jnp.full((), float(len(state.values))), jnp.zeros(()), jnp.zeros(())


def _watch_cloud(state: _Cloud, params: jax.Array) -> dict[str, jax.Array]:
    return {
        "ellipse": state.ellipse,
        "samples": state.samples,
        "step_factor": state.factor,
        "sigma_path": state.sigma_path,
        "path": state.path,
        "covariance": state.covariance,
        "mean_step": state.mean,
        "scatter": state.scatter,
    }


def _constants(*, population: int) -> dict[str, Any]:
    strategy = _Strategy(population)
    return {
        "better_weights": strategy.weights[None, : population // 2],
        "mass": float(strategy.mass),
        "c_sigma": float(strategy.c_sigma),
        "d_sigma": float(strategy.damping),
        "c_path": float(strategy.c_path),
        "c_one": float(strategy.c_one),
        "c_mu": float(strategy.c_mu),
        "weight_sum": float(strategy.weights.sum()),
        "expected": _EXPECTED_LENGTH,
        "longest": (1.4 + 2 / (_N + 1)) * _EXPECTED_LENGTH,
    }


def _watch_swarm(state: _Swarm, params: jax.Array) -> dict[str, jax.Array]:
    return {"swarm": state.positions, "leader": state.leader, "leader_value": jnp.min(state.values), **state.lowest}


_MOVES = f"width >= {STOP}"

CMA_ES = Optimizer(
    key="cma_es",
    name="CMA-ES",
    make=_cma_es,
    parameters=(
        Parameter(
            key="population",
            name="Samples a step",
            default=6,
            low=4,
            high=LARGEST,
            kind="integer",
            structural=True,
            help="How many points are drawn and compared at each step; Hansen's choice in the plane is 6.",
        ),
    ),
    rule=(
        r"\begin{aligned} & y_i = C^{1/2} z_i, \quad z_i \sim \mathcal N(0, I), \quad x_i = w_t + \sigma y_i, \quad"
        r" \sigma = \eta\, s, \qquad f(x_{1:\lambda}) \le \dots \le f(x_{\lambda:\lambda}) \\"
        r" & \bar y = \textstyle\sum_{i \le \mu} \omega_i\, y_{i:\lambda}, \qquad w_{t+1} = w_t + \sigma \bar y \\"
        r" & p_\sigma \leftarrow (1 - c_\sigma)\, p_\sigma + \sqrt{c_\sigma (2 - c_\sigma) \mu_w}\;"
        r" C^{-1/2} \bar y, \qquad"
        r" s \leftarrow s \exp\!\Big(\tfrac{c_\sigma}{d_\sigma}"
        r" \big(\tfrac{\lVert p_\sigma \rVert}{\sqrt{\pi/2}} - 1\big)\Big) \\"
        r" & h = \begin{cases} 1 & \tfrac{\lVert p_\sigma \rVert}{\sqrt{1 - (1 - c_\sigma)^{2(t+1)}}} <"
        r" \big(1.4 + \tfrac23\big) \sqrt{\pi/2} \\ 0 & \text{otherwise} \end{cases}, \qquad"
        r" p_c \leftarrow (1 - c_c)\, p_c + h \sqrt{c_c (2 - c_c) \mu_w}\; \bar y \\"
        r" & C \leftarrow \big(1 + c_1 (1 - h)\, c_c (2 - c_c) - c_1 - c_\mu \Sigma_\omega\big)\, C"
        r" + c_1 p_c p_c^\top + c_\mu S \\"
        r" & S = \textstyle\sum_{i \le \lambda} \omega_i^\circ\, y_{i:\lambda} y_{i:\lambda}^\top, \qquad"
        r" \Sigma_\omega = \textstyle\sum_{i \le \lambda} \omega_i \\"
        r" & \omega_i^\circ = \omega_i \text{ for } \omega_i \ge 0, \text{ else }"
        r" 2\, \omega_i / \lVert C^{-1/2} y_{i:\lambda} \rVert^2, \qquad"
        r" (C = I,\ s = 1,\ p_\sigma = p_c = 0 \text{ at first}) \end{aligned}"
    ),
    source="Hansen, The CMA evolution strategy: a tutorial, arXiv:1604.00772, version of 2023, figure 6 and table 1",
    notes=(
        "Draws a few points from a normal cloud, moves its middle towards the better half and bends the cloud along "
        "the valley: it learns the surface's shape from the order of the values alone. The iterate shown is the mean, "
        "which is not itself evaluated. The learning rate is the first standard deviation; a schedule multiplies what "
        "the path rule makes of it. All constants and weights, the negative ones too, are the tutorial's (its version "
        "of 2016 leaves out the 1/4 in the share of the weighted samples). Samples are drawn with the symmetric root "
        "of C, which spreads them like the tutorial's B D. It stands still once the cloud is a million-millionth of "
        "the first one (the tutorial's TolX without its condition on the path); the determinant of C is kept above "
        "1e−14 of a circle's. Values that are not finite count as worst, equals keep their order; gradient noise is "
        "not seen. PyTorch, optax and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.15,
    cost=(0, 0, 0),
    search_cost=_cloud_calls,
    searched=lambda population: population,
    two_only=True,
    inside=Inside(
        observes={
            "ellipse": "ellipse",
            "samples": "swarm",
            "step_factor": "number",
            "sigma_path": "vector",
            "path": "vector",
            "covariance": "matrix",
            "mean_step": "vector",
            "scatter": "matrix",
        },
        passing=("mean_step", "scatter"),
        observe=_watch_cloud,
        worked=(
            "width = step_factor * sqrt(largest(diagonal(covariance)))",
            f"step_size = eta * step_factor if {_MOVES}",
            "ellipse: the normal cloud that the samples X are drawn from: mean w, covariance σ²C",
            f"better = better_half(after(samples)) if {_MOVES}",
            f"mean_step: Σ ω (x − w) / σ over the better half, with the weights ω if {_MOVES}",
            f"w = w + weighted(better_weights, better, w) if {_MOVES}",
            f"sigma_path = (1 - c_sigma) * sigma_path"
            f" + sqrt(c_sigma * (2 - c_sigma) * mass) * solve_root(covariance, mean_step) if {_MOVES}",
            f"step_factor = step_factor * exp(c_sigma / d_sigma * (norm(sigma_path) / expected - 1)) if {_MOVES}",
            f"short = where(norm(sigma_path) / sqrt(1 - (1 - c_sigma)**(2 * n)) < longest, 1, 0) if {_MOVES}",
            f"path = (1 - c_path) * path + short * sqrt(c_path * (2 - c_path) * mass) * mean_step if {_MOVES}",
            f"scatter: Σ ω y y⊤ over all samples, y = (x − w) / σ if {_MOVES}",
            f"kept = 1 + c_one * (1 - short) * c_path * (2 - c_path) - c_one - c_mu * weight_sum if {_MOVES}",
            f"covariance = kept * covariance + c_one * outer(path, path) + c_mu * scatter if {_MOVES}",
            f"w = w if width < {STOP}",
        ),
        constants=_constants,
        symbols={"n": "(t+1)"},
    ),
    draws={"samples": ("normal", (LARGEST, WEIGHTS))},
)

PARTICLE_SWARM = Optimizer(
    key="particle_swarm",
    name="Particle swarm",
    make=_particle_swarm,
    parameters=(
        Parameter(
            key="particles",
            name="Particles",
            default=10,
            low=2,
            high=LARGEST,
            kind="integer",
            structural=True,
            help="How many points fly over the surface; each of them costs one value at every step.",
        ),
        Parameter(
            key="inertia",
            name="Inertia",
            default=0.7298,
            low=0.0,
            high=1.0,
            help="How much of its velocity a particle keeps at each step; small values let the swarm settle sooner.",
        ),
        Parameter(
            key="own",
            name="Pull of its own best",
            default=1.49618,
            low=0.0,
            high=3.0,
            help="How strongly a particle turns back to the best place that it has been to itself.",
        ),
        Parameter(
            key="shared",
            name="Pull of the swarm's best",
            default=1.49618,
            low=0.0,
            high=3.0,
            help="How strongly a particle turns to the best place that any of them has found.",
        ),
    ),
    rule=(
        r"\begin{aligned} & t \ge 1: \ v_i \leftarrow \omega v_i + c_1 r_{1i} \odot (p_i - x_i)"
        r" + c_2 r_{2i} \odot (w_t - x_i), \quad x_i \leftarrow x_i + v_i \\"
        r" & p_i \leftarrow x_i \text{ if } f(x_i) < f(p_i), \qquad"
        r" w_{t+1} = \arg\min_{p_i} f(p_i) \\"
        r" & (r_{1i}, r_{2i}) \sim \mathcal U[0, 1)^2, \qquad (\text{first step: }"
        r" v_i = 0,\ x_i = p_i = w_0 + \eta\,(2 r_{1i} - 1), \text{ but } x_1 = w_0) \end{aligned}"
    ),
    source=(
        "Kennedy and Eberhart, Particle swarm optimization, 1995; with inertia and the constants of Clerc and Kennedy, "
        "The particle swarm: explosion, stability, and convergence, 2002"
    ),
    notes=(
        "Each particle is pulled to the best place it has been to and to the best that any has found, and overshoots "
        "both. The iterate shown is the best place found so far, so it may stay while the swarm flies on. The first "
        "step only scatters the particles, evenly in a square around the start, one of them at the start itself; the "
        "learning rate is half that square's side, and after that a schedule changes nothing. All particles move at "
        "once; velocities are not limited and there are no walls, so strong pulls let the swarm fly apart. Values that "
        "are not finite count as worst; gradient noise is not seen, and a wrapper that moves the point does not move "
        "the swarm. PyTorch, optax and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.15,
    cost=(0, 0, 0),
    search_cost=_swarm_calls,
    searched=lambda particles, **_: particles,
    two_only=True,
    inside=Inside(
        observes={"swarm": "swarm", "leader": "vector", "leader_value": "number", **_LOWEST},
        of_next=("swarm", "leader", "leader_value"),
        passing=tuple(_LOWEST),
        observe=_watch_swarm,
        worked=(
            "particle: where the particle was that comes lowest in this step",
            "particle_velocity: its velocity",
            "own_best: the best place that it had been to",
            "own_pull: drawn at random between 0 and 1, for each axis",
            "shared_pull: drawn at random between 0 and 1, for each axis if n > 1",
            "velocity = inertia * particle_velocity + own * own_pull * (own_best - particle)"
            " + shared * shared_pull * (leader - particle) if n > 1",
            "place: scattered around the start by η at most; one particle is left there if n == 1",
            "place = particle + velocity if n > 1",
            "place_value: the loss there, the lowest of all particles in this step",
            "leader = where(place_value < leader_value, place, leader) if place_value != leader_value",
            "leader: the best place that any has been to; of equals, that of the first particle"
            " if place_value == leader_value",
            "leader_value = min(place_value, leader_value)",
            "w = leader",
        ),
        symbols={"own": "c₁", "shared": "c₂", "velocity": "v⁺"},
    ),
    draws={"pulls": ("uniform", (2, LARGEST, WEIGHTS))},
)
