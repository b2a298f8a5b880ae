"""Bowls: one minimum, and every downhill path ends in it."""

import jax.numpy as jnp
from jax import Array

from landscapes.landscape import Landscape
from parameter import Parameter


def _sphere(x: Array, y: Array) -> Array:
    return x**2 + y**2


SPHERE = Landscape(
    key="sphere",
    name="Sphere",
    family="Bowls",
    formula=r"x^2+y^2",
    function=_sphere,
    domain=((-5.12, 5.12), (-5.12, 5.12)),
    view=((-5.12, 5.12), (-5.12, 5.12)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 137",
    story=(
        "The easiest surface there is: a round bowl whose steepest way down points straight at the bottom. "
        "Gradient descent shrinks the distance by the same factor at every step, up to the learning rate where it "
        "starts to fly apart."
    ),
    starts=((4.0, 3.0), (-4.5, 1.5), (0.5, -4.0)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    note="Jamil & Yang print the domain as [0, 10]; the usual one is used here.",
)


def _ill_conditioned_quadratic(x: Array, y: Array, condition: Array, rotation: Array) -> Array:
    angle = rotation * (jnp.pi / 180)
    u = x * jnp.cos(angle) + y * jnp.sin(angle)
    v = y * jnp.cos(angle) - x * jnp.sin(angle)
    return (u**2 + condition * v**2) / 2


ILL_CONDITIONED_QUADRATIC = Landscape(
    key="ill_conditioned_quadratic",
    name="Stretched bowl",
    family="Bowls",
    formula=r"\tfrac12\left(u^2+\kappa\,v^2\right),\quad u=x\cos\theta+y\sin\theta,\; v=y\cos\theta-x\sin\theta",
    function=_ill_conditioned_quadratic,
    parameters=(
        Parameter(
            key="condition",
            name="Condition number κ",
            default=25.0,
            low=1.0,
            high=10000.0,
            log=True,
            help="How many times steeper the bowl curves across than along. At 1 it is round.",
        ),
        Parameter(
            key="rotation",
            name="Rotation θ (degrees)",
            default=0.0,
            low=-90.0,
            high=90.0,
            help="Turns the bowl counter-clockwise. Methods with one step size a coordinate notice; others do not.",
        ),
    ),
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="Any textbook on optimization; the analysis goes back to Cauchy 1847",
    story=(
        "A bowl that is steep one way and shallow the other. The steep side limits the learning rate to below 2/κ, "
        "the shallow side then takes about κ steps: this is why momentum and preconditioning exist."
    ),
    starts=((-4.5, 1.5), (4.5, -0.5), (-2.0, 4.0)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    note="The curvatures are 1 and κ. The best constant learning rate is 2/(1+κ); from 2/κ on it diverges.",
)


def _booth(x: Array, y: Array) -> Array:
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


BOOTH = Landscape(
    key="booth",
    name="Booth",
    family="Bowls",
    formula=r"(x+2y-7)^2+(2x+y-5)^2",
    function=_booth,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-5.0, 7.0), (-3.0, 9.0)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 20",
    story=(
        "A tilted elliptic bowl: two straight-line equations solved by least squares. Its axes lie on the diagonals, "
        "so scaling each coordinate on its own cannot make it round."
    ),
    starts=((-4.0, -2.0), (6.0, 8.0), (-4.0, 8.0)),
    minima=((1.0, 3.0),),
    lowest=0.0,
)
