"""Plateaus, needles, saddles and kinks: places where the gradient says little, nothing or two things at once."""

from math import pi

import jax.numpy as jnp
from jax import Array

from landscapes.kinks import absolute
from landscapes.landscape import Landscape
from parameter import Parameter


def _easom(x: Array, y: Array) -> Array:
    return -jnp.cos(x) * jnp.cos(y) * jnp.exp(-((x - pi) ** 2) - (y - pi) ** 2)


EASOM = Landscape(
    key="easom",
    name="Easom",
    family="Plateaus and needles",
    formula=r"-\cos x\cos y\;e^{-(x-\pi)^2-(y-\pi)^2}",
    function=_easom,
    domain=((-100.0, 100.0), (-100.0, 100.0)),
    view=((0.0, 6.3), (0.0, 6.3)),
    source="Easom 1990; Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 50",
    story=(
        "One narrow hole in an endless plain. Where the plain is flat to the last digit the gradient is exactly zero, "
        "and no gradient method can know where to go."
    ),
    starts=((2.0, 4.0), (1.7, 1.7), (0.5, 5.5), (5.0, 2.0)),
    minima=((pi, pi),),
    lowest=-1.0,
    other_minima=(
        (1.3049954504376675, 1.3049954504376675),
        (1.3049954504376675, 4.978189856741919),
        (4.978189856741919, 1.3049954504376675),
        (4.978189856741919, 4.978189856741919),
    ),
    saddle_points=((3 * pi / 2, 3 * pi / 2), (pi / 2, pi / 2)),
    note=(
        "The box is 200 wide and the hole about 3: the view shows the hole. The four local minima beside it are only "
        "0.00008 deep. Over 94 % of the box the gradient rounds to exactly 0."
    ),
)


def _michalewicz(x: Array, y: Array, m: Array) -> Array:
    # The floor changes no value that can be told from 0; without it the second derivative of 0^m is NaN at m = 1.
    ridge_x = jnp.maximum(jnp.sin(x**2 / pi) ** 2, 1e-200) ** m
    ridge_y = jnp.maximum(jnp.sin(2 * y**2 / pi) ** 2, 1e-200) ** m
    return -jnp.sin(x) * ridge_x - jnp.sin(y) * ridge_y


MICHALEWICZ = Landscape(
    key="michalewicz",
    name="Michalewicz",
    family="Plateaus and needles",
    formula=r"-\sin x\,\sin^{2m}\!\tfrac{x^2}{\pi}-\sin y\,\sin^{2m}\!\tfrac{2y^2}{\pi}",
    function=_michalewicz,
    parameters=(
        Parameter(
            key="m",
            name="Steepness m",
            default=10,
            low=1,
            high=30,
            kind="integer",
            help="How narrow the canyons are. At 1 the surface is gently waved; at 30 it is flat between slits.",
        ),
    ),
    domain=((0.0, pi), (0.0, pi)),
    view=((0.0, pi), (0.0, pi)),
    source="Michalewicz 1992; Surjanovic & Bingham, Virtual Library of Simulation Experiments",
    story=(
        "A plateau cut by narrow canyons, the minimum where two of them cross. More than a quarter of the square is "
        "flat: a start there goes nowhere, and a start in a canyon finds only one coordinate right."
    ),
    starts=((2.0, 1.3), (2.5, 2.5), (1.0, 1.0), (2.9, 1.75)),
    minima=((2.2029055201726093, pi / 2),),
    lowest=-1.8013034100985525,
    other_minima=((2.2029055201726093, 2.7115714838430143),),
    note="Outside the square the canyons go on, some of them lower: the global minimum is that of the square.",
)


def _step_plateau(x: Array, y: Array) -> Array:
    return 30 + jnp.floor(absolute(x)) + jnp.floor(absolute(y))


STEP_PLATEAU = Landscape(
    key="step_plateau",
    name="Steps",
    family="Plateaus and needles",
    formula=r"30+\lfloor|x|\rfloor+\lfloor|y|\rfloor",
    function=_step_plateau,
    domain=((-5.12, 5.12), (-5.12, 5.12)),
    view=((-5.12, 5.12), (-5.12, 5.12)),
    source="SciPy's benchmark suite (Plateau); compare Jamil & Yang 2013, no. 138",
    story=(
        "A stepped pyramid turned upside down. The gradient is zero on every step, so every gradient method stops at "
        "once; methods that compare values can still climb down."
    ),
    starts=((3.5, 2.5), (-4.5, 1.5), (0.5, -2.5)),
    minima=((0.0, 0.0),),
    lowest=30.0,
    note="Every point with |x| < 1 and |y| < 1 is a minimum; the middle of that square is listed for all of them.",
)


def _saddle(x: Array, y: Array) -> Array:
    return x**2 - y**2


SADDLE = Landscape(
    key="saddle",
    name="Saddle",
    family="Saddles",
    formula=r"x^2-y^2",
    function=_saddle,
    domain=((-3.0, 3.0), (-3.0, 3.0)),
    view=((-3.0, 3.0), (-3.0, 3.0)),
    source="Any textbook on calculus (hyperbolic paraboloid)",
    story=(
        "Up one way, down the other. From exactly y = 0 gradient descent walks to the saddle and stays; from a "
        "thousandth beside it, it lingers and then escapes."
    ),
    starts=((2.0, 0.0), (2.0, 0.001), (-2.5, 0.1), (1.0, -0.5)),
    saddle_points=((0.0, 0.0),),
    note="There is no minimum: the surface falls without end in both directions of y, so leaving the box is right.",
)


def _monkey_saddle(x: Array, y: Array) -> Array:
    return x**3 - 3 * x * y**2


MONKEY_SADDLE = Landscape(
    key="monkey_saddle",
    name="Monkey saddle",
    family="Saddles",
    formula=r"x^3-3xy^2",
    function=_monkey_saddle,
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    view=((-2.0, 2.0), (-2.0, 2.0)),
    source="Any textbook on differential geometry",
    story=(
        "A saddle with a third way down, for the tail. In its middle gradient and curvature are both zero, so even the "
        "Hessian does not tell that it is a saddle."
    ),
    starts=((1.5, 0.0), (1.5, 0.01), (0.3, 1.5), (-0.2, 0.1)),
    saddle_points=((0.0, 0.0),),
    note=(
        "The critical point is degenerate: its Hessian is zero. There is no minimum: the surface falls without end in "
        "three directions."
    ),
)


def _l1_norm(x: Array, y: Array) -> Array:
    return absolute(x) + absolute(y)


L1_NORM = Landscape(
    key="l1_norm",
    name="L1 norm",
    family="Kinks",
    formula=r"|x|+|y|",
    function=_l1_norm,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="Any textbook on convex optimization; Jamil & Yang 2013, no. 122",
    story=(
        "Creases along both axes. The slope does not shrink towards the minimum, so a constant learning rate hops to "
        "and fro across the crease: only a decaying one settles."
    ),
    starts=((4.05, 2.3), (-3.3, 4.15), (0.0, -4.25)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    kinks=((0.0, 0.0),),
    note=(
        "On the axes there is no gradient; 0, one of the subgradients, is used for that coordinate. Jamil & Yang print "
        "the sum with a wrong minus sign."
    ),
)
