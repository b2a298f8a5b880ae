"""Valleys of small least-squares problems: equations solved by making the sum of squared residuals small."""

import jax.numpy as jnp
import numpy as np
from jax import Array

from landscapes.landscape import Landscape
from parameter import Parameter


def _freudenstein_roth(x: Array, y: Array) -> Array:
    first = x - 13 + ((5 - y) * y - 2) * y
    second = x - 29 + ((y + 1) * y - 14) * y
    return first**2 + second**2


FREUDENSTEIN_ROTH = Landscape(
    key="freudenstein_roth",
    name="Freudenstein-Roth",
    family="Valleys",
    formula=r"\left(x-13+((5-y)y-2)y\right)^2+\left(x-29+((y+1)y-14)y\right)^2",
    function=_freudenstein_roth,
    domain=((-10.0, 12.0), (-10.0, 10.0)),
    view=((-10.0, 12.0), (-10.0, 10.0)),
    source="Freudenstein & Roth 1963; Moré, Garbow & Hillstrom 1981, no. 2; Jamil & Yang 2013, no. 56",
    story=(
        "Two equations with one solution, and a long winding valley that ends elsewhere. From the usual start "
        "(0.5, −2) most methods arrive at the local minimum of height 48.98 and find no way on."
    ),
    starts=((0.5, -2.0), (-5.0, 3.0), (8.0, 6.0), (-8.0, -5.0)),
    minima=((5.0, 4.0),),
    lowest=0.0,
    other_minima=((11.412778986902094, -0.8968052532744765),),
    note="The usual box ends at x = 10; it is widened to 12 so that the local minimum lies inside.",
    scale="log",
)


_TIMES = np.arange(1.0, 11.0)  # one sum over a table compiles in a third of the time that ten terms take


def _jennrich_sampson(x: Array, y: Array) -> Array:
    across, up = jnp.exp(_TIMES * jnp.asarray(x)[..., None]), jnp.exp(_TIMES * jnp.asarray(y)[..., None])
    return jnp.sum((2 + 2 * _TIMES - across - up) ** 2, axis=-1)


JENNRICH_SAMPSON = Landscape(
    key="jennrich_sampson",
    name="Jennrich-Sampson",
    family="Valleys",
    formula=r"\sum_{i=1}^{10}\left(2+2i-\left(e^{ix}+e^{iy}\right)\right)^2",
    function=_jennrich_sampson,
    domain=((-1.0, 1.0), (-1.0, 1.0)),
    view=((-1.0, 1.0), (-1.0, 1.0)),
    source="Jennrich & Sampson 1968; Moré, Garbow & Hillstrom 1981, no. 6; Jamil & Yang 2013, no. 67",
    story=(
        "Two exponentials fitted to a straight line: even the best fit leaves a loss of 124. On one side lies an "
        "almost level plain, on the other a wall that reaches two billion, so no one learning rate suits both."
    ),
    starts=((0.3, 0.4), (-0.8, -0.6), (0.6, -0.8)),
    minima=((0.2578252136703641, 0.2578252136703641),),
    lowest=124.36218235561485,
    note="Jamil & Yang print the lowest value as 124.3612; it is 124.36218.",
    scale="log",
)


def _powell_badly_scaled(x: Array, y: Array) -> Array:
    return (1e4 * x * y - 1) ** 2 + (jnp.exp(-x) + jnp.exp(-y) - 1.0001) ** 2


POWELL_BADLY_SCALED = Landscape(
    key="powell_badly_scaled",
    name="Powell's badly scaled",
    family="Valleys",
    formula=r"(10^4xy-1)^2+\left(e^{-x}+e^{-y}-1.0001\right)^2",
    function=_powell_badly_scaled,
    domain=((-1.0, 10.0), (-1.0, 10.0)),
    view=((-1.0, 10.0), (-1.0, 10.0)),
    source="Powell 1970; Moré, Garbow & Hillstrom 1981, no. 3",
    story=(
        "At the minimum one weight is 0.00001 and the other 9.1. The valleys along the axes are so narrow that "
        "gradient descent must take steps far too small to ever walk along them."
    ),
    starts=((0.0, 1.0), (1.0, 0.0), (2.0, 3.0)),
    minima=((1.0981593296998175e-05, 9.106146739866524), (9.106146739866524, 1.0981593296998175e-05)),
    lowest=0.0,
    note=(
        "The lists give one minimum; with x and y exchanged the surface is the same, so there are two. The curvatures "
        "there, 2e10 and 2e−8, differ by a factor of nearly a million million million."
    ),
    scale="log",
)


def _wayburn_seader_1(x: Array, y: Array) -> Array:
    return (x**6 + y**4 - 17) ** 2 + (2 * x + y - 4) ** 2


WAYBURN_SEADER_1 = Landscape(
    key="wayburn_seader_1",
    name="Wayburn-Seader 1",
    family="Valleys",
    formula=r"(x^6+y^4-17)^2+(2x+y-4)^2",
    function=_wayburn_seader_1,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-3.0, 3.0), (-3.0, 3.0)),
    source="Wayburn & Seader 1987; Jamil & Yang 2013, no. 162; SciPy's benchmark suite",
    story=(
        "A round-cornered moat, crossed by a straight line at two points: both are minima, and the moat's floor barely "
        "rises between them. Starts on the far side reach the moat at once and then walk half way round it."
    ),
    starts=((-2.0, -2.0), (0.0, 0.5), (2.2, 2.2), (-1.5, 1.0)),
    minima=((1.0, 2.0), (1.5968041538769333, 0.8063916922461333)),
    lowest=0.0,
    saddle_points=((1.444163597664402, 1.6764132215481533), (-1.4382650680055553, -1.6650168853538432)),
    scale="log",
)


def _perm_0(x: Array, y: Array, beta: Array) -> Array:
    line = (1 + beta) * (x - 1) + (2 + beta) * (y - 0.5)
    ellipse = (1 + beta) * (x**2 - 1) + (2 + beta) * (y**2 - 0.25)
    return line**2 + ellipse**2


PERM_0 = Landscape(
    key="perm_0",
    name="Perm",
    family="Valleys",
    formula=(
        r"\left[(1+\beta)(x-1)+(2+\beta)(y-\tfrac12)\right]^2"
        r"+\left[(1+\beta)(x^2-1)+(2+\beta)(y^2-\tfrac14)\right]^2"
    ),
    function=_perm_0,
    parameters=(
        Parameter(
            key="beta",
            name="Steepness β",
            default=10.0,
            low=0.0,
            high=100.0,
            help="The larger, the steeper the walls. The minimum (1, 1/2) stays where it is, the other one moves.",
        ),
    ),
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    view=((-1.0, 2.0), (-1.0, 2.0)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments, Perm Function 0, d, β",
    story=(
        "A straight line and an ellipse that cross twice, at a small angle. The two minima share one narrow valley "
        "and the floor between them is nearly level: a small loss does not mean a small distance."
    ),
    starts=((-0.5, -0.5), (1.8, 1.8), (-0.8, 1.6), (1.8, -0.6)),
    minima=((1.0, 0.5), (0.4782608695652174, 0.9782608695652174)),
    lowest=0.0,
    saddle_points=((0.7680353108280651, 0.7680353108280651),),
    note="The lists give the minimum (1, 1/2) only; at β = 10, (11/23, 45/46) solves both equations as well.",
    scale="log",
)


def _price_4(x: Array, y: Array) -> Array:
    return (2 * x**3 * y - y**3) ** 2 + (6 * x - y**2 + y) ** 2


PRICE_4 = Landscape(
    key="price_4",
    name="Price 4",
    family="Valleys",
    formula=r"(2x^3y-y^3)^2+(6x-y^2+y)^2",
    function=_price_4,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="Price 1977; Jamil & Yang 2013, no. 97; SciPy's benchmark suite",
    story=(
        "Three exact solutions of two equations. Two are ordinary minima; at the origin the curvature vanishes along "
        "one direction, and gradient descent slows down for ever as it comes closer."
    ),
    starts=((-1.0, 1.5), (3.0, 4.5), (3.0, -3.0), (-3.0, -2.0)),
    minima=((0.0, 0.0), (2.0, 4.0), (1.4643521196636984, -2.5060127607816622)),
    lowest=0.0,
    saddle_points=((0.9369723000916335, -1.5556366546766227), (1.201480536617019, 2.068393043908264)),
    note="At the origin the smaller curvature is 0: of the three, only this minimum is degenerate.",
    scale="log",
)
