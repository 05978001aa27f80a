"""Why an example failed: the rules that decide what it asks, with its values under the words."""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.analysis.examples import ExampleRun, Finding
from rulelang.core.ruleset import DETERMINATION, Rule
from rulelang.core.vocabulary import Scope
from rulelang.core.walk import references_in
from rulelang.diagnostics.drawing import Screen, wrapped
from rulelang.engine.determination import Determination
from rulelang.engine.explain_levels import explain_level
from rulelang.engine.rule_drawing import (
    draw_rule,
    goes_without_saying,
    group_part,
    in_one_line,
    lea_part,
    scope_of_rule,
)


def why(run: ExampleRun, finding: Finding, screen: Screen) -> list[str]:
    """Return lines that show what decides an answer that was not expected: its rules, and those they name.

    Of the latter, those that do not hold and were not expected to come last, in one line each.
    """
    determination, expectation = run.determination, finding.expectation
    if expectation.definition is not None:
        return _why_level(determination, expectation.definition, expectation.group, screen)
    shown: dict[str, str] = {}
    lines: list[str] = []
    others: list[str] = []
    for rule, is_named in _deciding(determination, expectation.outcome):
        if scope_of_rule(determination, rule) is Scope.LEA:
            part = lea_part(determination, rule)
        elif expectation.group is not None:
            part = group_part(determination, rule, determination.ruleset.vocabulary.group(expectation.group))
        else:
            continue
        if is_named and part.value is False and not {rule.label, rule.outcome}.intersection(expectation.by):
            others += wrapped(f"no   {in_one_line(part, rule)}", screen.width, "")
        else:
            lines += ["", *draw_rule(part, rule, screen, shown)]
    return [*lines[1:], "", *others] if others else lines[1:]


def _why_level(determination: Determination, definition: str, group: str | None, screen: Screen) -> list[str]:
    about = next(one for one in determination.ruleset.levels if one.definition == definition)
    if not about.indicator:
        return []
    shown = explain_level(determination.evaluation, about.indicator, group, width=screen.width, color=screen.color)
    return shown.splitlines()


def _deciding(determination: Determination, outcome: str | None) -> Iterator[tuple[Rule, bool]]:
    """Yield the rules of an outcome (None: of all determinations), then the rules whose outcomes they name.

    Each comes with whether it is one of the latter.
    """
    ruleset = determination.ruleset
    given = set(ruleset.vocabulary.determinations)
    wanted, seen = ({outcome} if outcome is not None and outcome not in given else given), set[str]()
    of_lea = [rule for rule in ruleset.rules if scope_of_rule(determination, rule) is Scope.LEA]
    silent = {rule.name for rule in of_lea if goes_without_saying(determination, rule)}
    kind = determination.record.kind
    rules = [one for one in ruleset.rules if one.name not in silent and (not one.kinds or kind in one.kinds)]
    while found := [rule for rule in rules if rule.outcome in wanted and rule.name not in seen]:
        yield from ((rule, bool(seen)) for rule in found)
        seen.update(rule.name for rule in found)
        nodes = [ruleset.definitions[ruleset.year, rule.name].node for rule in found]
        wanted = {one.name for one in references_in(*nodes) if one.year == ruleset.year and one.name != DETERMINATION}
