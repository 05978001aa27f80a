"""The data of a year by the rules of other years: what would have been determined if they had been in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rulelang.analysis.loading import asked_of
from rulelang.compiler.locations import locate
from rulelang.compiler.standing import ground_of
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.diagnostic import RulesError
from rulelang.diagnostics.plain_data import frozen
from rulelang.engine.determination import Determination, determine_all
from rulelang.engine.steps import prepare


@frozen
class ByYear:
    """The result of one year's rules on another year's data; `notes` say what in these rules the data's year lacks."""

    year: int
    determinations: tuple[Determination, ...]
    notes: tuple[str, ...]


def by_rules_of(year: int, name: str, ruleset: Ruleset, records: Sequence[LeaRecord]) -> ByYear | None:
    """Return the result of a year's rules on the data of a ruleset's own year; None if the year has no rules.

    The year's ruleset is looked for as by rules that look back. One with errors, or suspended, does not count.
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
    """Yield the result of the rules of each Dashboard year that has any on the data, the earliest first."""
    for year in sorted(ruleset.vocabulary.years):
        found = by_rules_of(year, name, ruleset, records)
        if found is not None:
            yield found


def year_before(ruleset: Ruleset) -> int | None:
    """Return the Dashboard year before that of a ruleset; None if it is the first."""
    return max((year for year in ruleset.vocabulary.years if year < ruleset.year), default=None)
