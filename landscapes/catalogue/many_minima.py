"""Many minima: surfaces whose waves trap whatever only walks downhill."""

from math import e, pi, sqrt

import jax.numpy as jnp
from jax import Array

from landscapes.kinks import absolute, cos_sqrt, safe_sqrt
from landscapes.landscape import Landscape
from parameter import Parameter

# 1 - cos 2u is written as 2 sin² u below: the same function, but exact to the last digit near the minimum, where
# the difference of two nearly equal numbers would leave nothing of a loss of 1e-30.


def _rastrigin(x: Array, y: Array, A: Array) -> Array:
    return x**2 + y**2 + 2 * A * (jnp.sin(pi * x) ** 2 + jnp.sin(pi * y) ** 2)


RASTRIGIN = Landscape(
    key="rastrigin",
    name="Rastrigin",
    family="Many minima",
    formula=r"2A+x^2-A\cos2\pi x+y^2-A\cos2\pi y",
    function=_rastrigin,
    parameters=(
        Parameter(
            key="A",
            name="Wave height A",
            default=10.0,
            low=0.0,
            high=50.0,
            help="How high the waves on the bowl are. At 0 it is the sphere.",
        ),
    ),
    domain=((-5.12, 5.12), (-5.12, 5.12)),
    view=((-5.12, 5.12), (-5.12, 5.12)),
    source="Rastrigin 1974; Surjanovic & Bingham, Virtual Library of Simulation Experiments",
    story=(
        "A bowl under regular waves: 121 minima, one of them best. Downhill methods stop in the nearest dimple; only "
        "noise, long jumps or a population of points see the bowl behind the waves."
    ),
    starts=((3.3, -2.7), (-4.4, 4.4), (0.4, 0.3), (1.6, 0.0)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    other_minima=(
        (-0.9949586376523348, 0.0),
        (0.9949586376523348, 0.0),
        (0.0, -0.9949586376523348),
        (0.0, 0.9949586376523348),
        (-0.9949586376523348, 0.9949586376523348),
        (0.9949586376523348, -0.9949586376523348),
        (-0.9949586376523348, -0.9949586376523348),
        (0.9949586376523348, 0.9949586376523348),
        (0.0, -1.9899122337085495),
        (0.0, 1.9899122337085495),
        (-1.9899122337085495, 0.0),
        (1.9899122337085495, 0.0),
    ),
    saddle_points=(
        (0.0, -0.5025460365546747),
        (0.0, 0.5025460365546747),
        (-0.5025460365546747, 0.0),
        (0.5025460365546747, 0.0),
        (-0.9949586376523348, 0.5025460365546747),
        (0.5025460365546747, 0.9949586376523348),
    ),
    note="The local minima lie near whole numbers, not at them: the first is at 0.99496.",
)


def _ackley(x: Array, y: Array, a: Array, b: Array, c: Array) -> Array:
    distance = safe_sqrt((x**2 + y**2) / 2)
    waves = jnp.sin(c * x / 2) ** 2 + jnp.sin(c * y / 2) ** 2
    return -a * jnp.expm1(-b * distance) - e * jnp.expm1(-waves)


ACKLEY = Landscape(
    key="ackley",
    name="Ackley",
    family="Many minima",
    formula=r"-a\,e^{-b\sqrt{\frac12(x^2+y^2)}}-e^{\frac12(\cos cx+\cos cy)}+a+e",
    function=_ackley,
    parameters=(
        Parameter(
            key="a",
            name="Depth of the funnel a",
            default=20.0,
            low=0.0,
            high=50.0,
            help="How deep the funnel reaches below the outer plain. At 0 only the waves are left.",
        ),
        Parameter(
            key="b",
            name="Narrowness of the funnel b",
            default=0.2,
            low=0.01,
            high=1.0,
            log=True,
            help="How quickly the funnel flattens with distance. Larger is narrower.",
        ),
        Parameter(
            key="c",
            name="Wave number c",
            default=2 * pi,
            low=0.0,
            high=4 * pi,
            help="How close together the waves are: their length is 2π/c. At 0 there are none.",
        ),
    ),
    domain=((-32.768, 32.768), (-32.768, 32.768)),
    view=((-5.0, 5.0), (-5.0, 5.0)),
    source="Ackley 1987; Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 1",
    story=(
        "A rippled plain with a sharp funnel in the middle. Far out the ripples hide the slope; at the bottom the "
        "surface ends in a cone tip, so steps of constant size hop around it for ever."
    ),
    starts=((3.6, 3.2), (-4.3, 1.7), (0.4, 0.4), (1.5, -1.5)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    other_minima=(
        (0.0, -0.9521665459501717),
        (0.0, 0.9521665459501717),
        (-0.9521665459501717, 0.0),
        (0.9521665459501717, 0.0),
        (-0.9684776587077244, 0.9684776587077244),
        (0.9684776587077244, -0.9684776587077244),
        (-0.9684776587077244, -0.9684776587077244),
        (0.9684776587077244, 0.9684776587077244),
        (0.0, -1.9589197181217173),
        (0.0, 1.9589197181217173),
        (-1.9589197181217173, 0.0),
        (1.9589197181217173, 0.0),
    ),
    saddle_points=(
        (0.0, -0.6257806168564638),
        (0.0, 0.6257806168564638),
        (-0.6257806168564638, 0.0),
        (0.6257806168564638, 0.0),
        (-0.8747620388753442, -0.5774125352782147),
        (-0.5774125352782147, -0.8747620388753442),
    ),
    kinks=((0.0, 0.0),),
    note=(
        "The minimum is the tip of a cone with slope 2.83 and has no gradient; it is taken as 0 there. Jamil & Yang "
        "print the factor −0.02 in the exponent; it is −0.2."
    ),
)


def _griewank(x: Array, y: Array) -> Array:
    scaled = y / sqrt(2)
    return (x**2 + y**2) / 4000 + jnp.sin((x + scaled) / 2) ** 2 + jnp.sin((x - scaled) / 2) ** 2


GRIEWANK = Landscape(
    key="griewank",
    name="Griewank",
    family="Many minima",
    formula=r"1+\tfrac{x^2+y^2}{4000}-\cos x\cos\tfrac{y}{\sqrt2}",
    function=_griewank,
    domain=((-600.0, 600.0), (-600.0, 600.0)),
    view=((-15.0, 15.0), (-15.0, 15.0)),
    source="Griewank 1981; Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 59",
    story=(
        "Seen from afar a smooth bowl, close up an egg box. The dimples in the middle are "
        "almost equally deep, so stopping in the wrong one hardly shows in the loss."
    ),
    starts=((10.0, -9.0), (-13.0, 3.0), (2.0, 3.5), (6.0, 7.0)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    other_minima=(
        (-3.1400226338955397, -4.438444480920714),
        (-3.1400226338955397, 4.438444480920714),
        (3.1400226338955397, -4.438444480920714),
        (3.1400226338955397, 4.438444480920714),
        (-6.280045279379904, 0.0),
        (6.280045279379904, 0.0),
        (0.0, -8.876888929095657),
        (0.0, 8.876888929095657),
        (-9.420067886213593, -4.438444437201061),
        (-9.420067886213593, 4.438444437201061),
        (9.420067886213593, -4.438444437201061),
        (9.420067886213593, 4.438444437201061),
    ),
    saddle_points=(
        (-1.5723679104393218, -2.2225533025787545),
        (-1.5723679104393218, 2.2225533025787545),
        (1.5723679104393218, -2.2225533025787545),
        (1.5723679104393218, 2.2225533025787545),
        (-4.710820534479318, -2.2181104087569534),
        (-4.710820534479318, 2.2181104087569534),
    ),
    note="The full domain holds thousands of local minima; the view shows the innermost.",
)


def _levy(x: Array, y: Array) -> Array:
    u, v = (x - 1) / 4, (y - 1) / 4  # w - 1; a shift of w by 1 leaves sin² of π w and of 2π w as it is
    first = jnp.sin(pi * u) ** 2
    middle = u**2 * (1 + 10 * jnp.sin(pi * u + 1) ** 2)
    last = v**2 * (1 + jnp.sin(2 * pi * v) ** 2)
    return first + middle + last


LEVY = Landscape(
    key="levy",
    name="Levy",
    family="Many minima",
    formula=(
        r"\sin^2\pi w_1+(w_1-1)^2\left[1+10\sin^2(\pi w_1+1)\right]+(w_2-1)^2\left[1+\sin^2 2\pi w_2\right],"
        r"\quad w_1=1+\tfrac{x-1}4,\; w_2=1+\tfrac{y-1}4"
    ),
    function=_levy,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-10.0, 10.0), (-10.0, 10.0)),
    source="Levy & Montalvo 1985; Surjanovic & Bingham, Virtual Library of Simulation Experiments",
    story=(
        "A rising, corrugated slope: tall waves one way, gentle ones the other. A learning rate small enough for the "
        "tall waves crawls along the gentle ones; methods with a step size for each coordinate have the advantage."
    ),
    starts=((-8.0, 6.0), (7.0, -7.0), (-2.0, -2.0), (4.5, 3.5)),
    minima=((1.0, 1.0),),
    lowest=0.0,
    other_minima=(
        (1.0, -2.8906496084617133),
        (1.0, 4.890649608461714),
        (3.79108219045051, 1.0),
        (3.79108219045051, 4.890649608461714),
        (3.79108219045051, -2.8906496084617133),
        (1.0, -4.930286250610244),
        (1.0, 6.930286250610244),
        (-4.205434985718203, 1.0),
        (-4.205434985718203, -2.8906496084617133),
        (-4.205434985718203, 4.890649608461714),
        (3.79108219045051, -4.930286250610244),
        (3.79108219045051, 6.930286250610244),
    ),
    saddle_points=(
        (1.0, -2.256662218677807),
        (1.0, 4.256662218677807),
        (2.7688604518537936, 1.0),
        (3.79108219045051, -2.256662218677807),
        (3.79108219045051, 4.256662218677807),
        (2.7688604518537936, -2.8906496084617133),
    ),
    note="SciPy's Levy03 is a different function of the same name.",
    scale="log",
)


def _drop_wave(x: Array, y: Array) -> Array:
    s = x**2 + y**2
    return -(1 + cos_sqrt(144 * s)) / (0.5 * s + 2)


DROP_WAVE = Landscape(
    key="drop_wave",
    name="Drop-wave",
    family="Many minima",
    formula=r"-\frac{1+\cos\left(12\sqrt{x^2+y^2}\right)}{0.5(x^2+y^2)+2}",
    function=_drop_wave,
    domain=((-5.12, 5.12), (-5.12, 5.12)),
    view=((-3.0, 3.0), (-3.0, 3.0)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments; SciPy's benchmark suite",
    story=(
        "The rings of a drop on water. Each trough is a whole circle of local minima: a downhill path reaches the "
        "nearest ring and has no reason to move along it."
    ),
    starts=((1.5, 1.2), (-2.5, 0.7), (0.2, 0.1), (0.5, -0.4)),
    minima=((0.0, 0.0),),
    lowest=-1.0,
    note="The local minima are circles, about 0.52 apart, and not single points; none is listed.",
)


def _bohachevsky_1(x: Array, y: Array) -> Array:
    return x**2 + 2 * y**2 + 0.6 * jnp.sin(1.5 * pi * x) ** 2 + 0.8 * jnp.sin(2 * pi * y) ** 2


BOHACHEVSKY_1 = Landscape(
    key="bohachevsky_1",
    name="Bohachevsky 1",
    family="Many minima",
    formula=r"x^2+2y^2-0.3\cos3\pi x-0.4\cos4\pi y+0.7",
    function=_bohachevsky_1,
    domain=((-100.0, 100.0), (-100.0, 100.0)),
    view=((-1.6, 1.6), (-1.6, 1.6)),
    source="Bohachevsky, Johnson & Stein 1986; Surjanovic & Bingham, Virtual Library of Simulation Experiments; "
    "Jamil & Yang 2013, no. 17",
    story=(
        "A bowl with small waves that matter only near the bottom. From far away it is easy; the last stretch decides "
        "between 25 minima, and a decaying learning rate that starts too high can get through."
    ),
    starts=((1.4, 1.4), (-1.3, 0.7), (0.5, 0.4), (-0.5, -1.4)),
    minima=((0.0, 0.0),),
    lowest=0.0,
    other_minima=(
        (-0.6186120678279501, 0.0),
        (0.6186120678279501, 0.0),
        (0.0, -0.46952754566849225),
        (0.0, 0.46952754566849225),
        (-0.6186120678279501, 0.46952754566849225),
        (0.6186120678279501, -0.46952754566849225),
        (-0.6186120678279501, -0.46952754566849225),
        (0.6186120678279501, 0.46952754566849225),
        (-1.2224947771568115, 0.0),
        (1.2224947771568115, 0.0),
        (0.0, -0.9333791416826435),
        (0.0, 0.9333791416826435),
    ),
    saddle_points=(
        (-0.3607081555517536, 0.0),
        (0.3607081555517536, 0.0),
        (0.0, -0.2670404674810485),
        (0.0, 0.2670404674810485),
        (0.3607081555517536, -0.46952754566849225),
        (-0.3607081555517536, 0.46952754566849225),
    ),
)


def _schwefel(x: Array, y: Array) -> Array:
    wave_x = x * jnp.sin(safe_sqrt(absolute(x)))
    wave_y = y * jnp.sin(safe_sqrt(absolute(y)))
    return 2 * 418.9828872724338 - wave_x - wave_y


SCHWEFEL = Landscape(
    key="schwefel",
    name="Schwefel",
    family="Many minima",
    formula=r"2\cdot418.9828872724338-x\sin\sqrt{|x|}-y\sin\sqrt{|y|}",
    function=_schwefel,
    domain=((-500.0, 500.0), (-500.0, 500.0)),
    view=((-500.0, 500.0), (-500.0, 500.0)),
    source="Schwefel 1981; Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 128",
    story=(
        "The best basin sits in a far corner, and the second best in another: what was learnt about one place says "
        "nothing about the next. Local methods stay where they were put."
    ),
    starts=((-250.0, 350.0), (100.0, 100.0), (300.0, 450.0), (-450.0, -450.0)),
    minima=((420.96874635998205, 420.96874635998205),),
    lowest=1.870662543324e-13,
    other_minima=(
        (-302.52493561191176, 420.96874635998205),
        (420.96874635998205, -302.52493561191176),
        (203.81425264889447, 420.96874635998205),
        (420.96874635998205, 203.81425264889447),
        (-302.52493561191176, -302.52493561191176),
        (-124.82935642021526, 420.96874635998205),
        (420.96874635998205, -124.82935642021526),
        (-302.52493561191176, 203.81425264889447),
        (203.81425264889447, -302.52493561191176),
        (65.54786509015155, 420.96874635998205),
    ),
    saddle_points=(
        (-5.239199300195525, 420.96874635998205),
        (420.96874635998205, -5.239199300195525),
        (420.96874635998205, 25.877417347618685),
        (25.877417347618685, 420.96874635998205),
    ),
    note=(
        "Outside the box the surface keeps falling, in ever larger waves: a path that leaves finds lower values that "
        "do not count. The curvature is infinite on the axes and taken as 0 there. The usual constant 418.9829 lifts "
        "the minimum to 0.000025; SciPy's 418.982887 puts it at −0.0000005."
    ),
)


def _eggholder(x: Array, y: Array) -> Array:
    first = (y + 47) * jnp.sin(safe_sqrt(absolute(x / 2 + y + 47)))
    second = x * jnp.sin(safe_sqrt(absolute(x - y - 47)))
    return -first - second


EGGHOLDER = Landscape(
    key="eggholder",
    name="Eggholder",
    family="Many minima",
    formula=r"-(y+47)\sin\sqrt{\left|\tfrac x2+y+47\right|}-x\sin\sqrt{|x-y-47|}",
    function=_eggholder,
    domain=((-512.0, 512.0), (-512.0, 512.0)),
    view=((-512.0, 512.0), (-512.0, 512.0)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 53",
    story=(
        "A carton of very uneven hollows, hard even for global methods. The best point lies on the very edge of the "
        "box, where the surface is still falling outwards."
    ),
    starts=((470.0, 450.0), (-450.0, 370.0), (100.0, -200.0), (0.0, 0.0)),
    minima=((512.0, 404.2318051137578),),
    lowest=-959.6406627208509,
    other_minima=(
        (482.3533104647884, 432.87899894548343),
        (479.04540378435183, 434.50587646790115),
        (439.48099726945344, 453.97743475400256),
        (-465.6941515451357, 385.71669978348035),
        (347.3269729738487, 499.41539845004286),
        (-456.8858069167769, -382.62337342139966),
        (-390.37391951464224, -415.0901531546241),
        (-360.5615365308949, -429.6851517480509),
        (283.0759109222846, -487.1256581476733),
        (399.55879793410753, -367.6910569185344),
        (464.6899811669635, -301.55314172368753),
    ),
    saddle_points=(
        (479.3950205636387, 11.907321063195587),
        (-14.484639962482957, 381.9415909142368),
        (392.15131001975925, -74.08572678809045),
        (-448.0643088331564, 61.81127572834397),
        (-197.7457298096381, 473.15944528319784),
        (-334.73081626709603, -79.58185836834939),
    ),
    boundary=((512.0, 404.2318051137578),),
    note=(
        "Outside the box the surface keeps falling without end; the listed minimum is one only because the box ends "
        "there. On the lines x/2 + y + 47 = 0 and x - y - 47 = 0 the slope is infinite, and the gradient leaves the "
        "infinite part out; parts of them are the floors of knife-edge valleys with minima of their own. Some lists "
        "print −959.64 without its sign, or y = 404.2319 instead of 404.2318."
    ),
)
