"""The words a rule file may use: the names of the vocabulary, those of measures, and the language's own keywords.

All are phrases of one or more atoms (words, digits, punctuation), matched without regard to case and spacing, longest
first, so that `Not Met for Two or More Years` is one level, although it holds an `or`. Where a name and a keyword have
the same words, a phrase has several meanings, and the parser keeps those that fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Final

from attrs import evolve, field, frozen

ATOM: Final = re.compile(
    r"(?P<ARROW>→|[-–—]{1,2}>|=>|⇒|⟶|➔|➜|\uf0e0)"
    r"|(?P<STRING>[\"“”„‟«»][^\"“”„‟«»\n]*[\"“”„‟«»]?)"
    r"|(?P<COMMENT>\#.*)"
    r"|(?P<WORD>\d+(?:\.\d+)+|\w+(?:['’]\w+)*(?:(?<=s)['’](?=\s+\w))?)"
    r"|(?P<MARK>\S)"
)
"""One atom of a line. An arrow may be any of the forms that keyboards and word processors make of it."""

SIGNS: Final = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")
"""The hyphen, and what word processors make of it."""


@frozen
class Phrase:
    """What a phrase stands for: a terminal of the grammar, and the name as the vocabulary writes it."""

    terminal: str
    name: str


class PhraseTrie:
    """A set of phrases, searched by the longest that begins at an atom."""

    def __init__(self) -> None:
        self._root: dict[str, Any] = {}

    def add(self, text: str, phrase: Phrase) -> None:
        """Add a phrase; another with the same words stays beside it, unless it is of the same terminal."""
        node = self._root
        for atom in folded(text):
            node = node.setdefault(atom, {})
        phrases = node.setdefault("", [])
        if all(phrase.terminal != other.terminal for other in phrases):
            phrases.append(phrase)

    def longest(self, atoms: Sequence[str], start: int) -> tuple[Sequence[Phrase], int]:
        """Return the meanings of the longest phrase beginning at `start`, and the index of the atom after it."""
        node = self._root
        found: tuple[Sequence[Phrase], int] = ((), start)
        for index in range(start, len(atoms)):
            following = node.get(atoms[index])
            if following is None:
                break
            node = following
            if "" in node:
                found = (node[""], index + 1)
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
    return "-" if atom in SIGNS else atom.casefold()


_ALL_OF_THEM: Final = (" of them", " groups", " student groups", " the groups", " the student groups")
_FEWER: Final = ("fewer", "less", "there are fewer", "there are less")
_MEETS: Final = ("meets", "meet", "met")

KEYWORDS: Final[Mapping[str, Sequence[str]]] = {
    "RULESET": ["ruleset"],
    "WHAT_IF": ["what if"],
    "USES": ["uses"],
    "CITES": ["cites"],
    "BECAUSE": ["because"],
    "CONFIDENCE": ["confidence"],
    "BASED_ON": ["based on"],
    "LEVELS_FROM": ["levels from"],
    "EARLIER_YEARS_FROM": ["earlier years from"],
    "SUSPENDED": ["suspended"],
    "PUBLISHED_UNKNOWN": ["cannot tell counts as not met when published"],
    "PRIORITY": ["priority"],
    "PRIORITIES": ["priorities"],
    "ADD": ["add"],
    "REPLACE": ["replace"],
    "REMOVE": ["remove"],
    "EVERYTHING": ["everything"],
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
    "NONE_OF": ["none of"],
    "OF": ["of"],
    "WHERE": ["where", "for which"],
    "NUMBER_OF": ["number of"],
    "SHARE_OF": ["share of"],
    "SUM_OF": ["sum of"],
    "OVER": ["over"],
    "OVER_THE_LAST": ["over the last"],
    "ON_THE_OTHER": ["on the other"],
    "OR_WORSE": ["or worse"],
    "OR_BETTER": ["or better"],
    "OR_LOWER": ["or lower"],
    "OR_HIGHER": ["or higher"],
    "WORSE_THAN": ["worse than"],
    "BETTER_THAN": ["better than"],
    "RATED": ["rated"],
    "NOT_RATED": ["not rated", "no performance level"],
    "UNKNOWN": ["unknown"],
    "ANY": ["any"],
    "NO": ["no"],
    "EVERY": ["every"],
    "ALL": ["all"],
    "OR_MORE": ["or more"],
    "OR_FEWER": ["or fewer", "or less"],
    "AT_LEAST": ["at least"],
    "AT_MOST": ["at most"],
    "ABOVE": ["above", "more than"],
    "BELOW": ["below", "less than"],
    "FEWER_THAN": ["fewer than"],
    "BEFORE": ["before"],
    "AFTER": ["after"],
    "ON_OR_BEFORE": ["on or before"],
    "ON_OR_AFTER": ["on or after"],
    "EXACTLY": ["exactly"],
    "OR_ALL_IF_FEWER": ["or all, if fewer than", "or all if fewer than"],
    "A_MAJORITY_OF": ["a majority of at least"],
    "MORE_THAN_HALF_OF": ["more than half of the"],
    "HALF_OF": ["half of the", "half of", "half the"],
    "PERCENT_OR_MORE_OF": ["percent or more of the", "percent or more of", "% or more of the", "% or more of"],
    "BUT": ["but"],
    "WITH_AT_LEAST": ["with at least"],
    "GROUPS": ["student group", "student groups"],
    "INDICATORS": ["indicator", "indicators"],
    "EACH": ["each"],
    "MEETS": ["meets", "meet"],
    "DOES_NOT_MEET": ["does not meet"],
    "THE_SAME": ["the same"],
    "ARE": ["are", "is"],
    "HAS": ["has", "have"],
    "MET": ["met"],
    "CRITERIA": ["criteria"],
    "IN": ["in"],
    "OF_THE_LAST": ["of the last"],
    "EACH_OF_THE_LAST": ["each of the last"],
    "YEARS": ["Dashboard years", "Dashboard year", "years"],
    "YEARS_IN_A_ROW": ["consecutive years"],
    "THIS_AND_LAST_YEAR": ["this year and last year"],
    "LAST_YEAR": ["last year", "last Dashboard year"],
    "THIS_YEAR": ["this year", "this Dashboard year"],
    "YEARS_AGO": ["Dashboard years ago", "years ago"],
    "LAST_YEARS": ["last year's", "last year’s"],
    "OVER_THE": ["over the"],
    "YEARS_BEFORE": ["years before", "year before"],
    "A": ["a", "an"],
    "BY": ["by"],
    "CANNOT_TELL": ["cannot tell"],
    "WHETHER": ["whether"],
    "MEASURE": ["measure"],
    "TABLE": ["table"],
    "BANDS": ["bands"],
    "GRID": ["grid"],
    "SMALL_POPULATIONS": ["small populations"],
    "OVERRIDE": ["override"],
    "WHEN": ["when"],
    "NO_BETTER_THAN": ["no better than"],
    "NOT_ESTABLISHED": ["not established"],
    "AS_PUBLISHED": ["as published"],
    "READ": ["read"],
    "READ_AS": ["as"],
    "FOR_THE_COLOR_ONLY": ["for the color only"],
    "NEEDS": ["needs", "need"],
    "IN_BOTH_YEARS": ["in both years"],
    "IN_THIS_YEAR_WHEN": ["or in this year when"],
    "AT": ["at"],
    "IF": ["if"],
    "IS_GIVEN": ["is given"],
    "PLUS": ["+", "plus"],
    "MINUS": ["-", "minus", "less"],
    "TIMES": ["×", "*", "times"],
    "DIVIDED_BY": ["÷", "/", "divided by"],
    "HIGHEST_OF": ["highest of"],
    "LOWEST_OF": ["lowest of"],
    "AVERAGE_OF": ["average of"],
    "SMALLEST": ["smallest whole number that brings"],
    "TO": ["to"],
    "PERCENT_OF": ["percent of"],
    "AS_A_PERCENT": ["as a percent"],
    "ROUNDED_TO": ["rounded to"],
    "DECIMALS": ["decimal", "decimals", "decimal place", "decimal places"],
    "WHOLE": ["a whole percent", "a whole number"],
    "EQUALS": ["="],
    "SEMICOLON": [";"],
    "VOCABULARY": ["vocabulary"],
    "SUSPENDED_YEAR": ["suspended year"],
    "EXTENDS": ["extends"],
}
"""Every keyword of the language, and the phrases that stand for it."""


ALSO_SAID: Final[Mapping[str, Sequence[str]]] = {
    "REPLACE": ["amend", "modify", "update"],
    "REMOVE": ["delete", "repeal"],
    "ARROW": ["then"],
    "OTHERWISE": ["else", "all others"],
    "EXCEPT_FOR": ["excluding"],
    "AND": ["&", "as well as", "and also", "yet"],
    "OR": ["and/or", "or else"],
    "OR_LOWER": ["or below"],
    "OR_HIGHER": ["or above"],
    "AT_LEAST": ["no fewer than", "not fewer than", "no less than", "not less than"],
    "AT_MOST": ["no more than", "not more than", "up to"],
    "ABOVE": ["greater than", "higher than"],
    "BELOW": ["lower than", "under"],
    "OR_ALL_IF_FEWER": [
        *(f"or all{these}{comma} if {few} than" for these in _ALL_OF_THEM for comma in (",", "") for few in _FEWER)
    ],
    "GROUPS": ["group", "groups", "subgroup", "subgroups", "student subgroup", "student subgroups"],
    "MEETS": [
        *(
            f"{verb} {what} {of}"
            for verb in _MEETS
            for what in ("the criteria", "criteria")
            for of in ("for", "in", "of")
        ),
        "met",
    ],
    "DOES_NOT_MEET": ["do not meet"],
    "MORE_THAN_HALF_OF": [
        *("more than half of", "more than half the", "a majority of the", "a majority of", "most of the", "most"),
    ],
    "HALF_OR_MORE_OF": ["half or more of the", "half or more of", "half or more"],
    "NEITHER": ["neither"],
    "NOR": ["nor"],
    "PERCENT_OF": ["percent of the", "% of the", "% of"],
    "OF_THE_LAST": ["of the past", "of the most recent", "out of the last", "out of", "of last", "of past"],
    "EACH_OF_THE_LAST": [
        *("each of the past", "each of the most recent", "all of the last", "both of the last", "each of last"),
        "every one of the last",
    ],
    "ANY_OF_THE_LAST": [
        *("any of the last", "either of the last", "any of the past", "either of the past", "any of last"),
    ],
    "THIS_YEAR": ["in the current year", "in this year", "this school year"],
    "YEARS": ["school years", "Dashboards"],
    "YEARS_IN_A_ROW": [
        *("consecutive Dashboard years", "consecutive school years", "consecutive Dashboards"),
        *("years in a row", "Dashboard years in a row", "school years in a row", "Dashboards in a row"),
    ],
    "THIS_AND_LAST_YEAR": ["last year and this year", "last year and again this year"],
    "LAST_YEAR": ["in the year before", "in the previous year", "in the prior year"],
}
"""What else people say for a keyword, and the formatter turns into it."""

NUMBER_WORDS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

PUNCTUATION: Final = {",": "COMMA", ":": "COLON", "(": "LPAR", ")": "RPAR"}


@cache
def keywords() -> PhraseTrie:
    """Return the language's keywords and number words as phrases."""
    phrases = PhraseTrie()
    for terminal, spelling in ((one, text) for words in (KEYWORDS, ALSO_SAID) for one in words for text in words[one]):
        phrases.add(spelling, Phrase(terminal, spelling))
    for number, word in enumerate(NUMBER_WORDS, 1):
        phrases.add(word, Phrase("NUMBER", str(number)))
    return phrases


@cache
def keyword_words(terminals: frozenset[str] = frozenset(KEYWORDS)) -> tuple[str, ...]:
    """Return each single word that occurs in the keywords of some terminals, for near misses."""
    texts = [text for one in KEYWORDS if one in terminals for text in KEYWORDS[one]]
    texts += [text for one in ALSO_SAID if one in terminals for text in ALSO_SAID[one] if " " not in text]
    atoms = {atom for text in texts for atom in folded(text)}
    return tuple(sorted(atom for atom in atoms if atom[0].isalpha()))


@frozen
class Lexicon:
    """The names of one vocabulary, and of the measures of one file, as the lexer looks them up.

    `titles` are the names of the priorities, by number, in headings and behind the number.
    """

    names: PhraseTrie
    spellings: Mapping[str, tuple[str, ...]] = field(factory=dict)
    measures: PhraseTrie = field(factory=PhraseTrie)
    titles: Mapping[int, str] = field(factory=dict)

    @cached_property
    def _without_a_word(self) -> Mapping[tuple[int, tuple[str, ...]], Sequence[tuple[int, str, list[str]]]]:
        """Return the names of several words, with their places among all, by their words but one and its index."""
        found: dict[tuple[int, tuple[str, ...]], list[tuple[int, str, list[str]]]] = {}
        every = (name for spellings in self.spellings.values() for name in spellings)
        for place, name in enumerate(every):
            parts = folded(name)
            for at in range(len(parts) if len(parts) > 1 else 0):
                found.setdefault((at, (*parts[:at], *parts[at + 1 :])), []).append((place, name, parts))
        return found

    @cached_property
    def _longest_name(self) -> int:
        """Return how many words the longest name has."""
        return max((len(rest) + 1 for _, rest in self._without_a_word), default=0)

    def all_but_one(self, atoms: Sequence[str], start: int) -> list[tuple[str, list[str]]]:
        """Return the names of several words, each with its atoms, of which all but one stand at an index."""
        found: list[tuple[int, str, list[str]]] = []
        for length in range(2, min(self._longest_name, len(atoms) - start) + 1):
            window = atoms[start : start + length]
            for at in range(length):
                found += self._without_a_word.get((at, (*window[:at], *window[at + 1 :])), [])
        return [(name, parts) for _, name, parts in sorted(found)]

    @classmethod
    def of(cls, names: Iterable[tuple[str, str, str]]) -> Lexicon:
        """Return the lexicon of names given as (terminal, spelling, name)."""
        phrases = PhraseTrie()
        spellings: dict[str, list[str]] = {}
        for terminal, spelling, name in names:
            phrases.add(spelling, Phrase(terminal, name))
            spellings.setdefault(terminal, []).append(spelling)
        return cls(phrases, {terminal: tuple(every) for terminal, every in spellings.items()})

    def with_measures(self, measures: Sequence[str]) -> Lexicon:
        """Return the lexicon with the names of measures, each as it is declared; one of a scale stays that of it."""
        phrases = PhraseTrie()
        for name in measures:
            known, after = self.names.longest(folded(name), 0)
            if after < len(folded(name)) or all(one.terminal not in ("SCALE", "NUMBER_NAME") for one in known):
                phrases.add(name, Phrase("MEASURE_NAME", name))
        return evolve(self, measures=phrases, spellings={**self.spellings, "MEASURE_NAME": tuple(measures)})

    def longest(self, atoms: Sequence[str], start: int) -> tuple[Sequence[Phrase], int]:
        """Return the meanings of the longest phrase beginning at `start`, names first, and the index after it."""
        found, end = self.names.longest(atoms, start)
        for trie in (self.measures, keywords()):
            more, after = trie.longest(atoms, start)
            if more and after >= end:
                found, end = [*(found if after == end else ()), *more], after
        return found, end
