"""The types that the stage's modules declare in JSDoc, read without a compiler, and JSON held against them.

Read are the forms that this project writes: unions, literals, arrays, pairs, records, objects, intersections, Omit and
names, also of other modules. `check` says what does not fit; what was seen is noted, so that a declared key that is
never sent can be told.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_COMMENT = re.compile(r"/\*\*(.*?)\*/", re.DOTALL)
_TAG = re.compile(r"@(typedef|property)\s*\{")
_NAME = re.compile(r"\s*(\[)?\s*([A-Za-z_]\w*)\]?")
_TOKEN = re.compile(r'\s*(import\("[^"]+"\)\.\w+|"[^"]*"|-?\d+(?:\.\d+)?|[A-Za-z_]\w*|[{}\[\]()<>|&:?,;])')


@dataclass(frozen=True, kw_only=True)
class Type:
    """kind says what it is: a primitive's name, or what of and fields are parts of."""

    kind: str  # string, number, boolean, null, any, literal, array, tuple, record, union, all, object, omit, name
    of: tuple["Type", ...] = ()
    fields: tuple["Field", ...] = ()
    value: Any = None  # of a literal, a name; or the keys that are left out
    module: Path | None = None  # of a name: where it stands


@dataclass(frozen=True, kw_only=True)
class Field:
    """A key of an object; owner: what declares it."""

    key: str
    is_optional: bool
    type: Type
    owner: str


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The keys of all objects that were met, as "what declares it.key"."""

    declared: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)

    @property
    def never_sent(self) -> set[str]:
        return self.declared - self.sent


@cache
def typedefs(module: Path) -> dict[str, Type]:
    """Return the types that a module declares, by name."""
    found: dict[str, Type] = {}
    for comment in _COMMENT.findall(module.read_text(encoding="utf-8")):
        opened = ""
        properties: list[Field] = []
        for tag, text, after in _tags(comment):
            match = _NAME.match(after)
            if match is None:
                raise ValueError(f"{module.name}: a name is missing after {{{text}}}")
            kind = _Parser(text, module).whole()
            if tag == "typedef":
                opened, properties = match[2], []
                found[opened] = kind
            else:
                properties.append(Field(key=match[2], is_optional=bool(match[1]), type=kind, owner=opened))
                found[opened] = Type(kind="object", fields=tuple(properties))
    return found


def _tags(comment: str) -> Iterator[tuple[str, str, str]]:
    """Yield each tag, its type without the outer braces, and what follows."""
    text = re.sub(r"^\s*\* ?", "", comment, flags=re.MULTILINE)
    for match in _TAG.finditer(text):
        depth, end = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        yield match[1], text[match.end() : end - 1], text[end:]


class _Parser:
    """One type expression, read from left to right."""

    def __init__(self, text: str, module: Path) -> None:
        self.module = module
        self.text = text
        self.tokens = [match[1] for match in _TOKEN.finditer(text)]
        if "".join(self.tokens) != re.sub(r"\s", "", text):
            raise ValueError(f"{module.name}: {{{text}}} has a sign that is not read here")

    def whole(self) -> Type:
        found = self.union()
        if self.tokens:
            raise ValueError(f"{self.module.name}: {{{self.text}}} is not read beyond {self.tokens[0]!r}")
        return found

    def union(self) -> Type:
        return self.joined("|", "union", lambda: self.joined("&", "all", self.array))

    def joined(self, sign: str, kind: str, part: Callable[[], Type]) -> Type:
        parts = [part()]
        while self.took(sign):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Type(kind=kind, of=tuple(parts))

    def array(self) -> Type:
        found = self.one()
        while self.tokens[:2] == ["[", "]"]:
            del self.tokens[:2]
            found = Type(kind="array", of=(found,))
        return found

    def one(self) -> Type:
        token = self.tokens.pop(0)
        if token == "(":
            return self.until(")", self.union)[0]
        if token == "[":
            return Type(kind="tuple", of=tuple(self.until("]", self.union)))
        if token == "{":
            parts = self.until("}", self.field)
            owner = "{" + ", ".join(key for key, _, _ in parts) + "}"
            return Type(
                kind="object",
                fields=tuple(Field(key=key, is_optional=may, type=kind, owner=owner) for key, may, kind in parts),
            )
        if token[0] == '"':
            return Type(kind="literal", value=token[1:-1])
        if token[0] in "-0123456789":
            return Type(kind="literal", value=float(token))
        if token.startswith("import"):
            path, name = re.findall(r'"([^"]+)"\)\.(\w+)', token)[0]
            return Type(kind="name", value=name, module=(self.module.parent / path).resolve())
        return self.named(token)

    def named(self, token: str) -> Type:
        if token in ("string", "number", "boolean", "null", "any"):
            return Type(kind=token)
        if self.took("<"):
            parts = self.until(">", self.union)
            if token == "Array":
                return Type(kind="array", of=tuple(parts))
            if token in ("Object", "Record"):
                return Type(kind="record", of=(parts[1],))
            if token == "Omit":
                keys = parts[1].of or (parts[1],)
                return Type(kind="omit", of=(parts[0],), value=tuple(key.value for key in keys))
            return Type(kind="other", value=token)
        if token[0].islower() or token in ("Float32Array", "Uint8Array", "Float64Array", "Object"):
            return Type(kind="other", value=token)
        return Type(kind="name", value=token, module=self.module)

    def field(self) -> tuple[str, bool, Type]:
        key = self.tokens.pop(0)
        is_optional = self.took("?")
        if not self.took(":"):
            raise ValueError(f"{self.module.name}: {key} in {{{self.text}}} has no type")
        return key, is_optional, self.union()

    def until(self, end: str, part: Callable[[], T]) -> list[T]:
        parts: list[T] = []
        while not self.took(end):
            parts.append(part())
            _ = self.took(",") or self.took(";")
        return parts

    def took(self, token: str) -> bool:
        if self.tokens[:1] != [token]:
            return False
        self.tokens.pop(0)
        return True


def resolved(kind: Type) -> Type:
    """Return what a name, an intersection or an Omit stands for."""
    if kind.kind == "name":
        assert kind.module is not None
        return resolved(typedefs(kind.module)[kind.value])
    if kind.kind == "all":
        return Type(kind="object", fields=tuple(one for part in kind.of for one in resolved(part).fields))
    if kind.kind == "omit":
        kept = tuple(one for one in resolved(kind.of[0]).fields if one.key not in kind.value)
        return Type(kind="object", fields=kept)
    return kind


def check(value: Any, declared: Type, seen: Seen, at: str = "") -> list[str]:
    """Return what does not fit the type, each with its place; nothing where all of it does."""
    kind = resolved(declared)
    match kind.kind:
        case "any":
            return []
        case "union":
            return _union(value, kind, seen, at)
        case "literal":
            fits = value == kind.value and isinstance(value, bool) is False
        case "null":
            fits = value is None
        case "boolean":
            fits = isinstance(value, bool)
        case "number":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        case "string":
            fits = isinstance(value, str)
        case "array" if isinstance(value, list):
            return [said for i, one in enumerate(value) for said in check(one, kind.of[0], seen, f"{at}[{i}]")]
        case "tuple" if isinstance(value, list) and len(value) == len(kind.of):
            parts = zip(value, kind.of, strict=True)
            return [said for i, (one, of) in enumerate(parts) for said in check(one, of, seen, f"{at}[{i}]")]
        case "record" if isinstance(value, dict):
            return [said for key, one in value.items() for said in check(one, kind.of[0], seen, f"{at}.{key}")]
        case "object" if isinstance(value, dict):
            return _object(value, kind, seen, at)
        case _:
            fits = False
    return [] if fits else [f"{at} is {value!r:.60}, not {_words(kind)}"]


def _union(value: Any, kind: Type, seen: Seen, at: str) -> list[str]:
    """Return what is wrong with the part of a union that fits best."""
    tries = [(check(value, part, trial := Seen(), at), trial) for part in kind.of]
    said, trial = min(tries, key=lambda one: len(one[0]))
    seen.declared.update(trial.declared)
    seen.sent.update(trial.sent)
    deeper = [one for problems, _ in tries for one in problems if not one.startswith(f"{at} is ")]
    return said if not said else deeper or [f"{at} is {value!r:.60}, not {_words(kind)}"]


def _object(value: dict[str, Any], kind: Type, seen: Seen, at: str) -> list[str]:
    owners = " & ".join(dict.fromkeys(one.owner for one in kind.fields))
    unknown = value.keys() - {one.key for one in kind.fields}
    said = [f"{at}.{key} is sent and not declared in {owners}" for key in sorted(unknown)]
    for one in kind.fields:
        name = f"{one.owner}.{one.key}"
        seen.declared.add(name)
        if one.key in value:
            seen.sent.add(name)
            said += check(value[one.key], one.type, seen, f"{at}.{one.key}")
        elif not one.is_optional:
            said.append(f"{at}.{one.key} is declared in {one.owner} and not sent")
    return said


def _words(kind: Type) -> str:
    if kind.kind in ("union", "tuple"):
        return f" {'or' if kind.kind == 'union' else 'with'} ".join(_words(resolved(part)) for part in kind.of)
    return f"{kind.value!r}" if kind.kind in ("literal", "other") else kind.kind
