"""A function of small arrays, written out number by number: of many lanes at once each number is one long array.

What jax.vmap makes of a point (2,) in each of n lanes is an array (n, 2), and a compiler that goes through it walks by
twos. Here every number of a small array is an array (n,) of its own, or one number for all lanes where it is the same
in all; so whole steps become chains of operations over (n,), which a processor does four or eight lanes at a time.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import Literal

_SMALL = 16  # numbers; larger arrays of lanes stay whole, (n, ...)

_EACH = """
abs acos acosh add add_any and asin asinh atan atan2 atanh cbrt ceil clamp convert_element_type copy cos
cosh div eq erf erfc exp exp2 expm1 floor ge gt integer_pow is_finite le log log1p logistic lt max min mul
ne neg nextafter not or pow rem round rsqrt select_n sign sin sinh sqrt square stop_gradient sub tan tanh
xor
"""
_WITHIN = {"jit": "jaxpr", "pjit": "jaxpr", "closed_call": "call_jaxpr", "custom_jvp_call": "call_jaxpr"}
_FOLDS = {
    "reduce_sum": jax.lax.add,
    "reduce_prod": jax.lax.mul,
    "reduce_max": jax.lax.max,
    "reduce_min": jax.lax.min,
    "reduce_and": jax.lax.bitwise_and,
    "reduce_or": jax.lax.bitwise_or,
}


class Apart:
    """An array of which each number is an array (n,) of its own, or () where all lanes share it."""

    def __init__(self, numbers: np.ndarray) -> None:
        self.numbers = numbers


class Whole:
    """An array that is another in each lane, (n, ...)."""

    def __init__(self, array: jax.Array) -> None:
        self.array = array


class _Place:
    """A number of an array that all lanes share, taken out once it is asked for."""

    def __init__(self, array: Any, index: tuple[int, ...]) -> None:
        self.array, self.index = array, index

    def taken(self) -> Any:
        """Return it, ()."""
        return self.array[self.index] if self.index else self.array


Value = Any  # an array that all lanes share, Apart or Whole
Write = Callable[[Any, list[np.ndarray]], Any]  # of an equation, and its arguments number by number


def numberwise(function: Callable[..., Any], lanes: int, *given: Any) -> Callable[..., Any]:
    """Return the function of lists of leaves: of arguments of the kinds given here, each an array, Apart or Whole.

    What it returns comes back as its leaves, in order, each of one of the three. Traceable; arrays that the function
    closes over are the same in all lanes.
    """
    shapes = [_struct(one) for one in given]
    closed = jax.make_jaxpr(function)(*shapes)

    def call(*values: Value) -> list[Value]:
        return _Writer(lanes).run(closed.jaxpr, closed.consts, values)

    return call


def own_numbers(shared: jax.Array, own: Mapping[int, jax.Array]) -> Apart:
    """Return numbers (k,) that all lanes share, but for those at some places: each lane's own, (n,)."""
    return Apart(_objects([own.get(i, _Place(shared, (i,))) for i in range(len(shared))]))


def each(value: Value, lanes: int, shape: tuple[int, ...], dtype: Any) -> list[jax.Array]:
    """Return the arrays (n,), or the one (n, ...), that a value consists of, all of them with the lanes."""
    if isinstance(value, Whole):
        return [value.array]
    if int(np.prod(shape)) > _SMALL:
        return [jnp.broadcast_to(jnp.asarray(value, dtype), (lanes, *shape))]
    numbers = _apart(value, shape).numbers
    return [jnp.broadcast_to(jnp.asarray(_real(one), dtype), (lanes,)) for one in numbers.ravel()]


def together(arrays: Sequence[jax.Array], shape: tuple[int, ...]) -> Value:
    """Return the value that each made arrays of."""
    if int(np.prod(shape)) > _SMALL:
        return Whole(arrays[0])
    return Apart(_objects(arrays).reshape(shape))


def count_of(shape: tuple[int, ...]) -> int:
    """Return how many arrays a value of this shape consists of."""
    size = int(np.prod(shape))
    return 1 if size > _SMALL else size


def _struct(one: Any) -> Any:
    return one if isinstance(one, jax.ShapeDtypeStruct) else jax.ShapeDtypeStruct(jnp.shape(one), jnp.result_type(one))


def _objects(items: Sequence[Any]) -> np.ndarray:
    found = np.empty(len(items), dtype=object)
    for place, item in enumerate(items):  # one by one: NumPy would look into arrays
        found[place] = item
    return found


def _real(number: Any) -> Any:
    return number.taken() if isinstance(number, _Place) else number


def _shared_again(value: Apart) -> Value:
    """Return a value as the one array that it is where no number of it is another in each lane."""
    numbers = value.numbers.ravel().tolist()
    if not numbers or any(not isinstance(number, _Place) and np.ndim(number) for number in numbers):
        return value
    first = numbers[0]
    if isinstance(first, _Place) and all(isinstance(one, _Place) and one.array is first.array for one in numbers):
        index = tuple(np.array([one.index for one in numbers]).T)
        return jnp.asarray(first.array)[index].reshape(value.numbers.shape) if index else first.array
    return jnp.stack([jnp.asarray(_real(one)) for one in numbers]).reshape(value.numbers.shape)


def _apart(value: Value, shape: tuple[int, ...]) -> Apart:
    """Return a value that is not Whole number by number."""
    if isinstance(value, Apart):
        return value
    return Apart(_objects([_Place(value, index) for index in np.ndindex(*shape)]).reshape(shape))


class _Writer:
    """Goes through a traced function and writes it out."""

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes
        self.arranges: dict[str, Write] = {
            "broadcast_in_dim": self._broadcast_in_dim,
            "concatenate": self._concatenate,
            "expand_dims": self._reshape,
            "reshape": self._reshape,
            "rev": self._rev,
            "slice": self._slice,
            "split": self._split,
            "squeeze": self._reshape,
            "stack": self._stack,
            "transpose": self._transpose,
        }
        self.writes: dict[str, Write] = {"dot_general": self._dot_general, "pad": self._pad}
        self.writes |= self.arranges | dict.fromkeys(_EACH.split(), self._each) | dict.fromkeys(_FOLDS, self._fold)

    def run(self, jaxpr: Any, consts: Sequence[Any], values: Sequence[Value]) -> list[Value]:
        """Return what a jaxpr comes to."""
        known: dict[Any, Value] = dict(zip(jaxpr.constvars, consts, strict=True))
        known |= dict(zip(jaxpr.invars, values, strict=True))

        def read(atom: Any) -> Value:
            return atom.val if isinstance(atom, Literal) else known[atom]

        for equation in jaxpr.eqns:
            made = self.equation(equation, [read(atom) for atom in equation.invars])
            known |= dict(zip(equation.outvars, made, strict=True))
        return [read(atom) for atom in jaxpr.outvars]

    def equation(self, equation: Any, values: list[Value]) -> list[Value]:
        """Return what one equation comes to."""
        name = equation.primitive.name
        if not any(isinstance(value, Apart | Whole) for value in values):
            return _bound(equation, values)
        if name in _WITHIN or name.startswith("custom_vjp_call"):
            inner = equation.params[_WITHIN.get(name, "call_jaxpr")]
            inner, consts = (inner.jaxpr, inner.consts) if hasattr(inner, "consts") else (inner, ())
            return self.run(inner, consts, values)
        if name == "cond" and isinstance(values[0], Apart):
            return self.chosen(equation, values)
        write = self.written(equation, values)
        if write is None:
            return self.mapped(equation, values)
        parts = [_apart(value, atom.aval.shape).numbers for value, atom in _pairs(equation, values)]
        made = write(equation, parts)
        return [_shared_again(Apart(numbers)) for numbers in (made if isinstance(made, list) else [made])]

    def written(self, equation: Any, values: list[Value]) -> Write | None:
        """Return what writes an equation out, None where that is left to vmap: it is not known here, or large."""
        name = equation.primitive.name
        if any(isinstance(value, Whole) for value in values):
            return None
        if name in self.arranges and all(isinstance(value, Apart) for value in values):
            return self.arranges[name]
        if any(atom.aval.size > _SMALL for atom in (*equation.invars, *equation.outvars)):
            return None
        return self.writes.get(name)

    def mapped(self, equation: Any, values: list[Value]) -> list[Value]:
        """Return what an equation comes to that is left to vmap."""
        given: list[Any] = []
        axes: list[int | None] = []
        for value, atom in _pairs(equation, values):
            if isinstance(value, Apart):
                shape, dtype = atom.aval.shape, atom.aval.dtype
                rows = [jnp.broadcast_to(jnp.asarray(_real(x), dtype), (self.lanes,)) for x in value.numbers.ravel()]
                given.append(jnp.stack(rows, axis=-1).reshape(self.lanes, *shape))
            else:
                given.append(value.array if isinstance(value, Whole) else value)
            axes.append(0 if isinstance(value, Apart | Whole) else None)
        made = jax.vmap(lambda *them: _bound(equation, them), in_axes=axes, axis_size=self.lanes)(*given)
        return [self.split(array, atom.aval.shape) for array, atom in zip(made, equation.outvars, strict=True)]

    def split(self, array: jax.Array, shape: tuple[int, ...]) -> Value:
        """Return an array (n, ...) number by number, unless it is large."""
        if int(np.prod(shape)) > _SMALL:
            return Whole(array)
        return Apart(_objects([array[(slice(None), *i)] for i in np.ndindex(*shape)]).reshape(shape))

    def chosen(self, equation: Any, values: list[Value]) -> list[Value]:
        """Return what a choice comes to that is another in each lane: of all branches' results each lane's own."""
        which, *rest = values
        branches = [self.run(one.jaxpr, one.consts, rest) for one in equation.params["branches"]]
        place = _real(which.numbers[()])
        place = jnp.clip(place, 0, len(branches) - 1) if len(branches) > 1 else place
        found: list[Value] = []
        for results, atom in zip(zip(*branches, strict=True), equation.outvars, strict=True):
            shape, dtype = atom.aval.shape, atom.aval.dtype
            made = [each(result, self.lanes, shape, dtype) for result in results]
            best = made[0]
            for i, other in enumerate(made[1:], 1):
                here = place == i
                pairs = zip(best, other, strict=True)
                best = [jnp.where(here.reshape(-1, *[1] * (a.ndim - 1)), b, a) for a, b in pairs]
            found.append(together(best, shape))
        return found

    def _each(self, equation: Any, parts: list[np.ndarray]) -> np.ndarray:
        shape = equation.outvars[0].aval.shape
        parts = [np.broadcast_to(part, shape) for part in parts]
        found = np.empty(shape, dtype=object)
        for index in np.ndindex(*shape):
            found[index] = self.one(equation, [_real(part[index]) for part in parts])
        return found

    def one(self, equation: Any, numbers: list[Any]) -> Any:
        """Return an operation's result of numbers, (n,) or () each."""
        name = equation.primitive.name
        if name in ("add", "add_any"):
            for number, other in (numbers, numbers[::-1]):
                if isinstance(number, np.generic | float | int) and number == 0:
                    return other
        ranks = [np.ndim(number) for number in numbers]
        if name == "div" and ranks == [1, 0] and jnp.issubdtype(numbers[0].dtype, jnp.floating):
            return _divided(*numbers)
        if any(ranks):
            numbers = [jnp.broadcast_to(number, (self.lanes,)) for number in numbers]
        return _bound(equation, numbers)[0]

    def _fold(self, equation: Any, parts: list[np.ndarray]) -> np.ndarray:
        fold = _FOLDS[equation.primitive.name]
        axes = equation.params["axes"]
        kept = [axis for axis in range(parts[0].ndim) if axis not in axes]
        shape = tuple(parts[0].shape[axis] for axis in kept)
        rows = parts[0].transpose(*kept, *axes).reshape(*shape, -1)
        found = np.empty(shape, dtype=object)
        for index in np.ndindex(*shape):
            first, *others = [_real(number) for number in rows[index]]
            for other in others:
                first = fold(*self.alike(first, other))
            found[index] = first
        return found

    def alike(self, one: Any, other: Any) -> tuple[Any, Any]:
        """Return two numbers, both (n,) if one is."""
        if np.ndim(one) == np.ndim(other):
            return one, other
        return jnp.broadcast_to(one, (self.lanes,)), jnp.broadcast_to(other, (self.lanes,))

    def _dot_general(self, equation: Any, parts: list[np.ndarray]) -> np.ndarray:
        (left_sum, right_sum), (left_same, right_same) = equation.params["dimension_numbers"]
        left, right = parts
        left_free = [i for i in range(left.ndim) if i not in (*left_sum, *left_same)]
        right_free = [i for i in range(right.ndim) if i not in (*right_sum, *right_same)]
        left = left.transpose(*left_same, *left_free, *left_sum)
        right = right.transpose(*right_same, *right_free, *right_sum)
        same = left.shape[: len(left_same)]
        free = left.shape[len(same) : len(same) + len(left_free)], right.shape[len(same) : len(same) + len(right_free)]
        found = np.empty(same + free[0] + free[1], dtype=object)
        for at, i, j in product(np.ndindex(*same), np.ndindex(*free[0]), np.ndindex(*free[1])):
            pairs = zip(left[at + i].ravel(), right[at + j].ravel(), strict=True)
            terms = [jax.lax.mul(*self.alike(_real(a), _real(b))) for a, b in pairs]
            total = terms[0]
            for term in terms[1:]:
                total = jax.lax.add(*self.alike(total, term))
            found[at + i + j] = total
        return found

    def _reshape(self, equation: Any, parts: list[np.ndarray]) -> Any:
        return parts[0].reshape(equation.outvars[0].aval.shape)

    def _broadcast_in_dim(self, equation: Any, parts: list[np.ndarray]) -> np.ndarray:
        shape, places = equation.params["shape"], equation.params["broadcast_dimensions"]
        wide = [1] * len(shape)
        for place, size in zip(places, parts[0].shape, strict=True):
            wide[place] = size
        return np.broadcast_to(parts[0].reshape(wide), shape)

    def _transpose(self, equation: Any, parts: list[np.ndarray]) -> np.ndarray:
        return parts[0].transpose(equation.params["permutation"])

    def _slice(self, equation: Any, parts: list[np.ndarray]) -> np.ndarray:
        given = equation.params
        strides = given["strides"] or (1,) * parts[0].ndim
        bounds = zip(given["start_indices"], given["limit_indices"], strides, strict=True)
        return parts[0][tuple(slice(*bound) for bound in bounds)]

    def _concatenate(self, equation: Any, parts: list[np.ndarray]) -> np.ndarray:
        return np.concatenate(parts, axis=equation.params["dimension"])

    def _stack(self, equation: Any, parts: list[np.ndarray]) -> np.ndarray:
        return np.stack(parts, axis=equation.params["axis"])

    def _split(self, equation: Any, parts: list[np.ndarray]) -> list[np.ndarray]:
        ends = np.cumsum(equation.params["sizes"])[:-1]
        return np.split(parts[0], ends, axis=equation.params["axis"])

    def _rev(self, equation: Any, parts: list[np.ndarray]) -> np.ndarray:
        return np.flip(parts[0], axis=equation.params["dimensions"])

    def _pad(self, equation: Any, parts: list[np.ndarray]) -> Any:
        array, filling = parts
        found = np.empty(equation.outvars[0].aval.shape, dtype=object)
        for index in np.ndindex(*found.shape):
            found[index] = _real(filling[()])
        config = equation.params["padding_config"]
        for index in np.ndindex(*array.shape):
            place = [int(low) + i * (int(inner) + 1) for i, (low, _, inner) in zip(index, config, strict=True)]
            if all(0 <= at < size for at, size in zip(place, found.shape, strict=True)):
                found[tuple(place)] = array[index]
        return found


def _pairs(equation: Any, values: Sequence[Value]) -> list[tuple[Value, Any]]:
    return list(zip(values, equation.invars, strict=True))


def _bound(equation: Any, values: Sequence[Any]) -> list[Any]:
    """Return what an equation's operation comes to of these."""
    found = equation.primitive.bind(*values, **equation.primitive.get_bind_params(equation.params))
    return list(found) if equation.primitive.multiple_results else [found]


def _divided(above: jax.Array, below: Any) -> jax.Array:
    """Return a quotient by a number that all lanes share: one division, and then products."""
    found: jax.Array = above * (1 / below)
    return found
