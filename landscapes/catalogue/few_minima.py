"""A few minima: surfaces with two to six basins, where the start decides the end."""

from math import pi

import jax.numpy as jnp
from jax import Array

from landscapes.landscape import Landscape
from parameter import Parameter


def _double_well(x: Array, y: Array) -> Array:
    return x**4 / 4 - x**2 / 2 + y**2 / 2


DOUBLE_WELL = Landscape(
    key="double_well",
    name="Double well",
    family="A few minima",
    formula=r"\tfrac14x^4-\tfrac12x^2+\tfrac12y^2",
    function=_double_well,
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    view=((-2.0, 2.0), (-2.0, 2.0)),
    source="Any textbook on dynamical systems",
    story=(
        "Two equal wells with a pass between them. A start exactly on the ridge x = 0 slides to the pass and stays "
        "there; the slightest push to one side chooses a well."
    ),
    starts=((0.0, 1.5), (0.01, 1.5), (-1.8, 1.2), (1.5, -1.5)),
    minima=((-1.0, 0.0), (1.0, 0.0)),
    lowest=-0.25,
    saddle_points=((0.0, 0.0),),
)


def _treccani(x: Array, y: Array) -> Array:
    return x**2 * (x + 2) ** 2 + y**2


TRECCANI = Landscape(
    key="treccani",
    name="Treccani",
    family="A few minima",
    formula=r"x^4+4x^3+4x^2+y^2",
    function=_treccani,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-3.0, 1.0), (-2.0, 2.0)),
    source="Treccani; SciPy's benchmark suite; Jamil & Yang 2013, no. 149",
    story=(
        "Two equally deep valleys side by side with steep outer walls. With a large learning rate the first steps "
        "leap over the pass, so the step size, not the start, chooses the basin."
    ),
    starts=((0.8, 1.5), (-2.8, -1.5), (-0.9, 1.8)),
    minima=((0.0, 0.0), (-2.0, 0.0)),
    lowest=0.0,
    saddle_points=((-1.0, 0.0),),
    note="Jamil & Yang misprint the formula as x⁴ - 4x³ + 4x + y², which does not have these minima.",
)


def _himmelblau(x: Array, y: Array) -> Array:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


HIMMELBLAU = Landscape(
    key="himmelblau",
    name="Himmelblau",
    family="A few minima",
    formula=r"(x^2+y-11)^2+(x+y^2-7)^2",
    function=_himmelblau,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="Himmelblau 1972; Jamil & Yang 2013, no. 65",
    story=(
        "Four minima, all equally good, around one hill. Nearby starts on the hilltop part ways, and which minimum an "
        "optimizer ends in says something about its path, not about its quality."
    ),
    starts=((0.0, 0.0), (-0.5, -1.0), (-4.0, 0.5), (4.5, -4.5)),
    minima=(
        (3.0, 2.0),
        (3.5844283403304917, -1.8481265269644036),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.2831859912861696),
    ),
    lowest=0.0,
    saddle_points=(
        (3.385154183607021, 0.07385187983774928),
        (0.08667750455539636, 2.884254701174776),
        (-3.0730257507643897, -0.08135304428796751),
        (-0.12796134673068008, -1.9537149802445763),
    ),
    scale="log",
)


def _three_hump_camel(x: Array, y: Array) -> Array:
    return 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2


THREE_HUMP_CAMEL = Landscape(
    key="three_hump_camel",
    name="Three-hump camel",
    family="A few minima",
    formula=r"2x^2-1.05x^4+\tfrac{x^6}{6}+xy+y^2",
    function=_three_hump_camel,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-2.2, 2.2), (-2.2, 2.2)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 29",
    story=(
        "One global minimum in the middle with a local one on either side. Starts on the outside are caught by the "
        "side basins unless momentum carries them over the rim."
    ),
    starts=((2.0, 1.0), (-2.0, -1.0), (1.0, 1.5), (-0.5, 2.0)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    other_minima=((-1.7475523458302888, 0.8737761729151444), (1.7475523458302888, -0.8737761729151444)),
    saddle_points=((-1.07054229182366, 0.53527114591183), (1.07054229182366, -0.53527114591183)),
)


def _six_hump_camel(x: Array, y: Array) -> Array:
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


SIX_HUMP_CAMEL = Landscape(
    key="six_hump_camel",
    name="Six-hump camel",
    family="A few minima",
    formula=r"\left(4-2.1x^2+\tfrac{x^4}{3}\right)x^2+xy+(4y^2-4)y^2",
    function=_six_hump_camel,
    domain=((-3.0, 3.0), (-2.0, 2.0)),
    view=((-2.0, 2.0), (-1.4, 1.4)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 30",
    story=(
        "Six minima in three mirrored pairs: two global, two middling, two poor. The origin looks like a resting place "
        "but is a saddle: a start near it must first find its way out."
    ),
    starts=((-1.9, 1.2), (1.9, 1.0), (0.02, 0.0), (-1.2, -0.9)),
    minima=((0.08984201310031806, -0.7126564030207396), (-0.08984201310031806, 0.7126564030207396)),
    lowest=-1.0316284534898774,
    other_minima=(
        (-1.703606714969981, 0.7960835686726251),
        (1.703606714969981, -0.7960835686726251),
        (1.6071047529201972, 0.5686514548841314),
        (-1.6071047529201972, -0.5686514548841314),
    ),
    saddle_points=(
        (0.0, 0.0),
        (-1.1092053368047865, 0.7682680925095399),
        (1.1092053368047865, -0.7682680925095399),
        (-1.6380679841897785, -0.22867406904439408),
        (1.6380679841897785, 0.22867406904439408),
        (-1.2960702671671092, -0.6050843880386585),
    ),
    scale="log",
)


def _styblinski_tang(x: Array, y: Array) -> Array:
    return (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2


STYBLINSKI_TANG = Landscape(
    key="styblinski_tang",
    name="Styblinski-Tang",
    family="A few minima",
    formula=r"\tfrac12\left(x^4-16x^2+5x+y^4-16y^2+5y\right)",
    function=_styblinski_tang,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="Styblinski & Tang 1990; Surjanovic & Bingham, Virtual Library of Simulation Experiments; "
    "Jamil & Yang 2013, no. 144",
    story=(
        "Four basins of similar width, one in each corner: one deep, two middling, one shallow. The coordinates do not "
        "interact, so each decides for itself on which side of the hill it ends."
    ),
    starts=((0.0, 0.0), (4.5, 4.5), (-4.0, 1.0), (1.0, -4.5)),
    minima=((-2.903534027771177, -2.903534027771177),),
    lowest=-78.33233140754282,
    other_minima=(
        (-2.903534027771177, 2.746802770990837),
        (2.746802770990837, -2.903534027771177),
        (2.746802770990837, 2.746802770990837),
    ),
    saddle_points=(
        (-2.903534027771177, 0.1567312567803401),
        (0.1567312567803401, -2.903534027771177),
        (2.746802770990837, 0.1567312567803401),
        (0.1567312567803401, 2.746802770990837),
    ),
    note=(
        "Lists often print −39.16599 for each dimension; it is −39.16617. SciPy's minimizer is wrong from the ninth "
        "digit on."
    ),
)


def _goldstein_price(x: Array, y: Array) -> Array:
    first = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    second = 30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    return first * second


GOLDSTEIN_PRICE = Landscape(
    key="goldstein_price",
    name="Goldstein-Price",
    family="A few minima",
    formula=(
        r"\left[1+(x+y+1)^2(19-14x+3x^2-14y+6xy+3y^2)\right]"
        r"\left[30+(2x-3y)^2(18-32x+12x^2+48y-36xy+27y^2)\right]"
    ),
    function=_goldstein_price,
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    view=((-2.0, 2.0), (-2.0, 2.0)),
    source="Goldstein & Price 1971; Surjanovic & Bingham, Virtual Library of Simulation Experiments; "
    "Jamil & Yang 2013, no. 58",
    story=(
        "Heights from 3 to about a million in one small square. A learning rate that is safe on the walls barely moves "
        "on the floor: the case for methods that adapt their steps."
    ),
    starts=((-1.0, 1.0), (1.0, -1.5), (1.5, 1.5), (-1.5, -0.5)),
    minima=((0.0, -1.0),),
    lowest=3.0,
    other_minima=((-0.6, -0.4), (1.8, 0.2), (1.2, 0.8)),
    saddle_points=((-0.4, -0.6), (1.2, -0.2), (1.4, 0.6), (0.6, 0.4)),
    note="The local minima have the values 30, 84 and 840, all exact.",
    scale="log",
)


def _branin(x: Array, y: Array, a: Array, b: Array, c: Array, r: Array, s: Array, t: Array) -> Array:
    return a * (y - b * x**2 + c * x - r) ** 2 + s * (1 - t) * jnp.cos(x) + s


BRANIN = Landscape(
    key="branin",
    name="Branin",
    family="A few minima",
    formula=r"a\,(y-bx^2+cx-r)^2+s\,(1-t)\cos x+s",
    function=_branin,
    parameters=(
        Parameter(
            key="a",
            name="Steepness a",
            default=1.0,
            low=0.1,
            high=10.0,
            log=True,
            help="How steeply the walls rise on both sides of the curved valley.",
        ),
        Parameter(
            key="b",
            name="Bend b",
            default=5.1 / (4 * pi**2),
            low=0.0,
            high=0.3,
            help="How strongly the valley curves.",
        ),
        Parameter(
            key="c",
            name="Tilt c",
            default=5 / pi,
            low=0.0,
            high=5.0,
            help="How the valley slants across the picture.",
        ),
        Parameter(
            key="r",
            name="Height of the valley r",
            default=6.0,
            low=0.0,
            high=12.0,
            help="The y at which the valley crosses x = 0.",
        ),
        Parameter(
            key="s",
            name="Wave height s",
            default=10.0,
            low=0.0,
            high=50.0,
            help="How high the waves on the valley's floor are; at 0 the whole floor is one minimum.",
        ),
        Parameter(
            key="t",
            name="Wave damping t",
            default=1 / (8 * pi),
            low=0.0,
            high=1.0,
            help="Flattens the waves; at 1 they are gone.",
        ),
    ),
    domain=((-5.0, 10.0), (0.0, 15.0)),
    view=((-5.0, 10.0), (0.0, 15.0)),
    source="Branin 1972; Dixon & Szegő 1978; Surjanovic & Bingham, Virtual Library of Simulation Experiments; "
    "Jamil & Yang 2013, no. 22",
    story=(
        "A curved valley with three pools of exactly the same depth. A favourite of Bayesian optimization: finding a "
        "minimum is easy, knowing that there are three is not."
    ),
    starts=((-2.0, 3.0), (0.1, 13.0), (6.0, 12.0), (6.3, 1.5)),
    minima=((-pi, 12.275), (pi, 2.275), (3 * pi, 2.475)),
    lowest=5 / (4 * pi),
    saddle_points=((0.0, 6.0), (2 * pi, 1.1)),
    note="Jamil & Yang print the third minimizer as (3π, 2.425); it is (3π, 2.475).",
    scale="log",
)


def _mccormick(x: Array, y: Array) -> Array:
    return jnp.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1


MCCORMICK = Landscape(
    key="mccormick",
    name="McCormick",
    family="A few minima",
    formula=r"\sin(x+y)+(x-y)^2-1.5x+2.5y+1",
    function=_mccormick,
    domain=((-1.5, 4.0), (-3.0, 4.0)),
    view=((-1.5, 4.0), (-3.0, 4.0)),
    source="McCormick 1976; Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 72",
    story=(
        "A smooth trough that descends in waves. The start decides which wave the ball rests in, and momentum can "
        "carry it one wave further down."
    ),
    starts=((3.5, 3.0), (0.0, 3.5), (2.0, -2.5), (-1.0, 1.0)),
    minima=((-0.5471975511965977, -1.5471975511965979),),
    lowest=-1.9132229549810364,
    other_minima=((2.5943951023931957, 1.5943951023931955),),
    saddle_points=((1.5471975511965979, 0.5471975511965977),),
    note=(
        "Outside the box the surface keeps falling without end towards the lower left, by π with every wave: the "
        "global minimum is that of the box."
    ),
    scale="log",
)


def _peaks(x: Array, y: Array) -> Array:
    south = 3 * (1 - x) ** 2 * jnp.exp(-(x**2) - (y + 1) ** 2)
    middle = 10 * (x / 5 - x**3 - y**5) * jnp.exp(-(x**2) - y**2)
    west = jnp.exp(-((x + 1) ** 2) - y**2) / 3
    return south - middle - west


PEAKS = Landscape(
    key="peaks",
    name="Peaks",
    family="A few minima",
    formula=(r"3(1-x)^2e^{-x^2-(y+1)^2}-10\left(\tfrac x5-x^3-y^5\right)e^{-x^2-y^2}-\tfrac13e^{-(x+1)^2-y^2}"),
    function=_peaks,
    domain=((-3.0, 3.0), (-3.0, 3.0)),
    view=((-3.0, 3.0), (-3.0, 3.0)),
    source="MATLAB documentation of peaks",
    story=(
        "Hills and hollows as on a map, with flat land around them. From the rim the gradient almost vanishes: the "
        "ball stalls although a deep hollow is not far away."
    ),
    starts=((0.1, 1.4), (-0.4, -0.7), (-2.8, 2.6), (1.5, 0.6)),
    minima=((0.22827892055636909, -1.6255349574999964),),
    lowest=-6.551133332835837,
    other_minima=((-1.3473962443682108, 0.20451886609700518), (0.2964455538468321, 0.32019624766683435)),
    saddle_points=(
        (0.4163233216785082, -0.3941450984024246),
        (-0.2659375568372457, 0.4667399937262694),
        (1.0982728343350927, 0.8544609795247524),
    ),
    note="Beyond a distance of about 3 from the middle the surface is flat at 0.",
)
