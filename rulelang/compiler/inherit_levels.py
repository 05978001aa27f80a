"""Which statements of performance levels are in force after a file: those of its base, changed by each of its own.

A statement of several indicators stands for each of them, so that a later year can change it for one alone. What it is
about is its key: `replace bands Status` takes the place of the bands of Status of the indicators it is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, assert_never

from attrs import define, evolve, field, frozen

from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.catalogue import levels_sense
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.tree import levels as lev

COLOR: Final = "color"
"""The scale of a grid or a minimum size that names none."""

EVERYTHING: Final = "everything"

MARKS: Final = ("A", "B", "C", "D")
"""How sure a source makes a statement, from printed by the authority to recollection only."""

LevelKey = tuple[str, str, str, tuple[str, ...]]
"""What a statement is (`bands`, `grid`, …), its indicator, its scale, measure or level, and the types it is for."""


@frozen
class EffectiveLevel:
    """A statement of levels in force, of one indicator (None: a measure of none), and where it comes from.

    `name` is the scale or the measure it says something of, and of an override the level it gives. Its marks of
    confidence are those of the year `seen_from`, and no better than `at_best` where that is not empty.
    """

    statement: lev.LevelStatement
    what: str
    indicator: syn.Name | None
    name: str
    types: tuple[str, ...]
    year: int
    cites: tuple[str, ...] = ()
    because: str | None = None
    confidence: lev.Confidence | None = None
    replaced: EffectiveLevel | None = field(default=None, eq=False, repr=False)
    seen_from: int = field(default=0, eq=False)
    at_best: str = field(default="", eq=False)

    @property
    def key(self) -> LevelKey:
        """Return what the statement is known by to later years."""
        return (self.what, self.of, self.name.casefold(), tuple(sorted(one.casefold() for one in self.types)))

    @property
    def of(self) -> str:
        """Return the name of the indicator, empty where it belongs to none."""
        return self.indicator.text if self.indicator is not None else ""

    @property
    def title(self) -> str:
        """Return what a change calls the statement: `bands Suspension Rate Status`."""
        types = f"for {', '.join(self.types)}" if self.types else ""
        return " ".join(part for part in (self.what, self.of, self.name, types) if part)

    @property
    def span(self) -> Span:
        """Return the place of the statement."""
        return self.statement.span

    @property
    def mark(self) -> str:
        """Return the mark of confidence that counts in the year at hand, empty where none does."""
        return self.mark_among(self.confidence.marks) if self.confidence is not None else ""

    def mark_among(self, marks: Sequence[lev.Mark]) -> str:
        """Return which of several marks counts in the year at hand: the last that is of it; empty where none is."""
        letter = next((mark.letter for mark in reversed(marks) if mark.counts_in(self.seen_from)), "")
        return max(letter, self.at_best) if letter else ""


@define
class LevelsReading:
    """The statements of levels in force so far while a file is read, the heading, and the statements last changed."""

    reporter: Reporter
    year: int
    in_force: dict[LevelKey, EffectiveLevel] = field(factory=dict)
    heading: tuple[syn.Name, ...] = ()
    touched: list[LevelKey] = field(factory=list)
    carried: lev.Confidence | None = None

    def in_year(self) -> tuple[EffectiveLevel, ...]:
        """Return the statements in force as the year at hand marks them: what it carries over may be marked lower."""
        marks = self.carried.marks if self.carried is not None else ()
        at_best = next((mark.letter for mark in reversed(marks) if mark.counts_in(self.year)), "")
        return tuple(
            evolve(one, seen_from=self.year, at_best="" if one.year == self.year else at_best)
            for one in self.in_force.values()
        )

    def carries(self, confidence: lev.Confidence) -> None:
        """Take in how sure, at best, the statements of earlier years are in the year at hand."""
        if self.carried is not None:
            self.reporter.report(levels_sense.confidence_twice(confidence.span, self.carried.span))
        if not are_marks(confidence.marks):
            self.reporter.report(messages.unclear_confidence(confidence.span, confidence.text))
        self.carried = confidence

    def add(self, statement: lev.LevelStatement) -> None:
        """Put a statement in force; one that says something of the same as another is reported."""
        self.touched = []
        for one in self._each(statement):
            first = self.in_force.get(one.key)
            other = self._other_table(one)
            if first is not None or other is not None:
                said = first or other or one
                self.reporter.report(messages.statement_twice(one.span, one.title, said.span))
            self._put(one)

    def replace(self, statement: lev.LevelStatement, span: Span) -> None:
        """Let a statement take the place of the one in force that says something of the same."""
        self.touched = []
        for one in self._each(statement):
            before = self.in_force.get(one.key)
            if before is None and one.indicator is not None and not one.indicator.known:
                self._put(one)  # the indicator is reported where the statement is worked out
            elif before is None:
                self._report_missing(span, one.title, one.of)
            elif before.year == self.year:
                self.reporter.report(messages.statement_twice(span, one.title, before.span))
            else:
                self._put(evolve(one, replaced=before))

    def _other_table(self, one: EffectiveLevel) -> EffectiveLevel | None:
        """Return the grid of a level that has bands now, or the bands of one that has a grid."""
        tables = [before for before in self.in_force.values() if {before.what, one.what} == {"bands", "grid"}]
        same = [before for before in tables if before.of == one.of and before.name.casefold() == one.name.casefold()]
        return same[0] if same else None

    def remove(self, removal: lev.RemoveLevels) -> tuple[str, ...]:
        """Take statements out of force and return what they are called; what is not there is reported."""
        self.touched = []
        found: list[str] = []
        for indicator in self._indicators(removal.subject) or (None,):
            keys = [key for key, one in self.in_force.items() if _is_removed(one, removal, indicator)]
            if not keys:
                text = removal.subject.text if removal.subject is not None else ""
                of = indicator.text if indicator is not None else ""
                self._report_missing(removal.span, " ".join(part for part in (removal.what, of, text) if part), of)
            found.extend(self.in_force.pop(key).title for key in keys)
        return tuple(found)

    def clause(self, cites: tuple[str, ...], because: str | None, confidence: lev.Confidence | None) -> None:
        """Give clauses to the statements last put in force."""
        for key in self.touched:
            one = self.in_force[key]
            if confidence is not None and one.confidence is not None:
                self.reporter.report(levels_sense.confidence_twice(confidence.span, one.confidence.span))
            self.in_force[key] = evolve(
                one,
                cites=(*one.cites, *cites),
                because=because or one.because,
                confidence=confidence or one.confidence,
            )

    def _put(self, one: EffectiveLevel) -> None:
        self.in_force[one.key] = one
        self.touched.append(one.key)

    def _each(self, statement: lev.LevelStatement) -> Iterator[EffectiveLevel]:
        """Yield a statement once for each indicator it is about."""
        subject = statement.subject if isinstance(statement, _WITH_SUBJECT) else None
        what, name, types = described(statement)
        indicators = self._indicators(subject)
        if not indicators and not isinstance(statement, lev.Measure):
            self.reporter.report(messages.which_indicator(statement.span))
            return
        for indicator in indicators or (None,):
            yield EffectiveLevel(statement, what, indicator, name, types, self.year)

    def _indicators(self, subject: lev.Subject | None) -> tuple[syn.Name, ...]:
        return subject.indicators if subject is not None and subject.indicators else self.heading

    def _report_missing(self, span: Span, title: str, indicator: str) -> None:
        meant = [one for one in self.in_force.values() if one.indicator is None or one.indicator.known]
        titles = {one.title: one.of for one in meant}
        known = [title for title, of in titles.items() if of == indicator or indicator not in titles.values()]
        self.reporter.report(messages.no_such_statement(span, title, known))


def are_marks(marks: Sequence[lev.Mark]) -> bool:
    """Return whether words were read as marks of confidence, and each is one of those there are."""
    return bool(marks) and all(mark.letter in MARKS for mark in marks)


_WITH_SUBJECT: Final = (lev.Measure, lev.BandsTable, lev.GridTable)


def described(statement: lev.LevelStatement) -> tuple[str, str, tuple[str, ...]]:
    """Return what a statement is, the scale, measure or level it is about, and the types it is for."""
    match statement:
        case lev.Measure():
            return "measure", statement.subject.text, ()
        case lev.BandsTable():
            return "bands", statement.subject.text, ()
        case lev.GridTable():
            return "grid", statement.subject.text or COLOR, tuple(one.text for one in statement.types)
        case lev.SmallPopulations():
            return "small populations", "", ()
        case lev.Needs():
            return "needs", statement.scale.text if statement.scale is not None else COLOR, ()
        case lev.Override():
            return "override", statement.level.text, ()
    assert_never(statement)


def _is_removed(one: EffectiveLevel, removal: lev.RemoveLevels, indicator: syn.Name | None) -> bool:
    if one.of != (indicator.text if indicator is not None else ""):
        return False
    if removal.what == EVERYTHING:
        return True
    text = removal.subject.text.casefold() if removal.subject is not None else ""
    name = text or (COLOR if removal.what == "needs" else "")
    types = {name.text.casefold() for name in removal.types}
    return (
        one.what == removal.what
        and name in ("", one.name.casefold())
        and (not types or types == {name.casefold() for name in one.types})
    )


def changed_levels(
    before: Sequence[EffectiveLevel], after: Sequence[EffectiveLevel], year: int
) -> Iterator[tuple[str, EffectiveLevel | None, EffectiveLevel | None]]:
    """Yield what a year changes: how (removed, replaced, added), and the statement before and after."""
    old: Mapping[LevelKey, EffectiveLevel] = {one.key: one for one in before}
    new: Mapping[LevelKey, EffectiveLevel] = {one.key: one for one in after}
    for key, one in old.items():
        if key not in new:
            yield "removed", one, None
        elif new[key].year == year:
            yield "replaced", one, new[key]
    yield from (("added", None, one) for key, one in new.items() if key not in old)
