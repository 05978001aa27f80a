"""What is told of an LEA and of its student groups, as columns over lowered rules: the parts of a `Determination`.

Which rules hold stands in whole numbers, a bit for each rule in the order of the ruleset; so do the priorities that a
student group meets, in the order of the ruleset's priorities. They are taken apart only for what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from rulelang.core.ruleset import DETERMINATION, NOT_COVERED
from rulelang.engine.table import sql
from rulelang.engine.table.bits import WIDTH
from rulelang.engine.table.coding import is_one_of_groups
from rulelang.engine.table.evidence import Evidence
from rulelang.engine.table.facts import GROUP, Column
from rulelang.engine.table.lower import LoweredRuleset
from rulelang.engine.table.names import UnsupportedRulesError
from rulelang.engine.table.plan import ENOUGH, OF_GROUP, OF_LEA, OUTCOMES, OVER_GROUPS, ResultPlan, groups_in_a_word
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.values import Kind, Lowered, Plain


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
    columns += [(f"rules_{at}", mask) for at, mask in enumerate(masks(held))]
    shown = plan.evidence.of_lea if plan.evidence else ()
    return columns + _answers(OF_LEA, (lowered.outputs[at].value for at in shown))


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
        *_answers_over_groups(plan, lowered),
    ]


def _answers_over_groups(plan: ResultPlan, lowered: LoweredRuleset) -> list[Column]:
    """Return of each step that evidence reads for which student groups it is yes, and for which it cannot be told.

    A number holds several steps, and of each a bit for every student group, in their order.
    """
    if plan.evidence is None:
        return []
    groups = plan.ruleset.vocabulary.groups
    together = groups_in_a_word(groups)
    steps = plan.evidence.over_groups
    columns = []
    for number, first in enumerate(range(0, len(steps), together)):
        for ending, answer in (("yes", _is_yes), ("open", _is_open)):
            conditions = [_within(plan.evidence, lowered, at, answer) for at in steps[first : first + together]]
            columns.append((f"{OVER_GROUPS}_{ending}_{number}", _of_each_group(conditions, len(groups))))
    return columns


def _within(evidence: Evidence, lowered: LoweredRuleset, position: int, answer: Callable[[Lowered], Sql]) -> Sql:
    """Return a condition on the value of a step, no for the student groups for which its evidence is not read."""
    found = answer(lowered.in_groups[position])
    outer = evidence.within.get(position)
    return found if outer is None or found == sql.truth(False) else sql.both([_is_yes(lowered.in_groups[outer]), found])


def _of_each_group(conditions: Iterable[Sql], width: int) -> Sql:
    """Return for which student groups of an LEA each condition is yes."""
    bits = [
        sql.case([(one, sql.integer(1 << at * width))], sql.integer(0))
        for at, one in enumerate(conditions)
        if one != sql.truth(False)
    ]
    return sql.all_bits(sql.shifted(sql.long(sql.plus(bits)), sql.column(GROUP)))


def _answers(name: str, values: Iterable[Lowered]) -> list[Column]:
    """Return whole numbers with a bit for each answer that is yes, and such with a bit for each that is open."""
    kept = list(values)
    columns = [(f"{name}_yes_{at}", mask) for at, mask in enumerate(masks([_is_yes(one) for one in kept]))]
    return columns + [(f"{name}_open_{at}", mask) for at, mask in enumerate(masks([_is_open(one) for one in kept]))]


def _is_yes(value: Lowered) -> Sql:
    if not isinstance(value, Plain) or value.kind not in (Kind.TRUTH, Kind.ANY):
        message = "evidence that names the value of another rule"
        raise UnsupportedRulesError(message)
    return value.sql.copy()


def _is_open(value: Lowered) -> Sql:
    return sql.truth(False) if isinstance(value, Plain) and value.sure else sql.is_unknown(_plain(value))


def group_columns(plan: ResultPlan, lowered: LoweredRuleset) -> list[Column]:
    """Return the columns of the row of a student group: priorities met, those that cannot be told, and its rules."""
    columns = [("met", _mask_of(lowered, plan.whole, plan.ruleset.priorities))]
    columns.append(("unsure", _mask_of(lowered, plan.whole, plan.ruleset.priorities, unsure=True)))
    for at, steps in enumerate(plan.by_kind.values()):
        columns.append((f"met_by_kind_{at}", _mask_of(lowered, steps, plan.ruleset.priorities)))
    held = [_plain(lowered.in_groups[position]) for _, position in plan.group_rules]
    columns += [(f"rules_{at}", mask) for at, mask in enumerate(masks(held))]
    shown = plan.evidence.of_group if plan.evidence else ()
    return columns + _answers(OF_GROUP, (lowered.in_groups[at] for at in shown))


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
