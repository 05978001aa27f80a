"""Only the command line prints or chooses exit codes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.python_files import PACKAGE, ROOT, module_name, parse, sources

WAYS_OUT = {"sys.exit", "sys.stdout", "sys.stderr", "os._exit", "print", "exit", "quit", "SystemExit", "input"}


def ways_out(tree: ast.Module) -> Iterator[str]:
    """Yield the names by which a module prints or ends the process."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in WAYS_OUT:
            yield ast.unparse(node)


@pytest.mark.parametrize("path", [path for path in sources() if PACKAGE / "cli" not in path.parents], ids=module_name)
def test_only_the_command_line_prints_or_exits(path: Path) -> None:
    assert list(ways_out(parse(path))) == []


def test_the_launcher_only_starts_the_command_line() -> None:
    assert len((ROOT / "cli.py").read_text(encoding="utf-8").splitlines()) <= 10


@pytest.mark.parametrize(
    "text", ["print(1)", "import sys\nsys.exit(2)", "raise SystemExit(1)", "sys.stdout.write('a')"]
)
def test_printing_is_found(text: str) -> None:
    assert list(ways_out(ast.parse(text))) != []


def test_a_word_that_only_looks_like_it_is_no_fault() -> None:
    assert list(ways_out(ast.parse("blueprint(1)\nself.exit(2)\n"))) == []
