"""Closed years: a lock file beside the rules holds what each published year means, and a check compares.

The lock also holds the hash of every rule file, so that a check of unchanged files has nothing to compare.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from attrs import define, field, frozen

from rulelang.compiler import files
from rulelang.compiler.fingerprint import CODE, definition_fingerprint, definitions_fingerprint, words_of_year
from rulelang.compiler.load import load_years
from rulelang.compiler.locations import LOCK_FILE, SUFFIX
from rulelang.compiler.standing import find_vocabulary, vocabulary_files
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.catalogue import locks as messages
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.diagnostics.source import Source, Span
from rulelang.whole_files import write_whole


class ClosedYear(NamedTuple):
    """What a year meant when it was closed: a hash of each of its rules and words by name, of the rest, and of it all.

    The rest are the years that it looks back to, and the order in which its rules decide.
    """

    fingerprint: str
    rest: str
    words: Mapping[str, str]
    rules: Mapping[str, str]


@frozen
class Lock:
    """The closed years of a folder of rules, and the hashes of the files they were closed with."""

    years: Mapping[int, ClosedYear] = field(factory=dict)
    sources: Mapping[str, str] = field(factory=dict)


def closed_year(ruleset: Ruleset) -> ClosedYear:
    """Return what a ruleset means now, for a lock."""
    names = {rule.name: rule.label or rule.name for rule in ruleset.rules}
    names.update({rule.definition: rule.definition for rule in ruleset.levels})
    own = {name: ruleset.definitions[ruleset.year, name] for name in names}
    rest = {key: one for key, one in ruleset.definitions.items() if key[0] != ruleset.year or key[1] not in own}
    return ClosedYear(
        ruleset.fingerprint,
        definitions_fingerprint(rest),
        words_of_year(ruleset.definitions, ruleset.year, ruleset.vocabulary),
        {names[name]: definition_fingerprint(definition) for name, definition in own.items()},
    )


def read_lock(folder: Path, reporter: Reporter) -> Lock:
    """Return the lock of a folder of rules, empty if it has none; a lock that cannot be read is reported."""
    path = folder / LOCK_FILE
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        years = {int(year): ClosedYear(**entry) for year, entry in held["years"].items()}
        return Lock(years, dict(held["sources"]))
    except FileNotFoundError:
        return Lock()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        reporter.report(messages.lock_unreadable(files.shown_name(path)))
        return Lock()


def lock_text(lock: Lock) -> str:
    """Return a lock as the text of its file."""
    held: dict[str, Any] = {
        "about": "What each closed year means. Written by `rulelang lock`; read by `rulelang check`. Do not edit.",
        "sources": dict(sorted(lock.sources.items())),
        "years": {str(year): one._asdict() for year, one in sorted(lock.years.items())},
    }
    return json.dumps(held, indent=1, ensure_ascii=False) + "\n"


def close_years(rulesets: Sequence[Ruleset], folder: Path, lock: Lock) -> Lock:
    """Return the lock with the years of some rulesets of a folder closed as they are now; other years are unchanged.

    The hashes of the files are kept only if no other closed year has moved: they would hide that it has.
    """
    closed = Lock({**lock.years, **{ruleset.year: closed_year(ruleset) for ruleset in rulesets}})
    has_moved = moved(closed, sorted(closed.years), folder)
    return closed if has_moved else Lock(closed.years, source_hashes(folder))


def write_lock(folder: Path, lock: Lock) -> Path:
    """Write the lock of a folder of rules and return its file; OSError if it cannot be written."""
    path = folder / LOCK_FILE
    write_whole(path, lock_text(lock))
    return path


def source_hashes(folder: Path) -> dict[str, str]:
    """Return the hash of each rule file of a folder, and of its vocabulary, by file name."""
    own, *extended = vocabulary_files(folder / "any")
    named = {path.name: path for path in (*folder.glob(f"*{SUFFIX}"), own)}
    named.update({os.path.relpath(path, own.parent).replace(os.sep, "/"): path for path in extended})
    return {
        name: files.fingerprint_of(path.read_text(encoding="utf-8", errors="replace"))
        for name, path in named.items()
        if path.is_file()
    }


def check_closed_years(
    path: Path, reporter: Reporter, ruleset: Ruleset | None = None, *, only_own: bool = False
) -> None:
    """Report the closed years that an edit to a rule file has moved: its own year, and later ones.

    `ruleset` is the file's ruleset, if it has been loaded already. With `only_own` it is what the file will hold, and
    the other years, which are read from the disk, are left aside.
    """
    folder = path.resolve().parent
    lock = read_lock(folder, reporter)
    if not lock.years or (not only_own and lock.sources == source_hashes(folder)):
        return
    first = int(path.stem) if path.stem.isdecimal() else 0
    years = [year for year in sorted(lock.years) if year >= first]
    if only_own:
        years = [year for year in years if ruleset is not None and year == ruleset.year == first]
    for diagnostic in moved(lock, years, folder, ruleset):
        reporter.report(diagnostic)


def moved(lock: Lock, years: Sequence[int], folder: Path, known: Ruleset | None = None) -> list[Diagnostic]:
    """Return a message for each rule by which closed years mean something else; `known` is loaded already."""
    comparison = _Comparison()
    paths = {year: folder / f"{year}{SUFFIX}" for year in years}
    loaded = load_years(path for year, path in paths.items() if known is None or year != known.year)
    for year, path in paths.items():
        ruleset, reports = (known, ()) if known is not None and year == known.year else next(loaded)
        if ruleset is None:
            reasons = [diagnostic.message for diagnostic in reports]
            comparison.unreadable.append(messages.locked_year_unreadable(year, files.shown_name(path), reasons))
        elif ruleset.fingerprint != lock.years[year].fingerprint:
            comparison.add(lock.years[year], ruleset)
    return comparison.said(folder)


@define
class _Comparison:
    """Which rules have moved which closed years, by rule and how, and the years that moved for other reasons."""

    rules: dict[tuple[str, str], list[int]] = field(factory=dict)
    spans: dict[tuple[str, str], Span] = field(factory=dict)
    words: dict[tuple[str, str], list[int]] = field(factory=dict)
    history: list[int] = field(factory=list)
    unreadable: list[Diagnostic] = field(factory=list)

    def add(self, before: ClosedYear, ruleset: Ruleset) -> None:
        """Take in a year whose fingerprint has changed."""
        now = closed_year(ruleset)
        spans = {rule.label or rule.name: rule.span for rule in ruleset.rules}
        for level in ruleset.levels:
            spans.setdefault(level.definition, level.span)
        start = _start(Path(ruleset.source))
        moves = list(_moves(before.rules, now.rules))
        for move in moves:
            self.rules.setdefault(move, []).append(ruleset.year)
            self.spans.setdefault(move, spans.get(move[0]) or start)
        words = [one for one in _moves(before.words, now.words) if one[1] != "new" or not one[0].startswith(CODE)]
        for word in words:
            self.words.setdefault(word, []).append(ruleset.year)
        if now.rest != before.rest and not moves and not words:
            self.history.append(ruleset.year)

    def said(self, folder: Path) -> list[Diagnostic]:
        """Return the messages: one for each rule, one for each word, one for years that moved with others."""
        found = [
            messages.locked_years_moved(self.spans[rule, how], rule, how, years)
            for (rule, how), years in self.rules.items()
        ]
        for (word, how), years in self.words.items():
            start = _start(find_vocabulary(folder / "any"))
            found.append(messages.locked_words_moved(start, word, how, years))
        if self.history:
            start = _start(folder / f"{self.history[0]}{SUFFIX}")
            found.append(messages.locked_history_moved(start, self.history))
        return [*found, *self.unreadable]


def _moves(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each rule that has changed, with how: changed, gone or new."""
    for rule, meaning in before.items():
        if rule not in now:
            yield rule, "gone"
        elif now[rule] != meaning:
            yield rule, "changed"
    yield from ((rule, "new") for rule in now if rule not in before)


def _start(path: Path) -> Span:
    """Return the first line of a file, for a message about the file as a whole."""
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = text.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    start = sum(len(line) + 1 for line in lines[:first])
    return Span(Source(files.shown_name(path), text), start, start + len(lines[first]))
