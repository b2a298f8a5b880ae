"""An experiment as plain data and as a JSON document."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from experiments.setup.criteria import NEVER
from experiments.setup.fields import REPEATS, SEED, SPREAD
from parameter import Refusal

FORMAT = 1
LONGEST_TEXT = 100_000  # characters of a JSON document; six runs take about 3,000

Number = int | float
Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]
Points = Annotated[list[Any], Field(max_length=40)]  # what stands in them, the parameter says better
Value = Annotated[Number | str | Points, Field(union_mode="left_to_right")]
Values = Annotated[dict[Annotated[str, Field(max_length=40)], Value], Field(max_length=40)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class _Wrapper(_Strict):
    key: str
    parameters: Values = {}


class _Run(_Strict):
    optimizer: str
    learning_rate: Number
    parameters: Values = {}
    schedule: str = "constant"
    schedule_parameters: Values = {}
    wrappers: Annotated[list[_Wrapper], Field(max_length=20)] = []
    name: str = ""
    color: int | None = None


class _Document(_Strict):
    format: Literal[1]
    landscape: str
    landscape_parameters: Values = {}
    formula: str = ""
    view: Annotated[list[Pair], Field(min_length=2, max_length=2)] | None = None
    scale: str = ""
    start: Pair
    steps: int
    seed: int = SEED.default
    runs: Annotated[list[_Run], Field(max_length=20)] = []
    rotation: Number = 0.0
    shift: Pair = [0.0, 0.0]
    smoothing: Number = 0.0
    smoothing_schedule: str = "constant"
    l2: Number = 0.0
    l1: Number = 0.0
    noise: Number = 0.0
    criteria: Values = {}
    stop_at: str = NEVER
    repeats: int = REPEATS.default
    spread: Number = SPREAD.default


def plain(experiment: Any) -> dict[str, Any]:
    """Return the experiment as nested dicts and lists, every value written out."""
    return {
        "format": FORMAT,
        "landscape": experiment.landscape,
        "landscape_parameters": dict(experiment.landscape_parameters),
        "formula": experiment.formula,
        "view": None if experiment.view is None else [list(side) for side in experiment.view],
        "scale": experiment.scale,
        "start": list(experiment.start),
        "steps": experiment.steps,
        "seed": experiment.seed,
        "runs": [
            {
                "optimizer": run.optimizer,
                "learning_rate": run.learning_rate,
                "parameters": dict(run.parameters),
                "schedule": run.schedule,
                "schedule_parameters": dict(run.schedule_parameters),
                "wrappers": [{"key": w.key, "parameters": dict(w.parameters)} for w in run.wrappers],
                "name": run.name,
                "color": run.color,
            }
            for run in experiment.runs
        ],
        "rotation": experiment.rotation,
        "shift": list(experiment.shift),
        "smoothing": experiment.smoothing,
        "smoothing_schedule": experiment.smoothing_schedule,
        "l2": experiment.l2,
        "l1": experiment.l1,
        "noise": experiment.noise,
        "criteria": dict(experiment.criteria),
        "stop_at": experiment.stop_at,
        "repeats": experiment.repeats,
        "spread": experiment.spread,
    }


def read(text: str | bytes) -> dict[str, Any]:
    """Return the plain data of a JSON document, its shape and types checked.

    Raises ValueError naming the first field that is wrong.
    """
    if not isinstance(text, str | bytes | bytearray):
        raise Refusal(f"document: {type(text).__name__} is not allowed; give JSON text")
    if len(text) > LONGEST_TEXT:
        raise Refusal(f"document: {len(text)} characters are not allowed; give at most {LONGEST_TEXT}")
    try:
        return _Document.model_validate_json(text).model_dump()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = "document"
        for part in first["loc"]:
            if isinstance(part, int):
                place += f"[{part}]"
            elif part not in ("float", "int", "str"):
                place = str(part)[:40] if place == "document" else f"{place}.{str(part)[:40]}"
        raise Refusal(f"{place}: {_sentence(first)}") from None


def _sentence(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "unknown field; it would have no effect"
    if error["type"] == "missing":
        return "is missing"
    message = error["msg"][0].lower() + error["msg"][1:]
    given = error.get("input")
    if isinstance(given, str | int | float | bool | None) and error["type"] != "json_invalid":
        return f"{repr(given)[:60]} is not allowed; {message}"
    found: str = message[:200]
    return found
