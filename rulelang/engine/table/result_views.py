"""The views that hold the results of rules: every definition of the year, and the results people ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import define, field
from sqlglot import exp

from rulelang.core.ruleset import DETERMINATION, NOT_COVERED, Ruleset, priority_outcome
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.vocabulary import Scope
from rulelang.engine.determination import SUSPENDED
from rulelang.engine.levels import Worked, indicators_read, worked_out
from rulelang.engine.result_plan import OUTCOMES
from rulelang.engine.table import sql
from rulelang.engine.table.facts import GROUP, KIND, LEA, Names, closed
from rulelang.engine.table.query import NamedQuery, Tables
from rulelang.engine.table.sql import Column, Sql
from rulelang.engine.table.stages import LoweredRuleset
from rulelang.engine.table.values import Kind, Lowered, Ratio

LEA_RESULTS: Final = "lea_results"
GROUP_RESULTS: Final = "group_results"
REPORTED: Final = "reported"
DETERMINATIONS: Final = "determinations"
PRIORITIES: Final = "priorities"
LEVELS: Final = "levels"

RESULT_VIEWS: Final = {
    LEA_RESULTS: "a row for each LEA, with every rule and outcome of the LEA as a whole",
    GROUP_RESULTS: "a row for each student group of each LEA, with every rule and outcome of student groups",
    REPORTED: "the student groups and indicators that the year's cells speak of",
    DETERMINATIONS: "a row for each LEA, with its determination, and the methods and referrals that are met",
    PRIORITIES: "a row for each student group of each LEA, with the priorities it meets, and each of its rules",
    LEVELS: "a row for each LEA, student group and indicator, with its levels and the numbers they rest on",
}
"""The result views, each with what its rows are; a script has those that its ruleset defines."""


def result_views(lowered: LoweredRuleset, tables: Tables) -> list[NamedQuery]:
    """Return the queries of the results, each over the tables of the rules and the queries before it."""
    return _Results(lowered, tables).queries()


@define
class _Results:
    lowered: LoweredRuleset
    tables: Tables
    _columns: dict[str, list[str]] = field(factory=dict)

    @property
    def ruleset(self) -> Ruleset:
        return self.lowered.ruleset

    def queries(self) -> list[NamedQuery]:
        """Return every definition of the year first, and then the views made from them."""
        found: list[NamedQuery] = [(LEA_RESULTS, self._all(Scope.LEA, [LEA, KIND], self.tables.leas))]
        has_groups = self.tables.groups is not None
        if has_groups:
            found.append((GROUP_RESULTS, self._all(Scope.GROUP, [LEA, GROUP], self.tables.groups or "")))
        if self.ruleset.reports_levels:
            found.append((REPORTED, self._reported()))
            found.append((LEVELS, self._levels()))
            return found
        found.append((DETERMINATIONS, self._determinations()))
        if has_groups:
            found.append((PRIORITIES, self._priorities()))
        return found

    # ---- Every definition ----

    def _all(self, scope: Scope, keys: Sequence[str], of: str) -> exp.Select:
        """Return the year's definitions of the LEA or of student groups, under their names, without closed LEAs."""
        names, columns = Names(), list[Column]()
        for (year, name), position in self.lowered.prepared.positions.items():
            placed = self.lowered.outputs[position]
            if year == self.ruleset.year and placed.place[1] is scope:
                found = list(_columns(names.of(name, name), placed.value))
                self._columns[name] = [column for column, _ in found]
                columns.extend(found)
        query = sql.select([*map(sql.column, keys), *(sql.named(what, name) for name, what in columns)], sql.table(of))
        if (gone := self.lowered.facts.get(closed(self.ruleset.year))) is None:
            return query
        if scope is Scope.LEA:
            return sql.where(query, sql.not_(sql.column(gone)))
        there = sql.select([sql.column(LEA)], sql.table(LEA_RESULTS))
        return sql.where(query, sql.among(sql.column(LEA), there))

    # ---- Determinations and priorities ----

    def _determinations(self) -> exp.Select:
        answers = [name for name in (*self.ruleset.methods, *self.ruleset.referrals) if name in self._columns]
        columns = [
            *map(sql.column, (LEA, KIND)),
            sql.named(sql.integer(self.ruleset.year), "year"),
            *(sql.named(self._outcome(name), column) for name, column in OUTCOMES.items()),
            *(sql.column(column) for name in answers for column in self._columns[name]),
        ]
        return sql.select(columns, sql.table(LEA_RESULTS))

    def _outcome(self, name: str) -> Sql:
        if self.ruleset.suspended is not None:
            return sql.text(SUSPENDED)
        found = self._columns.get(name) or self._columns.get(DETERMINATION)
        return sql.text(NOT_COVERED) if found is None else sql.known(sql.column(found[0]), sql.text(CANNOT_TELL))

    def _priorities(self) -> exp.Select:
        """Return priorities whole, then by kind of indicator, then rules; one of the LEA holds for all its groups."""
        kinds = [None, *(kind.name for kind in self.ruleset.vocabulary.indicator_kinds)]
        named = [priority_outcome(number, kind) for kind in kinds for number in self.ruleset.priorities]
        rules = [rule.name for rule in self.ruleset.rules if self._is_of_groups(rule.name)]
        columns = [column for name in (*named, *rules) if name in self._columns for column in self._of_either(name)]
        keys = [sql.column(LEA, "g"), sql.column(GROUP, "g")]
        query = sql.select([*keys, *columns], sql.table(GROUP_RESULTS, "g"))
        query = sql.joined(query, sql.table(LEA_RESULTS, "l"), sql.equal(sql.column(LEA, "g"), sql.column(LEA, "l")))
        return sql.where(query, self._of_the_year("g"))

    def _of_either(self, definition: str) -> Iterator[Sql]:
        table = "g" if self._is_of_groups(definition) else "l"
        return (sql.column(column, table) for column in self._columns[definition])

    def _of_the_year(self, alias: str | None = None) -> Sql:
        """Return whether a student group exists in the year."""
        groups = self.ruleset.vocabulary.groups_counted_in(self.ruleset.year)
        return sql.one_of(sql.column(GROUP, alias), [sql.text(group.name) for group in groups])

    # ---- Levels ----

    def _reported(self) -> exp.Select:
        query = sql.select(map(sql.column, (LEA, GROUP, "indicator")), sql.table("cells"))
        of_groups = sql.is_known(sql.column(GROUP))
        of_year = sql.equal(sql.column("year"), sql.integer(self.ruleset.year))
        query = sql.where(query, sql.both([of_year, of_groups, self._of_the_year()]))
        return query.distinct(copy=False)

    def _levels(self) -> exp.Query:
        worked = worked_out(self.ruleset)
        scales = list(dict.fromkeys(scale for one in worked for scale in one.scales))
        shown = (name for one in worked for name in one.measures if name in scales or not one.scales)
        measures = list(dict.fromkeys(shown))
        found: list[exp.Select] = []
        of_groups = [one for one in worked if self._is_worked_of_groups(one)]
        for some in ([one for one in of_groups if one.indicator], [one for one in of_groups if not one.indicator]):
            found += [self._levels_of_groups(some, scales, measures)] if some else []
        rest = (one for one in worked if one not in of_groups)
        found += [sql.select(self._level_columns([one], scales, measures), sql.table(LEA_RESULTS, "r")) for one in rest]
        union: exp.Query = found[0]
        for part in found[1:]:
            union = exp.union(union, part, distinct=False, copy=False)
        return union

    def _levels_of_groups(self, worked: Sequence[Worked], scales: Sequence[str], measures: Sequence[str]) -> exp.Select:
        """Return a row for each student group and indicator; of measures of no indicator one for each student group."""
        query = sql.select(self._level_columns(worked, scales, measures), sql.table(GROUP_RESULTS, "r"))
        same = [sql.equal(sql.column(key, "r"), sql.column(key, "s")) for key in (LEA, GROUP)]
        read = sorted({name for one in worked for name in indicators_read(self.lowered.prepared, one)})
        mine = sql.one_of(sql.column("indicator", "s"), [sql.text(name) for name in read])
        query = sql.where(sql.joined(query, sql.table(REPORTED, "s"), sql.both(same)), mine)
        return query if worked[0].indicator else query.distinct(copy=False)

    def _level_columns(self, worked: Sequence[Worked], scales: Sequence[str], measures: Sequence[str]) -> list[Sql]:
        """Return the columns of rows about indicators: those of student groups, or one of the LEA."""
        of_groups = self._is_worked_of_groups(worked[0])
        of_one = not of_groups or not worked[0].indicator
        indicator = sql.text(worked[0].indicator) if of_one else sql.column("indicator", "s")
        group = sql.column(GROUP, "r") if of_groups else exp.cast(sql.null(), exp.DataType.Type.TEXT)
        columns = [sql.column(LEA, "r"), sql.named(group, GROUP), sql.named(indicator, "indicator")]
        names = Names()
        for scale in scales:
            levels = [(one, self._level(one.scales[scale])) for one in worked if scale in one.scales]
            blank = exp.cast(sql.null(), exp.DataType.Type.TEXT)
            columns.append(sql.named(_by_indicator(indicator, levels, blank), names.of(("scale", scale), scale)))
        for measure in measures:
            of = [(one, one.measures[measure]) for one in worked if measure in one.measures]
            if texts := [(one, sql.column(self._columns[name][0], "r")) for one, name in of if self._is_text(name)]:
                blank = exp.cast(sql.null(), exp.DataType.Type.TEXT)
                columns.append(sql.named(_by_indicator(indicator, texts, blank), names.of(("text", measure), measure)))
            numbers = [(one, self._number(name)) for one, name in of if not self._is_text(name)]
            if texts and not numbers:
                continue
            name = names.of(("measure", measure), f"{measure} number" if measure in scales else measure)
            for at, ending in enumerate(_ENDINGS):
                parts = [(one, exp.cast(found[at], sql.EXACT)) for one, found in numbers]
                blank = exp.cast(sql.null(), sql.EXACT)
                columns.append(sql.named(_by_indicator(indicator, parts, blank), f"{name}{ending}"))
        return columns

    def _is_worked_of_groups(self, worked: Worked) -> bool:
        return any(self._is_of_groups(one) for one in (*worked.measures.values(), *worked.scales.values()))

    def _is_of_groups(self, definition: str) -> bool:
        return self.ruleset.definitions[self.ruleset.year, definition].scope is Scope.GROUP

    def _is_text(self, definition: str) -> bool:
        position = self.lowered.prepared.positions[self.ruleset.year, definition]
        return self.lowered.outputs[position].value.kind is Kind.NAME

    def _level(self, definition: str) -> Sql:
        return sql.known(sql.column(self._columns[definition][0], "r"), sql.text(CANNOT_TELL))

    def _number(self, definition: str) -> list[Sql]:
        """Return the columns of a measure; one that is never more than not rated has no number."""
        columns = [sql.column(column, "r") for column in self._columns[definition]]
        if len(columns) == len(_ENDINGS):
            return columns
        return [sql.case([(sql.is_known(columns[0]), sql.integer(0))]), sql.null(), sql.null()]


def _by_indicator(indicator: Sql, parts: Sequence[tuple[Worked, Sql]], blank: Sql) -> Sql:
    """Return a column's value for the indicator of a row, blank for one that has none."""
    if not parts:
        return blank
    if isinstance(indicator, sql.LITERAL):
        return parts[0][1]
    return sql.case([(sql.equal(indicator, sql.text(one.indicator)), part) for one, part in parts])


_ENDINGS = ("_rated", "", "_denominator")
"""The endings of the columns of a number."""


def _columns(name: str, value: Lowered) -> list[Column]:
    """Return the columns of a definition's value, each column of a number with its ending."""
    if not isinstance(value, Ratio):
        return [(name, value.sql)]
    parts = (value.rated_sql(), value.numerator, value.denominator)
    whole = [sql.integer(part) if isinstance(part, int) else part for part in parts]
    return [(name + ending, part) for ending, part in zip(_ENDINGS, whole, strict=True)]
