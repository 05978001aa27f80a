"""Derives a page of a report again from the data that it names, and says what differs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rulelang.cli.progress import progress_bar
from rulelang.cli.records import determine_from
from rulelang.cli.reporting import wanted_pages
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.version import VERSION

_TAG: Final = re.compile(r"<[^>]*>")

if TYPE_CHECKING:
    from rulelang.analysis.gather import Sources
    from rulelang.report.page_record import PageRecord


def page_differences(page: Path, sources: Sources) -> list[Diagnostic]:
    """Return every difference between a page and what comes out now; an empty list where there is none."""
    from rulelang.analysis.loading import loaded
    from rulelang.report.page_record import main_of, recorded_page
    from rulelang.report.site import report_files

    found = recorded_page(page.read_text(encoding="utf-8", errors="replace"))
    if found is None:
        return [say.no_page_record(str(page))]
    record, rules = found.record, loaded(found.record.ruleset)
    with progress_bar() as bar:
        done = determine_from(rules, sources, record.leas, record.counties, bar=bar, kept_counts=True)
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
    """Return the first line that is not the same, as it stands on the page and as it comes out now."""
    before, after = (_TAG.sub(" ", text).splitlines() for text in (then, now))
    pairs = zip([*before, *[""] * len(after)], [*after, *[""] * len(before)], strict=False)
    return next((one.strip(), other.strip()) for one, other in pairs if one != other)
