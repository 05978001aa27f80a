"""The words of statements about performance levels, which have keywords of their own.

`measure`, `bands` or `less` are words of such statements only, so that they take no name away from the rules. The names
of numbers, scales and measures are looked up here and in examples, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from rulelang.diagnostics.source import Source
from rulelang.syntax.words import ATOM, NUMBER_WORDS, Phrase, Phrases, Words, folded, keywords

LEVEL_KEYWORDS: Final[Mapping[str, Sequence[str]]] = {
    "ADD": ["add"],
    "REPLACE": ["replace"],
    "REMOVE": ["remove"],
    "MEASURE": ["measure"],
    "BANDS": ["bands"],
    "GRID": ["grid"],
    "CONFIDENCE": ["confidence"],
    "SMALL_POPULATIONS": ["small populations"],
    "OVERRIDE": ["override"],
    "EVERYTHING": ["everything"],
    "WHEN": ["when"],
    "FEWER_THAN": ["fewer than"],
    "READ": ["read"],
    "READ_AS": ["as"],
    "NEEDS": ["needs", "need"],
    "IN_BOTH_YEARS": ["in both years"],
    "IN_THIS_YEAR_WHEN": ["or in this year when"],
    "NO_BETTER_THAN": ["no better than"],
    "FOR": ["for"],
    "ONLY": ["only"],
    "FOR_THE_COLOR_ONLY": ["for the color only"],
    "AT": ["at"],
    "A": ["a", "an"],
    "IF": ["if"],
    "OTHERWISE": ["otherwise"],
    "IS": ["is", "are"],
    "ABOVE": ["above", "more than"],
    "BELOW": ["below", "less than"],
    "OR_MORE": ["or more"],
    "OR_LESS": ["or less", "or fewer"],
    "AT_LEAST": ["at least"],
    "AT_MOST": ["at most"],
    "NOT": ["not"],
    "AND": ["and"],
    "OR": ["or"],
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
    "LAST_YEARS": ["last year's", "last year’s"],
    "OVER_THE": ["over the"],
    "YEARS_BEFORE": ["years before", "year before"],
    "NOT_ESTABLISHED": ["not established"],
    "AS_PUBLISHED": ["as published"],
    "IS_GIVEN": ["is given"],
    "EQUALS": ["="],
    "SEMICOLON": [";"],
    "CITES": ["cites"],
    "BECAUSE": ["because"],
}
"""Every keyword of statements about levels, and the phrases that stand for it."""

EXAMPLE_KEYWORDS: Final[Mapping[str, Sequence[str]]] = {"LAST_YEARS": LEVEL_KEYWORDS["LAST_YEARS"]}
"""What examples say of numbers beside the keywords of rules."""

_NAMES_FIRST: Final = frozenset({"SCALE", "NUMBER_NAME"})


def level_words(words: Words, measures: Iterable[str]) -> Words:
    """Return the words of statements about levels: the names of a vocabulary, those of measures, and the keywords."""
    spoken = Phrases()
    for terminal, spellings in LEVEL_KEYWORDS.items():
        for spelling in spellings:
            spoken.add(spelling, Phrase(terminal, spelling))
    for number, word in enumerate(NUMBER_WORDS, 1):
        spoken.add(word, Phrase("NUMBER", str(number)))
    reserved = {tuple(folded(spelling)) for spellings in LEVEL_KEYWORDS.values() for spelling in spellings}
    return _with_names(words, measures, spoken, reserved)


def example_words(words: Words, measures: Iterable[str]) -> Words:
    """Return the words of examples: those of rules, and the names of numbers, scales and measures."""
    spoken = keywords()
    for terminal, spellings in EXAMPLE_KEYWORDS.items():
        for spelling in spellings:
            spoken.add(spelling, Phrase(terminal, spelling))
    return _with_names(words, measures, spoken, set())


def _with_names(words: Words, measures: Iterable[str], spoken: Phrases, reserved: set[tuple[str, ...]]) -> Words:
    """Return words whose names come in the order in which they win over one another; a keyword is no name."""
    ordered = sorted(words.entries, key=lambda entry: entry[0] not in _NAMES_FIRST)
    entries = [*ordered, *(("MEASURE_NAME", name, name) for name in measures)]
    names = Phrases()
    by_terminal: dict[str, list[str]] = {}
    for terminal, spelling, name in entries:
        if tuple(folded(spelling)) not in reserved:
            names.add(spelling, Phrase(terminal, name))
            by_terminal.setdefault(terminal, []).append(spelling)
    return Words(names, spoken, {terminal: tuple(spellings) for terminal, spellings in by_terminal.items()})


# ---- names of measures ----

_MEASURE_LINE: Final = re.compile(
    r"^[ \t]*(?:(?:add|replace)[ \t]+)?measure[ \t]+(\S[^=#\n]*)", re.MULTILINE | re.IGNORECASE
)


def measure_names(source: Source, words: Words) -> tuple[str, ...]:
    """Return the names of the measures that a rule file declares, each once, in the order of the file.

    They are found before the file is parsed, because a name may hold keywords: `rate of graduates`.
    """
    names = (_measure_name(found[1], words) for found in _MEASURE_LINE.finditer(source.text))
    return tuple(dict.fromkeys(name for name in names if is_measure_name(name)))


_NEVER_IN_A_NAME: Final = frozenset(
    tuple(folded(spelling))
    for terminal in (
        *("OVER_THE", "YEARS_BEFORE", "HIGHEST_OF", "LOWEST_OF", "AVERAGE_OF", "SMALLEST"),
        *("AS_A_PERCENT", "ROUNDED_TO", "PERCENT_OF", "NOT_ESTABLISHED", "OTHERWISE", "IF", "WHEN"),
    )
    for spelling in LEVEL_KEYWORDS[terminal]
)
"""What a name of a measure would take away from the expressions that it stands in."""

_LAST_YEARS: Final = frozenset(tuple(folded(spelling)) for spelling in LEVEL_KEYWORDS["LAST_YEARS"])

_NAME_ATOM: Final = re.compile(r"\w+(?:['’]\w+)*|[-\u2010\u2011/&.]")


def is_measure_name(name: str) -> bool:
    """Return whether words can be the name of a measure: no number alone, no sign apart, no words of expressions."""
    atoms = list(ATOM.finditer(name))
    parts = folded(name)
    is_alone = len(parts) == 1 and (parts[0] in LONE_WORDS or not re.search(r"[^\W\d]", parts[0]))
    joined = all(
        _NAME_ATOM.fullmatch(atom.group())
        and (atom.lastgroup == "WORD" or (atom.start() > 0 and not name[atom.start() - 1].isspace()))
        for atom in atoms
    )
    spoken = tuple(parts[:3]) in _LAST_YEARS or tuple(parts[:2]) in _LAST_YEARS
    spoken = spoken or any(
        tuple(parts[at : at + len(words)]) == words for at in range(len(parts)) for words in _NEVER_IN_A_NAME
    )
    return bool(parts) and not is_alone and joined and not spoken


LONE_WORDS: Final = frozenset(
    spelling for spellings in LEVEL_KEYWORDS.values() for spelling in spellings if len(folded(spelling)) == 1
)
"""Keywords of one word, which are no name by themselves."""


def _measure_name(text: str, words: Words) -> str:
    """Return the name of a measure without the indicators before it, single-spaced."""
    atoms = list(ATOM.finditer(text))
    parts = [one for atom in atoms for one in folded(atom.group())]
    start = max((end for end in _after_indicators(parts, words) if end < len(atoms)), default=0)
    return " ".join(text[atoms[start].start() :].split())


def _after_indicators(parts: Sequence[str], words: Words) -> Iterator[int]:
    """Yield each index where a list of indicators, `ELA and Math`, ends and the name of a measure may begin."""
    index = 0
    while index < len(parts):
        found = words.names.longest(parts, index)
        if found is None or found[0].terminal != "INDICATOR":
            return
        index = found[1]
        yield index
        if index < len(parts) and parts[index] in ("and", "or", ","):
            index += 1
