"""The words a rule file may use: the vocabulary's names, which come first, and the language's own keywords.

Both are phrases of one or more atoms (words, digits, punctuation), matched without regard to case and spacing, longest
first. A name wins over a keyword, so that `Not Met for Two or More Years` is one level, although it holds an `or`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from attrs import define, field, frozen

ATOM: Final = re.compile(
    r"(?P<ARROW>→|[-–—]{1,2}>|=>|⇒|⟶|➔|➜|\uf0e0)"
    r"|(?P<STRING>[\"“”„‟«»][^\"“”„‟«»\n]*[\"“”„‟«»]?)"
    r"|(?P<COMMENT>\#.*)"
    r"|(?P<WORD>\d+(?:\.\d+)+|\w+(?:['’]\w+)*)"
    r"|(?P<MARK>\S)"
)
"""One atom of a line. An arrow may be any of the forms that keyboards and word processors make of it."""


@frozen
class Phrase:
    """What a phrase stands for: the terminal of the grammar, and the name as the vocabulary writes it."""

    terminal: str
    name: str


@define
class _Node:
    phrase: Phrase | None = None
    next: dict[str, _Node] = field(factory=dict)


class Phrases:
    """A set of phrases, searched by the longest that begins at an atom."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, text: str, phrase: Phrase) -> Phrase | None:
        """Add a phrase; return the different one that already has the same words, if there is one."""
        node = self._root
        for atom in folded(text):
            node = node.next.setdefault(atom, _Node())
        if node.phrase is not None and node.phrase != phrase:
            return node.phrase
        node.phrase = phrase
        return None

    def longest(self, atoms: Sequence[str], start: int) -> tuple[Phrase, int] | None:
        """Return the longest phrase beginning at `start` and the index of the atom after it, or None."""
        node, found = self._root, None
        for index in range(start, len(atoms)):
            following = node.next.get(atoms[index])
            if following is None:
                break
            node = following
            if node.phrase is not None:
                found = (node.phrase, index + 1)
        return found


def folded(text: str) -> list[str]:
    """Return the atoms of a text, folded."""
    return [fold(match.group()) for match in ATOM.finditer(text)]


LONGEST_NUMBER: Final = 9
"""How many digits a number of a rule may have; the largest that policy uses have six."""


def is_number(text: str) -> bool:
    """Return whether a word is a whole number of a reasonable size."""
    return text.isdecimal() and text.isascii() and len(text) <= LONGEST_NUMBER


def fold(atom: str) -> str:
    """Return an atom without regard to case, and to the dash that a word processor has made of a hyphen."""
    return "-" if atom in _DASHES else atom.casefold()


_DASHES: Final = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")


KEYWORDS: Final[Mapping[str, Sequence[str]]] = {
    "RULESET": ["ruleset"],
    "USES": ["uses"],
    "CITES": ["cites"],
    "BECAUSE": ["because"],
    "BASED_ON": ["based on"],
    "LEVELS_FROM": ["levels from"],
    "SUSPENDED": ["suspended"],
    "PUBLISHED_UNKNOWN": ["cannot tell counts as not met when published"],
    "PRIORITY": ["priority"],
    "PRIORITIES": ["priorities"],
    "ADD": ["add"],
    "REPLACE": ["replace"],
    "REMOVE": ["remove"],
    "OTHERWISE": ["otherwise"],
    "EXAMPLE": ["example", "examples"],
    "GIVEN": ["given"],
    "EXPECT": ["expect"],
    "FOR": ["for"],
    "ONLY": ["only"],
    "EXCEPT_FOR": ["except for", "except"],
    "UNLESS": ["unless"],
    "AND": ["and"],
    "OR": ["or"],
    "NOT": ["not"],
    "ON": ["on"],
    "BOTH": ["both"],
    "EITHER": ["either"],
    "ANY_OF": ["any of"],
    "ALL_OF": ["all of"],
    "OF": ["of"],
    "ON_THE_OTHER": ["on the other"],
    "OR_WORSE": ["or worse"],
    "OR_BETTER": ["or better"],
    "RATED": ["rated"],
    "NOT_RATED": ["not rated", "no performance level"],
    "UNKNOWN": ["unknown"],
    "ANY": ["any"],
    "NO": ["no"],
    "EVERY": ["every"],
    "ALL": ["all"],
    "OR_MORE": ["or more"],
    "OR_FEWER": ["or fewer"],
    "AT_LEAST": ["at least"],
    "AT_MOST": ["at most"],
    "EXACTLY": ["exactly"],
    "OR_ALL_IF_FEWER": ["or all, if fewer than", "or all if fewer than"],
    "A_MAJORITY_OF": ["a majority of at least"],
    "BUT": ["but"],
    "WITH_AT_LEAST": ["with at least"],
    "GROUPS": ["student group", "student groups"],
    "INDICATORS": ["indicator", "indicators"],
    "EACH": ["each"],
    "MEETS": ["meets", "meet"],
    "DOES_NOT_MEET": ["does not meet"],
    "ARE": ["are", "is"],
    "HAS": ["has", "have"],
    "ARE_MET": ["are met", "is met"],
    "CRITERIA_MET": ["criteria are met"],
    "IN": ["in"],
    "OF_THE_LAST": ["of the last"],
    "EACH_OF_THE_LAST": ["each of the last"],
    "YEARS": ["Dashboard years", "Dashboard year", "years"],
    "LAST_YEAR": ["last year", "last Dashboard year"],
    "A": ["a", "an"],
    "BY": ["by"],
    "CANNOT_TELL": ["cannot tell"],
    "WHETHER": ["whether"],
    "VOCABULARY": ["vocabulary"],
    "DASHBOARD_YEARS": [],
    "SUSPENDED_YEAR": ["suspended year"],
    "EXTENDS": [],
}
"""Every keyword of the language, and the phrases that stand for it."""

NUMBER_WORDS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

STATEMENT_STARTS: Final = frozenset(
    [
        "RULESET",
        "USES",
        "CITES",
        "BECAUSE",
        "BASED_ON",
        "LEVELS_FROM",
        "SUSPENDED",
        "PUBLISHED_UNKNOWN",
        "ADD",
        "REPLACE",
        "REMOVE",
        "OTHERWISE",
        "EXAMPLE",
        "GIVEN",
        "EXPECT",
        "LABEL",
        "VOCABULARY",
        "DASHBOARD_YEARS",
        "SUSPENDED_YEAR",
        "TABLE_ROW",
    ]
)
"""Terminals that begin a statement wherever they stand first on a line."""

PUNCTUATION: Final = {",": "COMMA", ":": "COLON", "(": "LPAR", ")": "RPAR"}


def keywords() -> Phrases:
    """Return the language's keywords as phrases."""
    phrases = Phrases()
    for terminal, spellings in KEYWORDS.items():
        for spelling in spellings:
            phrases.add(spelling, Phrase(terminal, spelling))
    for number, word in enumerate(NUMBER_WORDS, 1):
        phrases.add(word, Phrase("NUMBER", str(number)))
    return phrases


def keyword_words(spoken: Mapping[str, Sequence[str]] = KEYWORDS) -> list[str]:
    """Return each single word that occurs in a keyword, for near misses."""
    return sorted({atom for spellings in spoken.values() for text in spellings for atom in folded(text)} - {","})


@frozen
class Words:
    """The names of one vocabulary and the language's keywords, as the lexer looks them up."""

    names: Phrases
    keywords: Phrases = field(factory=keywords)
    by_terminal: Mapping[str, tuple[str, ...]] = field(factory=dict)
    entries: tuple[tuple[str, str, str], ...] = ()

    @classmethod
    def of(cls, names: Iterable[tuple[str, str, str]]) -> Words:
        """Return the words for names given as (terminal, spelling, name).

        The names of numbers and scales are words of statements about levels only, which find them in `entries`.
        """
        phrases = Phrases()
        entries = tuple(names)
        by_terminal: dict[str, list[str]] = {}
        for terminal, spelling, name in entries:
            if terminal not in NAMES_OF_LEVELS:
                phrases.add(spelling, Phrase(terminal, name))
                by_terminal.setdefault(terminal, []).append(spelling)
        spellings = {terminal: tuple(spellings) for terminal, spellings in by_terminal.items()}
        return cls(phrases, by_terminal=spellings, entries=entries)

    @property
    def have_numbers(self) -> bool:
        """Return whether the vocabulary names numbers."""
        return any(terminal == "NUMBER_NAME" for terminal, _, _ in self.entries)


NAMES_OF_LEVELS: Final = frozenset({"NUMBER_NAME", "SCALE"})
"""Names that stand in statements about levels and in examples, and not in rules."""
