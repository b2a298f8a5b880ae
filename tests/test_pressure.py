"""Dear links and long formulas push: others hardly notice, and the server is idle and ends soon after."""

import pytest

from benchmarks import pressure
from experiments import Experiment
from experiments.setup.cost import cost_of

TIMES = 10  # what is meant, for a machine that may be busy
FILES = ("sketch", "page", "file", "health")


def test_the_pressure_is_as_dear_as_may_be() -> None:
    one = pressure.dearest(0)
    assert one.steps < 20_000 and len({pressure.long_formula(n) for n in range(200)}) == 200
    assert cost_of(one).longest > 0.8 * cost_of(one.replace(steps=cost_of(one).most_steps)).longest
    assert Experiment.from_query(one.to_query()) == one


@pytest.mark.soak
def test_others_hardly_notice_and_nothing_is_left() -> None:
    noticed = pressure.measure()
    assert {name for name in noticed.answers if not name.startswith("surface")} == {f"{kind} 200" for kind in FILES}
    assert {name for name in noticed.answers if name.startswith("surface")} <= {"surface 200", "surface 503"}
    assert noticed.busiest  # pictures were being computed
    assert noticed.late("sketch") < TIMES * pressure.SKETCH
    for kind in FILES[1:]:
        assert noticed.late(kind) < TIMES * pressure.PAGE
    assert noticed.idle < TIMES * pressure.IDLE / 2
    assert noticed.stopped < TIMES * pressure.STOP
