"""The header of a rule file: which ruleset and year it is, or which it is a what-if of, and what its base is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from rulelang.compiler.in_force import Effective
from rulelang.compiler.standing import rulesets_called
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.catalogue import names, years
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.lexicon import is_number
from rulelang.syntax.plain_text import vocabulary_title

_BASED_ON: Final = "based on"


Base = Callable[[syn.Text], Effective | None]
"""Returns what is in force in the base of a name; None, after a report, if there is no such base."""


def read_header(
    path: Path, file: syn.File, vocabulary: Vocabulary, base_of: Base, reporter: Reporter
) -> tuple[Effective, Effective | None] | None:
    """Return a file's header, and what is in force in its base, if any; None, after reports."""
    _must_be_said_once(path, file, vocabulary, reporter)
    header = next((one for one in _lines(file) if one.begins), None)
    based_on = next((line.text for line in _lines(file) if line.what == _BASED_ON), None)
    if header is None:
        reporter.report(years.missing_ruleset_line(file.statements[0].span))
        return None
    if header.what != "ruleset":
        found = _what_if(path, header, header.text if header.what.endswith(_BASED_ON) else based_on, base_of, reporter)
        if found is not None:
            _has_levels(path, file, found[0].year, reporter)
        return found
    title, _, last = header.named.rpartition(" ")
    year = int(last) if is_number(last) else None
    if year is None:
        reporter.report(years.missing_ruleset_year(header.span))
        return None
    if not _is_of_year(path, header, year, vocabulary, reporter):
        return None
    base = None
    if based_on is not None:
        base = _earlier(year, based_on, base_of, reporter)
        if base is None:
            return None
    _has_levels(path, file, year, reporter)
    return Effective(title, year, header.span), base


def _what_if(
    path: Path, header: syn.FileLine, based_on: syn.Text | None, base_of: Base, reporter: Reporter
) -> tuple[Effective, Effective] | None:
    if path.stem.isdecimal():
        reporter.report(years.what_if_named_by_year(header.span, path.stem))
    elif based_on is None:
        reporter.report(years.what_if_without_base(header.span))
    else:
        base = base_of(based_on)
        if base is not None:
            title = "" if header.what.endswith(_BASED_ON) else header.named
            return Effective(base.title, base.year, header.span, what_if=title), base
    return None


def _must_be_said_once(path: Path, file: syn.File, vocabulary: Vocabulary, reporter: Reporter) -> None:
    """Report header lines that are repeated, and folders and a vocabulary in them that do not exist."""
    seen: set[str] = set()
    for line in _lines(file):
        said = {line.what.removesuffix(f" {_BASED_ON}")} if line.text is not None else set()
        if said & seen:
            reporter.report(years.stray_statement(line.span))
        seen |= said | ({_BASED_ON} if line.what.endswith(_BASED_ON) else set())
    for line in _lines(file):
        match line:
            case syn.FileLine("levels from" | "earlier years from", syn.Text(folder)):
                if not rulesets_called(folder, path):
                    reporter.report(years.no_rulesets_in_folder(line.span, folder))
            case syn.FileLine("uses", syn.Text(title)) if not _is_called(vocabulary, vocabulary_title(title)):
                reporter.report(names.other_vocabulary(line.span, vocabulary.name))


def _has_levels(path: Path, file: syn.File, year: int, reporter: Reporter) -> None:
    """Warn of a line that takes levels from a folder without a ruleset of the year."""
    for line in _lines(file):
        found = rulesets_called(line.named, path) if line.what == "levels from" else ()
        if found and str(year) not in [one.stem for one in found]:
            reporter.report(years.no_levels_of_years(line.span, line.named, [year]))


def _lines(file: syn.File) -> list[syn.FileLine]:
    return [one for one in file.statements if isinstance(one, syn.FileLine)]


def _is_called(vocabulary: Vocabulary, title: str) -> bool:
    names = map(vocabulary_title, (vocabulary.name, *vocabulary.extends))
    return title.casefold() in (name.casefold() for name in names)


def _is_of_year(path: Path, header: syn.FileLine, year: int, vocabulary: Vocabulary, reporter: Reporter) -> bool:
    """Return whether a ruleset is of an existing year that its file is named by, after a report if not."""
    if path.stem.isdecimal() and path.stem != str(year):
        reporter.report(years.other_year(header.span, year, path.stem))
    elif year not in (*vocabulary.years, *vocabulary.suspended):
        reporter.report(names.unknown_year(_year_of(header, year), year, vocabulary.years))
    else:
        return True
    return False


def _year_of(header: syn.FileLine, year: int) -> Span:
    """Return the place of the year in a ruleset's line; the whole line if the year is not written there in digits."""
    at = header.span.text.partition("\n")[0].rfind(str(year))
    start = header.span.start + at
    return Span(header.span.source, start, start + len(str(year))) if at >= 0 else header.span


def _earlier(year: int, based_on: syn.Text, base_of: Base, reporter: Reporter) -> Effective | None:
    """Return the base of a year: an earlier one, or that year in another folder; None, after a report, for others."""
    if based_on.text.isdecimal() and int(based_on.text) >= year:
        reporter.report(years.base_not_earlier(based_on.span, based_on.text))
        return None
    base = base_of(based_on)
    if base is not None and base.year > year:
        reporter.report(years.base_not_earlier(based_on.span, based_on.text))
        return None
    return base
