"""The effective text of a year: all that is in force as one file, with where each line comes from.

The text is a rule file itself, based on nothing: loading it gives the same evaluation tree as the year it was made
from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Final, Generic

from attrs import evolve, field, frozen

from rulelang.compiler.context import priority_number
from rulelang.compiler.in_force import (
    Effective,
    EffectiveExample,
    EffectiveFileLine,
    EffectiveLevel,
    EffectiveRule,
    InForce,
    Key,
    Removal,
    changed,
)
from rulelang.compiler.level_rules.marks import CONFIDENCE, row_marks
from rulelang.compiler.locations import name_if_installed
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.as_data import Data, place_data
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.unparse import BREAK, aligned, sentence

INDENT: Final = "  "


@frozen
class EffectiveLine:
    """One line of the effective text; `origin` is the file and line it is in, empty for lines made for the text."""

    text: str
    origin: str = ""


def clause_lines(cites: Sequence[str], because: str | None, indent: str) -> Iterator[EffectiveLine]:
    """Yield a sentence's citations and its reason."""
    yield from (EffectiveLine(f'{indent}cites "{text}"') for text in cites)
    if because:
        yield EffectiveLine(f'{indent}because "{because}"')


def one_line(statement: syn.Statement) -> str:
    """Return a statement as canonical text on one line."""
    return sentence(statement).replace(BREAK, " ")


def line_of(span: Span) -> str:
    """Return the file and line of a place; of a whole path, the last two names: `assistance/2025.rules:12`."""
    path = PurePath(span.source.name)
    return f"{'/'.join(path.parts[-2:]) if path.is_absolute() else span.source.name}:{span.line}"


@frozen
class Change(Generic[InForce]):
    """What a year does to one statement of its base: `how` is added, replaced or removed; a missing side is None.

    `removal` is the sentence that took the statement out. Of what `is_moved`, and of what is added, the text has the
    place that the change gives it: `PZ before DA: …`.
    """

    how: str
    before: InForce | None
    after: InForce | None
    removal: Removal | None = None
    is_moved: bool = field(default=False, kw_only=True)

    @property
    def title(self) -> str:
        """Return what the statement is called: a rule by its label."""
        one = self.after or self.before
        return one.title if one is not None else ""

    @property
    def texts(self) -> tuple[str | None, str | None]:
        """Return the statement before and after as canonical text, None for a missing side."""
        written = _text_with_place if self.is_moved or self.how == "added" else statement_text
        before, after = (written(one) if one is not None else None for one in (self.before, self.after))
        return before, after

    @property
    def explained_by(self) -> InForce | Removal | None:
        """Return what gives the sources and the reason of the change: the new statement, or the removal."""
        return self.after or self.removal


def effective_lines(effective: Effective, vocabulary: Vocabulary) -> Iterator[EffectiveLine]:
    """Yield the effective text of a year, line by line."""
    yield EffectiveLine(f"ruleset {effective.title} {effective.year}", line_of(effective.span))
    yield EffectiveLine(f"{INDENT}uses {vocabulary.name} vocabulary")
    yield from clause_lines(effective.cites, effective.because, INDENT)
    if effective.levels_from:
        yield EffectiveLine(f"{INDENT}levels from {effective.levels_from}")
    earlier = _earlier_years_from(effective)
    if earlier:
        yield EffectiveLine(f"{INDENT}earlier years from {earlier}")
    if effective.suspended:
        yield EffectiveLine(f"{INDENT}suspended")
    for heading, levels in _levels(effective, vocabulary):
        yield from _block(heading, levels)
    for heading, rules in sections(effective, vocabulary):
        yield from _block(heading, rules)
    if effective.published_unknown:
        yield EffectiveLine("")
        yield EffectiveLine("cannot tell counts as not met when published")
    yield from _examples(effective)


def as_file(lines: Sequence[EffectiveLine]) -> str:
    """Return the effective text with the origin of each line as a comment beside it."""
    shown = [f"{line.text}  # {line.origin}" if line.origin else line.text for line in lines]
    return "\n".join(shown) + "\n"


RuleChange = Change[EffectiveRule] | Change[EffectiveFileLine]
"""What a year does to a rule of its base, or to a line about the rules as a whole, such as `levels from`."""


def changes_of(effective: Effective) -> list[RuleChange]:
    """Return which rules a year changes in its base, in the order of the base and then of what is added.

    The lines about the rules as a whole come first.
    """
    return _changes(effective, effective.base, lambda _, new: not new.inherited)


def changes_between(old: Effective, new: Effective) -> list[RuleChange]:
    """Return the rules of one ruleset that differ in another, in the order of the first; layout is ignored.

    The lines about the rules as a whole come first. Rules are matched by their labels; a rule for other kinds of LEA
    differs.
    """

    def is_another(before: EffectiveRule, after: EffectiveRule) -> bool:
        kinds = [[name.text for name in one.kinds] for one in (before, after)]
        return statement_text(before) != statement_text(after) or kinds[0] != kinds[1]

    return _changes(new, old, is_another)


def _changes(
    effective: Effective, before: Effective | None, is_another: Callable[[EffectiveRule, EffectiveRule], bool]
) -> list[RuleChange]:
    lines, rules = (before.file_lines, before.rules) if before is not None else ((), ())
    moved = _moved(rules, effective.rules)
    return [
        *(Change(*one) for one in changed(lines, effective.file_lines, lambda old, new: old.text != new.text)),
        *(
            Change(
                how,
                old,
                new,
                _removal_of(effective, old) if old is not None and new is None else None,
                is_moved=new is not None and new.key in moved,
            )
            for how, old, new in changed(
                rules, effective.rules, lambda old, new: is_another(old, new) or new.key in moved
            )
        ),
    ]


def _moved(old: Sequence[EffectiveRule], new: Sequence[EffectiveRule]) -> set[Key]:
    """Return the keys of the rules that a change put in a place, and that come after others than they did."""
    kept = {one.key for one in old} & {one.key for one in new}
    before, after = ([one.key for one in rules if one.key in kept] for rules in (old, new))
    placed = {one.key for one in (*old, *new) if one.beside is not None} & kept
    return {key for key in placed if {*before[: before.index(key)]} != {*after[: after.index(key)]}}


def _removal_of(effective: Effective, rule: EffectiveRule) -> Removal | None:
    """Return the sentence that removed a rule, in the year itself or one that it is based on."""
    removals = (removal for step in effective.with_bases() for removal in step.removals)
    return next((removal for removal in removals if rule.label in removal.names), None)


def sections(effective: Effective, vocabulary: Vocabulary) -> Iterator[tuple[str | None, list[EffectiveRule]]]:
    """Yield the rules under headings: those for every kind of LEA by priority, then the sections by kind.

    `otherwise` is the last of its section, as it holds where no other rule does.
    """
    in_order = sorted(effective.rules, key=lambda one: isinstance(one.rule.condition, syn.Otherwise))
    everywhere = [rule for rule in in_order if not rule.kinds]
    yield None, [rule for rule in everywhere if _priority(rule) is None]
    for priority in vocabulary.priorities:
        rules = [rule for rule in everywhere if _priority(rule) == priority.number]
        yield f'priority {priority.number} "{priority.name}"', rules
    plurals = {kind.name: kind.plural for kind in vocabulary.kinds}
    for section in dict.fromkeys(tuple(name.text for name in rule.kinds) for rule in effective.rules if rule.kinds):
        rules = [rule for rule in in_order if tuple(name.text for name in rule.kinds) == section]
        yield f"for {in_sentence(plurals[name] for name in section)}", rules


def condition_text(rule: syn.Rule) -> str:
    """Return the condition of a rule with what narrows it, on one line and without label and outcome."""
    if isinstance(rule.condition, syn.Otherwise):
        return "otherwise"
    parts = [rule.condition.span, *(narrowing.span for narrowing in rule.narrowings)]
    return " ".join(span.words for span in parts)


# ---- the parts of the text ----


def _earlier_years_from(effective: Effective) -> str:
    """Return the folder of the earlier years: as named, or of installed rules, so that a saved text finds them."""
    for one in effective.with_bases():
        folder = Path(one.span.source.name).parent
        named = one.earlier_years_from or (name_if_installed(folder) if one.what_if is None else None)
        if named:
            return named
    return ""


def _block(heading: str | None, statements: Sequence[EffectiveRule | EffectiveLevel]) -> Iterator[EffectiveLine]:
    """Yield statements under a heading, each with its sources and reason, its mark of confidence and its table."""
    if not statements:
        return
    yield EffectiveLine("")
    indent = INDENT if heading is not None else ""
    if heading is not None:
        yield EffectiveLine(heading)
    for one in statements:
        yield EffectiveLine(f"{indent}{statement_text(one)}", line_of(one.span))
        yield from clause_lines(one.cites, one.because, indent + INDENT)
        if isinstance(one, EffectiveLevel):
            if one.mark:
                yield EffectiveLine(f"{indent}{INDENT}confidence {mark_text(one)}")
            yield from (EffectiveLine(f"{indent}{INDENT}{row}") for row in aligned(_marked_rows(one)))


def _examples(effective: Effective) -> Iterator[EffectiveLine]:
    for example in effective.examples:
        yield EffectiveLine("")
        yield EffectiveLine(f'example "{example.title.text}"', line_of(example.title.span))
        yield from clause_lines(example.cites, None, INDENT)
        for line in example.lines:
            deeper = INDENT if isinstance(line, syn.FactLine) and not line.given else ""
            yield EffectiveLine(f"{INDENT}{deeper}{one_line(line)}", line_of(line.span))


def _priority(rule: EffectiveRule) -> int | None:
    return priority_number(rule.rule.outcome.text) if rule.rule.outcome is not None else None


# ---- statements of levels ----


def _levels(effective: Effective, vocabulary: Vocabulary) -> Iterator[tuple[str | None, list[EffectiveLevel]]]:
    """Yield the statements of levels by indicator or kinds of LEA, under headings; those of neither come first."""
    plurals = {kind.name: kind.plural for kind in vocabulary.kinds}
    by_heading: dict[str, list[EffectiveLevel]] = {}
    for one in effective.levels:
        by_heading.setdefault(one.of or " and ".join(plurals[kind.text] for kind in one.kinds), []).append(one)
    for heading in sorted(by_heading, key=bool):
        yield f"for {heading}" if heading else None, by_heading[heading]


def mark_text(one: EffectiveLevel) -> str:
    """Return the mark of a statement in the year at hand, with its author's words; empty if it has none."""
    words = one.confidence.words if one.confidence is not None else ""
    return f'{one.mark} "{words}"' if one.mark and words else one.mark


def _marked_rows(one: EffectiveLevel) -> tuple[tuple[syn.Text, ...], ...]:
    """Return the rows of a statement's table, with the marks of rows in the year at hand."""
    marks = {row.start: mark for row, mark in row_marks(one)}
    rows = syn.table_rows(one.statement)
    return tuple(
        tuple(
            evolve(cell, text=marks.get(row[0].span.start, "")) if folded(head.text) == CONFIDENCE and at else cell
            for head, cell in zip(rows[0], row, strict=False)
        )
        for at, row in enumerate(rows)
    )


def statement_text(one: EffectiveRule | EffectiveLevel | EffectiveFileLine) -> str:
    """Return a statement as canonical text on one line: a rule with its label and without what narrows its section.

    A statement of levels is without its indicator, and of a table it is the line above it.
    """
    if isinstance(one, EffectiveFileLine):
        return one.text
    if isinstance(one, EffectiveRule):
        return one_line(evolve(one.rule, beside=None))
    statement = one.statement
    if isinstance(statement, syn.Measure | syn.BandsTable | syn.GridTable):
        statement = evolve(statement, subject=evolve(statement.subject, indicators=()))
    return one_line(statement)


def _text_with_place(one: EffectiveRule | EffectiveLevel | EffectiveFileLine) -> str:
    return one_line(one.rule) if isinstance(one, EffectiveRule) else statement_text(one)


def table_text(statement: syn.LevelStatement) -> list[str]:
    """Return the table of a statement as lines with pipes, their cells aligned; nothing if it has none."""
    return aligned(syn.table_rows(statement))


# ---- As data ----


def effective_data(effective: Effective, vocabulary: Vocabulary) -> Data:
    """Return all that is in force in a year, and the year's changes to its base, as data that JSON can hold."""
    return {
        "title": effective.title,
        "what_if": effective.what_if,
        "year": effective.year,
        "vocabulary": vocabulary.name,
        "based_on": effective.base.year if effective.base is not None else None,
        "suspended": effective.suspended,
        "cites": list(effective.cites),
        "because": effective.because,
        "levels_from": effective.levels_from or None,
        "rules": [_rule(one, vocabulary) for one in effective.rules],
        "levels": [_level(one, vocabulary) for one in effective.levels],
        "examples": [{"title": one.title.text, **_place(one)} for one in effective.examples],
        "changes": [
            {"how": one.how, "label": one.title, **dict(zip(("before", "after"), one.texts, strict=True))}
            for one in changes_of(effective)
        ],
        "text": as_file(list(effective_lines(effective, vocabulary))),
    }


def _rule(one: EffectiveRule, vocabulary: Vocabulary) -> Data:
    outcome = one.rule.outcome.text if one.rule.outcome is not None else None
    return {
        "label": one.label,
        "outcome": outcome,
        "priority": priority_number(outcome) if outcome is not None else None,
        "kinds": _kinds(one, vocabulary),
        **_said(one),
    }


def _level(one: EffectiveLevel, vocabulary: Vocabulary) -> Data:
    return {
        "what": one.what,
        "indicator": one.of or None,
        "kinds": _kinds(one, vocabulary),
        **_said(one),
        "table": table_text(one.statement),
        "confidence": mark_text(one) or None,
    }


def _kinds(one: EffectiveRule | EffectiveLevel, vocabulary: Vocabulary) -> list[str]:
    return [vocabulary.kind(name.text).name for name in one.kinds]


def _said(one: EffectiveRule | EffectiveLevel) -> Data:
    return {"text": statement_text(one), **_place(one), "cites": list(one.cites), "because": one.because}


def _place(one: EffectiveRule | EffectiveLevel | EffectiveExample) -> Data:
    span = one.title.span if isinstance(one, EffectiveExample) else one.span
    return {"place": place_data(span), "source_year": one.year}
