"""How one step is made: optimizers, what can be put around them, and learning-rate schedules, each in menu order."""

import numerics  # noqa: F401, I001  (sets the environment that JAX starts in; must come first)

from types import MappingProxyType

from optimizers.rules.adam_bounds import ADABOUND
from optimizers.rules.adam_lookahead import ADAN, NADAM
from optimizers.rules.adam_mixtures import ADEMAMIX, QHADAM
from optimizers.rules.adam_sizes import ADABELIEF, ADAMAX, AMSGRAD, YOGI
from optimizers.rules.adam_starts import ADOPT, RADAM
from optimizers.rules.adaptive import ADADELTA, ADAGRAD, ADAM, ADAMW, LION, RMSPROP
from optimizers.wrappers.averages import EMA_WEIGHTS, LOOKAHEAD, POLYAK_AVERAGE
from optimizers.rules.line_search import BACKTRACKING, CONJUGATE_GRADIENT, EXACT_LINE_SEARCH, POLYAK_STEP
from optimizers.shared.optimizer import WEIGHTS, Optimizer, Wrapper, draw_shape
from optimizers.rules.populations import CMA_ES, PARTICLE_SWARM
from optimizers.rules.random_walks import EVOLUTION_STRATEGY, RANDOM_SEARCH, SIMULATED_ANNEALING
from optimizers.shared.sampling import LANGEVIN
from optimizers.rules.curvature import LBFGS, NEWTON, SOPHIA
from optimizers.schedules.cycles import COSINE_RESTARTS, CYCLIC, ONE_CYCLE
from optimizers.schedules.decays import (
    CONSTANT,
    COSINE,
    EXPONENTIAL,
    INVERSE_SQRT,
    INVERSE_TIME,
    LINEAR,
    MULTI_STEP,
    POLYNOMIAL,
    STEP,
)
from optimizers.rules.distances import DADAPT, DOG, DOWG, PRODIGY
from optimizers.schedules.drawn import CUSTOM
from optimizers.rules.dual_averaging import MADGRAD
from optimizers.wrappers.layer_rate import LAYER_RATE
from optimizers.rules.layers import LAMB, LARS, NOVOGRAD
from optimizers.rules.lean import ADAFACTOR, SM3
from optimizers.schedules.loss_driven import BOLD_DRIVER, REDUCE_ON_PLATEAU
from optimizers.rules.plain import GRADIENT_DESCENT, MOMENTUM, MOMENTUM_EMA, NESTEROV, QHM
from optimizers.rules.rate_free import COCOB, MOMO
from optimizers.schedules.schedule import Schedule
from optimizers.rules.schedule_free import SCHEDULE_FREE_ADAMW, SCHEDULE_FREE_SGD
from optimizers.rules.second_order import BFGS, DAMPED_NEWTON, SADDLE_FREE_NEWTON
from optimizers.wrappers.proximal import PROXIMAL_L1
from optimizers.wrappers.sharpness import SAM
from optimizers.rules.simplex import NELDER_MEAD
from optimizers.rules.signs import NORMALIZED_GRADIENT, RPROP, SIGN_DESCENT, SIGNUM
from optimizers.schedules.warmups import (
    WARMUP_CONSTANT,
    WARMUP_COSINE,
    WARMUP_EXPONENTIAL,
    WARMUP_INVERSE_SQRT,
    WARMUP_LINEAR,
    WSD,
)
from optimizers.wrappers.gradients import CLIP_NORM, CLIP_VALUE, COUPLED_DECAY, WEIGHT_DECAY

_FAMILIES = {
    "Plain and momentum": (
        GRADIENT_DESCENT,
        MOMENTUM,
        MOMENTUM_EMA,
        NESTEROV,
        QHM,
        NORMALIZED_GRADIENT,
        SIGN_DESCENT,
        SIGNUM,
        RPROP,
    ),
    "Adaptive": (
        ADAGRAD,
        RMSPROP,
        ADADELTA,
        ADAM,
        ADAMW,
        AMSGRAD,
        ADAMAX,
        NADAM,
        RADAM,
        ADABELIEF,
        ADABOUND,
        YOGI,
        ADAN,
        ADEMAMIX,
        ADOPT,
        QHADAM,
        LION,
        SM3,
        ADAFACTOR,
        MADGRAD,
        NOVOGRAD,
        LARS,
        LAMB,
        SOPHIA,
    ),
    "Without a rate or a schedule to tune": (
        PRODIGY,
        DADAPT,
        DOG,
        DOWG,
        COCOB,
        MOMO,
        SCHEDULE_FREE_SGD,
        SCHEDULE_FREE_ADAMW,
    ),
    "With a line search": (
        BACKTRACKING,
        EXACT_LINE_SEARCH,
        POLYAK_STEP,
        CONJUGATE_GRADIENT,
    ),
    "Curvature": (
        NEWTON,
        DAMPED_NEWTON,
        SADDLE_FREE_NEWTON,
        BFGS,
        LBFGS,
    ),
    "Random, and without gradients": (
        LANGEVIN,
        NELDER_MEAD,
        RANDOM_SEARCH,
        EVOLUTION_STRATEGY,
        SIMULATED_ANNEALING,
        CMA_ES,
        PARTICLE_SWARM,
    ),
}
_WRAPPERS = (
    CLIP_NORM,
    CLIP_VALUE,
    WEIGHT_DECAY,
    COUPLED_DECAY,
    PROXIMAL_L1,
    LAYER_RATE,
    LOOKAHEAD,
    SAM,
    POLYAK_AVERAGE,
    EMA_WEIGHTS,
)
_SCHEDULES = (
    CONSTANT,
    INVERSE_TIME,
    INVERSE_SQRT,
    EXPONENTIAL,
    STEP,
    MULTI_STEP,
    POLYNOMIAL,
    LINEAR,
    COSINE,
    COSINE_RESTARTS,
    ONE_CYCLE,
    CYCLIC,
    WARMUP_CONSTANT,
    WARMUP_LINEAR,
    WARMUP_COSINE,
    WARMUP_EXPONENTIAL,
    WARMUP_INVERSE_SQRT,
    WSD,
    CUSTOM,
    REDUCE_ON_PLATEAU,
    BOLD_DRIVER,
)

OPTIMIZERS = MappingProxyType({optimizer.key: optimizer for family in _FAMILIES.values() for optimizer in family})
FAMILIES = MappingProxyType({name: tuple(optimizer.key for optimizer in family) for name, family in _FAMILIES.items()})
"""{family: keys of its optimizers}, in menu order."""
WRAPPERS = MappingProxyType({wrapper.key: wrapper for wrapper in _WRAPPERS})
SCHEDULES = MappingProxyType({schedule.key: schedule for schedule in _SCHEDULES})

__all__ = [
    "FAMILIES",
    "OPTIMIZERS",
    "SCHEDULES",
    "WEIGHTS",
    "WRAPPERS",
    "Optimizer",
    "Schedule",
    "Wrapper",
    "draw_shape",
]
