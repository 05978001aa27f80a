"""What we say of closed years."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.diagnostic import Diagnostic, Label
from rulelang.diagnostics.source import DataPlace, Span


def locked_year_moved(span: Span, year: int, rule: str, how: str) -> Diagnostic:
    """Return the message for a rule that gives a closed year another meaning; `how` is changed, new or gone."""
    said = {
        "changed": f"rule `{rule}` no longer means in {year} what it meant when {year} was closed",
        "new": f"rule `{rule}` was not in force when {year} was closed",
        "gone": f"rule `{rule}` was in force when {year} was closed, and is gone",
    }
    return Diagnostic(
        "locked-year-moved",
        said[how],
        (Label(span),),
        help=f"put it back, or let a later year state the change; on purpose, run `rulelang lock` for {year}",
    )


def locked_words_moved(span: Span, year: int) -> Diagnostic:
    """Return the message for a vocabulary that gives a closed year another meaning."""
    return Diagnostic(
        "locked-year-moved",
        f"the vocabulary no longer says of {year} what it said when {year} was closed",
        (Label(span),),
        help="the student groups, kinds of LEA, levels, level codes or minimum sizes of the year have changed",
    )


def lock_unreadable(path: str) -> Diagnostic:
    """Return the message for a lock file that cannot be read."""
    return Diagnostic(
        "lock-unreadable",
        f"the lock file `{path}` cannot be read",
        place=DataPlace(path),
        help="restore it from where it was last right; `rulelang lock` would write it anew, whatever the rules say now",
    )


def locked_year_unreadable(year: int, path: str, reasons: Sequence[str]) -> Diagnostic:
    """Return the message for a closed year whose rules can no longer be read."""
    return Diagnostic(
        "locked-year-moved",
        f"the rules of the closed year {year} can no longer be understood: {reasons[0]}",
        place=DataPlace(path),
        help=f"run `rulelang check {path}` to see everything that is wrong with it",
    )
