"""`rulelang verify`: repeats a run from its record, or makes a page again from its data, and says what differs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from rulelang.analysis.gather import Request, Sources
from rulelang.analysis.provenance import verify
from rulelang.cli import options
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import determine_from
from rulelang.cli.reporting import wanted_pages
from rulelang.cli.rule_errors import rules_for
from rulelang.cli.streams import show_json
from rulelang.cli.terminal import show
from rulelang.data.report import DataError
from rulelang.diagnostics.as_data import diagnostic_data
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.report.page_record import PageRecord, main_of, recorded_page
from rulelang.report.site import report_files
from rulelang.version import VERSION

NO_RECORD: Final = "no-run-record"
"""The code of the message that there is no record of a run, so that nothing can differ from it."""

_TAG: Final = re.compile(r"<[^>]*>")


@click.command("verify")
@click.argument("results", metavar="RESULTS", type=options.Existing(exists=True, path_type=Path))
@options.of_sources
@options.memory
@options.printed_as
def command(
    *,
    results: Path,
    request: Request,
    memory: str | None,
    format_: str,
) -> int:
    """Repeat a run from its record, and say what differs.

    RESULTS is the folder that `rulelang evaluate` wrote, or the run.json in it. The exit code is 0 only if the rules,
    the data files, the version of rulelang, and every cell of the results match the record, and 2 if there is no
    record.

    RESULTS can also be a page that `rulelang report` wrote. A page names the data files it rests on, but not where they
    are: give them with --data, --published and --group-counts, or with --records.
    """
    is_page = results.suffix == ".html"
    if not is_page and any(map(options.is_given, ("folders", "records", "published", "group_counts"))):
        message = "the record of a run says where its data are: leave out `--data`, `--records`, `--published` and"
        message += " `--group-counts`"
        raise click.UsageError(message)
    if is_page:
        options.check_data(request)
        differences = _page_differences(results, request.sources)
    else:
        with progress_bar() as bar:
            differences = verify(results, engine=VERSION, progress=bar, memory=memory)
    if any(difference.code == NO_RECORD for difference in differences):
        raise DataError(*differences)
    if format_ == "json":
        found = [diagnostic_data(difference) for difference in differences]
        show_json({"results": str(results), "as_recorded": not differences, "differences": found})
        return 1 if differences else 0
    show(differences)
    click.echo(f"{results}: {count(len(differences), 'difference')}" if differences else f"{results}: as recorded")
    return 1 if differences else 0


# ---- pages ----


def _page_differences(page: Path, sources: Sources) -> list[Diagnostic]:
    """Return every difference between a page and the one made now; an empty list where there is none."""
    found = recorded_page(page.read_text(encoding="utf-8", errors="replace"))
    if found is None:
        raise DataError(say.no_page_record(str(page)))
    record = found.record
    request = Request(sources, record.leas, record.counties, record.recompute, record.as_year)
    rules = rules_for(record.ruleset, record.as_year)
    with progress_bar() as bar:
        done = determine_from(rules, request, bar=bar, kept_counts=True)
    wanted = wanted_pages(rules, record, sources.folders, done)
    differences = [*_changed("the version of rulelang", record.engine, VERSION)]
    differences += _changed("the fingerprint of the ruleset", record.fingerprint, rules.fingerprint)
    differences += _data_that_differ(record, wanted.record or record)
    again = report_files(rules, done.determinations, wanted, VERSION).get(found.name, b"").decode()
    if main_of(again) != found.main:
        differences.append(say.page_differs(str(page), *_first_difference(found.main, main_of(again))))
    return differences


def _changed(what: str, recorded: str, now: str) -> list[Diagnostic]:
    return [say.run_differs(what, recorded, now)] if recorded != now else []


def _data_that_differ(record: PageRecord, now: PageRecord) -> Iterator[Diagnostic]:
    recorded, read = ({one.file: one.sha256 for one in of.data} for of in (record, now))
    for name, digest in recorded.items():
        if name not in read:
            yield say.run_file_missing("data file", name)
        elif read[name] != digest:
            yield say.run_file_changed("data file", name)
    yield from (say.run_file_new(name) for name in read if name not in recorded)


def _first_difference(then: str, now: str) -> tuple[str, str]:
    """Return the first line that is not the same, as it is on the page and as it would be now."""
    before, after = (_TAG.sub(" ", text).splitlines() for text in (then, now))
    pairs = zip([*before, *[""] * len(after)], [*after, *[""] * len(before)], strict=False)
    return next((one.strip(), other.strip()) for one, other in pairs if one != other)
