"""Many minima: one wave on a bowl, in rows, rings or hyperbolas."""

from math import pi

import jax.numpy as jnp
from jax import Array

from landscapes.kinks import safe_sqrt, sinc_sqrt
from landscapes.landscape import Landscape

# As in many_minima.py, 1 - cos 2u is written as 2 sin² u, so that losses stay exact near the minimum.


def _egg_crate(x: Array, y: Array) -> Array:
    return x**2 + y**2 + 25 * (jnp.sin(x) ** 2 + jnp.sin(y) ** 2)


EGG_CRATE = Landscape(
    key="egg_crate",
    name="Egg crate",
    family="Many minima",
    formula=r"x^2+y^2+25\left(\sin^2x+\sin^2y\right)",
    function=_egg_crate,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="Jamil & Yang 2013, no. 52; SciPy's benchmark suite",
    story=(
        "Nine hollows in a crate that sags in the middle: few enough to count, deep enough to hold a ball. A good "
        "surface to see how much momentum it takes to roll out of a hollow, and how little more carries past the best."
    ),
    starts=((4.0, 3.5), (-4.2, 1.0), (1.8, -2.2), (-1.4, 4.4)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    other_minima=(
        (-3.0196018847849517, 0.0),
        (0.0, -3.0196018847849517),
        (0.0, 3.0196018847849517),
        (3.0196018847849517, 0.0),
        (-3.0196018847849517, -3.0196018847849517),
        (3.0196018847849517, 3.0196018847849517),
        (-3.0196018847849517, 3.0196018847849517),
        (3.0196018847849517, -3.0196018847849517),
    ),
    saddle_points=(
        (-1.6364424603413235, 0.0),
        (1.6364424603413235, 0.0),
        (0.0, 1.6364424603413235),
        (0.0, -1.6364424603413235),
        (1.6364424603413235, -3.0196018847849517),
        (1.6364424603413235, 3.0196018847849517),
    ),
)


def _parsopoulos(x: Array, y: Array) -> Array:
    return jnp.cos(x) ** 2 + jnp.sin(y) ** 2


PARSOPOULOS = Landscape(
    key="parsopoulos",
    name="Parsopoulos",
    family="Many minima",
    formula=r"\cos^2x+\sin^2y",
    function=_parsopoulos,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="Jamil & Yang 2013, no. 85; SciPy's benchmark suite",
    story=(
        "Twelve minima inside the box, all of them exactly equal. Every method succeeds from nearly everywhere, and "
        "still two runs that start side by side can end in different places."
    ),
    starts=((0.1, 1.5), (-3.3, 1.7), (3.0, -1.4), (-0.2, -4.4)),
    minima=tuple((x, y) for x in (-1.5 * pi, -pi / 2, pi / 2, 1.5 * pi) for y in (-pi, 0.0, pi)),
    lowest=0.0,
    saddle_points=(
        (-4.71238898038469, -4.71238898038469),
        (-4.71238898038469, -1.5707963267948966),
        (-4.71238898038469, 1.5707963267948966),
        (-4.71238898038469, 4.71238898038469),
        (-3.141592653589793, -3.141592653589793),
        (-3.141592653589793, 0.0),
    ),
    note="The pattern repeats for ever; twelve of its minima lie in the box.",
)


def _bohachevsky_2(x: Array, y: Array) -> Array:
    # 1 - cos a cos b = sin² (a + b)/2 + sin² (a - b)/2
    first, second = jnp.sin(pi * (1.5 * x + 2 * y)), jnp.sin(pi * (1.5 * x - 2 * y))
    return x**2 + 2 * y**2 + 0.3 * (first**2 + second**2)


BOHACHEVSKY_2 = Landscape(
    key="bohachevsky_2",
    name="Bohachevsky 2",
    family="Many minima",
    formula=r"x^2+2y^2-0.3\cos3\pi x\,\cos4\pi y+0.3",
    function=_bohachevsky_2,
    domain=((-100.0, 100.0), (-100.0, 100.0)),
    view=((-1.2, 1.2), (-1.2, 1.2)),
    source="Bohachevsky, Johnson & Stein 1986; Surjanovic & Bingham, Virtual Library of Simulation Experiments; "
    "Jamil & Yang 2013, no. 18",
    story=(
        "A bowl whose waves multiply, so that the dimples stand in a diamond pattern. From those next to the minimum, "
        "changing one coordinate at a time climbs a wall; the lowest pass lies on the diagonal."
    ),
    starts=((1.0, 1.0), (-1.1, 0.4), (0.45, -0.6), (-0.4, -1.0)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    other_minima=(
        (-0.30915825913071315, -0.2298625703075896),
        (-0.30915825913071315, 0.2298625703075896),
        (0.30915825913071315, -0.2298625703075896),
        (0.30915825913071315, 0.2298625703075896),
        (-0.6186120678279501, 0.0),
        (0.6186120678279501, 0.0),
        (0.0, -0.4594755259471437),
        (0.0, 0.4594755259471437),
        (0.608573453646004, 0.4524799547723717),
        (-0.608573453646004, 0.4524799547723717),
        (0.608573453646004, -0.4524799547723717),
        (-0.608573453646004, -0.4524799547723717),
    ),
    saddle_points=(
        (-0.18209372185404488, -0.1353887629064207),
        (-0.18209372185404488, 0.1353887629064207),
        (0.18209372185404488, 0.1353887629064207),
        (0.18209372185404488, -0.1353887629064207),
        (0.48835999922129, 0.09675484656236416),
        (0.48835999922129, -0.09675484656236416),
    ),
    note="Jamil & Yang print an extra factor 0.4 in the wave, which gives another surface.",
)


def _levy_13(x: Array, y: Array) -> Array:
    u, v = x - 1, y - 1  # a shift by 1 leaves sin² of 2π and of 3π times a number as it is
    first = jnp.sin(3 * pi * u) ** 2
    return first + u**2 * (1 + jnp.sin(3 * pi * v) ** 2) + v**2 * (1 + jnp.sin(2 * pi * v) ** 2)


LEVY_13 = Landscape(
    key="levy_13",
    name="Levy 13",
    family="Many minima",
    formula=r"\sin^2 3\pi x+(x-1)^2\left[1+\sin^2 3\pi y\right]+(y-1)^2\left[1+\sin^2 2\pi y\right]",
    function=_levy_13,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-1.0, 3.0), (-1.0, 3.0)),
    source="Levy & Montalvo 1985; Surjanovic & Bingham, Virtual Library of Simulation Experiments",
    story=(
        "More than a thousand dimples in the box. Most of the waves grow with the distance from the minimum: far out "
        "they are too deep to leave, close in all but one row of them fades."
    ),
    starts=((0.5, 1.8), (-0.6, 1.9), (1.5, -0.7), (0.5, 0.6)),
    minima=((1.0, 1.0),),
    lowest=0.0,
    other_minima=(
        (0.6703805254516864, 1.0),
        (1.3296194745483136, 1.0),
        (0.6716660565631725, 0.7338932005461823),
        (1.3283339434368275, 0.7338932005461823),
        (0.6716660565631725, 1.2661067994538178),
        (1.3283339434368275, 1.2661067994538178),
        (0.3407792026131151, 1.0),
        (1.6592207973868849, 1.0),
        (0.3408229999150312, 0.6748315124946496),
        (1.6591770000849688, 0.6748315124946496),
        (1.6591770000849688, 1.3251684875053504),
        (0.3408229999150312, 1.3251684875053504),
    ),
    saddle_points=(
        (0.3481284887298641, 1.1772886949091694),
        (0.3481284887298641, 0.8227113050908306),
        (1.6518715112701359, 1.1772886949091694),
        (1.6518715112701359, 0.8227113050908306),
        (0.8314352416485596, 1.0),
        (1.1685647583514405, 1.0),
    ),
    note="The box reaches to ±10; the view shows the innermost minima.",
    scale="log",
)


def _ackley_3(x: Array, y: Array) -> Array:
    return -200 * jnp.exp(-0.02 * safe_sqrt(x**2 + y**2)) + 5 * jnp.exp(jnp.cos(3 * x) + jnp.sin(3 * y))


ACKLEY_3 = Landscape(
    key="ackley_3",
    name="Ackley 3",
    family="Many minima",
    formula=r"-200\,e^{-0.02\sqrt{x^2+y^2}}+5\,e^{\cos3x+\sin3y}",
    function=_ackley_3,
    domain=((-32.0, 32.0), (-32.0, 32.0)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="SciPy's benchmark suite (Ackley03); DIRECTGOLib; compare Jamil & Yang 2013, no. 3",
    story=(
        "Tall hills on a wide cone. Around them runs a connected net of low ground, so a path with some noise finds "
        "its way between the hills to one of two mirrored minima."
    ),
    starts=((3.2, 3.0), (-4.2, -1.2), (0.1, 1.0), (-1.5, 4.0)),
    minima=((0.6825771831515793, -0.3607018630610373), (-0.6825771831515793, -0.3607018630610373)),
    lowest=-195.62902826227935,
    other_minima=(
        (0.8445397987676263, 1.239420784096049),
        (-0.8445397987676263, 1.239420784096049),
        (-0.9199955010682989, -2.239616229122508),
        (0.9199955010682989, -2.239616229122508),
        (2.7345169684833315, -0.4695831763863853),
        (-2.7345169684833315, -0.4695831763863853),
        (-2.783479015471102, 1.4161916566713204),
        (2.783479015471102, 1.4161916566713204),
    ),
    saddle_points=(
        (0.0, -0.437407994596254),
        (0.9727144187072374, 0.5667569910614798),
        (-0.9727144187072374, 0.5667569910614798),
        (0.0, 1.4863220153041938),
        (-1.0018702235267445, -1.645648157709397),
        (1.0018702235267445, -1.645648157709397),
    ),
    note=(
        "The tip of the cone at the origin is not a minimum: the hills slope there. Jamil & Yang print the first term "
        "with the wrong sign and a minimum of −219.1 at (0, −0.4); lists often name only one of the two minima."
    ),
)


def _salomon(x: Array, y: Array) -> Array:
    s = x**2 + y**2
    wave = pi**2 * s * sinc_sqrt(pi**2 * s) ** 2  # sin² πr
    return 2 * wave + 0.1 * safe_sqrt(s)


SALOMON = Landscape(
    key="salomon",
    name="Salomon",
    family="Many minima",
    formula=r"1-\cos2\pi r+0.1\,r,\quad r=\sqrt{x^2+y^2}",
    function=_salomon,
    domain=((-100.0, 100.0), (-100.0, 100.0)),
    view=((-3.5, 3.5), (-3.5, 3.5)),
    source="Salomon 1996; Jamil & Yang 2013, no. 110; SciPy's benchmark suite",
    story=(
        "Rings of waves on a shallow cone: each trough is a whole circle, a little higher than the one inside it. The "
        "gradient points straight across the rings, so a step either crosses one or ends in it."
    ),
    starts=((2.2, 1.1), (-3.1, 0.6), (0.3, 0.2), (0.9, -1.2)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    kinks=((0.0, 0.0),),
    note=(
        "The minimum is the tip of a cone with slope 0.1 and has no gradient; it is taken as 0 there. The local minima "
        "are circles with radii near 1, 2, 3 and so on, and not single points; none is listed."
    ),
)


def _schaffer_ratio(wave: Array, s: Array) -> Array:
    """Return 0.5 + (wave - 0.5) / (1 + 0.001 s)², with no cancellation where both are small."""
    return (wave + 0.001 * s + 5e-7 * s**2) / (1 + 0.001 * s) ** 2


def _schaffer_2(x: Array, y: Array) -> Array:
    return _schaffer_ratio(jnp.sin(x**2 - y**2) ** 2, x**2 + y**2)


SCHAFFER_2 = Landscape(
    key="schaffer_2",
    name="Schaffer 2",
    family="Many minima",
    formula=r"0.5+\frac{\sin^2(x^2-y^2)-0.5}{\left[1+0.001(x^2+y^2)\right]^2}",
    function=_schaffer_2,
    domain=((-100.0, 100.0), (-100.0, 100.0)),
    view=((-4.0, 4.0), (-4.0, 4.0)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments; SciPy's benchmark suite",
    story=(
        "Troughs along hyperbolas that crowd together outwards. Along the diagonals a floor leads gently to the "
        "minimum; from any other trough, sliding down its floor ends on an axis, almost as low but not quite."
    ),
    starts=((2.5, 2.2), (-3.0, 1.0), (0.5, 1.4), (3.5, -3.4)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    other_minima=(
        (0.0, -1.7723132396346364),
        (0.0, 1.7723132396346364),
        (1.7723132396346364, 0.0),
        (-1.7723132396346364, 0.0),
        (0.0, -2.506529159829285),
        (0.0, 2.506529159829285),
        (2.506529159829285, 0.0),
        (-2.506529159829285, 0.0),
        (3.069899449343381, 0.0),
        (0.0, 3.069899449343381),
        (0.0, -3.069899449343381),
        (-3.069899449343381, 0.0),
    ),
    note="Jamil & Yang print another denominator and another argument of the sine: a different surface.",
)


def _schaffer_4(x: Array, y: Array) -> Array:
    # cos² of sin |t| is even in t, so the absolute value of the published form changes nothing and is left out
    return _schaffer_ratio(jnp.cos(jnp.sin(x**2 - y**2)) ** 2, x**2 + y**2)


SCHAFFER_4 = Landscape(
    key="schaffer_4",
    name="Schaffer 4",
    family="Many minima",
    formula=r"0.5+\frac{\cos^2\left(\sin|x^2-y^2|\right)-0.5}{\left[1+0.001(x^2+y^2)\right]^2}",
    function=_schaffer_4,
    domain=((-100.0, 100.0), (-100.0, 100.0)),
    view=((-4.0, 4.0), (-4.0, 4.0)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments; SciPy's benchmark suite",
    story=(
        "The troughs of Schaffer 2 moved: now the diagonals are ridges and four equal minima lie on the axes. The next "
        "four are only 0.0013 higher, so a loss alone does not tell a good end from the best."
    ),
    starts=((2.5, 1.0), (-1.0, 3.0), (0.3, 0.2), (3.5, -3.2)),
    minima=(
        (0.0, 1.2531318314637332),
        (-1.2531318314637332, 0.0),
        (0.0, -1.2531318314637332),
        (1.2531318314637332, 0.0),
    ),
    lowest=0.29257863203598056,
    other_minima=(
        (0.0, 2.1706988435531294),
        (0.0, -2.1706988435531294),
        (2.1706988435531294, 0.0),
        (-2.1706988435531294, 0.0),
        (-2.8024145915390126, 0.0),
        (0.0, 2.8024145915390126),
        (2.8024145915390126, 0.0),
        (0.0, -2.8024145915390126),
        (3.3158892634577417, 0.0),
        (0.0, -3.3158892634577417),
        (0.0, 3.3158892634577417),
        (-3.3158892634577417, 0.0),
    ),
    note=(
        "Lists often name one or two of the four minima, print 1.253115 for 1.2531318, or give the value as 0; it is "
        "0.29258."
    ),
)


def _schaffer_6(x: Array, y: Array) -> Array:
    s = x**2 + y**2
    return _schaffer_ratio(s * sinc_sqrt(s) ** 2, s)


SCHAFFER_6 = Landscape(
    key="schaffer_6",
    name="Schaffer 6",
    family="Many minima",
    formula=r"0.5+\frac{\sin^2\sqrt{x^2+y^2}-0.5}{\left[1+0.001(x^2+y^2)\right]^2}",
    function=_schaffer_6,
    domain=((-100.0, 100.0), (-100.0, 100.0)),
    view=((-15.0, 15.0), (-15.0, 15.0)),
    source="Jamil & Yang 2013, no. 136",
    story=(
        "Ripples around the minimum that fade with the distance but keep the same mean, so that even a blurred view "
        "from afar shows no slope. The best point stands behind the highest wall of all."
    ),
    starts=((9.0, 5.0), (-12.0, 2.0), (1.5, 1.2), (3.0, -5.0)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    note="The local minima are circles with radii near π, 2π, 3π and so on, and not single points; none is listed.",
)
