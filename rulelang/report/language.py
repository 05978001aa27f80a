"""The language of what is handed out: the phrases of pages and letters, and the names of a vocabulary's words."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from attrs import field, frozen

from rulelang.core.ruleset import Ruleset, called
from rulelang.engine.missing import listed

ENGLISH_CODE: Final = "en"
PHRASES: Final = Path(__file__).resolve().parent / "phrases"
"""The folder of the phrases of pages in each other language, by its code."""
LANGUAGES: Final = (ENGLISH_CODE, *sorted(one.stem for one in PHRASES.glob("*.csv")))
"""The codes of the languages that pages are written in."""
NAMES: Final = "names.{}.csv"
"""The file beside a vocabulary that has the names of its words in a language, by the language's code."""


@frozen(slots=False)
class Language:
    """A language: its code, the phrases of pages by the English ones, and names and sentences of rules by theirs.

    English has no tables: its phrases and names are used as they are.
    """

    code: str = ENGLISH_CODE
    phrases: Mapping[str, str] = field(factory=dict, repr=False)
    names: Mapping[str, str] = field(factory=dict, repr=False)

    def say(self, phrase: str, **values: object) -> str:
        """Return a phrase with its places filled in; KeyError if the language has no such phrase."""
        text = phrase if self.code == ENGLISH_CODE else self.phrases[phrase]
        return text.format(**values)

    def count(self, number: int, one: str, several: str) -> str:
        """Return a phrase about a number of things: `1 student group`, `2 student groups`."""
        return self.say(one if number == 1 else several, number=f"{number:,}")

    def name(self, text: str) -> str:
        """Return a name, or a whole sentence of a rule, in the language; unchanged if it has no other name."""
        return self._words.get(text, text)

    def has(self, text: str) -> bool:
        """Return whether a text can be shown in the language: it has a name of its own, or the language is English."""
        return self.code == ENGLISH_CODE or text in self._words

    def terms(self, text: str) -> str:
        """Return a list of names and values with each name in the language: `ELA: Red; Math: Orange`."""
        return self._known.sub(lambda found: self._words[found.group()], text) if self._words else text

    def listed(self, names: Sequence[str]) -> str:
        """Return names as a list in a sentence: `Math and ELA`, `Math, ELA and Suspension Rate`."""
        return listed(names, self.say)

    def priorities(self, numbers: Sequence[int]) -> str:
        """Return priorities by number: `Priority 4`, `Priorities 4 and 6`."""
        listed = self.listed([str(number) for number in numbers])
        return self.say("Priority {numbers}" if len(numbers) == 1 else "Priorities {numbers}", numbers=listed)

    @cached_property
    def _words(self) -> Mapping[str, str]:
        """Return the names, and the phrases that are words of values: `not rated`."""
        return {**{english: own for english, own in self.phrases.items() if "{" not in english}, **self.names}

    @cached_property
    def _known(self) -> re.Pattern[str]:
        longest_first = sorted(self._words, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


ENGLISH: Final = Language()


def rules_called(ruleset: Ruleset, language: Language = ENGLISH) -> str:
    """Return what results call a ruleset, in a language."""
    title = language.name(ruleset.title)
    return called(title, ruleset.year, ruleset.what_if, ruleset.rules_of, language.say)


def not_in_force(ruleset: Ruleset, language: Language = ENGLISH) -> str:
    """Return the sentence that a page of a what-if has at its top; empty for rules in force."""
    phrase = "These are not the rules in force, and nothing is determined by them."
    return "" if ruleset.is_enacted else language.say(phrase)


def language_of(code: str, names: Iterable[Path] = ()) -> Language:
    """Return a language by its code, with tables of names: CSV files whose first column has the English ones."""
    if code == ENGLISH_CODE:
        return ENGLISH
    phrases = _table(PHRASES.joinpath(f"{code}.csv").read_text(encoding="utf-8"))
    tables = [_table(one.read_text(encoding="utf-8")) for one in names]
    return Language(code, phrases, {english: own for table in reversed(tables) for english, own in table.items()})


def _table(text: str) -> Mapping[str, str]:
    _, *rows = csv.reader(io.StringIO(text))
    return {row[0]: row[1] for row in rows if len(row) > 1}
