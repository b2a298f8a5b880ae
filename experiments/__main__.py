"""The same without a browser: run prints every step and every verdict, basins and sweep write a map to a file."""

import argparse
import csv
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TextIO

import numpy as np

from experiments import Advice, Ensemble, Experiment, Trajectory, Verdict, ensembles_of, judge, simulate
from experiments.setup.document import FORMAT, LONGEST_TEXT
from experiments.setup.titles import titles_of
from experiments.simulation.stopping import criteria_steps
from experiments.studies.maps.command import StoppedError, add_map, make_map
from experiments.studies.proportion import Proportion
from parameter import Refusal

COLUMNS = ("run", "step", "x", "y", "loss", "gradient_x", "gradient_y", "step_x", "step_y", "learning_rate")

MEASURED = ("train", "heldout", "accuracy")  # columns more, where rows are held out or told apart


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 2 for bad input, 1 if nobody reads the output any more."""
    given = _parser().parse_args(arguments)
    if given.command != "run":
        return _map(given)
    try:
        experiment = Experiment.from_json(_text(given.experiment))
    except OSError as error:
        return _complain(given.experiment, error.strerror or str(error))
    except UnicodeDecodeError:
        return _complain(given.experiment, "it is not UTF-8 text")
    except Refusal as error:
        return _complain(given.experiment, str(error))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    try:
        _write(experiment, given, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has gone, as with "| head"; Python would complain once more at its exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m experiments", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="{run,basins,sweep}")
    run = commands.add_parser("run", help="run an experiment and print its trajectories and verdicts")
    run.add_argument("experiment", help="a JSON file as the lab exports it, or - for standard input")
    run.add_argument("--csv", action="store_true", help="print one row a step and run instead of JSON")
    run.add_argument("--advice", action="store_true", help="say what would have ended better, too; takes a while")
    run.add_argument("--indent", type=int, choices=range(9), metavar="N", help="indent the JSON by N (0 to 8) spaces")
    over = commands.add_parser("basins", help="write which minimum a run reaches from each start of a window")
    add_map(over)
    over.add_argument("--size", type=int, default=256, metavar="N", help="N x N starts (256)")
    corners = ("X0", "X1", "Y0", "Y1")
    over.add_argument("--window", type=float, nargs=4, metavar=corners, help="of the starts; without it the picture's")
    along = commands.add_parser("sweep", help="write what becomes of a run for each value of one number, or of two")
    add_map(along)
    along.add_argument(
        "--set",
        action="append",
        required=True,
        metavar="ADDRESS=VALUES",
        help="a number and its values, once or twice: r1.learning_rate=0.001:1:64:log, steps=10:500:50:whole, or a,b,c",
    )
    return parser


def _map(given: argparse.Namespace) -> int:
    """Make the map that was asked for, and write it."""

    def read() -> Experiment:
        try:
            return Experiment.from_json(_text(given.experiment))
        except Refusal as error:
            raise Refusal(f"{_name(given.experiment)}: {error}") from None

    try:
        make_map(given, read)
    except OSError as error:
        return _complain(error.filename or given.out, error.strerror or str(error))
    except UnicodeDecodeError:
        return _complain(given.experiment, "it is not UTF-8 text")
    except Refusal as error:
        return _complain("", str(error))
    except StoppedError as error:
        return _complain(given.out, str(error))
    return 0


def _text(path: str) -> str:
    """Return the document's text; no more of it is read than one may have."""
    if "\0" in path:
        raise Refusal("a file's name has no null character in it")
    if path == "-":
        return sys.stdin.buffer.read(4 * LONGEST_TEXT).decode("utf-8-sig")
    with open(path, "rb") as file:
        return file.read(4 * LONGEST_TEXT).decode("utf-8-sig")


def _complain(path: str, message: str) -> int:
    text = f"{_name(path)}: {message}" if path else message
    print(text.encode("ascii", "backslashreplace").decode(), file=sys.stderr)
    return 2


def _name(path: str) -> str:
    return "standard input" if path == "-" else path


def _write(experiment: Experiment, given: argparse.Namespace, out: TextIO) -> None:
    trajectories = simulate(experiment)
    if given.csv:
        _write_csv(experiment, trajectories, out)
    else:
        plain = _plain(experiment, trajectories, given.advice)
        json.dump(plain, out, indent=given.indent, allow_nan=False)
        out.write("\n")


def _plain(experiment: Experiment, trajectories: Sequence[Trajectory], advised: bool) -> dict[str, Any]:
    applied = experiment.is_noisy or experiment.fades  # otherwise they are the gradients
    many = ensembles_of(experiment) if experiment.repeats > 1 else ()
    titles = titles_of(experiment)
    return {
        "format": FORMAT,
        "experiment": json.loads(experiment.to_json()),
        "runs": [
            {
                "name": titles[trajectory.run],
                "optimizer": experiment.runs[trajectory.run].optimizer,
                "verdict": _plain_verdict(judge(experiment, trajectory), advised),
                "criteria": criteria_steps(experiment, trajectory),
                "trajectory": _plain_trajectory(trajectory)
                | ({"applied_gradients": _numbers(trajectory.applied_gradients)} if applied else {}),
            }
            | ({"ensemble": _plain_ensemble(many[trajectory.run])} if many else {})
            for trajectory in trajectories
        ],
    }


def _plain_verdict(verdict: Verdict, advised: bool) -> dict[str, Any]:
    plain = {
        "outcome": verdict.outcome.name,
        "sentence": verdict.outcome.sentence,
        "detail": verdict.detail,
        "step": verdict.step,
        "minimum": None if verdict.minimum is None else _numbers(verdict.minimum),
        "evidence": {name: _numbers(value) for name, value in verdict.evidence.items()},
    } | _plain_fit(verdict)
    return plain | ({"advice": [_plain_advice(advice) for advice in verdict.advice]} if advised else {})


def _plain_advice(advice: Advice) -> dict[str, Any]:
    return {"text": advice.text, "label": advice.label, "experiment": json.loads(advice.experiment.to_json())}


def _plain_trajectory(trajectory: Trajectory) -> dict[str, Any]:
    return {
        "points": _numbers(trajectory.points),
        "losses": _numbers(trajectory.losses),
        "gradients": _numbers(trajectory.gradients),
        "updates": _numbers(trajectory.updates),
        "learning_rates": _numbers(trajectory.learning_rates),
        "states": {name: _numbers(array) for name, array in trajectory.states.items()},
        "evaluations": trajectory.evaluations._asdict(),
        "best_step": trajectory.best_step,
        **_plain_learning(trajectory),
    }


def _plain_learning(trajectory: Trajectory) -> dict[str, Any]:
    """Return what there is of a run of many weights, and of rows that it was measured on."""
    names = ("weights", "train", "heldout", "accuracy")
    known = {name: getattr(trajectory, name) for name in names}
    return {name: _numbers(array) for name, array in known.items() if array is not None}


def _plain_fit(verdict: Verdict) -> dict[str, Any]:
    """Return the second verdict, where there is one."""
    fit = verdict.fit
    if fit is None:
        return {}
    plain = {
        "kind": fit.kind.name,
        "sentence": fit.sentence,
        "detail": fit.detail,
        "best_step": fit.best_step,
        "evidence": {name: _numbers(value) for name, value in fit.evidence.items()},
    }
    return {"fit": plain}


def _plain_ensemble(ensemble: Ensemble) -> dict[str, Any]:
    return {
        "members": ensemble.members,
        "global_minimum": _plain_proportion(ensemble.global_minimum),
        "any_minimum": _plain_proportion(ensemble.any_minimum),
        "median_steps": ensemble.median_steps,
        "outcomes": [verdict.outcome.name for verdict in ensemble.verdicts],
        "ends": _numbers(ensemble.ends),
        "steps": ensemble.steps.tolist(),
        "bands": {
            key: dict(zip(("low", "median", "high"), _numbers(band), strict=True))
            for key, band in ensemble.bands.items()
        },
    }


def _plain_proportion(proportion: Proportion) -> dict[str, Any]:
    return {"count": proportion.count, "share": proportion.share, "interval": list(proportion.interval)}


def _numbers(values: Any) -> Any:
    """Return numbers of any shape as nested lists, None for what is not finite: JSON has no other word for it."""
    array = np.asarray(values, dtype=np.float64)
    plain = array.astype(object)
    plain[~np.isfinite(array)] = None
    return plain.tolist()


def _write_csv(experiment: Experiment, trajectories: Sequence[Trajectory], out: TextIO) -> None:
    write: Callable[[Sequence[Any]], Any] = csv.writer(out, lineterminator="\n").writerow
    measured = [name for name in MEASURED if any(getattr(run, name) is not None for run in trajectories)]
    write((*COLUMNS, *measured))
    titles = titles_of(experiment)
    for trajectory in trajectories:
        moves = np.column_stack([trajectory.updates, trajectory.learning_rates])
        last = np.full((1, 3), np.nan)  # no step is made from the last point
        beside = [getattr(trajectory, name) for name in measured]
        rows = np.column_stack(
            [trajectory.points, trajectory.losses, trajectory.gradients, np.concatenate([moves, last]), *beside]
        )
        name = titles[trajectory.run]
        for step, row in enumerate(_numbers(rows)):
            write([name, step, *row])


if __name__ == "__main__":
    code = main()
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads of XLA that still let go of arrays would abort a process that Python is leaving
