"""The learning rate up to which a run is stable: the optimizer's own limit, where one is known for the run as it is."""

from experiments.setup.run import Run
from optimizers import OPTIMIZERS

_WATCH = ("polyak_average", "ema_weights")  # wrappers that keep a mean beside the iterate and leave its steps alone


def unit_limit(run: Run) -> float | None:
    """Return the run's stability limit on a quadratic of curvature 1; None where no closed form holds for it.

    All known limits are this number over the curvature, so that at a learning rate it is also unit_limit / rate of
    curvature that is too much. What changes the gradient or the step around the optimizer changes the limit too.
    """
    limit = OPTIMIZERS[run.optimizer].stability_limit
    if limit is None or any(wrapper.key not in _WATCH for wrapper in run.wrappers):
        return None
    return float(limit(1.0, **run.parameters))
