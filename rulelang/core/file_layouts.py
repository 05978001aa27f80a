"""The layouts of published files: their names, the meaning of their columns and how their values are written."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field

from rulelang.core.years import Years
from rulelang.diagnostics.plain_data import frozen


@frozen
class FileName:
    """A published file: the names it may have, the years it is published for, and the indicator it is about.

    A name may hold `{year}` (2023) and `{yy}` (23) for the Dashboard year; the first that is found is read.
    `indicator` is None if a column of the file says which indicator a row is about, or where the file is not about
    indicators. `kinds` are the kinds of LEA that a published list is about, so that it says nothing of others; no kinds
    mean all.
    """

    patterns: tuple[str, ...]
    years: Years
    indicator: str | None = None
    kinds: tuple[str, ...] = ()

    @property
    def holds_years(self) -> bool:
        """Return whether a file of that name may hold rows of several years, because its name has none."""
        return not any("{year}" in pattern or "{yy}" in pattern for pattern in self.patterns)

    def names_in(self, year: int) -> tuple[str, ...]:
        """Return the names the file may have in a year."""
        return tuple(pattern.format(year=year, yy=f"{year % 100:02}") for pattern in self.patterns)


@frozen
class Column:
    """What a column of a published file holds.

    `holds` is a word of `COLUMN_MEANINGS`, or the name of a scale, an outcome or a number (`last year's …` too).
    `names` are the headers it may have, matched without regard to case; they may hold `{year}`, `{yy}` and `{group}` (a
    student group's code). Where several are in a file, the first that is not blank counts. `otherwise` is the value for
    a file without such a column. `written` lists how the values may be written, for a Dashboard year. `indicators` and
    `years` say of which indicators and years files have the column; empty means all.
    """

    holds: str
    names: tuple[str, ...]
    otherwise: str | None = None
    written: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    years: tuple[Years, ...] = ()

    def fits(self, year: int, indicator: str | None) -> bool:
        """Return whether a file of a year about an indicator (None: any) may have the column."""
        of_year = not self.years or any(year in years for years in self.years)
        return of_year and (not self.indicators or indicator is None or indicator in self.indicators)


COLUMN_MEANINGS = (
    "LEA code",
    "LEA name",
    "county",
    "student group",
    "indicator",
    "students",
    "Dashboard year",
    "determination",
    "priorities of the student group",
)
"""What a column of a published file may hold, apart from the scales and outcomes of the vocabulary."""


@frozen
class LevelCodes:
    """How the files write the levels of a scale: the text in the file to the level, None for not rated.

    `lower_is_better` says whether the codes are those of indicators on which a lower number is better.
    """

    scale: str
    levels: Mapping[str, str | None]
    lower_is_better: bool = False


@frozen
class RowKind:
    """A kind of row of published files: the values of its cells by their headers, and the shapes of its LEA codes.

    No shapes mean any. A code belongs to the shape that fits it most closely, of those of all kinds of row.
    """

    cells: Mapping[str, str]
    codes: tuple[str, ...] = ()


@frozen
class FileFormat:
    """The layout of one family of published files.

    `of` is the kind of indicator the family reports (state, local), or "published lists" for official results. What
    follows the kind in `IN_ONE_TABLE` is a family of tables with a column for each indicator, which stand in for the
    files of the indicators that are not there.
    A row is used where it fits one of `keep`; an empty `keep` keeps every row.
    A row that does not is ignored, or where there are `others`, ignored if it fits one of those and refused if not.
    Student group codes in `left_out` have rows in the files and no part in the rules; the text says why. Those in
    `left_out_in` have such rows in some years only. `blanks` are the words of cells that are meant to be empty.
    """

    of: str
    files: tuple[FileName, ...]
    columns: tuple[Column, ...]
    keep: tuple[RowKind, ...] = ()
    left_out: Mapping[str, str] = field(factory=dict)
    level_codes: tuple[LevelCodes, ...] = ()
    others: tuple[RowKind, ...] = ()
    left_out_in: Mapping[str, tuple[Years, ...]] = field(factory=dict)
    blanks: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Return the kind of indicator that the family reports."""
        return self.of.removesuffix(IN_ONE_TABLE)

    @property
    def is_one_table(self) -> bool:
        """Return whether a row is about every indicator that it has a column for."""
        return self.of.endswith(IN_ONE_TABLE)

    @property
    def row_kinds(self) -> tuple[RowKind, ...]:
        """Return the kinds of row: those that are kept, and then the others."""
        return *self.keep, *self.others

    def left_out_of(self, year: int) -> Mapping[str, str]:
        """Return the student group codes that are left out of the files of a year, with the reasons."""
        always = [Years()]
        return {
            code: why
            for code, why in self.left_out.items()
            if any(year in stretch for stretch in self.left_out_in.get(code, always))
        }


IN_ONE_TABLE = " in one table"
"""The ending of the name of a family of files with a column for each indicator of a kind."""

PUBLISHED_LISTS = "published lists"
"""The family of files that hold official results."""
