"""Valleys: narrow, bent floors that are easy to fall into and slow to walk along."""

import jax.numpy as jnp
from jax import Array

from landscapes.landscape import Landscape
from parameter import Parameter


def _rosenbrock(x: Array, y: Array, a: Array, b: Array) -> Array:
    return (a - x) ** 2 + b * (y - x**2) ** 2


ROSENBROCK = Landscape(
    key="rosenbrock",
    name="Rosenbrock",
    family="Valleys",
    formula=r"(a-x)^2+b\,(y-x^2)^2",
    function=_rosenbrock,
    parameters=(
        Parameter(
            key="a",
            name="Place of the minimum a",
            default=1.0,
            low=-2.0,
            high=2.0,
            help="The minimum lies at x = a, y = a², on the valley's floor: above the first window beyond ±1.73.",
        ),
        Parameter(
            key="b",
            name="Steepness of the walls b",
            default=100.0,
            low=0.1,
            high=1000.0,
            log=True,
            help="How much steeper the walls are than the floor: the larger, the narrower the valley.",
        ),
    ),
    domain=((-5.0, 10.0), (-5.0, 10.0)),
    view=((-2.0, 2.0), (-1.0, 3.0)),
    source="Rosenbrock 1960; Jamil & Yang 2013, no. 105",
    story=(
        "The banana valley. Any method reaches its floor within a few steps; walking along the bend to the minimum "
        "takes plain gradient descent thousands more, because the floor is 2,500 times flatter than the walls."
    ),
    starts=((-1.2, 1.0), (-1.5, 2.5), (0.0, 2.0), (1.8, -0.5)),
    minima=((1.0, 1.0),),
    lowest=0.0,
    scale="log",
)


def _beale(x: Array, y: Array) -> Array:
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


BEALE = Landscape(
    key="beale",
    name="Beale",
    family="Valleys",
    formula=r"(1.5-x+xy)^2+(2.25-x+xy^2)^2+(2.625-x+xy^3)^2",
    function=_beale,
    domain=((-4.5, 4.5), (-4.5, 4.5)),
    view=((-4.5, 4.5), (-4.5, 4.5)),
    source="Beale 1958; Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 10",
    story=(
        "A low cross between four steep corners, with the minimum in one arm. From the wrong side the path drifts "
        "along an arm that sinks for ever and never reaches a minimum."
    ),
    starts=((1.0, 1.5), (-1.0, -1.0), (-3.0, 1.2), (4.0, -1.5)),
    minima=((3.0, 0.5),),
    lowest=0.0,
    saddle_points=((0.0, 1.0), (0.10053793732415836, -2.644513585023125)),
    note=(
        "The arms near y = 1 on the left and near x = 0 at the bottom keep sinking towards the edge of the box: a path "
        "that leaves there has not found a minimum."
    ),
    scale="log",
)


def _rosenbrock_modified(x: Array, y: Array) -> Array:
    hole = 400 * jnp.exp(-10 * ((x + 1) ** 2 + (y + 1) ** 2))
    return 74 + 100 * (y - x**2) ** 2 + (1 - x) ** 2 - hole


ROSENBROCK_MODIFIED = Landscape(
    key="rosenbrock_modified",
    name="Rosenbrock with a hole",
    family="Valleys",
    formula=r"74+100(y-x^2)^2+(1-x)^2-400\,e^{-\frac{(x+1)^2+(y+1)^2}{0.1}}",
    function=_rosenbrock_modified,
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    view=((-2.0, 2.0), (-2.0, 2.0)),
    source="Jamil & Yang 2013, no. 106; SciPy's benchmark suite",
    story=(
        "The banana valley with a small, deep hole on its slope. The wide valley leads most paths to (1, 1), "
        "which is only a local minimum: a large basin need not be a good one."
    ),
    starts=((-1.2, 1.0), (-1.2, -1.4), (0.5, -1.5), (-0.5, -0.5)),
    minima=((-0.9095537365026206, -0.9505717126590494),),
    lowest=34.04024310664063,
    other_minima=((1.0, 1.0),),
    saddle_points=((-0.6139073477220598, -0.6893741717951369),),
    note="Jamil & Yang print a minimum of 0 at (−1, −1); the value there is 78. The minimum, 34.04, lies beside it.",
    scale="log",
)


def _leon(x: Array, y: Array, steepness: Array) -> Array:
    return steepness * (y - x**2) ** 2 + (1 - x) ** 2


LEON = Landscape(
    key="leon",
    name="Leon",
    family="Valleys",
    formula=r"b\,(y-x^2)^2+(1-x)^2",
    function=_leon,
    parameters=(
        Parameter(
            key="steepness",
            name="Steepness of the walls b",
            default=100.0,
            low=0.1,
            high=1000.0,
            log=True,
            help="How much steeper the walls are than the floor: the larger, the narrower the valley.",
        ),
    ),
    domain=((-1.2, 1.2), (-1.2, 1.2)),
    view=((-1.2, 1.2), (-1.2, 1.2)),
    source="Jamil & Yang 2013, no. 70; SciPy's benchmark suite",
    story=(
        "Rosenbrock's valley in a box that ends just behind the minimum. A step that is a little too long on the steep "
        "wall leaves the box at once."
    ),
    starts=((-1.2, 1.0), (-0.5, -1.0), (0.8, -0.6)),
    minima=((1.0, 1.0),),
    lowest=0.0,
    note=(
        "As Jamil & Yang print it, this is Rosenbrock's function; other collections give this name to the valley "
        "y = x³, which is called Cube here."
    ),
    scale="log",
)


def _cube(x: Array, y: Array, steepness: Array) -> Array:
    return steepness * (y - x**3) ** 2 + (1 - x) ** 2


CUBE = Landscape(
    key="cube",
    name="Cube",
    family="Valleys",
    formula=r"b\,(y-x^3)^2+(1-x)^2",
    function=_cube,
    parameters=(
        Parameter(
            key="steepness",
            name="Steepness of the walls b",
            default=100.0,
            low=0.1,
            high=1000.0,
            log=True,
            help="How much steeper the walls are than the floor: the larger, the narrower the valley.",
        ),
    ),
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-1.6, 1.6), (-2.0, 2.0)),
    source="Leon 1966; Jamil & Yang 2013, no. 41; SciPy's benchmark suite",
    story=(
        "A valley with a double bend: its floor y = x³ turns one way before the middle and the other way after it. "
        "A direction that helped in the first half is wrong in the second."
    ),
    starts=((-1.2, -1.0), (-1.2, 1.0), (0.5, 1.5), (-0.2, -1.5)),
    minima=((1.0, 1.0),),
    lowest=0.0,
    note="Jamil & Yang print the minimum at (−1, 1); the value there is 404. It is at (1, 1).",
    scale="log",
)


def _dixon_price(x: Array, y: Array) -> Array:
    return (x - 1) ** 2 + 2 * (2 * y**2 - x) ** 2


DIXON_PRICE = Landscape(
    key="dixon_price",
    name="Dixon-Price",
    family="Valleys",
    formula=r"(x-1)^2+2\,(2y^2-x)^2",
    function=_dixon_price,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-1.0, 4.0), (-1.8, 1.8)),
    source="Dixon & Price 1989; Surjanovic & Bingham, Virtual Library of Simulation Experiments; "
    "Jamil & Yang 2013, no. 48",
    story=(
        "A horseshoe-shaped valley with a minimum in each arm and a saddle at its bend. A start on the line y = 0 "
        "never leaves it and ends at the saddle."
    ),
    starts=((-0.5, 0.0), (-0.5, 0.05), (3.5, 1.5), (2.5, -0.3)),
    minima=((1.0, 0.7071067811865476), (1.0, -0.7071067811865476)),
    lowest=0.0,
    saddle_points=((0.3333333333333333, 0.0),),
    note="The lists give one minimum, (1, 1/√2); its mirror image is as low.",
    scale="log",
)
