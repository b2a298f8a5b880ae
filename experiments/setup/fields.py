"""The fields of an experiment in one table: their types in JSON, their defaults, and whether results depend on them.

JSON, checks, links, repair, edits and what a result is stored under are made from it. Experiment itself names them once
more, for its readers and for types; a test holds the two together. What a link calls them stands in link.WORDS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits

from experiments.setup.criteria import STOP_AT
from experiments.setup.length import REPEATS, SEED, SPREAD, STEPS
from experiments.setup.modifiers import BY_KEY as MODIFIERS
from experiments.setup.points import BATCH, BATCH_KIND, HELD_OUT
from experiments.setup.weights import FIRST_TWO, PLANE, PLANE_SEED
from parameter import Parameter

Number = int | float
Pair = Annotated[list[Number], Limits(min_length=2, max_length=2)]
Points = Annotated[list[Any], Limits(max_length=40)]  # what stands in them, the parameter says better
Value = Annotated[Number | str | Points, Limits(union_mode="left_to_right")]
Values = Annotated[dict[Annotated[str, Limits(max_length=40)], Value], Limits(max_length=40)]


Table = Annotated[list[Any], Limits(max_length=1000)]  # what a row may be, the landscape says better


class Strict(BaseModel):
    """What JSON may say: these fields of these types, and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class WrapperJson(Strict):
    """A wrapper of a run in JSON."""

    key: str
    parameters: Values = {}


class RunJson(Strict):
    """A run in JSON."""

    optimizer: str
    learning_rate: Number
    parameters: Values = {}
    schedule: str = "constant"
    schedule_parameters: Values = {}
    wrappers: Annotated[list[WrapperJson], Limits(max_length=20)] = []
    name: str = ""
    color: int | None = None


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of an experiment.

    json: its type in a document. default: what it is where nothing is said, None for what the surface suggests.
    needed: whether a document must have it. parameter: what it may be, where that is one number or one choice; else
    Experiment checks it. in_results: whether a run's result can depend on it; False for what changes only what is
    shown, or what is made besides the run.
    """

    key: str
    json: Any
    default: Any = None
    needed: bool = False
    parameter: Parameter | None = None
    in_results: bool = True


def _one(parameter: Parameter, needed: bool = False, in_results: bool = True) -> Field:
    """Return the field that is one parameter."""
    json = {"integer": int, "choice": str}.get(parameter.kind, Number)
    default = parameter.default
    return Field(
        key=parameter.key, json=json, default=default, needed=needed, parameter=parameter, in_results=in_results
    )


FIELDS = (
    Field(key="landscape", json=str, needed=True),
    Field(key="landscape_parameters", json=Values, default={}),
    Field(key="formula", json=str, default=""),
    Field(key="view", json=Annotated[list[Pair], Limits(min_length=2, max_length=2)] | None),
    Field(key="scale", json=str, default="", in_results=False),
    Field(key="start", json=Pair, needed=True),
    _one(STEPS, needed=True),
    _one(SEED),
    Field(key="runs", json=Annotated[list[RunJson], Limits(max_length=20)], default=()),
    _one(MODIFIERS["rotation"]),
    Field(key="shift", json=Pair, default=(0.0, 0.0)),
    *(_one(MODIFIERS[key]) for key in ("smoothing", "smoothing_schedule", "l2", "l1", "noise")),
    Field(key="criteria", json=Values, default={}),  # in results only where one of them stops the runs
    _one(STOP_AT),
    _one(REPEATS, in_results=False),
    _one(SPREAD, in_results=False),
    Field(key="data", json=Table, default=()),
    Field(key="flagged", json=Annotated[list[int], Limits(max_length=1000)], default=()),
    _one(BATCH),
    _one(BATCH_KIND),
    _one(HELD_OUT),
    Field(key="data_held_out", json=Table, default=()),
    Field(key="start_weights", json=Number | Annotated[list[Number], Limits(max_length=1000)], default=()),
    _one(PLANE),
    Field(key="plane_weights", json=Annotated[list[int], Limits(min_length=2, max_length=2)], default=FIRST_TWO),
    _one(PLANE_SEED),
    Field(key="atlas", json=str, default="", in_results=False),
)
BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}
PARAMETERS: Mapping[str, Parameter] = {field.key: field.parameter for field in FIELDS if field.parameter is not None}
WITHOUT_RESULT: Mapping[str, Any] = {field.key: field.default for field in FIELDS if not field.in_results}
