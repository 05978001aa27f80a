"""Files and functions stay short, and public names say what they promise."""

from __future__ import annotations

import ast

import pytest

from tests.structure.python_files import functions, length, module_name, parse, sources, undocumented

FILE_LINES = 450
FUNCTION_LINES = 50
# A message says itself what it says, and a method that builds a node is named after its rule of the grammar.
SPEAK_FOR_THEMSELVES = ("rulelang.diagnostics.catalogue.", "rulelang.syntax.build")
LOOSE_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "base", "misc"}


def test_no_file_is_over_its_budget() -> None:
    sizes = {module_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: size for name, size in sizes.items() if size > FILE_LINES} == {}


@pytest.mark.slow
def test_no_function_is_over_its_budget() -> None:
    found = {f"{module_name(path)}.{item.name}": length(item) for path in sources() for item in functions(parse(path))}
    assert {name: size for name, size in found.items() if size > FUNCTION_LINES} == {}


def test_public_names_are_documented() -> None:
    spoken = [path for path in sources() if not module_name(path).startswith(SPEAK_FOR_THEMSELVES)]
    assert [f"{module_name(path)}.{name}" for path in spoken for name in undocumented(parse(path))] == []


def test_modules_are_documented() -> None:
    silent = [module_name(path) for path in sources() if path.stat().st_size and not ast.get_docstring(parse(path))]
    assert silent == []


def test_no_file_has_a_loose_name() -> None:
    assert [str(path) for path in sources() if path.stem.strip("_") in LOOSE_NAMES] == []


def test_a_docstring_does_not_count_and_a_signature_does() -> None:
    text = 'def f(\n    a,\n):\n    """Say.\n\n    More.\n    """\n    b = a\n    return b\n'
    [function] = functions(ast.parse(text))
    assert length(function) == 5


@pytest.mark.parametrize(
    "text, names",
    [
        ("def f(): return 1", ["f"]),
        ("def _f(): return 1", []),
        ("class A:\n    'Doc.'\n    def g(self): return 1\n    def __h(self): return 1", ["A.g"]),
        ("class A:\n    'Doc.'\n    def g(self): ...", []),
        ("def f():\n    'Doc.'", []),
    ],
)
def test_a_missing_docstring_is_found(text: str, names: list[str]) -> None:
    assert list(undocumented(ast.parse(text))) == names
