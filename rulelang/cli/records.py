"""From the folders given to a determination for each LEA asked for: what several commands have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from rulelang.cli.progress import Bar
from rulelang.cli.terminal import show
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic

if TYPE_CHECKING:
    from rulelang.core.record import LeaRecord
    from rulelang.core.ruleset import Ruleset
    from rulelang.data.report import DataSet, ReadReport
    from rulelang.engine.determination import Determination

EVERY = 100
"""After how many LEAs the progress bar moves."""


@frozen
class Determined:
    """The determinations of the LEAs asked for, the data they rest on, and whether all that was asked for was there."""

    determinations: tuple[Determination, ...]
    data: DataSet
    complete: bool


def determine_from(
    ruleset: Ruleset, folders: Sequence[Path], leas: Sequence[str], counties: Sequence[str], bar: Bar
) -> Determined:
    """Return the determinations of the LEAs asked for, all where none is named; print what is wrong with the data."""
    from rulelang.analysis.data_needed import data_needed
    from rulelang.data.read import read_folders

    needed = data_needed(ruleset)
    data = read_folders(ruleset.vocabulary, folders, [*needed], kinds=needed, progress=bar)
    determinations = tuple(_determined(ruleset, _chosen(data.records, leas, counties), bar))
    bar.close()
    show([*data.diagnostics, *_files_not_found(data.report)], err=True)
    unknown = [*_unknown_leas(data, leas), *_unknown_counties(data, counties)]
    if not determinations and not unknown:
        unknown.append(say.no_lea_to_determine())
    show(unknown, err=True)
    return Determined(determinations, data, complete=not unknown)


def _files_not_found(report: ReadReport) -> Iterator[Diagnostic]:
    """Yield a warning for each year of which some files were not found, and one for all years that have none."""
    missing = {file.year for file in report.missing}
    found = {file.year for file in report.files}
    for year in sorted(missing & found, reverse=True):
        yield say.files_not_found(year, [" or ".join(file.names) for file in report.missing if file.year == year])
    if missing - found:
        yield say.years_not_found(sorted(missing - found))


def _chosen(records: Sequence[LeaRecord], leas: Sequence[str], counties: Sequence[str]) -> list[LeaRecord]:
    """Return the records of the LEAs and of the counties named; both where both are."""
    named = {county.casefold().strip() for county in counties}
    return [
        record
        for record in records
        if (not leas or record.code in leas) and (not named or record.county.casefold() in named)
    ]


def _determined(ruleset: Ruleset, records: Sequence[LeaRecord], bar: Bar) -> Iterator[Determination]:
    from rulelang.engine.determination import determine
    from rulelang.engine.record import prepare

    prepared = prepare(ruleset)
    for done, record in enumerate(records):
        if done % EVERY == 0:
            bar("determining", done, len(records))
        yield determine(prepared, record)


def _unknown_leas(data: DataSet, leas: Sequence[str]) -> list[Diagnostic]:
    codes = [record.code for record in data.records]
    return _unknown(leas, codes, say.lea_not_in_data)


def _unknown_counties(data: DataSet, counties: Sequence[str]) -> list[Diagnostic]:
    names = sorted({record.county for record in data.records if record.county})
    return _unknown(counties, names, say.county_not_in_data)


def _unknown(
    asked: Sequence[str], known: Sequence[str], complain: Callable[[str, Sequence[str]], Diagnostic]
) -> list[Diagnostic]:
    folded = {name.casefold() for name in known}
    return [complain(name, known) for name in asked if name.casefold().strip() not in folded]
