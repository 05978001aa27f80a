"""The levels and measures of an LEA that two rulesets work out otherwise: an amount moves as a determination does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rulelang.engine.determination import Determination
from rulelang.engine.steps import Prepared
from rulelang.reasoning.answers import called, outcomes_reported, value_in_words, values_of


def values_compared(sides: Sequence[Prepared]) -> tuple[str, ...]:
    """Return the levels and measures that rulesets report and all of them work out, by their definitions."""
    names = dict.fromkeys(name for side in sides for name, is_decided in outcomes_reported(side) if not is_decided)
    return tuple(name for name in names if all((side.ruleset.year, name) in side.positions for side in sides))


class ValueMoved(NamedTuple):
    """A level or measure that is another: its name with the student group, and what it is before and after.

    `by_rules` says whether the rules make the difference on the same data, None if that is unknown.
    """

    what: str
    before: str
    after: str
    by_rules: bool | None


def values_moved(
    before: Determination, after: Determination, between: Determination, names: Sequence[str]
) -> Iterator[ValueMoved]:
    """Yield which of some levels and measures are others, given also those by one ruleset on the data of the other."""
    same_rules_first = between.ruleset is before.ruleset
    for name in names:
        was, now, mixed = (values_of(one.evaluation, name) for one in (before, after, between))
        for group in (one for one in was if one in now and was[one] != now[one]):
            by_rules: bool | None = mixed.get(group) != (now if same_rules_first else was)[group]
            if mixed.get(group) is None and None not in (was[group], now[group]):
                by_rules = None
            first, second = (value_in_words(one.evaluation, name, group) for one in (before, after))
            yield ValueMoved(_called(before, name, group), first, second, by_rules)


def _called(one: Determination, name: str, group: str | None) -> str:
    of = f" ({one.ruleset.vocabulary.group(group).code})" if group is not None else ""
    return f"{called(name)}{of}"
