"""Messages about vocabulary files."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from attrs import evolve

from rulelang.diagnostics.catalogue.quote import which_was_meant
from rulelang.diagnostics.diagnostic import Diagnostic, Label, at
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import Span


def unknown_table(span: Span, known: list[str]) -> Diagnostic:
    message = f"there is no table `{span.text}` in a vocabulary"
    help_text = which_was_meant(span.text, known, has="the tables are", lists="rulelang help vocabulary")
    return at("unknown-table", span, message, help_text)


def missing_table(span: Span, heading: str) -> Diagnostic:
    message = f"the vocabulary has no table `{heading}`"
    return at("missing-table", span, message, "`rulelang help vocabulary` lists the tables and their columns")


def table_shape(span: Span, found: int, expected: int) -> Diagnostic:
    return at("table-shape", span, f"this row has {found} cells, but its header has {expected}")


def unknown_table_column(span: Span, known: list[str]) -> Diagnostic:
    message = f"this table has no column `{span.text}`"
    help_text = which_was_meant(span.text, known, has="its columns are", lists="rulelang help vocabulary")
    return at("unknown-table-column", span, message, help_text)


def missing_table_column(span: Span, column: str) -> Diagnostic:
    return at("missing-table-column", span, f"this table needs a column `{column}`")


def unclear_cell(span: Span, expected: str) -> Diagnostic:
    return at("unclear-cell", Label(span, f"expected {expected}"), f"`{span.text}` cannot be read here")


def unknown_cell_name(span: Span, name: str, what: str, known: Collection[str]) -> Diagnostic:
    message = f"the vocabulary declares no {what} `{name}`"
    help_text = which_was_meant(name, known, has=f"there {'is' if len(known) == 1 else 'are'}") if known else None
    return at("unknown-name", span, message, help_text)


def of_replaced_tables(wrong: Diagnostic, replaced: Sequence[str]) -> Diagnostic:
    """Return what is wrong in a vocabulary that another extends, which has tables of its own in place of some here."""
    own = in_sentence(f"`{heading}`" for heading in replaced)
    more = in_sentence((f"`more {heading}`" for heading in replaced), "or")
    note = f"the vocabulary that extends this one replaces {own}; under the heading {more} it would only add rows"
    return evolve(wrong, notes=(*wrong.notes, note)) if replaced else wrong


def two_meanings(span: Span, name: str, other: str) -> Diagnostic:
    return at(
        "two-meanings", span, f"`{name}` already names {other}", "leave one of the two out, or give it another name"
    )


def reserved_name(span: Span, name: str) -> Diagnostic:
    message = f"an outcome cannot be called `{name}`"
    help_text = "results use this word for something else; give the outcome a different name"
    return at("reserved-name", span, message, help_text)


def missing_vocabulary_line(span: Span, line: str) -> Diagnostic:
    return at("missing-vocabulary-line", span, f"the vocabulary has no line `{line}`")


def cannot_extend(span: Span, path: str) -> Diagnostic:
    message = f"there is no vocabulary `{path}` that this one could extend"
    help_text = (
        "write `extends California Dashboard vocabulary` for one that comes with rulelang, or name a file from the"
        ' folder of this one, such as `extends "../vocabulary.rules"`'
    )
    return at("cannot-extend", span, message, help_text)


def extends_twice(span: Span) -> Diagnostic:
    return at("extends-twice", span, "a vocabulary can extend only one other", "have the other one extend the third")
