"""What the structure tests ask of Python files: their imports, functions and names, read without running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "rulelang"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@frozen
class Import:
    """One module that a file imports: at its head, or inside a function."""

    module: str
    line: int
    in_function: bool


def sources() -> list[Path]:
    """Return every Python file of the package, in order of path."""
    return sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """Return the dotted name of a file of the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def parse(path: Path) -> ast.Module:
    """Return the syntax tree of a file, which all tests share."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(tree: ast.Module, modules: frozenset[str] = frozenset()) -> Iterator[Import]:
    """Yield what a tree imports; `from a import b` is module a.b where `modules` has such a module, otherwise a."""
    yield from _imports(tree, modules, in_function=False)


def _imports(node: ast.AST, modules: frozenset[str], *, in_function: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        for name in _imported(child, modules):
            yield Import(name, getattr(child, "lineno", 0), in_function)
        inside = in_function or isinstance(child, Function | ast.Lambda)
        yield from _imports(child, modules, in_function=inside)


def _imported(node: ast.AST, modules: frozenset[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        home = node.module or ""
        for alias in node.names:
            inner = f"{home}.{alias.name}"
            yield inner if inner in modules else home


def functions(tree: ast.Module) -> Iterator[Function]:
    """Yield every function and method, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    """Return how many lines a function has, its decorators and docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body:
        return 1
    signature = function.body[0].lineno - function.lineno
    return signature + (body[-1].end_lineno or 0) - body[0].lineno + 1


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Yield the public functions, classes and methods of a module that have no docstring."""
    return _undocumented(tree.body, "")


def _undocumented(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    for node in body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None and not _is_protocol_member(node):
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(node.body, f"{prefix}{node.name}.")


def _is_protocol_member(node: ast.AST) -> bool:
    """Return whether a function is only `...`, as a protocol or an overload has them."""
    return isinstance(node, Function) and len(node.body) == 1 and ast.unparse(node.body[0]) == "..."
