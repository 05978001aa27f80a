"""The LEAs of a year from the state's files, with the levels that are worked out from them: one call for programs."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from rulelang.analysis.asked import not_there, place_of
from rulelang.analysis.chaining import with_levels
from rulelang.analysis.gather import Sources, files_not_found, gather
from rulelang.core.ruleset import Ruleset
from rulelang.data.published import PublishedList
from rulelang.data.report import DataSet


def data_from(
    ruleset: Ruleset,
    sources: Sources,
    leas: Sequence[str] = (),
    counties: Sequence[str] = (),
    *,
    recompute: bool = False,
    counts: bool = False,
    official: PublishedList | None = None,
    levels_stated: bool = False,
) -> DataSet:
    """Return the LEAs and counties asked for, all where none is, with all that is wrong with the files.

    Those that are not in the data are among the diagnostics. `official` and `levels_stated` are as for `gather`.
    Where the rules relate entities to one another, all are returned. RulesError if a ruleset that works levels out
    has errors.
    """
    found = gather(ruleset, sources, official=official, levels_stated=levels_stated).data
    chained = with_levels(ruleset, sources, found, leas, counties, recompute=recompute, kept_counts=counts)
    places = map(place_of, chained.data.records)
    said = (
        *chained.data.diagnostics,
        *files_not_found(chained.data.report, ruleset.year),
        *not_there(places, leas, counties, ruleset.vocabulary),
    )
    return evolve(chained.data, records=chained.records, diagnostics=said)
