"""Every mistake is found in its place, with every other one in the file, and told in plain words."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import attrs
import pytest

from rulelang.core import record, ruleset, tree, vocabulary
from rulelang.diagnostics.diagnostic import Diagnostic, in_order
from rulelang.diagnostics.render import render_all
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.parse import grammar_words
from tests.language.snippets import HERE, Snippet, announced, check, snippets
from tests.structure.python_files import parse
from tests.structure.test_messages import CATALOGUE, MADE_FROM_A_SORT, codes

BAD = sorted((HERE / "bad").glob("*.rules"))
GIVEN = [(path, snippet) for path in BAD for snippet in snippets(path.read_text(encoding="utf-8").split("---- ")[0])]
AREAS = ("text", "names", "meaning", "ambiguity", "years", "vocabulary")
OF_TABLES_AND_NUMBERS = {"stray-table-row", "no-table-below", "unclear-numeral", "unread-number"}
"""Codes about sentences on levels that cannot be parsed, which a small vocabulary has too."""

ABOUT_PATHS = {"cannot-open", "unknown-ruleset", "no-levels-of-year"}
"""Codes about files that are there or not, which test_files.py and analysis/test_levels_of_a_year.py have."""


def _titles() -> list[str]:
    return [f"{path.stem}: {snippet.title}" for path, snippet in GIVEN]


@pytest.mark.parametrize("snippet", [snippet for _, snippet in GIVEN], ids=_titles())
def test_each_mistake_is_found_in_its_place_and_no_other(
    snippet: Snippet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = check(snippet)
    unannounced = list(found)
    for wanted in snippet.wanted:
        match = next((one for one in unannounced if announced(one, wanted)), None)
        assert match is not None, f"{wanted}\n\n{render_all(found)}"
        unannounced.remove(match)
    assert snippet.wanted
    assert unannounced == [], render_all(unannounced)
    assert found == in_order(found)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_messages_look_as_they_should(
    path: Path, golden: Callable[[Path, Callable[[str], str]], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(text: str) -> str:
        parts = []
        for number, snippet in enumerate(snippets(text)):
            folder = tmp_path / str(number)
            folder.mkdir()
            monkeypatch.chdir(folder)
            parts.append(f"--- {snippet.title}\n{render_all(check(snippet), width=100)}\n")
        return "\n".join(parts)

    golden(path, drawn)


def test_every_code_of_rule_text_has_a_mistake_here() -> None:
    of_areas = {code for area in AREAS for code in codes(parse(CATALOGUE / f"{area}.py"))}
    known = of_areas | MADE_FROM_A_SORT | OF_TABLES_AND_NUMBERS
    shown = {wanted.code for _, snippet in GIVEN for wanted in snippet.wanted}
    assert known - shown - ABOUT_PATHS == set()
    assert shown - known == set()


# ---- plain words ----


@cache
def internal_names() -> frozenset[str]:
    """Return every name of ours that people must never read: classes of the trees, words of the grammar, Python's."""
    modules = (syn, tree, ruleset, record, vocabulary)
    classes = {name for module in modules for name, kind in vars(module).items() if attrs.has(kind)}
    python = {name for name, kind in vars(builtins).items() if str(kind).endswith(("Error'>", "Exception'>"))}
    return frozenset(classes | python | grammar_words() | {"None", "Traceback", "lark", "attrs", "Python", "LALR"})


def said(diagnostic: Diagnostic) -> Iterator[str]:
    yield diagnostic.message
    yield from (label.text for label in diagnostic.labels)
    yield from filter(None, [diagnostic.help, *diagnostic.notes])


def inner_words(text: str) -> set[str]:
    """Return the names of ours in a message, outside the words it quotes."""
    return set(re.findall(r"[\w.]+", re.sub(r"`[^`]*`", "", text))) & internal_names()


@pytest.mark.parametrize("snippet", [snippet for _, snippet in GIVEN], ids=_titles())
def test_messages_are_plain(snippet: Snippet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for diagnostic in check(snippet):
        for text in said(diagnostic):
            assert inner_words(text) == set()
            assert "\n" not in text
        assert diagnostic.message[0].islower() or diagnostic.message.startswith("`")
        assert not diagnostic.message.endswith(".")
        assert all(_inside(label.span) for label in diagnostic.labels)


def _inside(span: Span) -> bool:
    return 0 <= span.start <= span.end <= len(span.source.text)


def test_our_own_names_would_be_seen() -> None:
    assert inner_words("expected UNKNOWN_LEVEL after LevelTest") == {"UNKNOWN_LEVEL", "LevelTest"}
    assert inner_words("a `Rule` is quoted") == set()


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_whoever_names_something_unknown_is_told_what_there_is(path: Path) -> None:
    drawn = path.read_text(encoding="utf-8").split("---- output ----")[1].split("\n\n")
    unknown = [one for one in drawn if re.search(r"^error\[(unknown|no-such|misspelt)", one, re.MULTILINE)]
    assert [one for one in unknown if "= help: " not in one] == []
