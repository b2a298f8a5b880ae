"""The layout of a run's record: what is written under a name is what is read under it, for any number of weights."""

import jax.numpy as jnp
import numpy as np
import pytest

from experiments.simulation.record import EVALUATIONS, Layout


@pytest.mark.parametrize(
    ("size", "applied", "states"),
    [(2, False, ()), (2, True, (("count", ()), ("matrix", (2, 2)))), (33, True, (("velocity", (33,)),))],
)
def test_every_quantity_comes_back_from_its_own_place(size, applied, states) -> None:
    layout = Layout(size=size, applied=applied, states=states)
    shapes = {
        "point": (size,),
        "loss": (),
        "gradient": (size,),
        "update": (size,),
        "rate": (),
        "cost": (EVALUATIONS,),
        **({"applied": (size,)} if applied else {}),
        **{f"state.{name}": shape for name, shape in states},
    }
    draw = np.random.default_rng(size)
    steps_of = [{name: draw.normal(size=shape) for name, shape in shapes.items()} for _ in range(3)]
    rows = np.stack([np.asarray(layout.row({name: jnp.asarray(a) for name, a in one.items()})) for one in steps_of])
    assert rows.shape == (3, layout.width) == (3, sum(int(np.prod(shape)) for shape in shapes.values()))
    for name, shape in shapes.items():
        read = layout.read(rows, name)
        assert read.shape == (3, *shape) and np.shares_memory(read, rows)
        np.testing.assert_array_equal(read, np.stack([one[name] for one in steps_of]))


def test_a_row_with_a_name_too_few_or_too_many_is_refused() -> None:
    layout = Layout(size=2, applied=False, states=(("velocity", (2,)),))
    whole = {name: jnp.zeros(shape) for name, shape in layout.shapes.items()}
    assert layout.row(whole).shape == (layout.width,)
    for wrong in ({**whole, "applied": jnp.zeros(2)}, {k: v for k, v in whole.items() if k != "rate"}):
        with pytest.raises(KeyError):
            layout.row(wrong)
