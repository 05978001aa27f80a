"""Why an LEA has its determination: the author's own sentences with the LEA's values under the words.

An explanation reads an evaluation and evaluates nothing. It uses the same drawing as diagnostics.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.core.ruleset import NOT_COVERED, Rule
from rulelang.core.tree import reference
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.diagnostics.drawing import Screen, joined, titled, wrapped
from rulelang.diagnostics.sentences import in_sentence, with_article
from rulelang.engine.determination import SUSPENDED, Determination, GroupResult, student_group
from rulelang.engine.missing import missing_text, nothing_of
from rulelang.engine.rule_drawing import (
    counted_in,
    draw_rule,
    goes_without_saying,
    group_part,
    headline,
    in_one_line,
    lea_part,
    methods_that_decide,
    rules_in_order,
    rules_of_groups,
    scope_of_rule,
)
from rulelang.engine.trace import leaves
from rulelang.engine.wording import priorities_text

_NO_BREAK = "\u00a0"


def explain(
    determination: Determination,
    group: str | None = None,
    *,
    width: int = 80,
    color: bool = False,
    folders: bool = True,
) -> str:
    """Return the explanation of a determination as text, without a line end after the last line.

    For the LEA it shows what decides and sums up the rest. For one student group, given by name, code or alias, it
    shows every rule: first those that hold, then those that do not and what is missing. UnknownNameError
    where the vocabulary has no such group. Without `folders`, rules are found by the name of their ruleset, not its
    path.
    """
    screen = Screen(width, color, folders)
    blocks = [_headline(determination, screen)]
    if determination.outcome == SUSPENDED:
        return joined(blocks)
    if group is None:
        blocks += _about_lea(determination, screen)
    else:
        blocks += _about_group(determination, student_group(determination.ruleset, group), screen)
    return joined(blocks)


# ---- The headline ----


def _headline(determination: Determination, screen: Screen) -> list[str]:
    style = "bold yellow" if determination.outcome == CANNOT_TELL else "bold"
    lines = [*headline(determination.record, determination.ruleset, screen), ""]
    lines += [screen.paint(line, style) for line in wrapped(_outcome_text(determination), screen.width)]
    kept_whole = (f"{name}: {answer}".replace(" ", _NO_BREAK) for name, answer in determination.answers.items())
    return lines + [line.replace(_NO_BREAK, " ") for line in wrapped(", ".join(kept_whole), screen.width)]


def _outcome_text(determination: Determination) -> str:
    by = methods_that_decide(determination)
    match determination.outcome:
        case str(outcome) if outcome == SUSPENDED:
            return f"{outcome}: {determination.ruleset.suspended}"
        case str(outcome) if outcome == NOT_COVERED:
            return f"{outcome}: these rules give {with_article(determination.record.kind)} no determination"
        case str(outcome) if outcome == CANNOT_TELL and determination.published != outcome:
            return f"{outcome} (published as {determination.published})"
        case outcome:
            return f"{outcome}, by {in_sentence(by)}" if by and outcome != CANNOT_TELL else outcome


# ---- The LEA ----


def _about_lea(determination: Determination, screen: Screen) -> Iterator[list[str]]:
    rules = [rule for rule in rules_in_order(determination) if scope_of_rule(determination, rule) is Scope.LEA]
    deciding = [rule for rule in rules if rule.priority is None and not goes_without_saying(determination, rule)]
    shown: dict[str, str] = {}
    if determination.settle:
        yield [*titled("Missing data that would settle it", screen), *_missing(determination, screen)]
    for rule in _deciding_first(determination, deciding):
        yield draw_rule(lea_part(determination, rule), rule, screen, shown)
    yield from _local(determination, [rule for rule in rules if rule.priority is not None], screen)
    yield from _groups(determination, screen)


def _deciding_first(determination: Determination, rules: list[Rule]) -> Iterator[Rule]:
    """Yield the rules that give a determination, then those whose outcomes they name, and so on, then the others."""
    given = set(determination.ruleset.vocabulary.determinations)
    named, waiting = given, list(rules)
    while found := [rule for rule in waiting if rule.outcome in named]:
        yield from found
        waiting = [rule for rule in waiting if rule not in found]
        below = [leaf.part.node for rule in found for leaf in leaves(lea_part(determination, rule))]
        named = {key[1] for node in below if (key := reference(node)) is not None}
    yield from waiting


def _local(determination: Determination, rules: list[Rule], screen: Screen) -> Iterator[list[str]]:
    """Yield the rules about facts of the LEA: drawn if they hold or might, in one line each if they do not."""
    summary = []
    for rule in rules:
        part = lea_part(determination, rule)
        if part.value is False:
            summary += wrapped(in_one_line(part, rule), screen.width, "  ")
        else:
            yield draw_rule(part, rule, screen)
    if summary:
        yield [*titled("Rules about the LEA as a whole that do not hold", screen), *summary]


def _groups(determination: Determination, screen: Screen) -> Iterator[list[str]]:
    counted, priorities = counted_in(determination), determination.ruleset.priorities
    found = [result for result in determination.groups if result.group.name in counted]
    shown = [result for result in found if result.priorities or not priorities]
    for result in shown:
        yield _group_title(determination, result, screen)
        for rule in rules_in_order(determination):
            if rule.name in result.rules:
                yield draw_rule(group_part(determination, rule, result.group), rule, screen)
    others = _others(
        [(_group_text(determination, other), other) for other in determination.groups if other not in shown]
    )
    lines = [line for text in others for line in wrapped(text, screen.width, "  ")]
    if lines and priorities:
        yield [*titled("Other student groups" if shown else "Student groups", screen), *lines]


def _others(summaries: list[tuple[str, GroupResult]]) -> Iterator[str]:
    """Yield a line for each summary, naming all the groups that share it; groups that meet nothing come last."""
    names: dict[str, list[str]] = {}
    for text, result in sorted(summaries, key=lambda item: not (item[1].priorities or item[1].uncertain)):
        names.setdefault(text, []).append(result.group.name)
    return (f"{', '.join(groups)}: {text}" for text, groups in names.items())


def _group_text(determination: Determination, result: GroupResult) -> str:
    """Return which priorities a student group meets, and by which rules."""
    rules = [rule for rule in rules_in_order(determination) if rule.priority is not None]
    held = [rule.label or rule.name for rule in rules if rule.name in (*result.rules, *determination.lea_rules)]
    parts = []
    if result.priorities:
        only = " only" if len(result.priorities) == 1 and not result.uncertain else ""
        parts.append(f"{priorities_text(result.priorities)}{only} ({', '.join(held)})")
    if result.uncertain:
        parts.append(f"cannot tell on {priorities_text(result.uncertain)}")
    return "; ".join(parts) or "no priority"


# ---- What is missing ----


def _missing(determination: Determination, screen: Screen) -> Iterator[str]:
    """Yield the missing facts, grouped first by what is missing for whom, then by who misses the same."""
    whom: dict[tuple[int, str, str], list[str | None]] = {}
    known = determination.record.years
    absent = {fact.year for fact in determination.settle if fact.year not in known}
    if absent:
        yield from wrapped(nothing_of(absent), screen.width, "  ")
    for fact in (fact for fact in determination.settle if fact.year in known):
        whom.setdefault((fact.year, fact.what, fact.indicator), []).append(fact.group)
    same: dict[tuple[int, str, tuple[str | None, ...]], list[str]] = {}
    for (year, scale, indicator), groups in whom.items():
        same.setdefault((year, scale, tuple(groups)), []).append(indicator)
    for (year, scale, who), indicators in same.items():
        text = missing_text(in_sentence(indicators), scale, _whom(determination, year, who), year)
        yield from wrapped(text, screen.width, "  ")


def _whom(determination: Determination, year: int, groups: tuple[str | None, ...]) -> str:
    everyone = [group.name for group in determination.ruleset.vocabulary.groups_counted_in(year)]
    if everyone and set(everyone) <= set(groups):
        return "every student group"
    return in_sentence(group for group in groups if group is not None)


# ---- One student group ----


def _about_group(determination: Determination, group: StudentGroup, screen: Screen) -> Iterator[list[str]]:
    result = next((result for result in determination.groups if result.group == group), None)
    if result is None:
        yield wrapped(f"{group.name} is not a student group of {determination.year}", screen.width)
        return
    yield _titled_with_counts(determination, result, screen)
    parts = [(rule, group_part(determination, rule, group)) for rule in rules_of_groups(determination)]
    for answer in (True, None, False):
        for rule, part in parts:
            if part.value is answer:
                yield draw_rule(part, rule, screen)


def _group_title(determination: Determination, result: GroupResult, screen: Screen) -> list[str]:
    """Return the heading of a student group, with its priorities if the rules decide any."""
    text = f": {_group_text(determination, result)}" if determination.ruleset.priorities else ""
    return titled(f"{result.group.name} ({result.group.code}){text}", screen)


def _titled_with_counts(determination: Determination, result: GroupResult, screen: Screen) -> list[str]:
    title = _group_title(determination, result, screen)
    counts = [
        f"{rule.label or rule.name} ({rule.outcome})" for rule in counted_in(determination).get(result.group.name, [])
    ]
    return title + (wrapped(f"Counts in {in_sentence(counts)}", screen.width) if counts else [])
