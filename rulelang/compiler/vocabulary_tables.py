"""The tables that a vocabulary can have, their columns, and what the cells hold: for the compiler and for editors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import field

from rulelang.core.file_layouts import COLUMN_MEANINGS
from rulelang.core.vocabulary import FactType
from rulelang.diagnostics.plain_data import frozen

NOT_RATED: Final = "not rated"
LISTS: Final = "published lists"
OUTCOME_KINDS: Final = ("determination", "method", "referral", "label", "criteria", "student group criteria")


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
        if self.name == "*":
            return True
        before, _, after = self.name.casefold().partition("…")
        said = text.casefold()
        return said == before if "…" not in self.name else said.startswith(before) and said.endswith(after)


@frozen
class TableForm:
    """A table that a vocabulary can have.

    `…` in its heading stands for a name: `of` the `entity` whose facts it has, of a `scale`, of a `kind` of indicator,
    or of a family of `files`.
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
        before, dots, after = self.heading.partition("…")
        text = heading.casefold()
        if not dots:
            return "" if text == self.heading.casefold() else None
        fits = text.startswith(before.casefold()) and text.endswith(after.casefold())
        inner = heading[len(before) : len(heading) - len(after)]
        return inner if fits and inner else None

    def column(self, head: str) -> Column | None:
        """Return the column that a cell of the header names; None if the table has no such column."""
        return next((one for one in self.columns if one.named(head)), None)


def form_of(heading: str) -> TableForm | None:
    """Return the table that a heading begins; None if there is no such table."""
    return next((one for one in FORMS if one.argument(heading) is not None), None)


def _named(name: str, kind: str, says: str) -> Column:
    return Column(name, says, (kind,), declares=True, needed=True)


def _also(kind: str, says: str = "Other names that rules may use.", name: str = "also called") -> Column:
    return Column(name, says, (kind,), declares=True)


_NUMBER_NAMES: Final = (_named("number", "NUMBER_NAME", "Its names."), _also("NUMBER_NAME", "Its names."))
_MORE_OF_NUMBERS: Final = (
    Column(
        "last year",
        "`yes` if the files of a year also give the number for the year before. Rules call it `last year's …`.",
        words=("yes",),
    ),
    Column(
        "below zero",
        "`yes` if it can be negative, as points can. A negative count is an error in the file.",
        words=("yes",),
    ),
)
_OF: Final = Column("of", "The kinds of entity that have it; empty for all.", ("KIND",))
ANY_NAME: Final = ("LEVEL", "INDICATOR", "GROUP", "KIND", "OUTCOME", "SCALE", "NUMBER_NAME")
"""The kinds of name that a cell can hold if it can hold any."""

_LEVELS: Final = (
    _named("scale", "SCALE", "The name of the scale."),
    _named("worst level first", "LEVEL", "Its levels, from the worst to the best."),
    Column(
        "where a lower number is better",
        "`best level first` if the order is reversed on such indicators: Very High is the worst Status of a suspension"
        " rate. Otherwise empty.",
        words=("best level first",),
    ),
)
_GROUPS: Final = (
    _named("code", "GROUP", "The code in the files, which results use too. Rules can use it as a name."),
    _named("name", "GROUP", "Its name and other names."),
    _also("GROUP", "Its name and other names."),
    _also("GROUP", "Other codes that some files use.", "also coded"),
    Column("years", "The years in which the group exists: files have rows for it."),
    Column(
        "counted",
        "The years in which rules count it, if fewer. A rule of a later year that looks back finds what it was then.",
    ),
)
_KINDS_OF_ENTITY: Final = (
    _named("kind", "KIND", "Its names."),
    _named("plural", "KIND", "Its names."),
    Column(
        "code",
        "The pattern of its codes: `?` stands for one digit, anything else for itself. An LEA is of the first kind"
        " whose pattern fits. If empty, the data give the kind.",
    ),
    _also("KIND", "Its names."),
    Column("belongs to", "The kind of entity that each of this kind belongs to.", ("KIND",)),
    Column(
        "before its first rows",
        "`not rated` if an LEA of this kind is not rated in the years before files first have rows for it, provided"
        " they have rows for others in its county. Otherwise, it is unknown in those years.",
        words=(NOT_RATED,),
    ),
    Column(
        "after its last rows",
        "The same for the years after. An LEA that closed is then still determined, because its earlier years may"
        " count.",
        words=(NOT_RATED,),
    ),
)
_INDICATOR_COLUMNS: Final = (
    _named("indicator", "INDICATOR", "Its name."),
    _also("INDICATOR"),
    Column("better", "`higher` or `lower`: which number is better.", words=("higher", "lower")),
    Column("student groups", "The only student groups it is reported for; empty for all.", ("GROUP",)),
    Column(
        "same for",
        "Those among these student groups that have no rows of their own in the files: their level is that of the one"
        " other group.",
        ("GROUP",),
    ),
    Column("in the files", "What files with several indicators call it."),
    Column(
        "where silent",
        "The level of an LEA that the data say nothing about; empty if that is unknown or not rated.",
        ("LEVEL",),
    ),
    Column(
        "… in",
        "The years in which the indicator is reported on that scale. Rules that ask for its levels in other years are"
        " refused.",
    ),
)
_FACTS: Final = (
    _named("fact", "NUMBER_NAME", "Its names."),
    Column(
        "is a", "`number`, `dollars`, `date`, or `text`; a number if empty.", words=tuple(one.value for one in FactType)
    ),
    _OF,
    _also("NUMBER_NAME", "Its names."),
    *_MORE_OF_NUMBERS,
)
_NUMBERS_OF_INDICATORS: Final = (
    *_NUMBER_NAMES,
    Column("indicators", "The indicators that have it; empty for all of the kind.", ("INDICATOR",)),
    *_MORE_OF_NUMBERS,
    Column(
        "change of",
        "If this number is the published change of other numbers of the same indicator from the year before: those"
        " numbers.",
        ("NUMBER_NAME",),
    ),
    Column(
        "part of",
        "If this number counts some of what other numbers of the same indicator count: those numbers. A file that gives"
        " more is wrong.",
        ("NUMBER_NAME",),
    ),
)
_PRIORITIES: Final = (
    _named("number", "PRIORITY", "Its number, by which rules name it."),
    _named("name", "PRIORITY", "Its title."),
    _also("OUTCOME"),
)
_OUTCOMES: Final = (
    _named("outcome", "OUTCOME", "Its names."),
    Column(
        "is a",
        "`determination`: what an LEA gets; it gets one. `method`: a way to be eligible. `referral`: something in"
        " addition to the determination. `label`: a finer name for a determination. `criteria`: what other rules refer"
        " to, and no result shows. `student group criteria`: what a student group meets apart from priorities; it is"
        " decided for each group.",
        words=OUTCOME_KINDS,
        needed=True,
    ),
    _also("OUTCOME", "Its names."),
    Column("column", "The name of its column in the results."),
)
_SIZES: Final = (
    Column("students", "The fewest students.", needed=True),
    Column("student groups", "The student groups it applies to; empty for all.", ("GROUP",)),
    Column("kinds of LEA", "The kinds of LEA it applies to; empty for all.", ("KIND",)),
    Column("years", "The years it applies to; empty for all."),
)
_DERIVED: Final = (
    Column("level", "The level, and the years in which it is derived.", ("LEVEL",), needed=True),
    Column("in", "The level, and the years in which it is derived.", needed=True),
    Column("means", "The levels it follows from, each with its year; all of them must hold.", ("LEVEL",), needed=True),
    Column(
        "indicators",
        "The indicators this applies to; empty for all that are reported on its scale.",
        ("INDICATOR",),
    ),
)
_FILES: Final = (
    Column(
        "indicator",
        "What the file is about; empty if a column of the file says so row by row.",
        ("INDICATOR",),
    ),
    Column("years", "The years in which it is published.", needed=True),
    Column("file", "The names it can have; the first one found is read.", needed=True),
    Column("kinds of LEA", "For published lists: the kinds of LEA that a list is about.", ("KIND",)),
)
_COLUMNS: Final = (
    Column(
        "holds", "What the column of the file has", ("SCALE", "OUTCOME", "NUMBER_NAME"), COLUMN_MEANINGS, needed=True
    ),
    Column("column", "The headers it can have; upper and lower case are the same.", needed=True),
    Column(
        "where there is none",
        "The value for a file without such a column. If empty, a missing column is an error.",
    ),
    Column("written", "How the values can be written in a year."),
    Column(
        "indicators",
        "For which indicators and in which years files have the column; empty for all.",
        ("INDICATOR",),
    ),
    Column("years", "For which indicators and in which years files have the column; empty for all."),
)
_DETERMINATION_CODES: Final = (
    Column("code", "How lists write the determination.", needed=True),
    Column("determination", "How lists write the determination.", ("OUTCOME",), needed=True),
    Column("comes with", "Other outcomes that an LEA with this determination has and others do not", ("OUTCOME",)),
)

FORMS: Final = (
    TableForm("levels", _LEVELS),
    TableForm("student groups", _GROUPS),
    TableForm("kinds of …", _KINDS_OF_ENTITY, of="entity"),
    TableForm(
        "counties",
        (
            Column("code begins with", "How the codes of the LEAs in the county begin.", needed=True),
            Column("county", "Its name.", needed=True),
        ),
    ),
    TableForm(
        "… indicators of student groups", _INDICATOR_COLUMNS, of="kind"
    ),  # after levels and groups, which it names
    TableForm("… indicators of the LEA", _INDICATOR_COLUMNS, of="kind"),
    TableForm("numbers of the …", (*_NUMBER_NAMES, *_MORE_OF_NUMBERS, _OF), of="entity"),
    TableForm("facts of the …", _FACTS, of="entity"),
    TableForm("numbers of … indicators", _NUMBERS_OF_INDICATORS, of="kind"),  # after indicators
    TableForm("priorities", _PRIORITIES),
    TableForm("outcomes", _OUTCOMES),
    TableForm("minimum sizes for …", _SIZES, of="scale"),
    TableForm("derived levels", _DERIVED),
    TableForm("files of …", _FILES, of="files"),  # after indicators
    TableForm("columns of …", _COLUMNS, of="files"),  # after levels, outcomes, indicators and numbers
    TableForm("rows kept of …", (Column("*"),), of="files"),
    TableForm("other rows of …", (Column("*"),), of="files"),
    TableForm(
        "rows left out of …",
        (
            Column("student group", "Its code in the files.", needed=True),
            Column("why", "The reason.", needed=True),
            Column("years", "The years of such rows; empty for all."),
        ),
        of="files",
    ),
    TableForm(
        "level codes of …",
        (Column("code", "How the files write the level.", needed=True), Column("*", "", ("LEVEL",), (NOT_RATED,))),
        of="files",
    ),
    TableForm(
        "blank cells of …",
        (
            Column(
                "written",
                "What the files have in cells that are meant to be empty, in capital or small letters.",
                needed=True,
            ),
        ),
        of="files",
    ),
    TableForm(
        f"priority codes of {LISTS}",
        (
            Column("code", "The letter.", needed=True),
            Column("priorities", "The priorities that it stands for.", ("PRIORITY",), needed=True),
        ),
    ),
    TableForm(f"determination codes of {LISTS}", _DETERMINATION_CODES),
    TableForm(  # after every name
        "other words",
        (
            Column("word", "A keyword or a name.", ANY_NAME, needed=True),
            Column("also said", "Its synonyms.", ANY_NAME, declares=True, needed=True),
        ),
    ),
)
"""Every table of a vocabulary, names before what refers to them."""
