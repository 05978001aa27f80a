"""What `rulelang show --changes` prints: what a year changes in the year it is based on, with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rulelang.compiler.effective_changes import CellChange, LevelChange, level_changes
from rulelang.compiler.effective_text import (
    RuleChange,
    changes_of,
    line_of,
    statement_text,
    table_text,
)
from rulelang.compiler.in_force import Effective, Removal
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.sentences import in_sentence

SAME = {"bands": "cut scores", "grid": "colors", "needs": "numbers of students"}
"""What a replaced statement still says if only its table or list has changed."""


def change_lines(effective: Effective, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield what a year changes, line by line: rules, then levels by indicator, then examples."""
    base = f"based on {effective.base.year}" if effective.base is not None else "based on nothing: everything is new"
    yield f"{effective.name}, {base}"
    yield from _reasons(effective.cites, effective.because)
    if effective.suspended:
        yield from _suspended(effective, vocabulary)
        return
    for change in changes_of(effective):
        yield ""
        yield from rule_change_lines(change)
    for block in level_change_blocks(level_changes(effective, vocabulary)):
        yield from ("", *block)
    yield from _changed_examples(effective)


def _suspended(effective: Effective, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield that a year is suspended, the reason the vocabulary gives, and what is out of force."""
    reason = vocabulary.suspended.get(effective.year, "")
    shown = f": {reason}" if reason and reason != effective.because else ""
    yield from ("", f"{effective.year} is suspended{shown}")
    base = effective.base
    if base is not None:
        parts = ((base.rules, "rule"), (base.levels, "statement of levels"), (base.examples, "example"))
        many = {"statement of levels": "statements of levels"}
        gone = [count(len(some), what, many.get(what)) for some, what in parts if some]
        yield f"  nothing of {base.year} is in force: {in_sentence(gone)} are left out"


def _reasons(cites: tuple[str, ...], because: str | None) -> Iterator[str]:
    yield from (f"  cites {text}" for text in cites)
    if because:
        yield f"  because {because}"


# ---- rules ----


def rule_change_lines(change: RuleChange) -> Iterator[str]:
    """Yield what has changed in a rule or in a line about all, line by line, with place, reason and sources."""
    why, (before, after) = change.explained_by, change.texts
    place = f"  # {line_of(why.span)}" if why is not None else ""
    yield f"{change.how} {change.title}".rstrip() + place
    if change.before is not None:
        yield f"  before: {before}  # {line_of(change.before.span)}"
    if after is not None:
        yield f"  {'after:  ' if before is not None else ''}{after}"
    if why is not None:
        yield from _reasons(why.cites, why.because)


# ---- levels ----


def level_change_blocks(changes: Iterable[LevelChange]) -> Iterator[list[str]]:
    """Yield the lines about the changed statements of levels of some indicators, under their names."""
    for indicators, some in groupby(changes, key=lambda one: one.indicators):
        head = f"for {in_sentence(indicators)}" if indicators else "for no indicator"
        yield [head, *(f"  {line}" if line else "" for line in _level_changes(some))]


def _level_changes(changes: Iterable[LevelChange]) -> Iterator[str]:
    """Yield the changes of the same indicators; those removed for the same reasons have them once."""
    listed = list(changes)
    removed = [change for change in listed if change.after is None]
    for _, some in groupby(sorted(removed, key=_removed_for), key=_removed_for):
        yield from _removed(list(some))
    for change in listed:
        yield from _put_in_force(change)


def _removed_for(change: LevelChange) -> tuple[str, ...]:
    removal = change.removal
    return (removal.because or "", *removal.cites) if removal is not None else ()


def _removed(changes: list[LevelChange]) -> Iterator[str]:
    for change in changes:
        place = f"  # {line_of(change.removal.span)}" if change.removal is not None else ""
        yield f"removed {change.title}{place}"
        text = statement_text(change.before) if change.before is not None else ""
        if text != change.title:
            yield f"  {text}"
    removal = changes[0].removal
    if removal is not None:
        yield from _reasons(removal.cites, removal.because)


def _put_in_force(change: LevelChange) -> Iterator[str]:
    if change.after is None:
        return
    after = statement_text(change.after)
    yield f"{change.how} {change.title}  # {line_of(change.after.span)}"
    if change.before is None:
        if after != change.title:
            yield f"  {after}"
        yield from (f"  {row}" for row in table_text(change.after.statement))
        yield from ([f"  confidence {change.confidence[1]}"] if change.confidence[1] else [])
    else:
        yield from (f"  {line}" for line in _replaced(change, statement_text(change.before), after))
    yield from _reasons(change.after.cites, change.after.because)


def _replaced(change: LevelChange, before: str, after: str) -> Iterator[str]:
    """Yield what a replaced statement says otherwise, or that it says the same with another mark or other sources."""
    if before != after:
        yield from (f"before: {before}", f"after:  {after}")
    yield from (_cell(cell) for cell in change.cells)
    first, second = change.confidence
    mark = f"confidence {first or 'unmarked'} → {second or 'unmarked'}" if first != second else ""
    if before != after or change.cells:
        yield from [mark] if mark else []
        return
    what = change.after.what if change.after is not None else ""
    yield f"same {SAME.get(what, 'wording')}; {mark or 'new sources or a new reason'}"


def _cell(cell: CellChange) -> str:
    """Return a change of a cell: `DASS, High: 90 or more → 90.5 or more`."""
    place = ", ".join(part for part in (cell.row, cell.column) if part)
    place_after = f"{cell.row_after}, {cell.column}: " if cell.row_after else ""
    return f"{place}: {cell.before or 'nothing'} → {place_after}{cell.after or 'nothing'}"


# ---- examples ----


def _changed_examples(effective: Effective) -> Iterator[str]:
    """Yield the examples of the year, and those removed with the reason, which examples removed together share."""
    before = {example.title.text for example in effective.base.examples} if effective.base is not None else set()
    now = {example.title.text for example in effective.examples}
    own = [example for example in effective.examples if not example.inherited]
    lines = [
        f'{"restated" if example.title.text in before else "added"}: example "{example.title.text}"'
        f"  # {line_of(example.title.span)}"
        for example in own
    ]
    gone = before - now
    for removal in effective.removals:
        lines.extend(_removed_examples(removal, [title for title in removal.names if title in gone]))
    yield from ["", *lines] if lines else []


def _removed_examples(removal: Removal, titles: list[str]) -> Iterator[str]:
    if titles:
        yield from (f'removed: example "{title}"  # {line_of(removal.span)}' for title in titles)
        yield from _reasons(removal.cites, removal.because)
