"""The names of the measures of a file, which are needed before it is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rulelang.diagnostics.source import Source
from rulelang.syntax.keywords import KEYWORDS, OF_MANY, terminals
from rulelang.syntax.lexicon import ATOM, Lexicon, folded

_MEASURE_LINE: Final = re.compile(
    r"^[ \t]*(?:(?:add|replace)[ \t]+)?(?:measure|table)[ \t]+(\S[^=#\n]*)", re.MULTILINE | re.IGNORECASE
)


def measure_names(source: Source, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the names of the measures that a rule file declares, each once, in the order of the file.

    They are found before the file is parsed, because a name may hold keywords: `rate of graduates`.
    """
    names = (_measure_name(found[1], lexicon) for found in _MEASURE_LINE.finditer(source.text))
    return tuple(dict.fromkeys(name for name in names if is_measure_name(name)))


_NEVER_IN_A_NAME: Final = frozenset(
    tuple(folded(spelling))
    for terminal in terminals("""
        OVER_THE YEARS_BEFORE SMALLEST AS_A_PERCENT ROUNDED_TO PERCENT_OF NOT_ESTABLISHED OTHERWISE IF WHEN
    """).union(OF_MANY)
    for spelling in KEYWORDS[terminal]
)
"""What a measure's name would take away from the expressions that contain it."""

_LAST_YEARS: Final = frozenset(tuple(folded(spelling)) for spelling in KEYWORDS["LAST_YEARS"])

_NAME_ATOM: Final = re.compile(r"\w+(?:['’]\w+)*['’]?|[-\u2010\u2011/&.]")


def is_measure_name(name: str) -> bool:
    """Return whether words can name a measure: not a number alone, no single sign, no words of expressions."""
    atoms = list(ATOM.finditer(name))
    parts = folded(name)
    is_alone = len(parts) == 1 and (parts[0] in _LONE_WORDS or not re.search(r"[^\W\d]", parts[0]))
    joined = all(
        _NAME_ATOM.fullmatch(atom.group())
        and (atom.lastgroup == "WORD" or (atom.start() > 0 and not name[atom.start() - 1].isspace()))
        for atom in atoms
    )
    taken = tuple(parts[:2]) in _LAST_YEARS or any(
        tuple(parts[at : at + len(words)]) == words for at in range(len(parts)) for words in _NEVER_IN_A_NAME
    )
    return bool(parts) and not is_alone and joined and not taken


_LONE_WORDS: Final = frozenset(
    spelling
    for terminal in terminals("""
        ADD REPLACE REMOVE EVERYTHING MEASURE TABLE BANDS GRID OVERRIDE NEEDS READ READ_AS CITES BECAUSE CONFIDENCE
        FOR ONLY AT A WHEN IF OTHERWISE ARE ABOVE BELOW NOT AND OR PLUS MINUS TIMES DIVIDED_BY TO DECIMALS EQUALS
        SEMICOLON
    """)
    for spelling in KEYWORDS[terminal]
)
"""Words that are not a name by themselves, because expressions and statements about levels are made of them."""


def _measure_name(text: str, lexicon: Lexicon) -> str:
    """Return the name of a measure without the indicators before it, single-spaced."""
    atoms = list(ATOM.finditer(text))
    parts = [one for atom in atoms for one in folded(atom.group())]
    start = max((end for end in _after_indicators(parts, lexicon) if end < len(atoms)), default=0)
    return " ".join(text[atoms[start].start() :].split())


def _after_indicators(parts: Sequence[str], lexicon: Lexicon) -> Iterator[int]:
    """Yield each index where a list of indicators, `ELA and Math`, ends and the name of a measure may begin."""
    index = 0
    while index < len(parts):
        phrases, after = lexicon.names.longest(parts, index)
        if all(phrase.terminal != "INDICATOR" for phrase in phrases):
            return
        index = after
        yield index
        if index < len(parts) and parts[index] in ("and", "or", ","):
            index += 1
