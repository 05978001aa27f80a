"""Which measures, cells of tables and answers of a ruleset that works levels out no example reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from attrs import define, field

from rulelang.core.ruleset import LevelRule, Ruleset
from rulelang.core.tree import Match, Node, NotRated, OneOf, constant, is_by_type, is_table, is_unknown, reference
from rulelang.core.walk import walk
from rulelang.diagnostics.source import Span
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.trace import Occurrence, matched_on, occurrence_of, ways_of
from rulelang.engine.wording import answer_text


class NotReached(NamedTuple):
    """A statement of levels that examples do not reach: none of it, or the parts named, such as `Low × Declined`.

    `cells` is how many its table has, those that are reached included.
    """

    rule: LevelRule
    parts: tuple[str, ...] = ()
    cells: int = 0

    @property
    def subject(self) -> str:
        """Return what the statement is, on one line."""
        return f"{self.rule.indicator}: {self.rule.text}" if self.rule.indicator else self.rule.text


def levels_not_reached(ruleset: Ruleset, evaluations: Iterable[Evaluation]) -> tuple[NotReached, ...]:
    """Return the statements of levels of which some part decides nothing in any of some evaluations, in their order."""
    reached = _Reached(ruleset)
    for evaluation in evaluations:
        reached.take(evaluation)
    found = (reached.missing(rule) for rule in ruleset.levels)
    return tuple(one for one in found if one is not None)


_Place = tuple[str, int, int]


def _place(span: Span | None) -> _Place:
    return ("", 0, 0) if span is None else (span.source.name, span.start, span.end)


@define
class _Reached:
    """What has been reached so far: measures with a value, by name, and cells and answers by definition and place."""

    ruleset: Ruleset
    measures: set[str] = field(factory=set)
    places: set[tuple[str, _Place]] = field(factory=set)
    expected_open: frozenset[str] = field(init=False)

    @expected_open.default
    def _expected_open(self) -> frozenset[str]:
        return frozenset(_expected_open(self.ruleset))

    def take(self, evaluation: Evaluation) -> None:
        """Take in what an LEA and its student groups reach."""
        groups: list[str | None] = [group.name for group in evaluation.prepared.groups] or [None]
        definitions = dict.fromkeys((rule.definition, rule.what == "measure") for rule in self.ruleset.levels)
        for name, is_measure in definitions:
            key = (self.ruleset.year, name)
            if is_measure:
                if any(isinstance(evaluation.value(key, group), Fraction) for group in groups):
                    self.measures.add(name)
                continue
            for index in range(len(evaluation.prepared.groups)) or [None]:
                found = _decisive(occurrence_of(evaluation, key, index))
                self.places.update((name, _place(span)) for span in found)

    def missing(self, rule: LevelRule) -> NotReached | None:
        """Return a statement that is not reached, or whose parts are not; None if all of it is."""
        if rule.what == "measure":
            known = rule.definition in self.measures or rule.definition in self.expected_open
            return None if known else NotReached(rule)
        if rule.what in ("bands", "grid"):
            cells = list(self._cells(rule))
            parts = tuple(text for text, is_reached in cells if not is_reached)
            return NotReached(rule, parts, len(cells)) if parts else None
        held = any(name == rule.definition and _within(place, rule.span) for name, place in self.places)
        return None if held else NotReached(rule)

    def _cells(self, rule: LevelRule) -> Iterator[tuple[str, bool]]:
        """Yield the cells of a statement's table, and whether each has been reached."""
        for node in _tables(self.ruleset.definitions[self.ruleset.year, rule.definition].node):
            for text, span in _cells(node):
                place = _place(span)
                if _within(place, rule.span):
                    yield text, (rule.definition, place) in self.places


def _expected_open(ruleset: Ruleset) -> Iterator[str]:
    """Yield what examples expect is unknown, and what that rests on, where something is not established in it."""
    expected = [one for example in ruleset.examples for one in example.expectations]
    asked = [(ruleset.year, one.definition) for one in expected if one.definition is not None and one.value is None]
    own = {key[1]: ruleset.definitions[key].node for key in asked if key in ruleset.definitions}
    own |= {name: node for (year, name), node in ruleset.named_in(*own.values()).items() if year == ruleset.year}
    for name, node in own.items():
        if any(is_unknown(part) for one in (node, *ruleset.named_in(node).values()) for part in walk(one)):
            yield name


def _within(place: _Place, span: Span | None) -> bool:
    name, start, end = place
    return span is not None and name == span.source.name and span.start <= start and end <= span.end


def _tables(node: Node) -> Iterator[Match]:
    """Yield the tables of a definition, each once: a choice may name one several times."""
    seen: set[Match] = set()
    for one in walk(node):
        if is_table(one) and not is_by_type(one) and one not in seen:
            seen.add(one)
            yield one


def _cells(node: Match) -> Iterator[tuple[str, Span | None]]:
    first = _words(node.span).split("|")[0].strip()
    types = "" if any(_words(row.value.span) == first for row in node.rows) or not first else f"{first}: "
    for row in node.rows:
        span = row.value.span
        names = [" or ".join(pattern.names) for pattern in row.patterns if isinstance(pattern, OneOf)]
        if not names:
            yield f"{types}{_level(row.value)} ({_words(span)})", span
        elif row.possible:
            yield " × ".join(names), span


def _level(node: Node) -> str:
    return answer_text(value) if (value := constant(node)) is not None else "not established"


def _words(span: Span | None) -> str:
    return "" if span is None else " ".join(span.text.split())


def _decisive(part: Occurrence) -> Iterator[Span | None]:
    """Yield the places that decide a level: the arm of a choice that holds, a band, a cell."""
    if reference(part.node) is None and not part.below():
        yield part.node.span
    for way in ways_of(part):
        fits = way.fits
        if fits is None or any(isinstance(asked.value, NotRated) for asked, _ in way.asked):
            return
        if fits:
            yield from _decisive(way.value)
            yield from _tables_before(part) if way.asked else ()
            return


def _tables_before(part: Occurrence) -> Iterator[Span | None]:
    """Yield the band or cell that a level came from before it was read otherwise, as for small populations."""
    asked, otherwise = matched_on(part), ways_of(part)[-1].value
    reread = any(child == otherwise.node for one in asked for child in walk(one.node))
    if reread and reference(otherwise.node) is None:
        yield from _decisive(otherwise)
