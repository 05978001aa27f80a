"""The header of a rule file: which ruleset and year it is, or which it is a what-if of, and what its base is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

from rulelang.compiler import files
from rulelang.compiler.in_force import Effective
from rulelang.compiler.locations import SUFFIX
from rulelang.compiler.near_paths import near_ruleset
from rulelang.compiler.standing import base_file, rulesets_called
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.catalogue import names, years
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.plain_text import vocabulary_title

_BASED_ON: Final = "based on"


@frozen
class Bases:
    """How the base of a file is found and read; `begun` holds the files whose reading has begun."""

    path: Path
    read: Callable[[Path], Effective | None]
    begun: Mapping[Path, Effective | None]
    reporter: Reporter

    def base(self, named: syn.Text) -> Effective | None:
        """Return what is in force in the base of a name; None, after a report, if there is no such base."""
        place = base_file(named.text, self.path)
        if place is None:
            beside = files.shown_name(self.path.parent.joinpath(f"{named.text}{SUFFIX}"))
            self.reporter.report(years.missing_base(named.span, named.text, beside, near_ruleset(named.text)))
            return None
        if place in self.begun and self.begun[place] is None:
            self.reporter.report(years.base_not_earlier(named.span, named.text))
            return None
        base = self.read(place)
        if base is not None and base.what_if is not None:
            self.reporter.report(years.based_on_what_if(named.span, named.text))
            return None
        return base


def read_header(
    path: Path, file: syn.File, vocabulary: Vocabulary, bases: Bases
) -> tuple[Effective, Effective | None] | None:
    """Return a file's header, and what is in force in its base, if any; None, after reports."""
    reporter = bases.reporter
    _must_be_said_once(path, file, vocabulary, reporter)
    header = next((one for one in file.statements if isinstance(one, syn.RulesetLine | syn.WhatIfLine)), None)
    based_on = next((line.text for line in _lines(file) if line.what == _BASED_ON), None)
    if header is None:
        reporter.report(years.missing_ruleset_line(file.statements[0].span))
        return None
    if isinstance(header, syn.WhatIfLine):
        found = _what_if(path, header, header.base or based_on, bases)
        if found is not None:
            _has_levels(path, file, found[0].year, bases)
        return found
    if not _is_of_year(path, header, vocabulary, reporter):
        return None
    base = None
    if based_on is not None:
        base = _earlier(header, based_on, bases)
        if base is None:
            return None
    _has_levels(path, file, header.year or 0, bases)
    return Effective(header.title, header.year or 0, header.span), base


def _what_if(
    path: Path, header: syn.WhatIfLine, based_on: syn.Text | None, bases: Bases
) -> tuple[Effective, Effective] | None:
    if path.stem.isdecimal():
        bases.reporter.report(years.what_if_named_by_year(header.span, path.stem))
    elif based_on is None:
        bases.reporter.report(years.what_if_without_base(header.span))
    else:
        base = bases.base(based_on)
        if base is not None:
            return Effective(base.title, base.year, header.span, what_if=header.title), base
    return None


def _must_be_said_once(path: Path, file: syn.File, vocabulary: Vocabulary, reporter: Reporter) -> None:
    """Report header lines that are repeated, and folders and a vocabulary in them that do not exist."""
    seen: set[object] = set()
    for one in file.statements:
        said = _what_is_said_once(one)
        if said in seen:
            reporter.report(years.stray_statement(one.span))
        seen |= {said} - {None}
        if isinstance(one, syn.WhatIfLine) and one.base is not None:
            seen.add(_BASED_ON)
    for line in _lines(file):
        match line:
            case syn.FileLine("levels from" | "earlier years from", syn.Text(folder)):
                if not rulesets_called(folder, path):
                    reporter.report(years.no_rulesets_in_folder(line.span, folder))
            case syn.FileLine("uses", syn.Text(title)) if not _is_called(vocabulary, vocabulary_title(title)):
                reporter.report(names.other_vocabulary(line.span, vocabulary.name))


def _has_levels(path: Path, file: syn.File, year: int, bases: Bases) -> None:
    """Warn of a line that takes levels from a folder without a ruleset of the year."""
    for line in _lines(file):
        found = rulesets_called(line.text.text, path) if line.what == "levels from" and line.text is not None else ()
        if found and str(year) not in [one.stem for one in found]:
            bases.reporter.report(years.no_levels_of_years(line.span, line.span.words.split()[-1], [year]))


def _what_is_said_once(statement: syn.Statement) -> object:
    """Return what a header line declares that may be declared only once; None for all other lines."""
    if isinstance(statement, syn.FileLine):
        return statement.what if statement.text is not None else None
    return type(statement) if isinstance(statement, syn.RulesetLine | syn.WhatIfLine) else None


def _lines(file: syn.File) -> list[syn.FileLine]:
    return [one for one in file.statements if isinstance(one, syn.FileLine)]


def _is_called(vocabulary: Vocabulary, title: str) -> bool:
    names = map(vocabulary_title, (vocabulary.name, *vocabulary.extends))
    return title.casefold() in (name.casefold() for name in names)


def _is_of_year(path: Path, header: syn.RulesetLine, vocabulary: Vocabulary, reporter: Reporter) -> bool:
    """Return whether a ruleset has an existing year that its file is named by, after a report if not."""
    if header.year is None:
        reporter.report(years.missing_ruleset_year(header.span))
    elif path.stem.isdecimal() and path.stem != str(header.year):
        reporter.report(years.other_year(header.span, header.year, path.stem))
    elif header.year not in (*vocabulary.years, *vocabulary.suspended):
        reporter.report(names.unknown_year(_year_of(header), header.year, vocabulary.years))
    else:
        return True
    return False


def _year_of(header: syn.RulesetLine) -> Span:
    """Return the place of the year in a ruleset's line; the whole line if the year is not written there in digits."""
    at = header.span.text.partition("\n")[0].rfind(str(header.year))
    start = header.span.start + at
    return Span(header.span.source, start, start + len(str(header.year))) if at >= 0 else header.span


def _earlier(header: syn.RulesetLine, based_on: syn.Text, bases: Bases) -> Effective | None:
    """Return the base of a year: an earlier one, or that year in another folder; None, after a report, for others."""
    year = header.year or 0
    if based_on.text.isdecimal() and int(based_on.text) >= year:
        bases.reporter.report(years.base_not_earlier(based_on.span, based_on.text))
        return None
    base = bases.base(based_on)
    if base is not None and base.year > year:
        bases.reporter.report(years.base_not_earlier(based_on.span, based_on.text))
        return None
    return base
