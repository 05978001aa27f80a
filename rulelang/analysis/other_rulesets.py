"""Other rulesets that go with one: of other years on its data, and those that work out the levels that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import evolve, frozen

from rulelang.analysis.loading import asked_of, loaded
from rulelang.compiler.locations import locate
from rulelang.compiler.standing import ground_of, rulesets_called
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic, RulesError
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


# ---- What works levels out ----


def levels_rules(ruleset: Ruleset, year: int, said: list[Diagnostic]) -> tuple[Ruleset | None, Path | None]:
    """Return the ruleset that works out the levels of a year, and its file; None if there is none.

    Rules that are asked of the data of another year go with the levels of their own year, if these work there.
    """
    file, own = levels_file(ruleset, year), levels_file(evolve(ruleset, rules_of=None), year)
    if file is None or file == own:
        return (loaded(file) if file is not None else None), file
    loaded(file)  # what is wrong with it in its own year is an error here too
    try:
        return asked_of(file, year)[0], file
    except RulesError as error:
        if own is None:
            raise
        [refused] = error.diagnostics
        said.append(say.other_levels_of_year(ruleset.levels_from, int(file.stem), year, refused.notes[0]))
        return loaded(own), own


def levels_file(ruleset: Ruleset, year: int) -> Path | None:
    """Return the file of the ruleset that works out a year's levels: beside the folder of the other, or shipped.

    Of rules that are asked of the data of another year, the year of the rules comes first.
    """
    files = {path.stem: path for path in rulesets_called(ruleset.levels_from, Path(ruleset.source))}
    of = ruleset.rules_of if year == ruleset.year and ruleset.rules_of is not None else year
    return files.get(str(of), files.get(str(year)))
