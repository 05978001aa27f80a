"""No binary floating point number has a part in what decides: see docs/explanation/exact-numbers.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.python_files import PACKAGE, parse

DECIDING = ("core", "compiler", "engine", "analysis")
FILES = [path for folder in DECIDING for path in sorted((PACKAGE / folder).rglob("*.py"))]


def floats(tree: ast.Module) -> Iterator[int]:
    """Yield the lines on which a floating point number is written, named, or made by dividing with `/`."""
    for node in ast.walk(tree):
        written = isinstance(node, ast.Constant) and isinstance(node.value, float)
        named = isinstance(node, ast.Name) and node.id == "float"
        divided = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _is_path(node)
        if written or named or divided:
            yield getattr(node, "lineno", 0)


def _is_path(division: ast.BinOp) -> bool:
    """Return whether a `/` joins the name of a file to a folder: it does where text or a capital name stands right."""
    right = division.right
    of_text = isinstance(right, ast.JoinedStr) or (isinstance(right, ast.Constant) and isinstance(right.value, str))
    return of_text or (isinstance(right, ast.Name) and right.id.isupper())


def test_there_are_files_to_read() -> None:
    assert len(FILES) > 20


@pytest.mark.parametrize("path", FILES, ids=lambda path: Path(path).relative_to(PACKAGE).as_posix())
def test_what_decides_has_no_floating_point(path: Path) -> None:
    assert list(floats(parse(path))) == []


@pytest.mark.parametrize("text", ["x = 0.5", "x: float = y", "x = float(y)", "x = a / b"])
def test_floating_point_is_found(text: str) -> None:
    assert list(floats(ast.parse(text))) == [1]


@pytest.mark.parametrize("text", ["x = folder / 'file'", "x = folder / NAME", "x = Fraction(1, 2)", "x = a // b"])
def test_what_is_none_is_left_alone(text: str) -> None:
    assert list(floats(ast.parse(text))) == []
