"""What people call a surface when they look for one: words beside its name."""

from collections.abc import Mapping

from landscapes.landscape import Landscape

FAMILIES: Mapping[str, str] = {
    "Bowls": "bowl convex easy ellipse round quadratic one minimum unimodal",
    "Valleys": "valley ravine gorge canyon trough narrow floor ill-conditioned",
    "A few minima": "multimodal several minima basins wells local minima traps non-convex",
    "Many minima": "multimodal many holes minima dimples hollows ripples waves bumpy rugged noisy wavy egg box local "
    "minima traps non-convex",
    "Plateaus and needles": "plateau flat plain needle hole vanishing gradient deceptive",
    "Saddles": "saddle pass no minimum unbounded",
    "Many weights": "data machine learning model overfitting regularization early stopping held out validation test "
    "training features",
    "Learning from data": "data points machine learning regression classification fit model loss training batch sgd "
    "stochastic outliers robust",
    "Kinks": "kink crease non-smooth nonsmooth corner sharp edge absolute value not differentiable",
}
SURFACES: Mapping[str, str] = {
    "ackley": "funnel ripples",
    "adjiman": "edge boundary",
    "alpine_1": "many holes minima mountains",
    "beale": "cross plateau flat",
    "branin": "valley ravine bayesian",
    "branin_2": "many holes minima",
    "bukin_6": "valley ravine banana curved bend",
    "cube": "banana curved bend s-shaped",
    "de_jong_5": "many holes foxholes grid",
    "deckkers_aarts": "valley ravine gorge",
    "dixon_price": "banana horseshoe curved bend saddle",
    "double_well": "saddle symmetry bistable",
    "drop_wave": "rings circles water",
    "easom": "needle haystack",
    "eggholder": "edge boundary",
    "ellipsoid_bbob": "ravine narrow ill-conditioned stretched badly scaled condition number",
    "exponential": "dimple vanishing gradient",
    "freudenstein_roth": "banana winding curved bend trap",
    "gaussian_wells": "holes wells build your own sharp flat",
    "goldstein_price": "steep badly scaled",
    "himmelblau": "four minima",
    "ill_conditioned_quadratic": "ravine narrow valley ill-conditioned zigzag condition number momentum",
    "jennrich_sampson": "least squares fit data plateau",
    "l1_norm": "lasso diamond sparse absolute",
    "line_fit": "linear regression least squares slope intercept huber absolute robust anscombe convex",
    "logistic_features": "classifier logistic cross-entropy polynomial features convex moons rings xor",
    "network_fit": "neural network hidden layer deep learning mlp perceptron tanh relu non-convex moons",
    "polynomial_fit": "linear regression least squares curve degree ridge lasso legendre monomial bias variance",
    "softmax_fit": "multinomial classifier iris three classes cross-entropy convex confusion",
    "logistic_1d": "classifier logistic sigmoid cross-entropy log loss convex separable",
    "logistic_2d": "classifier logistic cross-entropy log loss convex separable moons rings xor blobs margin",
    "neuron": "neural network tanh hidden symmetry saddle non-convex",
    "sigmoid_squared": "classifier plateau vanishing gradient flat mean squared error saturation",
    "leon": "banana curved bend",
    "matyas": "ravine trough diagonal",
    "mccormick": "valley waves",
    "monkey_saddle": "degenerate flat",
    "peaks": "hills mountains matlab plateau flat",
    "powell_badly_scaled": "ill-conditioned",
    "price_1": "four minima",
    "rosenbrock": "banana curved bend",
    "rosenbrock_modified": "banana curved bend hole trap",
    "rotated_ellipse": "stretched tilted ellipse",
    "saddle": "hyperbolic escape",
    "salomon": "rings circles",
    "schaffer_6": "rings circles",
    "sharp_and_flat": "sharpness wide narrow generalization edge of stability",
    "sharp_ridge": "ravine valley zigzag",
    "six_hump_camel": "saddle",
    "sphere": "parabola bowl simple",
    "step_plateau": "staircase stairs zero gradient",
    "three_hump_camel": "trap",
    "treccani": "two minima double well",
    "zakharov": "steep walls",
    "zettl": "ring circle saddle",
    "zirilli": "two minima asymmetric trap",
}


def words_of(unit: Landscape) -> str:
    """Return the words that find a surface beside its name and its family."""
    return f"{FAMILIES[unit.family]} {SURFACES.get(unit.key, '')}".strip()
