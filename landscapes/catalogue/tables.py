"""Many minima: the carved table tops, absolute waves times an exponential of the distance from the middle."""

from math import pi

import jax.numpy as jnp
from jax import Array

from landscapes.kinks import absolute, safe_sqrt
from landscapes.landscape import Landscape


def _distance(x: Array, y: Array) -> Array:
    return safe_sqrt(x**2 + y**2)


def _cross_in_tray(x: Array, y: Array) -> Array:
    waves = absolute(jnp.sin(x) * jnp.sin(y)) * jnp.exp(absolute(100 - _distance(x, y) / pi))
    return -0.0001 * (waves + 1) ** 0.1


CROSS_IN_TRAY = Landscape(
    key="cross_in_tray",
    name="Cross-in-tray",
    family="Many minima",
    formula=r"-0.0001\left(\left|\sin x\sin y\;e^{\left|100-\frac1\pi\sqrt{x^2+y^2}\right|}\right|+1\right)^{0.1}",
    function=_cross_in_tray,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-10.0, 10.0), (-10.0, 10.0)),
    source="Mishra 2006; Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 39",
    story=(
        "Squares with knife-edge walls between them: no path crosses a wall downhill, so the square of the start is "
        "the square of the end. Four minima in the middle are equally good."
    ),
    starts=((2.3, 2.0), (-5.0, 2.0), (5.5, -4.0), (-8.5, -8.0)),
    minima=(
        (-1.3494066171539107, -1.3494066171539107),
        (-1.3494066171539107, 1.3494066171539107),
        (1.3494066171539107, 1.3494066171539107),
        (1.3494066171539107, -1.3494066171539107),
    ),
    lowest=-2.062611870822738,
    other_minima=(
        (-1.4706221621674318, -4.4190758742568725),
        (-1.4706221621674318, 4.4190758742568725),
        (-4.4190758742568725, 1.4706221621674318),
        (-4.4190758742568725, -1.4706221621674318),
        (1.4706221621674318, 4.4190758742568725),
        (1.4706221621674318, -4.4190758742568725),
        (4.4190758742568725, -1.4706221621674318),
        (4.4190758742568725, 1.4706221621674318),
        (4.490999270743704, -4.490999270743704),
        (4.490999270743704, 4.490999270743704),
        (-4.490999270743704, 4.490999270743704),
        (-4.490999270743704, -4.490999270743704),
    ),
    note=(
        "On the axes and wherever else a sine is zero the surface ends in a crest that is almost infinitely steep; no "
        "minimum lies there. Jamil & Yang print the minimum as −2.06261218; it is −2.06261187, and the coordinates "
        "there and in SciPy are wrong from the ninth digit on. The inner exponential reaches 10⁴³ and overflows in "
        "single precision; double is used here."
    ),
)


def _holder_table(x: Array, y: Array) -> Array:
    return -absolute(jnp.sin(x) * jnp.cos(y)) * jnp.exp(absolute(1 - _distance(x, y) / pi))


HOLDER_TABLE = Landscape(
    key="holder_table",
    name="Hölder table",
    family="Many minima",
    formula=r"-\left|\sin x\cos y\;e^{\left|1-\frac1\pi\sqrt{x^2+y^2}\right|}\right|",
    function=_holder_table,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-10.0, 10.0), (-10.0, 10.0)),
    source="Mishra 2006; Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 146",
    story=(
        "The deepest hollows stand in the four corners, the shallowest around the middle, where one would start. "
        "Creases between the hollows keep every downhill path in its own."
    ),
    starts=((6.6, 8.2), (0.5, 0.5), (-4.0, 5.5), (-7.0, -9.0)),
    minima=(
        (-8.055023475736563, -9.664590019241272),
        (8.055023475736563, -9.664590019241272),
        (8.055023475736563, 9.664590019241272),
        (-8.055023475736563, 9.664590019241272),
    ),
    lowest=-19.208502567886732,
    other_minima=(
        (-4.853855848168829, 9.702113880430847),
        (-4.853855848168829, -9.702113880430847),
        (4.853855848168829, 9.702113880430847),
        (4.853855848168829, -9.702113880430847),
        (-8.09758272512733, -6.479497356652597),
        (-8.09758272512733, 6.479497356652597),
        (8.09758272512733, -6.479497356652597),
        (8.09758272512733, 6.479497356652597),
    ),
    note=(
        "Outside the box the hollows go on and become deeper for ever: the four are the minima of the box. There are "
        "creases where sin x or cos y is zero and on the circle of radius π; no minimum lies on them."
    ),
)


def _carrom_table(x: Array, y: Array) -> Array:
    return -((jnp.cos(x) * jnp.cos(y)) ** 2) * jnp.exp(2 * absolute(1 - _distance(x, y) / pi)) / 30


CARROM_TABLE = Landscape(
    key="carrom_table",
    name="Carrom table",
    family="Many minima",
    formula=r"-\tfrac1{30}\left(\cos x\cos y\;e^{\left|1-\frac1\pi\sqrt{x^2+y^2}\right|}\right)^2",
    function=_carrom_table,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-10.0, 10.0), (-10.0, 10.0)),
    scale="rank",
    source="Mishra 2006; Jamil & Yang 2013, no. 147; SciPy's benchmark suite",
    story=(
        "Like a carrom board, with its pockets in the corners. The hollows around the middle are hardly there, those "
        "farther out ever deeper: small steps stay where they are, large ones are rewarded."
    ),
    starts=((5.2, 5.0), (7.8, 8.4), (-5.0, 7.5), (-8.2, -3.9)),
    minima=(
        (9.646167670410366, 9.646167670410366),
        (-9.646167670410366, 9.646167670410366),
        (9.646167670410366, -9.646167670410366),
        (-9.646167670410366, -9.646167670410366),
    ),
    lowest=-24.15681554739122,
    other_minima=(
        (6.457991329523607, 9.683657188392878),
        (6.457991329523607, -9.683657188392878),
        (-9.683657188392878, 6.457991329523607),
        (9.683657188392878, 6.457991329523607),
        (-6.457991329523607, -9.683657188392878),
        (-6.457991329523607, 9.683657188392878),
        (9.683657188392878, -6.457991329523607),
        (-9.683657188392878, -6.457991329523607),
    ),
    note=(
        "Outside the box the pockets go on and become deeper for ever. In the middle stands a shallow local minimum "
        "that is the tip of a cone; it has no gradient. The 16-digit coordinates in Jamil & Yang and in SciPy, "
        "9.646157 and 9.646134, are wrong from the sixth digit on; it is 9.646168 for both."
    ),
)


def _pen_holder(x: Array, y: Array) -> Array:
    height = absolute(jnp.cos(x) * jnp.cos(y)) * jnp.exp(absolute(1 - _distance(x, y) / pi))
    # e^(-1/h) is below 1e-289 where h < 0.0015; selecting before and after keeps 1/0 out of the derivatives.
    seen = height > 0.0015
    return jnp.where(seen, -jnp.exp(-1 / jnp.where(seen, height, 1.0)), 0.0)


PEN_HOLDER = Landscape(
    key="pen_holder",
    name="Pen holder",
    family="Many minima",
    formula=(r"-\exp\left(-\left|\cos x\cos y\;e^{\left|1-\frac1\pi\sqrt{x^2+y^2}\right|}\right|^{-1}\right)"),
    function=_pen_holder,
    domain=((-11.0, 11.0), (-11.0, 11.0)),
    view=((-11.0, 11.0), (-11.0, 11.0)),
    source="Mishra 2006; Jamil & Yang 2013, no. 86; SciPy's benchmark suite",
    story=(
        "Tubes with flat rims. On a rim the gradient fades to nothing, faster than any power, so a start there hardly "
        "moves; inside a tube every method reaches the bottom, which is rarely the lowest one."
    ),
    starts=((2.2, 2.6), (8.4, 8.4), (-5.5, 0.6), (-7.9, -4.4)),
    minima=(
        (-9.646167670410366, 9.646167670410366),
        (-9.646167670410366, -9.646167670410366),
        (9.646167670410366, 9.646167670410366),
        (9.646167670410366, -9.646167670410366),
    ),
    lowest=-0.9635348327265058,
    other_minima=(
        (-6.457991329523607, -9.683657188392878),
        (-6.457991329523607, 9.683657188392878),
        (-9.683657188392878, -6.457991329523607),
        (-9.683657188392878, 6.457991329523607),
        (6.457991329523607, -9.683657188392878),
        (6.457991329523607, 9.683657188392878),
        (9.683657188392878, 6.457991329523607),
        (9.683657188392878, -6.457991329523607),
    ),
    note=(
        "On the rims, where a cosine is zero, the value is 0. Outside the box the tubes go on and become deeper, "
        "towards −1: the four are the minima of the box. Jamil & Yang print the minimum as −0.96354; it is −0.96353."
    ),
)


def _test_tube_holder(x: Array, y: Array) -> Array:
    # the inner absolute value of the published form never meets a zero of the cosine within the box
    return -4 * absolute(jnp.sin(x) * jnp.cos(y)) * jnp.exp(absolute(jnp.cos((x**2 + y**2) / 200)))


TEST_TUBE_HOLDER = Landscape(
    key="test_tube_holder",
    name="Test tube holder",
    family="Many minima",
    formula=r"-4\left|\sin x\cos y\;e^{\left|\cos\frac{x^2+y^2}{200}\right|}\right|",
    function=_test_tube_holder,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-10.0, 10.0), (-10.0, 10.0)),
    source="Mishra 2006; Jamil & Yang 2013, no. 148; SciPy's benchmark suite",
    story=(
        "A rack of equally wide tubes, the two in the middle a hair deeper than their neighbours: 10.87 against 10.85. "
        "Finding a good tube is easy, finding the best one by walking is not."
    ),
    starts=((2.4, 0.9), (-5.4, 4.0), (8.8, -6.9), (-0.7, -2.3)),
    minima=((-1.5706026141658023, 0.0), (1.5706026141658023, 0.0)),
    lowest=-10.872300105622747,
    other_minima=(
        (1.5698297802142203, -3.1396595622332453),
        (-1.5698297802142203, -3.1396595622332453),
        (-1.5698297802142203, 3.1396595622332453),
        (1.5698297802142203, 3.1396595622332453),
        (4.707184696033337, 0.0),
        (-4.707184696033337, 0.0),
        (4.704899319951952, 3.1365994948484612),
        (4.704899319951952, -3.1365994948484612),
    ),
    note=(
        "The creases where sin x or cos y is zero are crests; no minimum lies on them. Far outside the box some tubes "
        "are deeper by less than 0.001: the two are the minima of the box. Jamil & Yang and SciPy give the "
        "minima as (±π/2, 0), which is not quite right: it is (±1.5706026, 0)."
    ),
)
