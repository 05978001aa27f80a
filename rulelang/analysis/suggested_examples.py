"""The examples that a ruleset lacks, written out: the smallest made-up LEA for each thing that none tries.

The expected answers are those of the evaluator, for the analyst to confirm. What no LEA can show is not suggested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Final

from attrs import frozen

from rulelang.analysis.examples import ExampleRun, run_examples
from rulelang.analysis.loading import loaded
from rulelang.analysis.made_up_words import given_lines
from rulelang.analysis.rule_coverage import Covered, Untried, rules_covered
from rulelang.compiler.locations import locate
from rulelang.core.ruleset import LevelRule, Rule, Ruleset, measure_name
from rulelang.core.tree import Interval, Match, constant, is_table, reference
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.types import decimals_of
from rulelang.core.vocabulary import Scope, of_last_year
from rulelang.core.walk import fields_in, walk
from rulelang.diagnostics.decimals import exact_text
from rulelang.diagnostics.diagnostic import RulesError
from rulelang.diagnostics.sentences import with_article
from rulelang.engine.evaluate import Evaluation, evaluate
from rulelang.engine.steps import Prepared, prepare
from rulelang.engine.wording import answer_text
from rulelang.reasoning.circuit import FALSE, Literal
from rulelang.reasoning.possible import Place, years_back
from rulelang.reasoning.rule_parts import conditions_in
from rulelang.reasoning.switched import Switched, switched


@frozen
class Suggested:
    """A missing example: what it tries, and its lines as they would be written in the rule file."""

    untried: Untried | Limit
    lines: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return the title that the example has."""
        return self.lines[0].partition('"')[2].rstrip('"')


def suggested(ruleset: Ruleset, covered: Iterable[Covered]) -> list[Suggested]:
    """Return an example for each thing that is not tried, in the order of the text; equal LEAs are suggested once.

    Nothing is suggested for what numbers, or other entities, decide.
    """
    wanted = [one for rule in covered for one in rule.untried]
    if not wanted or ruleset.suspended is not None:
        return []
    prepared, found = prepare(ruleset), dict[tuple[str, ...], Suggested]()
    taken = {example.title for example in ruleset.examples}
    with switched(ruleset) as circuit:
        for one in wanted:
            lines = _example(prepared, circuit, one, taken)
            if lines:
                found.setdefault(lines[1:], Suggested(one, lines))
                taken.add(_title(one, taken))
    return list(found.values())


def lacking(name: str | Path, ruleset: Ruleset, runs: Sequence[ExampleRun]) -> list[Suggested]:
    """Return an example for each thing of rules, and each limit of bands, that is not tried; all of them come out."""
    at_limits = [Suggested(limit, lines) for limit, lines in suggested_at(ruleset, limits_untried(ruleset, runs))]
    return confirmed(name, [*suggested(ruleset, rules_covered(ruleset, runs)), *at_limits])


def confirmed(name: str | Path, found: Sequence[Suggested]) -> list[Suggested]:
    """Return the examples that come out as they say where they are written at the end of a rule file.

    An unknown level is unknown on every scale there, which not every LEA that is made up has.
    """
    path = locate(name)
    if path is None:
        return []
    text = path.read_text(encoding="utf-8").rstrip("\n")
    try:
        return _passing(path, text, found)
    except RulesError:
        return [one for one in found if _can_stand(path, text, one)]


def _passing(path: Path, text: str, found: Sequence[Suggested]) -> list[Suggested]:
    whole = "\n\n".join([text, *("\n".join(one.lines) for one in found), ""])
    runs = {run.example.title: run for run in run_examples(loaded(path, whole.encode("utf-8")))}
    return [one for one in found if (run := runs.get(one.title)) is not None and run.passes]


def _can_stand(path: Path, text: str, one: Suggested) -> bool:
    try:
        return bool(_passing(path, text, [one]))
    except RulesError:
        return False


def _example(prepared: Prepared, circuit: Switched, one: Untried, taken: set[str]) -> tuple[str, ...]:
    ruleset, rule = prepared.ruleset, one.rule
    for lane, group in enumerate(_lanes(prepared, circuit, rule)):
        lea = circuit.made_up(_wires(prepared, circuit, one, lane, group), rule.kinds)
        if lea is None:
            continue
        evaluation = evaluate(prepared, lea.record(prepared, circuit.data.cells))
        of_groups = rule.priority is not None or rule.outcome in ruleset.vocabulary.group_outcomes
        expected = _expected(evaluation, rule, circuit.groups[0] if of_groups and group is None else group)
        given = (f"  {line}" for line in given_lines(lea, [ruleset]))
        return f'example "{_title(one, taken)}"', *given, f"  expect {expected}"
    return ()


def _lanes(prepared: Prepared, circuit: Switched, rule: Rule) -> Sequence[str | None]:
    """Return the student groups of which a rule may be asked, or None for the LEA."""
    of_group = prepared.ruleset.definitions[prepared.ruleset.year, rule.name].scope is Scope.GROUP
    return circuit.groups if of_group else [None]


def _wires(prepared: Prepared, circuit: Switched, one: Untried, lane: int, group: str | None) -> list[Literal]:
    """Return the wires that are true where something is tried: a part of a rule where the rest of the rule holds."""
    rule = one.rule

    def at(what: Rule | object) -> tuple[Literal, Literal]:
        lanes = circuit.answers(what)  # type: ignore[arg-type]  # a rule or a node
        return lanes[min(lane, len(lanes) - 1)]

    if one.node is None:
        yes, no = at(rule)
        return {True: [yes], False: [no], None: [-yes, -no]}[one.answer]
    if one.level is not None:
        [field] = fields_in(one.node)
        place = Place(years_back(prepared.ruleset, field.year), group, field.key)
        wire = circuit.data.cells.get(place, {}).get(one.level, FALSE)
    else:
        yes, no = at(one.node)
        wire = yes if one.answer else no
    node = prepared.ruleset.definitions[prepared.ruleset.year, rule.name].node
    held = [wire]
    rest = [at(test)[0] for test in conditions_in(node) if test is not one.node]
    for yes in chain([at(rule)[0]] if one.answer else [], rest):
        held += [yes] if circuit.may(*held, yes, circuit.of_kinds(rule.kinds)) else []
    return held


def _expected(evaluation: Evaluation, rule: Rule, group: str | None) -> str:
    """Return the results, in the words of an example."""
    ruleset = evaluation.prepared.ruleset
    value = evaluation.value((ruleset.year, rule.outcome), group)
    holds = evaluation.value((ruleset.year, rule.name), group) is True
    by = f" by {rule.label}" if holds and value is True and rule.label else ""
    if group is not None:
        meets = "meets" if value is True else "does not meet" if value is False else "meets"
        whether = f"{CANNOT_TELL} whether " if value is None else ""
        return f"{whether}{group} {meets} {rule.outcome}{by}"
    return {"yes": f"{rule.outcome}{by}", "no": f"not {rule.outcome}"}.get(
        answer_text(value), f"{CANNOT_TELL} whether {rule.outcome}"
    )


def _title(one: Untried, taken: Iterable[str]) -> str:
    """Return what an example tries as its title, which no other has."""
    name = one.rule.label or one.rule.outcome
    words = " ".join(one.node.span.text.split()) if one.node is not None and one.node.span is not None else ""
    words = words.replace('"', "")
    if one.level is not None:
        title = f"{name}: {one.level} beside {words}"
    else:
        title = f"{name}{f': {words}' if words else ''}, answered {answer_text(one.answer)}"
    known = set(taken)
    return next(name for name in _numbered(title) if name not in known)


def _numbered(title: str) -> Iterator[str]:
    yield title
    yield from (f"{title} ({number})" for number in range(2, 1000))


# ---- The limits of bands at which no example has a number ----

# A limit is the last number of each level, on either side.


MANY: Final = 9000
"""How many students a suggested example has, so that it has no level for want of students."""


@frozen
class Limit:
    """The first or last number of a level, which no example has; `type` is that of the row, where there are types."""

    rule: LevelRule
    number: Fraction
    decimals: int
    level: str
    type: str = ""

    @property
    def words(self) -> str:
        """Return the number with the level it is to have."""
        kind = f" ({self.type})" if self.type else ""
        return f"{exact_text(self.number, self.decimals)} {self.level}{kind}"


def limits_untried(ruleset: Ruleset, runs: Iterable[ExampleRun]) -> list[Limit]:
    """Return the limits of bands at which no example has a number, in the order of the text."""
    listed = list(runs)
    found: list[Limit] = []
    for rule in (one for one in ruleset.levels if one.what == "bands"):
        measure = measure_name(rule.scale, rule.indicator)
        if (ruleset.year, measure) in ruleset.definitions:
            tried = set(_numbers(ruleset, listed, measure))
            found += [one for one in _limits(ruleset, rule, measure) if one.number not in tried]
    return list(dict.fromkeys(found))


def _numbers(ruleset: Ruleset, runs: Iterable[ExampleRun], measure: str) -> Iterator[object]:
    for run in runs:
        evaluation = run.determination.evaluation
        yield from evaluation.column(evaluation.prepared.positions[ruleset.year, measure])


def _limits(ruleset: Ruleset, rule: LevelRule, measure: str) -> Iterator[Limit]:
    decimals = decimals_of(ruleset.definitions[ruleset.year, measure].node, ruleset.referred)
    if decimals is None:
        return
    step = Fraction(1, 10**decimals)
    for table in walk(ruleset.definitions[ruleset.year, rule.definition].node):
        if is_table(table) and [reference(one) for one in table.on] == [(ruleset.year, measure)]:
            for number, level in _ends(table, step):
                yield Limit(rule, number, decimals, level, _type_of(table))


def _ends(table: Match, step: Fraction) -> Iterator[tuple[Fraction, str]]:
    """Yield the lowest and the highest number of each row of bands, with its level."""
    for row in table.rows:
        [pattern], level = row.patterns, constant(row.value)
        if isinstance(pattern, Interval) and isinstance(level, str):
            for bound, inward in ((pattern.lower, step), (pattern.upper, -step)):
                if bound is not None:
                    yield bound.number if bound.included else bound.number + inward, level


def _type_of(table: Match) -> str:
    """Return the type that a row of bands is for: the text of its first cell, unless that is a number."""
    if table.span is None or "|" not in table.span.text:
        return ""
    first = " ".join(table.span.text.partition("|")[0].split())
    cells = {" ".join(row.value.span.text.split()) for row in table.rows if row.value.span is not None}
    return "" if first in cells else first


def _students(ruleset: Ruleset, indicator: str) -> Iterator[str]:
    """Yield what says that there are many students, this year and last, as far as the vocabulary has such numbers."""
    for number in ruleset.vocabulary.numbers_of(indicator):
        if number.name == "students":
            yield f"students {MANY} on {indicator}"
            yield from [f"{of_last_year(number.name)} {MANY} on {indicator}"] if number.last_year else []


def suggested_at(ruleset: Ruleset, limits: Sequence[Limit]) -> Iterator[tuple[Limit, tuple[str, ...]]]:
    """Yield an example for each limit, which states the number and expects its level; it may not come out so."""
    taken = {example.title for example in ruleset.examples}
    kinds = Counter(example.record.kind for example in ruleset.examples if example.record.kind)
    for one in limits:
        indicator, scale = one.rule.indicator, one.rule.scale
        group = ruleset.vocabulary.groups_in(ruleset.year)[0].name
        number = exact_text(one.number, one.decimals)
        title = f"{indicator} {scale} {one.words}"
        kind = next(iter(one.rule.kinds), (kinds.most_common(1) or [(ruleset.vocabulary.kinds[0].name, 0)])[0][0])
        lines = [
            f'example "{title}"',
            f"  given {with_article(kind)}",
            *([f"    {group}: {one.type} on {indicator}"] if one.type else []),
            f"    {group}: {', '.join([f'{indicator} {scale} {number}', *_students(ruleset, indicator)])}",
            f"  expect {group}: {indicator} {scale} {one.level}",
        ]
        if title not in taken:
            yield one, tuple(lines)
