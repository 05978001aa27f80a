"""Lowering: the steps of a ruleset become columns of SQL.

`engine.steps.prepare` has flattened the definitions into steps that read earlier steps only, each for the LEA or for
each student group. Here every step becomes an expression over the columns of the facts. One that is used once is
inside the one that uses it; one that is used more often, and every one asked for, becomes a column, and columns that
read others are in a later layer, a query over the one before.

A count over student groups is an aggregation of the groups' table into the LEAs' table, so the layers come in stages:
LEAs, groups, LEAs with their counts, and again as often as rules look back and forth. `query` makes the text of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import binds_groups
from rulelang.core.vocabulary import Scope
from rulelang.engine.steps import Prepared, Step, prepare
from rulelang.engine.table import sql
from rulelang.engine.table.facts import NumberFormats, whole_numbers
from rulelang.engine.table.names import UnsupportedRulesError
from rulelang.engine.table.nodes import is_cheap, is_given, lowered_step, repeats_inputs
from rulelang.engine.table.stages import LoweredRuleset, Place, Placed, Scribe

MOST_LAYERS = 60
"""More layers of queries than this are too deep for a database; the record engine has no such limit."""


def lower(
    ruleset: Ruleset | Prepared, outputs: Collection[int] | None = None, formats: NumberFormats = whole_numbers
) -> LoweredRuleset:
    """Return a ruleset as columns of SQL.

    `outputs` are the positions of the steps whose values are wanted, by default those of all definitions. Raises
    UnsupportedRulesError if there is no such form: numbers that could exceed 38 digits, or sentences too deep.
    """
    prepared = ruleset if isinstance(ruleset, Prepared) else prepare(ruleset)
    wanted = set(prepared.positions.values() if outputs is None else outputs)
    lowered, labels = LoweredRuleset(prepared, formats), _labels(prepared)
    lowered.stage((0, Scope.LEA))  # there are always LEAs
    needed = prepared.beneath(wanted)
    places = _places(prepared.steps, needed)
    shared = wanted | _shared(prepared.steps, places)
    for position, place in places.items():
        scribe = Scribe(lowered, place, position, labels.get(position, f"step {position}"))
        step = prepared.steps[position]
        value = lowered_step(scribe, step)
        is_at_hand = position not in labels and all(isinstance(part, _BARE) for part in value.parts())
        if position in shared and not is_at_hand and not is_given(step.node):
            value = scribe.column(value)
        lowered.outputs[position] = Placed(value, place, scribe.layer)
    if any(len(stage.layers) > MOST_LAYERS for stage in lowered.stages.values()):
        message = "sentences that are nested too deep"
        raise UnsupportedRulesError(message)
    lowered.stages = {place: lowered.stages[place] for place in sorted(lowered.stages, key=_order)}
    return lowered


_BARE = (sql.COLUMN, sql.LITERAL, sql.TRUTH, sql.NULL)
"""What stands for a column or a constant as it is."""


# ---- What there is to lower, where, and how often it is used ----


def _places(steps: Sequence[Step], needed: Sequence[int]) -> dict[int, Place]:
    places: dict[int, Place] = {}
    for position in needed:
        step = steps[position]
        number = max((places[below][0] for below in step.inputs if below in places), default=0)
        places[position] = (number + binds_groups(step.node), step.scope)
    return places


def _order(place: Place) -> tuple[int, int]:
    number, scope = place
    return number, int(scope is Scope.GROUP)


def _shared(steps: Sequence[Step], places: Mapping[int, Place]) -> set[int]:
    """Return the steps that several expressions or another stage read, but for those that are cheap to write again."""
    uses: Counter[int] = Counter()
    crossing: set[int] = set()
    for position, place in places.items():
        step = steps[position]
        for below in step.inputs:
            uses[below] += 2 if repeats_inputs(step.node) else 1
            if places[below] != place:
                crossing.add(below)
    often = {position for position, times in uses.items() if times > 1 and not is_cheap(steps[position], steps)}
    return often | crossing


def _labels(prepared: Prepared) -> dict[int, str]:
    """Return the words for the steps that are definitions: their names, and the year if it is another."""
    fields = prepared.fields.items()
    labels = {at: f"{' '.join(filter(None, asked.key))} {asked.year}" for at, asked in fields}
    for (year, name), position in prepared.positions.items():
        words = name if year == prepared.ruleset.year else f"{name} {year}"
        labels.setdefault(position, words)
    return labels
