"""Fill the compilation cache with the whole catalogue: `python -m experiments.precompile`, once a build of the app.

Runs as a process of its own, at low priority, so that a server that starts it keeps its cores, its lock and its memory.
"""

import hashlib
import os
from pathlib import Path

import jax

from experiments import Experiment, critical_points, simulate
from experiments.critical.defaults import default_run
from experiments.objective.compiled import MOST, forget, weight
from experiments.results.ground import ground_of
from landscapes import UNITS
from optimizers import OPTIMIZERS

FIRST = "three_hump_camel"  # the surface that people see first: every optimizer is compiled for it
COMMON = ("gradient_descent", "momentum", "adam")
_KEPT = MOST // 4  # bytes of programs: they are not run again, and the server beside needs the memory


def main() -> None:
    """Compile what is not in the cache yet, unless this build has done so before."""
    folder = str(jax.config.values.get("jax_compilation_cache_dir") or "")
    if not folder:
        return
    done = Path(folder) / f"whole-{_build()}"
    if done.exists():
        return
    if hasattr(os, "nice"):
        os.nice(10)
    pairs = [(FIRST, optimizer) for optimizer in OPTIMIZERS]
    pairs += [(landscape, optimizer) for landscape in UNITS for optimizer in COMMON]
    for landscape, optimizer in pairs:
        fresh = Experiment(landscape=landscape, steps=1)
        critical_points(fresh)
        if fresh.has_many_weights:
            ground_of(fresh)
        simulate(fresh.replace(runs=(default_run(fresh, optimizer),)))
        if weight() > _KEPT:
            forget()
    done.touch()


def _build() -> str:
    """Return a mark of the code that programs are made from and of JAX's version."""
    digest = hashlib.blake2b(jax.__version__.encode(), digest_size=8)
    here = Path(__file__).parent
    for folder in (here, here.parent / "landscapes", here.parent / "optimizers"):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
