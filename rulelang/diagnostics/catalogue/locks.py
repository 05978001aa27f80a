"""Messages about closed years."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.quote import quoted
from rulelang.diagnostics.diagnostic import Diagnostic, Label, at
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import DataPlace, Span


def locked_years_moved(span: Span, rule: str, how: str, years: Sequence[int]) -> Diagnostic:
    """Return the message for a rule that gives closed years another meaning; `how` is changed, new or gone."""
    listed = in_sentence(years)
    said = {
        "changed": f"rule `{rule}` no longer means in {listed} what it meant when {_it(years)} closed",
        "new": f"rule `{rule}` is in force in {listed}, and was not when {_it(years)} closed",
        "gone": f"rule `{rule}` is not in force in {listed}, and was when {_it(years)} closed",
    }
    message = said[how]
    help_text = (
        f"undo the edit, or state the change in a later year; if you mean to change it, run `rulelang lock` for"
        f" {listed}"
    )
    return at("locked-year-moved", span, message, help_text)


def locked_history_moved(span: Span, years: Sequence[int]) -> Diagnostic:
    message = f"the closed {'year' if len(years) == 1 else 'years'} {in_sentence(years)} would give different results"
    help_text = "undo the edits to those years, or run `rulelang lock` if you mean to change them"
    return at("locked-year-moved", Label(span, "looks back to years whose rules have changed"), message, help_text)


def locked_words_moved(span: Span, word: str, how: str, years: Sequence[int]) -> Diagnostic:
    """Return the message for a word of the vocabulary that gives closed years another meaning; `how` as above."""
    listed = in_sentence(years)
    said = {
        "changed": f"is not the same for {listed} as when {_it(years)} closed",
        "new": f"is in the vocabulary for {listed}, and was not when {_it(years)} closed",
        "gone": f"is no longer in the vocabulary for {listed}, and was when {_it(years)} closed",
    }
    message = f"{quoted(word)} {said[how]}"
    help_text = (
        f"undo the edit, or say from which year on it applies; if you mean to change it, run `rulelang lock` for"
        f" {listed}"
    )
    return at("locked-year-moved", span, message, help_text)


def _it(years: Sequence[int]) -> str:
    return "it was" if len(years) == 1 else "they were"


def not_named_by_its_year(path: str, year: int) -> Diagnostic:
    message = f"only a file named after its year can be closed: `{year}.rules`"
    help_text = "a what-if or a draft stays open; save it under the name of its year when it is in force"
    return at("not-named-by-year", DataPlace(path), message, help_text)


def lock_unreadable(path: str) -> Diagnostic:
    message = f"the lock file `{path}` cannot be read"
    help_text = "restore it from a good copy; `rulelang lock` would write a new one from whatever the rules say now"
    return at("lock-unreadable", DataPlace(path), message, help_text)


def locked_year_unreadable(year: int, path: str, reasons: Sequence[str]) -> Diagnostic:
    message = f"the rules of the closed year {year} can no longer be understood: {reasons[0]}"
    help_text = f"run `rulelang check {path}` to see everything that is wrong with it"
    return at("locked-year-moved", DataPlace(path), message, help_text)
