"""Determinations as a wide table: a row for each LEA and student group, a column for each indicator and priority."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import Scope
from rulelang.engine.determination import Determination, GroupResult
from rulelang.engine.steps import Prepared
from rulelang.engine.wording import answer_text

Row = dict[str, str | int | None]


def wide_rows(prepared: Prepared, determinations: Iterable[Determination]) -> Iterator[Row]:
    """Yield a row for each LEA and student group of the year, in the order given.

    After the LEA, the group and the determination it has what the data say on each indicator that the rules read of
    the year: a level, `not rated`, or None where that is unknown; and then yes, no or `cannot tell` for each priority.
    What is said of the LEA as a whole stands in the row of every group.
    """
    columns = _indicators(prepared)
    for one in determinations:
        for result in one.groups:
            yield {**_place(one, result), **_levels(one, result, columns), **_priorities(prepared.ruleset, result)}


def _indicators(prepared: Prepared) -> Mapping[str, tuple[int, Scope]]:
    """Return the steps that read the data of the year, by the name of their column, in the vocabulary's order."""
    ruleset = prepared.ruleset
    order = {indicator.name: at for at, indicator in enumerate(ruleset.vocabulary.indicators)}
    several = {indicator.name for indicator in ruleset.vocabulary.indicators if len(indicator.scales) > 1}
    read = {(asked.key, asked.scope): at for at, asked in prepared.fields.items() if asked.year == ruleset.year}
    asked = sorted(read, key=lambda one: (order.get(one[0][0], len(order)), one[0], one[1].value))
    found: dict[str, tuple[int, Scope]] = {}
    for key, scope in asked:
        indicator, scale = key
        name = " ".join(key) if indicator in several else indicator or scale
        found[name] = (read[key, scope], scope)
    return found


def _place(one: Determination, result: GroupResult) -> Row:
    record = one.record
    return {
        "cds": record.code,
        "lea": record.name,
        "county": record.county,
        "year": one.year,
        "determination": one.outcome,
        "student_group": result.group.code,
    }


def _levels(one: Determination, result: GroupResult, columns: Mapping[str, tuple[int, Scope]]) -> Row:
    row: Row = {}
    for name, (at, scope) in columns.items():
        index = one.evaluation.prepared.group_index[result.group.name] if scope is Scope.GROUP else None
        value = one.evaluation.at(at, index)
        row[name] = None if value is None else answer_text(value)
    return row


def _priorities(ruleset: Ruleset, result: GroupResult) -> Row:
    return {
        f"Priority {number}": "yes"
        if number in result.priorities
        else answer_text(None)
        if number in result.uncertain
        else "no"
        for number in ruleset.priorities
    }
