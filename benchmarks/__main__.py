"""python -m benchmarks [name ...]: run these benchmarks, or all of them, and write each one's part of RESULTS.md."""

import argparse
from importlib import import_module

BENCHMARKS = (
    "trajectory",
    "learning",
    "many_weights",
    "critical",
    "advice",
    "ensemble",
    "maps",
    "tiles",
    "browser",
    "sketches",
    "sessions",
    "visitors",
    "formulas",
    "cost",
    "pressure",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of: {', '.join(BENCHMARKS)} (all if none)")
    names = parser.parse_args().names
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
