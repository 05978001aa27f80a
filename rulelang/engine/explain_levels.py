"""Why a level has its value, from the counts to the color: the author's statements with the numbers below them.

The drawing reads an evaluation and evaluates nothing. The measures that a level rests on come first, then the band or
the cell of the grid that holds, and what prevents a level if something does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final

from attrs import field, frozen

from rulelang.core.ruleset import LevelRule, Ruleset, level_name, measure_name
from rulelang.core.tree import (
    NOT_POSSIBLE,
    Interval,
    Match,
    NotRated,
    OneOf,
    constant,
    is_by_type,
    is_choice,
    is_constant,
    is_table,
    reference,
    stated_reason,
)
from rulelang.core.vocabulary import StudentGroup
from rulelang.diagnostics.drawing import Screen, joined, titled, wrapped
from rulelang.diagnostics.render import remark
from rulelang.diagnostics.source import Span
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.formulas import worked_out_text
from rulelang.engine.level_reasons import circumstance_text, looked_up, name_of, reason_of, rule_at, taken
from rulelang.engine.levels import LevelResult, result_for, results_of
from rulelang.engine.rule_drawing import headline, place_line
from rulelang.engine.trace import Occurrence, Way, matched_on, ways_of
from rulelang.engine.wording import answer_text, called, number_text, value_text

_MEASURES: Final = "Measures"
"""The heading of measures of student groups that belong to no indicator."""

_BELOW: Final = "How its numbers are worked out"
"""The heading of the levels and measures of an LEA below the rules that determine it."""


def explain_levels(
    evaluation: Evaluation,
    group: StudentGroup | None = None,
    indicator: str | None = None,
    *,
    width: int = 80,
    color: bool = False,
    folders: bool = True,
    beside: bool = False,
) -> str:
    """Return why the levels of an LEA have their values, as text without a final line end.

    Given a student group or an indicator, every level of it is worked out from the counts; given neither, the levels
    are listed and only those of the first student group are worked out. Without `folders`, statements are found by the
    name of their ruleset, not its path. With `beside`, it stands below an explanation of the LEA, which is named there.
    """
    screen = Screen(width, color, folders)
    results = list(results_of(evaluation))
    asked = [one for one in results if is_asked(one, group, indicator)]
    blocks = [titled(_BELOW, screen) if beside else headline(evaluation.record, evaluation.prepared.ruleset, screen)]
    if group is None and indicator is None:
        blocks.append(_listed(results, screen))
        first = next((one.group for one in results if one.group is not None), None)
        asked = [one for one in results if one.group in (None, first)]
    if not asked:
        blocks.append(wrapped(_nothing_said(evaluation, group, indicator), screen.width))
    shown: dict[StudentGroup | None, set[str]] = {}
    for result in asked:
        alone = None if result.levels else shown.setdefault(result.group, set())
        blocks.extend(_result(result, screen, alone))
    return joined(blocks)


def explain_level(  # which level, and how it is shown
    evaluation: Evaluation,
    indicator: str,
    group: str | None,
    scale: str | None = None,
    *,
    width: int = 80,
    color: bool = False,
) -> str:
    """Return why one level of a student group, or all its levels on an indicator, have their values, as text.

    Raises KeyError if the rules work out nothing for the indicator, or the vocabulary has no such group.
    """
    screen = Screen(width, color)
    result = result_for(evaluation, indicator, group)
    blocks = list(_result(result, screen)) if scale is None else [_level(_Writer(result, screen), scale)]
    return joined(blocks)


def levels_text(
    results: Sequence[LevelResult], students: str = "", *, whole: bool, width: int = 80, color: bool = False
) -> str:
    """Return the levels of an LEA, one per line, by year; with `whole`, how each is worked out instead.

    `students` is the name of the number that gives how many students a level is about, if the data have it.
    """
    screen = Screen(width, color)
    blocks: list[list[str]] = []
    for year, of_year in groupby(results, key=lambda one: one.evaluation.prepared.ruleset.year):
        some = list(of_year)
        blocks.append(titled(f"From the numbers of {year}", screen))
        blocks += (
            [block for one in some for block in _result(one, screen)] if whole else [_listed(some, screen, students)]
        )
    if not whole:
        blocks.append(wrapped("To see how one is worked out, add --group or --indicator.", screen.width))
    return joined(blocks)


def summary_text(result: LevelResult) -> str:
    """Return the levels of a result on one line: `Status 1.9 Low, Change -0.4 Declined, color Green`."""
    parts = []
    for scale, level in result.levels.items():
        shown = f"{result.number_text(scale)} " if isinstance(result.numbers.get(scale), Fraction) else ""
        parts.append(f"{scale} {shown}{answer_text(level)}")
    measures = (f"{name} {result.number_text(name)}" for name in result.numbers)
    return ", ".join(parts or measures)


def _nothing_said(evaluation: Evaluation, group: StudentGroup | None, indicator: str | None) -> str:
    about = " of ".join(part for part in (indicator, group.name if group is not None else None) if part)
    who = called(evaluation.record)
    year = evaluation.prepared.ruleset.year
    return f"The data for {year} say nothing about {f'{about} at {who}' if about else who}."


def is_asked(result: LevelResult, group: StudentGroup | None, indicator: str | None) -> bool:
    """Return whether a result is about the student group and the indicator asked for; None asks for all."""
    return (group is None or result.group in (None, group)) and indicator in (None, result.indicator)


# ---- the list ----


def _listed(results: Sequence[LevelResult], screen: Screen, students: str = "") -> list[str]:
    lines: list[str] = []
    shown = [one for one in results if one.indicator or one.group is not None]
    for indicator in dict.fromkeys(result.indicator for result in shown):
        title = titled(indicator or _MEASURES, screen)
        lines += ["", *title] if lines else title
        for result in (one for one in shown if one.indicator == indicator):
            who = result.group.name if result.group is not None else "the LEA"
            lines += wrapped(f"{who}{_size(result, students)}: {summary_text(result)}", screen.width, "  ")
    return lines


def _size(result: LevelResult, students: str) -> str:
    """Return how many students a result is about, in parentheses; empty if the data do not give it."""
    facts = result.evaluation.record.years.get(result.evaluation.prepared.ruleset.year)
    group = result.group.name if result.group is not None else None
    reading = facts.reading(group, (result.indicator, students)) if facts is not None else None
    number = reading.level if reading is not None else None
    return f" ({number_text(number)} {students})" if isinstance(number, Fraction) else ""


# ---- one result ----


def _result(result: LevelResult, screen: Screen, shown: set[str] | None = None) -> Iterator[list[str]]:
    """Yield the blocks of a result; what earlier blocks have `shown` is not shown again."""
    who = f", {result.group.name} ({result.group.code})" if result.group is not None else ""
    levels = list(result.levels.values())
    last = f": {answer_text(levels[-1])}" if levels else ""
    writer = _Writer(result, screen, set() if shown is None else shown)
    if result.indicator or who:
        yield titled(f"{result.indicator or _MEASURES}{who}{last}", screen)
    if not result.levels:
        for name in result.numbers:
            yield list(writer.measure_alone(name))
    for scale in result.levels:
        yield _level(writer, scale)


def _level(writer: _Writer, scale: str) -> list[str]:
    """Return the level on a scale, and below it how it is worked out."""
    level, screen = writer.result.levels[scale], writer.screen
    style = "bold yellow" if level is None else "bold"
    heading = wrapped(f"{scale}: {answer_text(level)}", screen.width)
    return [*(screen.paint(line, style) for line in heading), *writer.level(scale)]


@frozen
class _Writer:
    """Writes how the levels of one result were worked out; a measure or a statement is written once."""

    result: LevelResult
    screen: Screen
    _shown: set[str] = field(factory=set)
    _types: dict[int, str] = field(factory=dict)
    _earlier: list[str] = field(factory=list)
    """Numbers of other years whose statements are not in the rules of this one; the measure they lead to is next."""

    @property
    def _ruleset(self) -> Ruleset:
        return self.result.evaluation.prepared.ruleset

    def level(self, scale: str) -> Iterator[str]:
        """Yield the lines that work out the level on a scale."""
        self._shown.add(_dated(self._ruleset.year, level_name(self.result.indicator, scale)))
        root = self.result.occurrence(scale)
        yield from self._lines(root, None)
        yield from self._say_earlier()
        reason = self.result.reasons.get(scale)
        if reason is not None and (root.value is None or reason.rule is None):  # a statement has given its own
            yield from self._say(f"{answer_text(root.value)}: {reason.text}")

    def measure_alone(self, name: str) -> Iterator[str]:
        """Yield the lines that work out a measure that leads to no level, and why it has no number."""
        year, part = self._ruleset.year, self.result.measure(name)
        self._shown.add(_dated(year, measure_name(name, self.result.indicator)))
        reason = self.result.reasons.get(name)
        yield from self.measure(part, name, year, without_value=reason is not None)
        if reason is not None:
            yield from self._say(f"{value_text(part)}: {reason.text}")

    def measure(self, part: Occurrence, name: str, year: int, *, without_value: bool = False) -> Iterator[str]:
        """Yield the lines that work out a measure: those it rests on first, then its statement with the numbers.

        The numbers of another year than the rules' own have its name and the year before them. With `without_value`, a
        text that is only the value of the measure is left out.
        """
        rule = rule_at(self._ruleset, part.node.span, self.result.indicator)
        yield from self._lines(part, rule)
        is_own, text = year == self._ruleset.year, worked_out_text(part)
        if rule is None and not is_own:
            self._earlier.append(f"{name} in {year}: {text}")
            return
        if rule is not None and (is_own or _key(rule) not in self._shown):
            yield from self._statement(rule)
        yield from self._say_earlier()
        for one in _conditions(part, rule) if rule is not None else ():
            yield from self._say(one)
        if not (without_value and text == value_text(part)):
            yield from self._say(text if is_own else f"{name} in {year}: {text}")

    def _say_earlier(self) -> Iterator[str]:
        while self._earlier:
            yield from self._say(self._earlier.pop(0))

    def _lines(self, part: Occurrence, rule: LevelRule | None) -> Iterator[str]:
        if (key := reference(part.node)) is not None:
            yield from self._referred(part, *key)
        elif is_choice(part.node):
            yield from self._choice(part, rule)
        elif is_by_type(part.node):
            yield from self._of_type(part)
        else:
            for below in matched_on(part) or part.below():
                yield from self._lines(below, rule)
            if is_table(part.node):
                yield from self._table(part, part.node)

    def _referred(self, part: Occurrence, year: int, name: str) -> Iterator[str]:
        if _dated(year, name) in self._shown:
            return
        self._shown.add(_dated(year, name))
        node = part.referred()
        if any(rule.what == "measure" and rule.definition == name for rule in self._ruleset.levels):
            yield from self.measure(node, name.partition(" ")[2], year)
        else:
            yield from self._lines(node, None)

    def _choice(self, part: Occurrence, rule: LevelRule | None) -> Iterator[str]:
        """Yield the answers of the guards that do not simply say no, and then the arm that is taken.

        Of a table, what is looked up in it is worked out, and its statement is written below that.
        """
        if columns := looked_up(part):
            for one in columns:
                yield from self._lines(one, rule)
            return
        for way in ways_of(part):
            if not way.asked:
                yield from self._lines(way.value, rule)
                return
            guard, value = way.guard, way.value
            found = rule_at(self._ruleset, guard.node.span, self.result.indicator)
            if guard.value is False:
                continue
            yield from self._lines(guard, found)
            if found is None or found is not rule:  # of that one, the statement and its conditions are still to come
                yield from self._guard(way, found)
            if guard.value is True:
                yield from self._lines(value, found or rule)
                return

    def _guard(self, way: Way, found: LevelRule | None) -> Iterator[str]:
        """Yield the statement of a guard that does not simply say no, and what it says."""
        guard, value = way.guard, way.value
        if found is not None:
            yield from self._statement(found)
        text = circumstance_text(guard)
        if guard.value is None:
            yield from self._say(f"cannot tell whether it holds: {reason_of(guard).text}")
        elif is_constant(value.node):
            yield from self._say(f"{text} → {answer_text(value.value)}")
        elif text and guard.node.span is not None:  # the heading says what the statement is about
            yield from self._say(text)

    def _of_type(self, part: Occurrence) -> Iterator[str]:
        """Yield the lines of the bands or the grid for the type of the LEA, or for each type that it may be of."""
        (asked,) = matched_on(part)
        rule = rule_at(self._ruleset, part.node.span, self.result.indicator)
        possible = () if isinstance(asked.value, NotRated) else tuple(taken(part))
        if asked.value is not None:
            for value in possible:
                self._types[value.position] = f"{name_of(asked)} {answer_text(asked.value)}"
                yield from self._lines(value, rule)
            return
        for value in possible:
            for below in matched_on(value):
                yield from self._lines(below, rule)
        yield from self._statement(rule) if rule is not None else ()
        yield from self._say(f"cannot tell which rows apply: {reason_of(asked).text}")
        for way in ways_of(part):
            types = [" or ".join(one.names) for _, one in way.asked if isinstance(one, OneOf)]
            self._types[way.value.position] = f"{name_of(asked)} {next(iter(types), 'any other')}"
            is_known = not any(one.is_unknown for one in matched_on(way.value))
            if way.fits is not False and is_known and is_table(way.value.node):
                own = rule_at(self._ruleset, way.value.node.span, self.result.indicator)
                yield from self._statement(own) if own is not None and own is not rule else ()
                yield from self._row(way.value, way.value.node)

    def _table(self, part: Occurrence, match: Match) -> Iterator[str]:
        lines = [*self._row(part, match)]
        if (key := f"table {part.position}") in self._shown or not lines:
            return
        self._shown.add(key)
        rule = rule_at(self._ruleset, match.span, self.result.indicator)
        yield from self._statement(rule, match.span) if rule is not None else ()
        yield from lines

    def _row(self, part: Occurrence, match: Match) -> Iterator[str]:
        """Yield what a table says of the values that it is matched with, and for which type of LEA it is."""
        by_intervals = any(isinstance(row.patterns[0], Interval) for row in match.rows) and len(match.on) == 1
        of_type = f" ({self._types[part.position]})" if part.position in self._types else ""
        for text in self._band(part) if by_intervals else self._cell(part):
            yield from self._say(f"{text}{of_type}")

    def _band(self, part: Occurrence) -> Iterator[str]:
        (number,) = matched_on(part)
        held = next((value.node for value in taken(part)), None)
        if isinstance(number.value, Fraction) and held is not None and is_constant(held):
            words = f": {' '.join(held.span.text.split())}" if held.span is not None else ""
            level = stated_reason(held) or answer_text(constant(held))
            yield f"{name_of(number)} {value_text(number)} is {level}{words}"

    def _cell(self, part: Occurrence) -> Iterator[str]:
        asked = matched_on(part)
        if not any(isinstance(one.value, NotRated) for one in asked):
            met = ", ".join(f"{name_of(one)} {answer_text(one.value)}" for one in asked)
            cells = [value.node for value in taken(part)]
            impossible = len(cells) == 1 and stated_reason(cells[0]) == NOT_POSSIBLE
            yield f"{met} → {NOT_POSSIBLE if impossible else answer_text(part.value)}"

    def _statement(self, rule: LevelRule, row: Span | None = None) -> Iterator[str]:
        """Yield a statement's words, its location and citations; only its words if it was shown before.

        If a row of its table decides, the mark of confidence is that of the row.
        """
        words = next(iter(rule.text.splitlines()), "")
        yield from wrapped(words, self.screen.width, "  ")
        if _key(rule) in self._shown or rule.span is None:
            return
        self._shown.add(_key(rule))
        yield place_line(rule, rule.span, self._ruleset.year, self.screen, 2)
        for title, text in _remarks(rule, row, earlier=rule.source_year != self._ruleset.year):
            yield from remark(title, text, 1, self.screen)

    def _say(self, text: str) -> Iterator[str]:
        yield from (self.screen.paint(line, "cyan") for line in wrapped(text, self.screen.width, "      "))


def _conditions(part: Occurrence, rule: LevelRule) -> Iterator[str]:
    """Yield the conditions in a statement that choose its value, with their answers."""
    for way in ways_of(part) if is_choice(part.node) and not looked_up(part) else ():
        if not way.asked:
            yield from _conditions(way.value, rule)
            return
        answer, span = way.guard.value, way.guard.node.span
        if span is not None and rule_at(part.evaluation.prepared.ruleset, span, rule.indicator) is rule:
            yield circumstance_text(way.guard) or f"{' '.join(span.text.split())}: {answer_text(answer)}"
        if answer is True:
            yield from _conditions(way.value, rule)
            return


def _key(rule: LevelRule) -> str:
    """Return what is shown of a statement."""
    return f"{rule.what} {rule.definition} {rule.text}"


def _dated(year: int, name: str) -> str:
    """Return what is shown for the definition of a year."""
    return f"{year} {name}"


def _remarks(rule: LevelRule, row: Span | None, *, earlier: bool) -> Iterator[tuple[str, str]]:
    """Yield a statement's citations, its reason and its mark; a reason from an earlier year's file names the year."""
    if rule.cites:
        yield "cites", "; ".join(rule.cites)
    if rule.because:
        yield "because", f"{rule.because} (said in {rule.source_year})" if earlier else rule.because
    mark = rule.mark_at(row)
    if mark:
        yield "confidence", f"{mark}, {rule.note}" if rule.note else mark
