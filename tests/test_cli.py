"""python -m experiments run: the same numbers without a browser, and one sentence for whatever is wrong."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, judge, simulate
from experiments.__main__ import COLUMNS, main

ROOT = Path(__file__).parent.parent
EXPERIMENT = Experiment(
    landscape="himmelblau",
    start=(4.0, 4.0),
    steps=12,
    runs=(
        Run(optimizer="adam", learning_rate=0.3, name='Größe, "schnell" 🚀'),
        Run(optimizer="gradient_descent", learning_rate=1000.0),
    ),
)


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "experiment.json"
    path.write_text(EXPERIMENT.to_json(), encoding="utf-8")
    return str(path)


def no_constant(name):
    raise AssertionError(f"{name} is not JSON")


def printed(capsys, *arguments):
    assert main(["run", *arguments]) == 0
    out, told = capsys.readouterr()
    assert told == ""
    return out


def test_json_holds_every_step_and_verdict(capsys, document):
    plain = json.loads(printed(capsys, document), parse_constant=no_constant)
    assert list(plain) == ["format", "experiment", "runs"] and plain["format"] == 1
    assert Experiment.from_json(json.dumps(plain["experiment"])) == EXPERIMENT
    trajectories = simulate(EXPERIMENT)
    for run, given, found in zip(plain["runs"], EXPERIMENT.runs, trajectories, strict=True):
        assert list(run) == ["name", "optimizer", "verdict", "criteria", "trajectory"]
        assert (run["name"], run["optimizer"]) == (given.title, given.optimizer)
        verdict = judge(EXPERIMENT, found)
        assert run["verdict"]["outcome"] == verdict.outcome.name
        assert run["verdict"]["sentence"] == Outcome[run["verdict"]["outcome"]].sentence
        assert (run["verdict"]["detail"], run["verdict"]["step"]) == (verdict.detail, verdict.step)
        assert run["verdict"]["evidence"].keys() == verdict.evidence.keys()
        for name in ("points", "losses", "gradients", "updates", "learning_rates"):
            read = np.array(run["trajectory"][name], dtype=float)
            expected = getattr(found, name)
            np.testing.assert_array_equal(read, np.where(np.isfinite(expected), expected, np.nan))
        assert run["trajectory"]["states"].keys() == found.states.keys()
        assert run["trajectory"]["evaluations"] == found.evaluations._asdict()
        assert run["trajectory"]["best_step"] == found.best_step
    assert plain["runs"][0]["verdict"]["minimum"] is None or len(plain["runs"][0]["verdict"]["minimum"]) == 2
    assert plain["runs"][1]["trajectory"]["losses"][-1] is None


def test_the_first_step_of_every_criterion_is_told_and_a_run_that_stops_early_is_shorter(capsys, tmp_path):
    calm = EXPERIMENT.replace(landscape="sphere", start=(5.0, 0.0), steps=200, stop_at="step")
    calm = calm.replace(runs=(Run(optimizer="gradient_descent", learning_rate=0.05),))
    path = tmp_path / "calm.json"
    path.write_text(calm.to_json(), encoding="utf-8")
    (run,) = json.loads(printed(capsys, str(path)))["runs"]
    assert run["criteria"] == {"loss": 78, "step": 86, "gradient": None, "threshold": 53, "distance": 85}
    assert len(run["trajectory"]["losses"]) == 87 and run["verdict"]["evidence"]["stopped_at"] == 86
    assert "Stopped early at step 86" in run["verdict"]["detail"]


def test_the_gradients_that_were_applied_are_told_where_they_are_others(capsys, document, tmp_path):
    for trajectory in json.loads(printed(capsys, document))["runs"]:
        assert "applied_gradients" not in trajectory["trajectory"]
    noisy = EXPERIMENT.replace(noise=0.5, runs=EXPERIMENT.runs[:1])
    path = tmp_path / "noisy.json"
    path.write_text(noisy.to_json(), encoding="utf-8")
    (run,) = json.loads(printed(capsys, str(path)))["runs"]
    np.testing.assert_array_equal(run["trajectory"]["applied_gradients"], simulate(noisy)[0].applied_gradients)


def test_advice_is_told_where_it_is_asked_for(capsys, document):
    plain = json.loads(printed(capsys, document, "--advice"))
    advice = plain["runs"][1]["verdict"]["advice"]
    assert advice and all(list(one) == ["text", "label", "experiment"] for one in advice)
    changed = Experiment.from_json(json.dumps(advice[0]["experiment"]))
    assert changed.runs[0] == EXPERIMENT.runs[0] and changed.runs[1].learning_rate < 1000.0


def test_indent_makes_it_readable(capsys, document):
    assert printed(capsys, document).count("\n") == 1
    assert printed(capsys, document, "--indent", "2").startswith('{\n  "format": 1,\n')


def test_csv_has_one_row_a_step_and_run(capsys, document):
    text = printed(capsys, document, "--csv")
    assert "nan" not in text and "inf" not in text and "None" not in text
    header, *rows = csv.reader(io.StringIO(text))
    assert tuple(header) == COLUMNS
    assert len(rows) == 2 * 13 and all(len(row) == len(COLUMNS) for row in rows)
    adam, plain = simulate(EXPERIMENT)
    for place, row in enumerate(rows[:13]):
        assert row[0] == EXPERIMENT.runs[0].name and int(row[1]) == place
        assert [float(cell) for cell in row[2:7]] == [*adam.points[place], adam.losses[place], *adam.gradients[place]]
        if place < 12:
            assert [float(cell) for cell in row[7:]] == [*adam.updates[place], 0.3]
    assert rows[12][7:] == ["", "", ""]
    broken = plain.last_finite + 1
    assert rows[13 + broken][4] == ""
    assert rows[13][0] == EXPERIMENT.runs[1].title


def test_rows_that_are_held_out_have_columns_and_arrays_of_their_own(capsys, tmp_path):
    experiment = Experiment(
        landscape="logistic_features", held_out=0.5, steps=5, runs=(Run(optimizer="adam", learning_rate=0.1),)
    )
    path = tmp_path / "held.json"
    path.write_text(experiment.to_json())
    header, *rows = csv.reader(io.StringIO(printed(capsys, str(path), "--csv")))
    assert header == [*COLUMNS, "train", "heldout", "accuracy"]
    (run,) = simulate(experiment)
    assert run.train is not None and run.heldout is not None and run.accuracy is not None
    for row, *told in zip(rows, run.train, run.heldout, run.accuracy, strict=True):
        assert [float(cell) for cell in row[-3:]] == told
    (plain,) = json.loads(printed(capsys, str(path)))["runs"]
    assert plain["trajectory"]["heldout"] == run.heldout.tolist()
    fit = judge(experiment, run).fit
    assert fit is not None and plain["verdict"]["fit"]["kind"] == fit.kind.name
    assert plain["verdict"]["fit"]["evidence"]["heldout"] == fit.evidence["heldout"]


def test_no_runs_give_no_runs(capsys, tmp_path):
    path = tmp_path / "empty.json"
    path.write_text(Experiment(landscape="sphere").to_json())
    assert json.loads(printed(capsys, str(path)))["runs"] == []
    assert printed(capsys, str(path), "--csv") == ",".join(COLUMNS) + "\n"


def test_standard_input_is_read_for_a_dash(capsys, monkeypatch):
    text = b"\xef\xbb\xbf" + EXPERIMENT.to_json().encode()  # some editors lead with a byte order mark
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert json.loads(printed(capsys, "-"))["experiment"]["landscape"] == "himmelblau"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "document:"),
        (b"{}", "format: is missing"),
        (b"\xff\xfe\x00", "it is not UTF-8 text"),
        (
            EXPERIMENT.to_json().replace('"adam"', '"adamm"').encode(),
            "runs[0].optimizer: 'adamm' is not a known optimizer",
        ),
        (EXPERIMENT.to_json().replace('"steps": 12', '"steps": 0').encode(), "steps: 0 is not allowed"),
        (b" " * 1_000_000, "characters are not allowed; give at most 100000"),
        (b"[" * 99_000, "document:"),
    ],
)
def test_bad_input_is_one_sentence_and_code_two(capsys, tmp_path, content, told):
    path = tmp_path / "experiment.json"
    path.write_bytes(content)
    assert main(["run", str(path)]) == 2
    out, error = capsys.readouterr()
    assert out == "" and told in error and error.startswith(f"{path}: ")
    assert error.count("\n") == 1 and len(error) < 1_000


@pytest.mark.parametrize("path", ("nowhere.json", "", "/", "\0", "ä\n.json"))
def test_a_file_that_cannot_be_opened_is_named(capsys, path):
    assert main(["run", path]) == 2
    out, error = capsys.readouterr()
    assert out == "" and error.strip() and "Traceback" not in error


@pytest.mark.parametrize(
    "arguments", ([], ["walk"], ["run"], ["run", "x.json", "--indent", "-1"], ["run", "x", "--xml"])
)
def test_a_wrong_command_line_is_code_two(capsys, arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage: python -m experiments" in capsys.readouterr().err


def test_as_a_program_it_needs_no_locale_and_no_streamlit(document):
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-X", "importtime", "-m", "experiments", "run", document, "--csv"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0
    assert done.stdout.decode("utf-8").count("🚀") == 13
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    assert "experiments" in imported and not {"streamlit", "plotly"} & imported


@pytest.mark.skipif(os.name == "nt", reason="pipes close differently there")
def test_a_reader_that_leaves_is_no_error(tmp_path):
    path = tmp_path / "long.json"
    path.write_text(EXPERIMENT.replace(steps=20_000).to_json())
    command = f'"{sys.executable}" -m experiments run "{path}" | head -c 100'
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert len(done.stdout) == 100 and done.stderr == b""
