"""The stage's modules as one file: one by one they would take as many ways to and fro as a connection has room for.

Our modules keep to few forms (what a line begins with): import { a, b as c } from "./x.js", export function, export
const, export default function. So each becomes a function that returns what it exports, after those it imports from.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping

_IMPORT = re.compile(r'^import \{ ([^}]+) \} from "(\.[^"]+)";$', re.M)
_EXPORT = re.compile(r"^export ((?:async )?function\*?|const|class) (\w+)", re.M)
_DEFAULT = re.compile(r"^export default ((?:async )?function) (\w+)", re.M)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.M)


class FormError(Exception):
    """A module imports or exports in a form that is not known here."""


def bundled(modules: Mapping[str, str], entries: Mapping[str, str]) -> str:
    """Return one module with the same effect as these. Raises FormError naming a module and a line.

    modules: texts by their paths. entries: paths by the name under which the bundle exports all that the module there
    does; only what these need is in it.
    """
    order = list(dict.fromkeys(path for entry in entries.values() for path in _in_order(modules, entry)))
    names = {path: f"${place}" for place, path in enumerate(order)}
    parts = [_wrapped(path, modules[path], names) for path in order]
    told = ", ".join(f"{names[path]} as {name}" for name, path in entries.items())
    return "\n".join([*parts, f"export {{ {told} }};\n"])


def _in_order(modules: Mapping[str, str], path: str) -> Iterator[str]:
    """Yield a module after all that it needs; no two need each other."""
    for found in _IMPORT.finditer(modules[path]):
        yield from _in_order(modules, _beside(path, found[2]))
    yield path


def _beside(path: str, told: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), told))


def _wrapped(path: str, text: str, names: Mapping[str, str]) -> str:
    def imported(found: re.Match[str]) -> str:
        return f"const {{ {found[1].replace(' as ', ': ')} }} = {names[_beside(path, found[2])]};"

    exports = _EXPORT.findall(text)
    given = [name for _, name in exports] + [f"default: {name}" for _, name in _DEFAULT.findall(text)]
    body = _DEFAULT.sub(r"\1 \2", _EXPORT.sub(r"\1 \2", _IMPORT.sub(imported, text)))
    left = _LEFT.search(body)
    if left:
        raise FormError(f"{path}: {left[0]}")
    body = body.replace("import.meta.url", f'new URL("{path}", import.meta.url).href')
    return f"const {names[path]} = (() => {{ // {path}\n{body}return {{ {', '.join(given)} }};\n}})();"
