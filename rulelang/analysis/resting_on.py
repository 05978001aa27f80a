"""What else than their rules the results of two rulesets rest on, as far as it is not proved to be the same.

A proof about rules is for the same facts and the same levels. Which facts the files give is a matter of the vocabulary,
and levels may be worked out by other rulesets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

from rulelang.analysis.chaining import levels_read
from rulelang.analysis.loading import loaded
from rulelang.analysis.other_rulesets import levels_file
from rulelang.compiler.files import shown_name
from rulelang.compiler.fingerprint import words_of_year
from rulelang.compiler.locations import name_if_installed
from rulelang.core.record import FieldKey
from rulelang.core.ruleset import Ruleset, level_name
from rulelang.engine.steps import prepare
from rulelang.reasoning.answers import alike
from rulelang.reasoning.possible import years_back

VOCABULARY: Final = "vocabulary"
"""What is called so in `RestsOn.what`."""

_OTHER_WORDS: Final = {
    "numbers": "numbers and facts",
    "derived_levels": "derived levels",
    "formats": "files and their columns",
}
"""The parts of a vocabulary that `words_of_year` leaves out, and by which files are read too."""


@frozen
class RestsOn:
    """Something that the results of two rulesets rest on, and that is not proved to be the same for both.

    `what` is `vocabulary`, or `levels of 2023`, or `rules of 2022` for the rules of a year that is looked back to.
    `before` and `after` name the vocabulary or the ruleset of each, empty where there is none; `differs` are the words,
    the levels, or the rules and outcomes that are not the same.
    """

    what: str
    before: str
    after: str
    differs: tuple[str, ...]

    @property
    def is_proved(self) -> bool:
        """Return whether a proof about the two rulesets covers it, because it is part of them."""
        return self.what.startswith("rules")


def resting_on(old: Ruleset, new: Ruleset) -> tuple[RestsOn, ...]:
    """Return what else the results of two rulesets rest on, and that is not proved to be the same for both.

    RulesError if a ruleset that works levels out has errors.
    """
    return (*_vocabularies(old, new), *_earlier_rules(old, new), *_levels(old, new))


def _vocabularies(old: Ruleset, new: Ruleset) -> Iterator[RestsOn]:
    first, second = old.vocabulary, new.vocabulary
    if first == second:
        return
    differs: dict[str, None] = {}
    for year in dict.fromkeys((old.year, new.year)):
        definitions = {**old.definitions, **new.definitions}
        before, after = (words_of_year(definitions, year, one) for one in (first, second))
        differs |= dict.fromkeys(word for word in (*before, *after) if before.get(word) != after.get(word))
    others = (word for name, word in _OTHER_WORDS.items() if getattr(first, name) != getattr(second, name))
    differs |= dict.fromkeys(others)
    if differs:
        yield RestsOn(VOCABULARY, first.name, second.name, tuple(differs))


def _earlier_rules(old: Ruleset, new: Ruleset) -> Iterator[RestsOn]:
    """Yield the years that both look back to and whose rules are not the same."""
    first, second = (_by_year(one) for one in (old, new))
    for year in sorted(first.keys() & second.keys() - {old.year, new.year}):
        both = first[year].keys() & second[year].keys()
        differs = tuple(name for _, name in old.definitions if name in both and first[year][name] != second[year][name])
        if differs:
            yield RestsOn(f"rules of {year}", "", "", tuple(dict.fromkeys(differs)))


def _by_year(ruleset: Ruleset) -> Mapping[int, Mapping[str, object]]:
    found: dict[int, dict[str, object]] = {}
    for (year, name), definition in ruleset.definitions.items():
        found.setdefault(year, {})[name] = definition
    return found


# ---- levels that are worked out ----


def _levels(old: Ruleset, new: Ruleset) -> Iterator[RestsOn]:
    """Yield the years whose levels both read and may work out differently, the latest first."""
    first, second = (_levels_by_back(one) for one in (old, new))
    for back in sorted(first.keys() & second.keys()):
        (year, before, keys), (other, after, others) = first[back], second[back]
        differs = _made_otherwise(before, after, keys & others) if before != after else ()
        if differs:
            years = " and ".join(dict.fromkeys(map(str, (year, other))))
            yield RestsOn(f"levels of {years}", _name(before), _name(after), differs)


def _levels_by_back(ruleset: Ruleset) -> Mapping[int, tuple[int, Path | None, frozenset[FieldKey]]]:
    """Return the levels that a ruleset reads by Dashboard years back, with the year and what works them out."""
    read = levels_read(ruleset)
    return {years_back(ruleset, year): (year, levels_file(ruleset, year), keys) for year, keys in read.items()}


def _made_otherwise(before: Path | None, after: Path | None, keys: frozenset[FieldKey]) -> tuple[str, ...]:
    """Return those of some levels that two rulesets do not both work out in the same way, or that only one does."""
    sides = [None if path is None else loaded(path) for path in (before, after)]
    made = [{name for _, name in one.definitions} if one is not None else set() for one in sides]
    named = [level_name(*key) for key in sorted(keys)]
    first, second = sides
    same = alike(prepare(first), prepare(second)) if first is not None and second is not None else frozenset()
    return tuple(name for name in named if name in made[0] | made[1] and name not in same)


def _name(file: Path | None) -> str:
    """Return what people call the ruleset of a file: its name where it is installed, or else its path."""
    return "" if file is None else name_if_installed(file) or shown_name(file)
