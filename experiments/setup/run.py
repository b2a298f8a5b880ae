"""One optimizer with its learning rate, schedule and wrappers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from experiments.setup import limits
from experiments.setup.allowed import assign, known_of, mapping, number, whole
from experiments.setup.frozen import FrozenMap
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import Refusal, fill, shown


@dataclass(frozen=True, kw_only=True)
class Wrapper:
    """Something put around a run's optimizer: a key of WRAPPERS and its parameters."""

    key: str
    parameters: Mapping[str, Any] = field(default_factory=FrozenMap)

    def __post_init__(self) -> None:
        known = known_of(self.key, WRAPPERS, "wrappers", "wrapper")
        assign(self, parameters=FrozenMap(fill(known.parameters, mapping(self.parameters, "parameters"), self.key)))


@dataclass(frozen=True, kw_only=True)
class Run:
    """One optimizer with its learning rate, schedule and wrappers (inner to outer).

    name: what the person calls it ("" for the optimizer's own name). color: the palette's slot 0 to 5, or None for
    the run's place in the list. Raises ValueError naming the field, the value and what is allowed.
    """

    optimizer: str
    learning_rate: float
    parameters: Mapping[str, Any] = field(default_factory=FrozenMap)
    schedule: str = "constant"
    schedule_parameters: Mapping[str, Any] = field(default_factory=FrozenMap)
    wrappers: tuple[Wrapper, ...] = ()
    name: str = ""
    color: int | None = None

    def __post_init__(self) -> None:
        optimizer = known_of(self.optimizer, OPTIMIZERS, "optimizer", "optimizer")
        schedule = known_of(self.schedule, SCHEDULES, "schedule", "schedule")
        if not isinstance(self.wrappers, tuple | list) or not all(isinstance(w, Wrapper) for w in self.wrappers):
            raise Refusal(f"wrappers: {shown(self.wrappers)} is not allowed; give a tuple of Wrapper")
        if len(self.wrappers) > limits.MAX_WRAPPERS:
            raise Refusal(f"wrappers: {len(self.wrappers)} are not allowed; give at most {limits.MAX_WRAPPERS}")
        if len({w.key for w in self.wrappers}) < len(self.wrappers):
            raise Refusal("wrappers: each wrapper can be used once")
        if self.color is not None:
            whole(self.color, "color", 0, 5)
        assign(
            self,
            learning_rate=number(self.learning_rate, "learning_rate", 0.0, limits.MAX_RATE, open_low=True),
            parameters=FrozenMap(fill(optimizer.parameters, mapping(self.parameters, "parameters"), "parameters")),
            schedule_parameters=FrozenMap(
                fill(
                    schedule.parameters,
                    mapping(self.schedule_parameters, "schedule_parameters"),
                    "schedule_parameters",
                )
            ),
            wrappers=tuple(self.wrappers),
            name=_name(self.name),
        )

    @property
    def title(self) -> str:
        """The given name, else the optimizer's; experiments.setup.titles tells runs of one optimizer apart."""
        return self.name or OPTIMIZERS[self.optimizer].name


def _name(value: Any) -> str:
    if not isinstance(value, str) or not all(c.isprintable() for c in value):
        raise Refusal(f"name: {shown(value)} is not allowed; give printable text")
    text = value.strip()
    if len(text) > limits.MAX_NAME or len(text.encode("utf-8", "replace")) > limits.MAX_NAME_BYTES:
        raise Refusal(f"name: {shown(text)} is too long; give at most {limits.MAX_NAME} characters")
    return text
