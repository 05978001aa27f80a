"""The LEAs that a command is about, and their determinations: what several commands share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from rulelang.analysis.asked import not_there, places_of
from rulelang.analysis.chaining import Chained, leas_with_levels
from rulelang.analysis.gather import Request, files_not_found
from rulelang.cli.progress import Bar
from rulelang.cli.terminal import show
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import FACTS
from rulelang.data.published import PublishedList
from rulelang.data.report import DataSet
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.engine.determination import Determination, determine_all
from rulelang.engine.evaluate import Evaluation, evaluate_all
from rulelang.engine.steps import prepare

OWN_YEAR_NOT_FOUND = "own-year-not-found"
"""The code of the message that every file of the year to determine is missing."""

EVERY = 100
"""After how many LEAs the progress bar moves."""


@frozen
class Found:
    """The LEAs asked for with the levels worked out for them, and whether all were there."""

    chained: Chained
    complete: bool

    @property
    def records(self) -> tuple[LeaRecord, ...]:
        """Return the LEAs, with those that the rules may look at beside the ones asked for."""
        return self.chained.records

    @property
    def data(self) -> DataSet:
        """Return the data they come from."""
        return self.chained.data

    @property
    def is_whole(self) -> bool:
        """Return whether all LEAs asked for were there, and none of their data was refused."""
        return self.complete and not self.data.has_errors


@frozen
class Determined(Found):
    """The same with the determinations of the LEAs asked for."""

    determinations: tuple[Determination, ...]


def leas_from(
    ruleset: Ruleset,
    request: Request,
    *,
    bar: Bar,
    official: PublishedList | None = None,
    counts: bool = False,
    kept_counts: bool = False,
    levels_stated: bool = False,
) -> Found:
    """Return the LEAs asked for, all where none is named; print what is wrong with the data."""
    chained = leas_with_levels(
        ruleset,
        request,
        counts=counts,
        kept_counts=kept_counts,
        official=official,
        levels_stated=levels_stated,
        progress=bar,
    )
    data = chained.data
    bar.close()
    missing = list(files_not_found(data.report, ruleset))
    no_year = [one for one in missing if one.code == OWN_YEAR_NOT_FOUND and not data.records]
    show([*data.diagnostics, *(one for one in missing if one not in no_year)], err=True)
    unknown = [evolve(one, severity=Severity.ERROR) for one in no_year]
    unknown = unknown or [*_not_there(chained, request, ruleset)]
    if not chained.records and not unknown:
        has_facts = any(one.used or one.ignored for one in data.report.files if one.kind == FACTS)
        unknown.append(say.no_lea_to_determine(has_facts=has_facts))
    show(unknown, err=True)
    return Found(chained, complete=not unknown)


def determine_from(
    ruleset: Ruleset,
    request: Request,
    *,
    bar: Bar,
    official: PublishedList | None = None,
    kept_counts: bool = False,
) -> Determined:
    """Return the determinations of the LEAs asked for, all where none is named; print what is wrong with the data."""
    found = leas_from(ruleset, request, bar=bar, official=official, kept_counts=kept_counts)
    every = determine_all(prepare(ruleset), watched(found.records, bar, "determining"))
    determinations = tuple(one for one in every if one.record.code in found.chained.asked)
    bar.close()
    return Determined(found.chained, found.complete, determinations)


def evaluations_of(ruleset: Ruleset, found: Found, bar: Bar) -> Iterator[Evaluation]:
    """Yield the evaluation of each LEA asked for, a batch at a time, so that they need not all be kept."""
    every = evaluate_all(prepare(ruleset), watched(found.records, bar, "working out levels"))
    return (one for one in every if one.record.code in found.chained.asked)


def watched(records: Sequence[LeaRecord], bar: Bar, doing: str) -> Iterator[LeaRecord]:
    """Yield LEAs one after another while the progress bar moves."""
    for done, record in enumerate(records):
        if done % EVERY == 0:
            bar(doing, done, len(records))
        yield record


def _not_there(chained: Chained, request: Request, ruleset: Ruleset) -> Iterator[Diagnostic]:
    """Yield messages about LEAs and counties that were asked for and are not in the data of the year."""
    yield from (say.lea_of_other_years(code, ruleset.year) for code in request.leas if code in chained.earlier)
    others = [code for code in request.leas if code not in chained.earlier]
    yield from not_there(places_of(chained.data.records), others, request.counties, ruleset.vocabulary)
