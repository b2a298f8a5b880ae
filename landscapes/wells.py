"""Wells made to measure: surfaces whose minima have the widths, depths and places that are asked for."""

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
