"""Classes of plain data have the text of attrs' own, which is written once for all of them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import attrs
import pytest

from rulelang.diagnostics import plain_data
from tests.structure.python_files import PACKAGE, module_name, parse, sources

APART = {PACKAGE / "plugins.py", PACKAGE / "diagnostics" / "plain_data.py"}
"""What imports nothing of ours, and the module itself."""


@pytest.mark.parametrize("name", ["define", "frozen"])
@pytest.mark.parametrize("options", [{}, {"eq": False}, {"slots": False}, {"repr": False}])
def test_the_text_is_that_of_attrs(name: str, options: dict[str, bool]) -> None:
    shown = []
    for decorator in (getattr(attrs, name), getattr(plain_data, name)):

        @decorator(**options)
        class One:
            inner: object
            text: str = "a"
            hidden: int = attrs.field(default=1, repr=False)
            _private: tuple[int, ...] = ()

        @decorator(**options)
        class Other(One):
            more: int = 2

        one: Any = One  # what checks types knows nothing of a decorator by name
        other: Any = Other
        made = (one(None), other(one({1: "b"})), [one(one(2))])
        shown.append([repr(each).partition(" at 0x")[0] for each in made])
    assert shown[0] == shown[1]


def test_a_class_with_its_own_text_keeps_it() -> None:
    @plain_data.frozen
    class Own:
        one: int

        def __repr__(self) -> str:
            return "own"

    assert repr(Own(1)) == "own"


@pytest.mark.parametrize("path", [path for path in sources() if path not in APART], ids=module_name)
def test_no_other_module_takes_them_from_attrs(path: Path) -> None:
    found = [node for node in ast.walk(parse(path)) if isinstance(node, ast.ImportFrom) and node.module == "attrs"]
    assert not {alias.name for node in found for alias in node.names} & {"define", "frozen", "mutable"}
