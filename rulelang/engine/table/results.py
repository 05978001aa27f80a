"""What is told of an LEA and of its student groups, as columns over lowered rules: the parts of a `Determination`.

Which rules hold stands in whole numbers, a bit for each rule in the order of the ruleset; so do the priorities that a
student group meets, in the order of the ruleset's priorities. They are taken apart only for what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rulelang.core.ruleset import DETERMINATION, NOT_COVERED
from rulelang.engine.table import sql
from rulelang.engine.table.bits import WIDTH
from rulelang.engine.table.coding import is_one_of_groups
from rulelang.engine.table.facts import GROUP, Column
from rulelang.engine.table.lower import LoweredRuleset
from rulelang.engine.table.plan import ENOUGH, OUTCOMES, ResultPlan
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.values import Lowered, Plain


def lea_columns(plan: ResultPlan, lowered: LoweredRuleset) -> list[Column]:
    """Return the columns of the row of an LEA: outcomes (NULL cannot tell), answers, and the rules that hold."""
    columns = [
        (
            column,
            _plain(lowered.outputs[plan.outcomes[name]].value) if name in plan.outcomes else _not_there(name, plan),
        )
        for name, column in OUTCOMES.items()
    ]
    columns += [
        (f"answer_{at}", _plain(lowered.outputs[position].value)) for at, position in enumerate(plan.answers.values())
    ]
    held = [_plain(lowered.outputs[position].value) for _, position in plan.lea_rules]
    return columns + [(f"rules_{at}", mask) for at, mask in enumerate(masks(held))]


def _not_there(name: str, plan: ResultPlan) -> Sql:
    """Return the outcome of rules that do not say it: the determination, or where they have none, not covered."""
    return sql.text(NOT_COVERED) if name == DETERMINATION or not plan.outcomes else sql.column("determination")


def gathered_columns(plan: ResultPlan, lowered: LoweredRuleset) -> list[Column]:
    """Return aggregations over an LEA's student groups of the year: priorities any meets, and groups to be named."""
    there = _of_the_year(plan, lowered)
    met = [_met(lowered, [position]) for position in plan.whole.values()]
    listed = [sql.one_where(_met(lowered, steps)) for steps in plan.listed.values()]
    named = sql.both([*there, sql.at_least(sql.plus(listed), sql.integer(ENOUGH))])
    place = sql.shifted(sql.long(sql.integer(1)), sql.column(GROUP))
    priorities = sql.plus(
        sql.case([(sql.both([*_copies(there), one]), sql.integer(1 << at))], sql.integer(0))
        for at, one in enumerate(met)
    )
    return [
        ("priorities_met", sql.all_bits(sql.long(priorities))),
        ("groups_named", sql.all_bits(sql.case([(named, place)], sql.long(sql.integer(0))))),
    ]


def group_columns(plan: ResultPlan, lowered: LoweredRuleset) -> list[Column]:
    """Return the columns of the row of a student group: priorities met, those that cannot be told, and its rules."""
    columns = [("met", _mask_of(lowered, plan.whole, plan.ruleset.priorities))]
    columns.append(("unsure", _mask_of(lowered, plan.whole, plan.ruleset.priorities, unsure=True)))
    for at, steps in enumerate(plan.by_kind.values()):
        columns.append((f"met_by_kind_{at}", _mask_of(lowered, steps, plan.ruleset.priorities)))
    held = [_plain(lowered.in_groups[position]) for _, position in plan.group_rules]
    return columns + [(f"rules_{at}", mask) for at, mask in enumerate(masks(held))]


def _mask_of(lowered: LoweredRuleset, steps: Mapping[int, int], numbers: Sequence[int], *, unsure: bool = False) -> Sql:
    parts = []
    for at, number in enumerate(numbers):
        if number in steps:
            value = lowered.in_groups[steps[number]]
            condition = sql.is_unknown(_plain(value)) if unsure else _plain(value)
            parts.append(sql.case([(condition, sql.integer(1 << at))], sql.integer(0)))
    return sql.long(sql.plus(parts))


def masks(held: Sequence[Sql]) -> list[Sql]:
    """Return whole numbers with a bit for each condition that is yes, as many as are needed."""
    found = []
    for first in range(0, len(held), WIDTH):
        bits = [
            sql.case([(one, sql.integer(1 << at))], sql.integer(0))
            for at, one in enumerate(held[first : first + WIDTH])
        ]
        found.append(sql.long(sql.plus(bits)))
    return found


def bits_set(number: int) -> Iterable[int]:
    """Yield the places of the bits that are set, lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _met(lowered: LoweredRuleset, positions: Sequence[int]) -> Sql:
    return sql.either(_plain(lowered.in_groups[position]) for position in positions)


def _of_the_year(plan: ResultPlan, lowered: LoweredRuleset) -> list[Sql]:
    """Return the condition that a student group exists in the year, where not all do."""
    groups = plan.ruleset.vocabulary.groups
    mine = [group.name for group in groups if plan.ruleset.year in group.years]
    if len(mine) == len(groups):
        return []
    return [is_one_of_groups(plan.ruleset.vocabulary, lowered.coding, mine)]


def _copies(parts: Iterable[Sql]) -> list[Sql]:
    return [part.copy() for part in parts]


def _plain(value: Lowered) -> Sql:
    return value.sql.copy() if isinstance(value, Plain) else sql.null()
