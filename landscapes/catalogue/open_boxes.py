"""Surfaces with a few minima that fall on outside their box, so that a path may leave it and find no end."""

import jax.numpy as jnp
from jax import Array

from landscapes.landscape import Landscape


def _adjiman(x: Array, y: Array) -> Array:
    return jnp.cos(x) * jnp.sin(y) - x / (y**2 + 1)


ADJIMAN = Landscape(
    key="adjiman",
    name="Adjiman",
    family="A few minima",
    formula=r"\cos x\,\sin y-\frac{x}{y^2+1}",
    function=_adjiman,
    domain=((-1.0, 2.0), (-1.0, 1.0)),
    view=((-1.0, 2.0), (-1.0, 1.0)),
    source="Adjiman, Dallwig, Floudas & Neumaier 1998; Jamil & Yang 2013, no. 5; SciPy's benchmark suite",
    story=(
        "The lowest point of the box lies on its right edge, where the surface is still falling. An optimizer that "
        "knows nothing of the box walks straight through: a constraint has to be built in."
    ),
    starts=((-0.5, 0.4), (1.0, -0.6), (-0.8, -0.5)),
    minima=((2.0, 0.1057834694517169),),
    lowest=-2.021806783359787,
    saddle_points=((0.7945733292974204, -0.8935081317470634), (-0.7945733292974204, 0.8935081317470634)),
    boundary=((2.0, 0.1057834694517169),),
    note="To the right of the box the surface falls without end: the minimum is that of the box.",
)


def _giunta(x: Array, y: Array) -> Array:
    u, v = 16 * x / 15 - 1, 16 * y / 15 - 1
    first = jnp.sin(u) + jnp.sin(u) ** 2 + jnp.sin(4 * u) / 50
    second = jnp.sin(v) + jnp.sin(v) ** 2 + jnp.sin(4 * v) / 50
    return 0.6 + first + second


GIUNTA = Landscape(
    key="giunta",
    name="Giunta",
    family="A few minima",
    formula=(r"0.6+\sum_{k\in\{x,y\}}\left[\sin u_k+\sin^2u_k+\tfrac1{50}\sin4u_k\right],\quad u_k=\tfrac{16}{15}k-1"),
    function=_giunta,
    domain=((-1.0, 1.0), (-1.0, 1.0)),
    view=((-1.0, 1.0), (-1.0, 1.0)),
    source="Mishra 2006; Jamil & Yang 2013, no. 57; SciPy's benchmark suite",
    story=(
        "One minimum, guarded by a ridge on the left and one below. A start beyond a ridge rolls out of the box, "
        "where the same hollow comes back period after period: the box alone makes the minimum the only one."
    ),
    starts=((0.9, -0.2), (-0.3, 0.9), (-0.6, 0.2), (-0.7, -0.8)),
    minima=((0.4673200253979606, 0.4673200253979606),),
    lowest=0.06447042053690565,
    saddle_points=((-0.46313679067848557, 0.4673200253979606), (0.4673200253979606, -0.46313679067848557)),
    note="Jamil & Yang print the minimizer as 0.45834282 and the value as 0.060447; they are 0.46732 and 0.06447.",
)


def _schwefel_2_36(x: Array, y: Array) -> Array:
    return -x * y * (72 - 2 * x - 2 * y)


SCHWEFEL_2_36 = Landscape(
    key="schwefel_2_36",
    name="Schwefel 2.36",
    family="A few minima",
    formula=r"-xy\,(72-2x-2y)",
    function=_schwefel_2_36,
    domain=((0.0, 500.0), (0.0, 500.0)),
    view=((-5.0, 45.0), (-5.0, 45.0)),
    source="Schwefel 1981, problem 2.36; Jamil & Yang 2013, no. 129; SciPy's benchmark suite",
    story=(
        "A hollow within a triangle whose corners are saddles. Inside, every way down leads to the minimum; past a "
        "corner the surface falls without end, and what slips by there never comes back."
    ),
    starts=((28.0, 4.0), (3.0, 3.0), (20.0, 25.0), (2.0, 42.0)),
    minima=((12.0, 12.0),),
    lowest=-3456.0,
    saddle_points=((0.0, 0.0), (36.0, 0.0), (0.0, 36.0)),
    note="The saddles lie on the edges of the box; outside it there is no lowest point.",
    scale="log",
)
