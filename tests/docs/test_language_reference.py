"""The reference of the language knows every keyword, every number word and every sign the language has."""

from __future__ import annotations

import pytest

from rulelang.syntax.errors import DEEPEST
from rulelang.syntax.keywords import ALSO_SAID, KEYWORDS, NUMBER_WORDS
from rulelang.syntax.lexicon import ATOM
from rulelang.syntax.plain_text import LARGEST_FILE
from rulelang.syntax.statements import CARRIES_ON
from tests.docs.grammar_page import PAGE as GRAMMAR_PAGE
from tests.docs.grammar_page import page
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "reference" / "language.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## Every keyword")[2]
SPELLINGS = [spelling for spellings in KEYWORDS.values() for spelling in spellings]


@pytest.mark.parametrize(
    "spelling",
    [*SPELLINGS, min(NUMBER_WORDS, key=NUMBER_WORDS.__getitem__), max(NUMBER_WORDS, key=NUMBER_WORDS.__getitem__)],
)
def test_every_keyword_is_in_the_table(spelling: str) -> None:
    assert f"`{spelling}`" in TABLE


def listed_in(table: str) -> list[str]:
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [spelling.strip().strip("`") for row in rows for spelling in row.split("`, `")]


def test_the_table_has_every_word_and_none_that_is_none() -> None:
    assert listed_in(TABLE) == SPELLINGS


def test_the_table_of_what_is_also_said_is_whole() -> None:
    table = PAGE.partition("| also said | kept as |")[2].partition("## ")[0]
    assert listed_in(table) == [spelling for spellings in ALSO_SAID.values() for spelling in spellings]


@pytest.mark.parametrize("arrow", ["→", "->", "=>", "–>", "—>", "⇒", "⟶", "➔", "➜"])
def test_every_arrow_on_the_page_is_one(arrow: str) -> None:
    match = ATOM.fullmatch(arrow)
    assert match is not None
    assert match.lastgroup == "ARROW"
    assert f"`{arrow}`" in PAGE


@pytest.mark.parametrize("keyword", ["AND", "OR", "UNLESS", "ON", "IN", "EXCEPT_FOR", "BUT", "COMMA", "ARROW"])
def test_the_page_says_which_words_carry_a_sentence_on(keyword: str) -> None:
    assert keyword in CARRIES_ON


def test_the_limits_are_those_of_the_program() -> None:
    limits = PAGE.partition("## Limits")[2].partition("##")[0]
    assert f"{LARGEST_FILE / 1e3:.0f} kB" in limits
    assert f"at most {DEEPEST} deep" in limits


def test_the_page_of_the_grammar_is_that_of_the_grammar() -> None:
    assert GRAMMAR_PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.docs.grammar_page`"
