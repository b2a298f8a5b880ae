"""Kinks: creases, cone tips and jumps, where a minimum has no gradient of zero."""

from math import asin, pi

import jax.numpy as jnp
from jax import Array

from landscapes.kinks import absolute, safe_sqrt
from landscapes.landscape import Landscape


def _schwefel_2_21(x: Array, y: Array) -> Array:
    return jnp.maximum(absolute(x), absolute(y))


SCHWEFEL_2_21 = Landscape(
    key="schwefel_2_21",
    name="Schwefel 2.21",
    family="Kinks",
    formula=r"\max\left(|x|,|y|\right)",
    function=_schwefel_2_21,
    domain=((-100.0, 100.0), (-100.0, 100.0)),
    view=((-10.0, 10.0), (-10.0, 10.0)),
    source="Schwefel 1981; Jamil & Yang 2013, no. 123",
    story=(
        "An inverted pyramid: only the larger coordinate counts, so the gradient is blind to the other. A path runs "
        "straight to a diagonal and then zigzags down along the crease."
    ),
    starts=((8.0, 3.1), (-6.3, 9.1), (-2.2, -7.4)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    kinks=((0.0, 0.0),),
    note="The slope is 1 everywhere. On the diagonals, where there is none, the mean of both sides is used.",
)


def _schwefel_2_22(x: Array, y: Array) -> Array:
    a, b = absolute(x), absolute(y)
    return a + b + a * b


SCHWEFEL_2_22 = Landscape(
    key="schwefel_2_22",
    name="Schwefel 2.22",
    family="Kinks",
    formula=r"|x|+|y|+|x|\,|y|",
    function=_schwefel_2_22,
    domain=((-100.0, 100.0), (-100.0, 100.0)),
    view=((-10.0, 10.0), (-10.0, 10.0)),
    source="Schwefel 1981; Jamil & Yang 2013, no. 124",
    story=(
        "The L1 norm and a product: steep far out, where each coordinate adds to the other's slope, and of slope 1 in "
        "either coordinate at the end. A learning rate that suits the start is too large for the finish."
    ),
    starts=((7.1, 8.3), (-8.4, 2.6), (-3.3, -9.2)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    kinks=((0.0, 0.0),),
    note="Creases run along both axes; the middle of the subgradients is used there.",
)


def _schwefel_2_6(x: Array, y: Array) -> Array:
    return jnp.maximum(absolute(x + 2 * y - 7), absolute(2 * x + y - 5))


SCHWEFEL_2_6 = Landscape(
    key="schwefel_2_6",
    name="Schwefel 2.6",
    family="Kinks",
    formula=r"\max\left(|x+2y-7|,\,|2x+y-5|\right)",
    function=_schwefel_2_6,
    domain=((-100.0, 100.0), (-100.0, 100.0)),
    view=((-5.0, 7.0), (-3.0, 9.0)),
    source="Schwefel 1981; Jamil & Yang 2013, no. 121",
    story=(
        "The two equations of Booth's bowl, solved by making the larger error small instead of the squares. The "
        "minimum is the same, but the bowl has become a slanted pyramid that ends in a point."
    ),
    starts=((-4.0, -2.0), (6.0, 8.0), (5.0, -1.0)),
    minima=((1.0, 3.0),),
    lowest=0.0,
    kinks=((1.0, 3.0),),
    note="Where both errors are equal there is a crease; the mean of the gradients of both sides is used there.",
)


def _sharp_ridge(x: Array, y: Array) -> Array:
    return x**2 + 100 * absolute(y)


SHARP_RIDGE = Landscape(
    key="sharp_ridge",
    name="Sharp ridge",
    family="Kinks",
    formula=r"x^2+100\,|y|",
    function=_sharp_ridge,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="Hansen et al. 2009, BBOB function 13 (its core, neither shifted nor rotated)",
    story=(
        "A crease with a gentle floor. Across it the slope is 100 and never shrinks, so a path jumps from wall to wall "
        "and every bit of progress along the floor must be made between two jumps."
    ),
    starts=((-4.0, 3.3), (4.5, -1.2), (3.0, 4.1)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    kinks=((0.0, 0.0),),
    note="On y = 0 there is no gradient across the crease; 0, the middle of the subgradients, is used.",
)


def _price_1(x: Array, y: Array) -> Array:
    return (absolute(x) - 5) ** 2 + (absolute(y) - 5) ** 2


PRICE_1 = Landscape(
    key="price_1",
    name="Price 1",
    family="Kinks",
    formula=r"(|x|-5)^2+(|y|-5)^2",
    function=_price_1,
    domain=((-500.0, 500.0), (-500.0, 500.0)),
    view=((-12.0, 12.0), (-12.0, 12.0)),
    source="Price 1977; Jamil & Yang 2013, no. 94; SciPy's benchmark suite",
    story=(
        "Four round bowls that meet in sharp crests along the axes. The quadrant of the start decides, unless a step "
        "is long enough to cross a crest; the kinks are walls here, not minima."
    ),
    starts=((0.5, 0.5), (-11.0, 2.0), (9.0, -10.0), (-1.0, -9.0)),
    minima=((5.0, 5.0), (5.0, -5.0), (-5.0, 5.0), (-5.0, -5.0)),
    lowest=0.0,
    note="On the axes, the tops of the crests, 0 is used for the slope across.",
)


def _bartels_conn(x: Array, y: Array) -> Array:
    # x² + y² + xy is never negative, so its absolute value is itself
    return x**2 + y**2 + x * y + absolute(jnp.sin(x)) + absolute(jnp.cos(y))


BARTELS_CONN = Landscape(
    key="bartels_conn",
    name="Bartels-Conn",
    family="Kinks",
    formula=r"\left|x^2+y^2+xy\right|+|\sin x|+|\cos y|",
    function=_bartels_conn,
    domain=((-500.0, 500.0), (-500.0, 500.0)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="Jamil & Yang 2013, no. 9; SciPy's benchmark suite",
    story=(
        "A tilted bowl with small creases. Far out they do not matter; at the bottom one of them holds the minimum, "
        "and a constant learning rate that would settle in the bowl keeps hopping across it."
    ),
    starts=((4.0, 3.0), (-4.5, 1.0), (1.0, -4.0)),
    minima=((0.0, 0.0),),
    lowest=1.0,
    kinks=((0.0, 0.0),),
    note="The minimum is sharp in x and round in y.",
)


def _tripod(x: Array, y: Array) -> Array:
    right, upper = jnp.where(x >= 0, 1.0, 0.0), jnp.where(y >= 0, 1.0, 0.0)
    legs = absolute(x + 50 * upper * (1 - 2 * right)) + absolute(y + 50 * (1 - 2 * upper))
    return upper * (1 + right) + legs


TRIPOD = Landscape(
    key="tripod",
    name="Tripod",
    family="Kinks",
    formula=(
        r"p(y)\left(1+p(x)\right)+\left|x+50\,p(y)\left(1-2p(x)\right)\right|+\left|y+50\left(1-2p(y)\right)\right|,"
        r"\quad p(t)=[t\ge0]"
    ),
    function=_tripod,
    domain=((-100.0, 100.0), (-100.0, 100.0)),
    view=((-100.0, 100.0), (-100.0, 100.0)),
    source="Jamil & Yang 2013, no. 155; SciPy's benchmark suite",
    story=(
        "Three pyramids standing on their tips, with jumps between them that no gradient sees. Two thirds of the tips "
        "are traps: they lie only 1 and 2 above the best one, at the far side of a step."
    ),
    starts=((-60.0, -20.0), (30.0, 80.0), (-20.0, 30.0), (80.0, 10.0)),
    minima=((0.0, -50.0),),
    lowest=0.0,
    other_minima=((-50.0, 50.0), (50.0, 50.0)),
    kinks=((0.0, -50.0), (-50.0, 50.0), (50.0, 50.0)),
    note="The surface jumps where y changes its sign, and for y ≥ 0 where x does. All three minima are tips.",
)


def _bukin_6(x: Array, y: Array) -> Array:
    # the factor inside the root keeps the valley's floor exact
    return 10 * safe_sqrt(absolute(100 * y - x**2)) + 0.01 * absolute(x + 10)


BUKIN_6 = Landscape(
    key="bukin_6",
    name="Bukin 6",
    family="Kinks",
    formula=r"100\sqrt{\left|y-0.01x^2\right|}+0.01\,|x+10|",
    function=_bukin_6,
    domain=((-15.0, -5.0), (-3.0, 3.0)),
    view=((-15.0, -5.0), (-3.0, 3.0)),
    source="Bukin 1997; Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 28",
    story=(
        "A bent valley whose walls become infinitely steep at the bottom, while its floor falls by only 0.05 from "
        "either end to the middle. Every step overshoots the floor: few methods get anywhere near the minimum."
    ),
    starts=((-14.0, 0.5), (-6.0, 2.0), (-8.0, -2.0)),
    minima=((-10.0, 1.0),),
    lowest=0.0,
    kinks=((-10.0, 1.0),),
    note=(
        "On the floor, y = 0.01x², the slope across is infinite on both sides; its infinite part is left out of the "
        "gradient there. Every point of the floor is lower than all around it across the valley. Jamil & Yang print "
        "the range of y as −3 to −3."
    ),
)

_BEND = asin(0.1)
_ZEROS = (_BEND - 3 * pi, -_BEND - 2 * pi, _BEND - pi, -_BEND, 0.0, _BEND + pi, 2 * pi - _BEND, _BEND + 3 * pi)


def _alpine_1(x: Array, y: Array) -> Array:
    return absolute(x * (jnp.sin(x) + 0.1)) + absolute(y * (jnp.sin(y) + 0.1))


ALPINE_1 = Landscape(
    key="alpine_1",
    name="Alpine 1",
    family="Kinks",
    formula=r"\left|x\sin x+0.1x\right|+\left|y\sin y+0.1y\right|",
    function=_alpine_1,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-10.0, 10.0), (-10.0, 10.0)),
    source="Jamil & Yang 2013, no. 6; SciPy's benchmark suite",
    story=(
        "Mountains whose 64 valleys all reach sea level: every one of them is a global minimum, and each is a kink. "
        "Reaching a minimum is easy, resting in it with a constant learning rate is not."
    ),
    starts=((8.0, 7.6), (-5.0, 1.6), (1.8, -8.0), (-7.6, -4.7)),
    minima=tuple((x, y) for x in _ZEROS for y in _ZEROS),
    lowest=0.0,
    kinks=tuple((x, y) for x in _ZEROS for y in _ZEROS),
    note=(
        "The lists name the origin as the only minimum; the value is 0 wherever each coordinate is 0 or has the sine "
        "−0.1, which are 64 points in the box."
    ),
)


def _xin_she_yang_2(x: Array, y: Array) -> Array:
    return (absolute(x) + absolute(y)) * jnp.exp(-jnp.sin(x**2) - jnp.sin(y**2))


XIN_SHE_YANG_2 = Landscape(
    key="xin_she_yang_2",
    name="Xin-She Yang 2",
    family="Kinks",
    formula=r"\left(|x|+|y|\right)e^{-\sin\left(x^2\right)-\sin\left(y^2\right)}",
    function=_xin_she_yang_2,
    domain=((-2 * pi, 2 * pi), (-2 * pi, 2 * pi)),
    view=((-4.0, 4.0), (-4.0, 4.0)),
    scale="log",
    source="Jamil & Yang 2013, no. 170; SciPy's benchmark suite",
    story=(
        "Waves that become narrower outwards, with creases along the axes. Some of the local minima are smooth, some "
        "lie on a crease, and the best one is a tip: three kinds of ending on one surface."
    ),
    starts=((3.1, 2.3), (-0.9, 0.5), (0.4, -2.0), (-3.3, 3.4)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    other_minima=(
        (-1.178961197597927, -1.178961197597927),
        (1.178961197597927, 1.178961197597927),
        (-1.178961197597927, 1.178961197597927),
        (1.178961197597927, -1.178961197597927),
        (0.0, 1.0478591874847276),
        (1.0478591874847276, 0.0),
        (0.0, -1.0478591874847276),
        (-1.0478591874847276, 0.0),
        (-2.794512965058503, -1.2114385475222194),
        (1.2114385475222194, -2.794512965058503),
        (-1.2114385475222194, 2.794512965058503),
        (-2.794512965058503, 1.2114385475222194),
    ),
    saddle_points=(
        (-1.1236510754538713, -0.3432368948867041),
        (-0.3432368948867041, 1.1236510754538713),
        (-0.3432368948867041, -1.1236510754538713),
        (1.1236510754538713, -0.3432368948867041),
    ),
    kinks=(
        (0.0, 0.0),
        (0.0, 1.0478591874847276),
        (1.0478591874847276, 0.0),
        (0.0, -1.0478591874847276),
        (-1.0478591874847276, 0.0),
    ),
    note="The local minima on the axes are round along the axis and sharp across it.",
)


def _ackley_2(x: Array, y: Array) -> Array:
    return -200 * jnp.exp(-0.02 * safe_sqrt(x**2 + y**2))


ACKLEY_2 = Landscape(
    key="ackley_2",
    name="Ackley 2",
    family="Kinks",
    formula=r"-200\,e^{-0.02\sqrt{x^2+y^2}}",
    function=_ackley_2,
    domain=((-32.0, 32.0), (-32.0, 32.0)),
    view=((-32.0, 32.0), (-32.0, 32.0)),
    source="Ackley 1987; Jamil & Yang 2013, no. 2; SciPy's benchmark suite",
    story=(
        "A single cone without any waves. The slope grows towards the tip, to 4, instead of fading: a minimum need not "
        "have a small gradient, and a small gradient need not mean that a minimum is near."
    ),
    starts=((25.0, 20.0), (-28.0, 6.0), (4.0, -7.0)),
    minima=((0.0, 0.0),),
    lowest=-200.0,
    kinks=((0.0, 0.0),),
    note="The minimum is the tip of a cone and has no gradient; it is taken as 0 there.",
)
