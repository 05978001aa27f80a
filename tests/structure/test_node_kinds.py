"""Which modules distinguish the kinds of nodes of the evaluation tree; all others ask `core.tree` and `core.types`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, get_args

from rulelang.core import tree
from tests.structure.python_files import module_name, parse, sources

KINDS = {kind.__name__ for kind in get_args(tree.Node)}
"""The kinds of nodes by name."""

MAY_DISTINGUISH = {
    "rulelang.core.tree": "answers questions about a node",
    "rulelang.core.types": "answers questions about the value of a node",
    "rulelang.compiler.lint": "compares conditions by how they are made",
    "rulelang.engine.meaning": "gives each kind its meaning on columns, and says what could settle it",
    "rulelang.engine.trace": "reads an evaluation from a node down",
    "rulelang.engine.level_reasons": "words why a level is missing by each kind",
    "rulelang.engine.table.lower": "gives each kind its meaning in SQL",
    "rulelang.reasoning.moves": "says how each kind moves with a number",
    "rulelang.reasoning.opened": "opens what numbers decide, by each kind",
    "rulelang.reasoning.rule_parts": "takes the text of a rule apart",
}


MOST: Final = 10
"""In how many modules a new kind of node may have to be thought of."""


def kinds_distinguished(module: ast.Module, *, is_tree: bool = False) -> Iterator[str]:
    """Yield the kinds that a module matches against or tests with `isinstance`."""
    named, trees = {kind: kind for kind in KINDS if is_tree}, set[str]()
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module == "rulelang.core.tree":
            named |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name in KINDS}
        elif isinstance(node, ast.ImportFrom) and node.module == "rulelang.core":
            trees |= {alias.asname or alias.name for alias in node.names if alias.name == "tree"}
    for node in ast.walk(module):
        tested: list[ast.expr] = []
        if isinstance(node, ast.MatchClass):
            tested = [node.cls]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            tested = [one for one in ast.walk(node.args[1]) if isinstance(one, ast.Name | ast.Attribute)]
        for one in tested:
            if isinstance(one, ast.Name) and one.id in named:
                yield named[one.id]
            elif isinstance(one, ast.Attribute) and ast.unparse(one.value) in trees and one.attr in KINDS:
                yield one.attr


def test_few_modules_distinguish_kinds_of_nodes() -> None:
    found = {
        module_name(path): set(kinds_distinguished(parse(path), is_tree=path.name == "tree.py")) for path in sources()
    }
    assert {name for name, kinds in found.items() if kinds} <= set(MAY_DISTINGUISH)


def test_every_module_that_may_is_there_and_they_are_few() -> None:
    assert set(MAY_DISTINGUISH) <= {module_name(path) for path in sources()}
    assert len(MAY_DISTINGUISH) <= MOST


def test_a_module_that_distinguishes_kinds_is_found() -> None:
    by_name = "from rulelang.core.tree import Get as Field\nisinstance(node, (Field, str))"
    by_module = "from rulelang.core import tree as core\nmatch node:\n    case core.Fold():\n        pass"
    assert [*kinds_distinguished(ast.parse(by_name))] == ["Get"]
    assert [*kinds_distinguished(ast.parse(by_module))] == ["Fold"]


def test_a_module_that_makes_nodes_distinguishes_none() -> None:
    text = "from rulelang.core.tree import Const, is_call\nis_call(node, 'and')\nConst(isinstance(value, str))"
    assert [*kinds_distinguished(ast.parse(text))] == []
