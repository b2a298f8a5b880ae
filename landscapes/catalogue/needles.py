"""Plateaus and needles: holes that nothing around them announces."""

from math import pi

import jax.numpy as jnp
import numpy as np
from jax import Array

from landscapes.kinks import absolute, sinc_sqrt
from landscapes.landscape import Landscape

# As one sum over a table: written out term by term it takes ten times as long to compile, and its curvature to compute.
_PLACES = np.array([-32.0, -16.0, 0.0, 16.0, 32.0])
_HOLES_X, _HOLES_Y = np.tile(_PLACES, 5), np.repeat(_PLACES, 5)
_HOLES_FLOOR = np.arange(1.0, 26.0)


def _de_jong_5(x: Array, y: Array) -> Array:
    across, up = jnp.asarray(x)[..., None] - _HOLES_X, jnp.asarray(y)[..., None] - _HOLES_Y
    return 1 / (0.002 + jnp.sum(1 / (_HOLES_FLOOR + across**6 + up**6), axis=-1))


DE_JONG_5 = Landscape(
    key="de_jong_5",
    name="De Jong 5 (foxholes)",
    family="Plateaus and needles",
    formula=(
        r"\left[0.002+\sum_{i=1}^{25}\frac1{i+(x-a_i)^6+(y-b_i)^6}\right]^{-1},\quad"
        r" a_{5k+l+1}=16(l-2),\; b_{5k+l+1}=16(k-2),\; k,l=0,\dots,4"
    ),
    function=_de_jong_5,
    domain=((-65.536, 65.536), (-65.536, 65.536)),
    view=((-40.0, 40.0), (-40.0, 40.0)),
    source="De Jong 1975 (Shekel's foxholes); Surjanovic & Bingham, Virtual Library of Simulation Experiments",
    story=(
        "Twenty-five holes in a plain, 500 deep, with floors that differ by 1. On the plain the gradient is almost "
        "zero, in a hole every floor looks the same: only comparing values finds the best."
    ),
    starts=((-29.0, -29.5), (2.6, 1.5), (24.0, 24.0), (-13.5, 18.0)),
    minima=((-31.97833483565697, -31.978334837300796),),
    lowest=0.9980038377944498,
    other_minima=(
        (-15.986400106179346, -31.97033574742561),
        (-0.013232805722508756, -31.965090175481695),
        (15.981574267498722, -31.96083459696116),
        (31.958686472558473, -31.958686477300905),
        (-31.953918507452833, -15.977940093365682),
        (-15.975325716283239, -15.975325845767811),
        (-0.021800530145200357, -15.973588624288356),
        (15.972424597844112, -15.972424804938875),
    ),
    note=(
        "The floors are nearly as flat as a sixth power: the curvature at the minima is below 0.001, and the value "
        "hardly tells where on the floor a point lies. The minima lie beside the grid points, not at them."
    ),
)


def _damavandi(x: Array, y: Array) -> Array:
    hole = absolute(sinc_sqrt((pi * (x - 2)) ** 2) * sinc_sqrt((pi * (y - 2)) ** 2)) ** 5
    return (1 - hole) * (2 + (x - 7) ** 2 + 2 * (y - 7) ** 2)


DAMAVANDI = Landscape(
    key="damavandi",
    name="Damavandi",
    family="Plateaus and needles",
    formula=(
        r"\left[1-\left|\frac{\sin\pi(x-2)\,\sin\pi(y-2)}{\pi^2(x-2)(y-2)}\right|^5\right]"
        r"\left[2+(x-7)^2+2(y-7)^2\right]"
    ),
    function=_damavandi,
    domain=((0.0, 14.0), (0.0, 14.0)),
    view=((0.0, 14.0), (0.0, 14.0)),
    source="Damavandi & Safavi-Naeini 2005; Jamil & Yang 2013, no. 42; SciPy's benchmark suite",
    story=(
        "A deceptive surface: a wide bowl leads to a minimum of 2 at (7, 7), while a needle hole at (2, 2), high on "
        "its wall, reaches 0. Following the slope leads away from the best point."
    ),
    starts=((2.3, 2.2), (1.0, 3.4), (12.0, 4.0), (4.0, 12.5)),
    minima=((2.0, 2.0),),
    lowest=0.0,
    other_minima=((7.0, 7.0),),
    saddle_points=((2.337088752854625, 2.547013263468609),),
    note="At (2, 2) the printed form is 0/0; its limit, 0, is the value there. SciPy returns NaN at its own minimum.",
)
