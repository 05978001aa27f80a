"""How certain a level is: the weakest mark of confidence among the statements that decided it.

Only what decided counts: of a choice the arm that was taken and what it was taken for, of a band table the row.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.core.ruleset import DefinitionKey, LevelRule
from rulelang.core.tree import NOT_RATED, Node, is_choice, is_constant, is_table, is_unknown, reference
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.level_reasons import rule_at
from rulelang.engine.trace import Occurrence, Way, occurrence_of, ways_of


def weakest_mark(evaluation: Evaluation, definition: str, index: int | None) -> str:
    """Return the weakest mark behind a level or a measure; empty if nothing is marked.

    `definition` is the name of its definition, `index` the student group or None for the LEA. KeyError if the ruleset
    has none of that name.
    """
    ruleset = evaluation.prepared.ruleset
    marks, keys = [""], [(ruleset.year, definition)]
    for key in keys:  # those that a definition refers to come after it
        statements = [rule for rule in ruleset.levels if rule.definition == key[1]]
        marks.extend(rule.confidence for rule in statements if rule.what == "measure")
        indicator = statements[0].indicator if statements else ""
        for node, mark in _marked(occurrence_of(evaluation, key, index), indicator):
            marks.append(mark)
            _add(keys, reference(node))
    return max(marks)


def _add(keys: list[DefinitionKey], key: DefinitionKey | None) -> None:
    if key is not None and key not in keys:
        keys.append(key)


def _marked(root: Occurrence, indicator: str) -> Iterator[tuple[Node, str]]:
    """Yield the nodes of a definition that decide, each with its mark, which may be empty."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if not is_choice(part.node):
            rule = _statement(part, indicator) if is_table(part.node) or is_unknown(part.node) else None
            yield part.node, rule.mark_at(part.node.span) if rule is not None else ""
            waiting.extend(_below(part))
            continue
        for way in _taken(part):
            rule = _statement(way.guard, indicator) if way.asked else None
            if way.asked:
                waiting.append(way.guard)
            if not way.asked or way.guard.value is not NOT_RATED:  # else only what is not rated counts
                waiting.append(way.value)
                # A table is marked at its row or its cell.
                is_marked = rule is not None and rule.what not in ("bands", "grid", "measure")
                yield part.node, rule.confidence if rule is not None and is_marked else ""


def _statement(part: Occurrence, indicator: str) -> LevelRule | None:
    return rule_at(part.evaluation.prepared.ruleset, part.node.span, indicator)


def _taken(choice: Occurrence) -> Iterator[Way]:
    """Yield the way that is taken, or all that might still be if a guard is unknown."""
    for way in ways_of(choice):
        answer = way.guard.value if way.asked else True
        if answer is not False:
            yield way
        if answer is True:
            return


def _below(part: Occurrence) -> tuple[Occurrence, ...]:
    """Return the parts below a node but for the values that are written in the cells of a table."""
    if reference(part.node) is not None:
        return ()
    below = part.inputs()
    if not is_table(part.node):
        return below
    on = len(part.node.on)
    return (*below[:on], *(value for value in below[on:] if not is_constant(value.node)))
