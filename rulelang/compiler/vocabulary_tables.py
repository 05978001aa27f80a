"""The tables that a vocabulary can have, their columns, and what the cells hold: for the compiler and for editors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from attrs import field, frozen

from rulelang.core.fact_types import FactType
from rulelang.core.file_layouts import COLUMN_MEANINGS

NOT_RATED: Final = "not rated"
LISTS: Final = "published lists"


def _filled_in(form: str, text: str) -> str | None:
    """Return what a text has for the `…` of a form, empty if the form has none; None if it is not of that form."""
    before, dots, after = form.partition("…")
    folded = text.casefold()
    if not dots:
        return "" if folded == form.casefold() else None
    fits = folded.startswith(before.casefold()) and folded.endswith(after.casefold())
    return text[len(before) : len(text) - len(after)] or None if fits else None


@frozen
class Column:
    """A column of a table.

    In its name `…` stands for the name of a scale, and `*` is any name. Its cells hold names of some `kinds`, which are
    terminals of the grammar and `PRIORITY` for the number of one, or one of some `words`, or else free text. If it
    `declares`, the names are those of what its row is about. `says` is what it is for, in the words of the reference.
    """

    name: str
    says: str = ""
    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    declares: bool = field(default=False, kw_only=True)
    needed: bool = field(default=False, kw_only=True)

    def spelled(self, scales: Sequence[str]) -> list[str]:
        """Return how a header can name the column, given the names of the scales."""
        return [self.name.replace("…", scale) for scale in (scales if "…" in self.name else ("",))]

    def named(self, text: str) -> bool:
        """Return whether a cell of the header names the column."""
        return self.name == "*" or _filled_in(self.name, text) is not None


class TableForm(NamedTuple):
    """A table that a vocabulary can have.

    `…` in its heading is the place of a name: `of` the `entity` whose facts it has, of a `scale`, of a `kind` of
    indicator, or of a family of `files`.
    """

    heading: str
    columns: tuple[Column, ...]
    of: str = ""

    @property
    def said(self) -> str:
        """Return in words which columns it has."""
        named = [one.name for one in self.columns if one.name != "*"]
        if not named:
            return "any columns"
        return f"the columns {', '.join(named)}{' and any others' if len(named) < len(self.columns) else ''}"

    @property
    def declared(self) -> set[str]:
        """Return the kinds of the names that its rows declare."""
        return {kind for column in self.columns if column.declares for kind in column.kinds}

    def argument(self, heading: str) -> str | None:
        """Return what is written for `…` in a heading, empty if there is none; None if it is of another table."""
        return _filled_in(self.heading, heading)

    def column(self, head: str) -> Column | None:
        """Return the column that a cell of the header names; None if the table has no such column."""
        return next((one for one in self.columns if one.named(head)), None)


ANY_NAME: Final = ("LEVEL", "INDICATOR", "GROUP", "KIND", "OUTCOME", "SCALE", "NUMBER_NAME")
"""The kinds of name that a cell can hold if it can hold any."""

_TABLES: Final = f"""
levels
    scale | declares SCALE needed | The name of the scale.
    worst level first | declares LEVEL needed | Its levels, from the worst to the best.
    where a lower number is better | : best level first | `best level first` if the order is reversed on such
        indicators: Very High is the worst Status of a suspension rate. Otherwise empty.
student groups
    code | declares GROUP needed | The code in the files, which results use too. Rules can use it as a name.
    name | declares GROUP needed | Its name and other names.
    also called | declares GROUP | Its name and other names.
    also coded | declares GROUP | Other codes that some files use.
    years | | The years in which the group exists: files have rows for it.
    counted | | The years in which rules count it, if fewer. A rule of a later year that looks back finds what it was
        then.
kinds of … | entity
    kind | declares KIND needed | Its names.
    plural | declares KIND needed | Its names.
    code | | The pattern of its codes: `?` stands for one digit, anything else for itself. An LEA is of the first kind
        whose pattern fits. If empty, the data give the kind.
    also called | declares KIND | Its names.
    belongs to | KIND | The kind of entity that each of this kind belongs to.
    before its first rows | : not rated | `not rated` if an LEA of this kind is not rated in the years before files
        first have rows for it, provided they have rows for others in its county. Otherwise, it is unknown in those
        years.
    after its last rows | : not rated | The same for the years after. With `not rated`, an LEA of the kind that closed
        is still determined, because its earlier years may count; without, it is not an LEA of those years.
counties
    code begins with | needed | How the codes of the LEAs in the county begin.
    county | needed | Its name.
… indicators of student groups | kind
… indicators of the LEA | kind
    indicator | declares INDICATOR needed | Its name.
    also called | declares INDICATOR | Other names that rules may use.
    better | : higher, lower | `higher` or `lower`: which number is better.
    student groups | GROUP | The only student groups it is reported for; empty for all.
    same for | GROUP | Those among these student groups that have no rows of their own in the files: their level is that
        of the one other group.
    in the files | | What files with several indicators call it.
    where silent | LEVEL | The level of an LEA that the data say nothing about; empty if that is unknown or not rated.
    … in | | The years in which the indicator is reported on that scale. Rules that ask for its levels in other years
        are refused.
numbers of the … | entity
    number | declares NUMBER_NAME needed | Its names.
    also called | declares NUMBER_NAME | Its names.
    last year | : yes | `yes` if the files of a year also give the number for the year before. Rules call it `last
        year's …`.
    below zero | : yes | `yes` if it can be negative, as points can. A negative count is an error in the file.
    at most | | The highest value it can have, such as `100` for a percentile; empty for none. `way-out` and
        `sensitivity` do not offer more.
    fixed | : yes | `yes` if it does not change, as the grades of a school. `way-out` and `sensitivity` leave it as it
        is.
    of | KIND | The kinds of entity that have it; empty for all.
facts of the … | entity
    fact | declares NUMBER_NAME needed | Its names.
    is a | : {", ".join(one.value for one in FactType)} | `number`, `dollars`, `date`, `text`, or `yes or
        no`; a number if empty.
    of
    also called | declares NUMBER_NAME | Its names.
    last year
    below zero
    at most
    fixed
numbers of … indicators | kind
    number | declares NUMBER_NAME needed | Its names.
    also called | declares NUMBER_NAME | Its names.
    indicators | INDICATOR | The indicators that have it; empty for all of the kind.
    last year
    below zero
    at most
    fixed
    change of | NUMBER_NAME | If this number is the published change of other numbers of the same indicator from the
        year before: those numbers.
    part of | NUMBER_NAME | If this number counts some of what other numbers of the same indicator count: those numbers.
        A file that gives more is wrong.
priorities
    number | declares PRIORITY needed | Its number, by which rules name it.
    name | declares PRIORITY needed | Its title.
    also called | declares OUTCOME | Other names that rules may use.
outcomes
    outcome | declares OUTCOME needed | Its names.
    is a | needed: determination, method, referral, label, criteria, student group criteria | `determination`: what an
        LEA gets; it gets one. `method`: a way to be eligible. `referral`: something in addition to the determination.
        `label`: a finer name for a determination. `criteria`: what other rules refer to, and no result shows. `student
        group criteria`: what a student group meets apart from priorities; it is decided for each group.
    also called | declares OUTCOME | Its names.
    column | | The name of its column in the results.
minimum sizes for … | scale
    students | needed | The fewest students.
    student groups | GROUP | The student groups it applies to; empty for all.
    kinds of LEA | KIND | The kinds of LEA it applies to; empty for all.
    years | | The years it applies to; empty for all.
derived levels
    level | LEVEL needed | The level, and the years in which it is derived.
    in | needed | The level, and the years in which it is derived.
    means | LEVEL needed | The levels it follows from, each with its year; all of them must hold.
    indicators | INDICATOR | The indicators this applies to; empty for all that are reported on its scale.
files of … | files
    indicator | INDICATOR | What the file is about; empty if a column of the file says so row by row.
    years | needed | The years in which it is published.
    file | needed | The names it can have; the first one found is read.
    kinds of LEA | KIND | For published lists: the kinds of LEA that a list is about.
columns of … | files
    holds | SCALE OUTCOME NUMBER_NAME needed: {", ".join(COLUMN_MEANINGS)} | What the column of the file has
    column | needed | The headers it can have; upper and lower case are the same.
    where there is none | | The value for a file without such a column. If empty, a missing column is an error.
    written | | How the values can be written in a year.
    indicators | INDICATOR | For which indicators and in which years files have the column; empty for all.
    years | | For which indicators and in which years files have the column; empty for all.
rows kept of … | files
other rows of … | files
    * | |
rows left out of … | files
    student group | needed | Its code in the files.
    why | needed | The reason.
    years | | The years of such rows; empty for all.
level codes of … | files
    code | needed | How the files write the level.
    * | LEVEL: not rated |
blank cells of … | files
    written | needed | What the files have in cells that are meant to be empty, in capital or small letters.
priority codes of {LISTS}
    code | needed | The letter.
    priorities | PRIORITY needed | The priorities that it stands for.
determination codes of {LISTS}
    code | needed | How lists write the determination.
    determination | OUTCOME needed | How lists write the determination.
    comes with | OUTCOME | Other outcomes that an LEA with this determination has and others do not
other words
    word | {" ".join(ANY_NAME)} needed | A keyword or a name.
    also said | declares {" ".join(ANY_NAME)} needed | Its synonyms.
"""
"""Every table of a vocabulary, names before what refers to them.

Below one heading or several are the columns, each `name | what it holds | what it is for`. What it holds are kinds of
names and, behind a colon, words. A column of which only the name is given is that of a table above.
"""


def _forms(lines: Sequence[str]) -> Iterator[TableForm]:
    """Yield the tables, given the lines of all."""
    known: dict[str, Column] = {}
    headings: list[list[str]] = []
    for is_column, block in groupby(lines, key=lambda line: line.startswith(" ")):
        cells = [[cell.strip() for cell in line.split("|")] for line in block]
        if not is_column:
            headings = cells
            continue
        columns = tuple(_column(*row) if len(row) > 1 else known[row[0]] for row in cells)
        known.update((column.name, column) for column in columns)
        yield from (TableForm(heading, columns, *of) for heading, *of in headings)


def _column(name: str, holds: str, says: str) -> Column:
    traits, _, words = holds.partition(": ")
    kinds = tuple(one for one in traits.split() if one.isupper())
    listed = tuple(words.split(", ")) if words else ()
    return Column(name, says, kinds, listed, declares="declares" in traits, needed="needed" in traits)


FORMS: Final = tuple(_forms(_TABLES.strip().replace("\n        ", " ").split("\n")))


def form_of(heading: str) -> TableForm | None:
    """Return the table that a heading begins; None if there is no such table."""
    return next((one for one in FORMS if one.argument(heading) is not None), None)
