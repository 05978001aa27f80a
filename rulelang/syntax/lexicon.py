"""How the words of a rule file are looked up: names of the vocabulary, those of measures, and keywords.

All are phrases of one or more atoms (words, digits, punctuation), matched without regard to case and spacing, longest
first, so that `Not Met for Two or More Years` is one level, although it holds an `or`. Where a name and a keyword have
the same words, a phrase has several meanings, and the parser keeps those that fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import Final, NamedTuple

from attrs import evolve, field, frozen

from rulelang.diagnostics.source import Source
from rulelang.syntax.keywords import ALSO_SAID, KEYWORDS, NUMBER_WORDS, OF_MANY, terminals

ATOM: Final = re.compile(
    r"(?P<ARROW>→|[-–—]{1,4}>|={1,3}>|⇒|⟶|➔|➜|\uf0e0)"
    r"|(?P<STRING>[\"“”„‟«»][^\"“”„‟«»\n]*[\"“”„‟«»]?|‘[^‘’\n]*’)"
    r"|(?P<COMMENT>(?<!riority )\#.*|\#(?!\d).*)"
    r"|(?P<WORD>\d+(?:\.\d+)+|(?:[^\W\d_]\.){2,}(?!\w)|\w+(?:['’]\w+)*(?:(?<=s)['’](?=\s+\w))?)"
    r"|(?P<MARK>\*\*|\S)"
)
"""One atom of a line. An arrow may be any of the forms that keyboards and word processors make of it, and the sign of
`Priority #4` begins no comment."""

SIGNS: Final = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")
"""The hyphen, and what word processors make of it."""


class Phrase(NamedTuple):
    """What a phrase stands for: a terminal of the grammar, and the name as the vocabulary writes it."""

    terminal: str
    name: str


class Phrases:
    """A set of phrases, searched for the longest that begins at an atom."""

    def __init__(self) -> None:
        self._meanings: dict[tuple[str, ...], list[Phrase]] = {}
        self._longest: dict[str, int] = {}

    def add(self, atoms: tuple[str, ...], phrase: Phrase) -> None:
        """Add a phrase; another with the same words stays beside it, unless it is of the same terminal."""
        if not atoms:
            return  # a name that is missing from its table
        known = self._meanings.get(atoms)
        if known is None:
            self._meanings[atoms] = [phrase]
            self._longest[atoms[0]] = max(len(atoms), self._longest.get(atoms[0], 0))
        elif all(phrase.terminal != other.terminal for other in known):
            known.append(phrase)

    def add_all(self, others: Phrases) -> None:
        """Add every phrase of another set, as `add` does."""
        for atoms in self._meanings.keys() & others._meanings.keys():
            for phrase in others._meanings[atoms]:
                self.add(atoms, phrase)
        self._meanings = {**others._meanings, **self._meanings}
        for first, length in others._longest.items():
            self._longest[first] = max(length, self._longest.get(first, 0))

    def meanings(self, atoms: tuple[str, ...]) -> Sequence[Phrase]:
        """Return the meanings of a phrase as a whole."""
        return self._meanings.get(atoms, ())

    def atoms_of(self, phrase: Phrase) -> Iterator[tuple[str, ...]]:
        """Yield each way in which a phrase can be said."""
        return (atoms for atoms, meanings in self._meanings.items() if phrase in meanings)

    def longest(self, atoms: Sequence[str], start: int) -> tuple[Sequence[Phrase], int]:
        """Return the meanings of the longest phrase beginning at `start`, and the index of the atom after it."""
        most = self._longest.get(atoms[start]) if start < len(atoms) else None
        if most is None:
            return (), start
        for end in range(min(start + most, len(atoms)), start, -1):
            found = self._meanings.get(tuple(atoms[start:end]))
            if found is not None:
                return found, end
        return (), start


def folded(text: str) -> list[str]:
    """Return the atoms of a text, folded."""
    words = text.split()
    if "".join(words).isalnum():  # without signs, as most names are
        return [word.casefold() for word in words]
    return [fold(match.group()) for match in ATOM.finditer(text)]


LONGEST_NUMBER: Final = 9
"""How many digits a number of a rule may have; the largest that policy uses have six."""


def is_number(text: str) -> bool:
    """Return whether a word is a whole number of a reasonable size."""
    return text.isdecimal() and text.isascii() and len(text) <= LONGEST_NUMBER


@lru_cache(maxsize=1 << 14)
def fold(atom: str) -> str:
    """Return an atom without regard to case or the periods of `E.L.A.`, with a hyphen for a word processor's dash."""
    return "-" if atom in SIGNS else atom.casefold().replace(".", "" if atom[0].isalpha() else ".")


@cache
def keywords() -> Phrases:
    """Return the language's keywords and number words as phrases."""
    phrases = Phrases()
    for terminal, spelling in ((one, text) for words in (KEYWORDS, ALSO_SAID) for one in words for text in words[one]):
        phrases.add(tuple(folded(spelling)), Phrase(terminal, spelling))
    for word, number in NUMBER_WORDS.items():
        phrases.add(tuple(folded(word)), Phrase("NUMBER", str(number)))
    return phrases


@cache
def keyword_words(terminals: frozenset[str] = frozenset(KEYWORDS)) -> tuple[str, ...]:
    """Return each single word in the keywords of some terminals, for near misses."""
    texts = [text for one in KEYWORDS if one in terminals for text in KEYWORDS[one]]
    texts += [text for one in ALSO_SAID if one in terminals for text in ALSO_SAID[one] if " " not in text]
    atoms = {atom for text in texts for atom in folded(text)}
    return tuple(sorted(atom for atom in atoms if atom[0].isalpha()))


def _with_digits(name: str) -> str:
    """Return a name with digits for its number words: `2 or More Races`."""
    return " ".join(str(NUMBER_WORDS.get(word.casefold(), word)) for word in name.split())


@lru_cache(maxsize=1 << 16)
def written(terminal: str, name: str) -> Sequence[tuple[str, ...]]:
    """Return the atoms of a name as it is spelled, and those of each other spelling."""
    return tuple(dict.fromkeys(tuple(folded(text)) for text in (name, *_also_written(terminal, name))))


def _also_written(terminal: str, name: str) -> Iterator[str]:
    """Yield a name with digits for its number words, and one of things in a rule with other signs, and in the plural.

    `English-Learners` and `ELs`, `Long Term English Learners`, `Hispanic/Latino`, `College and Career`.
    """
    yield _with_digits(name)
    if terminal not in ("GROUP", "INDICATOR"):
        return
    for sign, others in (("-", (" ",)), ("/", (" ", "-", " and ", " or "))):
        yield from (name.replace(sign, other) for other in others if sign in name)
    if terminal == "GROUP":  # between the words of an indicator, it could be a subtraction
        yield name.replace(" ", "-")
        yield name.replace(" or ", "/")
    if not name.casefold().endswith("s") and folded(f"{name}s")[0] not in keyword_words():
        yield f"{name}s"


@frozen
class Lexicon:
    """The names of one vocabulary, and of the measures of one file, for the lexer.

    `titles` are the names of the priorities, by number, in headings and after the number; `vocabulary` is the name of
    the vocabulary.
    """

    names: Phrases
    spellings: Mapping[str, tuple[str, ...]] = field(factory=dict)
    measures: Phrases = field(factory=Phrases)
    titles: Mapping[int, str] = field(factory=dict)
    vocabulary: str = ""

    def named(self, terminal: str) -> tuple[str, ...]:
        """Return what the names of a terminal stand for, each once."""
        meanings = (self.names.longest(folded(one), 0)[0] for one in self.spellings.get(terminal, ()))
        return tuple(dict.fromkeys(one.name for every in meanings for one in every if one.terminal == terminal))

    @cached_property
    def numbers_of_titles(self) -> Mapping[tuple[str, ...], str]:
        """Return the number of each priority, in digits, by the atoms of its title."""
        return {tuple(folded(title)): str(number) for number, title in self.titles.items()}

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
        """Return the names of several words, each with its atoms, that match at an index in all words but one."""
        found: list[tuple[int, str, list[str]]] = []
        for length in range(2, min(self._longest_name, len(atoms) - start) + 1):
            window = atoms[start : start + length]
            for at in range(length):
                found += self._without_a_word.get((at, (*window[:at], *window[at + 1 :])), [])
        return [(name, parts) for _, name, parts in sorted(found)]

    @classmethod
    def of(cls, names: Iterable[tuple[str, str, str]], other_words: Iterable[tuple[str, str]] = ()) -> Lexicon:
        """Return the lexicon of names given as (terminal, spelling, name), with other words for words and names.

        An other word has each meaning of the word or name that it is said for, as the names and the language have it.
        """
        spelled, also = Phrases(), Phrases()  # a name as it is spelled comes before another way to write one
        spellings: dict[str, list[str]] = {}

        def add(terminal: str, spelling: str, name: str) -> None:
            (atoms, *others), phrase = written(terminal, spelling), Phrase(terminal, name)
            spelled.add(atoms, phrase)
            for other in others:
                also.add(other, phrase)
            spellings.setdefault(terminal, []).append(spelling)

        for one in names:
            add(*one)
        said = [
            (meaning.terminal, other, meaning.name)
            for word, other in other_words
            for every in (spelled, also, keywords())
            for meaning in every.meanings(tuple(folded(word)))
        ]
        for one in said:
            add(*one)
        spelled.add_all(also)
        return cls(spelled, {terminal: tuple(every) for terminal, every in spellings.items()})

    def with_measures(self, measures: Sequence[str]) -> Lexicon:
        """Return the lexicon with the names of measures, each as it is declared; one of a scale stays that of it."""
        if not measures and not self.spellings.get("MEASURE_NAME"):
            return self
        phrases = Phrases()
        for name in measures:
            known, after = self.names.longest(folded(name), 0)
            if after < len(folded(name)) or all(one.terminal not in ("SCALE", "NUMBER_NAME") for one in known):
                phrases.add(tuple(folded(name)), Phrase("MEASURE_NAME", name))
        return evolve(self, measures=phrases, spellings={**self.spellings, "MEASURE_NAME": tuple(measures)})

    def longest(self, atoms: Sequence[str], start: int) -> tuple[Sequence[Phrase], int]:
        """Return the meanings of the longest phrase beginning at `start`, names first, and the index after it."""
        found, end = self.names.longest(atoms, start)
        for trie in (self.measures, keywords()):
            more, after = trie.longest(atoms, start)
            if more and after >= end:
                found, end = [*(found if after == end else ()), *more], after
        return found, end


# ---- the names of the measures of a file, which are needed before it is parsed ----


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
