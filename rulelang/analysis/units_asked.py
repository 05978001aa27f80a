"""What units of a simulation are chosen and broken down by, as the vocabulary calls it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve

from rulelang.analysis.simulation import COUNTY, GROUP, KIND, SIZE, Asked
from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import FactType, Vocabulary
from rulelang.diagnostics.arguments import named
from rulelang.engine.levels import measure_of


def asked_of(ruleset: Ruleset, asked: Asked) -> Asked:
    """Return what is asked for by the names of the vocabulary; UnknownNameError for a name that it does not have."""
    words = ruleset.vocabulary
    known = [name for name in _named_by(words) if name != SIZE]
    only: dict[str, list[str]] = {}
    for what, values in asked.only.items():
        by = named(f"something to choose by in the vocabulary {words.name}", what, known)
        only[by] = [_value(words, by, one) for one in ([values] if isinstance(values, str) else values)]
    size = asked.size
    if asked.at_least is not None or size != Asked().size:
        numbers = [name for one in words.numbers for name in one.names]
        measures = [measure_of(rule) for rule in ruleset.levels if rule.what == "measure"]
        size = named("a number or measure of the rules", size, (*measures, *numbers))
    return evolve(asked, only=only, size=size)


def breakdowns(words: Vocabulary, by: Iterable[str], sizes: Sequence[int]) -> tuple[str, ...]:
    """Return what results are to be broken down by, as the vocabulary has it.

    Raises UnknownNameError for a name that it does not have, and ValueError for sizes without limits between them.
    """
    known = tuple(_named_by(words))
    what = f"something to break results down by in the vocabulary {words.name}"
    found = tuple(named(what, one, known) for one in by)
    if SIZE in found and not sizes:
        message = "results are broken down by size with the limits between sizes, such as 150"
        raise ValueError(message)
    return found


def _named_by(words: Vocabulary) -> Iterator[str]:
    yield from (KIND, GROUP, COUNTY, SIZE)
    yield from (scale.name for scale in words.scales)
    yield from (number.name for number in words.numbers if number.type is FactType.TEXT)


def _value(words: Vocabulary, what: str, value: str) -> str:
    """Return a value that units are chosen by; texts of the data can be anything."""
    scale = next((one for one in words.scales if one.name == what), None)
    if what == KIND:
        kinds = {name: one.name for one in words.kinds for name in (one.name, one.plural, *one.aliases)}
        return named("a kind", value, kinds)
    if what == GROUP:
        groups = {name: one.name for one in words.groups for name in (one.name, *one.codes, *one.aliases)}
        return named("a student group", value, groups)
    if what == COUNTY and words.counties:
        numbers_and_names = words.counties.items()
        counties = {name: one for number, one in numbers_and_names for name in (one, f"{one} County", number)}
        return named("a county", value, counties)
    if scale is not None:
        return named(f"a level of {what}", value, scale.levels)
    return value
