"""Bowls: one minimum, and every downhill path ends in it."""

import jax.numpy as jnp
from jax import Array

from landscapes.kinks import absolute
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


def _trid(x: Array, y: Array) -> Array:
    return (x - 1) ** 2 + (y - 1) ** 2 - x * y


TRID = Landscape(
    key="trid",
    name="Trid",
    family="Bowls",
    formula=r"(x-1)^2+(y-1)^2-xy",
    function=_trid,
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    view=((-4.0, 4.0), (-4.0, 4.0)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments",
    story=(
        "A bowl whose lowest value is −2, not 0: progress is the height above the minimum, which in practice nobody "
        "knows. Its curvatures are 1 and 3, so at the best learning rate, 1/2, every step halves the distance exactly."
    ),
    starts=((-3.0, -3.0), (-3.5, 3.0), (3.5, -2.0)),
    minima=((2.0, 2.0),),
    lowest=-2.0,
)


def _matyas(x: Array, y: Array) -> Array:
    return 0.26 * (x**2 + y**2) - 0.48 * x * y


MATYAS = Landscape(
    key="matyas",
    name="Matyas",
    family="Bowls",
    formula=r"0.26\,(x^2+y^2)-0.48\,xy",
    function=_matyas,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-10.0, 10.0), (-10.0, 10.0)),
    scale="log",
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 71",
    story=(
        "A trough along the diagonal, 25 times steeper across than along. Every path soon lies on the diagonal and "
        "then creeps: x and y must move together, which a step size for each coordinate cannot know."
    ),
    starts=((9.0, 5.0), (-8.0, 6.0), (-9.0, -8.0)),
    minima=((0.0, 0.0),),
    lowest=0.0,
)


def _rotated_ellipse(x: Array, y: Array) -> Array:
    return 7 * x**2 - 6 * jnp.sqrt(3.0) * x * y + 13 * y**2


ROTATED_ELLIPSE = Landscape(
    key="rotated_ellipse",
    name="Rotated ellipse",
    family="Bowls",
    formula=r"7x^2-6\sqrt3\,xy+13y^2",
    function=_rotated_ellipse,
    domain=((-500.0, 500.0), (-500.0, 500.0)),
    view=((-500.0, 500.0), (-500.0, 500.0)),
    source="Jamil & Yang 2013, no. 107; SciPy's benchmark suite",
    story=(
        "An easy bowl, but a thousand units wide. Gradient descent does not mind, as its steps grow with the slope; "
        "Adam moves by about its learning rate at each step: at 0.1 it takes thousands of them to cross."
    ),
    starts=((400.0, 300.0), (-450.0, 100.0), (100.0, -400.0)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    note="Its axes are turned by 30°; the curvatures along them are 8 and 32.",
)


def _ellipsoid_bbob(x: Array, y: Array) -> Array:
    return x**2 + 1e6 * y**2


ELLIPSOID_BBOB = Landscape(
    key="ellipsoid_bbob",
    name="Ellipsoid (BBOB)",
    family="Bowls",
    formula=r"x^2+10^6\,y^2",
    function=_ellipsoid_bbob,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="COCO black-box optimization benchmark (BBOB), f2, without its oscillation and shift",
    story=(
        "A million times steeper in y than in x. Gradient descent is stable only below a learning rate of one "
        "millionth, and then x takes 350,000 steps to come half way; Newton's method takes one for all of it."
    ),
    starts=((4.0, 2.0), (-3.0, -4.0), (4.5, 0.0)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    scale="log",
)


def _zakharov(x: Array, y: Array) -> Array:
    s = x / 2 + y
    return x**2 + y**2 + s**2 + s**4


ZAKHAROV = Landscape(
    key="zakharov",
    name="Zakharov",
    family="Bowls",
    formula=r"x^2+y^2+\left(\tfrac12x+y\right)^2+\left(\tfrac12x+y\right)^4",
    function=_zakharov,
    domain=((-5.0, 10.0), (-5.0, 10.0)),
    view=((-5.0, 10.0), (-5.0, 10.0)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 173",
    story=(
        "A gentle bowl with walls that rise with the fourth power: in the far corner the curvature is 750 times that "
        "of the bottom. A learning rate that is good below throws a ball from up there far out of the box."
    ),
    starts=((9.0, 9.0), (-4.0, 8.0), (-4.0, -3.0), (2.0, -2.0)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    scale="log",
)


def _sum_of_different_powers(x: Array, y: Array) -> Array:
    return x**2 + absolute(y) * y**2


SUM_OF_DIFFERENT_POWERS = Landscape(
    key="sum_of_different_powers",
    name="Sum of different powers",
    family="Bowls",
    formula=r"x^2+|y|^3",
    function=_sum_of_different_powers,
    domain=((-1.0, 1.0), (-1.0, 1.0)),
    view=((-1.0, 1.0), (-1.0, 1.0)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 93",
    story=(
        "In x the distance shrinks by the same factor at every step. In y the curvature fades towards the minimum, so "
        "that gradient descent's distance falls only like one over the number of steps: it slows down for ever."
    ),
    starts=((0.8, 0.8), (-0.9, 0.3), (0.2, -0.9)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    note="The second derivative in y is 0 at the minimum: Newton's method only halves y at each step.",
)


def _exponential(x: Array, y: Array) -> Array:
    return -jnp.exp(-(x**2 + y**2) / 2)


EXPONENTIAL = Landscape(
    key="exponential",
    name="Exponential",
    family="Bowls",
    formula=r"-e^{-\frac12\left(x^2+y^2\right)}",
    function=_exponential,
    domain=((-1.0, 1.0), (-1.0, 1.0)),
    view=((-2.5, 2.5), (-2.5, 2.5)),
    source="Jamil & Yang 2013, no. 54; SciPy's benchmark suite",
    story=(
        "A dimple whose walls flatten out. It curves upwards only within the circle of radius 1: outside, plain Newton "
        "steps go uphill and away, while gradient descent still finds the way in."
    ),
    starts=((0.9, 0.9), (-0.95, 0.2), (0.4, -0.5)),
    minima=((0.0, 0.0),),
    lowest=-1.0,
    note=(
        "Newton's method finds the minimum from distances below 1/√2 only. Jamil & Yang print a lowest value of 1; it "
        "is −1. The view reaches beyond the box, to the flat land around."
    ),
)
