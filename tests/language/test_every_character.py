"""Nothing that is written is dropped unread: the words of a line cover it, and a number is all of its digits."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rulelang.diagnostics.dates import date_in
from rulelang.diagnostics.source import Source
from rulelang.syntax.amounts import UNCLEAR, amount, amounts_meant, date_meant
from rulelang.syntax.keywords import NUMBER_WORDS
from rulelang.syntax.lex import lex_line
from rulelang.syntax.lexicon import fold
from rulelang.syntax.tokens import Token
from tests.language.words import WORDS
from tests.strategies.effort import effort

PIECES = [
    *(
        "$",
        "$ ",
        "€",
        "60",
        "1,000",
        "5.0",
        ".50",
        "2/3",
        "007",
        "12345678901",
        "k",
        "K",
        "m",
        "e3",
        "abc",
        "_",
        "½",
        "²",
        "٣",
    ),
    *("2025-03-01", "2025-3-1", "March 1, 2025", "Jan. 1, 2025", "1 May 2025", "T00", "1st", "percentile", "thousand"),
    *("%", "-", "−", "+", ".", ",", "'", "’", '"', "“", "(", ")", ":", ";", "*", "→", "->", "|", " ", " ", " ", "\t"),
    *("Red", "ELA", "on", "and", "is below", "4a", "4a:", "Not Met", "two", "twenty-two", "add", "# a note"),
]
LINES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
SILENT = re.compile(r"[\s#`]|\*\*")
"""What may be between the words of a line: spaces, and signs of Markdown."""


def lexed(line: str) -> tuple[list[Token], str]:
    """Return the tokens of a line, and what is of none of them, nor of a comment, nor the colon of `4a.:`."""
    tokens, comments = lex_line(line, 0, WORDS, Source("", line))
    rest = list(line)
    labels = [
        (one.end, one.end + 1) for one in tokens if one.terminal == "LABEL" and line[one.end : one.end + 1] in ":)"
    ]
    for start, end in (
        labels + [(one.start, one.end) for one in tokens] + [(one.span.start, one.span.end) for one in comments]
    ):
        rest[start:end] = " " * (end - start)
    return tokens, "".join(rest)


def number_as_written(token: Token, text: str) -> bool:
    """Return whether the value of a number is all that is written in its place, and not a part of it."""
    if token.terminal in ("NUMBER", "DECIMAL") and fold(text) not in NUMBER_WORDS:
        return token.value == text or re.fullmatch(rf"{token.value}(st|nd|rd|th)", text) is not None
    if token.terminal == "DOLLARS":
        return token.value == text.removeprefix("$").lstrip().replace(",", "")
    if token.terminal == "DATE":
        return token.value == " ".join(text.split())
    return True


@effort(400)
@given(line=LINES)
@example(line="d is below $60k")
@example(line="d is below $1,000abc")
@example(line="d is below $5_")
@example(line="d is below 2025-03-01-02")
@example(line="2025-03-01.50")
@example(line="March 1, 2025.50")
def test_words_cover_their_line_and_numbers_their_words(line: str) -> None:
    tokens, rest = lexed(line)
    assert SILENT.sub("", rest) == "", tokens
    assert all(one.end <= other.start for one, other in pairwise(tokens))
    cut = [token for token in tokens if not number_as_written(token, line[token.start : token.end])]
    assert cut == []


def test_a_number_that_is_cut_would_be_seen() -> None:
    assert not number_as_written(Token("DOLLARS", "60", 0, 4, Source("", "")), "$60k")
    assert not number_as_written(Token("DATE", "2025-03-01", 0, 13, Source("", "")), "2025-03-01-02")
    assert number_as_written(Token("DOLLARS", "1000", 0, 6, Source("", "")), "$1,000")


@pytest.mark.parametrize(
    "written, meant",
    [
        ("$60k", "$60,000"),
        ("$5e3", "$5,000"),
        ("$.50", "$0.50"),
        ("$1.5m", "$1,500,000"),
        ("$1.5 million", "$1,500,000"),
        ("$60.000,00", "$60,000"),
        ("$60.000,25", "$60,000.25"),
        ("$1.000.000", "$1,000,000"),
        ("$1'000", "$1,000"),
        ("$60,00", "$60 or $6,000"),
        ("$1,00,000", ""),
        ("$1,000abc", ""),
        ("$٣", ""),
        ("5 thousand", "5000"),
        ("1.5 Million", "1500000"),
    ],
)
def test_an_unclear_amount_is_read_as_a_whole(written: str, meant: str) -> None:
    assert amount(f"{written} and", 0) == ("UNCLEAR", written, len(written))
    assert " or ".join(amounts_meant(written)) == meant


@pytest.mark.parametrize(
    "written, meant",
    [
        ("Jan 1, 2025", "January 1, 2025"),
        ("Sept. 1 2025", "September 1, 2025"),
        ("March 1st, 2025", "March 1, 2025"),
        ("01 May 2025", "May 1, 2025"),
        ("2025-03-01T00", None),
        ("2025-03-011", None),
        ("March 1, 20255", None),
    ],
)
def test_an_unclear_date_is_read_as_a_whole(written: str, meant: str | None) -> None:
    assert amount(f"{written} and", 0) == ("UNCLEAR_DATE", written, len(written))
    assert date_meant(written) == meant


@pytest.mark.parametrize("written", ["$60", "$ 60", "$1,000.50", "$0.5", "2025-03-01", "March 1,2025", "may 31, 2025"])
def test_an_amount_in_full_is_clear_whatever_comes_behind_it(written: str) -> None:
    for behind in ("", " and", ".", ", or", ")", "→"):
        found = amount(f"{written}{behind}", 0)
        assert found is not None
        assert found[0] not in UNCLEAR
        assert found[2] == len(written)


@effort(100)
@given(thousands=st.integers(1, 999_999), cents=st.integers(0, 99))
def test_what_may_be_meant_is_an_amount_that_rules_can_read(thousands: int, cents: int) -> None:
    for text in (f"${thousands}k", f"${thousands},{cents:02}", f"${thousands}.{cents:02}m"):
        for meant in amounts_meant(text):
            found = amount(meant, 0)
            assert found is not None
            assert (found[0], found[2]) == ("DOLLARS", len(meant))
    [meant] = amounts_meant(f"${thousands}.{cents:02}k")
    assert Fraction(meant.removeprefix("$").replace(",", "")) == thousands * 1000 + cents * 10


def test_what_may_be_meant_by_a_date_is_a_date() -> None:
    assert date_in(date_meant("1 Feb 2024") or "") == date_in("2024-02-01")
