"""Surfaces whose few minima differ in depth, so that it matters which one is found."""

from math import pi

import jax.numpy as jnp
from jax import Array

from landscapes.landscape import Landscape
from parameter import Parameter


def _zirilli(x: Array, y: Array, tilt: Array) -> Array:
    return 0.25 * x**4 - 0.5 * x**2 + tilt * x + 0.5 * y**2


ZIRILLI = Landscape(
    key="zirilli",
    name="Tilted double well (Zirilli)",
    family="A few minima",
    formula=r"\tfrac14x^4-\tfrac12x^2+c\,x+\tfrac12y^2",
    function=_zirilli,
    parameters=(
        Parameter(
            key="tilt",
            name="Tilt c",
            default=0.1,
            low=0.0,
            high=0.6,
            help="At 0 both wells are equally deep; from 0.385 on the right one is gone.",
        ),
    ),
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-2.0, 2.0), (-2.0, 2.0)),
    source="Aluffi-Pentini, Parisi & Zirilli 1985; Jamil & Yang 2013, no. 175; SciPy's benchmark suite",
    story=(
        "A double well with one side lower. From the right, a small step ends in the poorer well; momentum or noise "
        "can carry the ball over the pass, and once it is on the better side it is less likely to come back."
    ),
    starts=((1.8, 1.0), (0.15, -1.5), (0.05, 1.5), (-1.8, 1.5)),
    minima=((-1.0466805318046022, 0.0),),
    lowest=-0.35238607380003645,
    other_minima=((0.9456492739235914, 0.0),),
    saddle_points=((0.10103125788101082, 0.0),),
    note="Jamil & Yang print the minimum as (−1.0465, 0) with −0.3523; it is (−1.04668, 0) with −0.35239.",
)


def _zettl(x: Array, y: Array, tilt: Array) -> Array:
    return (x**2 + y**2 - 2 * x) ** 2 + tilt * x


ZETTL = Landscape(
    key="zettl",
    name="Zettl",
    family="A few minima",
    formula=r"(x^2+y^2-2x)^2+c\,x",
    function=_zettl,
    parameters=(
        Parameter(
            key="tilt",
            name="Tilt c",
            default=0.25,
            low=0.0,
            high=2.0,
            help="How much the ring slopes down to the left; at 0 the whole ring is one minimum.",
        ),
    ),
    domain=((-5.0, 10.0), (-5.0, 10.0)),
    view=((-0.8, 2.8), (-1.6, 1.6)),
    source="Jamil & Yang 2013, no. 174; SciPy's benchmark suite",
    story=(
        "A valley that closes to a ring, tilted a little to the left. On the ring's right end lies a saddle: a start "
        "exactly on the line y = 0 stops there, one beside it walks round the ring to the only minimum."
    ),
    starts=((2.6, 0.0), (2.6, 0.02), (1.2, 1.4), (0.9, -0.2)),
    minima=((-0.029895985050660382, 0.0),),
    lowest=-0.003791237220468898,
    saddle_points=((1.96714893788303, 0.0),),
    note="SciPy's minimizer, x = −0.02989597760, is wrong from the seventh digit on.",
    scale="log",
)


def _hosaki(x: Array, y: Array) -> Array:
    return (1 - 8 * x + 7 * x**2 - 7 * x**3 / 3 + x**4 / 4) * y**2 * jnp.exp(-y)


HOSAKI = Landscape(
    key="hosaki",
    name="Hosaki",
    family="A few minima",
    formula=r"\left(1-8x+7x^2-\tfrac73x^3+\tfrac14x^4\right)y^2e^{-y}",
    function=_hosaki,
    domain=((0.0, 5.0), (0.0, 6.0)),
    view=((0.0, 5.0), (0.5, 6.0)),
    source="Bekey & Ung 1974; Jamil & Yang 2013, no. 66; SciPy's benchmark suite",
    story=(
        "Two wells side by side, the right one twice as deep, and land that flattens out above them. The pass between "
        "them at x = 2 divides the starts: left of it nothing that only goes downhill finds the better well."
    ),
    starts=((1.9, 4.0), (2.1, 4.0), (0.3, 5.0), (4.8, 1.0)),
    minima=((4.0, 2.0),),
    lowest=-2.3458115761012865,
    other_minima=((1.0, 2.0),),
    saddle_points=((2.0, 2.0),),
    note="Outside the box, below y = 0, the surface falls without end: the global minimum is that of the box.",
)


def _el_attar(x: Array, y: Array) -> Array:
    return (x**2 + y - 10) ** 2 + (x + y**2 - 7) ** 2 + (x**2 + y**3 - 1) ** 2


EL_ATTAR = Landscape(
    key="el_attar",
    name="El-Attar-Vidyasagar-Dutta",
    family="A few minima",
    formula=r"(x^2+y-10)^2+(x+y^2-7)^2+(x^2+y^3-1)^2",
    function=_el_attar,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="El-Attar, Vidyasagar & Dutta 1979; Jamil & Yang 2013, no. 51; SciPy's benchmark suite",
    story=(
        "Three equations in two unknowns have no solution, so the loss cannot reach 0. Like Himmelblau's surface it "
        "has four basins, but their floors lie at 1.7, 27, 55 and 99: here it matters which one is found."
    ),
    starts=((0.0, 0.0), (2.8, 1.9), (-4.0, 1.0), (1.0, -4.0)),
    minima=((3.409186822190061, -2.171433036284005),),
    lowest=1.7127803548622034,
    other_minima=(
        (-3.6231475066867547, -2.3841454737409036),
        (2.276170285567143, 0.8647773429290152),
        (-1.5207074488890022, 1.4122812360054402),
    ),
    saddle_points=(
        (2.4732640463591187, -0.30877190525995685),
        (-0.5043448462061246, 1.580402825183924),
        (-2.141586630302853, -0.2702868389290754),
    ),
    note=(
        "Jamil & Yang print a minimum of 0.470427 at (2.842503, 1.920175); the value there is 200.7. Their box of "
        "±100 is cut to ±5: no minimum lies outside."
    ),
    scale="log",
)


def _branin_2(x: Array, y: Array) -> Array:
    valley = y - 5.1 * x**2 / (4 * pi**2) + 5 * x / pi - 6
    waves = 10 * (1 - 1 / (8 * pi)) * jnp.cos(x) * jnp.cos(y)
    return valley**2 + waves + jnp.log(x**2 + y**2 + 1) + 10


BRANIN_2 = Landscape(
    key="branin_2",
    name="Branin 2",
    family="A few minima",
    formula=(
        r"\left(y-\tfrac{5.1x^2}{4\pi^2}+\tfrac{5x}{\pi}-6\right)^2"
        r"+10\left(1-\tfrac1{8\pi}\right)\cos x\cos y+\ln(x^2+y^2+1)+10"
    ),
    function=_branin_2,
    domain=((-5.0, 15.0), (-5.0, 15.0)),
    view=((-5.0, 15.0), (-5.0, 15.0)),
    source="Munteanu & Lazarescu 1998; Jamil & Yang 2013, no. 23; SciPy's benchmark suite",
    story=(
        "Branin's valley, broken up by waves in both directions into ten pools of different depth. The lowest one lies "
        "at the far end: following the valley is not enough, each pool on the way is a trap."
    ),
    starts=((12.0, 12.0), (2.0, 6.0), (-4.0, 8.0), (8.0, -3.0)),
    minima=((-3.1969884247443834, 12.526257885290116),),
    lowest=5.558914403893819,
    other_minima=(
        (3.363453894662421, 0.3727626441192477),
        (0.553833282691779, 3.493210529592549),
        (6.26404197368511, 2.772653646964267),
        (9.085637810085785, 0.4069320778496905),
        (13.214884439198263, 9.015467711900722),
        (-0.7630414143805206, 8.904497654230394),
        (11.897526683775803, 3.613899135463794),
        (10.163750518429127, 5.536972952595231),
        (6.224193052626735, -2.3291650901566396),
    ),
    saddle_points=(
        (4.785271824941216, 1.6297992590607981),
        (7.828894469340485, 1.5542473480239634),
        (1.8697424961783937, 1.9061457732560656),
        (10.713017597237052, 5.017297077904452),
        (-1.8560386708306689, 10.48801746119763),
        (14.340483881713098, 10.607091318428319),
    ),
    note=(
        "Jamil & Yang print the logarithm as a factor, and the lowest value as 5.559037; with the logarithm added it "
        "is 5.558914."
    ),
    scale="log",
)


def _deckkers_aarts(x: Array, y: Array) -> Array:
    square = x**2 + y**2
    return 1e5 * x**2 + y**2 - square**2 + 1e-5 * square**4


DECKKERS_AARTS = Landscape(
    key="deckkers_aarts",
    name="Deckkers-Aarts",
    family="A few minima",
    formula=r"10^5x^2+y^2-(x^2+y^2)^2+10^{-5}(x^2+y^2)^4",
    function=_deckkers_aarts,
    domain=((-20.0, 20.0), (-20.0, 20.0)),
    view=((-20.0, 20.0), (-20.0, 20.0)),
    source="Dekkers & Aarts 1991; Jamil & Yang 2013, no. 45; SciPy's benchmark suite",
    story=(
        "A steep-walled gorge with two deep wells, and between them a tiny dent at the origin that is a minimum too. "
        "The walls allow no learning rate above a hundred-thousandth: the gorge is reached in a few steps, and only "
        "then does the walk along it begin."
    ),
    starts=((10.0, 5.0), (-15.0, -1.0), (5.0, 0.4), (-12.0, 18.0)),
    minima=((0.0, -14.945112151891959), (0.0, 14.945112151891959)),
    lowest=-24776.51834231769,
    other_minima=((0.0, 0.0),),
    saddle_points=((0.0, -0.7071085489778077), (0.0, 0.7071085489778077)),
    note=(
        "Jamil & Yang print the minima as (0, ±15) with −24777; they are (0, ±14.945112) with −24776.51834. SciPy "
        "gives only one of them."
    ),
    scale="log",
)
