"""The JSON Schemas of what rulelang writes, which lie beside the code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rulelang.diagnostics.arguments import named

_FOLDER = Path(__file__).resolve().parent.parent / "schemas"
_SHARED = "definitions"
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
    dialect = found.pop("$schema")
    whole = {"$schema": dialect, "$id": f"{ID}{found['title']}", **found}
    return {**whole, "$defs": {one: used[one] for one in sorted(used)}} if used else whole


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


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
