"""The JSON Schemas of what rulelang writes, which lie beside the code.

A file there leaves out what is the same in all of them: the dialect and the title, which is the name of the file, and
that an object has all of the properties that are described, and no others, where nothing else is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rulelang.diagnostics.arguments import named

_FOLDER = Path(__file__).resolve().parent.parent / "schemas"
_SHARED = "definitions"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
ID: Final = "urn:rulelang:schema:"
"""What the name of a schema stands behind in its `$id`."""
_REFERENCE = "#/$defs/"


def schema_names() -> list[str]:
    """Return the names of the schemas, in order."""
    return sorted(path.stem for path in _FOLDER.glob("*.json") if path.stem != _SHARED)


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of something that rulelang writes, whole in itself.

    UnknownNameError for others; `schema_names` says of what there is one.
    """
    found = _read(named("a schema", name, schema_names()))
    shared = _read(_SHARED)
    used: dict[str, Any] = {}
    waiting = list(_references(found))
    while waiting:
        one = waiting.pop()
        if one not in used:
            used[one] = shared[one]
            waiting.extend(_references(shared[one]))
    whole = {"$schema": DIALECT, "$id": f"{ID}{name}", "title": name, **found}
    return {**whole, "$defs": {one: used[one] for one in sorted(used)}} if used else whole


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"), object_hook=_completed)
    return found


def _completed(part: dict[str, Any]) -> dict[str, Any]:
    """Return a part of a schema with what its file leaves out of the description of an object."""
    if not isinstance(part.get("properties"), dict):
        return part
    others = part.pop("additionalProperties", False)
    return {**part, "required": part.get("required", list(part["properties"])), "additionalProperties": others}


def _references(part: object) -> Iterator[str]:
    """Yield the names of the shared definitions that a part of a schema refers to."""
    if isinstance(part, dict):
        named = part.get("$ref")
        if isinstance(named, str):
            yield named.removeprefix(_REFERENCE)
        for one in part.values():
            yield from _references(one)
    elif isinstance(part, list):
        for one in part:
            yield from _references(one)
