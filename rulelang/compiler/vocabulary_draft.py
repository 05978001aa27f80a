"""The parts of a vocabulary as they are read, table by table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import field, fields

from rulelang.compiler.tables import Row, rows_of
from rulelang.compiler.vocabulary_tables import form_of
from rulelang.core import vocabulary as core
from rulelang.core.file_layouts import IN_ONE_TABLE, PUBLISHED_LISTS, Column, FileFormat, FileName, LevelCodes, RowKind
from rulelang.core.years import Years
from rulelang.diagnostics.catalogue import vocabulary as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.plain_data import define
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn


@define
class Layout:
    """The parts of a `FileFormat` as they are read, table by table."""

    files: list[FileName] = field(factory=list)
    columns: list[Column] = field(factory=list)
    keep: list[RowKind] = field(factory=list)
    others: list[RowKind] = field(factory=list)
    left_out: dict[str, str] = field(factory=dict)
    left_out_in: dict[str, tuple[Years, ...]] = field(factory=dict)
    level_codes: list[LevelCodes] = field(factory=list)
    blanks: list[str] = field(factory=list)


@define
class Draft:
    """The parts of a vocabulary as they are read, table by table.

    `unsure` are the kinds of names that a table or row may declare of which an error has been reported.
    """

    reporter: Reporter
    unsure: set[str] = field(factory=set)
    name: str = ""
    entity: str = "LEA"
    extends: list[str] = field(factory=list)
    years: tuple[int, ...] = ()
    suspended: dict[int, str] = field(factory=dict)
    scales: list[core.Scale] = field(factory=list)
    indicator_kinds: list[core.IndicatorKind] = field(factory=list)
    indicators: list[core.Indicator] = field(factory=list)
    groups: list[core.StudentGroup] = field(factory=list)
    kinds: list[core.LeaKind] = field(factory=list)
    priorities: list[core.Priority] = field(factory=list)
    outcomes: list[core.Outcome] = field(factory=list)
    minimum_sizes: dict[str, list[core.MinimumSize]] = field(factory=dict)
    derived_levels: list[core.DerivedLevel] = field(factory=list)
    numbers: list[core.Number] = field(factory=list)
    layouts: dict[str, Layout] = field(factory=dict)
    priority_codes: dict[str, frozenset[int]] = field(factory=dict)
    determination_codes: dict[str, str] = field(factory=dict)
    comes_with: dict[str, frozenset[str]] = field(factory=dict)
    counties: dict[str, str] = field(factory=dict)
    other_words: list[tuple[str, str]] = field(factory=list)
    meanings: dict[str, str] = field(factory=dict)

    def layout(self, of: str) -> Layout:
        """Return the layout of the family of files that a heading names: `state indicators`, `published lists`."""
        kind = of.removesuffix(IN_ONE_TABLE)
        return self.layouts.setdefault(kind.removesuffix(" indicators") + of[len(kind) :], Layout())

    def declare(self, row: Row, column: str, names: Iterable[str], what: str) -> None:
        """Record that words name something, and report the first that names something already: that, or another."""
        given = {" ".join(name.casefold().split()): name for name in names}
        taken = next((folded for folded in given if folded in self.meanings), None)
        if taken is not None:
            row.reporter.report(messages.two_meanings(row.span_of(column), given[taken], self.meanings[taken]))
        for folded in given:
            self.meanings.setdefault(folded, what)

    def rows(self, table: syn.Table) -> Iterator[Row]:
        """Yield the rows of a table of which there is a form, as `rows_of` does."""
        form = form_of(table.heading.text)
        assert form is not None  # noqa: S101  # other tables are reported, and not read
        return rows_of(table, form, [scale.name for scale in self.scales], self.reporter, self.unsure)

    def known_kind(self, table: syn.Table, kind: str) -> None:
        """Report a heading that names no kind of indicator."""
        kinds = [one.name for one in self.indicator_kinds]
        if kind not in kinds and "INDICATOR" not in self.unsure:
            self.reporter.report(messages.unknown_cell_name(table.heading.span, kind, "kind of indicator", kinds))

    def known_files(self, table: syn.Table, of: str) -> None:
        """Report a heading that names no kind of file: those of a kind of indicator, of lists or of facts."""
        families = [*(f"{kind.name} indicators" for kind in self.indicator_kinds), PUBLISHED_LISTS, core.FACTS]
        if of.removesuffix(IN_ONE_TABLE) not in families and "INDICATOR" not in self.unsure:
            self.reporter.report(messages.unknown_cell_name(table.heading.span, of, "kind of file", families))

    def known_scale(self, span: Span, name: str) -> str | None:
        """Return the name of a scale as the vocabulary writes it; None, after a report, if there is no such scale."""
        scales = [one.name for one in self.scales]
        found = next((one for one in scales if one.casefold() == name.casefold()), None)
        if found is None and "SCALE" not in self.unsure:
            self.reporter.report(messages.unknown_cell_name(span, name, "scale", scales))
        return found

    def level_names(self) -> list[str]:
        """Return the levels of all scales."""
        return [level for scale in self.scales for level in scale.levels]

    def finished(self, fingerprint: str) -> core.Vocabulary:
        """Return the vocabulary; `fingerprint` is that of its text."""
        parts = _parts(core.Vocabulary, self)
        parts["formats"] = tuple(FileFormat(of, **_parts(FileFormat, one)) for of, one in self.layouts.items())
        parts["minimum_sizes"] = {scale: tuple(sizes) for scale, sizes in self.minimum_sizes.items()}
        return core.Vocabulary(**parts, fingerprint=fingerprint)


def _parts(kind: type[core.Vocabulary | FileFormat], draft: Draft | Layout) -> dict[str, Any]:
    """Return the fields of a class that a draft has too; lists are kept as tuples."""
    found = {one.name: getattr(draft, one.name) for one in fields(kind) if hasattr(draft, one.name)}
    return {name: tuple(part) if isinstance(part, list) else part for name, part in found.items()}
