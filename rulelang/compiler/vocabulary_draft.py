"""The parts of a vocabulary as they come, table by table."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field

from rulelang.compiler.tables import Row
from rulelang.core import vocabulary as core
from rulelang.core.file_layouts import IN_ONE_TABLE, Column, FileFormat, FileName, LevelCodes, RowKind
from rulelang.core.years import Years
from rulelang.diagnostics.catalogue import vocabulary as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.syntax import tree as syn


@define
class Layout:
    """The parts of a `FileFormat` as they come, table by table."""

    files: list[FileName] = field(factory=list)
    columns: list[Column] = field(factory=list)
    keep: list[RowKind] = field(factory=list)
    others: list[RowKind] = field(factory=list)
    left_out: dict[str, str] = field(factory=dict)
    left_out_in: dict[str, tuple[Years, ...]] = field(factory=dict)
    codes: list[LevelCodes] = field(factory=list)

    def finished(self, of: str) -> FileFormat:
        """Return the layout of the family of files of that name."""
        return FileFormat(
            of=of,
            files=tuple(self.files),
            columns=tuple(self.columns),
            keep=tuple(self.keep),
            others=tuple(self.others),
            left_out=self.left_out,
            left_out_in=self.left_out_in,
            level_codes=tuple(self.codes),
        )


@define
class Draft:
    """The parts of a vocabulary as they come, table by table."""

    reporter: Reporter
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
    sizes: dict[str, list[core.MinimumSize]] = field(factory=dict)
    derived: list[core.DerivedLevel] = field(factory=list)
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
        """Note that words name something, and report words that name something else already."""
        for name in names:
            folded = " ".join(name.casefold().split())
            other = self.meanings.setdefault(folded, what)
            if other != what:
                self.reporter.report(messages.two_meanings(row.span_of(column), name, other))

    def known(self, row: Row, column: str, names: Iterable[str], what: str, known: Iterable[str]) -> tuple[str, ...]:
        """Return the names as the vocabulary writes them; those it does not declare are reported and left out."""
        by_fold = {name.casefold(): name for name in known}
        found = []
        for name in names:
            declared = by_fold.get(name.casefold())
            if declared is None:
                self.reporter.report(messages.unknown_cell_name(row.span_of(column), name, what, by_fold.values()))
            else:
                found.append(declared)
        return tuple(found)

    def known_kind(self, table: syn.Table, kind: str) -> None:
        """Report a heading that names no kind of indicator."""
        kinds = [one.name for one in self.indicator_kinds]
        if kind not in kinds:
            self.reporter.report(messages.unknown_cell_name(table.heading.span, kind, "kind of indicator", kinds))

    def above(self, kind: str) -> list[str]:
        """Return the kinds that one of a kind belongs to, the nearest first, as far as they are known."""
        by_name = {one.name: one.belongs_to for one in self.kinds}
        found: list[str] = []
        while (kind := by_name.get(kind, "")) and kind not in found:
            found.append(kind)
        return found

    def level_names(self) -> list[str]:
        """Return the levels of all scales."""
        return [level for scale in self.scales for level in scale.levels]

    def finished(self, fingerprint: str) -> core.Vocabulary:
        """Return the vocabulary; `fingerprint` is that of its text."""
        return core.Vocabulary(
            name=self.name,
            entity=self.entity,
            years=tuple(sorted(self.years)),
            suspended=self.suspended,
            scales=tuple(self.scales),
            indicator_kinds=tuple(self.indicator_kinds),
            indicators=tuple(self.indicators),
            groups=tuple(self.groups),
            kinds=tuple(self.kinds),
            priorities=tuple(self.priorities),
            outcomes=tuple(self.outcomes),
            minimum_sizes={scale: tuple(sizes) for scale, sizes in self.sizes.items()},
            derived_levels=tuple(self.derived),
            numbers=tuple(self.numbers),
            formats=tuple(layout.finished(of) for of, layout in self.layouts.items()),
            priority_codes=self.priority_codes,
            determination_codes=self.determination_codes,
            comes_with=self.comes_with,
            counties=self.counties,
            other_words=tuple(self.other_words),
            fingerprint=fingerprint,
            extends=tuple(self.extends),
        )
