"""The LEAs of a year from the state's files, with all that is wrong with them: one call for programs."""

from __future__ import annotations

from attrs import evolve

from rulelang.analysis.asked import not_there, place_of
from rulelang.analysis.chaining import leas_with_levels
from rulelang.analysis.gather import Request, files_not_found
from rulelang.core.ruleset import Ruleset
from rulelang.data.published import PublishedList
from rulelang.data.report import DataSet


def data_from(
    ruleset: Ruleset,
    request: Request,
    *,
    counts: bool = False,
    official: PublishedList | None = None,
    levels_stated: bool = False,
) -> DataSet:
    """Return the LEAs asked for, and whatever they may look at, with all that is wrong with the files.

    Those that are not in the data are among the diagnostics. With `counts` the records hold the counts behind their
    levels; `official` and `levels_stated` are as for `gather`. RulesError as `leas_with_levels` does.
    """
    found = leas_with_levels(ruleset, request, kept_counts=counts, official=official, levels_stated=levels_stated)
    said = (
        *found.data.diagnostics,
        *files_not_found(found.data.report, ruleset.year),
        *not_there(map(place_of, found.data.records), request.leas, request.counties, ruleset.vocabulary),
    )
    return evolve(found.data, records=found.records, diagnostics=said)
