"""The data of a year by the rules of other years: what would have been determined, had they been in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from rulelang.analysis.loading import asked_of
from rulelang.compiler.locations import locate
from rulelang.compiler.standing import ground_of
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.diagnostic import RulesError
from rulelang.engine.determination import Determination, determine_all
from rulelang.engine.steps import prepare


@frozen
class ByYear:
    """What the rules of a year make of data of another; `notes` say what of them the data's year does not have."""

    year: int
    determinations: tuple[Determination, ...]
    notes: tuple[str, ...]


def by_rules_of(year: int, name: str, ruleset: Ruleset, records: Sequence[LeaRecord]) -> ByYear | None:
    """Return what the rules of a year make of the data of a ruleset's own; None where the year has no rules.

    The year's ruleset is looked for where rules that look back look for it. One with errors, or suspended, is none.
    """
    file = locate(name)
    place = ground_of(file).year(year) if file is not None else None
    if place is None:
        return None
    try:
        rules, missing = asked_of(place, ruleset.year)
    except RulesError:
        return None
    if rules.suspended is not None:
        return None
    notes = tuple(dict.fromkeys(one.message for one in missing))
    return ByYear(year, tuple(determine_all(prepare(rules), records)), notes)


def by_rules_of_each(name: str, ruleset: Ruleset, records: Sequence[LeaRecord]) -> Iterator[ByYear]:
    """Yield what the rules of each Dashboard year that has any make of the data, the earliest first."""
    for year in sorted(ruleset.vocabulary.years):
        found = by_rules_of(year, name, ruleset, records)
        if found is not None:
            yield found


def year_before(ruleset: Ruleset) -> int | None:
    """Return the Dashboard year before that of a ruleset; None where it is the first."""
    return max((year for year in ruleset.vocabulary.years if year < ruleset.year), default=None)
