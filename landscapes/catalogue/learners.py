"""Models with many weights on points of data: what of their loss is seen is a plane through the weights."""

from landscapes.data.learner import LogisticFeatures, Network, Polynomial, Softmax
from landscapes.data.parameters import set_parameters
from landscapes.data.sliced import made
from parameter import Parameter

_FAMILY = "Many weights"
_MOST = 1_000  # rows


def _splitting() -> tuple[Parameter, ...]:
    return (
        Parameter(
            key="split",
            name="Split",
            kind="integer",
            low=0,
            high=9999,
            default=0,
            help="Which rows are held out: another number holds out others. A row's lot hangs on this number, the seed "
            "of the data and its own place alone.",
        ),
        Parameter(
            key="leaked",
            name="Rows that leak",
            kind="integer",
            low=0,
            high=200,
            default=0,
            help="So many of the held-out rows are copied into training, as happens by mistake: the loss on them then "
            "looks better than on points that nobody has seen.",
        ),
    )


POLYNOMIAL_FIT = made(
    key="polynomial_fit",
    name="Polynomial",
    family=_FAMILY,
    formula=r"\frac{1}{N}\sum_{i=1}^{N} \Bigl(\sum_{k=0}^{d} w_k\,\varphi_k(u_i) - v_i\Bigr)^2",
    source="Gergonne, Application de la méthode des moindres quarrés à l'interpolation des suites, 1815",
    story="A polynomial is fitted to points. The higher its degree, the nearer it comes to the points it learns from; "
    "points that are held out tell when it has begun to follow their noise. The map is a plane through its weights.",
    parameters=(
        *set_parameters(("wave", "line", "bend"), most=_MOST),
        Parameter(
            key="degree",
            name="Degree",
            kind="integer",
            low=0,
            high=15,
            default=3,
            help="The highest power of x; there is one weight more.",
        ),
        Parameter(
            key="basis",
            name="Features",
            kind="choice",
            choices=("legendre", "monomial"),
            default="legendre",
            help="Legendre's polynomials, times √(2k + 1), are orthonormal on [−1, 1]; the powers x^k are nearly the "
            "same as each other there, so that descent is slow along most directions.",
        ),
        *_splitting(),
    ),
    learner=Polynomial(
        kind="polynomial",
        inputs=1,
        target="number",
        sets=("wave", "line", "bend"),
        settings=("degree", "basis"),
    ),
)

LOGISTIC_FEATURES = made(
    key="logistic_features",
    name="Logistic regression on products",
    family=_FAMILY,
    formula=r"\frac{1}{N}\sum_{i=1}^{N} \log\bigl(1 + e^{-s_i\, w \cdot \varphi(u_i, v_i)}\bigr), \qquad s_i = \pm 1",
    source="Cox, The regression analysis of binary sequences, 1958",
    story="Two classes are parted by a curve: logistic regression on all products of both inputs up to a degree. With "
    "degree 1 the border is a straight line. The loss is convex; where the curve parts the classes without a mistake "
    "the weights grow for ever.",
    parameters=(
        *set_parameters(("moons", "blobs", "rings", "xor"), samples=100, most=_MOST),
        Parameter(
            key="degree",
            name="Degree",
            kind="integer",
            low=1,
            high=4,
            default=1,
            help="Of the products of both inputs: 3, 6, 10 or 15 weights.",
        ),
        *_splitting(),
    ),
    learner=LogisticFeatures(
        kind="features",
        inputs=2,
        target="class",
        classes=2,
        sets=("moons", "blobs", "rings", "xor"),
        settings=("degree",),
    ),
)

SOFTMAX_FIT = made(
    key="softmax_fit",
    name="Softmax regression",
    family=_FAMILY,
    formula=r"\frac{1}{N}\sum_{i} \Bigl(\log\sum_{c} e^{z_{ic}} - z_{i c_i}\Bigr), \qquad z_i = (u_i, v_i, 1)\,W",
    source="Cox, Some procedures connected with the logistic qualitative response curve, 1966",
    story="Three classes are told apart by two inputs: each has a score, and the highest wins. Adding one number to "
    "all scores changes nothing, so the loss is level along some directions of the weights.",
    parameters=(*set_parameters(("iris", "trio"), samples=90, most=_MOST), *_splitting()),
    learner=Softmax(kind="softmax", inputs=2, target="class", classes=3, sets=("iris", "trio"), settings=()),
)

NETWORK_FIT = made(
    key="network_fit",
    name="Network with one hidden layer",
    family=_FAMILY,
    formula=r"\frac{1}{N}\sum_{i=1}^{N} \log\bigl(1 + e^{-s_i (w_2 \cdot \varphi(W_1 u_i + b_1) + b_2)}\bigr)",
    source="Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986; its pictures: "
    "Li and others, Visualizing the loss landscape of neural nets, 2018",
    story="Hidden neurons bend the border between two classes. Their loss has many minima, equal ones among them, "
    "since renaming neurons changes nothing. No picture shows so many weights: the map is a plane through them, and "
    "says what it leaves out.",
    parameters=(
        *set_parameters(("moons", "rings", "xor", "blobs"), samples=200, most=_MOST),
        Parameter(
            key="hidden",
            name="Hidden neurons",
            kind="choice",
            choices=("8", "16", "32"),
            default="8",
            help="33, 65 or 129 weights.",
        ),
        Parameter(
            key="activation",
            name="Activation",
            kind="choice",
            choices=("tanh", "relu"),
            default="tanh",
            help="What a neuron makes of its sum: its hyperbolic tangent, or its positive part.",
        ),
        Parameter(
            key="weights_seed",
            name="Seed of the weights",
            kind="integer",
            low=0,
            high=9999,
            default=0,
            help="The number that the first weights are drawn from.",
        ),
        Parameter(
            key="weights_scale",
            name="Scale of the weights",
            low=0.0,
            high=10.0,
            default=1.0,
            help="How large the first weights are, in times 1 over the root of how many go into a neuron.",
        ),
        *_splitting(),
    ),
    learner=Network(
        kind="network",
        inputs=2,
        target="class",
        classes=2,
        sets=("moons", "rings", "xor", "blobs"),
        settings=("hidden", "activation", "weights_seed", "weights_scale"),
        shaping=("hidden", "activation"),
        convex=False,
    ),
)
