"""The arrows between the layers, read from the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache

import pytest

from tests.structure.python_files import Import, imports, module_name, parse, sources

# Each layer, and the layers below it that it may import. Nothing else of the package is open to it.
MAY_IMPORT = {
    "cache": set(),
    "plugins": set(),
    "whole_files": set(),
    "diagnostics": set(),
    "syntax": {"diagnostics"},
    "core": {"diagnostics"},
    "compiler": {"plugins", "whole_files", "diagnostics", "syntax", "core"},
    "engine": {"diagnostics", "core"},
    "reasoning": {"diagnostics", "core", "engine"},
    "data": {"cache", "plugins", "whole_files", "diagnostics", "core"},
    "analysis": {"cache", "diagnostics", "core", "compiler", "engine", "reasoning", "data"},
    "report": {"diagnostics", "core", "engine", "data"},
    "dmn": {"diagnostics", "core"},
    "studio": {
        "version",
        "diagnostics",
        "core",
        "compiler",
        "engine",
        "reasoning",
        "data",
        "analysis",
        "report",
        "services",
    },
    "facade": {
        "version",
        "cache",
        "diagnostics",
        "syntax",
        "core",
        "compiler",
        "engine",
        "reasoning",
        "data",
        "analysis",
    },
    "services": {"diagnostics", "syntax", "core", "compiler", "engine", "data", "analysis"},
    "lsp": {"version", "diagnostics", "core", "compiler", "engine", "analysis", "services"},
    "version": set(),
    "cli": {
        "version",
        "dmn",
        "plugins",
        "whole_files",
        "services",
        "lsp",
        "diagnostics",
        "core",
        "compiler",
        "engine",
        "reasoning",
        "data",
        "analysis",
        "report",
        "studio",
    },
}
# Heavy libraries that one function at the edge may import when it needs them.
HEAVY = {
    "lark",
    "pysat",
    "rich",
    "pyarrow",
    "xlsxwriter",
    "python_calamine",
    "xlrd",
    "typst",
    "pptx",
    "importlib.metadata",
}
# What compiles rules needs a parser, which a ruleset that is remembered does not wait for.
COMPILING = {"rulelang.compiler.load", "rulelang.diagnostics.render"}
# The launcher is run by `python -m rulelang` and stands beside the facade.
LAUNCHER = "rulelang.__main__"


def layer_of(module: str) -> str:
    parts = module.split(".")
    if module == LAUNCHER:
        return "cli"
    return parts[1] if len(parts) > 1 and parts[1] in MAY_IMPORT else "facade"


def wrong_arrows(module: str, found: Iterable[Import]) -> list[str]:
    layer = layer_of(module)
    return [
        f"{module}:{item.line} imports {item.module}"
        for item in found
        if item.module.split(".")[0] == "rulelang"
        and layer_of(item.module) != layer
        and layer_of(item.module) not in MAY_IMPORT[layer]
    ]


def hidden_imports(module: str, found: Iterable[Import]) -> list[str]:
    if layer_of(module) in ("cli", "facade"):
        return []  # ruff says which files may import when they run; the arrows hold for them all the same
    allowed = HEAVY | COMPILING if layer_of(module) == "analysis" else HEAVY
    return [
        f"{module}:{item.line} imports {item.module} inside a function"
        for item in found
        if item.in_function and not {item.module, item.module.split(".")[0]} & allowed
    ]


def cycles(graph: Mapping[str, set[str]]) -> list[str]:
    """Return the modules that import themselves by way of others."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = set(graph.get(start, ()))
        while waiting:
            module = waiting.pop()
            seen.add(module)
            waiting |= graph.get(module, set()) - seen
        return seen

    return sorted(module for module in graph if module in reached(module))


@cache
def found_imports() -> dict[str, list[Import]]:
    modules = frozenset(map(module_name, sources()))
    return {module_name(path): list(imports(parse(path), modules)) for path in sources()}


def test_imports_go_down_only() -> None:
    assert [arrow for module, found in found_imports().items() for arrow in wrong_arrows(module, found)] == []


def test_imports_stand_at_the_head_of_a_file() -> None:
    assert [place for module, found in found_imports().items() for place in hidden_imports(module, found)] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert cycles({module: {item.module for item in found} for module, found in found_imports().items()}) == []


def test_only_syntax_knows_the_parser_library() -> None:
    importers = {
        module for module, found in found_imports().items() for item in found if item.module.split(".")[0] == "lark"
    }
    assert {layer_of(module) for module in importers} <= {"syntax"}


@pytest.mark.parametrize("library", ["click", "rich"])
def test_only_the_command_line_knows_the_terminal(library: str) -> None:
    importers = {
        module for module, found in found_imports().items() for item in found if item.module.split(".")[0] == library
    }
    assert {layer_of(module) for module in importers} == {"cli"}


def test_every_layer_is_judged() -> None:
    assert {layer_of(module) for module in found_imports()} == set(MAY_IMPORT)


@pytest.mark.parametrize(
    "module, text",
    [
        ("rulelang.core.tree", "from rulelang.syntax import tree"),
        ("rulelang.syntax.parse", "import rulelang.core.tree"),
        ("rulelang.engine.evaluate", "from rulelang.compiler.resolve import resolve"),
        ("rulelang.data.read", "def read():\n    from rulelang.engine import record"),
        ("rulelang.diagnostics.source", "from rulelang import load"),
        ("rulelang.analysis.summary", "from rulelang.cli import main"),
    ],
)
def test_a_wrong_arrow_is_found(module: str, text: str) -> None:
    modules = frozenset({"rulelang.syntax.tree", "rulelang.engine.evaluate"})
    assert wrong_arrows(module, imports(ast.parse(text), modules)) != []


def test_an_arrow_down_is_no_fault() -> None:
    assert wrong_arrows("rulelang.compiler.resolve", imports(ast.parse("from rulelang.core import tree"))) == []


def test_a_hidden_import_is_found_unless_it_is_a_heavy_library() -> None:
    text = "def read():\n    import {}\n"
    assert hidden_imports("rulelang.data.read", imports(ast.parse(text.format("json")))) != []
    assert hidden_imports("rulelang.data.read", imports(ast.parse(text.format("pyarrow.parquet")))) == []


def test_a_cycle_is_found() -> None:
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]
