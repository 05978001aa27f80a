"""What people read is plain English: no phrase that readers have to translate, in pages, help texts or messages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from rulelang.cli.program import COMMANDS, rulelang
from tests.docs.pages import FENCE, ROOT, pages

BANNED = (
    "who has never",
    "told apart",
    "comes of",
    "comes about",
    "comes to the same",
    "if nothing is said",
    "it is made where there is none",
    "rulesets there are",
    "in the place of",
    "stands there already",
    "that stand in",
    "gist",
    "hangs on",
    "hang on one",
    "mend",
    "mended",
    "slip of the pen",
    "says otherwise",
    "comes out otherwise",
    "determined otherwise",
    "judges",
    "judged",
    "nobody can tell",
    "worked out anew",
    "may be given several times",
)
"""Phrases that were replaced; what a reader understands at once is beside them in docs/contributing.md."""

PHRASE = re.compile(rf"\b(?:{'|'.join(map(re.escape, BANNED))})\b", re.IGNORECASE)

ALSO = ("CONTRIBUTING.md", "SECURITY.md", "llms.txt")
HISTORY = ROOT / "docs" / "changelog.md"
"""What was said of earlier versions stays as it was said."""

WORDED = sorted((ROOT / "rulelang" / "diagnostics" / "catalogue").glob("*.py"))


def read_pages() -> list[Path]:
    return [*(page for page in pages() if page != HISTORY), *(ROOT / name for name in ALSO)]


def prose(text: str) -> str:
    """Return a page without its fenced blocks, code and link targets, as one line."""
    return " ".join(re.sub(r"`[^`]*`|\]\([^)]*\)", "", FENCE.sub("", text)).split())


def said(path: Path) -> Iterator[str]:
    """Yield the texts of a module of the catalogue, without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    explained = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained:
            yield node.value


@pytest.mark.parametrize("page", read_pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_is_plain_english(page: Path) -> None:
    assert PHRASE.findall(prose(page.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_is_plain_english(name: str) -> None:
    command = rulelang.get_command(click.Context(rulelang), name)
    assert command is not None
    helped = [one.help or "" for one in command.params if isinstance(one, click.Option)]
    assert PHRASE.findall(" ".join([command.help or "", command.short_help or "", *helped])) == []


@pytest.mark.parametrize("module", WORDED, ids=lambda path: path.stem)
def test_messages_are_plain_english(module: Path) -> None:
    assert PHRASE.findall(" ".join(said(module))) == []


def test_a_banned_phrase_is_found_over_lines_and_not_in_code() -> None:
    assert PHRASE.findall(prose("Sizes are told\napart here.")) == ["told apart"]
    assert PHRASE.findall(prose("See `told apart`.\n\n```text\ntold apart\n```\n")) == []
    assert PHRASE.findall("amend, recommend, register") == []
