"""Many minima: sums of several waves, whose minima follow no simple row."""

from math import pi

import jax.numpy as jnp
from jax import Array

from landscapes.landscape import Landscape


def _five_cosines(z: Array, first: int) -> Array:
    """Return the sum of i cos((i + first) z + i) over i = 1 to 5."""
    terms = [i * jnp.cos((i + first) * z + i) for i in range(1, 6)]
    return terms[0] + terms[1] + terms[2] + terms[3] + terms[4]


def _shubert(x: Array, y: Array) -> Array:
    return _five_cosines(x, 1) * _five_cosines(y, 1)


SHUBERT = Landscape(
    key="shubert",
    name="Shubert",
    family="Many minima",
    formula=r"\sum_{i=1}^5 i\cos\left((i+1)x+i\right)\cdot\sum_{i=1}^5 i\cos\left((i+1)y+i\right)",
    function=_shubert,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-10.0, 10.0), (-10.0, 10.0)),
    scale="rank",
    source="Shubert 1972; Surjanovic & Bingham, Virtual Library of Simulation Experiments; Jamil & Yang 2013, no. 133",
    story=(
        "More than 700 minima, 18 of them global, in nine close pairs. There is no slope that leads from one to the "
        "next: only the number of tries decides, which makes it a test for restarts and populations."
    ),
    starts=((-0.7, -7.0), (-5.0, 6.5), (-1.2, 0.4), (7.3, -6.2)),
    minima=(
        (-7.0835064076515595, -1.425128428319761),
        (-1.425128428319761, -7.0835064076515595),
        (-1.425128428319761, 5.482864206707613),
        (5.482864206707613, -1.425128428319761),
        (-1.425128428319761, -0.8003211004719731),
        (-0.8003211004719731, -1.425128428319761),
        (-7.0835064076515595, -7.708313735499347),
        (-7.708313735499347, -7.0835064076515595),
        (5.482864206707613, -7.708313735499347),
        (-7.708313735499347, 5.482864206707613),
        (-7.0835064076515595, 4.858056878859825),
        (4.858056878859825, -7.0835064076515595),
        (4.858056878859825, 5.482864206707613),
        (5.482864206707613, 4.858056878859825),
        (-7.708313735499347, -0.8003211004719731),
        (-0.8003211004719731, -7.708313735499347),
        (4.858056878859825, -0.8003211004719731),
        (-0.8003211004719731, 4.858056878859825),
    ),
    lowest=-186.73090883102384,
    other_minima=(
        (-6.478571057240418, 5.482864206707613),
        (5.482864206707613, -6.478571057240418),
        (6.087799557118755, 5.482864206707613),
        (5.482864206707613, 6.087799557118755),
        (-0.8003211004719731, -6.478571057240418),
        (-6.478571057240418, -0.8003211004719731),
        (-7.0835064076515595, 6.087799557118755),
        (6.087799557118755, -7.0835064076515595),
    ),
    saddle_points=(
        (9.815402967120006, 5.160946635075732),
        (5.160946635075732, 9.815402967120006),
        (4.511499679813779, 5.160946635075732),
        (5.160946635075732, 4.511499679813779),
        (-6.739635095663161, 4.511499679813779),
        (4.511499679813779, -6.739635095663161),
    ),
    note="Jamil & Yang print the sums without the weight i in front of the cosine, which is another surface.",
)


def _five_sines(z: Array) -> Array:
    """Return the sum of i sin((i + 1) z + i) over i = 1 to 5."""
    terms = [i * jnp.sin((i + 1) * z + i) for i in range(1, 6)]
    return terms[0] + terms[1] + terms[2] + terms[3] + terms[4]


def _shubert_3(x: Array, y: Array) -> Array:
    return -_five_sines(x) - _five_sines(y)


SHUBERT_3 = Landscape(
    key="shubert_3",
    name="Shubert 3",
    family="Many minima",
    formula=r"-\sum_{i=1}^5 i\sin\left((i+1)x+i\right)-\sum_{i=1}^5 i\sin\left((i+1)y+i\right)",
    function=_shubert_3,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-10.0, 10.0), (-10.0, 10.0)),
    source="SciPy's benchmark suite (Shubert03); compare Jamil & Yang 2013, no. 134",
    story=(
        "The same waves in both coordinates, added instead of multiplied. Each coordinate can be searched by itself: "
        "19 minima along a line stand for 361 in the plane, which helps a method only if it knows."
    ),
    starts=((3.0, 3.0), (-5.0, 7.0), (0.4, -2.6), (8.4, -8.6)),
    minima=(
        (-6.7745761434389005, -6.7745761434389005),
        (-6.7745761434389005, 5.791794470920272),
        (5.791794470920272, -6.7745761434389005),
        (-6.7745761434389005, -0.49139083625931457),
        (-0.49139083625931457, -6.7745761434389005),
        (5.791794470920272, -0.49139083625931457),
        (-0.49139083625931457, 5.791794470920272),
        (5.791794470920272, 5.791794470920272),
        (-0.49139083625931457, -0.49139083625931457),
    ),
    lowest=-24.062498884334282,
    other_minima=(
        (-6.7745761434389005, -1.7254924555629805),
        (-1.7254924555629805, -6.7745761434389005),
        (-1.7254924555629805, -0.49139083625931457),
        (-0.49139083625931457, -1.7254924555629805),
        (-1.7254924555629805, 5.791794470920272),
        (5.791794470920272, -1.7254924555629805),
        (-6.7745761434389005, -8.008677762742566),
        (-8.008677762742566, -6.7745761434389005),
    ),
    saddle_points=(
        (2.051516249165573, -6.7745761434389005),
        (-6.7745761434389005, 2.051516249165573),
        (8.33470155634516, -6.7745761434389005),
        (-6.7745761434389005, -4.231669058014013),
        (-6.7745761434389005, 8.33470155634516),
        (-4.231669058014013, -6.7745761434389005),
    ),
    note=(
        "Jamil & Yang print the sum with a plus sign, a different surface with the minimum −29.6759 (not −29.6733 as "
        "they say). SciPy's sign is used here."
    ),
)


def _levy_5(x: Array, y: Array) -> Array:
    return _five_cosines(x, -1) * _five_cosines(y, 1) + (x + 1.42513) ** 2 + (y + 0.80032) ** 2


LEVY_5 = Landscape(
    key="levy_5",
    name="Levy 5",
    family="Many minima",
    formula=(
        r"\sum_{i=1}^5 i\cos\left((i-1)x+i\right)\cdot\sum_{j=1}^5 j\cos\left((j+1)y+j\right)"
        r"+(x+1.42513)^2+(y+0.80032)^2"
    ),
    function=_levy_5,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    view=((-10.0, 10.0), (-10.0, 10.0)),
    source="Levy & Montalvo 1985; SciPy's benchmark suite; DIRECTGOLib",
    story=(
        "Waves that would have nine equal best minima, and a shallow bowl that makes one of them the best. The bowl is "
        "invisible in any single gradient; averaged over a wide blur it points the way."
    ),
    starts=((-6.8, -0.2), (-8.5, 6.0), (1.0, -4.0), (-3.5, 1.3)),
    minima=((-1.3068530097535722, -1.4248450415606813),),
    lowest=-176.13757800162935,
    other_minima=(
        (-1.3068530215622964, 4.855487079968218),
        (-0.3521266726523137, -0.8003210998331323),
        (-7.5823399985091235, -1.4248449669956087),
        (4.968608967964531, -1.424844960804154),
        (-1.3068530273653303, -7.705184444281112),
        (-6.627793337751306, -0.8003210998329958),
        (-1.3069271347036675, -0.19572286489278012),
        (-7.582339385205284, 4.855486402772347),
    ),
    saddle_points=(
        (-1.8928901406625362, -1.121734260470365),
        (-1.8927923623499752, -0.4570553365115201),
        (-0.7868933383280906, -1.1217664710551696),
        (-0.7869604555140959, -0.4570168448156585),
        (-1.895322469162726, 0.12539333764481386),
        (-1.8947683255563728, -1.7724261792651885),
    ),
    note="The waves alone are Hansen's function; the bowl's centre lies beside the best of its minima, not in it.",
)


def _trefethen(x: Array, y: Array) -> Array:
    waves = jnp.exp(jnp.sin(50 * x)) + jnp.sin(60 * jnp.exp(y)) + jnp.sin(70 * jnp.sin(x)) + jnp.sin(jnp.sin(80 * y))
    return waves - jnp.sin(10 * (x + y)) + (x**2 + y**2) / 4


TREFETHEN = Landscape(
    key="trefethen",
    name="Trefethen",
    family="Many minima",
    formula=(
        r"e^{\sin50x}+\sin\left(60e^y\right)+\sin(70\sin x)+\sin(\sin80y)-\sin\left(10(x+y)\right)"
        r"+\tfrac14(x^2+y^2)"
    ),
    function=_trefethen,
    domain=((-1.0, 1.0), (-1.0, 1.0)),
    view=((-1.0, 1.0), (-1.0, 1.0)),
    source="Trefethen 2002, SIAM's hundred-dollar, hundred-digit challenge, problem 4; Jamil & Yang 2013, no. 152",
    story=(
        "A prize question of 2002: find this minimum to ten digits. Some 700 minima lie in a small square; one way to "
        "the answer is to look at many of them coarsely and polish the best with Newton's method."
    ),
    starts=((0.8, -0.2), (-0.7, 0.4), (0.1, -0.3), (-0.5, -0.8)),
    minima=((-0.024403079694375173, 0.21061242715535575),),
    lowest=-3.306868647475236,
    other_minima=(
        (-0.3945257921487216, -0.09320015012103924),
        (-0.023167759456743195, -0.494212878682625),
        (-0.023345817735863417, 0.7741548230505063),
        (0.3449298934363997, 0.368019203646805),
        (0.343687421841566, 0.4407096304825678),
        (0.24280684251490403, -0.09332387169579145),
        (-0.29483528977876533, -0.09449169991932911),
        (0.3421787907236393, -0.09457539589809241),
    ),
    saddle_points=(
        (0.3443635088467999, -0.2247296148185823),
        (-0.2927463704696342, -0.22494698135961394),
        (-0.3952191381840139, -0.683098846183658),
        (-0.15853537895574565, 0.2912542179137152),
        (-0.1585495059090445, -0.33761023425058867),
    ),
    note="The question has no box: the minimum is that of the whole plane. Jamil & Yang take [−10, 10].",
)


def _bird(x: Array, y: Array) -> Array:
    swoop = jnp.sin(x) * jnp.exp((1 - jnp.cos(y)) ** 2) + jnp.cos(y) * jnp.exp((1 - jnp.sin(x)) ** 2)
    return swoop + (x - y) ** 2


BIRD = Landscape(
    key="bird",
    name="Mishra's bird",
    family="Many minima",
    formula=r"\sin x\,e^{(1-\cos y)^2}+\cos y\,e^{(1-\sin x)^2}+(x-y)^2",
    function=_bird,
    domain=((-2 * pi, 2 * pi), (-2 * pi, 2 * pi)),
    view=((-2 * pi, 2 * pi), (-2 * pi, 2 * pi)),
    source="Mishra 2006; Jamil & Yang 2013, no. 16; SciPy's benchmark suite",
    story=(
        "A few deep holes and tall peaks around a long, gentle diagonal. With small steps about half of all starts "
        "reach one of the two best holes; the others end in a lesser hole or on the diagonal, a hundred higher."
    ),
    starts=((-4.5, 0.5), (2.0, 5.5), (0.5, -5.0), (-0.5, 0.0)),
    minima=((-1.5821421769300335, -3.1302468034546562), (4.701043130249553, 3.15293850372493)),
    lowest=-106.7645367492647,
    other_minima=(
        (-1.536662471846804, 3.1074587986417006),
        (4.655171399427279, -3.084375072632382),
        (-5.617907679231666, -5.37766660833261),
        (0.6652776279479201, 0.9055186988469766),
    ),
    saddle_points=(
        (-0.051914418982301404, 1.622710745777198),
        (-3.8386409508047605, -4.764321307934983),
        (0.05193232755029341, -0.8737480295799291),
        (2.4445443563748257, 1.5188639992446031),
        (-2.6929621691503898, 1.116648566811643),
        (0.45414775998325374, 4.263758495945287),
    ),
    note="The two minima are one and the same, shifted by 2π both ways; SciPy's is wrong from the sixth digit on.",
)


def _langermann(x: Array, y: Array) -> Array:
    total = jnp.zeros(())
    for c, a, b in ((1, 3, 5), (2, 5, 2), (5, 2, 1), (2, 1, 4), (3, 7, 9)):
        d = (x - a) ** 2 + (y - b) ** 2
        total = total + c * jnp.exp(-d / pi) * jnp.cos(pi * d)
    return total


LANGERMANN = Landscape(
    key="langermann",
    name="Langermann",
    family="Many minima",
    formula=(
        r"\sum_{i=1}^5 c_i\,e^{-d_i/\pi}\cos\pi d_i,\quad d_i=(x-a_i)^2+(y-b_i)^2,\;"
        r" c=(1,2,5,2,3),\; a=(3,5,2,1,7),\; b=(5,2,1,4,9)"
    ),
    function=_langermann,
    domain=((0.0, 10.0), (0.0, 10.0)),
    view=((0.0, 10.0), (0.0, 10.0)),
    source="Surjanovic & Bingham, Virtual Library of Simulation Experiments; Molga & Smutnicki 2005",
    story=(
        "Five stones dropped into water at once: where their rings meet, the minima follow no pattern. Far from the "
        "stones the water is nearly still, and a path there has nothing to follow."
    ),
    starts=((4.0, 3.0), (2.0, 3.0), (6.0, 8.0), (9.0, 1.0)),
    minima=((2.7934022086450367, 1.5972325013283601),),
    lowest=-4.155809291847785,
    other_minima=(
        (1.991205862734151, 1.9886198019478405),
        (1.4164567585309649, 1.7990553750819258),
        (2.9884571367496267, 1.0241576221698285),
        (1.6996976289610335, 1.919207591058612),
        (2.9146522543902225, 1.3112072787854725),
        (1.0876844394161689, 1.3634697871299042),
        (2.8382041629734616, 0.4880134844352687),
        (2.594592022644334, 0.21558455728009976),
    ),
    saddle_points=(
        (2.9518531294508086, 1.1799633504191704),
        (1.558927841397772, 1.864847788057101),
        (1.8426072884738784, 1.9564654984527816),
        (2.8618125001446826, 1.4474408430167915),
    ),
    note=(
        "Two functions go by this name: SciPy's has the opposite sign and the minimum −5.1621 at (2.003, 1.006). "
        "Of the five stones, the one at (2, 1) is the strongest."
    ),
)
