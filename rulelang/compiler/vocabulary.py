"""From a vocabulary file as written to the vocabulary as understood.

Each kind of table has one function below, which adds what the table declares to a `_Draft`. The tables are taken in the
order of `_TABLES`, names before what refers to them, so that their order in the file does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from attrs import define, field

from rulelang.compiler.tables import Row, one_stretch, rows_of, unblanked, whole_number, years_in
from rulelang.core import vocabulary as core
from rulelang.diagnostics.catalogue import vocabulary as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

NOT_RATED = "not rated"
LISTS = "published lists"


def vocabulary_of(file: syn.File, reporter: Reporter, fingerprint: str = "") -> core.Vocabulary:
    """Return the vocabulary a file declares; what cannot be understood is reported and left out."""
    draft = _Draft(reporter)
    _lines(file, draft)
    tables = [statement for statement in file.statements if isinstance(statement, syn.Table)]
    start = Span(file.source, 0, 0)
    for heading, read in _TABLES:
        fitting = [table for table in tables if _argument(table.heading.text, heading) is not None]
        tables = [table for table in tables if table not in fitting]
        if not fitting and heading in _NEEDED:
            reporter.report(messages.missing_table(start, heading))
        for table in fitting:
            read(draft, table, _argument(table.heading.text, heading) or "")
    for table in tables:
        reporter.report(messages.unknown_table(table.heading.span, [heading for heading, _ in _TABLES]))
    return draft.finished(fingerprint)


@define
class _Layout:
    """The parts of a `FileFormat` as they come, table by table."""

    files: list[core.FileName] = field(factory=list)
    columns: list[core.Column] = field(factory=list)
    keep: list[dict[str, str]] = field(factory=list)
    others: list[dict[str, str]] = field(factory=list)
    left_out: dict[str, str] = field(factory=dict)
    left_out_in: dict[str, tuple[core.Years, ...]] = field(factory=dict)
    codes: list[core.LevelCodes] = field(factory=list)

    def finished(self, of: str) -> core.FileFormat:
        return core.FileFormat(
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
class _Draft:
    """The parts of a vocabulary as they come, table by table."""

    reporter: Reporter
    name: str = ""
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
    layouts: dict[str, _Layout] = field(factory=dict)
    priority_codes: dict[str, frozenset[int]] = field(factory=dict)
    determination_codes: dict[str, str] = field(factory=dict)
    meanings: dict[str, str] = field(factory=dict)

    def layout(self, of: str) -> _Layout:
        """Return the layout of the family of files that a heading names: `state indicators`, `published lists`."""
        return self.layouts.setdefault(of.removesuffix(" indicators"), _Layout())

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

    def level_names(self) -> list[str]:
        return [level for scale in self.scales for level in scale.levels]

    def finished(self, fingerprint: str) -> core.Vocabulary:
        return core.Vocabulary(
            name=self.name,
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
            fingerprint=fingerprint,
        )


def _lines(file: syn.File, draft: _Draft) -> None:
    """Read the lines that are no tables: the name, the years, the suspended years."""
    start = Span(file.source, 0, 0)
    suspended: int | None = None
    for statement in file.statements:
        match statement:
            case syn.VocabularyLine(title):
                draft.name = title
            case syn.YearsLine(years):
                draft.years = tuple(year.value for year in years)
            case syn.SuspendedYearLine(year):
                suspended = year.value
                draft.suspended[suspended] = ""
            case syn.BecauseLine(text) if suspended is not None:
                draft.suspended[suspended] = text.text
            case _:
                suspended = None
    if not draft.name:
        draft.reporter.report(messages.missing_vocabulary_line(start, "vocabulary California Dashboard"))
    if not draft.years:
        draft.reporter.report(messages.missing_vocabulary_line(start, "Dashboard years 2017, 2018"))


def _argument(heading: str, pattern: str) -> str | None:
    """Return what stands for `…` in a heading, empty where the pattern has none; None where it does not fit."""
    before, dots, after = pattern.partition("…")
    text = heading.casefold()
    if not dots:
        return "" if text == pattern.casefold() else None
    fits = text.startswith(before.casefold()) and text.endswith(after.casefold())
    inner = heading[len(before) : len(heading) - len(after)]
    return inner if fits and inner else None


# ---- the words of the rules ----


def _levels(draft: _Draft, table: syn.Table, _: str) -> None:
    for row in rows_of(table, ["scale", "worst level first"], ["where a lower number is better"], draft.reporter):
        levels, lower = row.items("worst level first"), row.text("where a lower number is better")
        if lower not in ("", "best level first"):
            place = row.span_of("where a lower number is better")
            draft.reporter.report(messages.unclear_cell(place, "`best level first` or nothing"))
        draft.scales.append(core.Scale(row.text("scale"), levels, turns=lower != ""))
        draft.declare(row, "worst level first", levels, f"a level of {row.text('scale')}")


def _indicators(scope: core.Scope) -> Callable[[_Draft, syn.Table, str], None]:
    def read(draft: _Draft, table: syn.Table, kind: str) -> None:
        draft.indicator_kinds.append(core.IndicatorKind(kind, scope))
        scale_columns = [f"{scale.name} in" for scale in draft.scales]
        optional = ["also called", "better", "student groups", "in the files", "where silent", *scale_columns]
        for row in rows_of(table, ["indicator"], optional, draft.reporter):
            _indicator(draft, row, kind, scope)

    return read


def _indicator(draft: _Draft, row: Row, kind: str, scope: core.Scope) -> None:
    name = row.text("indicator")
    scales = {scale.name: years_in(row, f"{scale.name} in", draft.reporter) for scale in draft.scales}
    groups = [group.name for group in draft.groups]
    silent = draft.known(row, "where silent", row.items("where silent"), "level", draft.level_names())
    if row.text("better") not in ("", "higher", "lower"):
        draft.reporter.report(messages.unclear_cell(row.span_of("better"), "`higher` or `lower`"))
    indicator = core.Indicator(
        name=name,
        kind=kind,
        scope=scope,
        scales={scale: years for scale, years in scales.items() if years},
        lower_is_better=row.text("better") == "lower",
        only_groups=draft.known(row, "student groups", row.items("student groups"), "student group", groups),
        aliases=row.items("also called"),
        in_files=row.items("in the files"),
        when_silent=silent[0] if silent else None,
        span=row.span,
    )
    draft.indicators.append(indicator)
    draft.declare(row, "indicator", [name, *indicator.aliases], f"the indicator {name}")


def _groups(draft: _Draft, table: syn.Table, _: str) -> None:
    for row in rows_of(table, ["code", "name"], ["also called", "also coded", "years"], draft.reporter):
        group = core.StudentGroup(
            code=row.text("code"),
            name=row.text("name"),
            years=one_stretch(row, "years", draft.reporter),
            aliases=row.items("also called"),
            other_codes=row.items("also coded"),
        )
        draft.groups.append(group)
        names = [group.name, *group.aliases, *group.codes]
        draft.declare(row, "name", names, f"the student group {group.name}")


def _kinds(draft: _Draft, table: syn.Table, _: str) -> None:
    for row in rows_of(table, ["kind", "plural", "code"], ["also called"], draft.reporter):
        kind = core.LeaKind(row.text("kind"), row.text("plural"), row.text("code"), row.items("also called"))
        draft.kinds.append(kind)
        draft.declare(row, "kind", [kind.name, kind.plural, *kind.aliases], f"the kind of LEA {kind.name}")


def _priorities(draft: _Draft, table: syn.Table, _: str) -> None:
    for row in rows_of(table, ["number", "name"], [], draft.reporter):
        number = whole_number(row.text("number"))
        if number is not None:
            draft.priorities.append(core.Priority(number, row.text("name")))
        else:
            draft.reporter.report(messages.unclear_cell(row.span_of("number"), "a number"))


RESERVED = frozenset(
    {"label", "determination", "determination as published", "cannot tell", "suspended", "not covered"}
)
"""Words that results use for something else, so that no outcome may be called by them."""

OUTCOME_KINDS = ("determination", "method", "referral", "label", "criteria")


def _outcomes(draft: _Draft, table: syn.Table, _: str) -> None:
    for row in rows_of(table, ["outcome", "is a"], ["also called", "column"], draft.reporter):
        name, kind = row.text("outcome"), row.text("is a").casefold()
        if kind not in OUTCOME_KINDS:
            draft.reporter.report(messages.unclear_cell(row.span_of("is a"), f"one of {', '.join(OUTCOME_KINDS)}"))
        if name.casefold() in RESERVED or name.casefold().startswith(("rule ", "priority ")):
            draft.reporter.report(messages.reserved_name(row.span_of("outcome"), name))
        aliases = row.items("also called")
        draft.outcomes.append(core.Outcome(name, kind, aliases, row.text("column")))
        draft.declare(row, "outcome", [name, *aliases], f"the outcome {name}")


def _sizes(draft: _Draft, table: syn.Table, scale: str) -> None:
    groups, kinds = [group.name for group in draft.groups], [kind.name for kind in draft.kinds]
    for row in rows_of(table, ["students"], ["student groups", "kinds of LEA", "years"], draft.reporter):
        name = draft.known(row, "students", [scale], "scale", [known.name for known in draft.scales])
        students = whole_number(row.text("students"))
        if students is None:
            draft.reporter.report(messages.unclear_cell(row.span_of("students"), "a number of students"))
        elif name:
            size = core.MinimumSize(
                students=Fraction(students),
                groups=draft.known(row, "student groups", row.items("student groups"), "student group", groups),
                kinds=draft.known(row, "kinds of LEA", row.items("kinds of LEA"), "kind of LEA", kinds),
                years=one_stretch(row, "years", draft.reporter),
            )
            draft.sizes.setdefault(name[0], []).append(size)


def _derived(draft: _Draft, table: syn.Table, _: str) -> None:
    for row in rows_of(table, ["level", "in", "means"], [], draft.reporter):
        level = draft.known(row, "level", [row.text("level")], "level", draft.level_names())
        years = one_stretch(row, "in", draft.reporter)
        means = [_meaning(draft, row, part) for part in row.items("means")]
        if level and means and None not in means and years.first is not None:
            scale = next(scale.name for scale in draft.scales if level[0] in scale.levels)
            parts = tuple((name, year) for name, year in filter(None, means))
            draft.derived.append(core.DerivedLevel(scale, level[0], years, parts))


def _meaning(draft: _Draft, row: Row, part: str) -> tuple[str, int] | None:
    name, _, year = part.rpartition(" in ")
    level = draft.known(row, "means", [name], "level", draft.level_names())
    in_year = whole_number(year)
    if in_year is None:
        draft.reporter.report(messages.unclear_cell(row.span_of("means"), "levels with years, such as `Met in 2017`"))
    return (level[0], in_year) if level and in_year is not None else None


def _numbers_of_indicators(draft: _Draft, table: syn.Table, kind: str) -> None:
    named = [indicator.name for indicator in draft.indicators if indicator.kind == kind]
    draft.known_kind(table, kind)
    for row in rows_of(table, ["number"], ["also called", "indicators", "last year", "below zero"], draft.reporter):
        indicators = draft.known(row, "indicators", row.items("indicators"), "indicator", named)
        _number(draft, row, indicators or tuple(named))


def _numbers_of_lea(draft: _Draft, table: syn.Table, _: str) -> None:
    for row in rows_of(table, ["number"], ["also called", "last year", "below zero"], draft.reporter):
        _number(draft, row, ())


def _number(draft: _Draft, row: Row, indicators: tuple[str, ...]) -> None:
    for column in ("last year", "below zero"):
        if row.text(column).casefold() not in ("", "yes"):
            draft.reporter.report(messages.unclear_cell(row.span_of(column), "`yes` or nothing"))
    number = core.Number(
        name=row.text("number"),
        indicators=indicators,
        aliases=row.items("also called"),
        last_year=row.text("last year") != "",
        below_zero=row.text("below zero") != "",
    )
    twice = [one for one in draft.numbers if one.name == number.name]
    if any({*(one.indicators or ("",))} & {*(indicators or ("",))} for one in twice):
        draft.reporter.report(messages.two_meanings(row.span_of("number"), number.name, f"the number {number.name}"))
    draft.numbers.append(number)
    draft.declare(row, "number", [number.name, *number.aliases], f"the number {number.name}")


# ---- the published files ----


def _files(draft: _Draft, table: syn.Table, of: str) -> None:
    names = [indicator.name for indicator in draft.indicators]
    for row in rows_of(table, ["years", "file"], ["indicator"], draft.reporter):
        known = draft.known(row, "indicator", row.items("indicator"), "indicator", names)
        years = one_stretch(row, "years", draft.reporter)
        draft.layout(of).files.append(core.FileName(row.items("file"), years, known[0] if known else None))


def _columns(draft: _Draft, table: syn.Table, of: str) -> None:
    scales, outcomes = [scale.name for scale in draft.scales], [outcome.name for outcome in draft.outcomes]
    last_years = [core.of_last_year(number.name) for number in draft.numbers if number.last_year]
    numbers = [*(number.name for number in draft.numbers), *last_years]
    known = dict.fromkeys([*core.COLUMN_MEANINGS, *scales, *outcomes, *numbers])
    indicators = [indicator.name for indicator in draft.indicators]
    optional = ["where there is none", "written", "indicators", "years"]
    for row in rows_of(table, ["holds", "column"], optional, draft.reporter):
        holds = draft.known(row, "holds", [row.text("holds")], "meaning of a column", known)
        if holds:
            column = core.Column(
                holds=holds[0],
                names=row.items("column"),
                otherwise=row.value("where there is none"),
                written=row.items("written"),
                indicators=draft.known(row, "indicators", row.items("indicators"), "indicator", indicators),
                years=years_in(row, "years", draft.reporter),
            )
            draft.layout(of).columns.append(column)


def _kept(draft: _Draft, table: syn.Table, of: str) -> None:
    """Read which rows of a file are used, or known and not used; a cell that is not filled in may be anything."""
    is_kept = table.heading.text.casefold().startswith("rows kept")
    rows, headers = draft.layout(of).keep if is_kept else draft.layout(of).others, [cell.text for cell in table.rows[0]]
    for row in rows_of(table, [], ["*"], draft.reporter):
        rows.append({header: unblanked(row.text(header)) for header in headers if row.text(header)})


def _left_out(draft: _Draft, table: syn.Table, of: str) -> None:
    for row in rows_of(table, ["student group", "why"], ["years"], draft.reporter):
        code, years = unblanked(row.text("student group")), years_in(row, "years", draft.reporter)
        draft.layout(of).left_out[code] = row.text("why")
        draft.layout(of).left_out_in |= {code: years} if years else {}


def _codes(draft: _Draft, table: syn.Table, of: str) -> None:
    scales = [scale.name for scale in draft.scales]
    rows = list(rows_of(table, ["code"], ["*"], draft.reporter))
    for header in (cell for cell in table.rows[0] if cell.text.casefold() != "code"):
        scale, lower, _ = header.text.partition(", lower is better")
        if scale not in scales:
            draft.reporter.report(messages.unknown_cell_name(header.span, scale, "scale", scales))
            continue
        levels = {unblanked(row.text("code")): _coded_level(draft, row, header.text, scale) for row in rows}
        draft.layout(of).codes.append(core.LevelCodes(scale, levels, bool(lower)))


def _coded_level(draft: _Draft, row: Row, column: str, scale: str) -> str | None:
    text = row.text(column)
    if text.casefold() == NOT_RATED:
        return None
    levels = next(known.levels for known in draft.scales if known.name == scale)
    found = draft.known(row, column, [text], f"level of {scale}", levels)
    return found[0] if found else None


def _priority_codes(draft: _Draft, table: syn.Table, _: str) -> None:
    for row in rows_of(table, ["code", "priorities"], [], draft.reporter):
        numbers = [whole_number(part) for part in row.items("priorities")]
        if None in numbers:
            draft.reporter.report(messages.unclear_cell(row.span_of("priorities"), "numbers of priorities"))
        draft.priority_codes[row.text("code")] = frozenset(number for number in numbers if number is not None)


def _determination_codes(draft: _Draft, table: syn.Table, _: str) -> None:
    names = [outcome.name for outcome in draft.outcomes]
    for row in rows_of(table, ["code", "determination"], [], draft.reporter):
        known = draft.known(row, "determination", [row.text("determination")], "outcome", names)
        if known:
            draft.determination_codes[row.text("code")] = known[0]


_Reader = Callable[[_Draft, syn.Table, str], Any]

_TABLES: Sequence[tuple[str, _Reader]] = (
    ("levels", _levels),
    ("student groups", _groups),
    ("kinds of LEA", _kinds),
    ("… indicators of student groups", _indicators(core.Scope.GROUP)),  # after levels and groups, which it names
    ("… indicators of the LEA", _indicators(core.Scope.LEA)),
    ("numbers of the LEA", _numbers_of_lea),
    ("numbers of … indicators", _numbers_of_indicators),  # after indicators
    ("priorities", _priorities),
    ("outcomes", _outcomes),
    ("minimum sizes for …", _sizes),
    ("derived levels", _derived),
    ("files of …", _files),  # after indicators
    ("columns of …", _columns),  # after levels, outcomes, indicators and numbers
    ("rows kept of …", _kept),
    ("other rows of …", _kept),
    ("rows left out of …", _left_out),
    ("level codes of …", _codes),
    (f"priority codes of {LISTS}", _priority_codes),
    (f"determination codes of {LISTS}", _determination_codes),
)
"""Every table of a vocabulary, names before what refers to them; `…` stands for a name."""

_NEEDED = frozenset({"levels", "student groups", "kinds of LEA", "priorities", "outcomes"})
