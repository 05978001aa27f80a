"""Which levels and amounts come out otherwise by rules as they are edited, where the rules determine nobody.

One thing is looked at, such as the Color on ELA. It has a row for each unit: a student group of an LEA, or the LEA.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from attrs import field, frozen

from rulelang.analysis.level_tables import LEVELS, column_of, has_table, is_in_dollars
from rulelang.analysis.result_tables import ResultTable
from rulelang.analysis.statewide import tables_from
from rulelang.core.record import LeaRecord
from rulelang.core.tree import NOT_RATED
from rulelang.engine.explain_levels import explain_levels
from rulelang.engine.levels import worked_out
from rulelang.engine.steps import Prepared
from rulelang.engine.wording import answer_text, dollars_text, number_text
from rulelang.studio.lea import determined_among

COLORS: Final = 5
"""How many levels a scale has that is shown in colors."""

Data = dict[str, Any]

Unit = tuple[str, str]
"""The code of an LEA and of a student group, which is blank for the LEA as a whole."""

NO_NUMBER: Final = "no number"
ABSENT: Final = "not worked out"
"""What is shown where there is no number, and where only one of two rulesets works something out."""


@frozen
class Results:
    """What the units get of one thing, in words, and as numbers where it is one; `order` are its levels, worst first.

    `is_amount` says that the numbers are in dollars, so that their sum means something.
    """

    order: tuple[str, ...] = ()
    is_amount: bool = False
    words: dict[Unit, str] = field(factory=dict)
    numbers: dict[Unit, Fraction] = field(factory=dict)

    def counts(self) -> Mapping[str, int]:
        """Return how many units have each level; nothing of numbers."""
        found = Counter(self.words.values())
        return {level: found[level] for level in self.order if found[level]}

    @property
    def known(self) -> int:
        """Return how many units have a level or a number."""
        return len(self.numbers) + sum(word in self.order[:-2] for word in self.words.values())

    def total(self) -> str:
        """Return the sum of amounts; blank if the column holds anything else, or if one of them is not known."""
        is_known = self.is_amount and len(self.numbers) == len(self.words)
        return dollars_text(sum(self.numbers.values(), Fraction(0))) if is_known else ""


@frozen(eq=False)
class WorkedOut:
    """What rules work out of all LEAs, by what it is, and the name, county and kind of each unit."""

    prepared: Prepared
    results: dict[str, Results] = field(factory=dict, repr=False)
    places: dict[Unit, tuple[str, str, str]] = field(factory=dict, repr=False)


def worked(prepared: Prepared, records: Sequence[LeaRecord]) -> WorkedOut:
    """Return what rules work out of some LEAs."""
    found = WorkedOut(prepared)
    if not has_table(prepared.ruleset):
        return found
    *_, table = tables_from(prepared, records)
    put = _put_levels if table.name == LEVELS else _put_measures
    put(found, table)
    return found


def _put_levels(found: WorkedOut, table: ResultTable) -> None:
    ruleset = found.prepared.ruleset
    scales = {scale: table.columns.index(column_of(scale)) for one in worked_out(ruleset) for scale in one.scales}
    for one in worked_out(ruleset):
        for scale in one.scales:
            levels = ruleset.vocabulary.scale(scale).worst_first(ruleset.vocabulary.indicator(one.indicator))
            order = (*levels, answer_text(NOT_RATED), answer_text(None))
            found.results[f"{one.indicator} {scale}"] = Results(order)
    for row in table.rows:
        code, lea, county, kind, _, group, indicator = map(str, row[:7])
        found.places[code, group] = lea, county, kind
        for scale, at in scales.items():
            if (of := found.results.get(f"{indicator} {scale}")) is not None:
                of.words[code, group] = str(row[at])


def _put_measures(found: WorkedOut, table: ResultTable) -> None:
    ruleset = found.prepared.ruleset
    number, exact = table.columns.index("number"), table.columns.index("exact")
    for row in table.rows:
        code, lea, county, kind, _, group, indicator, measure = map(str, row[:8])
        found.places[code, group] = lea, county, kind
        what = f"{indicator} {measure}".strip()
        if what not in found.results:
            found.results[what] = Results(is_amount=not indicator and is_in_dollars(ruleset, measure))
        of = found.results[what]
        of.words[code, group] = str(row[number]) or NO_NUMBER
        if row[exact]:
            amount = of.numbers[code, group] = Fraction(str(row[exact]))
            of.words[code, group] = dollars_text(amount) if of.is_amount else str(row[number])


def level_impact(before: WorkedOut, after: WorkedOut, what: str | None) -> Data:
    """Return what the page shows of one thing that is worked out; where none is named, what most units get otherwise.

    Where nothing changes, it is what most units get at all. The answer has the things with how many units get them
    otherwise, the units, and what each had and has.
    """
    names = list(dict.fromkeys((*before.results, *after.results)))
    changes = {one: _changes(_of(before, one), _of(after, one)) for one in names}
    chosen = what if what in changes else max(names, key=lambda one: (changes[one], _of(after, one).known), default="")
    old, new = _of(before, chosen), _of(after, chosen)
    units = list(dict.fromkeys((*old.words, *new.words)))
    groups = _groups(after)
    places = {**before.places, **after.places}
    keys = ["/".join(filter(None, unit)) for unit in units]
    said = [[side.words.get(unit, ABSENT) for unit in units] for side in (old, new)]
    return {
        "what": chosen,
        "choices": list(changes.items()),
        "of_groups": any(group for _, group in units),
        "units": [
            (key, *places[unit][:2], groups.get(unit[1], places[unit][2]))
            for key, unit in zip(keys, units, strict=True)
        ],
        "counts": [side.counts() for side in (old, new)],
        "totals": [side.total() for side in (old, new)],
        "outcomes": said,
        "moves": [
            {"code": key, "what": chosen, "before": was, "after": now, **_way(old, new, unit)}
            for key, unit, was, now in zip(keys, units, *said, strict=True)
            if was != now
        ],
    }


def outcomes_by(versions: Sequence[WorkedOut | None], what: str) -> list[Data | None]:
    """Return what the units get of one thing by several versions of the rules, None if there is no version.

    They are the units of the first version and of the last, in the order of `level_impact`.
    """
    ends = [_of(one, what).words for one in (versions[0], versions[-1]) if one is not None]
    units = list(dict.fromkeys(unit for words in ends for unit in words))
    found = [None if one is None else _of(one, what) for one in versions]
    return [
        None if one is None else {"counts": one.counts(), "outcomes": [one.words.get(unit, ABSENT) for unit in units]}
        for one in found
    ]


def levels_of_lea(before: WorkedOut, after: WorkedOut, record: LeaRecord, records: Sequence[LeaRecord]) -> Data:
    """Return what rules work out of one of some LEAs: a grid of its student groups, and one of the LEA as a whole.

    Of several levels on an indicator, the grid has the last, which is made of the others: the Color.
    """
    last = {
        of.indicator: f"{of.indicator} {[*of.scales][-1]}" for of in worked_out(after.prepared.ruleset) if of.scales
    }
    columns = [*last.values()] or [*after.results]
    names = _groups(after)
    here = [unit for unit in after.places if unit[0] == record.code]

    def grid(units: Sequence[Unit]) -> Data:
        said = [one for one in columns if any(unit in after.results[one].words for unit in units)]
        rows = [
            {
                "name": names.get(unit[1], record.name),
                "cells": [_cell(_of(before, one), after.results[one], unit) for one in said],
                "meets": "",
            }
            for unit in units
        ]
        return {"columns": said, "rows": rows if said else [], "without": []}

    evaluation = determined_among(after.prepared, record, records).evaluation
    return {
        "code": record.code,
        "name": record.name or record.code,
        "county": record.county,
        "kind": record.kind,
        "groups": grid([unit for unit in here if unit[1]]),
        "lea": grid([unit for unit in here if not unit[1]]),
        "explanation": explain_levels(evaluation, width=100),
    }


def _cell(old: Results, new: Results, unit: Unit) -> Data:
    word, was = new.words.get(unit, ABSENT), old.words.get(unit, ABSENT)
    levels = new.order[:-2]
    rank = levels.index(word) + 1 if word in levels and len(levels) == COLORS else 0
    return {"text": word, "note": "" if was == word else f"before: {was}", "rank": rank}


def _groups(one: WorkedOut) -> Mapping[str, str]:
    ruleset = one.prepared.ruleset
    return {group.code: group.name for group in ruleset.vocabulary.groups_in(ruleset.year)}


def _of(one: WorkedOut, what: str) -> Results:
    return one.results.get(what) or Results()


def _changes(old: Results, new: Results) -> int:
    return sum(old.words.get(unit, ABSENT) != new.words.get(unit, ABSENT) for unit in old.words.keys() | new.words)


def _way(old: Results, new: Results, unit: Unit) -> Data:
    """Return whether a number is higher or lower, and by how much; nothing of levels, whose names say it."""
    was, now = old.numbers.get(unit), new.numbers.get(unit)
    if old.order or new.order:
        return {"text": "", "way": ""}
    if was is None or now is None:
        return {"text": "", "way": "A number only after" if was is None else "A number only before"}
    amount = (dollars_text if new.is_amount else number_text)(abs(now - was))
    return {"text": f"{amount} {'more' if now > was else 'less'}", "way": "Higher" if now > was else "Lower"}
