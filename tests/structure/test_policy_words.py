"""The engine knows nothing of one state: its words and columns stand in the vocabulary file, never in Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.python_files import ROOT, module_name, parse, sources

VOCABULARY = ROOT / "rulesets" / "vocabulary.rules"
# Words of the vocabulary's own language, which Python must know to read it.
WORDS_OF_THE_LANGUAGE = {
    "(blank)",
    "ALL",  # a word of the grammar too
    "{year}",
    "best level first",
    "color",
    "criteria",
    "county",
    "Dashboard year",
    "determination",
    "higher",
    "indicator",
    "indicators",
    "label",
    "LEA code",
    "LEA name",
    "lower",
    "method",
    "not rated",
    "priorities",
    "priorities of the student group",
    "priority",
    "referral",
    "student group",
    "students",
    "test",  # a command
}
# The columns of the results, which other tools rely on.
COLUMNS_OF_THE_RESULTS = {"CDS", "cds", "lea", "county", "kind", "year", "determination", "methods", "rating"}


def words_of_policy(vocabulary: str) -> set[str]:
    """Return the names, codes, columns and file names that stand in the tables of a vocabulary."""
    rows = [line.strip() for line in vocabulary.splitlines()]
    heads = {
        number for number, line in enumerate(rows) if line.startswith("|") and not rows[number - 1].startswith("|")
    }
    cells = (
        word.strip()
        for number, line in enumerate(rows)
        if line.startswith("|") and number not in heads
        for cell in line.strip("|").split("|")
        for word in cell.split(",")
    )
    return {word for word in cells if len(word) > 1 and not word.isdigit()}


def policy_words_in(tree: ast.Module, words: set[str]) -> Iterator[tuple[int, str]]:
    """Yield the line and text of every string that is a word of the policy; docstrings may name examples."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docstrings:
            continue
        if node.value.strip() in words:
            yield node.lineno, node.value


WORDS = words_of_policy(VOCABULARY.read_text(encoding="utf-8")) - WORDS_OF_THE_LANGUAGE - COLUMNS_OF_THE_RESULTS


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_no_word_of_the_policy_stands_in_python(path: Path) -> None:
    assert list(policy_words_in(parse(path), WORDS)) == []


def test_the_words_are_those_of_the_vocabulary() -> None:
    assert {"Red", "Very High", "ELA", "studentgroup", "school district", "Method 1", "Assistance_Status"} <= WORDS


@pytest.mark.parametrize("text", ['level = "Red"', "column = 'studentgroup'", "if kind == 'charter school': pass"])
def test_a_word_of_the_policy_is_found(text: str) -> None:
    assert list(policy_words_in(ast.parse(text), WORDS)) != []


@pytest.mark.parametrize("text", ['"""Red"""', 'x = "level"', "redder = 1"])
def test_other_words_are_no_fault(text: str) -> None:
    assert list(policy_words_in(ast.parse(text), WORDS)) == []
