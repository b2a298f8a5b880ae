"""Finding every critical point of a surface in its view, warm, and drawing all thumbnails of the gallery."""

import statistics
import time
from typing import Any

from benchmarks.report import load, short, table, write
from experiments import Experiment, critical_points
from experiments.critical.points import _critical_points
from experiments.objective.heights import surface_at
from figures.thumbnails import thumbnails
from landscapes import LANDSCAPES

TIMES = 5
CASES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Rastrigin", "rastrigin", {}),
    ("Rastrigin, turned by 30 degrees", "rastrigin", {"rotation": 30.0}),
    ("Rastrigin with an L1 penalty", "rastrigin", {"l1": 1.0}),
    ("Rastrigin, smoothed by 0.2", "rastrigin", {"smoothing": 0.2}),
    ("Himmelblau", "himmelblau", {}),
    ("Ackley", "ackley", {}),
)


def main() -> None:
    busy = load()
    rows = []
    for name, key, fields in CASES:
        took, found = _search(Experiment(landscape=key, **fields))
        rows.append([name, str(len(found.all_minima)), str(len(found.points)), short(1e3 * took)])
    all_of_them = []
    for key in LANDSCAPES:
        took, found = _search(Experiment(landscape=key), times=1)
        all_of_them.append((took, key, len(found.points)))
    slowest = sorted(all_of_them)[::-1][:4]
    body = "Each surface's programs are compiled already; the search itself is not cached here.\n\n"
    body += table(["surface", "minima", "critical points", "ms"], rows)
    median = statistics.median(took for took, *_ in all_of_them)
    body += f"\n\nAll {len(all_of_them)} surfaces: median {short(1e3 * median)} ms"
    body += ", slowest " + ", ".join(f"{key} {short(1e3 * t)} ms ({count} points)" for t, key, count in slowest) + "."
    write("critical", "Critical points", body + _gallery(), ("jax", "numpy"), busy)


def _search(experiment: Experiment, times: int = TIMES) -> tuple[float, Any]:
    """Return the median time of a search, in seconds, and what was found."""
    found, took = critical_points(experiment), []
    for _ in range(times):
        _critical_points.cache_clear()
        surface_at.cache_clear()
        began = time.perf_counter()
        found = critical_points(experiment)
        took.append(time.perf_counter() - began)
    return statistics.median(took), found


def _gallery() -> str:
    """Return what the gallery's thumbnails cost, in words."""
    thumbnails()
    thumbnails.cache_clear()
    began = time.perf_counter()
    size = len(thumbnails())
    took = time.perf_counter() - began
    return f"\n\nAll thumbnails of the gallery, made anew: {short(took)} s, {short(size / 1e3)} KB before compression."


if __name__ == "__main__":
    main()
