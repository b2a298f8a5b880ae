"""The letters and names by which a page shows what an optimizer carries, is given and is set to."""

from collections.abc import Mapping

NOTATION: Mapping[str, tuple[str, str]] = {
    "g": ("g", "gradient"),
    "g_before": ("g′", "gradient of the step before"),
    "eta": ("η", "learning rate"),
    "n": ("t+1", "number of the step"),
    "w": ("w", "point"),
    "w_start": ("w₀", "start"),
    "before(w)": ("wₜ", "point before the step"),
    "axis_rate": ("ηₐ", "rate on each axis"),
    # what is carried
    "velocity": ("v", "velocity"),
    "first_moment": ("m", "average gradient"),
    "second_moment": ("s", "average squared gradient"),
    "sum_of_squares": ("s", "sum of squared gradients"),
    "squared_steps": ("u", "average squared step"),
    "largest_second_moment": ("ŝ", "largest average square"),
    "largest_slope": ("u", "largest recent slope"),
    "squared_surprise": ("s", "average squared surprise"),
    "gradient_change": ("v", "average change of the gradient"),
    "slow_moment": ("n", "slow average gradient"),
    "momentum_product": ("Πμ", "product of the momenta"),
    "gradient_sum": ("s", "weighted sum of gradients"),
    "curvature": ("h", "average curvature"),
    "hessian": ("H", "Hessian"),
    "trust_ratio": ("r", "trust ratio"),
    "distance": ("d", "distance"),
    "root": ("G", "root of the sum of squared gradients"),
    "reward": ("R", "reward"),
    "step_sizes": ("Δ", "step lengths, in learning rates"),
    "direction": ("d", "direction"),
    "tried": ("x", "point tried"),
    "step_size": ("σ", "standard deviation of the tries"),
    "fast": ("z", "fast point"),
    "read": ("y", "where the gradient was read"),
    "slow": ("φ", "slow point"),
    "average": ("w̄", "average of the points"),
    "ascent": ("a", "point uphill"),
    "gradient": ("∇f(a)", "gradient uphill"),
    "simplex": ("", "triangle"),
    "ellipse": ("", "cloud: mean and one standard deviation"),
    "samples": ("", "samples of this step"),
    "swarm": ("", "swarm"),
    # what a line makes on its way
    "m_hat": ("m̂", "average gradient, corrected"),
    "s_hat": ("ŝ", "average square, corrected"),
    "change": ("d", "change before the rate"),
    "scaled": ("u", "divided gradient"),
    "bound": ("c", "largest entry allowed"),
    "mix": ("c", "mixed gradient"),
    "mu": ("μ", "momentum of this step"),
    "mu_next": ("μ⁺", "momentum of the next step"),
    "length_limit": ("ρ∞", "entries in a full average"),
    "entries": ("ρ", "entries in the average so far"),
    "trust_now": ("r", "trust in the division"),
    "memory": ("β", "memory of this step"),
    "weight": ("λ", "weight of this gradient"),
    "target": ("z", "target"),
    "total": ("s", "sum of squares with this gradient"),
    # parameters
    "beta": ("β", "momentum"),
    "beta1": ("β₁", "memory of the gradient"),
    "beta2": ("β₂", "memory of the size"),
    "beta3": ("β₃", "third memory"),
    "nu": ("ν", "share of the average"),
    "nu1": ("ν₁", "share of the average"),
    "nu2": ("ν₂", "share of the average size"),
    "alpha": ("α", "weight of the slow memory"),
    "eps": ("ε", "epsilon"),
    "eps1": ("ε₁", "epsilon of the square"),
    "eps2": ("ε₂", "smallest scale"),
    "decay": ("ρ", "decay"),
    "rho": ("ρ", "memory"),
    "momentum": ("μ", "momentum"),
    "weight_decay": ("λ", "weight decay"),
    "gamma": ("γ", "room for curvature"),
    "trust": ("τ", "trust coefficient"),
    "momentum_decay": ("ψ", "pace of the momentum"),
    "threshold": ("ρ₀", "entries needed"),
    "decay_power": ("p", "growth of the memory"),
    "clip": ("d", "largest size of a step"),
    "max_norm": ("c", "longest gradient"),
    "max_value": ("c", "largest entry"),
    "sync_period": ("k", "steps ahead"),
    "slow_step": ("α", "step of the slow point"),
    "skip": ("s", "points left out"),
}
"""{name: (letter, words)}; an optimizer whose rule uses another letter says so in its symbols."""


def symbol(name: str) -> str:
    """Return a name's letter, the name itself where it has none."""
    return NOTATION.get(name, (name, name))[0] or name


def words(name: str) -> str:
    """Return a name in words."""
    return NOTATION.get(name, (name, name.replace("_", " ")))[1]
