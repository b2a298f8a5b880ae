"""Wells made to measure: surfaces whose minima have the widths, depths and places that are asked for."""

from typing import Any

import jax.numpy as jnp
from jax import Array

from landscapes.landscape import Landscape
from parameter import Parameter


def _sharp_and_flat(x: Array, y: Array, sharp: Array, flat: Array) -> Array:
    left = (x + 1.5) ** 2 + y**2
    right = (x - 1.5) ** 2 + y**2
    return left * right / (sharp**2 * right + flat**2 * left)


SHARP_AND_FLAT = Landscape(
    key="sharp_and_flat",
    name="Sharp and flat",
    family="A few minima",
    formula=(r"\frac{p\,q}{s^2q+w^2p},\quad p=\left(x+\tfrac32\right)^2+y^2,\; q=\left(x-\tfrac32\right)^2+y^2"),
    function=_sharp_and_flat,
    parameters=(
        Parameter(
            key="sharp",
            name="Width of the left well s",
            default=0.3,
            low=0.1,
            high=1.5,
            log=True,
            help="The curvature at the left minimum is 2/s², so gradient descent can only rest there below s².",
        ),
        Parameter(
            key="flat",
            name="Width of the right well w",
            default=1.5,
            low=0.3,
            high=3.0,
            log=True,
            help="The curvature at the right minimum is 2/w², so gradient descent can only rest there below w².",
        ),
    ),
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    view=((-3.5, 3.5), (-3.0, 3.0)),
    source="Made for this catalogue: half the harmonic mean of two bowls; after Hochreiter & Schmidhuber 1997",
    story=(
        "Two minima of exactly the same depth, one narrow and one wide. Only a learning rate below s² can rest in the "
        "narrow one. Just above, the ball swings about it; longer steps, or noise, throw it over into the wide one."
    ),
    starts=((-2.5, 1.0), (-1.4, 0.2), (-0.5, -2.0), (3.0, 2.0)),
    minima=((-1.5, 0.0), (1.5, 0.0)),
    lowest=0.0,
    saddle_points=((-0.7354774620956979, 0.0),),
    note="Whatever the widths are, both minima are exactly 0 and there is one pass between them, on the line y = 0.",
)

# Depth, width, x, y of each well as it is first shown; the fifth waits until there are five.
_WELLS = (
    (2.0, 0.8, -1.5, -1.2),
    (1.5, 0.5, 1.4, 1.3),
    (1.0, 0.6, -1.3, 1.5),
    (2.5, 0.3, 1.8, -1.4),
    (1.5, 0.7, 0.0, 0.0),
)


def _gaussian_wells(x: Array, y: Array, number: Array, bowl: Array, **wells: Any) -> Array:
    total = bowl * (x**2 + y**2)
    for k in range(1, len(_WELLS) + 1):
        depth, width = wells[f"d{k}"], wells[f"w{k}"]
        square = (x - wells[f"x{k}"]) ** 2 + (y - wells[f"y{k}"]) ** 2
        total = total - jnp.where(k <= number, depth, 0.0) * jnp.exp(-square / (2 * width**2))
    return total


def _well(k: int, depth: float, width: float, x: float, y: float) -> tuple[Parameter, ...]:
    """Return the four parameters of well k, which matter while there are at least k wells."""
    needs = ("number", float(k))
    return (
        Parameter(
            key=f"d{k}",
            name=f"Depth of well {k}",
            default=depth,
            low=-3.0,
            high=5.0,
            help="How far the well reaches down. Below 0 it is a hill.",
            decimals=3,
            needs=needs,
        ),
        Parameter(
            key=f"w{k}",
            name=f"Width of well {k}",
            default=width,
            low=0.15,
            high=3.0,
            log=True,
            help="The standard deviation of its Gaussian: the slope is steepest at this distance from the middle.",
            decimals=3,
            needs=needs,
        ),
        Parameter(
            key=f"x{k}",
            name=f"x of well {k}",
            default=x,
            low=-4.0,
            high=4.0,
            help="Where the middle of the well lies, from left to right.",
            decimals=3,
            needs=needs,
        ),
        Parameter(
            key=f"y{k}",
            name=f"y of well {k}",
            default=y,
            low=-4.0,
            high=4.0,
            help="Where the middle of the well lies, from bottom to top.",
            decimals=3,
            needs=needs,
        ),
    )


GAUSSIAN_WELLS = Landscape(
    key="gaussian_wells",
    name="Gaussian wells",
    family="A few minima",
    formula=r"b\,(x^2+y^2)-\sum_{k=1}^{n}d_k\,e^{-\frac{(x-x_k)^2+(y-y_k)^2}{2w_k^2}}",
    function=_gaussian_wells,
    parameters=(
        Parameter(
            key="number",
            name="Number of wells n",
            default=4,
            low=1,
            high=len(_WELLS),
            kind="integer",
            help="How many wells there are. The places of the others are remembered.",
        ),
        Parameter(
            key="bowl",
            name="Bowl beneath b",
            default=0.05,
            low=0.01,
            high=0.5,
            log=True,
            decimals=4,
            help="How steep the bowl is in which the wells lie: it leads back what runs away.",
        ),
        *(p for k, well in enumerate(_WELLS, start=1) for p in _well(k, *well)),
    ),
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    view=((-4.0, 4.0), (-4.0, 4.0)),
    source="Made for this catalogue; sums of Gaussians are common test surfaces",
    story=(
        "A surface to reshape: up to five wells whose depths, widths and places are yours to set. As first shown, the "
        "deepest well is also the narrowest, so that most starts end in a wider one that is not as deep."
    ),
    starts=((0.0, 3.0), (0.4, -0.2), (-3.5, -3.0), (3.2, -3.0)),
    minima=((1.7934659266314268, -1.3949715480083993),),
    lowest=-2.2413386496786183,
    other_minima=(
        (-1.4533554870825738, -1.1625719792189741),
        (1.376931287686163, 1.2786352414607434),
        (-1.2555721925693382, 1.435322149240345),
    ),
    saddle_points=(
        (-1.2436446015239597, 0.45037929447796543),
        (0.09089969097489481, 0.9619960019986945),
        (0.9723067815632452, -0.941501917234509),
    ),
    note="The minima do not lie exactly at the wells' middles: the bowl and the other wells pull them a little aside.",
)
