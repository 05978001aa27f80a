"""Makes the pages of a report: what the command that writes them and the one that derives them again share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click
from attrs import evolve
from click.decorators import FC

from rulelang.analysis.gather import Request
from rulelang.analysis.move_words import change_parts
from rulelang.analysis.other_rulesets import by_rules_of, year_before
from rulelang.analysis.way_out import asked_with_numbers, outcome_asked, ways_in_students
from rulelang.cli.records import Determined
from rulelang.compiler.locations import locate
from rulelang.compiler.standing import beside_vocabulary
from rulelang.core.ruleset import Ruleset
from rulelang.engine.determination import Determination
from rulelang.engine.steps import prepare
from rulelang.report.language import LANGUAGES, NAMES, Language, language_of
from rulelang.report.lea_page import Change, SmallestWay
from rulelang.report.page_record import PageRecord, RecordedFile
from rulelang.report.site import Wanted
from rulelang.version import VERSION

OUTLINES: Final = "counties.geojson"
"""The file beside a vocabulary that has the outlines of its counties."""


def in_language(help_: str) -> Callable[[FC], FC]:
    """Return the option of the language that pages are written in."""
    languages = click.Choice(LANGUAGES)
    return click.option("--language", type=languages, default=LANGUAGES[0], show_default=True, help=help_)


def wanted_pages(rules: Ruleset, record: PageRecord, folders: tuple[Path, ...], done: Determined) -> Wanted:
    """Return what the pages of a report are made with, as a record says; it gets the data files that were read."""
    file = locate(record.ruleset) or Path(record.ruleset)
    read = sorted({(one.path.name, one.sha256) for one in done.data.report.files})
    return Wanted(
        language=language_called(record.language, record.ruleset),
        pdf=record.pdf,
        outlines=next(iter(beside_vocabulary(file, OUTLINES)), None),
        record=evolve(record, data=tuple(RecordedFile(*one) for one in read)),
        by_old_rules=_by_old_rules(rules, record.ruleset, done),
        ways=_ways(rules, folders, done),
    )


def language_called(code: str, ruleset: str) -> Language:
    """Return a language by its code, with the names of the words of a ruleset's vocabulary in it."""
    return language_of(code, beside_vocabulary(locate(ruleset) or Path(ruleset), NAMES.format(code)))


def page_record(rules: Ruleset, ruleset: str, request: Request) -> PageRecord:
    """Return the record of a report in English, before its data are read."""
    asked = request.leas, request.counties, "en"
    again = PageRecord(VERSION, ruleset, rules.fingerprint, *asked, pdf=False, data=())
    return evolve(again, recompute=request.recompute, as_year=request.as_year)


def _by_old_rules(rules: Ruleset, ruleset: str, done: Determined) -> Mapping[str, Determination]:
    """Return the results of the previous year's rules on the same data, by code; nothing without such rules.

    There are none for a what-if: what it changes would be taken for what the results of the year brought about.
    """
    before = year_before(rules) if rules.is_enacted else None
    found = by_rules_of(before, ruleset, rules, done.records) if before is not None else None
    if found is None or found.notes:  # what the year lacks would be taken for a difference that the rules make
        return {}
    return {one.record.code: one for one in found.determinations}


def _ways(rules: Ruleset, folders: tuple[Path, ...], done: Determined) -> Mapping[str, SmallestWay]:
    """Return the smallest way out of the first determination of the vocabulary, by the code of each LEA that has it.

    There is none where rules look at other LEAs.
    """
    asked = outcome_asked(rules)
    records = [one.record for one in done.determinations if one.outcome == asked]
    if not records or rules.relates:
        return {}
    found = {}
    about, behind = asked_with_numbers(prepare(rules), asked, folders, codes=None)
    for one in ways_in_students(about, records, behind):
        if one.way.ways:
            changes = tuple(
                Change(what, change.group or "", before, after)
                for change, move in zip(one.way.ways[0], one.moves[0], strict=True)
                for what, before, after in (change_parts(change, move),)
            )
            found[one.way.record.code] = SmallestWay(changes, one.way.count, one.fewest)
    return found
