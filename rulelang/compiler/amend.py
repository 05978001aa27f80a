"""Inheritance: from the files of a year and the years it is based on to the statements in force.

Inheritance works on statements as written. A year's file is read from top to bottom into an `Effective`: a copy of its
base's, changed by each `add`, `replace` and `remove`. Every statement remembers the year whose file it is in, and later
years know it by its key: a rule by its label, a statement of levels by what it says about which indicator. A statement
about several indicators counts as one for each, so that a later year can change it for one alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from attrs import define, evolve, field

from rulelang.compiler.context import priority_number
from rulelang.compiler.in_force import (
    COLOR,
    Effective,
    EffectiveExample,
    EffectiveLevel,
    EffectiveRule,
    Key,
    Removal,
    are_marks,
    described,
    mark_of,
    place_of,
)
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.catalogue import meaning, years
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

_Ruling = syn.Rule | syn.LevelStatement
_Explained = TypeVar("_Explained", bound=Effective | EffectiveRule | EffectiveLevel | EffectiveExample | Removal)


def effective(file: syn.File, header: Effective, base: Effective | None, reporter: Reporter) -> Effective:
    """Return what is in force after a file, given its header and what is in force in its base, if any."""
    now = header
    inherited: list[EffectiveRule | EffectiveLevel] = []
    if base is not None:
        inherited += [evolve(one, inherited=True) for one in base.rules]
        inherited += [evolve(one, inherited=True) for one in base.levels]
        now = evolve(
            header,
            examples=tuple(evolve(one, inherited=True) for one in base.examples if one.only_in is None),
            published_unknown=base.published_unknown,
            levels_from=base.levels_from,
            headings=base.headings,
            base=base,
        )
    amended = _Amended(reporter, now, {one.key: one for one in inherited})
    for statement in file.statements:
        amended.take(statement)
    return amended.result()


@define
class _Amended:
    """A file being read: what is in force so far, the section, and what a `cites` or `because` would belong to.

    `target` is the file, line, statement, change or example, which begins at `above` in the text; `touched` are the
    keys of the statements last put in force, `changing` the place of the last change, and `unexplained` those of
    changes without a reason of their own.
    """

    reporter: Reporter
    now: Effective
    in_force: dict[Key, EffectiveRule | EffectiveLevel]
    kinds: tuple[syn.Name, ...] = ()
    indicators: tuple[syn.Name, ...] = ()
    heading: syn.PriorityLine | None = None
    target: str = "file"
    above: int = 0
    touched: list[Key] = field(factory=list)
    carried: syn.Confidence | None = None
    titles: set[str] = field(factory=set)
    changing: Span | None = None
    unexplained: list[Span] = field(factory=list)

    def result(self) -> Effective:
        """Return what is in force at the end of the file, with the marks of the year at hand."""
        year, now = self.now.year, self.now
        if now.base is not None and now.because is None and not now.cites and now.what_if is None:
            for span in self.unexplained:
                self.report(years.change_without_reason(span))
        found = list(self.in_force.values())
        if now.suspended:
            for one in found:
                if not one.inherited:
                    self.report(years.suspended_with_rules(one.span))
            own = tuple(example for example in now.examples if not example.inherited)
            return evolve(now, rules=(), levels=(), examples=own)
        at_best = mark_of(self.carried.marks, year) if self.carried is not None else ""
        levels = [
            evolve(one, seen_from=year, at_best=at_best if one.inherited else "")
            for one in found
            if isinstance(one, EffectiveLevel)
        ]
        rules = [one for one in found if isinstance(one, EffectiveRule)]
        return evolve(now, rules=tuple(rules), levels=tuple(levels))

    def report(self, diagnostic: Diagnostic) -> None:
        """Report a mistake."""
        self.reporter.report(diagnostic)

    def take(self, statement: syn.Statement) -> None:
        """Process the next statement of the file."""
        if not isinstance(statement, syn.Explanation | syn.Confidence):
            self.above = statement.span.start
        match statement:
            case syn.FileLine():
                self._line(statement)
            case syn.Explanation():
                self._explain(statement)
            case syn.Confidence():
                self._confidence(statement)
            case syn.PriorityLine() | syn.ForLine():
                self._heading(statement)
            case syn.Change() | syn.Remove() | syn.RemoveExamples() | syn.RemoveLevels():
                self._change(statement)
            case _ if isinstance(statement, _Ruling):
                self._unmarked(statement)
            case _:
                self._example_line(statement)

    def _line(self, line: syn.FileLine) -> None:
        """Take in a line about the rules as a whole; the header has been read already."""
        self.target = "file"
        match line:
            case syn.FileLine("earlier years from", syn.Text(folder)):
                self.now = evolve(self.now, earlier_years_from=folder)
            case syn.FileLine("levels from", syn.Text(folder)):
                self.now = evolve(self.now, levels_from=folder)
            case syn.FileLine("suspended"):
                self.now = evolve(self.now, suspended=True)
            case syn.FileLine("cannot tell counts as not met when published"):
                self.now, self.target = evolve(self.now, published_unknown=True), "line"
            case _:
                pass

    def _heading(self, heading: syn.PriorityLine | syn.ForLine) -> None:
        """Process a heading; it ends the one before, whatever its kind."""
        self.target, self.kinds, self.indicators, self.heading = "line", (), (), None
        if isinstance(heading, syn.ForLine):
            self.kinds, self.indicators = heading.kinds, heading.indicators
        else:
            self.heading = heading
            self.now = evolve(self.now, headings=(*self.now.headings, heading))

    # ---- changes ----

    def _unmarked(self, statement: _Ruling) -> None:
        if self.now.base is None:
            self._add(statement)
            return
        label = statement.label if isinstance(statement, syn.Rule) else None
        replaces = label is not None and ("rule", label.text) in self.in_force
        self.report(years.unmarked_change(statement.span, replaces=replaces))
        if replaces:
            self._replace(statement, statement.span)
        else:
            self._add(statement)

    def _change(self, change: syn.Change | syn.Remove | syn.RemoveExamples | syn.RemoveLevels) -> None:
        if self.now.base is None:
            self.report(years.nothing_to_change(change.span))
        self.changing = change.span
        self.unexplained.append(change.span)
        match change:
            case syn.Change("add", statement):
                self._add(statement)
            case syn.Change(_, statement):
                self._replace(statement, change.span)
            case syn.RemoveLevels():
                self._removed(tuple(self._remove_levels(change)), change.span)
            case syn.Remove(labels):
                for label in labels:
                    if self._has_rule(label):
                        del self.in_force["rule", label.text]
                self._removed(tuple(label.text for label in labels), change.span)
            case syn.RemoveExamples(titles):
                self._remove_examples(titles)
                self._removed(tuple(title.text for title in titles), change.span)

    def _removed(self, names: tuple[str, ...], span: Span) -> None:
        self.now, self.target = evolve(self.now, removals=(*self.now.removals, Removal(names, span))), "change"

    def _add(self, statement: _Ruling) -> None:
        """Put a statement in force; two with the same key are reported."""
        self.target, self.touched = "statement", []
        for one in self._each(statement):
            key, first = one.key, self.in_force.get(one.key) or self._other_table(one)
            if isinstance(one, EffectiveLevel):
                if first is not None:
                    self.report(messages.statement_twice(one.span, one.title, first.span))
            elif isinstance(first, EffectiveRule) and one.rule.label is not None and first.rule.label is not None:
                label = one.rule.label
                self.report(meaning.duplicate_label(label.span, label.text, first.rule.label.span))
                key = (*key, *place_of(one.span))  # both rules are checked
            self._put(key, one)

    def _replace(self, statement: _Ruling, span: Span) -> None:
        """Replace the statement in force that has the same key."""
        self.target, self.touched = "statement", []
        if isinstance(statement, syn.Rule) and statement.label is None:
            self.report(years.replace_needs_label(span))
            return
        for one in self._each(statement):
            before = self.in_force.get(one.key)
            if isinstance(one, EffectiveRule):
                if one.rule.label is not None and self._has_rule(one.rule.label) and isinstance(before, EffectiveRule):
                    self._must_stay_in_its_priority(one, before)
                    self._put(one.key, evolve(one, kinds=one.kinds or before.kinds, replaced=before))
            elif isinstance(before, EffectiveLevel) and not before.inherited:
                self.report(messages.statement_twice(span, one.title, before.span))
            elif isinstance(before, EffectiveLevel):
                self._put(one.key, evolve(one, kinds=one.kinds or before.kinds, replaced=before))
            elif one.indicator is not None and not one.indicator.known:
                self._put(one.key, one)  # the indicator is reported where the statement is elaborated
            else:
                self._report_missing(span, one.title, one.of)
        if not self.touched:
            self.target = "line" if isinstance(statement, syn.Rule) else "statement"

    def _must_stay_in_its_priority(self, one: EffectiveRule, before: EffectiveRule) -> None:
        """Report a rule that replaces one for another priority."""
        now, then = one.rule.outcome, before.rule.outcome
        numbers = [priority_number(name.text) for name in (now, then) if name is not None]
        if now is not None and then is not None and None not in numbers and len({*numbers}) > 1:
            self.report(meaning.replaced_elsewhere(now.span, now.text, then.text, then.span))

    def _put(self, key: Key, one: EffectiveRule | EffectiveLevel) -> None:
        """Put a statement in force: at the end, where the one that it replaces is, or where a rule says."""
        place = one.rule.beside if isinstance(one, EffectiveRule) else None
        if isinstance(one, EffectiveRule) and place is not None:
            beside = self.in_force.get(("rule", place.label.text)) if self._has_rule(place.label) else None
            if isinstance(beside, EffectiveRule) and beside.key == key:
                self.report(years.beside_itself(place.span))
            elif isinstance(beside, EffectiveRule):
                self._put_beside(beside, key, evolve(one, kinds=one.kinds or beside.kinds, beside=beside))
        else:
            self.in_force[key] = one
            self.touched.append(key)

    def _put_beside(self, beside: EffectiveRule, key: Key, one: EffectiveRule) -> None:
        others = [(at, other) for at, other in self.in_force.items() if at != key]
        is_after = one.rule.beside is not None and one.rule.beside.how == "after"
        at = next((at for at, (_, other) in enumerate(others) if other is beside), len(others)) + is_after
        self.in_force = dict([*others[:at], (key, one), *others[at:]])
        self.touched.append(key)

    def _each(self, statement: _Ruling) -> Iterator[EffectiveRule | EffectiveLevel]:
        """Yield a statement of levels once for each indicator it is about, and a rule once."""
        year = self.now.year
        if isinstance(statement, syn.Rule):
            yield EffectiveRule(statement, self.kinds, heading=self.heading, year=year)
            return
        what, name, types = described(statement)
        indicators = self._about(getattr(statement, "subject", None))
        if not indicators and not isinstance(statement, syn.Measure):
            self.report(messages.which_indicator(statement.span))
            return
        for indicator in indicators or (None,):
            yield EffectiveLevel(statement, what, indicator, name, types, kinds=self.kinds, year=year)

    def _about(self, subject: syn.Subject | None) -> tuple[syn.Name, ...]:
        """Return the indicators that a statement names, or those of its heading."""
        return subject.indicators if subject is not None and subject.indicators else self.indicators

    def _other_table(self, one: EffectiveRule | EffectiveLevel) -> EffectiveLevel | None:
        """Return the grid of a level that now has bands, or the bands of one that now has a grid."""
        if not isinstance(one, EffectiveLevel) or one.what not in ("bands", "grid"):
            return None
        levels = (before for before in self.in_force.values() if isinstance(before, EffectiveLevel))
        tables = (before for before in levels if {before.what, one.what} == {"bands", "grid"} and before.of == one.of)
        return next((before for before in tables if before.name.casefold() == one.name.casefold()), None)

    def _has_rule(self, label: syn.Name) -> bool:
        """Return whether a rule with a label is in force, after a report if none is."""
        if ("rule", label.text) in self.in_force:
            return True
        known = [one.label for one in self.in_force.values() if isinstance(one, EffectiveRule) and one.label]
        self.report(years.replace_missing(label.span, label.text, known))
        return False

    def _remove_levels(self, removal: syn.RemoveLevels) -> Iterator[str]:
        """Take statements of levels out of force and yield their names; those that are not in force are reported."""
        for indicator in self._about(removal.subject) or (None,):
            of = indicator.text if indicator is not None else ""
            keys = [key for key, one in self.in_force.items() if _is_removed(one, removal, of)]
            if not keys:
                text = removal.subject.text if removal.subject is not None else ""
                self._report_missing(removal.span, " ".join(part for part in (removal.what, of, text) if part), of)
            for key in keys:
                one = self.in_force.pop(key)
                yield one.title if isinstance(one, EffectiveLevel) else ""

    def _report_missing(self, span: Span, title: str, indicator: str) -> None:
        levels = [one for one in self.in_force.values() if isinstance(one, EffectiveLevel)]
        titles = {one.title: one.of for one in levels if one.indicator is None or one.indicator.known}
        known = [title for title, of in titles.items() if of == indicator or indicator not in titles.values()]
        self.report(messages.no_such_statement(span, title, known))

    # ---- clauses ----

    def _stray(self, clause: syn.Explanation | syn.Confidence) -> None:
        """Report a clause that belongs to nothing, unless what is above it was refused."""
        spans = [one.span for one in self.reporter.diagnostics if one.span is not None]
        here = (one.start for one in spans if one.source is clause.span.source)
        if not any(self.above <= start < clause.span.start for start in here):
            self.report(years.stray_clause(clause.span))

    def _explain(self, clause: syn.Explanation) -> None:
        """Attach a `cites` or `because` to what is above it."""
        cites = tuple(text.text for text in clause.cites)
        because = clause.because.text if clause.because is not None else None

        def explained(one: _Explained) -> _Explained:
            return evolve(one, cites=(*one.cites, *cites), because=because or one.because)

        now = self.now
        if self.changing is not None and self.target in ("statement", "change"):
            self.unexplained = [one for one in self.unexplained if one is not self.changing]
        match self.target:
            case "file":
                self.now = explained(now)
            case "statement":
                self.in_force.update({key: explained(self.in_force[key]) for key in self.touched})
            case "change":
                self.now = evolve(now, removals=(*now.removals[:-1], explained(now.removals[-1])))
            case "example":
                self.now = evolve(now, examples=(*now.examples[:-1], explained(now.examples[-1])))
            case _:
                self._stray(clause)

    def _confidence(self, clause: syn.Confidence) -> None:
        levels = [one for key in self.touched if isinstance(one := self.in_force.get(key), EffectiveLevel)]
        if self.target == "statement" and (levels or not self.touched):
            for one in levels:
                if one.confidence is not None:
                    self.report(messages.confidence_twice(clause.span, one.confidence.span))
                self.in_force[one.key] = evolve(one, confidence=clause)
        elif self.target == "file" and self.now.base is not None:
            if self.carried is not None:
                self.report(messages.confidence_twice(clause.span, self.carried.span))
            if not are_marks(clause.marks):
                self.report(messages.unclear_confidence(clause.span, clause.text))
            self.carried = clause
        else:
            self._stray(clause)

    # ---- examples ----

    def _example_line(self, statement: syn.Statement) -> None:
        now = self.now
        if isinstance(statement, syn.ExampleLine):
            title = statement.title.text
            if title in self.titles:
                self.report(years.duplicate_example(statement.span, title))
            self.titles.add(title)
            others = [example for example in now.examples if example.title.text != title]
            only = statement.only_in
            if only is not None and only.value != now.year:
                self.report(years.example_of_other_year(only.span, only.value, now.year))
            example = EffectiveExample(statement.title, (), only_in=only, year=now.year)
            self.now, self.target = evolve(now, examples=(*others, example)), "example"
        elif self.target == "example":
            *others, example = now.examples
            self.now = evolve(now, examples=(*others, evolve(example, lines=(*example.lines, statement))))
        else:
            self.report(years.stray_example_line(statement.span))

    def _remove_examples(self, titles: Sequence[syn.Text]) -> None:
        for title in titles:
            known = [example.title.text for example in self.now.examples]
            if title.text not in known:
                self.report(years.no_such_example(title.span, title.text, known))
            left = tuple(example for example in self.now.examples if example.title.text != title.text)
            self.now = evolve(self.now, examples=left)


def _is_removed(one: EffectiveRule | EffectiveLevel, removal: syn.RemoveLevels, of: str) -> bool:
    """Return whether a statement is one of those that a change removes."""
    if not isinstance(one, EffectiveLevel) or one.of != of:
        return False
    if removal.what == "everything":
        return True
    text = removal.subject.text.casefold() if removal.subject is not None else ""
    name = text or (COLOR if removal.what == "needs" else "")
    types = {name.text.casefold() for name in removal.types}
    return (
        one.what == removal.what
        and name in ("", one.name.casefold())
        and (not types or types == {name.casefold() for name in one.types})
    )
