"""From the files of a year and the years it is based on to the sentences in force.

Inheritance works on rules as written. A year's file is read from top to bottom into an `Effective`: a copy of its
base's, changed by each `add`, `replace` and `remove`. Every sentence remembers the year whose file it stands in.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, evolve, field, frozen

from rulelang.compiler.inherit_levels import EffectiveLevel, LevelsReading
from rulelang.diagnostics.catalogue import meaning, years
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.diagnostics.suggest import nearest
from rulelang.syntax import tree as syn
from rulelang.syntax.tree import levels as lev


@frozen
class EffectiveRule:
    """A rule in force: the sentence, the kinds of LEA of its section (empty: all), and where it comes from."""

    rule: syn.Rule | syn.OtherwiseRule
    kinds: tuple[syn.Name, ...]
    year: int
    cites: tuple[str, ...] = ()
    because: str | None = None
    heading: syn.PriorityLine | None = field(default=None, eq=False, repr=False)
    replaced: EffectiveRule | None = field(default=None, eq=False, repr=False)

    @property
    def label(self) -> str | None:
        """Return the rule's label, if it has one."""
        return self.rule.label.text if self.rule.label else None


@frozen
class EffectiveExample:
    """An example in force: its lines below the title, and where it comes from."""

    title: syn.Text
    lines: tuple[syn.Statement, ...]
    year: int
    cites: tuple[str, ...] = ()


@frozen
class Removal:
    """A change that takes rules or examples out: which, by label or title, where it stands, and why."""

    names: tuple[str, ...]
    span: Span
    cites: tuple[str, ...] = ()
    because: str | None = None


@frozen
class Effective:
    """What is in force in a year, as written."""

    title: str
    year: int
    span: Span
    rules: tuple[EffectiveRule, ...] = ()
    levels: tuple[EffectiveLevel, ...] = ()
    examples: tuple[EffectiveExample, ...] = ()
    cites: tuple[str, ...] = ()
    because: str | None = None
    published_unknown: bool = False
    suspended: bool = False
    levels_from: str = ""
    headings: tuple[syn.PriorityLine, ...] = ()
    removals: tuple[Removal, ...] = ()
    base: Effective | None = field(default=None, eq=False, repr=False)

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the labels of the rules in force, in order."""
        return tuple(rule.label for rule in self.rules if rule.label is not None)


@define
class _Reading:
    """A file being read: what is in force so far, the section, and what a `cites` or `because` would belong to."""

    reporter: Reporter
    title: str
    year: int
    span: Span
    based: bool
    rules: list[EffectiveRule]
    levels: LevelsReading
    examples: list[EffectiveExample]
    kinds: tuple[syn.Name, ...] = ()
    cites: list[str] = field(factory=list)
    because: str | None = None
    published_unknown: bool = False
    suspended: bool = False
    levels_from: str = ""
    headings: list[syn.PriorityLine] = field(factory=list)
    heading: syn.PriorityLine | None = None
    removals: list[Removal] = field(factory=list)
    target: str = "file"
    touched: int = 0
    own: set[str] = field(factory=set)
    unexplained: list[tuple[Span, bool]] = field(factory=list)


def effective(
    file: syn.File, header: syn.RulesetLine, year: int, base: Effective | None, reporter: Reporter
) -> Effective:
    """Return what is in force after a file, given what is in force in its base (None: it has no base)."""
    reading = _Reading(
        reporter=reporter,
        title=header.title,
        year=year,
        span=header.span,
        based=base is not None,
        rules=list(base.rules) if base else [],
        levels=LevelsReading(reporter, year, {one.key: one for one in base.levels} if base else {}),
        examples=list(base.examples) if base else [],
        published_unknown=base.published_unknown if base else False,
        levels_from=base.levels_from if base else "",
        headings=list(base.headings) if base else [],
    )
    for statement in file.statements:
        _statement(reading, statement)
    if reading.based and reading.because is None and not reading.cites:
        for span, explained in reading.unexplained:
            if not explained:
                reporter.report(years.change_without_reason(span))
    if reading.suspended:
        reading.rules, reading.examples = _without_rules(reading)
        reading.levels.in_force = {}
    return Effective(
        title=reading.title,
        year=year,
        span=reading.span,
        rules=tuple(reading.rules),
        levels=reading.levels.in_year(),
        examples=tuple(reading.examples),
        cites=tuple(reading.cites),
        because=reading.because,
        published_unknown=reading.published_unknown,
        suspended=reading.suspended,
        levels_from=reading.levels_from,
        headings=tuple(reading.headings),
        removals=tuple(reading.removals),
        base=base,
    )


def _without_rules(reading: _Reading) -> tuple[list[EffectiveRule], list[EffectiveExample]]:
    own = [rule.rule.span for rule in reading.rules if rule.year == reading.year]
    own.extend(one.span for one in reading.levels.in_force.values() if one.year == reading.year)
    for span in own:
        reading.reporter.report(years.suspended_with_rules(span))
    return [], [example for example in reading.examples if example.year == reading.year]


def _statement(reading: _Reading, statement: syn.Statement) -> None:
    match statement:
        case syn.RulesetLine() | syn.UsesLine() | syn.BasedOnLine():
            reading.target = "file"
        case syn.LevelsFromLine():
            reading.levels_from, reading.target = statement.folder, "file"
        case syn.CitesLine():
            _clause(reading, statement, tuple(text.text for text in statement.texts), None)
        case syn.BecauseLine():
            _clause(reading, statement, (), statement.text.text)
        case lev.Confidence():
            _confidence(reading, statement)
        case syn.SuspendedLine():
            reading.suspended, reading.target = True, "file"
        case syn.PublishedUnknownLine():
            reading.published_unknown, reading.target = True, "line"
        case syn.PriorityLine() | syn.ForLine() | lev.IndicatorsLine():
            _heading(reading, statement)
        case syn.Rule() | syn.OtherwiseRule():
            _unmarked(reading, statement.span)
            _add(reading, statement)
        case lev.Measure() | lev.BandsTable() | lev.GridTable() | lev.SmallPopulations() | lev.Needs() | lev.Override():
            _unmarked(reading, statement.span)
            reading.levels.add(statement)
            reading.target = "levels"
        case syn.Add() | syn.Replace() | syn.Remove() | syn.RemoveExamples() | lev.RemoveLevels():
            _change(reading, statement)
        case _:
            _example_line(reading, statement)


def _heading(reading: _Reading, heading: syn.PriorityLine | syn.ForLine | lev.IndicatorsLine) -> None:
    """Take in a heading; it ends the one before, of whichever sort."""
    reading.target = "line"
    reading.kinds = heading.kinds if isinstance(heading, syn.ForLine) else ()
    reading.levels.heading = heading.indicators if isinstance(heading, lev.IndicatorsLine) else ()
    reading.heading = heading if isinstance(heading, syn.PriorityLine) else None
    if isinstance(heading, syn.PriorityLine):
        reading.headings.append(heading)


def _unmarked(reading: _Reading, span: Span) -> None:
    if reading.based:
        reading.reporter.report(years.unmarked_change(span))


# ---- rules ----


def _change(
    reading: _Reading, change: syn.Add | syn.Replace | syn.Remove | syn.RemoveExamples | lev.RemoveLevels
) -> None:
    if not reading.based:
        reading.reporter.report(years.nothing_to_change(change.span))
    reading.unexplained.append((change.span, False))
    match change:
        case syn.Add(syn.Rule() | syn.OtherwiseRule() as rule):
            _add(reading, rule)
        case syn.Replace(syn.Rule() | syn.OtherwiseRule() as rule):
            _replace(reading, rule, change.span)
        case syn.Add() | syn.Replace():
            _change_levels(reading, change)
        case lev.RemoveLevels():
            reading.removals.append(Removal(reading.levels.remove(change), change.span))
            reading.target = "change"
        case syn.Remove(labels):
            reading.removals.append(Removal(tuple(label.text for label in labels), change.span))
            _remove(reading, labels)
        case syn.RemoveExamples(titles):
            reading.removals.append(Removal(tuple(title.text for title in titles), change.span))
            _remove_examples(reading, titles)


def _change_levels(reading: _Reading, change: syn.Add | syn.Replace) -> None:
    statement = change.rule
    if isinstance(statement, syn.Rule | syn.OtherwiseRule):
        return
    if isinstance(change, syn.Add):
        reading.levels.add(statement)
    else:
        reading.levels.replace(statement, change.span)
    reading.target = "levels"


def _add(reading: _Reading, rule: syn.Rule | syn.OtherwiseRule) -> None:
    label = rule.label
    first = next((old for old in reading.rules if label is not None and old.label == label.text), None)
    if label is not None and first is not None and first.rule.label is not None:
        reading.reporter.report(meaning.duplicate_label(label.span, label.text, first.rule.label.span))
    reading.rules.append(EffectiveRule(rule, reading.kinds, reading.year, heading=reading.heading))
    reading.target, reading.touched = "rule", len(reading.rules) - 1


def _replace(reading: _Reading, rule: syn.Rule | syn.OtherwiseRule, span: Span) -> None:
    if rule.label is None:
        reading.reporter.report(years.replace_needs_label(span))
        return
    index = _index(reading, rule.label)
    reading.target = "line"
    if index is None:
        return
    old = reading.rules[index]
    kinds = reading.kinds or old.kinds
    reading.rules[index] = EffectiveRule(rule, kinds, reading.year, heading=reading.heading, replaced=old)
    reading.target, reading.touched = "rule", index


def _remove(reading: _Reading, labels: Sequence[syn.Name]) -> None:
    for label in labels:
        index = _index(reading, label)
        if index is not None:
            del reading.rules[index]
    reading.target = "change"


def _index(reading: _Reading, label: syn.Name) -> int | None:
    for index, rule in enumerate(reading.rules):
        if rule.label == label.text:
            return index
    known = [rule.label for rule in reading.rules if rule.label is not None]
    reading.reporter.report(years.replace_missing(label.span, label.text, known, nearest(label.text, known)))
    return None


# ---- clauses ----


def _clause(
    reading: _Reading, clause: syn.CitesLine | syn.BecauseLine, cites: tuple[str, ...], reason: str | None
) -> None:
    """Give a `cites` or `because` to what stands above it."""
    if reading.unexplained and reading.target in ("rule", "change", "levels"):
        reading.unexplained[-1] = (reading.unexplained[-1][0], True)
    match reading.target:
        case "file":
            reading.cites.extend(cites)
            reading.because = reason or reading.because
        case "rule":
            rule = reading.rules[reading.touched]
            reason = reason or rule.because
            reading.rules[reading.touched] = evolve(rule, cites=(*rule.cites, *cites), because=reason)
        case "levels":
            reading.levels.clause(cites, reason, None)
        case "change":
            removal = reading.removals[-1]
            reason = reason or removal.because
            reading.removals[-1] = evolve(removal, cites=(*removal.cites, *cites), because=reason)
        case "example":
            example = reading.examples[-1]
            reading.examples[-1] = evolve(example, cites=(*example.cites, *cites))
        case _:
            reading.reporter.report(years.stray_clause(clause.span))


def _confidence(reading: _Reading, clause: lev.Confidence) -> None:
    if reading.target == "levels":
        reading.levels.clause((), None, clause)
    elif reading.target == "file" and reading.based:
        reading.levels.carries(clause)
    else:
        reading.reporter.report(years.stray_clause(clause.span))


# ---- examples ----


def _example_line(reading: _Reading, statement: syn.Statement) -> None:
    if isinstance(statement, syn.ExampleLine):
        _begin_example(reading, statement)
    elif reading.target == "example":
        example = reading.examples[-1]
        reading.examples[-1] = evolve(example, lines=(*example.lines, statement))
    else:
        reading.reporter.report(years.stray_example_line(statement.span))


def _begin_example(reading: _Reading, line: syn.ExampleLine) -> None:
    title = line.title.text
    if title in reading.own:
        reading.reporter.report(years.duplicate_example(line.span, title))
    reading.own.add(title)
    reading.examples = [example for example in reading.examples if example.title.text != title]
    reading.examples.append(EffectiveExample(line.title, (), reading.year))
    reading.target = "example"


def _remove_examples(reading: _Reading, titles: Sequence[syn.Text]) -> None:
    for title in titles:
        known = [example.title.text for example in reading.examples]
        if title.text not in known:
            reading.reporter.report(years.no_such_example(title.span, title.text, nearest(title.text, known)))
        reading.examples = [example for example in reading.examples if example.title.text != title.text]
    reading.target = "change"
