"""How certain a level is: the weakest mark of confidence among the statements that decided it.

Only what decided counts: of a choice the arm that was taken and what it was taken for, of a band table the row. So the
marks of a ruleset are located once, and each level then only looks up its choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from attrs import frozen

from rulelang.core.ruleset import DefinitionKey, Ruleset
from rulelang.core.tree import (
    NOT_RATED,
    Match,
    Node,
    children,
    children_first,
    is_choice,
    is_constant,
    is_table,
    is_unknown,
    reference,
)
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.level_reasons import rule_at
from rulelang.engine.steps import Prepared


@frozen(eq=False)
class _Part:
    """Where marks are below a node: the weakest that always counts, and choices of which a part counts."""

    mark: str = ""
    choices: tuple[_Choice, ...] = ()


@frozen(eq=False)
class _Choice:
    """The arms of a choice, each the position of its guard, the guard's part and that of both, and the last arm."""

    ways: tuple[tuple[int, _Part, _Part], ...]
    otherwise: _Part


def weakest_mark(evaluation: Evaluation, definition: str, index: int | None) -> str:
    """Return the weakest mark behind a level or a measure; empty if nothing is marked.

    `definition` is the name of its definition, `index` the student group or None for the LEA. KeyError if the ruleset
    has none of that name.
    """
    prepared = evaluation.prepared
    marks, waiting = "", [_parts(prepared)[prepared.ruleset.year, definition]]
    while waiting:
        part = waiting.pop()
        marks = max(marks, part.mark)
        waiting.extend(way for choice in part.choices for way in _taken(choice, evaluation, index))
    return marks


def _taken(choice: _Choice, evaluation: Evaluation, index: int | None) -> Iterator[_Part]:
    """Yield the arm that is taken, or all that might still be if a guard is unknown.

    Of a guard that asks for not rated, only the part that is not rated counts.
    """
    for guard, asked, way in choice.ways:
        answer = evaluation.at(guard, index)
        if answer is not False:
            yield asked if answer is NOT_RATED else way
        if answer is True:
            return
    yield choice.otherwise


# ---- where marks stand ----


@lru_cache(maxsize=16)
def _parts(prepared: Prepared) -> Mapping[DefinitionKey, _Part]:
    """Return where the marks of each definition are."""
    ruleset = prepared.ruleset
    indicators = {rule.definition: rule.indicator for rule in ruleset.levels}
    measures = {rule.definition: rule.confidence for rule in ruleset.levels if rule.what == "measure"}
    parts: dict[DefinitionKey, _Part] = {}
    for key, definition in ruleset.definitions.items():
        below = _below(prepared, definition.node, indicators.get(key[1], ""), parts)
        parts[key] = _joined([below], measures.get(key[1], ""))
    return parts


def _below(prepared: Prepared, root: Node, indicator: str, known: Mapping[DefinitionKey, _Part]) -> _Part:
    """Return where the marks below a node are."""
    done: dict[int, _Part] = {}
    for node in children_first(root):
        parts = [done[id(child)] for child in children(node)]
        if is_choice(node):
            done[id(node)] = _Part(choices=(_choice(prepared, node, indicator, parts),))
        elif is_table(node):
            done[id(node)] = _joined(_of_table(node, parts), _own(prepared.ruleset, node, indicator))
        elif (key := reference(node)) is not None:
            done[id(node)] = known[key]
        else:
            done[id(node)] = _joined(parts, _own(prepared.ruleset, node, indicator))
    return done[id(root)]


def _choice(prepared: Prepared, node: Match, indicator: str, parts: list[_Part]) -> _Choice:
    on = len(node.on)
    ways = [
        (prepared.position(guard), asked, _joined([asked, value], _mark_of_guard(prepared.ruleset, guard, indicator)))
        for guard, asked, value in zip(node.on, parts[:on], parts[on:], strict=False)
    ]
    return _Choice(tuple(ways), parts[-1])


def _of_table(node: Match, parts: list[_Part]) -> list[_Part]:
    """Return the parts of the values a table is matched with, and of values that are not written in its cells."""
    on = len(node.on)
    values = zip(children(node)[on:], parts[on:], strict=True)
    return [*parts[:on], *(part for value, part in values if not is_constant(value))]


def _mark_of_guard(ruleset: Ruleset, guard: Node, indicator: str) -> str:
    """Return the mark of a guard's statement; a table is marked at its row or its cell."""
    rule = rule_at(ruleset, guard.span, indicator)
    return rule.confidence if rule is not None and rule.what not in ("bands", "grid", "measure") else ""


def _own(ruleset: Ruleset, node: Node, indicator: str) -> str:
    rule = rule_at(ruleset, node.span, indicator) if is_table(node) or is_unknown(node) else None
    return rule.mark_at(node.span) if rule is not None else ""


def _joined(parts: Iterable[_Part], mark: str) -> _Part:
    listed = list(parts)
    choices = dict.fromkeys(choice for part in listed for choice in part.choices)
    return _Part(max([mark, *(part.mark for part in listed)]), tuple(choices))
